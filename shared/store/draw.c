#include "store/draw.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/campaign.h"
#include "store/plan.h"
#include "sys/jsonw.h"
#include "sys/log.h"

DB_STMT(draw_history_select, "i", "ii",
        "SELECT COUNT(*), COUNT(IF(c.state IN ('revealed', 'abandoned'), NULL, 1)) FROM draw w"
        " JOIN campaign c ON c.id = w.campaign_id WHERE w.plan_id = ?");

DB_STMT(draw_insert, "tiii", "",
        "INSERT INTO draw (code, campaign_id, plan_id, department_id, state)"
        " VALUES (?, ?, ?, ?, 'open')");

#define DRAW_COLUMNS                                                                               \
    "SELECT w.id, w.code, w.campaign_id, c.code, w.plan_id, p.code, p.directory_id,"               \
    " r.refreshed_on, w.department_id, d.code, d.kind, d.region_code, w.state = 'frozen',"         \
    " w.frozen_at, w.snapshot_sha256, w.snapshot_bytes, w.snapshot_lines"
#define DRAW_FROM                                                                                  \
    " FROM draw w JOIN campaign c ON c.id = w.campaign_id JOIN plan p ON p.id = w.plan_id"         \
    " JOIN directory r ON r.id = p.directory_id JOIN department d ON d.id = w.department_id"
#define DRAW_TYPES                                                                                 \
    "ititit"                                                                                       \
    "iDitttiTtii"

DB_STMT(draw_select_one, "t", DRAW_TYPES, DRAW_COLUMNS DRAW_FROM " WHERE w.code = ?");

DB_STMT(draw_select_campaign, "ii", DRAW_TYPES "iiiii",
        DRAW_COLUMNS
        ", COALESCE(q.strata, 0), COALESCE(q.quota, 0), COALESCE(q.eligible, 0),"
        " COALESCE(s.selected, 0), COALESCE(s.reserves, 0)" DRAW_FROM
        " LEFT JOIN (SELECT draw_id, COUNT(*) AS strata, CAST(SUM(quota) AS SIGNED) AS quota,"
        " CAST(SUM(eligible) AS SIGNED) AS eligible FROM draw_quota GROUP BY draw_id) q ON "
        "q.draw_id = w.id"
        " LEFT JOIN (SELECT draw_id, COUNT(IF(selected, 1, NULL)) AS selected,"
        " COUNT(IF(selected, NULL, 1)) AS reserves"
        " FROM draw_result GROUP BY draw_id) s ON s.draw_id = w.id"
        " WHERE w.campaign_id = ? ORDER BY w.code LIMIT ?");

DB_STMT(draw_lock_select, "i", "i", "SELECT state = 'frozen' FROM draw WHERE id = ? FOR UPDATE");

DB_STMT(draw_quota_select, "ii", "tii",
        "SELECT stratum, quota, eligible FROM draw_quota WHERE draw_id = ? ORDER BY stratum"
        " LIMIT ?");

DB_STMT(draw_part_select, "i", "b",
        "SELECT body FROM snapshot_part WHERE draw_id = ? ORDER BY part");

/* One statement for a batch, a JSON array of [stratum, position, selected, subject code, score in hex]:
   array binding would look the first subject up and use it for all rows. The join order is fixed, for
   MariaDB takes the array for 40 rows or the table for empty, and would scan a million subjects. */
DB_STMT(draw_result_insert, "it", "",
        "INSERT INTO draw_result (draw_id, stratum, position, selected, subject_id, score)"
        " SELECT STRAIGHT_JOIN ?, j.stratum, j.position, j.selected, s.id, UNHEX(j.score)"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS("
        " stratum VARCHAR(40) CHARACTER SET ascii PATH '$[0]', position INT PATH '$[1]',"
        " selected TINYINT PATH '$[2]', code VARCHAR(18) CHARACTER SET ascii PATH '$[3]',"
        " score CHAR(64) CHARACTER SET ascii PATH '$[4]')) j"
        " JOIN subject s FORCE INDEX (code) ON s.code = j.code COLLATE ascii_bin");

struct history {
    int64_t draws;
    int64_t unfinished;
};

static void read_history(const struct db_query *q, void *data)
{
    struct history *h = data;
    h->draws = db_col_int(q, 0);
    h->unfinished = db_col_int(q, 1);
}

enum rc draw_history(struct db *db, int64_t plan_id, int64_t *draws, bool *unfinished)
{
    struct history h = { .draws = 0 };
    enum rc rc = db_one(db, &draw_history_select, DB_ARGS(db_int(plan_id)), read_history, &h);
    *draws = h.draws;
    *unfinished = h.unfinished != 0;
    return rc;
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
        list[n].strata = db_col_int(q, 17);
        list[n].quota = db_col_int(q, 18);
        list[n].eligible = db_col_int(q, 19);
        list[n].selected = db_col_int(q, 20);
        list[n].reserves = db_col_int(q, 21);
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

/* ---- the snapshot ---- */

static void release(void *data)
{
    arena_free(data);
}

static enum rc load(struct db *db, const struct draw *draw, struct digest *digest, char *bytes,
                    size_t size, size_t *n)
{
    struct db_query *q;
    *n = 0;
    enum rc rc = db_query_stream(db, &draw_part_select, DB_ARGS(db_int(draw->id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        size_t piece;
        const void *body = db_col_bytes(q, 0, &piece);
        if (piece > size - *n) {
            db_done(&q);
            return RC_CHECKSUM;
        }
        memcpy(bytes + *n, body, piece);
        *n += piece;
    }
    if (rc != RC_DONE)
        return rc;
    digest_update(digest, bytes, *n);
    return RC_OK;
}

enum rc draw_snapshot(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                      const char **bytes, size_t *size, struct err *err)
{
    if (!draw->frozen || draw->bytes <= 0 || (size_t)draw->bytes > DRAW_SNAPSHOT_MAX)
        return err_set(err, RC_STATE, "", "抽取 %s 没有冻结的名录快照", draw->code);
    /* Beside the request's memory, whose ceiling is for requests, not for directories. */
    struct arena *own = arena_new((size_t)draw->bytes + 65536);
    arena_defer(a, release, own);
    char *text = arena_alloc(own, (size_t)draw->bytes);
    struct digest *digest = digest_new(draw_digest(rule));
    size_t n = 0;
    enum rc rc = load(db, draw, digest, text, (size_t)draw->bytes, &n);
    uint8_t hash[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    digest_final(digest, hash);
    digest_free(digest);
    hex_encode(hex, hash, sizeof hash);
    if (rc != RC_OK && rc != RC_CHECKSUM)
        return rc;
    if (rc == RC_CHECKSUM || n != (size_t)draw->bytes || strcmp(hex, draw->sha256) != 0) {
        log_error("draw=%s snapshot differs from its commitment", draw->code);
        return err_set(err, RC_CHECKSUM, "", "抽取 %s 的名录快照与承诺的摘要不符，不能抽取",
                       draw->code);
    }
    *bytes = text;
    *size = n;
    return RC_OK;
}

/* ---- results ---- */

static int by_subject(const void *a, const void *b)
{
    return strcmp((*(const struct draw_pick *const *)a)->subject,
                  (*(const struct draw_pick *const *)b)->subject);
}

/* In the order of the index that each subject is looked up in: that halves the looking up. */
enum rc draw_store_results(struct db *db, struct arena *a, int64_t draw_id,
                           const struct draw_result *result)
{
    enum { BATCH = 5000, PICK_BYTES = 256 };
    struct buf json;
    const struct draw_pick **picks = arena_array(a, result->count, sizeof *picks);
    for (size_t i = 0; i < result->count; i++)
        picks[i] = &result->picks[i];
    if (result->count)
        qsort(picks, result->count, sizeof *picks, by_subject);
    buf_init(&json, a, (size_t)BATCH * PICK_BYTES);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < result->count;) {
        struct jsonw w;
        int64_t n = 0;
        buf_clear(&json);
        jw_init(&w, &json);
        jw_array(&w, NULL);
        for (; n < BATCH && i < result->count; n++, i++) {
            const struct draw_pick *pick = picks[i];
            char score[DIGEST_HEX];
            hex_encode(score, pick->score, DIGEST_SIZE);
            jw_array(&w, NULL);
            jw_text(&w, NULL, pick->stratum);
            jw_int(&w, NULL, pick->position);
            jw_int(&w, NULL, !pick->reserve);
            jw_text(&w, NULL, pick->subject);
            jw_text(&w, NULL, score);
            jw_end(&w);
        }
        jw_end(&w);
        rc = json.full
                 ? RC_INTERNAL
                 : db_exec(db, &draw_result_insert, DB_ARGS(db_int(draw_id), db_text(json.p)));
        if (rc == RC_OK && db_affected(db) != n)
            rc = RC_INTERNAL; /* a subject of the snapshot is gone */
    }
    return rc;
}
