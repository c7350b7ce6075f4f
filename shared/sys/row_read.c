#include "sys/row.h"

#include <math.h>

#include "base/text.h"
#include "sys/db.h"
#include "sys/log.h"

static enum rc misfit(const struct row_set *set, const struct row_col *c, const char *why)
{
    log_error("column %s of %s %s", c->member, set->name, why);
    return RC_INTERNAL;
}

static enum rc read_hex(const struct db_query *q, unsigned i, const struct row_set *set,
                        const struct row_col *c, char *out)
{
    size_t n;
    const void *bytes = db_col_bytes(q, i, &n);
    out[0] = '\0';
    if (!bytes)
        return RC_OK;
    if (2 * n + 1 != c->size)
        return misfit(set, c, "has another size");
    hex_encode(out, bytes, n);
    return RC_OK;
}

static enum rc read_column(const struct db_query *q, unsigned i, const struct row_set *set,
                           const struct row_col *c, struct arena *a, void *row)
{
    void *to = (char *)row + c->offset;
    bool null = db_is_null(q, i);
    if (null && !c->nullable)
        return misfit(set, c, "is NULL");
    switch (c->type) {
    case ROW_TEXT:
        *(const char **)to = db_col_dup(q, i, a);
        break;
    case ROW_INT:
        *(int64_t *)to = db_col_int(q, i);
        break;
    case ROW_REAL:
        *(double *)to = null ? (double)NAN : db_col_real(q, i);
        break;
    case ROW_BOOL:
        *(bool *)to = db_col_int(q, i) != 0;
        break;
    case ROW_DATE:
        *(int32_t *)to = db_col_date(q, i);
        break;
    case ROW_HEX:
        return read_hex(q, i, set, c, to);
    }
    return RC_OK;
}

enum rc row_read(const struct db_query *q, const struct row_set *set, struct arena *a, void *row)
{
    unsigned i = 0;
    enum rc rc = RC_OK;
    for (const struct row_col *c = set->columns; rc == RC_OK && c->member; c++)
        if (c->sql)
            rc = read_column(q, i++, set, c, a, row);
    return rc;
}
