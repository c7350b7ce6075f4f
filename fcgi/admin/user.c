#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/account.h"
#include "store/inspector.h"
#include "store/reference.h"
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

/* A password from the first line of standard input, or a random one that is printed. */
static enum rc choose_password(struct change *c, bool from_stdin)
{
    struct admin *a = c->admin;
    char line[PASSWORD_MAX + 2] = "";
    const char *password;
    if (from_stdin) {
        if (!fgets(line, sizeof line, stdin))
            return err_set(&a->err, RC_INVALID, "", "标准输入中没有密码");
        line[strcspn(line, "\r\n")] = '\0';
        if (strlen(line) < PASSWORD_MIN || strlen(line) > PASSWORD_MAX)
            return err_set(&a->err, RC_INVALID, "", "密码须为 %d 至 %d 个字节", PASSWORD_MIN,
                           PASSWORD_MAX);
        password = line;
    } else {
        password = c->password = password_random(a->arena);
    }
    c->account.password_hash = password_hash(a->arena, password);
    return RC_OK;
}

static enum rc not_found(enum rc rc, const char *login, struct err *err)
{
    return rc == RC_NOT_FOUND ? err_set(err, rc, login, "没有这个账号") : rc;
}

static enum rc resolve(struct change *c, struct err *err)
{
    struct admin *a = c->admin;
    struct reference_codes departments;
    enum rc rc = reference_codes(a->db, a->arena, CODES_DEPARTMENT, &departments);
    if (rc != RC_OK)
        return rc;
    const struct reference_code *d = reference_find(&departments, c->account.department);
    if (!d)
        return err_set(err, RC_INVALID, c->account.department, "没有这个部门");
    c->account.department_id = d->id;
    if (!c->inspector)
        return RC_OK;
    int64_t department_id;
    rc = inspector_id(a->db, c->inspector, &c->account.inspector_id, &department_id);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && department_id != d->id))
        return err_set(err, RC_INVALID, c->inspector, "该部门没有这名执法人员");
    return rc;
}

static enum rc add(struct change *c, struct err *err)
{
    int64_t id;
    enum rc rc = resolve(c, err);
    if (rc == RC_OK)
        rc = account_create(c->admin->db, &c->account, &id);
    return rc == RC_CONFLICT ? err_set(err, rc, c->account.login, "登录名已存在") : rc;
}

static enum rc unlock(struct change *c, struct err *err)
{
    return not_found(account_unlock(c->admin->db, c->account.login), c->account.login, err);
}

static enum rc disable(struct change *c, struct err *err)
{
    return not_found(account_disable(c->admin->db, c->account.login), c->account.login, err);
}

static enum rc password(struct change *c, struct err *err)
{
    return not_found(account_set_password(c->admin->db, c->account.login, c->account.password_hash),
                     c->account.login, err);
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

static bool good_login(const char *login)
{
    size_t n = strlen(login);
    return n >= 2 && n <= 40 && strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == n;
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
    if (!good_login(c.account.login))
        return admin_usage("登录名须为 2 至 40 个小写字母、数字或 . - _");
    enum rc rc = roles_parse(a->arena, c.roles, &c.account.roles, &a->err);
    if (rc == RC_OK)
        rc = choose_password(&c, from_stdin);
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
    enum rc rc = choose_password(&c, from_stdin);
    return rc == RC_OK ? finish(&c, "已更换密码") : admin_fault(a, rc);
}
