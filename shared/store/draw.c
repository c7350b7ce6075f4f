#include "store/draw.h"

#include "store/campaign.h"
#include "store/plan.h"

DB_STMT(draw_history_select, "i", "iii",
        "SELECT COUNT(*), COUNT(c.id), COUNT(IF(c.state IN ('revealed', 'abandoned'), NULL, c.id))"
        " FROM draw w LEFT JOIN campaign c ON c.id = w.campaign_id WHERE w.plan_id = ?");

DB_STMT(draw_insert, "tiii", "",
        "INSERT INTO draw (code, campaign_id, plan_id, department_id, state)"
        " VALUES (?, ?, ?, ?, 'open')");

#define DRAW_COLUMNS                                                                               \
    "SELECT w.id, w.code, w.campaign_id, c.code, w.plan_id, p.code, p.directory_id,"               \
    " r.refreshed_on, w.department_id, d.code, d.kind, d.region_code, w.state = 'frozen',"         \
    " w.frozen_at, w.snapshot_sha256, w.snapshot_bytes, w.snapshot_lines,"                         \
    " w.roster_sha256, w.roster_lines"
#define DRAW_FROM                                                                                  \
    " FROM draw w JOIN campaign c ON c.id = w.campaign_id JOIN plan p ON p.id = w.plan_id"         \
    " JOIN directory r ON r.id = p.directory_id JOIN department d ON d.id = w.department_id"
#define DRAW_TYPES                                                                                 \
    "ititit"                                                                                       \
    "iDitttiTtiiti"

DB_STMT(draw_select_one, "t", DRAW_TYPES, DRAW_COLUMNS DRAW_FROM " WHERE w.code = ?");

DB_STMT(draw_select_campaign, "ii", DRAW_TYPES "iiiii",
        DRAW_COLUMNS
        ", COALESCE(q.strata, 0), COALESCE(q.quota, 0), COALESCE(q.eligible, 0),"
        " COALESCE(s.selected, 0), COALESCE(s.reserves, 0)" DRAW_FROM
        " LEFT JOIN (SELECT draw_id, COUNT(*) AS strata, CAST(SUM(quota) AS SIGNED) AS quota,"
        " CAST(SUM(eligible) AS SIGNED) AS eligible FROM draw_quota GROUP BY draw_id) q ON "
        "q.draw_id = w.id"
        " LEFT JOIN (SELECT draw_id, CAST(SUM(selected) AS SIGNED) AS selected,"
        " CAST(SUM(reserves) AS SIGNED) AS reserves"
        " FROM result_part GROUP BY draw_id) s ON s.draw_id = w.id"
        " WHERE w.campaign_id = ? ORDER BY w.code LIMIT ?");

DB_STMT(draw_lock_select, "i", "i",
        "SELECT state = 'frozen' FROM draw WHERE id = ? AND campaign_id IS NOT NULL FOR UPDATE");

DB_STMT(draw_update_withdrawn, "Tti", "",
        "UPDATE draw SET withdrawn_from = campaign_id, withdrawn_at = ?, withdrawn_why = ?,"
        " campaign_id = NULL WHERE id = ? AND campaign_id IS NOT NULL");

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
    return db_exec(
        db, &draw_insert,
        DB_ARGS(db_text(code), db_int(campaign_id), db_int(plan_id), db_int(department_id)));
}

/* ---- reading ---- */

static void fill(const struct db_query *q, struct arena *a, struct draw *w)
{
    *w = (struct draw){
        .id = db_col_int(q, 0),
        .code = db_col_dup(q, 1, a),
        .campaign_id = db_col_int(q, 2),
        .campaign = db_col_dup(q, 3, a),
        .plan_id = db_col_int(q, 4),
        .plan = db_col_dup(q, 5, a),
        .directory_id = db_col_int(q, 6),
        .refreshed_on = db_col_date(q, 7),
        .department_id = db_col_int(q, 8),
        .department = db_col_dup(q, 9, a),
        .kind = db_col_dup(q, 10, a),
        .region = db_col_dup(q, 11, a),
        .frozen = db_col_int(q, 12) != 0,
        .frozen_at = db_col_int(q, 13),
        .sha256 = db_col_dup(q, 14, a),
        .bytes = db_col_int(q, 15),
        .lines = db_col_int(q, 16),
        .roster_sha256 = db_col_dup(q, 17, a),
        .inspectors = db_col_int(q, 18),
    };
}

struct one {
    struct arena *arena;
    struct draw *draw;
};

static void read_one(const struct db_query *q, void *data)
{
    struct one *one = data;
    fill(q, one->arena, one->draw);
}

enum rc draw_by_code(struct db *db, struct arena *a, const char *code, struct draw *out)
{
    struct one one = { a, out };
    return db_one(db, &draw_select_one, DB_ARGS(db_text(code)), read_one, &one);
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
    struct draw *list = arena_array(a, CAMPAIGN_DRAWS_MAX, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &draw_select_campaign,
                          DB_ARGS(db_int(campaign_id), db_int(CAMPAIGN_DRAWS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        fill(q, a, &list[n]);
        list[n].strata = db_col_int(q, 19);
        list[n].quota = db_col_int(q, 20);
        list[n].eligible = db_col_int(q, 21);
        list[n].selected = db_col_int(q, 22);
        list[n].reserves = db_col_int(q, 23);
        n++;
    }
    *draws = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
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
