/* The rows of a result: see draw_store_rows. */
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
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

/* Rows of a statement; names that are masked in one go. */
enum { ROWS = 4096, LOOKED_UP = 65536, MASKED = 512, COLUMNS = 7 };

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
    buf_init(out, a, n * (DRAW_SUBJECT_MAX + 3) + 2);
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

/* The subjects that one statement looks up. */
struct piece {
    struct arena *arena; /* of names */
    const struct draw_pick *const *picks;
    size_t n;
    const char **names; /* of the picks, as they stand in the directory */
};

struct look_up {
    const struct draw_result *result;
    struct picked *out;     /* by the place of their pick in the result */
    struct piece pieces[2]; /* one is read while the names of the other are masked */
    struct piece *masked;
    struct arena *kept; /* what only the masking thread uses while there is one … */
    struct arena *scratch;
    pthread_t thread;
    bool beside; /* … and whether there is */
};

static void *mask_names(void *data)
{
    struct look_up *l = data;
    const struct piece *p = l->masked;
    for (size_t i = 0; i < p->n; i++) {
        const struct draw_pick *pick = p->picks[i];
        const char *name = personal_subject_name(l->scratch, pick->subject, p->names[i]);
        l->out[pick - l->result->picks].name = arena_strdup(l->kept, name);
        if (i % MASKED == 0)
            arena_reset(l->scratch);
    }
    return NULL;
}

static void await(struct look_up *l)
{
    if (l->beside)
        (void)pthread_join(l->thread, NULL);
    l->beside = false;
}

static enum rc read_piece(struct db *db, struct look_up *l, struct piece *p)
{
    struct db_query *q;
    size_t rows = 0;
    p->names = arena_array(p->arena, p->n, sizeof *p->names);
    const char *codes = codes_of(p->arena, p->picks, p->n);
    enum rc rc = db_query_stream(db, &draw_row_subjects, DB_ARGS(db_text(codes)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        size_t i = (size_t)db_col_int(q, 0) - 1;
        l->out[p->picks[i] - l->result->picks].subject_id = db_col_int(q, 1);
        p->names[i] = arena_strdup(p->arena, db_col_text(q, 2));
        rows++;
    }
    if (rc != RC_DONE)
        return rc;
    return rows == p->n ? RC_OK : RC_INTERNAL; /* a subject of the snapshot is gone */
}

/* The names of one piece are masked while the server reads the next, where the system gives a
   thread. */
static enum rc look_up(struct db *db, struct look_up *l, const struct draw_pick *const *picks)
{
    enum rc rc = RC_OK;
    for (size_t i = 0, k = 0; rc == RC_OK && i < l->result->count; i += LOOKED_UP, k++) {
        struct piece *p = &l->pieces[k % 2];
        size_t left = l->result->count - i;
        arena_reset(p->arena);
        p->picks = picks + i;
        p->n = left < LOOKED_UP ? left : LOOKED_UP;
        rc = read_piece(db, l, p);
        await(l);
        if (rc != RC_OK)
            break;
        l->masked = p;
        l->beside = thread_start(&l->thread, mask_names, l);
        if (!l->beside)
            (void)mask_names(l);
    }
    await(l);
    return rc;
}

static enum rc look_up_all(struct db *db, struct arena *a, const struct draw_result *result,
                           struct picked *out)
{
    struct look_up l = { .result = result,
                         .out = out,
                         .pieces = { { .arena = arena_new(DRAW_MEMORY_MAX) },
                                     { .arena = arena_new(DRAW_MEMORY_MAX) } },
                         .kept = a,
                         .scratch = arena_new(DRAW_MEMORY_MAX) };
    const struct draw_pick **picks = arena_array(a, result->count, sizeof(struct draw_pick *));
    for (size_t i = 0; i < result->count; i++)
        picks[i] = &result->picks[i];
    qsort((void *)picks, result->count, sizeof(struct draw_pick *), by_subject);
    enum rc rc = look_up(db, &l, picks);
    arena_free(l.pieces[0].arena);
    arena_free(l.pieces[1].arena);
    arena_free(l.scratch);
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
