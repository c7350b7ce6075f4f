#include "store/draw/roster.h"

#include <string.h>

#include "store/draw/campaign.h"

/* Departments d of a kind, in the cities of a plan's strata and of the department that draws. */
#define ELIGIBLE                                                                                   \
    " d.kind = ? AND (LEFT(d.region_code, 4) = LEFT(?, 4) OR LEFT(d.region_code, 4) IN"            \
    " (SELECT LEFT(k.region_code, 4) FROM plan_quota k WHERE k.plan_id = ?))"

/* A subject u in the scope of a plan. */
#define IN_SCOPE                                                                                   \
    " EXISTS (SELECT 1 FROM plan p JOIN directory_entry e ON e.directory_id = p.directory_id"      \
    " AND e.subject_id = u.id JOIN plan_quota k ON k.plan_id = p.id"                               \
    " AND k.region_code = u.region_code AND k.specialty = e.specialty WHERE p.id = ?)"

DB_STMT(roster_inspector_select, "Titti", POOL_INSPECTORS_TYPES,
        POOL_INSPECTORS ELIGIBLE POOL_ORDER);
DB_STMT(roster_specialty_select, "tti", "it", POOL_SPECIALTIES ELIGIBLE POOL_ORDER);
DB_STMT(roster_area_select, "tti", "it", POOL_AREAS ELIGIBLE POOL_AREAS_ORDER);

/* Declared, and by rule (R30); as at the match, but for all that may be drawn. */
DB_STMT(roster_recusal_select, "ttiittiTii", "it",
        "SELECT q.inspector_id AS who, u.code AS subject FROM department d"
        " STRAIGHT_JOIN inspector i ON i.department_id = d.id"
        " STRAIGHT_JOIN inspector_recusal q ON q.inspector_id = i.id"
        " STRAIGHT_JOIN subject u ON u.id = q.subject_id WHERE" ELIGIBLE " AND" IN_SCOPE
        " UNION SELECT a.inspector_id, u.code FROM department d"
        " STRAIGHT_JOIN inspector i ON i.department_id = d.id"
        " STRAIGHT_JOIN assignment a ON a.inspector_id = i.id"
        " STRAIGHT_JOIN section s ON s.id = a.section_id AND s.state IN ('signed', 'accepted')"
        " AND s.result_class = 'no_problem'"
        " STRAIGHT_JOIN visit w ON w.id = s.visit_id STRAIGHT_JOIN subject u ON u.id = w.subject_id"
        " WHERE" ELIGIBLE " AND s.signed_at >= ? AND" IN_SCOPE
        " GROUP BY a.inspector_id, u.code HAVING COUNT(DISTINCT w.id) >= ? ORDER BY who, subject");

DB_STMT(roster_ends_select, "i", "D", "SELECT ends_on FROM plan WHERE id = ?");

DB_STMT(roster_part_insert, "iib", "",
        "INSERT INTO roster_part (draw_id, part, body) VALUES (?, ?, ?)");

DB_STMT(roster_update_frozen, "tiii", "",
        "UPDATE draw_unrostered SET roster_sha256 = ?, roster_bytes = ?, roster_lines = ?"
        " WHERE id = ?");

DB_STMT(roster_part_select, "i", "b",
        "SELECT body FROM roster_part WHERE draw_id = ? ORDER BY part");

static void release(void *data)
{
    arena_free(data);
}

static enum rc read_pool(struct db *db, struct arena *a, const struct draw *draw,
                         const struct pool_terms *terms, const struct match_words *words,
                         struct pool *out, struct err *err)
{
    struct db_val kind = db_text(draw->kind);
    struct db_val region = db_text(draw->region);
    struct db_val plan = db_int(draw->plan_id);
    const struct pool_sources from = {
        .inspectors = { &roster_inspector_select,
                        DB_ARGS(db_instant(terms->year_start), db_int(draw->campaign_id), kind,
                                region, plan) },
        .specialties = { &roster_specialty_select, DB_ARGS(kind, region, plan) },
        .areas = { &roster_area_select, DB_ARGS(kind, region, plan) },
        .recusals = { &roster_recusal_select,
                      DB_ARGS(kind, region, plan, plan, kind, region, plan,
                              db_instant(terms->clean_since), plan, db_int(terms->clean_limit)) },
    };
    return pool_read(db, a, words, &from, out, err);
}

static void read_day(const struct db_query *q, void *data)
{
    *(int32_t *)data = db_col_date(q, 0);
}

static enum rc store(struct db *db, int64_t draw_id, const struct buf *text)
{
    enum rc rc = RC_OK;
    int64_t part = 0;
    for (size_t at = 0; rc == RC_OK && at < text->n; part++) {
        size_t n = text->n - at < DRAW_PART_SIZE ? text->n - at : DRAW_PART_SIZE;
        rc = db_exec(db, &roster_part_insert,
                     DB_ARGS(db_int(draw_id), db_int(part), db_bytes(text->p + at, n)));
        at += n;
    }
    return rc;
}

/* What is announced must be readable for ever: what could not be read again is not frozen. */
static enum rc read_back(struct arena *a, const char *draw, const struct buf *text, struct err *err)
{
    struct match_words *words = arena_alloc(a, sizeof *words);
    struct roster roster;
    struct err why = { .rc = RC_OK };
    enum rc rc = roster_read(a, draw, text->p, text->n, words, &roster, &why);
    if (rc != RC_MALFORMED)
        return rc;
    return err_set(err, RC_STATE, "", "人员名单 %s：%.200s，请先更正人员资料", why.pointer,
                   why.detail);
}

enum rc roster_freeze(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                      const struct pool_terms *terms, struct roster_frozen *out, struct err *err)
{
    struct arena *own = arena_new(DRAW_MEMORY_MAX);
    struct match_words *words = arena_alloc(own, sizeof *words);
    struct pool pool = { .n = 0 };
    struct roster roster = { .count = 0 };
    struct buf text;
    arena_defer(a, release, own);
    buf_init(&text, own, ROSTER_MAX);
    enum rc rc =
        db_one(db, &roster_ends_select, DB_ARGS(db_int(draw->plan_id)), read_day, &roster.last_day);
    if (rc == RC_OK)
        rc = pool_read_words(db, own, words, err);
    if (rc == RC_OK)
        rc = read_pool(db, own, draw, terms, words, &pool, err);
    if (rc != RC_OK)
        return rc;
    roster.inspectors = pool.inspectors;
    roster.count = pool.n;
    roster_text(&text, draw->code, &roster, words->v);
    if (text.full)
        return err_set(err, RC_TOO_LARGE, "", "人员名单超过 %zu 字节", ROSTER_MAX);
    rc = read_back(own, draw->code, &text, err);
    if (rc != RC_OK)
        return rc;
    digest_hex(draw_digest(rule), text.p, text.n, out->sha256);
    out->inspectors = pool.n;
    rc = store(db, draw->id, &text);
    if (rc == RC_OK)
        rc = db_exec(db, &roster_update_frozen,
                     DB_ARGS(db_text(out->sha256), db_int((int64_t)text.n), db_int((int64_t)pool.n),
                             db_int(draw->id)));
    return rc;
}

/* ---- reading ---- */

static enum rc load(struct db *db, const struct draw *draw, struct buf *out)
{
    struct db_query *q;
    enum rc rc = db_query_stream(db, &roster_part_select, DB_ARGS(db_int(draw->id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        size_t n;
        const char *bytes = db_col_bytes(q, 0, &n);
        buf_put(out, bytes, n);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc read_one(struct db *db, struct arena *a, const struct draw *draw,
                        enum draw_rule rule, struct match_words *words, struct roster *out,
                        struct err *err)
{
    struct buf text;
    char sha256[DIGEST_HEX];
    buf_init(&text, a, ROSTER_MAX);
    enum rc rc = load(db, draw, &text);
    if (rc != RC_OK)
        return rc;
    digest_hex(draw_digest(rule), text.p, text.n, sha256);
    if (text.full || strcmp(sha256, draw->roster_sha256) != 0)
        return err_set(err, RC_STATE, "",
                       "抽取 %s 的人员名单不是公告的那一份：摘要是 %s，公告的是 %s", draw->code,
                       sha256, draw->roster_sha256);
    return roster_read(a, draw->code, text.p, text.n, words, out, err);
}

enum rc roster_of_campaign(struct db *db, struct arena *a, int64_t campaign_id, enum draw_rule rule,
                           const struct match_problem *problem, struct match_words *words,
                           struct roster *out, bool *complete, struct err *err)
{
    const struct draw *draws = NULL;
    struct roster rosters[CAMPAIGN_DRAWS_MAX];
    size_t n = 0;
    enum rc rc = draw_of_campaign(db, a, campaign_id, &draws, &n);
    *complete = n > 0;
    for (size_t i = 0; i < n; i++)
        *complete = *complete && draws[i].roster_sha256;
    for (size_t i = 0; rc == RC_OK && *complete && i < n; i++)
        rc = read_one(db, a, &draws[i], rule, words, &rosters[i], err);
    if (rc == RC_OK && *complete)
        roster_join(a, rosters, n, problem, out);
    return rc;
}
