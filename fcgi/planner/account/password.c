/* Passwords: digests are made before a transaction, and few at once. */
#include "planner/account/account.h"

#include <string.h>

#include "base/date.h"
#include "store/account/password_kept.h"
#include "store/account/sign_in.h"
#include "sys/password.h"

struct change {
    const char *current;
    const char *password;
};
const struct web_input planner_password_body =
    WEB_INPUT(struct change,
              WEB_FIELD(struct change, current, "现用密码", .required = true, .max = PASSWORD_MAX),
              WEB_FIELD(struct change, password, "新密码", .required = true, .max = PASSWORD_MAX));

/* A random password, for an account that is made or reset. */
enum rc planner_password_make(struct web_ctx *c)
{
    struct planner_password *made = arena_alloc(c->arena, sizeof *made);
    int64_t place;
    enum rc rc = password_place_take(c->db, c->settings->passwords_at_once, &place, &c->err);
    if (rc != RC_OK)
        return rc;
    made->password = password_random(c->arena);
    made->hash = password_hash(c->arena, made->password);
    password_place_give(c->db, place);
    c->own = made;
    return RC_OK;
}

enum rc planner_current_prepare(struct web_ctx *c, const char *current,
                                enum rc (*then)(struct web_ctx *, struct planner_current *))
{
    struct planner_current *p = arena_alloc(c->arena, sizeof *p);
    struct sign_in failed;
    int64_t place;
    sign_in_source(c->remote, p->source);
    enum rc rc = account_find(c->db, c->arena, c->actor.name, &p->account);
    if (rc == RC_OK)
        rc = sign_in_read(c->db, c->actor.name, p->source, &failed);
    if (rc == RC_OK && failed.locked_until > c->now)
        return web_fail(c, RC_TOO_MANY, "/current", "现用密码多次不正确，请稍后再试");
    if (rc == RC_OK)
        rc = password_place_take(c->db, c->settings->passwords_at_once, &place, &c->err);
    if (rc != RC_OK)
        return rc;
    p->matches = password_matches(p->account.password_hash, current);
    p->hash = NULL;
    if (p->matches && then)
        rc = then(c, p);
    password_place_give(c->db, place);
    c->own = p;
    return rc;
}

static enum rc accept(struct web_ctx *c, struct planner_current *p)
{
    const struct change *in = c->input;
    enum rc rc = password_accept(c->db, c->arena, &p->account, date_at(c->now), in->password,
                                 "/password", &c->err);
    if (rc == RC_OK)
        p->hash = password_hash(c->arena, in->password);
    return rc;
}

enum rc planner_password_prepare(struct web_ctx *c)
{
    return planner_current_prepare(c, ((const struct change *)c->input)->current, accept);
}

/* Somebody at a session that was left open guesses: that counts as at the door. */
static enum rc refuse(struct web_ctx *c, const struct planner_current *p)
{
    const struct sign_in_rules rules = { .max_failures = c->settings->login_max_failures,
                                         .lock_ms = c->settings->lock_ms };
    struct sign_in now;
    bool locks;
    enum rc rc =
        sign_in_failed(c->db, c->actor.name, p->source, &p->account, &rules, c->now, &now, &locks);
    if (rc != RC_OK)
        return rc;
    c->audit.counted = !locks;
    c->audit.detail = "{\"outcome\":\"locked\"}";
    return web_problem(c, RC_INVALID, "/current", "现用密码不正确");
}

enum rc planner_current_lock(struct web_ctx *c, struct account *account, bool *refused)
{
    const struct planner_current *p = c->own;
    enum rc rc = account_by_login(c->db, c->arena, c->actor.name, account);
    *refused = false;
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "account:%s", account->login);
    c->audit.detail = "{}";
    if (strcmp(account->password_hash, p->account.password_hash) != 0)
        return web_fail(c, RC_CONFLICT, "", "密码刚刚已被更改");
    *refused = !p->matches;
    return *refused ? refuse(c, p) : RC_OK;
}

enum rc planner_password_change(struct web_ctx *c)
{
    const struct planner_current *p = c->own;
    struct account account;
    bool refused;
    enum rc rc = planner_current_lock(c, &account, &refused);
    if (rc != RC_OK || refused)
        return rc;
    rc = account_password(c->db, &account, p->hash, c->actor.token_hash);
    return rc == RC_OK ? web_empty(c, 204) : rc;
}
