#include "store/listing.h"

/* 1 when the row differs, 2 when it is the same. */
DB_STMT(listing_compare, "DttttD", "i",
        "SELECT 1 + (removed_on <=> ? AND authority = ? AND reason = ?) FROM listing"
        " WHERE code = ? AND list = ? AND listed_on = ?");

DB_STMT(listing_upsert, "ttDDtt", "",
        "INSERT INTO listing (code, list, listed_on, removed_on, authority, reason)"
        " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE removed_on = VALUES(removed_on),"
        " authority = VALUES(authority), reason = VALUES(reason)");

DB_STMT(check_history_compare, "ttiD", "i",
        "SELECT 1 + (result_class = ?) FROM check_history WHERE code = ? AND department_id = ?"
        " AND checked_on = ?");

DB_STMT(check_history_upsert, "tiDt", "",
        "INSERT INTO check_history (code, department_id, checked_on, result_class)"
        " VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE result_class = VALUES(result_class)");

/* found: see above */
static enum store_change change_of(enum rc rc, int64_t found)
{
    return rc == RC_NOT_FOUND ? STORE_CREATED : found == 2 ? STORE_UNCHANGED : STORE_CHANGED;
}

enum rc listing_put(struct db *db, const struct listing *l, enum store_change *change)
{
    int64_t found = 0;
    struct db_val removed = l->removed ? db_date(l->removed_on) : db_null('D');
    enum rc rc = db_one_int(db, &listing_compare,
                            DB_ARGS(removed, db_text(l->authority), db_text(l->reason),
                                    db_text(l->code), db_text(l->list), db_date(l->listed_on)),
                            &found);
    *change = change_of(rc, found);
    if ((rc != RC_OK && rc != RC_NOT_FOUND) || *change == STORE_UNCHANGED)
        return rc;
    return db_exec(db, &listing_upsert,
                   DB_ARGS(db_text(l->code), db_text(l->list), db_date(l->listed_on), removed,
                           db_text(l->authority), db_text(l->reason)));
}

enum rc check_history_put(struct db *db, const char *code, int64_t department_id,
                          int32_t checked_on, const char *result_class, enum store_change *change)
{
    int64_t found = 0;
    enum rc rc = db_one_int(
        db, &check_history_compare,
        DB_ARGS(db_text(result_class), db_text(code), db_int(department_id), db_date(checked_on)),
        &found);
    *change = change_of(rc, found);
    if ((rc != RC_OK && rc != RC_NOT_FOUND) || *change == STORE_UNCHANGED)
        return rc;
    return db_exec(
        db, &check_history_upsert,
        DB_ARGS(db_text(code), db_int(department_id), db_date(checked_on), db_text(result_class)));
}
