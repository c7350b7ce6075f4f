#include "store/draw/match_file.h"

#include "domain/draw/match_text.h"

DB_STMT(match_draw_insert, "iTDii", "",
        "INSERT INTO inspector_draw (campaign_id, made_at, window_last, working_days, inspectors)"
        " VALUES (?, ?, ?, ?, ?)");

DB_STMT(match_draw_select, "i", "Dii",
        "SELECT window_last, working_days, inspectors FROM inspector_draw WHERE campaign_id = ?");

DB_STMT(match_part_insert, "itib", "",
        "INSERT INTO match_part (campaign_id, name, part, body) VALUES (?, ?, ?, ?)");

DB_STMT(match_part_select, "it", "b",
        "SELECT body FROM match_part WHERE campaign_id = ? AND name = ? ORDER BY part");

static enum rc store_text(struct db *db, int64_t campaign_id, const char *name,
                          const struct buf *text, struct err *err)
{
    enum rc rc = RC_OK;
    if (text->full)
        return err_set(err, RC_TOO_LARGE, "", "匹配记录超过 %zu 字节", MATCH_FILE_MAX);
    for (size_t at = 0, part = 0; rc == RC_OK && at < text->n; part++) {
        size_t n = text->n - at < MATCH_FILE_PART ? text->n - at : MATCH_FILE_PART;
        rc = db_exec(db, &match_part_insert,
                     DB_ARGS(db_int(campaign_id), db_text(name), db_int((int64_t)part),
                             db_bytes(text->p + at, n)));
        at += n;
    }
    return rc;
}

/* Nobody is drawn by hand in a run, so everybody with a load was drawn. */
static int64_t inspectors_drawn(const struct match_problem *problem, const struct match_plan *plan)
{
    int64_t n = 0;
    for (size_t i = 0; i < problem->inspector_count; i++)
        n += plan->loads[i] > 0;
    return n;
}

static enum rc close_text(struct db *db, int64_t campaign_id, const char *name,
                          const struct buf *text, enum draw_rule rule, char digest[DIGEST_HEX],
                          struct err *err)
{
    digest_hex(draw_digest(rule), text->p, text->n, digest);
    return store_text(db, campaign_id, name, text, err);
}

enum rc match_file_close(struct db *db, struct arena *a, int64_t campaign_id, const char *campaign,
                         const struct assignment_problem *problem, const struct buf *differences,
                         struct match_digests *digests, struct err *err)
{
    const struct match_problem *match = &problem->match;
    struct buf text;
    buf_init(&text, a, MATCH_FILE_MAX);
    match_inspectors_text(&text, campaign, match, problem->words->v);
    enum rc rc =
        close_text(db, campaign_id, "inspectors", &text, match->rule, digests->inspectors, err);
    buf_clear(&text);
    match_visits_text(&text, campaign, match, problem->words->v);
    if (rc == RC_OK)
        rc = close_text(db, campaign_id, "visits", &text, match->rule, digests->visits, err);
    return rc == RC_OK ? close_text(db, campaign_id, "differences", differences, match->rule,
                                    digests->differences, err)
                       : rc;
}

enum rc match_file_text(struct db *db, struct arena *a, int64_t campaign_id, const char *name,
                        struct buf *out)
{
    struct db_query *q;
    buf_init(out, a, MATCH_FILE_MAX);
    enum rc rc =
        db_query_stream(db, &match_part_select, DB_ARGS(db_int(campaign_id), db_text(name)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        size_t n;
        const char *bytes = db_col_bytes(q, 0, &n);
        buf_put(out, bytes, n);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc match_file_store(struct db *db, struct arena *a, int64_t campaign_id, const char *campaign,
                         int64_t now, const struct match_problem *match,
                         const struct match_plan *plan, struct err *err)
{
    struct buf text;
    buf_init(&text, a, MATCH_FILE_MAX);
    match_teams_text(&text, campaign, match, plan);
    enum rc rc =
        db_exec(db, &match_draw_insert,
                DB_ARGS(db_int(campaign_id), db_instant(now), db_date(match->window_last),
                        db_int(match->working_days), db_int(inspectors_drawn(match, plan))));
    return rc == RC_OK ? store_text(db, campaign_id, "teams", &text, err) : rc;
}

static void read_draw(const struct db_query *q, void *data)
{
    struct match_draw *out = data;
    *out = (struct match_draw){ .made = true,
                                .window_last = db_col_date(q, 0),
                                .working_days = db_col_int(q, 1),
                                .inspectors = db_col_int(q, 2) };
}

enum rc match_file_draw(struct db *db, int64_t campaign_id, struct match_draw *out)
{
    *out = (struct match_draw){ .made = false };
    enum rc rc = db_one(db, &match_draw_select, DB_ARGS(db_int(campaign_id)), read_draw, out);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}
