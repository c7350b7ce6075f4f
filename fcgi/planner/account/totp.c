/* An authenticator beside the password, for whoever wants one; a reset takes it away. */
#include "planner/account/totp.h"

#include <string.h>

#include "domain/account/totp.h"
#include "sys/random.h"
#include "sys/seal.h"

struct begin {
    const char *current;
};
const struct web_input planner_totp_body =
    WEB_INPUT(struct begin,
              WEB_FIELD(struct begin, current, "现用密码", .required = true, .max = PASSWORD_MAX));

struct confirm {
    const char *code;
};
const struct web_input planner_totp_code_body = WEB_INPUT(
    struct confirm, WEB_FIELD(struct confirm, code, "动态验证码", .required = true, .max = 6));

enum rc planner_totp_prepare(struct web_ctx *c)
{
    return planner_current_prepare(c, ((const struct begin *)c->input)->current, NULL);
}

/* Shown once: the secret, and as the address that authenticators scan. */
static enum rc tell(struct web_ctx *c, const struct account *account,
                    const uint8_t secret[TOTP_SECRET])
{
    char text[TOTP_BASE32];
    totp_base32(secret, text);
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "secret", text);
    jw_text(w, "uri",
            arena_printf(c->arena, "otpauth://totp/Liancha:%s?secret=%s&issuer=Liancha",
                         account->login, text));
    return web_json_end(c);
}

enum rc planner_totp_begin(struct web_ctx *c)
{
    struct account account;
    uint8_t secret[TOTP_SECRET];
    size_t size;
    bool refused;
    enum rc rc = planner_current_lock(c, &account, &refused);
    if (rc != RC_OK || refused)
        return rc;
    if (account.totp_active)
        return web_fail(c, RC_STATE, "", "已启用动态验证码；更换须由管理员重置");
    random_bytes(secret, sizeof secret);
    const uint8_t *sealed =
        seal_close(c->arena, c->settings->account_keys.key[0], secret, sizeof secret, &size);
    rc = account_totp_begin(c->db, &account, sealed, size);
    if (rc == RC_OK)
        rc = tell(c, &account, secret);
    explicit_bzero(secret, sizeof secret);
    return rc;
}

bool planner_totp_matches(const struct web_ctx *c, const struct account *account,
                          const char *digits, int64_t *step)
{
    const struct keyring *keys = &c->settings->account_keys;
    char *secret = NULL;
    size_t n = 0;
    for (size_t i = 0; account->totp && i < keys->n && !secret; i++)
        secret = seal_open(c->arena, keys->key[i], account->totp, account->totp_size, &n);
    return secret && n == TOTP_SECRET &&
           totp_match((const uint8_t *)secret, digits, c->now, account->totp_step, step);
}

enum rc planner_totp_confirm(struct web_ctx *c)
{
    const struct confirm *in = c->input;
    struct account account;
    int64_t step;
    enum rc rc = account_by_login(c->db, c->arena, c->actor.name, &account);
    if (rc != RC_OK)
        return rc;
    if (!account.totp || account.totp_active)
        return web_fail(c, RC_STATE, "", "没有待确认的动态验证码");
    if (!planner_totp_matches(c, &account, in->code, &step))
        return web_fail(c, RC_INVALID, "/code", "动态验证码不正确，请核对设备的时间");
    rc = account_totp_used(c->db, &account, step);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "account:%s", account.login);
    c->audit.detail = "{}";
    return web_empty(c, 204);
}
