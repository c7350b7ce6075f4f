/*
 * Lists declared once: which rows, within what scope, filtered and ordered how, page by page.
 *
 *     LIST(section_list,
 *         .name = "sections", .title = "部门检查单", .rows = &section_rows,
 *         .from = " FROM section s JOIN …", .where = "s.department_id = ?", .in = "i", .key = "id",
 *         .filters = LIST_FILTERS(
 *             { .name = "state", .title = "状态", .sql = "s.state = ?", .labels = section_states }),
 *         .orders = LIST_ORDERS({ .member = "id", .index = "PRIMARY" }))
 *
 * Pages follow one another by key: behind the last row of the page before, whatever was added or
 * removed meanwhile. Each combination of filters that is asked for becomes one statement, composed
 * of declared pieces only. A test explains the combinations on a large table: none may scan it.
 */
#ifndef LIANCHA_SYS_LIST_H
#define LIANCHA_SYS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/row.h"

enum { LIST_FILTERS_MAX = 16, LIST_TEXT_MAX = 120, LIST_COUNT_MAX = 10000 };

struct list_filter {
    const char *name; /* of the parameter; NULL ends the filters */
    const char *title;
    const char *sql;                /* a condition with one '?' */
    char type;                      /* of its value, as in sys/db: t (0 is t), i, D */
    bool prefix;                    /* the value is how a text begins: "name LIKE ?" */
    bool yes;                       /* an i that is 1 (是) or 0 (否) */
    const struct row_label *labels; /* the values that a text may have; NULL: any */
    const char *initial;            /* the value where none is given; NULL: no condition */
};
#define LIST_FILTERS(...)                                                                          \
    (const struct list_filter[])                                                                   \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }

struct list_order {
    const char *member; /* by which the rows ascend; it is never NULL. NULL ends the orders */
    bool descending;    /* where no order is asked for */
};
#define LIST_ORDERS(...)                                                                           \
    (const struct list_order[])                                                                    \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            .member = NULL                                                                         \
        }                                                                                          \
    }

struct list {
    const char *name; /* of the rows in a reply */
    const char *title;
    const struct row_set *rows;
    const char *from;                  /* " FROM …" */
    const char *where;                 /* the scope's conditions; NULL: none */
    const char *in;                    /* the type characters of their '?'; "" for none */
    const char *key;                   /* member that is one row's alone; orders end with it */
    const struct list_filter *filters; /* NULL: none */
    const struct list_order *orders;   /* the first is the one where none is asked for */
    /* Why it may do without an index: the table is small and stays so. NULL: it may not. */
    const char *small;
};

/* Defines a list, and enters it into the table of all of them. */
#define LIST(ident, ...)                                                                           \
    const struct list ident = { __VA_ARGS__ };                                                     \
    static const struct list *const ident##_entry __attribute__((used, section("lists"))) = &ident

/* What is asked of a list. */
struct list_ask {
    const struct db_val *scope;           /* as many as list->in has characters */
    const char *filter[LIST_FILTERS_MAX]; /* by position; NULL: not given */
    const char *sort;  /* a member: ascending, with "-" before it descending; NULL: not given */
    const char *after; /* list_next of the page before; NULL: from the start */
};

/*
 * A page of at most limit rows, in the arena. RC_INVALID names the filter (or /sort, /after) that
 * is no such value.
 */
enum rc list_page(struct db *db, struct arena *a, const struct list *l, const struct list_ask *ask,
                  int64_t limit, struct row_page *page, struct err *err) RC_CHECKED;
/* What the next page is behind; NULL when no more follow. */
const char *list_next(struct arena *a, const struct list *l, const struct list_ask *ask,
                      const struct row_page *page);
/* How many rows there are, LIST_COUNT_MAX + 1 for more than that. */
enum rc list_count(struct db *db, struct arena *a, const struct list *l, const struct list_ask *ask,
                   int64_t *n, struct err *err) RC_CHECKED;

/* All rows, one after the other, in constant memory: nothing else may use db meanwhile. row and
   what it points to live until fn returns. */
typedef enum rc list_row_fn(void *data, struct arena *a, void *row);
enum rc list_each(struct db *db, const struct list *l, const struct list_ask *ask, list_row_fn *fn,
                  void *data, struct err *err) RC_CHECKED;

/* For tests: all lists; and the text of a list's statement for the filters of a bit mask, in an
   order, from the start or behind a key, with its arguments' type characters. */
const struct list *const *list_all(size_t *count);
const char *list_sql(struct arena *a, const struct list *l, unsigned filters, const char *sort,
                     bool behind, char types[], size_t size);

#endif
