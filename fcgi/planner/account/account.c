/* New accounts. */
#include "planner/account/account.h"

#include <string.h>

#include "store/directory/inspector.h"
#include "base/date.h"

struct body {
    const char *login;
    const char *name;
    const char *department;
    struct web_texts roles;
    const char *inspector;
};

const struct web_input planner_account_body = WEB_INPUT(
    struct body, WEB_FIELD(struct body, login, "登录名", .required = true, .min = 3, .max = 40),
    WEB_FIELD(struct body, name, "名称", .required = true, .max = 60),
    WEB_FIELD(struct body, department, "部门", .required = true, .max = 16),
    WEB_FIELD(struct body, roles, "角色", .required = true, .min = 1, .max = 6),
    WEB_FIELD(struct body, inspector, "执法检查人员", .max = 32, .identifier = true));

static enum rc roles_of(struct web_ctx *c, const struct web_texts *names, unsigned *roles)
{
    struct buf list;
    buf_init(&list, c->arena, 1024);
    for (size_t i = 0; i < names->n; i++) {
        if (strchr(names->v[i], ','))
            return web_fail(c, RC_INVALID, "/roles", "未知的角色“%.40s”", names->v[i]);
        buf_printf(&list, "%s%s", i ? "," : "", names->v[i]);
    }
    enum rc rc = roles_parse(c->arena, list.p, roles, &c->err);
    if (rc == RC_OK)
        rc = duty_check(c->db, c->actor.department_id, date_at(c->now), *roles, &c->err);
    return rc;
}

static enum rc inspector_of(struct web_ctx *c, const char *card_no, int64_t *id)
{
    int64_t department_id;
    *id = 0;
    if (!card_no)
        return RC_OK;
    enum rc rc = inspector_id(c->db, card_no, id, &department_id);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && department_id != c->actor.department_id))
        return web_fail(c, RC_INVALID, "/inspector", "本部门没有证号为“%s”的执法人员", card_no);
    return rc;
}

enum rc planner_account_duties(struct web_ctx *c, const struct web_texts *names,
                               const char *card_no, unsigned *roles, int64_t *inspector)
{
    enum rc rc = roles_of(c, names, roles);
    return rc == RC_OK ? inspector_of(c, card_no, inspector) : rc;
}

/* An administrator looks after the accounts of the own department. */
enum rc planner_account_create(struct web_ctx *c)
{
    const struct body *in = c->input;
    if (!account_login_good(in->login))
        return web_fail(c, RC_INVALID, "/login", "登录名只能含小写字母、数字和 . _ -");
    if (strcmp(in->department, c->actor.department) != 0)
        return web_fail(c, RC_FORBIDDEN, "/department", "只能管理本部门的账号");
    struct account account = { .login = in->login,
                               .name = in->name,
                               .department_id = c->actor.department_id };
    const struct planner_password *made = c->own;
    int64_t id;
    enum rc rc =
        planner_account_duties(c, &in->roles, in->inspector, &account.roles, &account.inspector_id);
    if (rc != RC_OK)
        return rc;
    account.password_hash = made->hash;
    rc = account_create(c->db, &account, &id);
    if (rc == RC_CONFLICT)
        return web_fail(c, rc, "/login", "登录名“%s”已存在", in->login);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "account:%s", in->login);
    c->audit.detail =
        arena_printf(c->arena, "{\"roles\":\"%s\"}", roles_format(c->arena, account.roles));
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "login", in->login);
    jw_text(w, "name", in->name);
    jw_text(w, "department", in->department);
    planner_put_roles(w, account.roles);
    jw_text(w, "password", made->password);
    return web_json_end(c);
}
