/*
 * The session of the office's pages. A browser sends a cookie with whatever another site has it
 * ask, so it counts only beside a header that another site cannot add, and never where the browser
 * says that the request is another site's.
 */
#include "web/internal.h"

#include <string.h>
#include <strings.h>

static const char *cookie_name(const struct web_ctx *c)
{
    return c->settings->cookie_secure ? "__Secure-liancha" : "liancha";
}

bool web_from_page(const struct web_ctx *c)
{
    const char *said = web_request_header(c, "HTTP_X_LIANCHA_CONSOLE");
    return said && strcmp(said, "1") == 0;
}

enum rc web_same_origin(struct web_ctx *c)
{
    const char *site = web_request_header(c, "HTTP_SEC_FETCH_SITE");
    const char *origin = web_request_header(c, "HTTP_ORIGIN");
    const char *host = web_request_header(c, "HTTP_HOST");
    const char *authority = origin ? strstr(origin, "://") : NULL;
    bool ours = !origin || (authority && host && strcasecmp(authority + 3, host) == 0);
    if (ours && (!site || strcmp(site, "same-origin") == 0))
        return RC_OK;
    return web_fail(c, RC_FORBIDDEN, "", "请求来自其他网站，不予办理");
}

/* How many cookies have our name; *value and *size are the last one's (RFC 6265 4.2.1). */
static int find_cookie(const struct web_ctx *c, const char **value, size_t *size)
{
    const char *name = cookie_name(c);
    const char *at = web_request_header(c, "HTTP_COOKIE");
    size_t n = strlen(name);
    int found = 0;
    while (at && *at) {
        at += strspn(at, "; ");
        size_t length = strcspn(at, ";");
        if (length > n && at[n] == '=' && strncmp(at, name, n) == 0) {
            *value = at + n + 1;
            *size = length - n - 1;
            found++;
        }
        at += length;
    }
    return found;
}

enum rc cookie_token(struct web_ctx *c, const char **token)
{
    const char *value = NULL;
    size_t size = 0;
    int found = find_cookie(c, &value, &size);
    if (!found)
        return RC_OK;
    if (*token)
        return web_fail(c, RC_MALFORMED, "", "访问令牌与登录 Cookie 不得同时使用");
    if (found > 1)
        return web_fail(c, RC_MALFORMED, "",
                        "请求带有多个登录 Cookie，请在浏览器中清除本站的 Cookie 后重新登录");
    if (!web_from_page(c))
        return web_fail(c, RC_UNAUTHENTICATED, "",
                        "登录 Cookie 须与请求头 X-Liancha-Console: 1 一同使用");
    if (size <= TOKEN_MAX)
        *token = arena_slice(c->arena, value, size);
    return web_same_origin(c);
}

void web_cookie(struct web_ctx *c, const char *token)
{
    web_header(c, "Set-Cookie",
               arena_printf(c->arena, "%s=%s; %s%sHttpOnly; SameSite=Strict; Path=%s/%s",
                            cookie_name(c), token ? token : "", token ? "" : "Max-Age=0; ",
                            c->settings->cookie_secure ? "Secure; " : "", c->settings->prefix,
                            c->program->section));
}
