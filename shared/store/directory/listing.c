#include "store/directory/listing.h"

#include <stdio.h>

#include "base/date.h"
#include "store/directory/proposal.h"

/* 1 when the row differs, 2 when it is the same; whether it stands. */
DB_STMT(listing_compare, "DttDttDi", "ii",
        "SELECT 1 + (removed_on <=> ? AND authority = ? AND reason = ?),"
        " removed_on IS NULL OR removed_on > ? FROM listing"
        " WHERE code = ? AND list = ? AND listed_on = ? AND department_id = ?");

DB_STMT(listing_upsert, "ttDDtti", "",
        "INSERT INTO listing (code, list, listed_on, removed_on, authority, reason, department_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE removed_on = VALUES(removed_on),"
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

/* Whether what the department says of lists holds for all: 1 or 0. */
DB_STMT(listing_authority_select, "i", "i",
        "SELECT COUNT(*) FROM fact_authority a JOIN department d ON d.kind = a.kind"
        " WHERE a.fact = 'listing' AND d.id = ?");

DB_STMT(listing_note, "iitttTt", "",
        "INSERT INTO subject_change (subject_id, for_id, by_id, fact, before_it, after_it,"
        " changed_at) SELECT COALESCE(b.merged_into, b.id), ?, ?, ?, ?, ?, ? FROM subject b"
        " WHERE b.code = ?");

struct standing {
    int64_t found;
    bool stands;
};

static void read_standing(const struct db_query *q, void *data)
{
    struct standing *s = data;
    s->found = db_col_int(q, 0);
    s->stands = db_col_int(q, 1) != 0;
}

/* For whom it holds, and what changes by it. */
static enum rc note(struct db *db, const struct listing *l, bool before, bool after, int64_t now)
{
    int64_t authority = 1;
    enum rc rc = RC_OK;
    if (before == after)
        return RC_OK;
    if (l->department_id)
        rc = db_one_int(db, &listing_authority_select, DB_ARGS(db_int(l->department_id)),
                        &authority);
    if (rc == RC_OK)
        rc = db_exec(db, &listing_note,
                     DB_ARGS(db_int(authority ? 0 : l->department_id), db_int(l->department_id),
                             db_text(l->list), db_text(before ? "1" : "0"),
                             db_text(after ? "1" : "0"), db_instant(now), db_text(l->code)));
    if (rc != RC_OK || authority)
        return rc;
    char day[DATE_TEXT];
    char value[DATE_TEXT + 10];
    date_format(day, after ? l->listed_on : l->removed_on);
    (void)snprintf(value, sizeof value, "%s %s", after ? "列入" : "移出", day);
    return proposal_listing(db, l->code, l->list, value, l->department_id, now);
}

enum rc listing_put(struct db *db, const struct listing *l, int64_t now, enum store_change *change)
{
    struct standing was = { .found = 0 };
    int32_t today = date_at(now);
    bool stands = !l->removed || l->removed_on > today;
    struct db_val removed = l->removed ? db_date(l->removed_on) : db_null('D');
    enum rc rc = db_one(db, &listing_compare,
                        DB_ARGS(removed, db_text(l->authority), db_text(l->reason), db_date(today),
                                db_text(l->code), db_text(l->list), db_date(l->listed_on),
                                db_int(l->department_id)),
                        read_standing, &was);
    *change = change_of(rc, was.found);
    if ((rc != RC_OK && rc != RC_NOT_FOUND) || *change == STORE_UNCHANGED)
        return rc;
    rc = db_exec(db, &listing_upsert,
                 DB_ARGS(db_text(l->code), db_text(l->list), db_date(l->listed_on), removed,
                         db_text(l->authority), db_text(l->reason), db_int(l->department_id)));
    return rc == RC_OK ? note(db, l, was.stands, stands, now) : rc;
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
