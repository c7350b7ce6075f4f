#include "domain/plan/tasktable.h"

#include <inttypes.h>
#include <stdbool.h>

#include "base/buf.h"

enum { TEXT_CAP = 4096, CELLS_SHOWN = 6 };

/* One check in work: the faults so far, rows first, then columns, then the grand total. */
struct check {
    struct arena *arena;
    const struct tasktable *table;
    struct tasktable_fault *faults;
    size_t count;
    size_t rows; /* faults[0 … rows) are rows, faults[rows … lines) columns */
    size_t lines;
};

/* A value of the printed table; the row and the column of totals have index = count. */
static int32_t value_at(const struct tasktable *t, size_t row, size_t column)
{
    if (row == t->row_count)
        return column == t->column_count ? t->grand_total : t->column_totals[column];
    return column == t->column_count ? t->row_totals[row]
                                     : t->cells[row * t->column_count + column];
}

static void find(struct check *check, enum tasktable_line line, size_t index, const char *name)
{
    const struct tasktable *t = check->table;
    bool row = line == TASKTABLE_ROW;
    size_t cells = row ? t->column_count : t->row_count;
    struct tasktable_fault fault = { .line = line, .index = index, .name = name };
    fault.printed = row ? value_at(t, index, cells) : value_at(t, cells, index);
    for (size_t i = 0; i < cells; i++)
        fault.sum += row ? value_at(t, index, i) : value_at(t, i, index);
    fault.difference = fault.printed - fault.sum;
    if (fault.difference)
        check->faults[check->count++] = fault;
}

static void find_all(struct check *check, int64_t cell_sum)
{
    const struct tasktable *t = check->table;
    for (size_t i = 0; i <= t->row_count; i++)
        find(check, TASKTABLE_ROW, i, i < t->row_count ? t->rows[i] : "合计");
    check->rows = check->count;
    for (size_t i = 0; i <= t->column_count; i++)
        find(check, TASKTABLE_COLUMN, i, i < t->column_count ? t->columns[i] : "合计");
    check->lines = check->count;
    if (t->grand_total != cell_sum)
        check->faults[check->count++] =
            (struct tasktable_fault){ .line = TASKTABLE_GRAND,
                                      .name = "合计",
                                      .printed = t->grand_total,
                                      .sum = cell_sum,
                                      .difference = t->grand_total - cell_sum,
                                      .cause = TASKTABLE_NONE };
}

/* Adds the cell that would be right if it were larger by change, unless it would be negative. */
static size_t propose(const struct tasktable *t, struct tasktable_cell *cells, size_t count,
                      size_t row, size_t column, int64_t change)
{
    int64_t expected = value_at(t, row, column) + change;
    if (expected < 0 || expected > TASKTABLE_VALUE_MAX)
        return count;
    cells[count] =
        (struct tasktable_cell){ row, column, value_at(t, row, column), (int32_t)expected };
    return count + 1;
}

/* The cell where a fault and a fault of the other way meet, as larger by change. */
static size_t propose_meeting(const struct tasktable *t, struct tasktable_cell *cells, size_t count,
                              const struct tasktable_fault *fault,
                              const struct tasktable_fault *other, int64_t change)
{
    bool row = fault->line == TASKTABLE_ROW;
    return propose(t, cells, count, row ? fault->index : other->index,
                   row ? other->index : fault->index, change);
}

static bool is_total(const struct tasktable *t, const struct tasktable_fault *fault)
{
    return fault->index == (fault->line == TASKTABLE_ROW ? t->row_count : t->column_count);
}

/* Whether a fault and one of the other way have one cause where they meet, and by how much the
   value there is too small. Off by the same amount: a cell, a summand of both. One of them is a
   line of totals, off by the opposite amount: a total, the sum of one and a summand of the other.
   Both
   are: the grand total, the sum of both. */
static bool meet(const struct tasktable *t, const struct tasktable_fault *fault,
                 const struct tasktable_fault *other, int64_t *change)
{
    bool own = is_total(t, fault);
    bool others = is_total(t, other);
    if (own != others) {
        *change = own ? fault->difference : -fault->difference;
        return other->difference == -fault->difference;
    }
    *change = own ? -fault->difference : fault->difference;
    return other->difference == fault->difference;
}

static void explain_alone(struct check *check, struct tasktable_fault *fault)
{
    const struct tasktable *t = check->table;
    bool row = fault->line == TASKTABLE_ROW;
    size_t from = row ? check->rows : 0;
    size_t to = row ? check->lines : check->rows;
    struct tasktable_cell *cells = arena_array(check->arena, to - from, sizeof *cells);
    fault->cause = TASKTABLE_NONE;
    for (size_t i = from; i < to; i++) {
        const struct tasktable_fault *other = &check->faults[i];
        int64_t change;
        if (!meet(t, fault, other, &change))
            continue;
        size_t before = fault->cell_count;
        fault->cell_count = propose_meeting(t, cells, before, fault, other, change);
        if (fault->cell_count == before)
            continue;
        if (!is_total(t, fault) && !is_total(t, other))
            fault->cause = TASKTABLE_CROSS;
        else if (fault->cause == TASKTABLE_NONE)
            fault->cause = TASKTABLE_TOTAL;
    }
    fault->cells = cells;
}

/* The faults that explain_shared looks at: lines of the table proper that nothing explains yet. */
static bool is_open(const struct check *check, const struct tasktable_fault *fault)
{
    return fault->cause == TASKTABLE_NONE && !is_total(check->table, fault);
}

/* When all rows still open add up to the one column still open, or the other way round: the cells
   where they meet. */
static void explain_shared(struct check *check, enum tasktable_line line)
{
    struct tasktable_fault *one = NULL;
    struct tasktable_fault **many =
        arena_array(check->arena, check->lines, sizeof(struct tasktable_fault *));
    size_t ones = 0;
    size_t count = 0;
    int64_t sum = 0;
    for (size_t i = 0; i < check->lines; i++) {
        struct tasktable_fault *fault = &check->faults[i];
        if (!is_open(check, fault))
            continue;
        if (fault->line == line) {
            one = fault;
            ones++;
        } else {
            sum += fault->difference;
            many[count++] = fault;
        }
    }
    if (ones != 1 || count < 2 || sum != one->difference)
        return;
    struct tasktable_cell *cells = arena_array(check->arena, count, sizeof *cells);
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found = propose_meeting(check->table, cells, found, many[i], one, many[i]->difference);
    if (found < count)
        return;
    for (size_t i = 0; i < count; i++) {
        many[i]->cells = cells + i;
        many[i]->cell_count = 1;
        many[i]->cause = TASKTABLE_SHARED;
    }
    one->cells = cells;
    one->cell_count = count;
    one->cause = TASKTABLE_SHARED;
}

/* Nothing crosses: every cell of the line that could bear the whole difference. */
static void explain_line(struct check *check, struct tasktable_fault *fault)
{
    const struct tasktable *t = check->table;
    bool row = fault->line == TASKTABLE_ROW;
    size_t cells = row ? t->column_count : t->row_count;
    struct tasktable_cell *list = arena_array(check->arena, cells, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < cells; i++)
        count = propose(t, list, count, row ? fault->index : i, row ? i : fault->index,
                        fault->difference);
    fault->cells = list;
    fault->cell_count = count;
    fault->cause = count ? TASKTABLE_LINE : TASKTABLE_NONE;
}

void tasktable_check(struct arena *a, const struct tasktable *table,
                     struct tasktable_report *report)
{
    struct check check = { .arena = a, .table = table };
    *report = (struct tasktable_report){ .count = 0 };
    for (size_t i = 0; i < table->row_count * table->column_count; i++)
        report->cell_sum += table->cells[i];
    check.faults = arena_array(a, table->row_count + table->column_count + 3, sizeof *check.faults);
    find_all(&check, report->cell_sum);
    for (size_t i = 0; i < check.lines; i++)
        explain_alone(&check, &check.faults[i]);
    explain_shared(&check, TASKTABLE_COLUMN);
    explain_shared(&check, TASKTABLE_ROW);
    for (size_t i = 0; i < check.lines; i++)
        if (is_open(&check, &check.faults[i]))
            explain_line(&check, &check.faults[i]);
    report->faults = check.faults;
    report->count = check.count;
    report->row_faults = check.rows;
    report->column_faults = check.lines - check.rows;
}

static const char *cause_text(enum tasktable_cause cause)
{
    static const char *const texts[] = {
        [TASKTABLE_CROSS] = "行列差数相同，可能是",
        [TASKTABLE_SHARED] = "几处差数相加正好相抵，可能是",
        [TASKTABLE_TOTAL] = "可能是合计数印错：",
        [TASKTABLE_LINE] = "没有相应的行列可对照，可能是合计数印错，也可能是",
        [TASKTABLE_NONE] = "没有哪一格能单独解释",
    };
    return texts[cause];
}

const char *tasktable_text(struct arena *a, const struct tasktable *table,
                           const struct tasktable_fault *fault)
{
    struct buf out;
    buf_init(&out, a, TEXT_CAP);
    const char *what = fault->line == TASKTABLE_GRAND ? "总合计" : fault->name;
    const char *way = fault->line == TASKTABLE_ROW ? "行" : "列";
    buf_printf(&out, "%s%s：印为 %" PRId64 "，各项之和 %" PRId64 "，相差 %+" PRId64, what,
               fault->line == TASKTABLE_GRAND ? "" : way, fault->printed, fault->sum,
               fault->difference);
    if (fault->line == TASKTABLE_GRAND)
        return out.p;
    buf_printf(&out, "；%s", cause_text(fault->cause));
    for (size_t i = 0; i < fault->cell_count && i < CELLS_SHOWN; i++) {
        const struct tasktable_cell *cell = &fault->cells[i];
        buf_printf(&out, "%s“%s·%s”印为 %" PRId32 "，应为 %" PRId32, i ? "；" : "",
                   cell->row < table->row_count ? table->rows[cell->row] : "合计",
                   cell->column < table->column_count ? table->columns[cell->column] : "合计",
                   cell->printed, cell->expected);
    }
    if (fault->cell_count > CELLS_SHOWN)
        buf_printf(&out, "；等 %zu 格之一", fault->cell_count);
    return out.p;
}
