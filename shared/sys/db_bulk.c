#include "sys/db_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sys/log.h"

/* A chunk's arrays stay small, and a packet far below max_allowed_packet for ordinary rows. */
enum { CHUNK_ROWS = 1000, CHUNK_BYTES = 4 * 1024 * 1024 };

/* The arrays of one parameter over the rows of a chunk. */
struct array {
    union {
        int64_t *i;
        double *d;
        const void **p; /* text and bytes; of a date too: Connector/C wants pointers there */
        void *any;
    } values;
    unsigned long *lengths;
    char *indicators;
};

static size_t value_size(char type)
{
    switch (type) {
    case 'i':
        return sizeof(int64_t);
    case 'd':
        return sizeof(double);
    default:
        return sizeof(void *);
    }
}

static void fill(struct array *to, size_t row, const struct db_val *v, struct arena *scratch)
{
    to->indicators[row] = v->null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    to->lengths[row] = v->n;
    MYSQL_TIME *time;
    switch (v->type) {
    case 'i':
        to->values.i[row] = v->i;
        break;
    case 'd':
        to->values.d[row] = v->d;
        break;
    case 'D':
    case 'T':
        time = arena_alloc(scratch, sizeof *time);
        if (v->type == 'D')
            db_time_of_date(time, (int32_t)v->i);
        else
            db_time_of_instant(time, v->i);
        to->values.p[row] = time;
        break;
    default:
        to->values.p[row] = v->p;
        break;
    }
}

static enum rc send_chunk(struct db *db, struct db_query *q, struct arena *scratch,
                          const struct db_val *values, size_t rows, size_t params)
{
    const char *types = q->def->in;
    MYSQL_BIND binds[DB_PARAMS_MAX];
    memset(binds, 0, sizeof binds);
    for (size_t c = 0; c < params; c++) {
        struct array column = {
            .values.any = arena_array(scratch, rows, value_size(types[c])),
            .lengths = arena_array(scratch, rows, sizeof(unsigned long)),
            .indicators = arena_array(scratch, rows, 1),
        };
        for (size_t r = 0; r < rows; r++) {
            enum rc rc = db_fits(q->def, c, &values[r * params + c]);
            if (rc != RC_OK)
                return rc;
            fill(&column, r, &values[r * params + c], scratch);
        }
        binds[c].buffer_type = db_field_type(types[c]);
        binds[c].buffer = column.values.any;
        binds[c].length = column.lengths;
        binds[c].u.indicator = column.indicators;
    }
    unsigned count = (unsigned)rows;
    if (mysql_stmt_attr_set(q->stmt, STMT_ATTR_ARRAY_SIZE, &count) != 0 ||
        mysql_stmt_bind_param(q->stmt, binds) != 0 || mysql_stmt_execute(q->stmt) != 0)
        return db_fault(db, q->def, mysql_stmt_errno(q->stmt), mysql_stmt_error(q->stmt));
    return db_still_in(db);
}

/* Rows from the start of values that make one chunk. */
static size_t chunk_rows(const struct db_val *values, size_t rows, size_t params)
{
    size_t bytes = 0;
    size_t r = 0;
    while (r < rows && r < CHUNK_ROWS && (r == 0 || bytes < CHUNK_BYTES)) {
        for (size_t c = 0; c < params; c++)
            bytes += values[r * params + c].n + 16;
        r++;
    }
    return r;
}

enum rc db_bulk(struct db *db, const struct db_stmt *s, const struct db_val *values, size_t rows)
{
    struct db_query *q = NULL;
    size_t params = strlen(s->in);
    int64_t affected = 0;
    int64_t first_id = 0;
    struct arena *scratch = arena_new(SIZE_MAX);
    enum rc rc = db_prepared(db, s, &q);
    if (rc == RC_OK)
        rc = db_allowed(db, q);
    for (size_t done = 0; rc == RC_OK && done < rows;) {
        size_t n = chunk_rows(values + done * params, rows - done, params);
        rc = send_chunk(db, q, scratch, values + done * params, n, params);
        if (rc == RC_OK) {
            affected += (int64_t)mysql_stmt_affected_rows(q->stmt);
            if (!first_id)
                first_id = (int64_t)mysql_stmt_insert_id(q->stmt);
        }
        arena_reset(scratch);
        done += n;
    }
    /* The same statement may be run singly next; a lost connection has taken it away. */
    unsigned single = 0;
    if (q && rc != RC_UNAVAILABLE)
        (void)mysql_stmt_attr_set(q->stmt, STMT_ATTR_ARRAY_SIZE, &single);
    arena_free(scratch);
    db_set_counts(db, rc == RC_OK ? affected : 0, rc == RC_OK ? first_id : 0);
    return rc;
}
