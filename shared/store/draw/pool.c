#include "store/draw/pool.h"

#include <string.h>

DB_STMT(pool_specialty_select, "i", "t",
        "SELECT code FROM specialty ORDER BY position, code LIMIT ?");

enum rc pool_read_pairs(struct db *db, struct arena *a, const struct pool_source *source,
                        struct pool_pairs *out)
{
    size_t room = 256;
    struct db_query *q;
    *out = (struct pool_pairs){ .v = arena_array(a, room, sizeof *out->v) };
    enum rc rc = db_query(db, source->stmt, source->args, source->arg_count, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (out->n == room) {
            struct pool_pair *wider = arena_array(a, room * 2, sizeof *wider);
            memcpy(wider, out->v, room * sizeof *wider);
            out->v = wider;
            room *= 2;
        }
        out->v[out->n++] =
            (struct pool_pair){ .id = db_col_int(q, 0), .text = db_col_dup(q, 1, a) };
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* The pairs of this id; ids are asked in ascending order. */
static const struct pool_pair *pairs_of(struct pool_pairs *pairs, int64_t id, size_t *n)
{
    while (pairs->next < pairs->n && pairs->v[pairs->next].id < id)
        pairs->next++;
    const struct pool_pair *first = &pairs->v[pairs->next];
    *n = 0;
    while (pairs->next < pairs->n && pairs->v[pairs->next].id == id) {
        pairs->next++;
        (*n)++;
    }
    return first;
}

static const char *const *texts_of(struct arena *a, struct pool_pairs *pairs, int64_t id, size_t *n)
{
    const struct pool_pair *first = pairs_of(pairs, id, n);
    const char **texts = arena_array(a, *n, sizeof *texts);
    for (size_t i = 0; i < *n; i++)
        texts[i] = first[i].text;
    return texts;
}

enum rc pool_read_words(struct db *db, struct arena *a, struct match_words *out, struct err *err)
{
    struct db_query *q;
    enum rc rc =
        db_query(db, &pool_specialty_select, DB_ARGS(db_int(MATCH_SPECIALTIES_MAX + 1)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && out->n < MATCH_SPECIALTIES_MAX)
        out->v[out->n++] = db_col_dup(q, 0, a);
    if (rc == RC_OK)
        rc = err_set(err, RC_TOO_LARGE, "", "专业多于 %d 个", MATCH_SPECIALTIES_MAX);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

uint64_t pool_set(const struct match_words *words, struct pool_pairs *pairs, int64_t id)
{
    uint64_t set = 0;
    size_t n;
    const struct pool_pair *first = pairs_of(pairs, id, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t w = 0; w < words->n; w++)
            if (strcmp(words->v[w], first[i].text) == 0)
                set |= UINT64_C(1) << w;
    return set;
}

static void read_inspector(const struct db_query *q, struct arena *a, struct match_inspector *i)
{
    *i = (struct match_inspector){
        .id = db_col_dup(q, 1, a),
        .department = db_col_dup(q, 2, a),
        .kind = db_col_dup(q, 3, a),
        .region = db_col_dup(q, 4, a),
        .card_expires_on = db_col_date(q, 5),
        .on_duty = db_col_int(q, 6) != 0,
        .max_daily = (unsigned)db_col_int(q, 7),
        .max_total = (unsigned)db_col_int(q, 8),
        .carried = (unsigned)db_col_int(q, 9),
    };
}

enum rc pool_read(struct db *db, struct arena *a, const struct match_words *words,
                  const struct pool_sources *from, struct pool *out, struct err *err)
{
    struct pool_pairs specialties;
    struct pool_pairs areas;
    struct pool_pairs recusals;
    struct db_query *q;
    enum rc rc = pool_read_pairs(db, a, &from->specialties, &specialties);
    if (rc == RC_OK)
        rc = pool_read_pairs(db, a, &from->areas, &areas);
    if (rc == RC_OK)
        rc = pool_read_pairs(db, a, &from->recusals, &recusals);
    if (rc == RC_OK)
        rc = db_query(db, from->inspectors.stmt, from->inspectors.args, from->inspectors.arg_count,
                      &q);
    if (rc != RC_OK)
        return rc;
    /* One without any specialty can never be drawn: those with some bound the number. */
    *out = (struct pool){ .inspectors = arena_array(a, specialties.n, sizeof *out->inspectors),
                          .ids = arena_array(a, specialties.n, sizeof *out->ids) };
    while ((rc = db_next(&q)) == RC_OK && out->n < specialties.n) {
        int64_t row = db_col_int(q, 0);
        struct match_inspector *i = &out->inspectors[out->n];
        read_inspector(q, a, i);
        i->specialties = pool_set(words, &specialties, row);
        i->areas = texts_of(a, &areas, row, &i->area_count);
        i->recusals = texts_of(a, &recusals, row, &i->recusal_count);
        if (i->specialties)
            out->ids[out->n++] = row;
    }
    db_done(&q);
    if (out->n > MATCH_INSPECTORS_MAX)
        return err_set(err, RC_TOO_LARGE, "", "执法检查人员多于 %d 名", MATCH_INSPECTORS_MAX);
    return rc == RC_DONE || rc == RC_OK ? RC_OK : rc;
}
