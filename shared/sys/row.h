/*
 * Rows declared once: what a column is in SQL, in C, in JSON and in a table for people.
 *
 *     static const struct row_set section_rows = ROW_SET(struct section,
 *         ROW_COL(struct section, id, "s.id"),
 *         ROW_COL(struct section, state, "s.state", .title = "状态", .labels = section_states),
 *         ROW_COL(struct section, signed_at, "s.signed_at", .instant = true, .nullable = true));
 *
 * From it come the SELECT list and its types (DB_ROWS), the reading into the struct, the JSON
 * object, a line of CSV or XLSX, and the schema in an API's description. The member's own type says
 * how it is read. An expression names its member: as its last name ("s.state"), as table and column
 * ("plan.name" for plan_name), as the table whose code, login or card it is ("visit.code" for
 * visit), or by an alias ("COUNT(*) AS sections"). So two columns of one type cannot be swapped
 * unseen; a test asks row_names_agree of every set there is.
 */
#ifndef LIANCHA_SYS_ROW_H
#define LIANCHA_SYS_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/jsonw.h"

struct db_query;

enum { ROW_COLUMNS_MAX = 48 };

enum row_type {
    ROW_TEXT, /* const char *; in the arena; NULL where the column is */
    ROW_INT,  /* int64_t; with .instant milliseconds UTC */
    ROW_REAL, /* double; NAN where the column is NULL */
    ROW_BOOL, /* bool */
    ROW_DATE, /* int32_t days */
    ROW_HEX,  /* char[2n + 1]: n bytes of the column, as lowercase hex; "" where it is NULL */
};

/* A value and what people read in its place; a list of them ends with a NULL value. */
struct row_label {
    const char *value;
    const char *text;
};

struct row_col {
    const char *sql;   /* NULL: no column, the list's fill computes the member */
    const char *title; /* of the column in a table; NULL: not in tables */
    const struct row_label *labels;
    const char *note; /* what the figure means, for the page beside an exported table */
    int width;     /* of the column in a table, in characters; 0: as wide as its title asks for */
    bool nullable; /* the column may be NULL: told as null, read as NULL, 0, false, NAN, "" */
    bool instant;  /* an int64_t is milliseconds UTC */
    bool json;     /* a text is JSON already */
    bool hidden;   /* read for the program alone */

    /* by ROW_COL */
    const char *member; /* the key in JSON */
    enum row_type type;
    size_t offset;
    size_t size;
};

struct row_set {
    const struct row_col *columns; /* ends with a NULL member */
    size_t size;                   /* of the struct */
    const char *name;              /* of the struct */
};

#define ROW_TYPE_OF(T, m)                                                                          \
    _Generic(((T *)0)->m,                                                                    \
        const char *: ROW_TEXT,                                                                    \
        int64_t: ROW_INT,                                                                          \
        double: ROW_REAL,                                                                          \
        bool: ROW_BOOL,                                                                            \
        int32_t: ROW_DATE,                                                                         \
        char *: ROW_HEX)
/* ROW_COL(struct section, id, "s.id", .title = "编号") */
#define ROW_COL(T, m, ...)                                                                         \
    {                                                                                              \
        .member = #m, .type = ROW_TYPE_OF(T, m), .offset = offsetof(T, m),                         \
        .size = sizeof(((const T *)0)->m), .sql = __VA_ARGS__                                      \
    }
/* The same, of a member of the member in. */
#define ROW_COL_IN(T, in, m, ...)                                                                  \
    {                                                                                              \
        .member = #m, .type = ROW_TYPE_OF(T, in.m), .offset = offsetof(T, in.m),                   \
        .size = sizeof(((const T *)0)->in.m), .sql = __VA_ARGS__                                   \
    }
#define ROW_SET(T, ...)                                                                            \
    {                                                                                              \
        .columns = (const struct row_col[]){ __VA_ARGS__, { .member = NULL } }, .size = sizeof(T), \
        .name = #T                                                                                 \
    }

/* A page of rows of one set: an array of structs, and whether more follow. */
struct row_page {
    void *v;
    size_t n;
    bool more;
};

/* One type character of sys/db for the column as it is read. */
char row_type_char(const struct row_col *c);
/* "SELECT a, b, …" and its type characters, of the columns that have an expression. */
char *row_select(struct arena *a, const struct row_set *set, char types[ROW_COLUMNS_MAX + 1]);
/* Reads the current row; what is no column keeps what it has. RC_INTERNAL, logged, where a column
   is NULL that may not be, or has another size than its member. */
enum rc row_read(const struct db_query *q, const struct row_set *set, struct arena *a,
                 void *row) RC_CHECKED;

/* The members of an open object. */
void row_put(struct jsonw *w, const struct row_set *set, const void *row);
/* As an element of an open array. */
void row_put_object(struct jsonw *w, const struct row_set *set, const void *row);

/* What stands for the text of value, or value itself; NULL for NULL. */
const char *row_label(const struct row_label *labels, const char *value);
/* Whether value is one of them. */
bool row_labelled(const struct row_label *labels, const char *value);
/* A value as one text, as lists give it as a key and tables show it; NULL for null. */
const char *row_text(const struct row_col *c, const void *row, struct arena *a);
const struct row_col *row_column(const struct row_set *set, const char *member);

/* For tests: the first column whose expression does not name its member; NULL when all do. */
const struct row_col *row_names_agree(const struct row_set *set);

#endif
