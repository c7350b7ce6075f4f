/* The draw itself, from the stored snapshot to the stored result. */
#include <string.h>

#include "base/text.h"
#include "store/draw/draw.h"
#include "sys/log.h"

DB_STMT(draw_part_select, "i", "b",
        "SELECT body FROM snapshot_part WHERE draw_id = ? ORDER BY part");

DB_STMT(draw_result_part_insert, "iiiib", "",
        "INSERT INTO result_part (draw_id, part, selected, reserves, body) VALUES (?, ?, ?, ?, ?)");

DB_STMT(draw_result_part_select, "i", "b",
        "SELECT body FROM result_part WHERE draw_id = ? ORDER BY part");

DB_STMT(draw_result_update_digest, "tti", "",
        "UPDATE draw_undrawn SET result_sha256 = ?, drawn_sha256 = ? WHERE id = ?");

DB_STMT(draw_drawn_part_insert, "iib", "",
        "INSERT INTO drawn_part (draw_id, part, body) VALUES (?, ?, ?)");

DB_STMT(draw_drawn_part_select, "i", "b",
        "SELECT body FROM drawn_part WHERE draw_id = ? ORDER BY part");

/* ---- drawing ---- */

/*
 * Piece after piece, so that memory holds what may be selected and not the directory. A fault of
 * the format waits for the digest, which says more.
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
    return size == draw->snapshot_bytes ? RC_OK : RC_CHECKSUM;
}

static enum rc run_over(struct db *db, const struct draw *draw, const char *announced,
                        enum draw_rule rule, struct draw_run *run, struct draw_result *result,
                        struct err *err)
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
    if (rc == RC_CHECKSUM || strcmp(hex, announced) != 0) {
        log_error("draw=%s snapshot differs from its announcement", draw->code);
        return err_set(err, RC_CHECKSUM, "", "抽取 %s 的名录快照与公告的摘要不符，不能抽取",
                       draw->code);
    }
    return fault == RC_OK ? draw_run_end(run, result, err) : fault;
}

enum rc draw_compute(struct db *db, struct arena *a, const struct draw *draw,
                     const struct announcement_draw *announced, enum draw_rule rule,
                     const char *seed, unsigned threads, struct draw_result *result,
                     struct err *err)
{
    struct draw_run *run = NULL;
    enum rc rc = draw_run_start(a, rule, seed, announced->quotas, announced->quota_count, threads,
                                &run, err);
    return rc == RC_OK ? run_over(db, draw, announced->snapshot, rule, run, result, err) : rc;
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

enum rc draw_store_drawn(struct db *db, struct arena *a, int64_t draw_id, enum draw_rule rule,
                         const char *secret, const struct draw_result *result)
{
    struct buf text;
    enum rc rc = RC_OK;
    buf_init(&text, a, DRAW_PART_SIZE);
    draw_drawn_head(&text, result->draw_id);
    for (size_t i = 0, part = 0; rc == RC_OK && (i < result->count || part == 0); part++) {
        for (; i < result->count && text.n + DRAW_RESULT_LINE_MAX <= DRAW_PART_SIZE; i++)
            draw_drawn_line(&text, rule, secret, result->draw_id, &result->picks[i]);
        rc = db_exec(db, &draw_drawn_part_insert,
                     DB_ARGS(db_int(draw_id), db_int((int64_t)part), db_bytes(text.p, text.n)));
        buf_clear(&text);
    }
    return rc;
}

static enum rc digest_parts(struct db *db, const struct db_stmt *parts, int64_t draw_id,
                            enum draw_rule rule, char out[DIGEST_HEX])
{
    uint8_t hash[DIGEST_SIZE];
    struct db_query *q;
    enum rc rc = db_query_stream(db, parts, DB_ARGS(db_int(draw_id)), &q);
    if (rc != RC_OK)
        return rc;
    struct digest *digest = digest_new(draw_digest(rule));
    while ((rc = db_next(&q)) == RC_OK) {
        size_t n;
        const char *body = db_col_bytes(q, 0, &n);
        digest_update(digest, body, n);
    }
    digest_final(digest, hash);
    digest_free(digest);
    hex_encode(out, hash, sizeof hash);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc draw_result_digest(struct db *db, int64_t draw_id, enum draw_rule rule,
                           char out[DIGEST_HEX])
{
    return digest_parts(db, &draw_result_part_select, draw_id, rule, out);
}

enum rc draw_note_result(struct db *db, int64_t draw_id, enum draw_rule rule, bool drawn)
{
    char result_hex[DIGEST_HEX];
    char drawn_hex[DIGEST_HEX];
    enum rc rc = draw_result_digest(db, draw_id, rule, result_hex);
    if (rc == RC_OK && drawn)
        rc = digest_parts(db, &draw_drawn_part_select, draw_id, rule, drawn_hex);
    return rc == RC_OK ? db_exec(db, &draw_result_update_digest,
                                 DB_ARGS(db_text(result_hex), db_text(drawn ? drawn_hex : NULL),
                                         db_int(draw_id)))
                       : rc;
}
