#include "sys/row.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"

enum { SELECT_MAX = 16384 };

static const void *at(const struct row_col *c, const void *row)
{
    return (const char *)row + c->offset;
}

static const char *text_of(const struct row_col *c, const void *row)
{
    return *(const char *const *)at(c, row);
}

static int64_t int_of(const struct row_col *c, const void *row)
{
    return *(const int64_t *)at(c, row);
}

static double real_of(const struct row_col *c, const void *row)
{
    return *(const double *)at(c, row);
}

char row_type_char(const struct row_col *c)
{
    switch (c->type) {
    case ROW_TEXT:
        return 't';
    case ROW_INT:
        return c->instant ? 'T' : 'i';
    case ROW_REAL:
        return 'd';
    case ROW_BOOL:
        return 'i';
    case ROW_DATE:
        return 'D';
    case ROW_HEX:
        break;
    }
    return 'b';
}

char *row_select(struct arena *a, const struct row_set *set, char types[ROW_COLUMNS_MAX + 1])
{
    struct buf sql;
    size_t n = 0;
    buf_init(&sql, a, SELECT_MAX);
    for (const struct row_col *c = set->columns; c->member; c++) {
        if (!c->sql)
            continue;
        buf_puts(&sql, n ? ", " : "SELECT ");
        buf_puts(&sql, c->sql);
        if (n < ROW_COLUMNS_MAX)
            types[n] = row_type_char(c);
        n++;
    }
    types[n < ROW_COLUMNS_MAX ? n : ROW_COLUMNS_MAX] = '\0';
    return sql.p;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static bool is_null(const struct row_col *c, const void *row)
{
    switch (c->type) {
    case ROW_TEXT:
        return !text_of(c, row);
    case ROW_INT:
        return c->nullable && !int_of(c, row);
    case ROW_REAL:
        return isnan(real_of(c, row)) != 0;
    case ROW_BOOL:
        return false;
    case ROW_DATE:
        return c->nullable && !*(const int32_t *)at(c, row);
    case ROW_HEX:
        break;
    }
    return !*(const char *)at(c, row);
}

static void put_int(struct jsonw *w, const struct row_col *c, int64_t value)
{
    if (!value && c->nullable)
        jw_null(w, c->member);
    else if (c->instant)
        jw_instant(w, c->member, value);
    else
        jw_int(w, c->member, value);
}

static void put_text(struct jsonw *w, const struct row_col *c, const char *text)
{
    if (c->json && text)
        jw_raw(w, c->member, text);
    else
        jw_text(w, c->member, text);
}

static void put_value(struct jsonw *w, const struct row_col *c, const void *row)
{
    switch (c->type) {
    case ROW_TEXT:
        put_text(w, c, text_of(c, row));
        break;
    case ROW_INT:
        put_int(w, c, int_of(c, row));
        break;
    case ROW_BOOL:
        jw_bool(w, c->member, *(const bool *)at(c, row));
        break;
    default:
        if (is_null(c, row))
            jw_null(w, c->member);
        else if (c->type == ROW_REAL)
            jw_real(w, c->member, real_of(c, row));
        else if (c->type == ROW_DATE)
            jw_date(w, c->member, *(const int32_t *)at(c, row));
        else
            jw_text(w, c->member, at(c, row));
    }
}

void row_put(struct jsonw *w, const struct row_set *set, const void *row)
{
    for (const struct row_col *c = set->columns; c->member; c++)
        if (!c->hidden)
            put_value(w, c, row);
}

void row_put_object(struct jsonw *w, const struct row_set *set, const void *row)
{
    jw_object(w, NULL);
    row_put(w, set, row);
    jw_end(w);
}

/* ---- texts ----------------------------------------------------------------------------------- */

const char *row_label(const struct row_label *labels, const char *value)
{
    for (const struct row_label *l = labels; value && l && l->value; l++)
        if (strcmp(l->value, value) == 0)
            return l->text;
    return value;
}

bool row_labelled(const struct row_label *labels, const char *value)
{
    for (const struct row_label *l = labels; l->value; l++)
        if (strcmp(l->value, value) == 0)
            return true;
    return false;
}

const char *row_text(const struct row_col *c, const void *row, struct arena *a)
{
    char *text = arena_alloc(a, 40);
    if (is_null(c, row))
        return NULL;
    switch (c->type) {
    case ROW_TEXT:
        return text_of(c, row);
    case ROW_HEX:
        return at(c, row);
    case ROW_INT:
        if (c->instant)
            instant_format(text, int_of(c, row));
        else
            (void)int_format(text, int_of(c, row));
        break;
    case ROW_REAL:
        (void)snprintf(text, 40, "%.15g", real_of(c, row));
        break;
    case ROW_BOOL:
        return *(const bool *)at(c, row) ? "1" : "0";
    case ROW_DATE:
        date_format(text, *(const int32_t *)at(c, row));
        break;
    }
    return text;
}

const struct row_col *row_column(const struct row_set *set, const char *member)
{
    for (const struct row_col *c = set->columns; c->member; c++)
        if (strcmp(c->member, member) == 0)
            return c;
    return NULL;
}

/* ---- names ----------------------------------------------------------------------------------- */

static size_t name_length(const char *p)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '_')
        n++;
    return n;
}

/* What a row is called by elsewhere. */
static bool is_key(const char *name)
{
    return strcmp(name, "code") == 0 || strcmp(name, "login") == 0 || strcmp(name, "card_no") == 0;
}

/* An expression's last name, and the table before it, "" without. */
struct named {
    char table[64];
    char name[64];
};

static struct named last_name(const char *sql, size_t n)
{
    struct named found = { "", "" };
    const char *end = NULL;
    for (const char *p = sql; p < sql + n;) {
        size_t m = name_length(p);
        if (!m) {
            p++;
            continue;
        }
        bool of_table = p > sql && p[-1] == '.' && end == p - 1;
        (void)snprintf(found.table, sizeof found.table, "%s", of_table ? found.name : "");
        (void)snprintf(found.name, sizeof found.name, "%.*s", (int)m, p);
        p += m;
        end = p;
    }
    return found;
}

/* Whether sql's first n characters are what another member is read from. */
static bool read_elsewhere(const struct row_set *set, const struct row_col *c, size_t n)
{
    for (const struct row_col *o = set->columns; o->member; o++)
        if (o != c && o->sql && strncmp(o->sql, c->sql, n) == 0 &&
            (!o->sql[n] || strncmp(o->sql + n, " AS ", 4) == 0))
            return true;
    return false;
}

/* The expression's last name, or its table's before a key, or both joined by "_". */
static bool names(const struct row_set *set, const struct row_col *c)
{
    char joined[130];
    const char *sql = c->sql;
    const char *member = c->member;
    struct named column = last_name(sql, strlen(sql));
    const char *as = strstr(sql, " AS ");
    (void)snprintf(joined, sizeof joined, "%s_%s", column.table, column.name);
    if (strcmp(column.name, member) == 0)
        return !as || !read_elsewhere(set, c, (size_t)(as - sql));
    return (strcmp(column.table, member) == 0 && is_key(column.name)) ||
           strcmp(joined, member) == 0;
}

const struct row_col *row_names_agree(const struct row_set *set)
{
    for (const struct row_col *c = set->columns; c->member; c++)
        if (c->sql && !names(set, c))
            return c;
    return NULL;
}
