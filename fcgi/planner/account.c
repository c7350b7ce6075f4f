#include "planner/routes.h"

#include <string.h>

#include "store/inspector.h"
#include "sys/password.h"

struct body {
    const char *login;
    const char *name;
    const char *department;
    struct web_texts roles;
    const char *inspector;
};

static const struct web_field body_fields[] = {
    { "login", WEB_TEXT, offsetof(struct body, login), true, 3, 40, 0, NULL },
    { "name", WEB_TEXT, offsetof(struct body, name), true, 1, 60, 0, NULL },
    { "department", WEB_TEXT, offsetof(struct body, department), true, 1, 16, 0, NULL },
    { "roles", WEB_TEXTS, offsetof(struct body, roles), true, 1, 6, 0, NULL },
    { "inspector", WEB_TEXT, offsetof(struct body, inspector), false, 1, 32, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_account_body = { body_fields, sizeof(struct body) };

static enum rc roles_of(struct web_ctx *c, const struct web_texts *names, unsigned *roles)
{
    struct buf list;
    buf_init(&list, c->arena, 1024);
    for (size_t i = 0; i < names->n; i++) {
        if (strchr(names->v[i], ','))
            return web_fail(c, RC_INVALID, "/roles", "未知的角色“%.40s”", names->v[i]);
        buf_printf(&list, "%s%s", i ? "," : "", names->v[i]);
    }
    return roles_parse(c->arena, list.p, roles, &c->err);
}

static enum rc inspector_of(struct web_ctx *c, const char *card_no, int64_t *id)
{
    int64_t department_id;
    enum rc rc = inspector_id(c->db, card_no, id, &department_id);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && department_id != c->actor.department_id))
        return web_fail(c, RC_INVALID, "/inspector", "本部门没有证号为“%s”的执法人员", card_no);
    return rc;
}

/* An administrator looks after the accounts of the own department. */
enum rc planner_account_create(struct web_ctx *c)
{
    const struct body *in = c->input;
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    if (strspn(in->login, allowed) != strlen(in->login))
        return web_fail(c, RC_INVALID, "/login", "登录名只能含小写字母、数字和 . _ -");
    if (strcmp(in->department, c->actor.department) != 0)
        return web_fail(c, RC_FORBIDDEN, "/department", "只能管理本部门的账号");
    struct account account = { .login = in->login,
                               .name = in->name,
                               .department_id = c->actor.department_id };
    const char *password = password_random(c->arena);
    int64_t id;
    enum rc rc = roles_of(c, &in->roles, &account.roles);
    if (rc == RC_OK && in->inspector)
        rc = inspector_of(c, in->inspector, &account.inspector_id);
    if (rc != RC_OK)
        return rc;
    account.password_hash = password_hash(c->arena, password);
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
    jw_array(w, "roles");
    for (int i = 0; role_names[i]; i++)
        if (account.roles >> i & 1U)
            jw_text(w, NULL, role_names[i]);
    jw_end(w);
    jw_text(w, "password", password);
    return web_json_end(c);
}

enum rc planner_account_unlock(struct web_ctx *c)
{
    const char *login = web_param(c, "login");
    struct account account;
    enum rc rc = account_by_login(c->db, c->arena, login, &account);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有账号“%.40s”", login);
    if (rc != RC_OK)
        return rc;
    if (account.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "只能管理本部门的账号");
    rc = account_unlock(c->db, login);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "account:%s", login);
    c->audit.detail = "{}";
    return web_empty(c, 204);
}
