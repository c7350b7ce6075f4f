/* Statements whose columns are a row set. */
#include "sys/db_internal.h"

#include <stdlib.h>
#include <string.h>

#include "sys/log.h"

static enum rc read_all(struct db_query **q, struct arena *a, const struct row_set *set,
                        size_t limit, struct row_page *page)
{
    size_t found = (size_t)mysql_stmt_num_rows((*q)->stmt);
    size_t kept = found < limit ? found : limit;
    enum rc rc = RC_OK;
    page->v = arena_array(a, kept, set->size);
    page->more = found > limit;
    while (rc == RC_OK && page->n < kept) {
        rc = db_next(q);
        if (rc == RC_OK)
            rc = row_read(*q, set, a, (char *)page->v + page->n++ * set->size);
    }
    return rc == RC_DONE ? RC_INTERNAL : rc;
}

enum rc db_page(struct db *db, struct arena *a, const struct db_stmt *s, const struct db_val *args,
                size_t n, int64_t limit, struct row_page *page)
{
    struct db_val all[DB_PARAMS_MAX];
    struct db_query *q;
    *page = (struct row_page){ .v = NULL };
    if (n + 1 > DB_PARAMS_MAX)
        return RC_INTERNAL;
    if (n)
        memcpy(all, args, n * sizeof *all);
    all[n] = db_int(limit + 1);
    enum rc rc = db_query(db, s, all, n + 1, &q);
    if (rc != RC_OK)
        return rc;
    rc = read_all(&q, a, s->rows, (size_t)limit, page);
    db_done(&q);
    return rc;
}

enum rc db_rows(struct db *db, struct arena *a, const struct db_stmt *s, const struct db_val *args,
                size_t n, size_t max, struct row_page *page)
{
    enum rc rc = db_page(db, a, s, args, n, (int64_t)max, page);
    if (rc != RC_OK || !page->more)
        return rc;
    log_error("statement=%s has more than %zu rows", s->name, max);
    return RC_INTERNAL;
}

enum rc db_row(struct db *db, struct arena *a, const struct db_stmt *s, const struct db_val *args,
               size_t n, void *row)
{
    struct db_query *q;
    enum rc rc = db_query(db, s, args, n, &q);
    if (rc != RC_OK)
        return rc;
    rc = db_next(&q);
    if (rc == RC_OK) {
        memset(row, 0, s->rows->size);
        rc = row_read(q, s->rows, a, row);
    } else if (rc == RC_DONE) {
        rc = RC_NOT_FOUND;
    }
    db_done(&q);
    return rc;
}
