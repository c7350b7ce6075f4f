/* The draw itself, from the stored snapshot to the stored result, and the rows of a revealed one. */
#include <string.h>

#include "base/text.h"
#include "store/draw.h"
#include "sys/log.h"

DB_STMT(draw_part_select, "i", "b",
        "SELECT body FROM snapshot_part WHERE draw_id = ? ORDER BY part");

DB_STMT(draw_result_part_insert, "iiiib", "",
        "INSERT INTO result_part (draw_id, part, selected, reserves, body) VALUES (?, ?, ?, ?, ?)");

DB_STMT(draw_result_count, "i", "i",
        "SELECT CAST(COALESCE(SUM(selected + reserves), 0) AS SIGNED) FROM result_part"
        " WHERE draw_id = ?");

DB_STMT(draw_result_part_one, "ii", "b",
        "SELECT body FROM result_part WHERE draw_id = ? AND part = ?");

/* One statement for a piece, its lines as a JSON array of arrays: array binding would look the first
   subject up and use it for all rows. The join order is fixed, for MariaDB takes the array for 40 rows or the
   table for empty, and would scan a million subjects. */
DB_STMT(draw_result_insert, "it", "",
        "INSERT INTO draw_result (draw_id, stratum, position, selected, subject_id, score)"
        " SELECT STRAIGHT_JOIN ?, j.stratum, j.position, j.kind = 'selected', s.id,"
        " UNHEX(j.score) FROM JSON_TABLE(?, '$[*]' COLUMNS("
        " stratum VARCHAR(40) CHARACTER SET ascii PATH '$[0]', position INT PATH '$[1]',"
        " code VARCHAR(18) CHARACTER SET ascii PATH '$[2]',"
        " kind VARCHAR(8) CHARACTER SET ascii PATH '$[3]',"
        " score CHAR(64) CHARACTER SET ascii PATH '$[4]')) j"
        " JOIN subject s FORCE INDEX (code) ON s.code = j.code COLLATE ascii_bin");

/* ---- drawing ---- */

/*
 * Piece after piece, so that memory holds what may be selected and not the directory. A fault of the
 * format waits for the digest, which says more.
 */
static enum rc feed(struct db *db, const struct draw *draw, struct digest *digest,
                    struct draw_run *run, enum rc *fault, struct err *err)
{
    struct db_query *q;
    int64_t size = 0;
    *fault = RC_OK;
    enum rc rc = db_query_stream(db, &draw_part_select, DB_ARGS(db_int(draw->id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        size_t n;
        const char *body = db_col_bytes(q, 0, &n);
        size += (int64_t)n;
        if (*fault == RC_OK)
            *fault = draw_run_piece(run, body, n, err);
        digest_update(digest, body, n);
    }
    if (rc != RC_DONE)
        return rc;
    return size == draw->bytes ? RC_OK : RC_CHECKSUM;
}

static enum rc run_over(struct db *db, const struct draw *draw, enum draw_rule rule,
                        struct draw_run *run, struct draw_result *result, struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    enum rc fault;
    struct digest *digest = digest_new(draw_digest(rule));
    enum rc rc = feed(db, draw, digest, run, &fault, err);
    digest_final(digest, hash);
    digest_free(digest);
    hex_encode(hex, hash, sizeof hash);
    if (rc != RC_OK && rc != RC_CHECKSUM)
        return rc;
    if (rc == RC_CHECKSUM || strcmp(hex, draw->sha256) != 0) {
        log_error("draw=%s snapshot differs from its commitment", draw->code);
        return err_set(err, RC_CHECKSUM, "", "抽取 %s 的名录快照与承诺的摘要不符，不能抽取",
                       draw->code);
    }
    return fault == RC_OK ? draw_run_end(run, result, err) : fault;
}

enum rc draw_compute(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                     const char *seed, unsigned threads, struct draw_result *result,
                     struct err *err)
{
    struct draw_quota *quotas = NULL;
    struct draw_run *run = NULL;
    size_t n = 0;
    if (!draw->frozen)
        return err_set(err, RC_STATE, "", "抽取 %s 没有冻结的名录快照", draw->code);
    enum rc rc = draw_quotas(db, a, draw->id, &quotas, NULL, &n);
    if (rc == RC_OK)
        rc = draw_run_start(a, rule, seed, quotas, n, threads, &run, err);
    return rc == RC_OK ? run_over(db, draw, rule, run, result, err) : rc;
}

/* ---- storing ---- */

enum { AHEAD = 16 }; /* picks lie anywhere in memory: they are fetched while others are written */

enum rc draw_store_result(struct db *db, struct arena *a, int64_t draw_id,
                          const struct draw_result *result)
{
    struct buf text;
    enum rc rc = RC_OK;
    buf_init(&text, a, DRAW_PART_SIZE);
    for (size_t i = 0, part = 0; rc == RC_OK && i < result->count; part++) {
        int64_t selected = 0;
        int64_t reserves = 0;
        buf_clear(&text);
        for (; i < result->count && text.n + DRAW_RESULT_LINE_MAX <= DRAW_PART_SIZE; i++) {
            if (i + AHEAD < result->count) {
                __builtin_prefetch(result->picks[i + AHEAD].score);
                __builtin_prefetch(result->picks[i + AHEAD].subject);
            }
            draw_result_line(&text, &result->picks[i]);
            selected += !result->picks[i].reserve;
            reserves += result->picks[i].reserve;
        }
        rc = db_exec(db, &draw_result_part_insert,
                     DB_ARGS(db_int(draw_id), db_int((int64_t)part), db_int(selected),
                             db_int(reserves), db_bytes(text.p, text.n)));
    }
    return rc;
}

/* ---- rows ---- */

/* Lines of fields to arrays of texts: no field holds a quotation mark or a backslash, for strata are
   checked and subjects are codes. */
static void put_json(struct buf *json, const char *text, size_t n)
{
    buf_clear(json);
    buf_puts(json, "[[\"");
    for (size_t at = 0; at < n; at++) {
        if (text[at] == '\t')
            buf_puts(json, "\",\"");
        else if (text[at] != '\n')
            buf_putc(json, text[at]);
        else if (at + 1 < n)
            buf_puts(json, "\"],[\"");
    }
    buf_puts(json, "\"]]");
}

static void read_part(const struct db_query *q, void *data)
{
    size_t n;
    const char *body = db_col_bytes(q, 0, &n);
    put_json(data, body, n);
}

enum rc draw_open_result(struct db *db, struct arena *a, int64_t draw_id)
{
    struct buf json;
    int64_t lines = 0;
    int64_t rows = 0;
    buf_init(&json, a, 2 * DRAW_PART_SIZE);
    enum rc rc = db_one_int(db, &draw_result_count, DB_ARGS(db_int(draw_id)), &lines);
    for (int64_t part = 0; rc == RC_OK && rows < lines; part++) {
        rc = db_one(db, &draw_result_part_one, DB_ARGS(db_int(draw_id), db_int(part)), read_part,
                    &json);
        if (rc == RC_OK)
            rc = db_exec(db, &draw_result_insert, DB_ARGS(db_int(draw_id), db_text(json.p)));
        rows += rc == RC_OK ? db_affected(db) : 0;
    }
    /* Otherwise a subject of the snapshot is gone, or a piece. */
    return rc == RC_NOT_FOUND || (rc == RC_OK && rows != lines) ? RC_INTERNAL : rc;
}
