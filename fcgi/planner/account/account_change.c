/*
 * What an administrator changes of the accounts of the own department, never of the own account.
 *
 * A change names the version that its author saw: of two at once, or one that is sent again, one
 * has its effect, and the other is told so.
 */
#include "planner/account/account.h"

#include "base/date.h"
#include "store/directory/department.h"

struct roles {
    int64_t version;
    struct web_texts roles;
    const char *inspector;
};
const struct web_input planner_account_roles_body =
    WEB_INPUT(struct roles, WEB_FIELD(struct roles, version, "版本", .required = true, .min = 1),
              WEB_FIELD(struct roles, roles, "角色", .required = true, .min = 1, .max = 6),
              WEB_FIELD(struct roles, inspector, "执法检查人员", .max = 32, .identifier = true));

struct move {
    int64_t version;
    const char *department;
    const char *reason;
};
const struct web_input planner_account_move_body =
    WEB_INPUT(struct move, WEB_FIELD(struct move, version, "版本", .required = true, .min = 1),
              WEB_FIELD(struct move, department, "调入部门", .required = true, .max = 16),
              WEB_FIELD(struct move, reason, "理由", .required = true));

struct step {
    int64_t version;
    const char *reason;
};
const struct web_input planner_account_step_body =
    WEB_INPUT(struct step, WEB_FIELD(struct step, version, "版本", .required = true, .min = 1),
              WEB_FIELD(struct step, reason, "理由", .required = true));

struct reset {
    int64_t version;
};
const struct web_input planner_account_reset_body =
    WEB_INPUT(struct reset, WEB_FIELD(struct reset, version, "版本", .required = true, .min = 1));

static void put(struct jsonw *w, const struct account *account, enum account_state state,
                unsigned roles, int64_t version)
{
    jw_text(w, "login", account->login);
    jw_text(w, "state", account_states[state].value);
    planner_put_roles(w, roles);
    jw_int(w, "version", version);
}

static enum rc stale(struct web_ctx *c, const struct account *account)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, c->arena, 4096);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    put(&w, account, account->state, account->roles, account->version);
    jw_end(&w);
    c->present = out.p;
    return web_fail(c, RC_STALE, "/version", "账号已被更改，请查看后再办理");
}

/* The account of the path with its lock, when the actor looks after it. */
static enum rc find(struct web_ctx *c, struct account *account)
{
    const char *login = web_param(c, "login");
    enum rc rc = account_by_login(c->db, c->arena, login, account);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有账号“%.40s”", login);
    if (rc != RC_OK)
        return rc;
    if (account->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "只能管理本部门的账号");
    c->audit.target = arena_printf(c->arena, "account:%s", account->login);
    return RC_OK;
}

static enum rc find_version(struct web_ctx *c, int64_t version, struct account *account)
{
    enum rc rc = find(c, account);
    if (rc != RC_OK)
        return rc;
    if (account->id == c->actor.id)
        return web_fail(c, RC_FORBIDDEN, "", "不得变更自己的账号，请由其他管理员办理");
    if (account->version != version)
        return stale(c, account);
    if (account->state == ACCOUNT_RETIRED)
        return web_fail(c, RC_STATE, "", "账号已注销，不得再变更");
    return RC_OK;
}

static void detail(struct web_ctx *c, const char *member, const char *value)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, c->arena, 4096);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, member, value);
    jw_end(&w);
    c->audit.detail = out.p;
}

static enum rc tell(struct web_ctx *c, const struct account *account, enum account_state state,
                    unsigned roles, const char *password)
{
    struct jsonw *w = web_json(c, 200);
    put(w, account, state, roles, account->version + 1);
    if (password)
        jw_text(w, "password", password);
    return web_json_end(c);
}

enum rc planner_account_roles(struct web_ctx *c)
{
    const struct roles *in = c->input;
    struct account account;
    unsigned roles;
    int64_t inspector;
    enum rc rc = find_version(c, in->version, &account);
    if (rc == RC_OK)
        rc = planner_account_duties(c, &in->roles, in->inspector, &roles, &inspector);
    if (rc == RC_OK)
        rc = account_roles(c->db, &account, roles, inspector);
    if (rc != RC_OK)
        return rc;
    c->audit.detail =
        arena_printf(c->arena, "{\"from\":\"%s\",\"to\":\"%s\"}",
                     roles_format(c->arena, account.roles), roles_format(c->arena, roles));
    return tell(c, &account, account.state, roles, NULL);
}

enum rc planner_account_move(struct web_ctx *c)
{
    const struct move *in = c->input;
    struct account account;
    int64_t department_id;
    enum rc rc = find_version(c, in->version, &account);
    if (rc != RC_OK)
        return rc;
    rc = department_by_code(c->db, in->department, &department_id);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/department", "没有部门“%s”", in->department);
    if (rc == RC_OK && department_id == account.department_id)
        return web_fail(c, RC_INVALID, "/department", "账号已在该部门");
    if (rc == RC_OK)
        rc = account_move(c->db, &account, department_id);
    if (rc != RC_OK)
        return rc;
    detail(c, "reason", arena_printf(c->arena, "%s：%s", in->department, in->reason));
    return tell(c, &account, ACCOUNT_DISABLED, 0, NULL);
}

static enum rc step(struct web_ctx *c, enum rc (*change)(struct db *, const struct account *),
                    enum account_state to, struct account *account)
{
    const struct step *in = c->input;
    enum rc rc = change(c->db, account);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "账号%s，不能这样办理", account_states[account->state].text);
    if (rc != RC_OK)
        return rc;
    detail(c, "reason", in->reason);
    return tell(c, account, to, account->roles, NULL);
}

enum rc planner_account_disable(struct web_ctx *c)
{
    struct account account;
    enum rc rc = find_version(c, ((const struct step *)c->input)->version, &account);
    return rc == RC_OK ? step(c, account_disable, ACCOUNT_DISABLED, &account) : rc;
}

enum rc planner_account_enable(struct web_ctx *c)
{
    struct account account;
    enum rc rc = find_version(c, ((const struct step *)c->input)->version, &account);
    if (rc == RC_OK && (!account.roles || !*account.password_hash))
        return web_fail(c, RC_STATE, "", "请先为调入的账号设定角色并重置密码");
    if (rc == RC_OK)
        rc = duty_check(c->db, account.department_id, date_at(c->now), account.roles, &c->err);
    return rc == RC_OK ? step(c, account_enable, ACCOUNT_ACTIVE, &account) : rc;
}

enum rc planner_account_retire(struct web_ctx *c)
{
    struct account account;
    enum rc rc = find_version(c, ((const struct step *)c->input)->version, &account);
    return rc == RC_OK ? step(c, account_retire, ACCOUNT_RETIRED, &account) : rc;
}

enum rc planner_account_reset(struct web_ctx *c)
{
    const struct planner_password *made = c->own;
    struct account account;
    enum rc rc = find_version(c, ((const struct reset *)c->input)->version, &account);
    if (rc == RC_OK)
        rc = account_reset(c->db, &account, made->hash);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = "{}";
    return tell(c, &account, account.state, account.roles, made->password);
}

enum rc planner_account_unlock(struct web_ctx *c)
{
    struct account account;
    enum rc rc = find(c, &account);
    if (rc == RC_OK)
        rc = account_unlock(c->db, &account);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = "{}";
    return web_empty(c, 204);
}
