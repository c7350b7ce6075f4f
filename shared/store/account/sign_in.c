#include "store/account/sign_in.h"

/* Makes the row or finds it, and takes its lock: to ask for a row that is not there would lock a
   gap. */
DB_STMT(sign_in_lock, "tt", "iiTT",
        "INSERT INTO sign_in (login, source) VALUES (?, ?) ON DUPLICATE KEY UPDATE login = login"
        " RETURNING failures, locks, locked_until, last_at");
DB_STMT(sign_in_select, "tt", "iiTT",
        "SELECT failures, locks, locked_until, last_at FROM sign_in WHERE login = ?"
        " AND source = ?");
DB_STMT(sign_in_update, "iiTTtt", "",
        "UPDATE sign_in SET failures = ?, locks = ?, locked_until = ?, last_at = ?"
        " WHERE login = ? AND source = ?");
DB_STMT(sign_in_remove, "tt", "", "DELETE FROM sign_in WHERE login = ? AND source = ?");
DB_STMT(sign_in_remove_old, "T", "", "DELETE FROM sign_in WHERE last_at < ? LIMIT 100");
DB_STMT(account_count_failure, "i", "", "UPDATE account SET failures = failures + 1 WHERE id = ?");
DB_STMT(account_count_success, "Tti", "",
        "UPDATE account SET failures = 0, signed_in_at = ?, signed_in_from = ? WHERE id = ?");

static void read_sign_in(const struct db_query *q, void *data)
{
    *(struct sign_in *)data = (struct sign_in){
        .failures = db_col_int(q, 0),
        .locks = db_col_int(q, 1),
        .locked_until = db_col_int(q, 2),
        .last_at = db_col_int(q, 3),
    };
}

enum rc sign_in_read(struct db *db, const char *login, const char *source, struct sign_in *out)
{
    *out = (struct sign_in){ .failures = 0 };
    enum rc rc =
        db_one(db, &sign_in_select, DB_ARGS(db_text(login), db_text(source)), read_sign_in, out);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc sign_in_failed(struct db *db, const char *login, const char *source,
                       const struct account *account, const struct sign_in_rules *rules,
                       int64_t now, struct sign_in *out, bool *locks)
{
    *locks = false;
    enum rc rc =
        db_one(db, &sign_in_lock, DB_ARGS(db_text(login), db_text(source)), read_sign_in, out);
    /* Others of that address may have locked it while this one's password was looked at. */
    if (rc != RC_OK || out->locked_until > now)
        return rc;
    *locks = sign_in_fail(out, rules, now);
    rc = db_exec(db, &sign_in_update,
                 DB_ARGS(db_int(out->failures), db_int(out->locks),
                         out->locked_until ? db_instant(out->locked_until) : db_null('T'),
                         db_instant(now), db_text(login), db_text(source)));
    if (rc == RC_OK && account)
        rc = db_exec(db, &account_count_failure, DB_ARGS(db_int(account->id)));
    if (rc == RC_OK)
        rc = db_exec(db, &sign_in_remove_old,
                     DB_ARGS(db_instant(now - SIGN_IN_FORGET_MS - SIGN_IN_LOCK_MAX_MS)));
    return rc;
}

enum rc sign_in_succeeded(struct db *db, const struct account *account, const char *source,
                          const char *remote, int64_t now)
{
    enum rc rc = db_exec(db, &account_count_success,
                         DB_ARGS(db_instant(now), db_text(remote), db_int(account->id)));
    if (rc == RC_OK)
        rc = db_exec(db, &sign_in_remove, DB_ARGS(db_text(account->login), db_text(source)));
    return rc;
}
