#include "sys/db_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "sys/json.h"
#include "sys/log.h"

enum { COLUMN_ROOM = 128, DAY_MS = 86400000 };

void db_time_of_date(MYSQL_TIME *t, int32_t days)
{
    char text[DATE_TEXT];
    date_format(text, days);
    memset(t, 0, sizeof *t);
    t->time_type = MYSQL_TIMESTAMP_DATE;
    t->year = (unsigned)strtoul(text, NULL, 10);
    t->month = (unsigned)strtoul(text + 5, NULL, 10);
    t->day = (unsigned)strtoul(text + 8, NULL, 10);
}

void db_time_of_instant(MYSQL_TIME *t, int64_t ms)
{
    int64_t days = ms >= 0 ? ms / DAY_MS : -((-ms + DAY_MS - 1) / DAY_MS);
    unsigned rest = (unsigned)(ms - days * DAY_MS);
    db_time_of_date(t, (int32_t)days);
    t->time_type = MYSQL_TIMESTAMP_DATETIME;
    t->hour = rest / 3600000;
    t->minute = rest / 60000 % 60;
    t->second = rest / 1000 % 60;
    t->second_part = rest % 1000 * 1000;
}

static int64_t time_value(const MYSQL_TIME *t, bool instant)
{
    int64_t days = date_of((int)t->year, (int)t->month, (int)t->day);
    if (!instant)
        return days;
    return days * DAY_MS + ((t->hour * 60 + t->minute) * 60 + t->second) * (int64_t)1000 +
           (int64_t)t->second_part / 1000;
}

enum enum_field_types db_field_type(char type)
{
    switch (type) {
    case 'i':
        return MYSQL_TYPE_LONGLONG;
    case 'd':
        return MYSQL_TYPE_DOUBLE;
    case 'D':
        return MYSQL_TYPE_DATE;
    case 'T':
        return MYSQL_TYPE_DATETIME;
    case 'b':
        return MYSQL_TYPE_BLOB;
    default:
        return MYSQL_TYPE_STRING;
    }
}

static bool grows(char type)
{
    return type == 't' || type == 'b';
}

static void column_room(struct db_column *c, MYSQL_BIND *b, unsigned long room)
{
    free(c->bytes);
    c->bytes = malloc(room + 1);
    if (!c->bytes)
        abort();
    c->room = room;
    b->buffer = c->bytes;
    b->buffer_length = room;
}

enum rc db_query_bind(struct db_query *q)
{
    if (!q->columns)
        return RC_OK;
    for (unsigned i = 0; i < q->columns; i++) {
        struct db_column *c = &q->column[i];
        MYSQL_BIND *b = &q->bind[i];
        b->buffer_type = db_field_type(q->out[i]);
        b->length = &c->length;
        b->is_null = &c->null;
        b->error = &c->truncated;
        if (grows(q->out[i])) {
            column_room(c, b, COLUMN_ROOM);
        } else {
            b->buffer = &c->fixed;
            b->buffer_length = sizeof c->fixed;
        }
    }
    if (mysql_stmt_bind_result(q->stmt, q->bind) == 0)
        return RC_OK;
    return db_fault(q->db, q->def, mysql_stmt_errno(q->stmt), mysql_stmt_error(q->stmt));
}

void db_query_free(struct db_query *q)
{
    for (unsigned i = 0; i < q->columns; i++)
        free(q->column[i].bytes);
}

/* What an argument's bind points to while the statement runs. */
struct landed {
    MYSQL_TIME time;
    int64_t i;
    double d;
    unsigned long length;
    my_bool null;
};

static void bind_arg(MYSQL_BIND *b, struct landed *l, const struct db_val *v)
{
    memset(b, 0, sizeof *b);
    l->null = v->null;
    b->is_null = &l->null;
    b->buffer_type = v->null ? MYSQL_TYPE_NULL : db_field_type(v->type);
    switch (v->type) {
    case 'i':
        l->i = v->i;
        b->buffer = &l->i;
        break;
    case 'd':
        l->d = v->d;
        b->buffer = &l->d;
        break;
    case 'D':
        db_time_of_date(&l->time, (int32_t)v->i);
        b->buffer = &l->time;
        break;
    case 'T':
        db_time_of_instant(&l->time, v->i);
        b->buffer = &l->time;
        break;
    default:
        l->length = v->n;
        b->buffer = (void *)(uintptr_t)v->p; /* the API is not const-correct; it only reads */
        b->buffer_length = v->n;
        b->length = &l->length;
        break;
    }
}

static enum rc bind_late(struct db_query *q)
{
    if (mysql_stmt_field_count(q->stmt) != q->columns) {
        log_error("statement=%s does not fit its declaration", q->def->name);
        return RC_INTERNAL;
    }
    q->unbound = false;
    return db_query_bind(q);
}

enum rc db_fits(const struct db_stmt *s, size_t i, const struct db_val *v)
{
    if (v->type != s->in[i]) {
        log_error("statement=%s argument %zu has type %c", s->name, i, v->type);
        return RC_INTERNAL;
    }
    if (v->type == 'j' && !v->null && !json_whole(v->p, v->n)) {
        log_bug("statement=%s argument %zu is no whole JSON", s->name, i);
        return RC_INTERNAL;
    }
    return RC_OK;
}

enum rc db_execute(struct db *db, struct db_query *q, const struct db_val *args, size_t n)
{
    MYSQL_BIND binds[DB_PARAMS_MAX];
    struct landed landed[DB_PARAMS_MAX];
    if (n != strlen(q->def->in) || n > DB_PARAMS_MAX) {
        log_error("statement=%s called with %zu arguments", q->def->name, n);
        return RC_INTERNAL;
    }
    for (size_t i = 0; i < n; i++) {
        enum rc rc = db_fits(q->def, i, &args[i]);
        if (rc != RC_OK)
            return rc;
        bind_arg(&binds[i], &landed[i], &args[i]);
    }
    if ((n && mysql_stmt_bind_param(q->stmt, binds) != 0) || mysql_stmt_execute(q->stmt) != 0)
        return db_fault(db, q->def, mysql_stmt_errno(q->stmt), mysql_stmt_error(q->stmt));
    db_set_counts(db, (int64_t)mysql_stmt_affected_rows(q->stmt),
                  (int64_t)mysql_stmt_insert_id(q->stmt));
    return q->unbound ? bind_late(q) : RC_OK;
}

/* Fetches again the columns that did not fit, into grown buffers. */
static enum rc refetch(struct db_query *q)
{
    for (unsigned i = 0; i < q->columns; i++) {
        struct db_column *c = &q->column[i];
        if (!grows(q->out[i]) || c->null || c->length <= c->room)
            continue;
        column_room(c, &q->bind[i], c->length);
        if (mysql_stmt_fetch_column(q->stmt, &q->bind[i], i, 0) != 0)
            return db_fault(q->db, q->def, mysql_stmt_errno(q->stmt), mysql_stmt_error(q->stmt));
    }
    if (mysql_stmt_bind_result(q->stmt, q->bind) == 0)
        return RC_OK;
    return db_fault(q->db, q->def, mysql_stmt_errno(q->stmt), mysql_stmt_error(q->stmt));
}

/* A streamed row that the server broke off leaves its error with the connection only. */
static enum rc fetch_fault(struct db_query *q)
{
    unsigned code = mysql_stmt_errno(q->stmt);
    if (code)
        return db_fault(q->db, q->def, code, mysql_stmt_error(q->stmt));
    return db_fault(q->db, q->def, mysql_errno(q->stmt->mysql), mysql_error(q->stmt->mysql));
}

enum rc db_next(struct db_query **qp)
{
    struct db_query *q = *qp;
    if (!q->open) { /* its connection was lost meanwhile */
        *qp = NULL;
        return RC_UNAVAILABLE;
    }
    int result = mysql_stmt_fetch(q->stmt);
    if (result == MYSQL_NO_DATA) {
        db_done(qp);
        return RC_DONE;
    }
    enum rc rc = RC_OK;
    if (result == 1)
        rc = fetch_fault(q);
    else if (result == MYSQL_DATA_TRUNCATED)
        rc = refetch(q);
    if (rc != RC_OK) {
        db_done(qp);
        return rc;
    }
    for (unsigned i = 0; i < q->columns; i++)
        if (grows(q->out[i]))
            q->column[i].bytes[q->column[i].null ? 0 : q->column[i].length] = '\0';
    return RC_OK;
}

void db_done(struct db_query **q)
{
    if (!*q)
        return;
    if ((*q)->open)
        (void)mysql_stmt_free_result((*q)->stmt);
    (*q)->open = false;
    *q = NULL;
}

bool db_is_null(const struct db_query *q, unsigned column)
{
    return q->column[column].null;
}

int64_t db_col_int(const struct db_query *q, unsigned column)
{
    const struct db_column *c = &q->column[column];
    if (c->null)
        return 0;
    return q->out[column] == 'T' ? time_value(&c->fixed.time, true) : c->fixed.i;
}

int32_t db_col_date(const struct db_query *q, unsigned column)
{
    const struct db_column *c = &q->column[column];
    return c->null ? 0 : (int32_t)time_value(&c->fixed.time, false);
}

double db_col_real(const struct db_query *q, unsigned column)
{
    const struct db_column *c = &q->column[column];
    return c->null ? 0 : c->fixed.d;
}

const char *db_col_text(const struct db_query *q, unsigned column)
{
    const struct db_column *c = &q->column[column];
    return c->null ? NULL : c->bytes;
}

const void *db_col_bytes(const struct db_query *q, unsigned column, size_t *n)
{
    const struct db_column *c = &q->column[column];
    *n = c->null ? 0 : c->length;
    return c->null ? NULL : c->bytes;
}

char *db_col_dup(const struct db_query *q, unsigned column, struct arena *a)
{
    const struct db_column *c = &q->column[column];
    return c->null ? NULL : arena_slice(a, c->bytes, c->length);
}

enum rc db_one(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
               db_row_fn *fn, void *data)
{
    struct db_query *q;
    enum rc rc = db_query(db, s, args, n, &q);
    if (rc != RC_OK)
        return rc;
    rc = db_next(&q);
    if (rc == RC_DONE)
        return RC_NOT_FOUND;
    if (rc == RC_OK)
        fn(q, data);
    db_done(&q);
    return rc;
}

static void read_int(const struct db_query *q, void *data)
{
    *(int64_t *)data = db_col_int(q, 0);
}

enum rc db_one_int(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                   int64_t *value)
{
    return db_one(db, s, args, n, read_int, value);
}
