#include "web/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sys/log.h"

const char *const method_names[] = { "GET",   "HEAD",   "POST",    "PUT",
                                     "PATCH", "DELETE", "OPTIONS", NULL };

/* Compares path with a pattern segment by segment and collects the parameters. */
static bool matches(struct web_ctx *c, const char *pattern, const char *path)
{
    c->param_count = 0;
    while (*pattern && *path) {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t name = strcspn(pattern + 1, "}");
        size_t value = strcspn(path, "/");
        if (!value || c->param_count == WEB_PARAMS_MAX)
            return false;
        c->params[c->param_count++] = (struct web_param){
            .name = arena_slice(c->arena, pattern + 1, name),
            .value = arena_slice(c->arena, path, value),
        };
        pattern += name + 2;
        path += value;
    }
    return !*pattern && !*path;
}

/* Whether route answers method: GET answers HEAD too, unless HEAD has a route of its own. */
static bool answers(const struct web_route *r, enum web_method method)
{
    return r->method == method || (method == WEB_HEAD && r->method == WEB_GET);
}

enum rc route_find(struct web_ctx *c)
{
    const struct web_route *other = NULL;
    char allow[80] = "";
    for (const struct web_route *r = c->program->routes; r->path; r++) {
        if (!matches(c, r->path, c->path))
            continue;
        if (answers(r, c->method)) {
            c->route = r;
            return RC_OK;
        }
        other = r;
        size_t n = strlen(allow);
        (void)snprintf(allow + n, sizeof allow - n, "%s%s%s", n ? ", " : "",
                       method_names[r->method], r->method == WEB_GET ? ", HEAD" : "");
    }
    if (!other)
        return web_fail(c, RC_NOT_FOUND, "", "没有这个地址");
    web_header(c, "Allow", arena_strdup(c->arena, allow));
    return web_fail(c, RC_METHOD, "", "该地址只接受：%s", allow);
}

enum rc route_check_params(struct web_ctx *c)
{
    for (size_t i = 0; i < c->param_count; i++)
        for (const char *p = c->params[i].value; *p; p++)
            if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7F)
                return web_fail(c, RC_NOT_FOUND, "", "没有“%.40s”", c->params[i].value);
    return RC_OK;
}

bool route_table_sound(const struct web_route *routes)
{
    for (const struct web_route *r = routes; r->path; r++) {
        bool whole = r->handler && r->name && r->who && r->path[0] == '/';
        bool listed = (r->handler == web_list) == (r->list != NULL) &&
                      (!r->list || (r->txn == WEB_TXN_READ && (!r->list->where || r->scope)));
        if (whole && listed)
            continue;
        log_error("route %s lacks a handler, a name, who may use it, or its list's scope", r->path);
        return false;
    }
    return true;
}

const char *web_param(const struct web_ctx *c, const char *name)
{
    for (size_t i = 0; i < c->param_count; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return c->params[i].value;
    return "";
}

enum rc web_param_id(struct web_ctx *c, const char *name, int64_t *id)
{
    if (int_parse(web_param(c, name), 1, JSON_INT_MAX, id))
        return RC_OK;
    return web_fail(c, RC_NOT_FOUND, "", "没有编号为“%.40s”的记录", web_param(c, name));
}
