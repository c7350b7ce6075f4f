#include "store/account/account.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *const role_names[] = { "planner", "reviewer",      "publisher", "inspector",
                                   "auditor", "administrator", "reporter",  NULL };
enum { ROLE_COUNT = 7 };

DB_STMT(account_insert, "ttiiit", "",
        "INSERT INTO account (login, name, department_id, roles, inspector_id, password_hash)"
        " VALUES (?, ?, ?, ?, ?, ?)");
/* The department by subqueries: a join would lock its row too, and with it all its logins. */
#define ACCOUNT_COLUMNS                                                                            \
    "SELECT a.id, a.login, a.name, a.department_id,"                                               \
    " (SELECT d.code FROM department d WHERE d.id = a.department_id),"                             \
    " (SELECT d.region_code FROM department d WHERE d.id = a.department_id), a.roles,"             \
    " a.inspector_id, a.password_hash, a.must_change, a.state, a.version, a.failures,"             \
    " a.signed_in_at, a.signed_in_from, a.totp_secret, a.totp_active,"                             \
    " a.totp_step FROM account a WHERE a.login = ?"
DB_STMT(account_select, "t", "ittittiititiiTtbii", ACCOUNT_COLUMNS);
DB_STMT(account_select_lock, "t", "ittittiititiiTtbii", ACCOUNT_COLUMNS " FOR UPDATE");

const struct row_label account_states[] = { [ACCOUNT_ACTIVE] = { "active", "在用" },
                                            [ACCOUNT_DISABLED] = { "disabled", "已停用" },
                                            [ACCOUNT_RETIRED] = { "retired", "已注销" },
                                            { NULL, NULL } };

static const struct row_label role_labels[] = {
    { "planner", "计划员" },    { "reviewer", "审核员" },
    { "publisher", "公示员" },  { "inspector", "执法人员" },
    { "auditor", "审计员" },    { "administrator", "管理员" },
    { "reporter", "线索报送" }, { NULL, NULL }
};

/* In the order of the bits. */
#define ROLES_OF                                                                                   \
    "MAKE_SET(a.roles, 'planner', 'reviewer', 'publisher', 'inspector', 'auditor',"                \
    " 'administrator', 'reporter')"

/* clang-format counts bytes. */
/* clang-format off */
#define ROLE_NAMES_OF                                                                              \
    "MAKE_SET(a.roles, '计划员', '审核员', '公示员', '执法人员', '审计员', '管理员', '线索报送')"
/* clang-format on */

#define LOCKED_UNTIL                                                                               \
    "(SELECT MAX(f.locked_until) FROM sign_in f WHERE f.login = a.login"                           \
    " AND f.locked_until > UTC_TIMESTAMP(3))"

#define COL(member, ...) ROW_COL(struct account_line, member, __VA_ARGS__)
static const struct row_set account_rows =
    ROW_SET(struct account_line, COL(login, "a.login", .title = "登录名", .width = 16),
            COL(name, "a.name", .title = "名称", .width = 16), COL(roles, ROLES_OF " AS roles"),
            COL(role_names, ROLE_NAMES_OF " AS role_names", .title = "角色", .width = 30),
            COL(inspector, "inspector.card_no", .title = "执法证号", .width = 16, .nullable = true),
            COL(state, "a.state", .title = "状态", .labels = account_states),
            COL(must_change, "a.must_change", .title = "须更改密码"),
            COL(totp_active, "a.totp_active", .title = "动态验证码"),
            COL(failures, "a.failures", .title = "上次登录后失败"),
            COL(locked_until, LOCKED_UNTIL " AS locked_until", .title = "有地址被锁定至",
                .width = 18, .instant = true, .nullable = true),
            COL(signed_in_at, "a.signed_in_at", .title = "上次登录", .width = 18, .instant = true,
                .nullable = true),
            COL(version, "a.version"));
#undef COL

LIST(account_list, .name = "accounts", .title = "账号", .rows = &account_rows,
     .from = " FROM account a LEFT JOIN inspector ON inspector.id = a.inspector_id",
     .where = "a.department_id = ?", .in = "i", .key = "login",
     .filters = LIST_FILTERS(
         { .name = "role",
           .title = "角色",
           .sql = "FIND_IN_SET(?, " ROLES_OF ") > 0",
           .labels = role_labels },
         { .name = "state", .title = "状态", .sql = "a.state = ?", .labels = account_states },
         { .name = "locked",
           .title = "锁定中",
           .sql = "(" LOCKED_UNTIL " IS NOT NULL) = ?",
           .type = 'i',
           .yes = true },
         { .name = "login", .title = "登录名", .sql = "a.login LIKE ?", .prefix = true },
         { .name = "name", .title = "名称", .sql = "a.name LIKE ?", .prefix = true }),
     .orders = LIST_ORDERS({ .member = "login" }, { .member = "name" }),
     .small = "the accounts of one department");

#define COL(member, ...) ROW_COL(struct duty_line, member, __VA_ARGS__)
static const struct row_set duty_rows =
    ROW_SET(struct duty_line, COL(id, "a.id"), COL(roles, ROLES_OF " AS roles"),
            COL(role_names, ROLE_NAMES_OF " AS role_names", .title = "可兼任的角色", .width = 30),
            COL(document, "a.document", .title = "批准文件", .width = 30),
            COL(reason, "a.reason", .title = "理由", .width = 40),
            COL(ends_on, "a.ends_on", .title = "有效至"),
            COL(recorded_at, "a.recorded_at", .title = "登记时间", .width = 18, .instant = true));
#undef COL

LIST(duty_list, .name = "exceptions", .title = "兼任登记", .rows = &duty_rows,
     .from = " FROM duty_exception a", .where = "a.department_id = ?", .in = "i", .key = "id",
     .orders = LIST_ORDERS({ .member = "id" }), .small = "the exceptions of one department");

enum rc roles_parse(struct arena *a, const char *text, unsigned *roles, struct err *err)
{
    char *parts[ROLE_COUNT];
    size_t n = text_split(arena_strdup(a, text), ',', parts, ROLE_COUNT);
    *roles = 0;
    if (n == 0 || n > ROLE_COUNT)
        return err_set(err, RC_INVALID, "/roles", "至少须有一个角色，且不得重复");
    for (size_t i = 0; i < n; i++) {
        int bit = text_index(role_names, parts[i]);
        if (bit < 0)
            return err_set(err, RC_INVALID, "/roles", "未知的角色“%.40s”", parts[i]);
        *roles |= 1U << bit;
    }
    return RC_OK;
}

char *roles_format(struct arena *a, unsigned roles)
{
    char text[80] = "";
    for (int i = 0; i < ROLE_COUNT; i++) {
        size_t n = strlen(text);
        if (roles >> i & 1)
            (void)snprintf(text + n, sizeof text - n, "%s%s", n ? "," : "", role_names[i]);
    }
    return arena_strdup(a, text);
}

bool account_login_good(const char *login)
{
    size_t n = strlen(login);
    return n >= 2 && n <= 40 && strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == n;
}

enum rc account_create(struct db *db, const struct account *account, int64_t *id)
{
    enum rc rc =
        db_exec(db, &account_insert,
                DB_ARGS(db_text(account->login), db_text(account->name),
                        db_int(account->department_id), db_int(account->roles),
                        account->inspector_id ? db_int(account->inspector_id) : db_null('i'),
                        db_text(account->password_hash)));
    *id = db_insert_id(db);
    return rc;
}

struct account_row {
    struct arena *arena;
    struct account *out;
};

static enum account_state state_of(const char *name)
{
    int state = ACCOUNT_ACTIVE;
    while (strcmp(account_states[state].value, name) != 0)
        state++;
    return (enum account_state)state;
}

static void read_account(const struct db_query *q, void *data)
{
    struct account_row *row = data;
    *row->out = (struct account){
        .id = db_col_int(q, 0),
        .login = db_col_dup(q, 1, row->arena),
        .name = db_col_dup(q, 2, row->arena),
        .department_id = db_col_int(q, 3),
        .department = db_col_dup(q, 4, row->arena),
        .region = db_col_dup(q, 5, row->arena),
        .roles = (unsigned)db_col_int(q, 6),
        .inspector_id = db_col_int(q, 7),
        .password_hash = db_col_dup(q, 8, row->arena),
        .must_change = db_col_int(q, 9) != 0,
        .state = state_of(db_col_text(q, 10)),
        .version = db_col_int(q, 11),
        .failures = db_col_int(q, 12),
        .signed_in_at = db_col_int(q, 13),
        .signed_in_from = db_col_dup(q, 14, row->arena),
        .totp_active = db_col_int(q, 16) != 0,
        .totp_step = db_col_int(q, 17),
    };
    const void *sealed = db_col_bytes(q, 15, &row->out->totp_size);
    if (sealed)
        row->out->totp = arena_memdup(row->arena, sealed, row->out->totp_size);
}

enum rc account_find(struct db *db, struct arena *a, const char *login, struct account *out)
{
    struct account_row row = { a, out };
    return db_one(db, &account_select, DB_ARGS(db_text(login)), read_account, &row);
}

enum rc account_by_login(struct db *db, struct arena *a, const char *login, struct account *out)
{
    struct account_row row = { a, out };
    return db_one(db, &account_select_lock, DB_ARGS(db_text(login)), read_account, &row);
}
