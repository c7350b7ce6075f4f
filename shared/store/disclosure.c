#include "store/disclosure.h"

#include <string.h>

#include "base/text.h"
#include "store/campaign.h"
#include "store/plan.h"

DB_STMT(disclosure_region_select, "i", "tt",
        "SELECT code, name FROM public_region ORDER BY code LIMIT ?");
DB_STMT(disclosure_department_select, "i", "tt",
        "SELECT code, name FROM public_department ORDER BY code LIMIT ?");
DB_STMT(disclosure_specialty_select, "i", "tt",
        "SELECT code, name FROM public_specialty ORDER BY code LIMIT ?");

#define CAMPAIGN_COLUMNS                                                                           \
    "SELECT id, code, name, region_code, department_name, rule, state, redraw_why, secret_hash,"   \
    " committed_at, public_value, public_source, witnesses, valued_at, seed, drawn_at, secret,"    \
    " nonce, revealed_at, abandoned_at, abandoned_why FROM public_campaign"
#define CAMPAIGN_TYPES                                                                             \
    "ittttttt"                                                                                     \
    "tTtttTtTttTTt"

DB_STMT(disclosure_campaign_list, "ii", CAMPAIGN_TYPES,
        CAMPAIGN_COLUMNS " WHERE id < ? ORDER BY id DESC LIMIT ?");
DB_STMT(disclosure_campaign_select, "t", CAMPAIGN_TYPES, CAMPAIGN_COLUMNS " WHERE code = ?");

DB_STMT(disclosure_draw_select, "ii", "ittttTtiitii",
        "SELECT id, code, plan_code, plan_name, department_name, frozen_at, snapshot_sha256,"
        " snapshot_bytes, snapshot_lines, roster_sha256, roster_bytes, roster_lines"
        " FROM public_draw WHERE campaign_id = ? ORDER BY code LIMIT ?");

DB_STMT(disclosure_quota_select, "ii", "tii",
        "SELECT stratum, quota, eligible FROM public_draw_quota WHERE draw_id = ?"
        " ORDER BY stratum LIMIT ?");

DB_STMT(disclosure_pick_select, "itii",
        "titib"
        "t",
        "SELECT stratum, position, subject_code, selected, score, subject_name"
        " FROM public_draw_result WHERE draw_id = ? AND stratum = ? AND position > ?"
        " ORDER BY position LIMIT ?");

DB_STMT(disclosure_part_select, "i", "b",
        "SELECT body FROM public_snapshot_part WHERE draw_id = ? ORDER BY part");

DB_STMT(disclosure_roster_part_select, "i", "b",
        "SELECT body FROM public_roster_part WHERE draw_id = ? ORDER BY part");

DB_STMT(disclosure_result_part_select, "i", "b",
        "SELECT body FROM public_result_part WHERE draw_id = ? ORDER BY part");
DB_STMT(disclosure_result_part_size, "i", "i",
        "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS SIGNED) FROM public_result_part"
        " WHERE draw_id = ?");

/* ---- names ---- */

enum rc disclosure_names(struct db *db, struct arena *a, enum disclosure_list which,
                         struct disclosure_names *out)
{
    static const struct db_stmt *const statements[] = {
        [DISCLOSURE_REGIONS] = &disclosure_region_select,
        [DISCLOSURE_DEPARTMENTS] = &disclosure_department_select,
        [DISCLOSURE_SPECIALTIES] = &disclosure_specialty_select,
    };
    struct disclosure_name *list = arena_array(a, DISCLOSURE_NAMES_MAX, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, statements[which], DB_ARGS(db_int(DISCLOSURE_NAMES_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        list[n++] =
            (struct disclosure_name){ .code = db_col_dup(q, 0, a), .name = db_col_dup(q, 1, a) };
    *out = (struct disclosure_names){ .v = list, .n = n };
    return rc == RC_DONE ? RC_OK : rc;
}

const char *disclosure_name(const struct disclosure_names *names, const char *code)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->v[i].code, code) == 0)
            return names->v[i].name;
    return code;
}

/* ---- campaigns ---- */

static void fill(const struct db_query *q, struct arena *a, struct disclosure_campaign *m)
{
    *m = (struct disclosure_campaign){
        .id = db_col_int(q, 0),
        .code = db_col_dup(q, 1, a),
        .name = db_col_dup(q, 2, a),
        .region = db_col_dup(q, 3, a),
        .department = db_col_dup(q, 4, a),
        .rule = db_col_dup(q, 5, a),
        .state = db_col_dup(q, 6, a),
        .redraw_why = db_col_dup(q, 7, a),
        .secret_hash = db_col_dup(q, 8, a),
        .committed_at = db_col_int(q, 9),
        .public_value = db_col_dup(q, 10, a),
        .public_source = db_col_dup(q, 11, a),
        .witnesses = db_col_dup(q, 12, a),
        .valued_at = db_col_int(q, 13),
        .seed = db_col_dup(q, 14, a),
        .drawn_at = db_col_int(q, 15),
        .secret = db_col_dup(q, 16, a),
        .nonce = db_col_dup(q, 17, a),
        .revealed_at = db_col_int(q, 18),
        .abandoned_at = db_col_int(q, 19),
        .abandoned_why = db_col_dup(q, 20, a),
    };
}

enum rc disclosure_campaigns(struct db *db, struct arena *a, int64_t before, int64_t limit,
                             const struct disclosure_campaign **campaigns, size_t *count)
{
    struct disclosure_campaign *list = arena_array(a, (size_t)limit, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &disclosure_campaign_list,
                          DB_ARGS(db_int(before ? before : INT32_MAX), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        fill(q, a, &list[n++]);
    *campaigns = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

struct one {
    struct arena *arena;
    struct disclosure_campaign *campaign;
};

static void read_one(const struct db_query *q, void *data)
{
    struct one *one = data;
    fill(q, one->arena, one->campaign);
}

enum rc disclosure_campaign(struct db *db, struct arena *a, const char *code,
                            struct disclosure_campaign *out)
{
    struct one one = { a, out };
    return db_one(db, &disclosure_campaign_select, DB_ARGS(db_text(code)), read_one, &one);
}

/* ---- draws ---- */

enum rc disclosure_draws(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct disclosure_draw **draws, size_t *count)
{
    struct disclosure_draw *list = arena_array(a, CAMPAIGN_DRAWS_MAX, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &disclosure_draw_select,
                          DB_ARGS(db_int(campaign_id), db_int(CAMPAIGN_DRAWS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        list[n++] = (struct disclosure_draw){ .id = db_col_int(q, 0),
                                              .code = db_col_dup(q, 1, a),
                                              .plan = db_col_dup(q, 2, a),
                                              .plan_name = db_col_dup(q, 3, a),
                                              .department = db_col_dup(q, 4, a),
                                              .frozen_at = db_col_int(q, 5),
                                              .sha256 = db_col_dup(q, 6, a),
                                              .bytes = db_col_int(q, 7),
                                              .lines = db_col_int(q, 8),
                                              .roster_sha256 = db_col_dup(q, 9, a),
                                              .roster_bytes = db_col_int(q, 10),
                                              .inspectors = db_col_int(q, 11) };
    *draws = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc disclosure_quotas(struct db *db, struct arena *a, int64_t draw_id,
                          const struct disclosure_quota **quotas, size_t *count)
{
    struct disclosure_quota *list = arena_array(a, PLAN_QUOTAS_MAX, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &disclosure_quota_select,
                          DB_ARGS(db_int(draw_id), db_int(PLAN_QUOTAS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        list[n++] = (struct disclosure_quota){ .stratum = db_col_dup(q, 0, a),
                                               .quota = db_col_int(q, 1),
                                               .eligible = db_col_int(q, 2) };
    *quotas = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc score_of(const struct db_query *q, unsigned column, char hex[DIGEST_HEX])
{
    size_t n;
    const void *bytes = db_col_bytes(q, column, &n);
    if (n != DIGEST_SIZE)
        return RC_INTERNAL;
    hex_encode(hex, bytes, n);
    return RC_OK;
}

enum rc disclosure_picks(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                         int64_t after, int64_t limit, const struct disclosure_pick **picks,
                         size_t *count)
{
    struct disclosure_pick *list = arena_array(a, (size_t)limit, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc =
        db_query(db, &disclosure_pick_select,
                 DB_ARGS(db_int(draw_id), db_text(stratum), db_int(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct disclosure_pick *pick = &list[n++];
        *pick = (struct disclosure_pick){ .stratum = db_col_dup(q, 0, a),
                                          .position = db_col_int(q, 1),
                                          .subject_code = db_col_dup(q, 2, a),
                                          .selected = db_col_int(q, 3) != 0,
                                          .subject_name = db_col_dup(q, 5, a) };
        rc = score_of(q, 4, pick->score);
        if (rc != RC_OK)
            break;
    }
    db_done(&q);
    *picks = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- files of a bundle ---- */

static enum rc send_parts(struct db *db, const struct db_stmt *stmt, int64_t draw_id,
                          disclosure_bytes *fn, void *data)
{
    struct db_query *q;
    enum rc rc = db_query_stream(db, stmt, DB_ARGS(db_int(draw_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        size_t n;
        const char *bytes = db_col_bytes(q, 0, &n);
        rc = fn(data, bytes, n);
        if (rc != RC_OK)
            break;
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc disclosure_snapshot(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_part_select, draw_id, fn, data);
}

enum rc disclosure_roster(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_roster_part_select, draw_id, fn, data);
}

enum rc disclosure_result_file(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_result_part_select, draw_id, fn, data);
}

enum rc disclosure_result_size(struct db *db, int64_t draw_id, int64_t *bytes)
{
    return db_one_int(db, &disclosure_result_part_size, DB_ARGS(db_int(draw_id)), bytes);
}
