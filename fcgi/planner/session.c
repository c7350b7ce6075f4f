#include "planner/routes.h"

#include "sys/password.h"
#include "sys/random.h"

struct login {
    const char *login;
    const char *password;
};

static const struct web_field login_fields[] = {
    { "login", WEB_TEXT, offsetof(struct login, login), true, 1, 40, 0, NULL },
    { "password", WEB_TEXT, offsetof(struct login, password), true, 1, PASSWORD_MAX, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_session_body = { login_fields, sizeof(struct login) };

/* That a worker answers; it asks nobody else. */
enum rc planner_health(struct web_ctx *c)
{
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "status", "ok");
    jw_text(w, "version", LIANCHA_VERSION);
    return web_json_end(c);
}

static void put_roles(struct jsonw *w, unsigned roles)
{
    jw_array(w, "roles");
    for (int i = 0; role_names[i]; i++)
        if (roles >> i & 1U)
            jw_text(w, NULL, role_names[i]);
    jw_end(w);
}

/*
 * One answer for every failure: it tells nobody whether the login exists, the password was right or
 * the account is locked. The failure counts, so it is committed.
 */
static enum rc refuse(struct web_ctx *c, const struct account *account)
{
    enum rc rc = RC_OK;
    bool locked = account && account->locked_until > c->now;
    if (account && !locked)
        rc = account_failed(c->db, account->id, c->settings->login_max_failures,
                            c->now + c->settings->lock_ms);
    if (rc != RC_OK)
        return rc;
    /* The digest of the body would be one of a password. */
    c->audit.detail = locked ? "{\"outcome\":\"locked\"}" : "{\"outcome\":\"refused\"}";
    return web_problem(
        c, RC_UNAUTHENTICATED, "",
        arena_printf(c->arena, "登录名或密码不正确，或账号暂被锁定；连续失败 %lld 次锁定 %lld 分钟",
                     (long long)c->settings->login_max_failures,
                     (long long)(c->settings->lock_ms / 60000)));
}

static enum rc open_session(struct web_ctx *c, const struct account *account)
{
    uint8_t hash[DIGEST_SIZE];
    const char *token = random_token(c->arena, hash);
    int64_t expires_at = c->now + c->settings->session_ms;
    enum rc rc = account_succeeded(c->db, account->id);
    if (rc == RC_OK)
        rc = session_expire(c->db, c->now);
    if (rc == RC_OK)
        rc = session_create(c->db, hash, account->id, c->now, expires_at, c->remote);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = "{\"outcome\":\"opened\"}";
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "token", token);
    jw_instant(w, "expires_at", expires_at);
    jw_object(w, "account");
    jw_text(w, "login", account->login);
    jw_text(w, "name", account->name);
    jw_text(w, "department", account->department);
    put_roles(w, account->roles);
    jw_end(w);
    return web_json_end(c);
}

enum rc planner_session_open(struct web_ctx *c)
{
    const struct login *in = c->input;
    struct account account;
    enum rc rc = account_by_login(c->db, c->arena, in->login, &account);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND) {
        (void)password_matches(password_decoy(), in->password);
        c->audit.target = "account";
        return refuse(c, NULL);
    }
    c->audit.target = arena_printf(c->arena, "account:%s", account.login);
    bool matches = password_matches(account.password_hash, in->password);
    if (!matches || account.disabled || account.locked_until > c->now)
        return refuse(c, &account);
    return open_session(c, &account);
}

enum rc planner_session_show(struct web_ctx *c)
{
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "login", c->actor.name);
    jw_text(w, "department", c->actor.department);
    put_roles(w, c->actor.roles);
    return web_json_end(c);
}

enum rc planner_session_close(struct web_ctx *c)
{
    enum rc rc = session_delete(c->db, c->actor.token_hash);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "account:%s", c->actor.name);
    c->audit.detail = "{}";
    return web_empty(c, 204);
}
