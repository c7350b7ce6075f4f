/* What administrators and owners change of an account. */
#include "store/account/account.h"

#include "store/account/session.h"

DB_STMT(account_set_roles, "iii", "",
        "UPDATE account SET roles = ?, inspector_id = ?, version = version + 1"
        " WHERE id = ? AND state <> 'retired'");
DB_STMT(account_set_state, "tit", "",
        "UPDATE account SET state = ?, version = version + 1 WHERE id = ? AND state = ?");
/* Nobody gets that login again, and nobody signs in with it. */
DB_STMT(account_set_retired, "i", "",
        "UPDATE account SET state = 'retired', password_hash = '', version = version + 1"
        " WHERE id = ? AND state <> 'retired'");
DB_STMT(account_set_department, "ii", "",
        "UPDATE account SET department_id = ?, state = 'disabled', roles = 0, inspector_id = NULL,"
        " password_hash = '', version = version + 1 WHERE id = ? AND state <> 'retired'");
DB_STMT(account_set_password, "tiii", "",
        "UPDATE account SET password_hash = ?, must_change = ?, version = version + ?"
        " WHERE id = ? AND state <> 'retired'");
DB_STMT(account_set_totp, "bi", "",
        "UPDATE account SET totp_secret = ?, totp_active = FALSE, totp_step = 0 WHERE id = ?");
DB_STMT(account_set_totp_step, "ii", "",
        "UPDATE account SET totp_active = TRUE, totp_step = ? WHERE id = ?");
DB_STMT(password_former_insert, "i", "",
        "INSERT INTO password_former (account_id, password_hash)"
        " SELECT id, password_hash FROM account WHERE id = ? AND password_hash <> ''");
DB_STMT(sign_in_clear, "t", "", "DELETE FROM sign_in WHERE login = ?");

DB_STMT(duty_select, "iD", "i",
        "SELECT COALESCE(BIT_OR(roles), 0) FROM duty_exception WHERE department_id = ?"
        " AND ends_on >= ?");
DB_STMT(duty_insert, "iittDT", "",
        "INSERT INTO duty_exception (department_id, roles, document, reason, ends_on, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?)");

static enum rc changed(struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) == 0 ? RC_STATE : rc;
}

enum rc account_roles(struct db *db, const struct account *account, unsigned roles,
                      int64_t inspector_id)
{
    return changed(
        db, db_exec(db, &account_set_roles,
                    DB_ARGS(db_int(roles), inspector_id ? db_int(inspector_id) : db_null('i'),
                            db_int(account->id))));
}

static enum rc set_state(struct db *db, const struct account *account, enum account_state from,
                         enum account_state to)
{
    return changed(db, db_exec(db, &account_set_state,
                               DB_ARGS(db_text(account_states[to].value), db_int(account->id),
                                       db_text(account_states[from].value))));
}

enum rc account_disable(struct db *db, const struct account *account)
{
    enum rc rc = set_state(db, account, ACCOUNT_ACTIVE, ACCOUNT_DISABLED);
    return rc == RC_OK ? session_end_all(db, account->id, NULL) : rc;
}

enum rc account_enable(struct db *db, const struct account *account)
{
    return set_state(db, account, ACCOUNT_DISABLED, ACCOUNT_ACTIVE);
}

enum rc account_retire(struct db *db, const struct account *account)
{
    enum rc rc = changed(db, db_exec(db, &account_set_retired, DB_ARGS(db_int(account->id))));
    return rc == RC_OK ? session_end_all(db, account->id, NULL) : rc;
}

enum rc account_move(struct db *db, const struct account *account, int64_t department_id)
{
    enum rc rc = changed(db, db_exec(db, &account_set_department,
                                     DB_ARGS(db_int(department_id), db_int(account->id))));
    if (rc == RC_OK)
        rc = account_totp_begin(db, account, NULL, 0);
    return rc == RC_OK ? session_end_all(db, account->id, NULL) : rc;
}

static enum rc set_password(struct db *db, const struct account *account, const char *hash,
                            bool others, const uint8_t *token_hash)
{
    enum rc rc = db_exec(db, &password_former_insert, DB_ARGS(db_int(account->id)));
    if (rc == RC_OK)
        rc = changed(db, db_exec(db, &account_set_password,
                                 DB_ARGS(db_text(hash), db_int(others), db_int(others),
                                         db_int(account->id))));
    return rc == RC_OK ? session_end_all(db, account->id, token_hash) : rc;
}

enum rc account_reset(struct db *db, const struct account *account, const char *password_hash)
{
    enum rc rc = set_password(db, account, password_hash, true, NULL);
    if (rc == RC_OK)
        rc = account_totp_begin(db, account, NULL, 0);
    return rc == RC_OK ? account_unlock(db, account) : rc;
}

enum rc account_password(struct db *db, const struct account *account, const char *password_hash,
                         const uint8_t token_hash[DIGEST_SIZE])
{
    return set_password(db, account, password_hash, false, token_hash);
}

enum rc account_totp_begin(struct db *db, const struct account *account, const uint8_t *sealed,
                           size_t size)
{
    return db_exec(db, &account_set_totp,
                   DB_ARGS(sealed ? db_bytes(sealed, size) : db_null('b'), db_int(account->id)));
}

enum rc account_totp_used(struct db *db, const struct account *account, int64_t step)
{
    return db_exec(db, &account_set_totp_step, DB_ARGS(db_int(step), db_int(account->id)));
}

enum rc account_unlock(struct db *db, const struct account *account)
{
    return db_exec(db, &sign_in_clear, DB_ARGS(db_text(account->login)));
}

enum rc duty_excepted(struct db *db, int64_t department_id, int32_t on, unsigned *roles)
{
    int64_t bits = 0;
    enum rc rc = db_one_int(db, &duty_select, DB_ARGS(db_int(department_id), db_date(on)), &bits);
    *roles = (unsigned)bits;
    return rc;
}

enum rc duty_except(struct db *db, int64_t department_id, unsigned roles, const char *document,
                    const char *reason, int32_t ends_on, int64_t now)
{
    return db_exec(db, &duty_insert,
                   DB_ARGS(db_int(department_id), db_int(roles), db_text(document), db_text(reason),
                           db_date(ends_on), db_instant(now)));
}

enum rc duty_check(struct db *db, int64_t department_id, int32_t on, unsigned roles,
                   struct err *err)
{
    unsigned excepted = 0;
    enum rc rc = duty_excepted(db, department_id, on, &excepted);
    unsigned conflict = rc == RC_OK ? role_conflict(roles, excepted) : 0;
    if (!conflict)
        return rc;
    if (conflict & (ROLE_AUDITOR | ROLE_ADMINISTRATOR | ROLE_REPORTER))
        return err_set(err, RC_INVALID, "/roles", "审计员、管理员的账号不得兼有其他角色");
    return err_set(err, RC_INVALID, "/roles",
                   "计划、审核、公示须由不同的账号承担；确需兼任的，须经批准并登记在案");
}
