#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/account/account.h"
#include "store/account/password_kept.h"
#include "store/directory/department.h"
#include "store/directory/inspector.h"
#include "sys/clock.h"
#include "sys/jsonw.h"
#include "sys/password.h"

struct change {
    struct admin *admin;
    struct account account;
    const char *roles;
    const char *inspector;
    const char *password; /* to be printed; NULL when it was given */
    enum rc (*run)(struct change *c, struct err *err);
    const char *action;
};

static enum rc find(struct change *c, struct account *account, struct err *err)
{
    struct admin *a = c->admin;
    enum rc rc = account_by_login(a->db, a->arena, c->account.login, account);
    return rc == RC_NOT_FOUND ? err_set(err, rc, c->account.login, "没有这个账号") : rc;
}

static enum rc resolve_department(struct admin *a, struct account *account, struct err *err)
{
    enum rc rc = department_by_code(a->db, account->department, &account->department_id);
    if (rc == RC_NOT_FOUND)
        return err_set(err, RC_INVALID, account->department, "没有这个部门");
    if (rc == RC_OK)
        rc = department_region(a->db, a->arena, account->department_id, &account->region);
    return rc;
}

static enum rc resolve_inspector(struct change *c, struct err *err)
{
    int64_t department_id;
    if (!c->inspector)
        return RC_OK;
    enum rc rc = inspector_id(c->admin->db, c->inspector, &c->account.inspector_id, &department_id);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && department_id != c->account.department_id))
        return err_set(err, RC_INVALID, c->inspector, "该部门没有这名执法人员");
    return rc;
}

/*
 * A password from the first line of standard input, or a random one that is printed. Either is to
 * be changed by its owner.
 */
static enum rc choose_password(struct change *c, const struct account *account, bool from_stdin)
{
    struct admin *a = c->admin;
    char line[PASSWORD_MAX + 3] = "";
    const char *password = line;
    enum rc rc = RC_OK;
    if (!from_stdin) {
        password = c->password = password_random(a->arena);
    } else if (!fgets(line, sizeof line, stdin)) {
        return err_set(&a->err, RC_INVALID, "", "标准输入中没有密码");
    } else {
        line[strcspn(line, "\r\n")] = '\0';
        if (!utf8_valid(line, strlen(line)))
            return err_set(&a->err, RC_INVALID, "", "密码须为 UTF-8 文本");
        rc = password_accept(a->db, a->arena, account, date_at(clock_now()), line, "", &a->err);
    }
    if (rc == RC_OK)
        c->account.password_hash = password_hash(a->arena, password);
    return rc;
}

static enum rc add(struct change *c, struct err *err)
{
    int64_t id;
    struct account *account = &c->account;
    enum rc rc = resolve_inspector(c, err);
    if (rc == RC_OK)
        rc = duty_check(c->admin->db, account->department_id, date_at(clock_now()), account->roles,
                        err);
    if (rc == RC_OK)
        rc = account_create(c->admin->db, account, &id);
    return rc == RC_CONFLICT ? err_set(err, rc, account->login, "登录名已存在") : rc;
}

static enum rc unlock(struct change *c, struct err *err)
{
    struct account account;
    enum rc rc = find(c, &account, err);
    return rc == RC_OK ? account_unlock(c->admin->db, &account) : rc;
}

static enum rc disable(struct change *c, struct err *err)
{
    struct account account;
    enum rc rc = find(c, &account, err);
    if (rc == RC_OK)
        rc = account_disable(c->admin->db, &account);
    return rc == RC_STATE
               ? err_set(err, rc, c->account.login, "账号%s", account_states[account.state].text)
               : rc;
}

static enum rc password(struct change *c, struct err *err)
{
    struct account account;
    enum rc rc = find(c, &account, err);
    if (rc == RC_OK)
        rc = account_reset(c->admin->db, &account, c->account.password_hash);
    return rc == RC_STATE ? err_set(err, rc, c->account.login, "账号已注销") : rc;
}

static enum rc run_change(struct db *db, void *data, struct err *err)
{
    (void)db;
    struct change *c = data;
    enum rc rc = c->run(c, err);
    if (rc != RC_OK)
        return rc;
    char *detail = arena_printf(c->admin->arena, "{\"roles\":\"%s\"}", c->roles ? c->roles : "");
    return admin_audit(c->admin, c->action,
                       arena_printf(c->admin->arena, "account:%s", c->account.login), detail);
}

static int finish(struct change *c, const char *done)
{
    struct admin *a = c->admin;
    enum rc rc = db_transaction(a->db, run_change, c, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    if (a->json) {
        struct buf b;
        struct jsonw w;
        buf_init(&b, a->arena, 4096);
        jw_init(&w, &b);
        jw_object(&w, NULL);
        jw_text(&w, "login", c->account.login);
        if (c->password)
            jw_text(&w, "password", c->password);
        jw_end(&w);
        (void)printf("%s\n", b.p);
    } else {
        (void)printf("%s：%s%s%s\n", done, c->account.login, c->password ? "，密码 " : "",
                     c->password ? c->password : "");
    }
    return EXIT_OK;
}

int admin_user_add(struct admin *a, int argc, char **argv)
{
    struct change c = { .admin = a, .run = add, .action = "account.create" };
    bool from_stdin = false;
    const struct admin_option options[] = {
        { "--name", &c.account.name, NULL },
        { "--department", &c.account.department, NULL },
        { "--roles", &c.roles, NULL },
        { "--inspector", &c.inspector, NULL },
        { "--password-stdin", NULL, &from_stdin },
        { NULL, NULL, NULL },
    };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 1 || !c.account.name || !c.account.department || !c.roles)
        return admin_usage("user add 需要登录名、--name、--department 和 --roles");
    c.account.login = argv[0];
    if (!account_login_good(c.account.login))
        return admin_usage("登录名须为 2 至 40 个小写字母、数字或 . - _");
    enum rc rc = roles_parse(a->arena, c.roles, &c.account.roles, &a->err);
    if (rc == RC_OK)
        rc = resolve_department(a, &c.account, &a->err);
    c.account.password_hash = "";
    if (rc == RC_OK)
        rc = choose_password(&c, &c.account, from_stdin);
    return rc == RC_OK ? finish(&c, "已新建账号") : admin_fault(a, rc);
}

static int one_login(struct admin *a, int argc, char **argv, struct change *c, const char *done)
{
    const struct admin_option none[] = { { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, none);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 1)
        return admin_usage("需要一个登录名");
    c->admin = a;
    c->account.login = argv[0];
    return finish(c, done);
}

int admin_user_unlock(struct admin *a, int argc, char **argv)
{
    struct change c = { .run = unlock, .action = "account.unlock" };
    return one_login(a, argc, argv, &c, "已解除锁定");
}

int admin_user_disable(struct admin *a, int argc, char **argv)
{
    struct change c = { .run = disable, .action = "account.disable" };
    return one_login(a, argc, argv, &c, "已停用账号");
}

int admin_user_password(struct admin *a, int argc, char **argv)
{
    struct change c = { .admin = a, .run = password, .action = "account.password" };
    bool from_stdin = false;
    const struct admin_option options[] = { { "--password-stdin", NULL, &from_stdin },
                                            { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 1)
        return admin_usage("user password 需要一个登录名");
    c.account.login = argv[0];
    struct account account;
    enum rc rc = account_find(a->db, a->arena, c.account.login, &account);
    if (rc == RC_NOT_FOUND)
        rc = err_set(&a->err, rc, c.account.login, "没有这个账号");
    if (rc == RC_OK)
        rc = choose_password(&c, &account, from_stdin);
    return rc == RC_OK ? finish(&c, "已更换密码") : admin_fault(a, rc);
}

struct exception {
    struct admin *admin;
    struct account account; /* the department */
    const char *roles;
    unsigned bits;
    const char *document;
    const char *reason;
    int32_t ends_on;
};

static enum rc run_except(struct db *db, void *data, struct err *err)
{
    struct exception *e = data;
    struct arena *a = e->admin->arena;
    struct buf detail;
    struct jsonw w;
    (void)err;
    enum rc rc = duty_except(db, e->account.department_id, e->bits, e->document, e->reason,
                             e->ends_on, clock_now());
    if (rc != RC_OK)
        return rc;
    buf_init(&detail, a, 4096);
    jw_init(&w, &detail);
    jw_object(&w, NULL);
    jw_text(&w, "roles", e->roles);
    jw_text(&w, "document", e->document);
    jw_text(&w, "reason", e->reason);
    jw_date(&w, "ends_on", e->ends_on);
    jw_end(&w);
    return admin_audit(e->admin, "duty.except",
                       arena_printf(a, "department:%s", e->account.department), detail.p);
}

int admin_user_except(struct admin *a, int argc, char **argv)
{
    struct exception e = { .admin = a };
    const char *until = NULL;
    const struct admin_option options[] = {
        { "--roles", &e.roles, NULL },
        { "--document", &e.document, NULL },
        { "--reason", &e.reason, NULL },
        { "--until", &until, NULL },
        { NULL, NULL, NULL },
    };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 1 || !e.roles || !e.document || !e.reason || !until)
        return admin_usage("user except 需要部门编号、--roles、--document、--reason 和 --until");
    e.account.department = argv[0];
    if (!date_parse(until, &e.ends_on))
        return admin_usage("--until 须为日期，如 2026-12-31");
    enum rc rc = roles_parse(a->arena, e.roles, &e.bits, &a->err);
    if (rc == RC_OK && (e.bits & ~ROLES_DIVIDED || !(e.bits & (e.bits - 1))))
        rc = err_set(&a->err, RC_INVALID, e.roles, "只有计划、审核、公示可经批准兼任");
    if (rc == RC_OK)
        rc = resolve_department(a, &e.account, &a->err);
    if (rc == RC_OK)
        rc = db_transaction(a->db, run_except, &e, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    if (!a->json)
        (void)printf("已登记：%s 的一个账号可兼任 %s，至 %s\n", argv[0], e.roles, until);
    return EXIT_OK;
}
