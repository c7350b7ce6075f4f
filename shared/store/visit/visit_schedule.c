/* Dates and dispatch of visits; declared in store/visit/visit.h. */
#include "store/visit/visit.h"

#include "store/visit/notice.h"
#include "store/visit/redrawn.h"

DB_STMT(visit_turn_update, "", "", "UPDATE visit_turn SET taken = taken + 1");

/* What it was cancelled for is told until it has another day. */
#define DATE                                                                                       \
    "version = version + (NOT planned_on <=> ?), planned_on = ?, joint_id = ?, door_code = ?,"     \
    " cancelled_from = IF(planned_on IS NULL, cancelled_from, NULL),"                              \
    " cancelled_kind = IF(planned_on IS NULL, cancelled_kind, NULL),"                              \
    " cancelled_reason = IF(planned_on IS NULL, cancelled_reason, NULL)"
DB_STMT(visit_date_update, "DDiti", "",
        "UPDATE visit SET " DATE " WHERE id = ? AND state = 'planned' AND NOT pinned");
/* Phones that have not heard of it bring the code of before. */
DB_STMT(visit_move_update, "tDDitii", "",
        "UPDATE visit SET former_door_code = IF(state = 'dispatched' AND door_code <> ?, door_code,"
        " former_door_code), " DATE ", pinned = state = 'planned' AND planned_on IS NOT NULL"
        " WHERE id = ? AND version = ?");
DB_STMT(visit_cancel_update, "Dtti", "",
        "UPDATE visit SET cancelled_from = ?, cancelled_kind = ?, cancelled_reason = ?"
        " WHERE id = ? AND planned_on IS NULL");
DB_STMT(visit_pin_update, "iii", "",
        "UPDATE visit SET version = version + 1, pinned = ?"
        " WHERE id = ? AND state = 'planned' AND planned_on IS NOT NULL AND version = ?");

/* Joined, so that whoever locks reads the newest checks, too. */
#define BEGUN                                                                                      \
    "SELECT COALESCE(SUM(" SECTION_WRITTEN("s") " OR COALESCE(k.field_versions, '') <> ''), 0)"    \
                                                " FROM section s LEFT JOIN check_result k ON "     \
                                                "k.section_id = s.id WHERE s.visit_id = ?"
DB_STMT(visit_begun_select, "i", "i", BEGUN);
DB_STMT(visit_begun_lock, "i", "i", BEGUN " FOR UPDATE");
/* Fewer inspectors than the minimum, or a specialty that none of the section's team holds; who is
   recused from the enterprise, off duty, or without a valid card on that day does not count. */
#define FIT                                                                                        \
    " AND EXISTS (SELECT 1 FROM inspector i WHERE i.id = a.inspector_id AND i.on_duty"             \
    " AND i.card_expires_on >= COALESCE(v.planned_on, i.card_expires_on))"                         \
    " AND NOT EXISTS (SELECT 1 FROM inspector_recusal r WHERE r.inspector_id = a.inspector_id"     \
    " AND r.subject_id = v.subject_id)"
#define UNDERSTAFFED                                                                               \
    "EXISTS (SELECT 1 FROM section s WHERE s.visit_id = v.id AND ("                                \
    "(SELECT COUNT(*) FROM assignment a WHERE a.section_id = s.id" FIT ") < ?"                     \
    " OR EXISTS (SELECT 1 FROM task t WHERE t.section_id = s.id AND NOT EXISTS ("                  \
    "SELECT 1 FROM assignment a JOIN inspector_specialty q ON q.inspector_id = a.inspector_id"     \
    " WHERE a.section_id = s.id AND q.specialty = t.specialty" FIT "))))"

DB_STMT(visit_understaffed_select, "ii", "i",
        "SELECT " UNDERSTAFFED " FROM visit v WHERE v.id = ?");
struct unfit {
    const char *cards;
};
static const struct row_set unfit_rows =
    ROW_SET(struct unfit, ROW_COL(struct unfit, cards,
                                  "COALESCE(GROUP_CONCAT(DISTINCT p.card_no ORDER BY p.card_no"
                                  " SEPARATOR '、'), '') AS cards"));
DB_ROWS(visit_unfit_select, "i", &unfit_rows,
        " FROM visit v JOIN section s ON s.visit_id = v.id JOIN assignment a ON a.section_id = s.id"
        " JOIN inspector p ON p.id = a.inspector_id WHERE v.id = ? AND NOT (TRUE" FIT ")");
DB_STMT(visit_redrawn_select, "i", "i", "SELECT " REDRAWN " FROM visit v WHERE v.id = ?");

struct follower {
    int64_t id;
};
static const struct row_set follower_rows =
    ROW_SET(struct follower, ROW_COL(struct follower, id, "g.id"));
DB_ROWS(visit_follower_select, "ii", &follower_rows,
        " FROM visit l JOIN visit g ON g.subject_id = l.subject_id AND g.joint_id = l.id"
        " AND NOT g.planned_on <=> l.planned_on WHERE l.id = ? ORDER BY g.id LIMIT ?");
DB_STMT(visit_follower_update, "ii", "", "UPDATE visit SET joint_id = ? WHERE id = ?");

#define COL(member, ...) ROW_COL(struct visit_held, member, __VA_ARGS__)
static const struct row_set held_rows =
    ROW_SET(struct visit_held, COL(code, "h.code"), COL(undated, "h.undated"), COL(past, "h.past"),
            COL(understaffed, "h.understaffed"), COL(redrawn, "h.redrawn"),
            COL(count, "COUNT(*) OVER () AS count"));
#undef COL

DB_ROWS(visit_held_select, "Diii", &held_rows,
        " FROM (SELECT v.code, v.planned_on IS NULL AS undated,"
        " COALESCE(v.planned_on < ?, 0) AS past, " UNDERSTAFFED " AS understaffed, " REDRAWN
        " AS redrawn FROM visit v WHERE v.campaign_id = ? AND v.state = 'planned') h"
        " WHERE h.undated OR h.past OR h.understaffed OR h.redrawn ORDER BY h.code LIMIT ?");

DB_STMT(visit_ready_select, "iDi", "i",
        "SELECT v.id FROM visit v WHERE v.campaign_id = ? AND v.state = 'planned'"
        " AND v.planned_on >= ? AND NOT " UNDERSTAFFED " AND NOT " REDRAWN " ORDER BY v.id");

DB_STMT(visit_dispatch_update, "Ti", "",
        "UPDATE visit SET state = 'dispatched', version = version + 1, pinned = 0,"
        " dispatched_at = ?, unannounced = COALESCE((SELECT"
        " j.unannounced FROM joint_campaign j WHERE j.campaign_id = visit.campaign_id), FALSE)"
        " WHERE id = ? AND state = 'planned'");

enum rc visit_take_turn(struct db *db)
{
    return db_exec(db, &visit_turn_update, DB_NONE);
}

enum { DATE_COLUMNS = 5 };

static void date_row(const struct visit_stops *stops, const struct visit_outcome *outcome, size_t i,
                     struct db_val row[DATE_COLUMNS])
{
    int32_t date = outcome->dates[i];
    bool leads = outcome->entries[i] == stops->visit_ids[i];
    row[0] = row[1] = date == VISITPLAN_NO_DATE ? db_null('D') : db_date(date);
    row[2] = leads ? db_null('i') : db_int(outcome->entries[i]);
    row[3] = db_text(outcome->door_codes[i]);
    row[4] = db_int(stops->visit_ids[i]);
}

/* Who goes with a visit on the day that it has left keeps the door code, by the number of the first
   of them, which is heir then. By two statements: a node of Galera refuses one that joins what it
   has derived. */
static enum rc pass_on(struct db *db, struct arena *a, int64_t left, int64_t *heir)
{
    enum { FOLLOWERS_MAX = 1000 };
    struct row_page page;
    enum rc rc =
        db_rows(db, a, &visit_follower_select, DB_ARGS(db_int(left)), FOLLOWERS_MAX, &page);
    if (rc != RC_OK || page.n == 0)
        return rc;
    const struct follower *followers = page.v;
    *heir = followers[0].id;
    struct db_val *values = arena_array(a, page.n, 2 * sizeof *values);
    for (size_t i = 0; i < page.n; i++) {
        values[2 * i] = i == 0 ? db_null('i') : db_int(followers[0].id);
        values[2 * i + 1] = db_int(followers[i].id);
    }
    return db_bulk(db, &visit_follower_update, values, page.n);
}

/* The number that a dated visit had given its entry: those who stay have another one. The notice is
   theirs; of a visit that nobody stays behind, it goes along. rest: the number of its former entry
   from now on. */
static enum rc leave(struct db *db, struct arena *a, const struct visit_stops *stops,
                     const struct visit_outcome *outcome, size_t i, int64_t *rest)
{
    const struct visitplan_stop *stop = &stops->stops[i];
    int64_t visit = stops->visit_ids[i];
    int64_t heir = outcome->entries[i];
    enum rc rc = RC_OK;
    *rest = stop->entry;
    if (stop->entry != visit || stop->stands == VISITPLAN_NO_DATE)
        return RC_OK;
    if (stop->stands != outcome->dates[i])
        rc = pass_on(db, a, visit, &heir);
    *rest = heir;
    return rc == RC_OK && heir != visit ? notice_carry(db, visit, heir) : rc;
}

enum rc visit_set_dates(struct db *db, struct arena *a, const struct visit_stops *stops,
                        const struct visit_outcome *outcome)
{
    int64_t rest;
    struct db_val *values = arena_array(a, stops->count, DATE_COLUMNS * sizeof *values);
    for (size_t i = 0; i < stops->count; i++)
        date_row(stops, outcome, i, &values[i * DATE_COLUMNS]);
    enum rc rc = db_bulk(db, &visit_date_update, values, stops->count);
    for (size_t i = 0; rc == RC_OK && i < stops->count; i++)
        rc = leave(db, a, stops, outcome, i, &rest);
    return rc;
}

enum rc visit_begun(struct db *db, int64_t visit_id, bool lock, bool *begun)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, lock ? &visit_begun_lock : &visit_begun_select,
                            DB_ARGS(db_int(visit_id)), &n);
    *begun = n > 0;
    return rc;
}

enum rc visit_understaffed(struct db *db, struct arena *a, int64_t visit_id, int64_t minimum,
                           const char **unfit)
{
    int64_t n = 0;
    struct unfit row;
    *unfit = NULL;
    enum rc rc =
        db_one_int(db, &visit_understaffed_select, DB_ARGS(db_int(minimum), db_int(visit_id)), &n);
    if (rc != RC_OK || n == 0)
        return rc;
    rc = db_row(db, a, &visit_unfit_select, DB_ARGS(db_int(visit_id)), &row);
    if (rc == RC_OK)
        *unfit = row.cards;
    return rc;
}

enum rc visit_redrawn(struct db *db, int64_t visit_id, bool *redrawn)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, &visit_redrawn_select, DB_ARGS(db_int(visit_id)), &n);
    *redrawn = n > 0;
    return rc;
}

static enum rc one_changed(struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) == 0 ? RC_STALE : rc;
}

enum rc visit_move(struct db *db, struct arena *a, const struct visit_stops *stop,
                   const struct visit_outcome *outcome, int64_t version)
{
    int64_t rest;
    struct db_val v[DATE_COLUMNS];
    date_row(stop, outcome, 0, v);
    enum rc rc =
        one_changed(db, db_exec(db, &visit_move_update,
                                DB_ARGS(v[3], v[0], v[1], v[2], v[3], v[4], db_int(version))));
    if (rc == RC_OK)
        rc = leave(db, a, stop, outcome, 0, &rest);
    return rc == RC_OK ? notice_follow(db, rest, outcome->entries[0]) : rc;
}

enum rc visit_cancel(struct db *db, struct arena *a, const struct visit_stops *stop,
                     const struct visit_outcome *outcome, int64_t version,
                     const struct visit_cancelled *why)
{
    enum rc rc = visit_move(db, a, stop, outcome, version);
    if (rc != RC_OK)
        return rc;
    return one_changed(db, db_exec(db, &visit_cancel_update,
                                   DB_ARGS(db_date(why->from), db_text(why->kind),
                                           db_text(why->reason), db_int(stop->visit_ids[0]))));
}

enum rc visit_pin(struct db *db, int64_t visit_id, bool pinned, int64_t version)
{
    return one_changed(db, db_exec(db, &visit_pin_update,
                                   DB_ARGS(db_int(pinned), db_int(visit_id), db_int(version))));
}

enum rc visit_held(struct db *db, struct arena *a, int64_t campaign_id, int32_t today,
                   int64_t minimum, int64_t limit, struct row_page *held)
{
    return db_page(db, a, &visit_held_select,
                   DB_ARGS(db_date(today), db_int(minimum), db_int(campaign_id)), limit, held);
}

enum rc visit_ready(struct db *db, struct arena *a, int64_t campaign_id, int32_t today,
                    int64_t minimum, int64_t **ids, size_t *n)
{
    int64_t count;
    struct db_query *q;
    *n = 0;
    enum rc rc = visit_count(db, campaign_id, &count);
    if (rc != RC_OK)
        return rc;
    *ids = arena_array(a, (size_t)count, sizeof **ids);
    rc = db_query(db, &visit_ready_select,
                  DB_ARGS(db_int(campaign_id), db_date(today), db_int(minimum)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)count)
        (*ids)[(*n)++] = db_col_int(q, 0);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc visit_dispatch(struct db *db, struct arena *a, const int64_t *ids, size_t n, int64_t now)
{
    struct db_val *values = arena_array(a, 2 * n, sizeof *values);
    for (size_t i = 0; i < n; i++) {
        values[2 * i] = db_instant(now);
        values[2 * i + 1] = db_int(ids[i]);
    }
    return db_bulk(db, &visit_dispatch_update, values, n);
}
