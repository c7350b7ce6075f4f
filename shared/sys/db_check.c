#include "sys/db_internal.h"

#include <string.h>

/* Whether a column of that server type may be read as that declared type without loss. */
static bool fits(char declared, const MYSQL_FIELD *f)
{
    switch (f->type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
        return declared == 'i';
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
        return declared == 'd';
    case MYSQL_TYPE_NEWDECIMAL: /* SUM of integers; coordinates */
        return f->decimals ? declared == 'd' : declared == 'i' || declared == 'd';
    case MYSQL_TYPE_DATE:
        return declared == 'D';
    case MYSQL_TYPE_DATETIME:
        return declared == 'T';
    case MYSQL_TYPE_NULL:
        return true;
    default:
        return f->charsetnr == 63 ? declared == 'b' : declared == 't';
    }
}

/* A member that may not be NULL, of a column that may be: the server knows of each expression. */
static enum rc check_nulls(const struct db_stmt *s, MYSQL_RES *meta, struct err *err)
{
    unsigned i = 0;
    for (const struct row_col *c = s->rows->columns; c->member; c++) {
        if (!c->sql)
            continue;
        const MYSQL_FIELD *f = mysql_fetch_field_direct(meta, i++);
        if (!c->nullable && !(f->flags & NOT_NULL_FLAG))
            return err_set(err, RC_INTERNAL, s->name, "%s may be NULL, and is not declared so",
                           c->member);
    }
    return RC_OK;
}

enum rc db_check_statement(struct db *db, const struct db_stmt *s, struct err *err)
{
    struct db_query *q;
    enum rc rc = db_prepared(db, s, &q);
    if (rc != RC_OK)
        return err_set(err, rc, s->name, "cannot be prepared as declared");
    if (!q->columns || q->unbound) /* what RETURNING returns shows when it runs */
        return RC_OK;
    MYSQL_RES *meta = mysql_stmt_result_metadata(q->stmt);
    if (!meta)
        return err_set(err, RC_INTERNAL, s->name, "has no metadata");
    for (unsigned i = 0; i < q->columns && rc == RC_OK; i++) {
        const MYSQL_FIELD *f = mysql_fetch_field_direct(meta, i);
        if (!fits(q->out[i], f))
            rc = err_set(err, RC_INTERNAL, s->name, "column %u %s has type %d, declared %c", i,
                         f->name, (int)f->type, q->out[i]);
    }
    if (rc == RC_OK && s->rows)
        rc = check_nulls(s, meta, err);
    mysql_free_result(meta);
    return rc;
}
