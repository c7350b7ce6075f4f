#include "web/internal.h"

#include <string.h>
#include <strings.h>

/* RFC 9110 11.1: the name of a scheme ignores case. */
static const char *bearer(const struct web_ctx *c)
{
    const char *header = web_request_header(c, "HTTP_AUTHORIZATION");
    if (!header || strncasecmp(header, "Bearer ", 7) != 0 || strlen(header) > TOKEN_MAX)
        return NULL;
    return header + 7 + strspn(header + 7, " ");
}

enum rc authorise(struct web_ctx *c)
{
    unsigned who = c->route->who;
    if (who & WEB_ANYONE)
        return RC_OK;
    const char *token = bearer(c);
    enum rc rc = c->program->cookie ? cookie_token(c, &token) : RC_OK;
    if (rc == RC_OK)
        rc = token && c->program->authenticate ? c->program->authenticate(c, token)
                                               : RC_UNAUTHENTICATED;
    if (rc == RC_UNAUTHENTICATED) {
        web_header(c, "WWW-Authenticate", "Bearer");
        if (!c->err.detail[0])
            return web_fail(c, rc, "", "请先登录：缺少有效的访问令牌");
    }
    if (rc != RC_OK)
        return rc;
    if (c->actor.must_change && !(who & WEB_FIRST))
        return web_fail(c, RC_PASSWORD, "", "密码由他人设定，请先更改密码，再进行其他操作");
    if ((who & WEB_SESSION && c->actor.kind == ACTOR_ACCOUNT) ||
        (who & WEB_DEVICE && c->actor.kind == ACTOR_DEVICE) ||
        (who & 0xFFFFU & c->actor.roles && c->actor.kind == ACTOR_ACCOUNT))
        return RC_OK;
    return web_fail(c, RC_FORBIDDEN, "", "您的角色无权进行此操作");
}
