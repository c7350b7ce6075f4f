#include "planner/account/totp.h"

#include <string.h>

#include "base/date.h"
#include "store/account/password_kept.h"
#include "store/account/session.h"
#include "store/account/sign_in.h"
#include "sys/password.h"
#include "sys/random.h"

struct login {
    const char *login;
    const char *password;
    const char *code; /* of an authenticator, where the account has one */
};

const struct web_input planner_session_body =
    WEB_INPUT(struct login, WEB_FIELD(struct login, login, "登录名", .required = true, .max = 40),
              WEB_FIELD(struct login, password, "密码", .required = true, .max = PASSWORD_MAX),
              WEB_FIELD(struct login, code, "动态验证码", .max = 6));

void planner_put_roles(struct jsonw *w, unsigned roles)
{
    jw_array(w, "roles");
    for (int i = 0; role_names[i]; i++)
        if (roles >> i & 1U)
            jw_text(w, NULL, role_names[i]);
    jw_end(w);
}

/* What is known of an attempt before its transaction. */
struct attempt {
    const char *login; /* "" when it cannot be one */
    char source[SIGN_IN_SOURCE];
    const char *hash; /* NULL: there is no such account */
    bool locked;
    bool matches;
};

/* Places are few: whoever is locked out takes none, whether the account exists or not. */
static enum rc look(struct web_ctx *c, struct attempt *t)
{
    const struct login *in = c->input;
    const char *hash = t->hash && *t->hash ? t->hash : password_decoy();
    int64_t place;
    enum rc rc = password_place_take(c->db, c->settings->passwords_at_once, &place, &c->err);
    if (rc != RC_OK)
        return rc;
    t->matches = password_matches(hash, in->password) && hash == t->hash;
    password_place_give(c->db, place);
    return RC_OK;
}

enum rc planner_session_prepare(struct web_ctx *c)
{
    const struct login *in = c->input;
    struct attempt *t = arena_alloc(c->arena, sizeof *t);
    struct account account;
    struct sign_in failed;
    enum rc rc = web_from_page(c) ? web_same_origin(c) : RC_OK;
    if (rc != RC_OK)
        return rc;
    t->login = account_login_good(in->login) ? in->login : "";
    sign_in_source(c->remote, t->source);
    rc = account_find(c->db, c->arena, t->login, &account);
    t->hash = rc == RC_OK ? account.password_hash : NULL;
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = sign_in_read(c->db, t->login, t->source, &failed);
    if (rc != RC_OK)
        return rc;
    t->locked = failed.locked_until > c->now;
    c->own = t;
    return t->locked ? RC_OK : look(c, t);
}

/*
 * One answer for every failure: it tells nobody whether the login exists, the password was right or
 * the address is locked out. Failures are counted, and only that they lock is an event.
 */
static enum rc refuse(struct web_ctx *c, const struct account *account)
{
    const struct attempt *t = c->own;
    const struct sign_in_rules rules = { .max_failures = c->settings->login_max_failures,
                                         .lock_ms = c->settings->lock_ms };
    struct sign_in failed;
    bool locks = false;
    enum rc rc = RC_OK;
    if (!t->locked)
        rc = sign_in_failed(c->db, t->login, t->source, account, &rules, c->now, &failed, &locks);
    if (rc != RC_OK)
        return rc;
    c->audit.counted = !locks || !account;
    if (account) {
        c->audit.chain = arena_printf(c->arena, "dept:%s", account->department);
        c->audit.detail = arena_printf(c->arena, "{\"outcome\":\"locked\",\"locks\":%lld}",
                                       (long long)(locks ? failed.locks : 0));
    }
    return web_problem(
        c, RC_UNAUTHENTICATED, "",
        arena_printf(
            c->arena,
            "登录名或密码不正确，或本地址暂不能登录该账号；连续失败 %lld 次暂停 %lld 分钟，"
            "再次失败则加倍",
            (long long)c->settings->login_max_failures, (long long)(c->settings->lock_ms / 60000)));
}

/* The sign-in before this one, so that its owner sees a stranger's. */
static void put_last(struct jsonw *w, const struct account *account)
{
    if (account->signed_in_at) {
        jw_object(w, "last");
        jw_instant(w, "at", account->signed_in_at);
        jw_text(w, "remote", account->signed_in_from);
        jw_end(w);
    }
    jw_int(w, "failures", account->failures);
}

static void put_ends(struct web_ctx *c, struct jsonw *w, int64_t expires_at, int64_t idle_until)
{
    jw_instant(w, "expires_at", expires_at);
    jw_instant(w, "idle_until", idle_until);
    jw_int(w, "idle_minutes", c->settings->idle_ms / 60000);
}

/* A program gets the token; a page gets it as a cookie, and its scripts do not. */
static enum rc reply(struct web_ctx *c, const struct account *account, const char *token)
{
    int64_t expires_at = c->now + c->settings->session_ms;
    int64_t idle_until = c->now + c->settings->idle_ms;
    struct jsonw *w = web_json(c, 201);
    if (web_from_page(c))
        web_cookie(c, token);
    else
        jw_text(w, "token", token);
    put_ends(c, w, expires_at, idle_until < expires_at ? idle_until : expires_at);
    jw_bool(w, "must_change", account->must_change);
    put_last(w, account);
    jw_object(w, "account");
    jw_text(w, "login", account->login);
    jw_text(w, "name", account->name);
    jw_text(w, "department", account->department);
    planner_put_roles(w, account->roles);
    jw_end(w);
    return web_json_end(c);
}

static enum rc open_session(struct web_ctx *c, const struct account *account)
{
    const struct attempt *t = c->own;
    const struct session_rules rules = { .idle_ms = c->settings->idle_ms,
                                         .session_ms = c->settings->session_ms,
                                         .max = c->settings->sessions_max };
    uint8_t hash[DIGEST_SIZE];
    const char *token = random_token(c->arena, hash);
    enum rc rc =
        duty_check(c->db, account->department_id, date_at(c->now), account->roles, &c->err);
    if (rc == RC_INVALID)
        return web_fail(c, RC_FORBIDDEN, "", "该账号兼任的批准已到期，请联系本部门管理员");
    if (rc == RC_OK)
        rc = sign_in_succeeded(c->db, account, t->source, c->remote, c->now);
    if (rc == RC_OK)
        rc = session_create(c->db, hash, account->id, c->now, &rules, c->remote);
    if (rc != RC_OK)
        return rc;
    c->actor = (struct actor){ .kind = ACTOR_ACCOUNT,
                               .id = account->id,
                               .name = account->login,
                               .department = account->department };
    c->audit.detail = arena_printf(c->arena, "{\"outcome\":\"opened\",\"failures\":%lld}",
                                   (long long)account->failures);
    return reply(c, account, token);
}

/* The password was right: that digits are wanted is told, and wrong ones count as a failure. */
static enum rc ask_code(struct web_ctx *c, const struct account *account)
{
    const struct login *in = c->input;
    int64_t step;
    if (!in->code) {
        c->audit.counted = true;
        return web_problem(c, RC_UNAUTHENTICATED, "/code", "请输入动态验证码");
    }
    if (!planner_totp_matches(c, account, in->code, &step))
        return refuse(c, account);
    enum rc rc = account_totp_used(c->db, account, step);
    return rc == RC_OK ? open_session(c, account) : rc;
}

enum rc planner_session_open(struct web_ctx *c)
{
    const struct attempt *t = c->own;
    struct account account;
    if (t->locked)
        return refuse(c, NULL);
    enum rc rc = t->hash ? account_by_login(c->db, c->arena, t->login, &account) : RC_NOT_FOUND;
    c->audit.target = "account";
    if (rc == RC_NOT_FOUND)
        return refuse(c, NULL);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "account:%s", account.login);
    bool same = strcmp(account.password_hash, t->hash) == 0;
    if (!t->matches || !same || account.state != ACCOUNT_ACTIVE)
        return refuse(c, &account);
    return account.totp_active ? ask_code(c, &account) : open_session(c, &account);
}

enum rc planner_session_show(struct web_ctx *c)
{
    struct account account;
    enum rc rc = account_find(c->db, c->arena, c->actor.name, &account);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "login", account.login);
    jw_text(w, "name", account.name);
    jw_text(w, "department", account.department);
    planner_put_roles(w, account.roles);
    jw_bool(w, "must_change", account.must_change);
    put_ends(c, w, c->actor.expires_at, c->actor.idle_until);
    return web_json_end(c);
}

static enum rc closed(struct web_ctx *c)
{
    c->audit.target = arena_printf(c->arena, "account:%s", c->actor.name);
    c->audit.detail = "{}";
    if (web_from_page(c))
        web_cookie(c, NULL);
    return web_empty(c, 204);
}

enum rc planner_session_close(struct web_ctx *c)
{
    enum rc rc = session_delete(c->db, c->actor.token_hash);
    return rc == RC_OK ? closed(c) : rc;
}

/* Everywhere: this session and all others of the account. */
enum rc planner_session_close_all(struct web_ctx *c)
{
    enum rc rc = session_end_all(c->db, c->actor.id, NULL);
    return rc == RC_OK ? closed(c) : rc;
}
