/* The rows of a result: see draw_store_rows. */
#include <stdlib.h>
#include <string.h>

#include "domain/publish/personal.h"
#include "store/draw/draw.h"
#include "sys/jsonw.h"

/* The join order is fixed, for MariaDB takes the array for 40 rows or the table for empty, and
   would scan a million subjects. */
DB_STMT(draw_row_subjects, "t", "iit",
        "SELECT STRAIGHT_JOIN j.n, s.id, s.name FROM JSON_TABLE(?, '$[*]' COLUMNS("
        " n FOR ORDINALITY, code VARCHAR(18) CHARACTER SET ascii PATH '$')) j"
        " JOIN subject s FORCE INDEX (code) ON s.code = j.code COLLATE ascii_bin");

DB_STMT(draw_row_insert, "itiiibt", "",
        "INSERT INTO draw_result (draw_id, stratum, position, selected, subject_id, score,"
        " subject_name) VALUES (?, ?, ?, ?, ?, ?, ?)");

enum { ROWS = 4096, COLUMNS = 7 };

static int by_subject(const void *a, const void *b)
{
    const struct draw_pick *const *x = a;
    const struct draw_pick *const *y = b;
    return strcmp((*x)->subject, (*y)->subject);
}

static const char *codes_of(struct arena *a, const struct draw_pick *const *picks, size_t n)
{
    struct buf *out = arena_alloc(a, sizeof *out);
    struct jsonw w;
    buf_init(out, a, ROWS * (DRAW_SUBJECT_MAX + 3) + 2);
    jw_init(&w, out);
    jw_array(&w, NULL);
    for (size_t i = 0; i < n; i++)
        jw_text(&w, NULL, picks[i]->subject);
    jw_end(&w);
    return out->p;
}

/* What of a picked subject goes into its row. */
struct picked {
    int64_t subject_id;
    const char *name; /* masked */
};

/* Of at most ROWS of them, into the place that their pick has in the result; names go into kept. */
static enum rc look_up(struct db *db, struct arena *a, struct arena *kept,
                       const struct draw_result *result, const struct draw_pick *const *picks,
                       size_t n, struct picked *out)
{
    struct db_query *q;
    size_t rows = 0;
    enum rc rc = db_query(db, &draw_row_subjects, DB_ARGS(db_text(codes_of(a, picks, n))), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        const struct draw_pick *pick = picks[db_col_int(q, 0) - 1];
        const char *name = personal_subject_name(a, pick->subject, db_col_text(q, 2));
        out[pick - result->picks] =
            (struct picked){ .subject_id = db_col_int(q, 1), .name = arena_strdup(kept, name) };
        rows++;
    }
    if (rc != RC_DONE)
        return rc;
    return rows == n ? RC_OK : RC_INTERNAL; /* a subject of the snapshot is gone */
}

static enum rc look_up_all(struct db *db, struct arena *kept, const struct draw_result *result,
                           struct picked *out)
{
    const struct draw_pick **picks = arena_array(kept, result->count, sizeof(struct draw_pick *));
    struct arena *own = arena_new(DRAW_MEMORY_MAX);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < result->count; i++)
        picks[i] = &result->picks[i];
    qsort((void *)picks, result->count, sizeof(struct draw_pick *), by_subject);
    for (size_t i = 0; rc == RC_OK && i < result->count; i += ROWS) {
        size_t n = result->count - i < ROWS ? result->count - i : ROWS;
        rc = look_up(db, own, kept, result, picks + i, n, out);
        arena_reset(own);
    }
    arena_free(own);
    return rc;
}

static void put_row(struct db_val *row, int64_t draw_id, const struct draw_pick *pick,
                    const struct picked *picked)
{
    row[0] = db_int(draw_id);
    row[1] = db_text(pick->stratum);
    row[2] = db_int(pick->position);
    row[3] = db_int(!pick->reserve);
    row[4] = db_int(picked->subject_id);
    row[5] = db_bytes(pick->score, DIGEST_SIZE);
    row[6] = db_text(picked->name);
}

enum rc draw_store_rows(struct db *db, struct arena *a, int64_t draw_id,
                        const struct draw_result *result)
{
    struct picked *picked = arena_array(a, result->count, sizeof *picked);
    struct db_val *values = arena_array(a, ROWS * COLUMNS, sizeof *values);
    enum rc rc = look_up_all(db, a, result, picked);
    for (size_t i = 0; rc == RC_OK && i < result->count; i += ROWS) {
        size_t n = result->count - i < ROWS ? result->count - i : ROWS;
        for (size_t k = 0; k < n; k++)
            put_row(values + k * COLUMNS, draw_id, &result->picks[i + k], &picked[i + k]);
        rc = db_bulk(db, &draw_row_insert, values, n);
    }
    return rc;
}
