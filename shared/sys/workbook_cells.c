/* The cells of a sheet as CSV: each row at its own number. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "sys/workbook_internal.h"

enum {
    CELLS_MAX = 20000000,
    COLUMNS = WORKBOOK_COLUMNS,
    LINE_MAX_BYTES = 1 << 20,
    DAY_SECONDS = 86400,
    EPOCH = 25569,    /* 1970-01-01 in days of the usual calendar */
    EPOCH_1904 = 1462 /* between the two calendars */
};

enum cell_type { NUMBER, SHARED, TEXT, BOOLEAN };

struct cells {
    struct workbook *book;
    FILE *csv;
    bool flat;    /* rows that do not say how high they are cannot be seen */
    long row;     /* begun last */
    long written; /* lines so far */
    int64_t count;
    int column; /* of the cell, from 0 */
    enum cell_type type;
    size_t style;
    bool inside;  /* of the table */
    bool wanted;  /* what is said now is the cell's value */
    bool formula; /* the cell's value is a formula's result */
    int phonetic; /* within readings, which are none of the value */
    struct buf value;
    struct buf line;
    struct {
        size_t at;
        size_t n;
    } fields[COLUMNS];
    size_t merged; /* of the book's, those that began above */
    struct {
        int64_t last; /* the row to which the value holds */
        struct buf value;
    } above[COLUMNS];
};

/* ---- values ---------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)((at - digits) % 16) : -1;
}

/* Control characters are written _x000D_; a text that looks so begins _x005F_. */
static void unescape(struct buf *b)
{
    char *out = b->p;
    for (const char *p = b->p; *p;) {
        int code = 0;
        int digits = 0;
        if (p[0] == '_' && p[1] == 'x')
            for (; digits < 4 && hex_digit(p[2 + digits]) >= 0; digits++)
                code = code * 16 + hex_digit(p[2 + digits]);
        if (digits == 4 && p[6] == '_' && code > 0 && code < 0x80) {
            *out++ = (char)code;
            p += 7;
        } else {
            *out++ = *p++;
        }
    }
    *out = '\0';
    b->n = (size_t)(out - b->p);
}

/* A number of days, with the time of day where there is one; false for one of no such day. */
static bool put_day(struct buf *b, double days)
{
    char date[DATE_TEXT];
    double whole = floor(days);
    int seconds = (int)((days - whole) * DAY_SECONDS + 0.5);
    int32_t day = (int32_t)whole - EPOCH;
    if (seconds == DAY_SECONDS) {
        seconds = 0;
        day++;
    }
    if (day < date_of(1900, 1, 1) || day > date_of(2199, 12, 31))
        return false;
    date_format(date, day);
    buf_puts(b, date);
    if (seconds)
        buf_printf(b, " %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return true;
}

/* A number as the cell shows it; of an integer beyond 15 digits only the beginning is known. */
static void put_number(const struct cells *c, struct buf *b, const char *text)
{
    static const double exact = 1e15;
    static const double days_max = 1e6;
    char *end;
    double v = strtod(text, &end);
    bool day = c->style < c->book->style_count && c->book->dates[c->style];
    if (end == text || *end || !isfinite(v))
        buf_puts(b, text);
    else if (!day || v < 1 || v > days_max ||
             !put_day(b, v + (c->book->days_of_1904 ? EPOCH_1904 : 0)))
        buf_printf(b, fabs(v) >= exact ? "%.14E" : "%.15g", v);
}

static void put_value(struct cells *c)
{
    int64_t at;
    const char *text = c->value.p;
    switch (c->type) {
    case SHARED:
        if (int_parse(text, 0, (int64_t)c->book->text_count - 1, &at)) {
            buf_clear(&c->value);
            buf_puts(&c->value, c->book->texts[at]);
            unescape(&c->value);
            buf_put(&c->line, c->value.p, c->value.n);
        } else if (*text) {
            workbook_stop(c->book, WORKBOOK_BROKEN);
        }
        break;
    case BOOLEAN:
        buf_puts(&c->line, strcmp(text, "1") == 0   ? "TRUE"
                           : strcmp(text, "0") == 0 ? "FALSE"
                                                    : text);
        break;
    case TEXT:
        unescape(&c->value);
        buf_put(&c->line, c->value.p, c->value.n);
        break;
    default:
        if (*text)
            put_number(c, &c->line, text);
        else if (c->formula) /* written by a program that computes nothing */
            buf_puts(&c->line, WORKBOOK_NO_RESULT);
    }
}

/* ---- places ---------------------------------------------------------------------------------- */

/* A height in points or a width in digits by which nothing can be seen. */
static bool unseen(const char *size)
{
    char *end;
    double v = size ? strtod(size, &end) : 1;
    return size && end > size && v < 1;
}

/* <sheetFormatPr defaultRowHeight="14.25"/>, before columns and cells. Its zeroHeight is of rows
   that are not in the file. */
static void read_defaults(struct cells *c, const char **attributes)
{
    c->flat = unseen(workbook_attribute(attributes, "defaultRowHeight"));
    memset(c->book->hidden->columns, unseen(workbook_attribute(attributes, "defaultColWidth")),
           sizeof c->book->hidden->columns);
}

static void start_row(struct cells *c, const char **attributes)
{
    const char *height = workbook_attribute(attributes, "ht");
    const char *number = workbook_attribute(attributes, "r");
    int64_t row = c->row + 1;
    if ((number && !int_parse(number, c->row + 1, WORKBOOK_ROWS_MAX, &row)) ||
        row > WORKBOOK_ROWS_MAX)
        workbook_stop(c->book, WORKBOOK_BROKEN);
    else
        c->book->hidden->rows[row] =
            workbook_says(attributes, "hidden") || (height ? unseen(height) : c->flat);
    c->row = (long)row;
    c->column = -1;
    buf_clear(&c->line);
    memset(c->fields, 0, sizeof c->fields);
}

/* <col min="3" max="4" hidden="1"/>, before the cells. */
static void read_columns(struct cells *c, const char **attributes)
{
    const char *min = workbook_attribute(attributes, "min");
    const char *max = workbook_attribute(attributes, "max");
    int64_t first;
    int64_t last;
    const char *width = workbook_attribute(attributes, "width");
    bool hidden = workbook_says(attributes, "hidden") || unseen(width);
    if ((!hidden && !width) || !min || !max || !int_parse(min, 1, INT32_MAX, &first) ||
        !int_parse(max, 1, INT32_MAX, &last))
        return;
    for (; first <= last && first <= CSV_COLUMNS_MAX; first++)
        c->book->hidden->columns[first - 1] = hidden;
}

static void start_cell(struct cells *c, const char **attributes)
{
    const char *place = workbook_attribute(attributes, "r");
    const char *type = workbook_attribute(attributes, "t");
    const char *style = workbook_attribute(attributes, "s");
    int64_t number = 0;
    int64_t row;
    c->column++;
    if ((place && !workbook_place(place, &c->column, &row)) ||
        (style && !int_parse(style, 0, WORKBOOK_STYLES_MAX, &number)))
        workbook_stop(c->book, WORKBOOK_BROKEN);
    if (++c->count > CELLS_MAX)
        workbook_stop(c->book, WORKBOOK_LARGE);
    c->style = (size_t)number;
    c->type = !type || strcmp(type, "n") == 0 ? NUMBER
              : strcmp(type, "s") == 0        ? SHARED
              : strcmp(type, "b") == 0        ? BOOLEAN
                                              : TEXT;
    c->formula = false;
    buf_clear(&c->value);
}

static void on_start(void *data, const char *name, const char **attributes)
{
    struct cells *c = data;
    c->wanted = false;
    if (strcmp(name, "sheetData") == 0)
        c->inside = true;
    else if (!c->inside && strcmp(name, "sheetFormatPr") == 0)
        read_defaults(c, attributes);
    else if (!c->inside && strcmp(name, "col") == 0)
        read_columns(c, attributes);
    else if (!c->inside)
        return;
    else if (strcmp(name, "row") == 0)
        start_row(c, attributes);
    else if (strcmp(name, "c") == 0)
        start_cell(c, attributes);
    else if (strcmp(name, "f") == 0)
        c->formula = true;
    else if (strcmp(name, "rPh") == 0)
        c->phonetic++;
    c->wanted = strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && !c->phonetic);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void end_cell(struct cells *c)
{
    int column = c->column < COLUMNS ? c->column : COLUMNS - 1;
    size_t at = c->line.n;
    put_value(c);
    if (c->line.full)
        workbook_stop(c->book, WORKBOOK_LARGE);
    if (c->line.n > at) {
        c->fields[column].at = at;
        c->fields[column].n = c->line.n - at;
    }
}

/* What is merged with a cell above says what that one says, where the row says anything itself. */
static void fill_merged(struct cells *c)
{
    const struct workbook *book = c->book;
    for (; c->merged < book->merged_count && book->merged[c->merged].first <= c->row; c->merged++) {
        const struct workbook_merged *m = &book->merged[c->merged];
        if (m->first < c->row)
            continue;
        c->above[m->column].last = m->last;
        buf_clear(&c->above[m->column].value);
        buf_put(&c->above[m->column].value, c->line.p + c->fields[m->column].at,
                c->fields[m->column].n);
    }
    for (int i = 0; i < COLUMNS; i++) {
        const struct buf *value = &c->above[i].value;
        if (c->above[i].last < c->row || c->fields[i].n)
            continue;
        c->fields[i].at = c->line.n;
        c->fields[i].n = value->n;
        buf_put(&c->line, value->p, value->n);
    }
    if (c->line.full)
        workbook_stop(c->book, WORKBOOK_LARGE);
}

static int last_field(const struct cells *c)
{
    int last = COLUMNS - 1;
    while (last >= 0 && !c->fields[last].n)
        last--;
    return last;
}

static void write_field(FILE *csv, const char *text, size_t n)
{
    (void)fputc('"', csv);
    for (const char *quote; n && (quote = memchr(text, '"', n)) != NULL;) {
        size_t before = (size_t)(quote + 1 - text);
        (void)fwrite(text, 1, before, csv);
        (void)fputc('"', csv);
        text += before;
        n -= before;
    }
    (void)fwrite(text, 1, n, csv);
    (void)fputc('"', csv);
}

static void end_row(struct cells *c)
{
    if (last_field(c) < 0)
        return;
    fill_merged(c);
    int last = last_field(c);
    for (; c->written < c->row - 1; c->written++)
        (void)fputc('\n', c->csv);
    for (int i = 0; i <= last; i++) {
        if (i)
            (void)fputc(',', c->csv);
        write_field(c->csv, c->line.p + c->fields[i].at, c->fields[i].n);
    }
    (void)fputc('\n', c->csv);
    c->written++;
    if (ferror(c->csv))
        workbook_stop(c->book, WORKBOOK_FULL);
}

static void on_end(void *data, const char *name)
{
    struct cells *c = data;
    c->wanted = false;
    if (strcmp(name, "sheetData") == 0)
        c->inside = false;
    else if (!c->inside)
        return;
    else if (strcmp(name, "rPh") == 0)
        c->phonetic--;
    else if (strcmp(name, "c") == 0 && c->row && c->column >= 0)
        end_cell(c);
    else if (strcmp(name, "row") == 0)
        end_row(c);
}

static void on_text(void *data, const char *text, int n)
{
    struct cells *c = data;
    if (c->wanted && c->inside)
        buf_put(&c->value, text, (size_t)n);
}

void workbook_write_cells(struct workbook *book, FILE *csv)
{
    struct cells *c = arena_alloc(book->arena, sizeof *c);
    struct workbook_part part = { .start = on_start, .end = on_end, .text = on_text, .data = c };
    c->book = book;
    c->csv = csv;
    buf_init(&c->value, book->arena, WORKBOOK_CELL_MAX);
    buf_init(&c->line, book->arena, LINE_MAX_BYTES);
    for (int i = 0; i < COLUMNS; i++)
        buf_init(&c->above[i].value, book->arena, WORKBOOK_CELL_MAX);
    workbook_read_part(book, book->sheet, false, &part);
    if (book->fault == WORKBOOK_OK && fflush(csv) != 0)
        workbook_stop(book, WORKBOOK_FULL);
}
