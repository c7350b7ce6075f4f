/*
 * A printed task table (region × specialty) and the sums in it that do not hold.
 *
 * The tables of the notices hold printed errors. Nothing is repaired: the cells are what is drawn,
 * and every printed total that differs from the sum of its cells is reported, with the cells that
 * would explain it.
 */
#ifndef LIANCHA_DOMAIN_TASKTABLE_H
#define LIANCHA_DOMAIN_TASKTABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define TASKTABLE_ROWS_MAX 1000
#define TASKTABLE_COLUMNS_MAX 64
#define TASKTABLE_VALUE_MAX 10000000

struct tasktable {
    size_t row_count;    /* regions, without the row of totals */
    size_t column_count; /* specialties, without the column of totals */
    const char *const *rows;
    const char *const *columns;
    const int32_t *cells;         /* row by row, row_count * column_count; 0 … VALUE_MAX */
    const int32_t *row_totals;    /* as printed */
    const int32_t *column_totals; /* as printed */
    int32_t grand_total;          /* as printed */
};

enum tasktable_line {
    TASKTABLE_ROW, /* index = row; row_count means the row of totals, its cells the column totals */
    TASKTABLE_COLUMN, /* index = column; column_count means the column of totals */
    TASKTABLE_GRAND   /* the grand total against the sum of all cells */
};

enum tasktable_cause {
    TASKTABLE_CROSS,  /* a row and a column are off by the same amount: the cells where they meet */
    TASKTABLE_SHARED, /* several lines one way add up to one line the other way: where they meet */
    TASKTABLE_TOTAL,  /* the line of totals is off by the opposite amount: the printed total itself;
                         the cell then stands in the row or column of totals (index = count) */
    TASKTABLE_LINE,   /* nothing crosses: any of these cells, or the printed total itself */
    TASKTABLE_NONE    /* no single cell can explain it: a total is wrong, or several cells are */
};

struct tasktable_cell {
    size_t row;
    size_t column;
    int32_t printed;
    int32_t expected; /* what the cell would have to be */
};

struct tasktable_fault {
    enum tasktable_line line;
    size_t index;
    const char
        *name; /* of the row or column; "合计" for a line of totals and for the grand total */
    int64_t printed;
    int64_t sum;
    int64_t difference; /* printed - sum */
    enum tasktable_cause cause;
    const struct tasktable_cell *cells; /* by row, then column */
    size_t cell_count;
};

struct tasktable_report {
    const struct tasktable_fault *faults; /* rows, then columns, then the grand total */
    size_t count;
    size_t row_faults;
    size_t column_faults;
    int64_t cell_sum; /* what is drawn */
};

/* The table's values must be within their bounds. */
void tasktable_check(struct arena *a, const struct tasktable *table,
                     struct tasktable_report *report);

/* One fault as officials read it, e.g. "石龙区行：印为 20，各项之和 18，相差 +2；可能是 …". */
const char *tasktable_text(struct arena *a, const struct tasktable *table,
                           const struct tasktable_fault *fault);

#endif
