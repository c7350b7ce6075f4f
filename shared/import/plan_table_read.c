/* A printed task table as an official has it, with all of its faults. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "import/cell.h"
#include "import/import_internal.h"
#include "import/note.h"
#include "import/plan_table.h"
#include "import/words.h"

enum { TITLES_MAX = 30, FAULT_TEXT = 1200, VALUE_SHOWN = 60, HIDDEN_MAX = 100 };

enum meaning { NOTHING, REGION, TOTAL, TASKS, IGNORED, UNKNOWN };

struct column {
    enum meaning is;
    const char *header;    /* as the file has it */
    const char *specialty; /* of tasks */
    size_t index;          /* of tasks: the table's column */
    bool any;              /* something stands below it */
    long line;             /* unknown: the first number in it */
    const char *number;
};

struct reading {
    struct arena *arena;
    struct import *im;
    const char *home;
    struct plan_table *out;
    struct column columns[CSV_COLUMNS_MAX];
    size_t width;
    size_t region; /* which of them */
    size_t total;
    long header;        /* its line; 0: it has not come yet */
    int titles;         /* rows above it */
    const char *nearly; /* why a row was no header, of the best so far */
    const char **rows;
    const char **regions;
    long *lines; /* of the rows */
    int32_t *cells;
    int32_t *row_totals;
    struct plan_table_fault *faults;
    const struct workbook_hidden *hidden; /* of a workbook; else NULL */
    const char **told;                    /* what of the table it hides */
    bool ended;                           /* the row of totals was read */
};

static const char *const own_columns[] = { "region", "total", NULL };

/* ---- faults ---------------------------------------------------------------------------------- */

__attribute__((format(printf, 5, 6))) static void
fault(struct reading *r, long line, const char *column, const char *value, const char *format, ...)
{
    char why[FAULT_TEXT];
    char place[40] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, sizeof why, format, args);
    va_end(args);
    utf8_drop_broken(why);
    char *shown = arena_strndup(r->arena, value, VALUE_SHOWN);
    utf8_drop_broken(shown);
    if (r->out->fault_count++ >= PLAN_TABLE_FAULTS_MAX)
        return;
    if (line)
        (void)snprintf(place, sizeof place, "第 %ld 行", line);
    r->faults[r->out->fault_count - 1] = (struct plan_table_fault){
        .line = line,
        .column = column,
        .value = shown,
        .text = arena_printf(r->arena, *shown ? "%s%s%s%s（%s）%s" : "%s%s%s%s%.0s%s", place,
                             *column ? "“" : "", column, *column ? "”" : "", shown, why),
    };
}

/* ---- the header ------------------------------------------------------------------------------ */

/* A region, a total, a specialty by its code; for the mapping and the header alike. */
static const char *meaning_of(const struct import *im, const char *name)
{
    const char *own = words_column(im->kind->name, im->kind->columns, name);
    const struct reference_code *s = own ? NULL : import_find_in_list(&im->specialties, name);
    return own || !s ? own : s->code;
}

static const struct import_kind table_kind = {
    .name = "tables", .title = "任务表", .columns = { "region", "total" }, .column = meaning_of
};

static struct column column_of(struct reading *r, const char *cell, size_t at)
{
    static const char *const counting[] = { "序号", "行号", NULL };
    char name[CELL_NAME];
    const char *column = *cell ? import_column_of(r->im, cell) : NULL;
    int own = column ? text_index(own_columns, column) : -1;
    cell_name(cell, name);
    struct column c = { .is = UNKNOWN, .header = arena_strdup(r->arena, cell) };
    if (!*cell)
        c.header = arena_printf(r->arena, "第 %zu 列", at + 1);
    else if (own >= 0)
        c.is = own == 0 ? REGION : TOTAL;
    else if (column && strcmp(column, WORDS_IGNORED) == 0)
        c.is = text_index(counting, name) >= 0 ? NOTHING : IGNORED;
    else if (column) {
        c.is = TASKS;
        c.specialty = column;
    }
    return c;
}

static size_t count_of(const struct reading *r, enum meaning is)
{
    size_t n = 0;
    for (size_t i = 0; i < r->width; i++)
        n += r->columns[i].is == is;
    return n;
}

static const char *what_lacks(struct reading *r)
{
    if (!count_of(r, REGION))
        return NULL;
    if (!count_of(r, TASKS))
        return arena_printf(r->arena, "没有该计划部门的专业，须为 %s",
                            import_known(r->im, &r->im->specialties));
    return count_of(r, TOTAL) ? NULL : "缺少列“合计”（total）";
}

static bool same_meaning(const struct column *a, const struct column *b)
{
    return a->is == b->is && (a->is == REGION || a->is == TOTAL ||
                              (a->is == TASKS && strcmp(a->specialty, b->specialty) == 0));
}

static void check_twice(struct reading *r, size_t at)
{
    const struct column *c = &r->columns[at];
    for (size_t i = 0; i < at; i++)
        if (same_meaning(&r->columns[i], c))
            fault(r, r->header, c->header, "",
                  "与“%s”是同一列：请用 columns 指明其中一列，另一列写“=-”不导入",
                  r->columns[i].header);
}

static enum rc take_header(struct reading *r, struct err *err)
{
    struct tasktable *t = &r->out->table;
    const char **columns = arena_array(r->arena, TASKTABLE_COLUMNS_MAX, sizeof *columns);
    const char **codes = arena_array(r->arena, TASKTABLE_COLUMNS_MAX, sizeof *codes);
    for (size_t i = 0; i < r->width; i++) {
        struct column *c = &r->columns[i];
        check_twice(r, i);
        if (c->is == REGION)
            r->region = i;
        else if (c->is == TOTAL)
            r->total = i;
        if (c->is != TASKS)
            continue;
        if (t->column_count == TASKTABLE_COLUMNS_MAX)
            return err_set(err, RC_INVALID, "", "任务表的专业过多");
        char name[CELL_NAME];
        cell_name(c->header, name);
        c->index = t->column_count;
        codes[c->index] = c->specialty;
        columns[t->column_count++] = arena_strdup(r->arena, name);
    }
    t->columns = columns;
    r->out->specialties = codes;
    r->cells = arena_array(r->arena, TASKTABLE_ROWS_MAX * t->column_count, sizeof *r->cells);
    return import_mappings_used(r->im, err);
}

static enum rc read_header(struct reading *r, const struct csv_row *row, struct err *err)
{
    r->width = row->count;
    for (size_t i = 0; i < row->count; i++)
        r->columns[i] = column_of(r, row->fields[i], i);
    if (count_of(r, REGION) && count_of(r, TOTAL) && count_of(r, TASKS)) {
        r->header = row->line;
        return take_header(r, err);
    }
    const char *lacks = what_lacks(r);
    if (lacks && !r->nearly)
        r->nearly = arena_printf(r->arena, "任务表第 %ld 行的表头%s", row->line, lacks);
    return ++r->titles <= TITLES_MAX
               ? RC_OK
               : err_set(err, RC_INVALID, "", "%.390s",
                         r->nearly ? r->nearly
                                   : "任务表没有表头：须有一行写明区划（region）、"
                                     "合计（total）和各专业");
}

/* ---- the rows -------------------------------------------------------------------------------- */

/* A cell as columns are compared; printed tables space words out: 合 计. */
static const char *word(struct reading *r, const char *cell)
{
    char name[CELL_NAME];
    cell_name(cell, name);
    return arena_strdup(r->arena, name);
}

static const char *field(const struct csv_row *row, size_t at)
{
    return at < row->count ? row->fields[at] : "";
}

static int32_t read_value(struct reading *r, const struct csv_row *row, size_t at)
{
    int64_t n = 0;
    const char *text = field(row, at);
    if (!*text || cell_says_nothing(text) || cell_int(text, TASKTABLE_VALUE_MAX, &n))
        return (int32_t)n;
    const char *lost = cell_lost(text);
    if (lost)
        fault(r, row->line, r->columns[at].header, text, "%s", lost);
    else
        fault(r, row->line, r->columns[at].header, text, "不是任务数，须为 0 至 %d 的整数",
              TASKTABLE_VALUE_MAX);
    return 0;
}

static void read_values(struct reading *r, const struct csv_row *row, int32_t *total,
                        int32_t *cells)
{
    *total = read_value(r, row, r->total);
    for (size_t i = 0; i < r->width; i++) {
        struct column *c = &r->columns[i];
        int64_t n;
        if (c->is == TASKS)
            cells[c->index] = read_value(r, row, i);
        c->any = c->any || *field(row, i);
        if (c->is != UNKNOWN || c->line || !cell_int(field(row, i), TASKTABLE_VALUE_MAX, &n) || !n)
            continue;
        c->line = row->line;
        c->number = arena_strdup(r->arena, field(row, i));
    }
}

/* The row's first word: of its region, or where one stands for several columns, before that. */
static const char *label_of(struct reading *r, const struct csv_row *row)
{
    const char *label = field(row, r->region);
    for (size_t i = 0; !*label && i < r->region; i++)
        if (r->columns[i].is != TASKS && r->columns[i].is != TOTAL)
            label = field(row, i);
    return word(r, label);
}

static bool is_total(const struct reading *r, const char *name)
{
    const char *column = words_column(r->im->kind->name, r->im->kind->columns, name);
    return column && strcmp(column, "total") == 0;
}

/* What the workbook does not show may not have been meant: it is read, and told. */
static void tell(struct reading *r, char *what)
{
    utf8_drop_broken(what);
    if (r->out->hidden_count < HIDDEN_MAX)
        r->told[r->out->hidden_count++] = what;
}

static void tell_row(struct reading *r, const struct csv_row *row, const char *name)
{
    if (r->hidden && row->line <= WORKBOOK_ROWS_MAX && r->hidden->rows[row->line])
        tell(r, arena_printf(r->arena, "第 %ld 行“%.60s”", row->line, name));
}

static void tell_sheet(struct reading *r)
{
    if (r->hidden->sheet)
        tell(r, arena_strdup(r->arena, "工作表"));
    for (size_t i = 0; i < r->width; i++)
        if (r->hidden->columns[i] && r->columns[i].is != IGNORED && r->columns[i].is != UNKNOWN)
            tell(r, arena_printf(r->arena, "列“%.60s”", r->columns[i].header));
}

static const char *read_region(struct reading *r, const struct csv_row *row)
{
    const char *header = r->columns[r->region].header;
    const char *text = field(row, r->region);
    const struct reference_code *code = import_find_region(r->im, text);
    if (code && (strcmp(code->code, r->home) == 0 || strcmp(code->region, r->home) == 0)) {
        for (size_t i = 0; i < r->out->table.row_count; i++)
            if (r->regions[i] && strcmp(r->regions[i], code->code) == 0)
                fault(r, row->line, header, text, "与第 %ld 行的“%s”重复", r->lines[i], r->rows[i]);
        return code->code;
    }
    struct reference_codes own = { .count = 0 };
    own.rows = arena_array(r->arena, r->im->regions.count + 1, sizeof *own.rows);
    for (size_t i = 0; i < r->im->regions.count; i++)
        if (strcmp(r->im->regions.rows[i].code, r->home) == 0 ||
            strcmp(r->im->regions.rows[i].region, r->home) == 0)
            own.rows[own.count++] = r->im->regions.rows[i];
    fault(r, row->line, header, text, "%s，须为 %s",
          code ? "不在该计划部门的辖区内" : "不是该计划部门辖区内的区划",
          import_known(r->im, &own));
    return NULL;
}

static enum rc read_row(struct reading *r, const struct csv_row *row, struct err *err)
{
    struct tasktable *t = &r->out->table;
    const char *name = label_of(r, row);
    if (r->ended) {
        fault(r, row->line, r->columns[r->region].header, name, "在“合计”行之后还有内容");
        return RC_OK;
    }
    tell_row(r, row, name);
    if (is_total(r, name)) {
        int32_t *totals = arena_array(r->arena, t->column_count, sizeof *totals);
        read_values(r, row, &t->grand_total, totals);
        t->column_totals = totals;
        r->ended = true;
        return RC_OK;
    }
    if (t->row_count == TASKTABLE_ROWS_MAX)
        return err_set(err, RC_INVALID, "", "任务表多于 %d 行", TASKTABLE_ROWS_MAX);
    r->regions[t->row_count] = read_region(r, row);
    r->lines[t->row_count] = row->line;
    r->rows[t->row_count] = name;
    read_values(r, row, &r->row_totals[t->row_count], r->cells + t->row_count * t->column_count);
    t->row_count++;
    return RC_OK;
}

static bool header_again(const struct reading *r, const struct csv_row *row)
{
    for (size_t i = 0; i < r->width; i++)
        if (*field(row, i) && strcmp(field(row, i), r->columns[i].header) != 0)
            return false;
    return true;
}

static enum rc on_row(void *data, const struct csv_row *row, struct err *err)
{
    struct reading *r = data;
    bool any = false;
    if (row->fault) {
        fault(r, row->line, "", "", "：%s", row->fault);
        return RC_OK;
    }
    for (size_t i = 0; i < row->count; i++) {
        row->fields[i] = cell_clean(row->fields[i]);
        any = any || *row->fields[i];
    }
    if (!any)
        return RC_OK;
    if (!r->header)
        return read_header(r, row, err);
    if (header_again(r, row) || (r->out->table.row_count == 0 && note_numbering(row)) ||
        (r->ended && note_row(row, UINT64_C(1) << (r->region & 63))))
        return RC_OK;
    for (size_t i = r->width; i < row->count; i++)
        if (*row->fields[i]) {
            fault(r, row->line, "", row->fields[i], "该行有 %zu 列，表头有 %zu 列", row->count,
                  r->width);
            return RC_OK;
        }
    return read_row(r, row, err);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Columns that are no part of the table: told, and refused where they may be tasks. */
static void end_columns(struct reading *r)
{
    const char **ignored = arena_array(r->arena, r->width + 1, sizeof *ignored);
    for (size_t i = 0; i < r->width; i++) {
        const struct column *c = &r->columns[i];
        if (c->is == UNKNOWN && c->line)
            fault(r, c->line, c->header, c->number,
                  "有数，但表头不是该计划部门的专业：请用 columns 指明是哪个专业，"
                  "或写“=-”不导入；专业有 %s",
                  import_known(r->im, &r->im->specialties));
        else if (c->is == IGNORED || (c->is == UNKNOWN && c->any))
            ignored[r->out->ignored_count++] = c->header;
    }
    r->out->ignored = ignored;
}

static enum rc end_table(struct reading *r, struct err *err)
{
    struct plan_table *out = r->out;
    if (!r->header)
        return err_set(err, RC_INVALID, "", "%.390s",
                       r->nearly ? r->nearly
                                 : "任务表没有表头：须有一行写明区划（region）、合计（total）"
                                   "和各专业");
    end_columns(r);
    out->hidden = r->told;
    if (!r->ended || out->table.row_count == 0)
        fault(r, 0, "", "", "任务表没有区划行，或缺少末行“合计”");
    out->faults = r->faults;
    if (out->fault_count)
        return err_set(err, RC_INVALID, "", out->fault_count > 1 ? "%.340s（共 %zu 处）" : "%.390s",
                       out->faults[0].text, out->fault_count);
    out->table.rows = r->rows;
    out->table.cells = r->cells;
    out->table.row_totals = r->row_totals;
    out->regions = r->regions;
    tasktable_check(r->arena, &out->table, &out->report);
    return RC_OK;
}

static void make_room(struct reading *r)
{
    r->rows = arena_array(r->arena, TASKTABLE_ROWS_MAX, sizeof *r->rows);
    r->regions = arena_array(r->arena, TASKTABLE_ROWS_MAX, sizeof *r->regions);
    r->lines = arena_array(r->arena, TASKTABLE_ROWS_MAX, sizeof *r->lines);
    r->row_totals = arena_array(r->arena, TASKTABLE_ROWS_MAX, sizeof *r->row_totals);
    r->told = arena_array(r->arena, HIDDEN_MAX, sizeof *r->told);
    r->faults = arena_array(r->arena, PLAN_TABLE_FAULTS_MAX, sizeof *r->faults);
}

enum rc plan_table_read(struct arena *a, const struct plan_table_file *file,
                        const struct plan_table_codes *codes, struct plan_table *out,
                        struct err *err)
{
    const struct import_request request = { .columns = file->columns };
    const struct reference_code own = { .region = codes->home };
    struct table table = { .in = NULL };
    *out = (struct plan_table){ .fault_count = 0 };
    struct import *im = arena_alloc(a, sizeof *im);
    struct reading *r = arena_alloc(a, sizeof *r);
    *im = (struct import){ .request = &request,
                           .kind = &table_kind,
                           .keep = a,
                           .arena = a,
                           .regions = codes->regions,
                           .specialties = codes->specialties,
                           .own = &own };
    *r = (struct reading){ .arena = a, .im = im, .home = codes->home, .out = out };
    make_room(r);
    if (fseek(file->in, 0, SEEK_SET) != 0)
        return err_set(err, RC_UNAVAILABLE, "", "文件不能重复读取");
    enum rc rc = import_mappings(im, err);
    if (rc == RC_OK)
        rc = table_open(file->in, CSV_DETECT, file->sheet, &table, err);
    r->hidden = table.hidden;
    if (rc == RC_OK)
        rc = table_read(&table, on_row, r, err);
    if (rc == RC_OK && r->header && r->hidden)
        tell_sheet(r);
    table_close(&table);
    return rc == RC_OK ? end_table(r, err) : rc;
}
