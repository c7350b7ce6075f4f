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

static void put_row(struct db_val *row, struct arena *a, int64_t draw_id,
                    const struct draw_pick *pick, const struct db_query *q)
{
    row[0] = db_int(draw_id);
    row[1] = db_text(pick->stratum);
    row[2] = db_int(pick->position);
    row[3] = db_int(!pick->reserve);
    row[4] = db_int(db_col_int(q, 1));
    row[5] = db_bytes(pick->score, DIGEST_SIZE);
    row[6] = db_text(personal_subject_name(a, pick->subject, db_col_text(q, 2)));
}

/* At most ROWS of them. */
static enum rc store_some(struct db *db, struct arena *a, int64_t draw_id,
                          const struct draw_pick *const *picks, size_t n)
{
    struct db_query *q;
    struct db_val *values = arena_array(a, n * COLUMNS, sizeof *values);
    size_t rows = 0;
    enum rc rc = db_query(db, &draw_row_subjects, DB_ARGS(db_text(codes_of(a, picks, n))), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        const struct draw_pick *pick = picks[db_col_int(q, 0) - 1];
        put_row(values + rows++ * COLUMNS, a, draw_id, pick, q);
    }
    if (rc == RC_DONE)
        rc = rows == n ? RC_OK : RC_INTERNAL; /* a subject of the snapshot is gone */
    return rc == RC_OK ? db_bulk(db, &draw_row_insert, values, rows) : rc;
}

enum rc draw_store_rows(struct db *db, struct arena *a, int64_t draw_id,
                        const struct draw_result *result)
{
    const struct draw_pick **picks = arena_array(a, result->count, sizeof(struct draw_pick *));
    struct arena *own = arena_new(DRAW_MEMORY_MAX);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < result->count; i++)
        picks[i] = &result->picks[i];
    qsort((void *)picks, result->count, sizeof(struct draw_pick *), by_subject);
    for (size_t i = 0; rc == RC_OK && i < result->count; i += ROWS) {
        size_t n = result->count - i < ROWS ? result->count - i : ROWS;
        rc = store_some(db, own, draw_id, picks + i, n);
        arena_reset(own);
    }
    arena_free(own);
    return rc;
}
