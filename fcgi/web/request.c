#include "web/internal.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sys/clock.h"
#include "sys/gunzip.h"

enum { REQUEST_ID_MAX = 64, PATH_MAX_BYTES = 512 };

#define SECONDS_MAX 1e11

const char *web_request_header(const struct web_ctx *c, const char *cgi_name)
{
    const FCGX_Request *fcgi = c->fcgi;
    return FCGX_GetParam(cgi_name, fcgi->envp);
}

static const char *parameter(const struct web_ctx *c, const char *name)
{
    const char *value = web_request_header(c, name);
    return value ? value : "";
}

int64_t request_waited(FCGX_Request *fcgi)
{
    const char *arrived = FCGX_GetParam("REQUEST_ARRIVED", fcgi->envp);
    double seconds;
    if (!arrived || !decimal_parse(arrived, 0, SECONDS_MAX, &seconds))
        return 0;
    return (clock_now() - (int64_t)(seconds * 1000)) * 1000;
}

/* nginx makes the id; anything else in its place is not worth repeating. */
static const char *request_id(const struct web_ctx *c)
{
    const char *id = parameter(c, "REQUEST_ID");
    size_t n = strlen(id);
    return n && n <= REQUEST_ID_MAX && strspn(id, "0123456789abcdefABCDEF-") == n ? id : "-";
}

/* Whether the content codings of a request come down to text (RFC 9110 8.4; names ignore case). */
static bool coded(const struct web_ctx *c, const char *text)
{
    const char *given = web_request_header(c, "HTTP_CONTENT_ENCODING");
    return given && strcasecmp(given, text) == 0;
}

/* Puts the content of a compressed body in its place, or refuses a coding that the route lacks. */
static enum rc decode_body(struct web_ctx *c, size_t max)
{
    bool takes_gzip = c->route->who & WEB_GZIP;
    char *content;
    if (!web_request_header(c, "HTTP_CONTENT_ENCODING") || coded(c, "identity"))
        return RC_OK;
    if (!takes_gzip || (!coded(c, "gzip") && !coded(c, "x-gzip"))) {
        web_header(c, "Accept-Encoding", takes_gzip ? "gzip" : "identity");
        return web_fail(c, RC_MEDIA_TYPE, "",
                        takes_gzip ? "请求正文只能以 gzip 压缩，或不压缩"
                                   : "该地址不接受压缩的请求正文");
    }
    enum rc rc = gunzip(c->arena, c->body, c->body_size, max, &content, &c->body_size);
    if (rc == RC_OK)
        c->body = content;
    if (rc == RC_TOO_LARGE)
        return web_fail(c, rc, "", "请求正文解压后超过 %zu 字节", max);
    if (rc == RC_MALFORMED)
        return web_fail(c, rc, "", "请求正文不是一个完整的 gzip 数据流");
    return rc;
}

enum rc request_read_body(struct web_ctx *c, FCGX_Request *fcgi)
{
    size_t max = c->route->who & WEB_LARGE ? WEB_LARGE_MAX : c->settings->body_max;
    const char *length = parameter(c, "CONTENT_LENGTH");
    int64_t n = 0;
    if (*length && !int_parse(length, 0, INT32_MAX, &n))
        return web_fail(c, RC_MALFORMED, "", "Content-Length 有误");
    if ((size_t)n > max)
        return web_fail(c, RC_TOO_LARGE, "", "请求正文超过 %zu 字节", max);
    char *body = arena_alloc(c->arena, (size_t)n + 1);
    if (n && FCGX_GetStr(body, (int)n, fcgi->in) != (int)n)
        return web_fail(c, RC_MALFORMED, "", "请求正文不完整");
    c->body = body;
    c->body_size = (size_t)n;
    return n ? decode_body(c, max) : RC_OK;
}

enum rc request_read(struct web_ctx *c, FCGX_Request *fcgi)
{
    c->fcgi = fcgi;
    c->request_id = request_id(c);
    c->remote = parameter(c, "REMOTE_ADDR");
    if (!*c->remote || strlen(c->remote) > 45)
        c->remote = "local";
    c->body = "";
    c->path = "";
    int method = text_index(method_names, parameter(c, "REQUEST_METHOD"));
    if (method < 0)
        return web_fail(c, RC_METHOD, "", "不支持的 HTTP 方法");
    c->method = (enum web_method)method;
    const char *uri = parameter(c, "DOCUMENT_URI");
    size_t prefix = strlen(c->settings->prefix);
    if (strncmp(uri, c->settings->prefix, prefix) != 0 || strlen(uri) > PATH_MAX_BYTES ||
        !utf8_valid(uri, strlen(uri)))
        return web_fail(c, RC_NOT_FOUND, "", "没有这个地址");
    c->path = uri + prefix;
    return RC_OK;
}

/* True when the request's media type is type, in whatever case, whatever parameters follow. */
static bool media_type_is(const struct web_ctx *c, const char *type)
{
    const char *given = parameter(c, "CONTENT_TYPE");
    size_t n = strlen(type);
    return strncasecmp(given, type, n) == 0 && (!given[n] || strchr("; \t", given[n]));
}

/* A route without a declared body takes none, or an empty object. */
static const struct web_field no_fields[] = { { .name = NULL } };
static const struct web_input empty_object = { .fields = no_fields, .size = 1 };

static enum rc parse_body(struct web_ctx *c)
{
    const struct web_route *r = c->route;
    if (r->raw) {
        for (const char *const *type = r->raw; *type; type++)
            if (media_type_is(c, *type))
                return RC_OK;
        return web_fail(c, RC_MEDIA_TYPE, "", "内容类型须为 %s%s%s", r->raw[0],
                        r->raw[1] ? " 或 " : "", r->raw[1] ? r->raw[1] : "");
    }
    const struct web_input *declared = r->body ? r->body : &empty_object;
    if (!r->body && !c->body_size)
        return RC_OK;
    if (!media_type_is(c, "application/json"))
        return web_fail(c, RC_MEDIA_TYPE, "", "内容类型须为 application/json");
    cJSON *tree;
    enum rc rc = json_parse(c->arena, c->body, c->body_size, &tree, &c->err);
    if (rc != RC_OK)
        return rc;
    void *out = arena_alloc(c->arena, declared->size);
    c->input = out;
    return web_input_json(c->arena, declared, tree, "", out, &c->err);
}

enum rc request_parse(struct web_ctx *c)
{
    if (c->route->list)
        return list_parse(c, parameter(c, "QUERY_STRING"));
    const struct web_input *query = c->route->query ? c->route->query : &empty_object;
    void *out = arena_alloc(c->arena, query->size);
    enum rc rc = web_input_query(c->arena, query, parameter(c, "QUERY_STRING"),
                                 c->program->passed_on, out, &c->err);
    if (rc != RC_OK)
        return rc;
    c->query = out;
    return parse_body(c);
}
