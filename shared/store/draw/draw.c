#include "store/draw/draw.h"

#include "store/draw/campaign.h"
#include "store/plan/plan.h"

DB_STMT(
    draw_history_select, "i", "iii",
    "SELECT COUNT(*), COUNT(c.id), COUNT(IF(c.state IN ('drawn', 'void', 'abandoned'), NULL, c.id))"
    " FROM draw w LEFT JOIN campaign c ON c.id = w.campaign_id WHERE w.plan_id = ?");

DB_STMT(draw_insert, "tiiii", "",
        "INSERT INTO draw (code, entered_id, campaign_id, plan_id, department_id, state)"
        " VALUES (?, ?, ?, ?, ?, 'open')");

#define COL(member, ...) ROW_COL(struct draw, member, __VA_ARGS__)
#define SUM(column, table)                                                                         \
    "COALESCE((SELECT CAST(SUM(x." column ") AS SIGNED) FROM " table                               \
    " x WHERE x.draw_id = w.id), 0) AS " column
const struct row_set draw_rows = ROW_SET(
    struct draw, COL(id, "w.id", .hidden = true), COL(code, "w.code"),
    COL(campaign_id, "campaign.id", .hidden = true), COL(campaign, "campaign.code", .hidden = true),
    COL(plan_id, "plan.id", .hidden = true), COL(plan, "plan.code"),
    COL(plan_name, "plan.name AS plan_name", .hidden = true),
    COL(ends_on, "plan.ends_on", .hidden = true), COL(directory_id, "directory.id", .hidden = true),
    COL(refreshed_on, "directory.refreshed_on", .hidden = true),
    COL(department_id, "department.id", .hidden = true), COL(department, "department.code"),
    COL(kind, "department.kind", .hidden = true),
    COL(region, "department.region_code AS region", .hidden = true), COL(state, "w.state"),
    COL(frozen, "w.state = 'frozen' AS frozen", .hidden = true),
    COL(frozen_at, "w.frozen_at", .instant = true, .nullable = true),
    COL(snapshot_sha256, "w.snapshot_sha256", .nullable = true),
    COL(snapshot_bytes, "w.snapshot_bytes", .hidden = true, .nullable = true),
    COL(snapshot_lines, "w.snapshot_lines", .nullable = true),
    COL(roster_sha256, "w.roster_sha256", .nullable = true),
    COL(roster_lines, "w.roster_lines", .nullable = true),
    COL(eligible, SUM("eligible", "draw_quota")),
    COL(strata,
        "COALESCE((SELECT COUNT(*) FROM draw_quota x WHERE x.draw_id = w.id), 0) AS strata"),
    COL(quota, SUM("quota", "draw_quota")), COL(selected, SUM("selected", "result_part")),
    COL(reserves, SUM("reserves", "result_part")));
#undef SUM
#undef COL

#define FROM_DRAW                                                                                  \
    " FROM draw w JOIN campaign ON campaign.id = w.campaign_id JOIN plan ON plan.id = w.plan_id"   \
    " JOIN directory ON directory.id = plan.directory_id"                                          \
    " JOIN department ON department.id = w.department_id"

DB_ROWS(draw_select_one, "t", &draw_rows, FROM_DRAW " WHERE w.code = ?");

DB_ROWS(draw_select_campaign, "ii", &draw_rows,
        FROM_DRAW " WHERE w.campaign_id = ? ORDER BY w.code LIMIT ?");

DB_STMT(draw_lock_select, "i", "i",
        "SELECT state = 'frozen' FROM draw WHERE id = ? AND campaign_id IS NOT NULL FOR UPDATE");

DB_STMT(draw_update_withdrawn, "Tti", "",
        "UPDATE draw_withdrawable SET withdrawn_at = ?, withdrawn_reason = ?,"
        " campaign_id = NULL WHERE id = ?");

DB_STMT(draw_quota_select, "ii", "tii",
        "SELECT stratum, quota, eligible FROM draw_quota WHERE draw_id = ? ORDER BY stratum"
        " LIMIT ?");

DB_STMT(draw_superseded_select, "i", "i",
        "SELECT COUNT(*) FROM draw w WHERE w.id = ? AND " DRAW_SUPERSEDED);

DB_STMT(draw_earlier_update, "i", "",
        "UPDATE draw w JOIN campaign c ON c.id = w.campaign_id SET c.guard = c.guard + 1"
        " WHERE w.plan_id = ?");

DB_STMT(draw_torn_select, "i", "i",
        "SELECT COUNT(DISTINCT v.id) FROM draw n STRAIGHT_JOIN draw o ON o.plan_id = n.plan_id"
        " AND o.id < n.id STRAIGHT_JOIN task t ON t.draw_id = o.id"
        " STRAIGHT_JOIN section s ON s.id = t.section_id STRAIGHT_JOIN visit v ON v.id = s.visit_id"
        " STRAIGHT_JOIN section x ON x.visit_id = v.id STRAIGHT_JOIN task y ON y.section_id = x.id"
        " STRAIGHT_JOIN draw w ON w.id = y.draw_id"
        " WHERE n.campaign_id = ? AND v.state = 'planned' AND NOT " DRAW_SUPERSEDED);

struct history {
    int64_t made;
    int64_t standing;
    int64_t unfinished;
};

static void read_history(const struct db_query *q, void *data)
{
    struct history *h = data;
    h->made = db_col_int(q, 0);
    h->standing = db_col_int(q, 1);
    h->unfinished = db_col_int(q, 2);
}

enum rc draw_history(struct db *db, int64_t plan_id, int64_t *made, int64_t *standing,
                     bool *unfinished)
{
    struct history h = { .made = 0 };
    enum rc rc = db_one(db, &draw_history_select, DB_ARGS(db_int(plan_id)), read_history, &h);
    *made = h.made;
    *standing = h.standing;
    *unfinished = h.unfinished != 0;
    return rc;
}

enum rc draw_superseded(struct db *db, int64_t draw_id, bool *superseded)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, &draw_superseded_select, DB_ARGS(db_int(draw_id)), &n);
    *superseded = n != 0;
    return rc;
}

enum rc draw_guard_earlier(struct db *db, int64_t plan_id)
{
    return db_exec(db, &draw_earlier_update, DB_ARGS(db_int(plan_id)));
}

enum rc draw_torn_visits(struct db *db, int64_t campaign_id, int64_t *count)
{
    return db_one_int(db, &draw_torn_select, DB_ARGS(db_int(campaign_id)), count);
}

enum rc draw_create(struct db *db, int64_t campaign_id, int64_t plan_id, int64_t department_id,
                    const char *code)
{
    return db_exec(db, &draw_insert,
                   DB_ARGS(db_text(code), db_int(campaign_id), db_int(campaign_id), db_int(plan_id),
                           db_int(department_id)));
}

/* ---- reading ---- */

enum rc draw_by_code(struct db *db, struct arena *a, const char *code, struct draw *out)
{
    return db_row(db, a, &draw_select_one, DB_ARGS(db_text(code)), out);
}

enum rc draw_lock(struct db *db, int64_t id, bool *frozen)
{
    int64_t value = 0;
    enum rc rc = db_one_int(db, &draw_lock_select, DB_ARGS(db_int(id)), &value);
    *frozen = value != 0;
    return rc;
}

enum rc draw_withdraw(struct db *db, int64_t id, const char *why, int64_t now)
{
    enum rc rc =
        db_exec(db, &draw_update_withdrawn, DB_ARGS(db_instant(now), db_text(why), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_NOT_FOUND : rc;
}

enum rc draw_of_campaign(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct draw **draws, size_t *count)
{
    struct row_page page;
    enum rc rc = db_rows(db, a, &draw_select_campaign, DB_ARGS(db_int(campaign_id)),
                         CAMPAIGN_DRAWS_MAX, &page);
    if (rc == RC_OK) {
        *draws = page.v;
        *count = page.n;
    }
    return rc;
}

enum rc draw_quotas(struct db *db, struct arena *a, int64_t draw_id, struct draw_quota **quotas,
                    int64_t **eligible, size_t *count)
{
    struct draw_quota *list = arena_array(a, PLAN_QUOTAS_MAX, sizeof *list);
    int64_t *numbers = arena_array(a, PLAN_QUOTAS_MAX, sizeof *numbers);
    size_t n = 0;
    struct db_query *q;
    enum rc rc =
        db_query(db, &draw_quota_select, DB_ARGS(db_int(draw_id), db_int(PLAN_QUOTAS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        list[n] = (struct draw_quota){ .stratum = db_col_dup(q, 0, a),
                                       .quota = (uint32_t)db_col_int(q, 1) };
        numbers[n++] = db_col_int(q, 2);
    }
    *quotas = list;
    *count = n;
    if (eligible)
        *eligible = numbers;
    return rc == RC_DONE ? RC_OK : rc;
}
