#include "store/account.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *const role_names[] = { "planner", "reviewer",      "publisher", "inspector",
                                   "auditor", "administrator", NULL };
enum { ROLE_COUNT = 6 };

DB_STMT(account_insert, "ttiiit", "",
        "INSERT INTO account (login, name, department_id, roles, inspector_id, password_hash)"
        " VALUES (?, ?, ?, ?, ?, ?)");
/* The department by a subquery: a join would lock its row too, and with it all its logins. */
DB_STMT(account_select, "t", "ittitiitiTi",
        "SELECT a.id, a.login, a.name, a.department_id,"
        " (SELECT d.code FROM department d WHERE d.id = a.department_id), a.roles, a.inspector_id,"
        " a.password_hash, a.failures, a.locked_until, a.disabled FROM account a"
        " WHERE a.login = ? FOR UPDATE");
DB_STMT(account_fail, "iTi", "",
        "UPDATE account SET failures = failures + 1,"
        " locked_until = IF(failures >= ?, ?, locked_until) WHERE id = ?");
DB_STMT(account_succeed, "i", "",
        "UPDATE account SET failures = 0, locked_until = NULL WHERE id = ?");
DB_STMT(account_unlock_login, "t", "",
        "UPDATE account SET failures = 0, locked_until = NULL WHERE login = ?");
DB_STMT(account_disable_login, "t", "", "UPDATE account SET disabled = TRUE WHERE login = ?");
DB_STMT(account_password, "tt", "",
        "UPDATE account SET password_hash = ?, failures = 0, locked_until = NULL WHERE login = ?");
DB_STMT(session_drop_login, "t", "",
        "DELETE s FROM session s JOIN account a ON a.id = s.account_id WHERE a.login = ?");
DB_STMT(session_insert, "biTTt", "",
        "INSERT INTO session (token_hash, account_id, created_at, expires_at, remote)"
        " VALUES (?, ?, ?, ?, ?)");
DB_STMT(session_select, "bT", "itiiti",
        "SELECT a.id, a.login, a.department_id, a.roles, d.code, a.inspector_id FROM session s"
        " JOIN account a ON a.id = s.account_id JOIN department d ON d.id = a.department_id"
        " WHERE s.token_hash = ? AND s.expires_at > ? AND NOT a.disabled");
DB_STMT(session_remove, "b", "", "DELETE FROM session WHERE token_hash = ?");
DB_STMT(session_remove_expired, "T", "", "DELETE FROM session WHERE expires_at <= ? LIMIT 1000");

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

static void read_account(const struct db_query *q, void *data)
{
    struct account_row *row = data;
    *row->out = (struct account){
        .id = db_col_int(q, 0),
        .login = db_col_dup(q, 1, row->arena),
        .name = db_col_dup(q, 2, row->arena),
        .department_id = db_col_int(q, 3),
        .department = db_col_dup(q, 4, row->arena),
        .roles = (unsigned)db_col_int(q, 5),
        .inspector_id = db_col_int(q, 6),
        .password_hash = db_col_dup(q, 7, row->arena),
        .failures = db_col_int(q, 8),
        .locked_until = db_col_int(q, 9),
        .disabled = db_col_int(q, 10) != 0,
    };
}

enum rc account_by_login(struct db *db, struct arena *a, const char *login, struct account *out)
{
    struct account_row row = { a, out };
    return db_one(db, &account_select, DB_ARGS(db_text(login)), read_account, &row);
}

enum rc account_failed(struct db *db, int64_t id, int64_t max_failures, int64_t locked_until)
{
    /* MariaDB assigns from left to right: the comparison sees the new count. */
    return db_exec(db, &account_fail,
                   DB_ARGS(db_int(max_failures), db_instant(locked_until), db_int(id)));
}

enum rc account_succeeded(struct db *db, int64_t id)
{
    return db_exec(db, &account_succeed, DB_ARGS(db_int(id)));
}

static enum rc one_login(struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) == 0 ? RC_NOT_FOUND : rc;
}

enum rc account_unlock(struct db *db, const char *login)
{
    return one_login(db, db_exec(db, &account_unlock_login, DB_ARGS(db_text(login))));
}

enum rc account_disable(struct db *db, const char *login)
{
    enum rc rc = one_login(db, db_exec(db, &account_disable_login, DB_ARGS(db_text(login))));
    return rc == RC_OK ? db_exec(db, &session_drop_login, DB_ARGS(db_text(login))) : rc;
}

enum rc account_set_password(struct db *db, const char *login, const char *password_hash)
{
    enum rc rc = one_login(
        db, db_exec(db, &account_password, DB_ARGS(db_text(password_hash), db_text(login))));
    return rc == RC_OK ? db_exec(db, &session_drop_login, DB_ARGS(db_text(login))) : rc;
}

enum rc session_create(struct db *db, const uint8_t hash[DIGEST_SIZE], int64_t account_id,
                       int64_t now, int64_t expires_at, const char *remote)
{
    return db_exec(db, &session_insert,
                   DB_ARGS(db_bytes(hash, DIGEST_SIZE), db_int(account_id), db_instant(now),
                           db_instant(expires_at), db_text(remote)));
}

struct actor_row {
    struct arena *arena;
    struct actor *out;
};

static void read_actor(const struct db_query *q, void *data)
{
    struct actor_row *row = data;
    *row->out = (struct actor){
        .kind = ACTOR_ACCOUNT,
        .id = db_col_int(q, 0),
        .name = db_col_dup(q, 1, row->arena),
        .department_id = db_col_int(q, 2),
        .roles = (unsigned)db_col_int(q, 3),
        .department = db_col_dup(q, 4, row->arena),
        .inspector_id = db_col_int(q, 5),
    };
}

enum rc session_actor(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE], int64_t now,
                      struct actor *out)
{
    struct actor_row row = { a, out };
    enum rc rc = db_one(db, &session_select, DB_ARGS(db_bytes(hash, DIGEST_SIZE), db_instant(now)),
                        read_actor, &row);
    if (rc == RC_NOT_FOUND)
        return RC_UNAUTHENTICATED;
    memcpy(out->token_hash, hash, DIGEST_SIZE);
    return rc;
}

enum rc session_delete(struct db *db, const uint8_t hash[DIGEST_SIZE])
{
    return db_exec(db, &session_remove, DB_ARGS(db_bytes(hash, DIGEST_SIZE)));
}

enum rc session_expire(struct db *db, int64_t now)
{
    return db_exec(db, &session_remove_expired, DB_ARGS(db_instant(now)));
}
