#include "sys/list.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"

enum { SQL_MAX = 32768, VALUES_MAX = 40, ARENA_OF_ROW = 1 << 22, DAY_MS = 86400000 };

/* A statement in the making: its text, its parameters' types, and their values when it is to
   run. */
struct making {
    struct arena *arena;
    struct buf sql;
    const char *joint; /* what stands before the next condition */
    char types[VALUES_MAX + 1];
    struct db_val values[VALUES_MAX];
    size_t n;
};

static void value(struct making *m, struct db_val v)
{
    if (m->n == VALUES_MAX)
        return; /* a declaration with so many is refused by the test of all lists */
    m->types[m->n] = v.type;
    m->values[m->n++] = v;
}

/* A condition; each '?' of it takes v. */
static void condition(struct making *m, const char *sql, const struct db_val *v)
{
    buf_puts(&m->sql, m->joint);
    buf_puts(&m->sql, sql);
    m->joint = " AND ";
    for (const char *p = sql; v && *p; p++)
        if (*p == '?')
            value(m, *v);
}

static void start(struct making *m, struct arena *a, const struct list *l)
{
    *m = (struct making){ .arena = a, .joint = " WHERE " };
    buf_init(&m->sql, a, SQL_MAX);
    buf_puts(&m->sql, l->from);
}

static void scope(struct making *m, const struct list *l, const struct db_val *values)
{
    if (l->where)
        condition(m, l->where, NULL);
    for (size_t i = 0; l->in[i]; i++)
        value(m, values ? values[i] : db_null(l->in[i]));
}

/* ---- filters --------------------------------------------------------------------------------- */

static enum rc refuse(struct err *err, const struct list_filter *f, const char *wanted)
{
    char pointer[64];
    (void)snprintf(pointer, sizeof pointer, "/%s", f->name);
    return err_set(err, RC_INVALID, pointer, "“%s”须为%s", f->title, wanted);
}

static enum rc refuse_label(struct arena *a, struct err *err, const struct list_filter *f)
{
    struct buf all;
    buf_init(&all, a, 400);
    for (const struct row_label *l = f->labels; l->value; l++)
        buf_printf(&all, "%s%s（%s）", l == f->labels ? "" : "、", l->value, l->text);
    return refuse(err, f, arena_printf(a, "其中之一：%s", all.p));
}

/* How a text begins, as LIKE takes it: its own wildcards stand for themselves. */
static const char *like(struct arena *a, const char *text)
{
    struct buf out;
    buf_init(&out, a, 4 * LIST_TEXT_MAX * 2);
    for (const char *p = text; *p; p++) {
        if (strchr("%_\\", *p))
            buf_putc(&out, '\\');
        buf_putc(&out, *p);
    }
    buf_putc(&out, '%');
    return out.p;
}

static bool instant_or_day(const char *text, int64_t *instant)
{
    int32_t day;
    if (instant_parse(text, instant))
        return true;
    if (!date_parse(text, &day))
        return false;
    *instant = (int64_t)day * DAY_MS - 8 * (int64_t)3600000; /* the day begins at UTC+8 */
    return true;
}

static enum rc filter_value(struct arena *a, const struct list_filter *f, const char *text,
                            struct db_val *out, struct err *err)
{
    int64_t i;
    int32_t day;
    if (utf8_length(text) > LIST_TEXT_MAX)
        return refuse(err, f, "不超过 120 个字的文本");
    switch (f->type ? f->type : 't') {
    case 'i':
        if (!int_parse(text, f->yes ? 0 : INT64_MIN, f->yes ? 1 : INT64_MAX, &i))
            return refuse(err, f, f->yes ? " 1（是）或 0（否）" : "整数");
        *out = db_int(i);
        return RC_OK;
    case 'D':
        if (!date_parse(text, &day))
            return refuse(err, f, "日期（YYYY-MM-DD）");
        *out = db_date(day);
        return RC_OK;
    case 'T':
        if (!instant_or_day(text, &i))
            return refuse(err, f, "日期（YYYY-MM-DD）或时间（RFC 3339）");
        *out = db_instant(i);
        return RC_OK;
    default:
        if (f->labels && !row_labelled(f->labels, text))
            return refuse_label(a, err, f);
        *out = db_text(f->prefix ? like(a, text) : text);
        return RC_OK;
    }
}

static enum rc filters(struct making *m, const struct list *l, const struct list_ask *ask,
                       struct err *err)
{
    enum rc rc = RC_OK;
    const struct list_filter *f = l->filters;
    for (size_t i = 0; rc == RC_OK && f && f->name; i++, f++) {
        struct db_val v;
        const char *given = ask->filter[i] ? ask->filter[i] : f->initial;
        if (!given)
            continue;
        rc = filter_value(m->arena, f, given, &v, err);
        if (rc == RC_OK)
            condition(m, f->sql, &v);
    }
    return rc;
}

/* ---- order ----------------------------------------------------------------------------------- */

struct ordering {
    const struct row_col *by;
    const struct row_col *key;
    bool descending;
};

static enum rc order_of(const struct list *l, const char *sort, struct ordering *out,
                        struct err *err)
{
    const struct list_order *o = l->orders;
    bool turned = sort && *sort == '-';
    const char *member = turned ? sort + 1 : sort;
    while (member && o->member && strcmp(o->member, member) != 0)
        o++;
    if (!o->member) {
        (void)err_set(err, RC_INVALID, "/sort", "不能按“%.40s”排序", member ? member : "");
        return RC_INVALID;
    }
    out->by = row_column(l->rows, o->member);
    out->key = row_column(l->rows, l->key);
    out->descending = sort ? turned : o->descending;
    return RC_OK;
}

static void order_by(struct making *m, const struct ordering *o)
{
    const char *way = o->descending ? " DESC" : "";
    buf_printf(&m->sql, " ORDER BY %s%s", o->by->sql, way);
    if (o->by != o->key)
        buf_printf(&m->sql, ", %s%s", o->key->sql, way);
}

static bool key_value(const struct row_col *c, const char *text, struct db_val *out)
{
    int64_t i;
    int32_t day;
    *out = db_text(text);
    switch (row_type_char(c)) {
    case 'i':
        *out = db_int(0);
        return int_parse(text, INT64_MIN, INT64_MAX, &out->i);
    case 'T':
        if (!instant_parse(text, &i))
            return false;
        *out = db_instant(i);
        return true;
    case 'D':
        if (!date_parse(text, &day))
            return false;
        *out = db_date(day);
        return true;
    default:
        return true;
    }
}

/* (by, key) behind (?, ?), in the form that MariaDB reads as a range of an index. */
static void behind_values(struct making *m, const struct ordering *o, const struct db_val *by,
                          const struct db_val *key)
{
    const char *sign = o->descending ? "<" : ">";
    const char *sql = o->by->sql;
    if (o->by == o->key) {
        condition(m, arena_printf(m->arena, "%s %s ?", sql, sign), key);
        return;
    }
    condition(m, arena_printf(m->arena, "%s %s= ?", sql, sign), by);
    condition(m, arena_printf(m->arena, "(%s %s ? OR ", sql, sign), by);
    m->joint = "";
    condition(m, arena_printf(m->arena, "%s %s ?)", o->key->sql, sign), key);
}

/* after is the key's text, or the order's text, "|" and the key's. */
static enum rc behind(struct making *m, const struct ordering *o, const char *after,
                      struct err *err)
{
    struct db_val by = db_null('t');
    struct db_val key;
    const char *bar = o->by == o->key ? NULL : strrchr(after, '|');
    bool sound = o->by == o->key || bar;
    if (sound)
        sound = key_value(o->key, bar ? bar + 1 : after, &key);
    if (sound && bar)
        sound = key_value(o->by, arena_slice(m->arena, after, (size_t)(bar - after)), &by);
    if (!sound)
        return err_set(err, RC_INVALID, "/after", "“after”须是上一页给出的 next");
    behind_values(m, o, &by, &key);
    return RC_OK;
}

/* ---- statements ------------------------------------------------------------------------------ */

static enum rc make(struct making *m, struct arena *a, const struct list *l,
                    const struct list_ask *ask, struct err *err)
{
    struct ordering o;
    enum rc rc = order_of(l, ask->sort, &o, err);
    if (rc != RC_OK)
        return rc;
    start(m, a, l);
    scope(m, l, ask->scope);
    rc = filters(m, l, ask, err);
    if (rc == RC_OK && ask->after)
        rc = behind(m, &o, ask->after, err);
    if (rc == RC_OK)
        order_by(m, &o);
    return rc;
}

static const struct db_stmt *composed(struct db *db, struct making *m, const struct list *l,
                                      const char *tail)
{
    buf_puts(&m->sql, tail);
    return db_compose(db, l->name, m->types, NULL, l->rows, m->sql.p);
}

/* A text that its column cannot hold matches nothing there, and is no fault of ours. */
static enum rc told(enum rc rc, struct err *err)
{
    if (rc == RC_INVALID && !err->detail[0])
        return err_set(err, rc, "", "筛选条件中有该栏不可能出现的字符");
    return rc;
}

enum rc list_page(struct db *db, struct arena *a, const struct list *l, const struct list_ask *ask,
                  int64_t limit, struct row_page *page, struct err *err)
{
    struct making m;
    enum rc rc = make(&m, a, l, ask, err);
    if (rc != RC_OK)
        return rc;
    size_t n = m.n;
    value(&m, db_int(limit)); /* its type; db_page gives the value */
    const struct db_stmt *s = composed(db, &m, l, " LIMIT ?");
    return told(db_page(db, a, s, m.values, n, limit, page), err);
}

const char *list_next(struct arena *a, const struct list *l, const struct list_ask *ask,
                      const struct row_page *page)
{
    struct ordering o;
    struct err err;
    if (!page->more || !page->n || order_of(l, ask->sort, &o, &err) != RC_OK)
        return NULL;
    const void *last = (const char *)page->v + (page->n - 1) * l->rows->size;
    const char *key = row_text(o.key, last, a);
    return o.by == o.key ? key : arena_printf(a, "%s|%s", row_text(o.by, last, a), key);
}

enum rc list_count(struct db *db, struct arena *a, const struct list *l, const struct list_ask *ask,
                   int64_t *n, struct err *err)
{
    struct making m;
    start(&m, a, l);
    scope(&m, l, ask->scope);
    enum rc rc = filters(&m, l, ask, err);
    if (rc != RC_OK)
        return rc;
    value(&m, db_int(LIST_COUNT_MAX + 1));
    const char *sql = arena_printf(a, "SELECT COUNT(*) FROM (SELECT 1%s LIMIT ?) x", m.sql.p);
    const struct db_stmt *s = db_compose(db, l->name, m.types, "i", NULL, sql);
    return told(db_one_int(db, s, m.values, m.n, n), err);
}

static enum rc each(struct db_query **q, struct arena *a, const struct list *l, list_row_fn *fn,
                    void *data)
{
    enum rc rc;
    while ((rc = db_next(q)) == RC_OK) {
        arena_reset(a);
        void *row = arena_alloc(a, l->rows->size);
        rc = row_read(*q, l->rows, a, row);
        if (rc == RC_OK)
            rc = fn(data, a, row);
        if (rc != RC_OK)
            return rc;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc list_each(struct db *db, const struct list *l, const struct list_ask *ask, list_row_fn *fn,
                  void *data, struct err *err)
{
    struct making m;
    struct db_query *q;
    struct arena *statement = arena_new(1 << 20);
    struct arena *row = arena_new(ARENA_OF_ROW);
    enum rc rc = make(&m, statement, l, ask, err);
    if (rc == RC_OK)
        rc = told(db_query_stream(db, composed(db, &m, l, ""), m.values, m.n, &q), err);
    if (rc == RC_OK) {
        rc = each(&q, row, l, fn, data);
        db_done(&q);
    }
    arena_free(row);
    arena_free(statement);
    return rc;
}

/* ---- for tests ------------------------------------------------------------------------------- */

const char *list_sql(struct arena *a, const struct list *l, unsigned chosen, const char *sort,
                     bool from_key, char types[], size_t size)
{
    struct making m;
    struct ordering o;
    struct err err;
    char columns[ROW_COLUMNS_MAX + 1];
    if (order_of(l, sort, &o, &err) != RC_OK)
        return NULL;
    start(&m, a, l);
    scope(&m, l, NULL);
    for (size_t i = 0; l->filters && l->filters[i].name; i++) {
        struct db_val v = db_null(l->filters[i].type ? l->filters[i].type : 't');
        if (chosen >> i & 1U)
            condition(&m, l->filters[i].sql, &v);
    }
    if (from_key) {
        struct db_val by = db_null(row_type_char(o.by));
        struct db_val key = db_null(row_type_char(o.key));
        behind_values(&m, &o, &by, &key);
    }
    order_by(&m, &o);
    (void)snprintf(types, size, "%s", m.types);
    return arena_printf(a, "%s%s LIMIT 51", row_select(a, l->rows, columns), m.sql.p);
}
