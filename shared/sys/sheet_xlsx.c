/* XLSX through libxlsxwriter, which writes a row away when the next one begins. */
#include "sys/sheet_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/date.h"
#include "base/text.h"
#include "sys/log.h"
#include "sys/workbook.h"

enum {
    SHEET_ROWS_MAX =
        1000000,      /* a sheet of Excel has 48,576 more: round numbers are seen as wanted */
    CELL_MAX = 32767, /* characters, Excel's own limit */
    TITLE_MAX = 31,
    DAY_MS = 86400000,
    OFFICIAL_MS = 8 * 3600 * 1000,
    EXCEL_EPOCH = 25569, /* 1970-01-01 in Excel's days */
    WIDTH_MIN = 8,
    WIDTH_MAX = 60,
};

struct xlsx {
    const struct row_set *rows;
    char title[4 * TITLE_MAX + 1];
    char path[64];
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *head;
    lxw_format *text;
    lxw_format *wrapped;
    lxw_format *date;
    lxw_format *time;
    lxw_row_t row;
    int sheets;
};

/* Excel refuses []:*?/\ in a sheet's name, and more than 31 characters. */
static void sheet_title(char out[4 * TITLE_MAX + 1], const char *title)
{
    size_t n = 0;
    size_t characters = 0;
    for (const char *p = title; *p && n < 4 * TITLE_MAX; p++) {
        if (((unsigned char)*p & 0xC0) != 0x80 && ++characters > TITLE_MAX - 4)
            break;
        if (!strchr("[]:*?/\\", *p))
            out[n++] = *p;
    }
    out[n] = '\0';
    utf8_drop_broken(out);
}

static int column_width(const struct row_col *c)
{
    int width = c->width ? c->width : 2 * (int)utf8_length(c->title) + 2;
    if (c->instant && width < 17)
        width = 17;
    if (c->type == ROW_DATE && width < 12)
        width = 12;
    return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

static void next_sheet(struct xlsx *x)
{
    char name[4 * TITLE_MAX + 16];
    x->sheets++;
    (void)snprintf(name, sizeof name, x->sheets > 1 ? "%s %d" : "%s", x->title, x->sheets);
    x->sheet = workbook_add_worksheet(x->book, name);
    lxw_col_t column = 0;
    for (const struct row_col *c = x->rows->columns; c->member; c++) {
        if (!c->title)
            continue;
        (void)worksheet_set_column(x->sheet, column, column, column_width(c), NULL);
        (void)worksheet_write_string(x->sheet, 0, column, c->title, x->head);
        column++;
    }
    worksheet_freeze_panes(x->sheet, 1, 0);
    x->row = 1;
}

static lxw_format *format_of(struct xlsx *x, const char *number)
{
    lxw_format *f = workbook_add_format(x->book);
    if (number)
        format_set_num_format(f, number);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static void formats(struct xlsx *x)
{
    x->head = format_of(x, NULL);
    format_set_bold(x->head);
    format_set_bg_color(x->head, 0xE7EEF7);
    format_set_bottom(x->head, LXW_BORDER_THIN);
    x->text = format_of(x, "@");
    x->wrapped = format_of(x, "@");
    format_set_text_wrap(x->wrapped);
    x->date = format_of(x, "yyyy-mm-dd");
    x->time = format_of(x, "yyyy-mm-dd hh:mm");
}

static void *xlsx_open(struct arena *a, const char *title, const struct row_set *rows)
{
    struct xlsx *x = arena_alloc(a, sizeof *x);
    x->rows = rows;
    sheet_title(x->title, title);
    (void)snprintf(x->path, sizeof x->path, "%s/liancha-XXXXXX", P_tmpdir);
    int fd = mkstemp(x->path); /* the library opens it by its name */
    if (fd < 0)
        return NULL;
    (void)close(fd);
    lxw_workbook_options options = { .constant_memory = LXW_TRUE, .use_zip64 = LXW_TRUE };
    x->book = workbook_new_opt(x->path, &options);
    if (!x->book) {
        (void)unlink(x->path);
        return NULL;
    }
    formats(x);
    next_sheet(x);
    return x;
}

static lxw_error put_text(struct xlsx *x, lxw_col_t column, const char *text, struct arena *a)
{
    if (utf8_length(text) > CELL_MAX) {
        static const char cut[] = "……（全文见系统）";
        char *kept = arena_strndup(a, text, CELL_MAX - sizeof cut);
        utf8_drop_broken(kept);
        text = arena_printf(a, "%s%s", kept, cut);
    }
    return worksheet_write_string(x->sheet, x->row, column, text,
                                  strchr(text, '\n') ? x->wrapped : x->text);
}

static lxw_error put_cell(struct xlsx *x, lxw_col_t column, const struct row_col *c,
                          const void *row, struct arena *a)
{
    const void *value = (const char *)row + c->offset;
    const char *text = sheet_text(c, row, a);
    if (!text)
        return LXW_NO_ERROR;
    switch (c->type) {
    case ROW_INT:
        if (c->instant)
            return worksheet_write_number(
                x->sheet, x->row, column,
                (double)(*(const int64_t *)value + OFFICIAL_MS) / DAY_MS + EXCEL_EPOCH, x->time);
        return worksheet_write_number(x->sheet, x->row, column, (double)*(const int64_t *)value,
                                      NULL);
    case ROW_REAL:
        return worksheet_write_number(x->sheet, x->row, column, *(const double *)value, NULL);
    case ROW_DATE:
        return worksheet_write_number(x->sheet, x->row, column,
                                      *(const int32_t *)value + EXCEL_EPOCH, x->date);
    default:
        return put_text(x, column, text, a);
    }
}

static enum rc xlsx_row(void *self, struct arena *a, const void *row)
{
    struct xlsx *x = self;
    lxw_col_t column = 0;
    lxw_error e = LXW_NO_ERROR;
    if (x->row > SHEET_ROWS_MAX)
        next_sheet(x);
    for (const struct row_col *c = x->rows->columns; e == LXW_NO_ERROR && c->member; c++)
        if (c->title)
            e = put_cell(x, column++, c, row, a);
    x->row++;
    if (e == LXW_NO_ERROR)
        return RC_OK;
    log_error("table: %s", lxw_strerror(e));
    return RC_INTERNAL;
}

static void put_notes(struct xlsx *x, const struct sheet_note *notes, size_t n)
{
    lxw_worksheet *sheet = workbook_add_worksheet(x->book, "说明");
    lxw_row_t row = 0;
    (void)worksheet_set_column(sheet, 0, 0, 16, NULL);
    (void)worksheet_set_column(sheet, 1, 1, WIDTH_MAX, NULL);
    for (size_t i = 0; i < n; i++, row++) {
        (void)worksheet_write_string(sheet, row, 0, notes[i].name, x->head);
        (void)worksheet_write_string(sheet, row, 1, notes[i].text, x->wrapped);
    }
    for (const struct row_col *c = x->rows->columns; c->member; c++) {
        if (!c->title || !c->note)
            continue;
        (void)worksheet_write_string(sheet, row, 0, c->title, x->head);
        (void)worksheet_write_string(sheet, row++, 1, c->note, x->wrapped);
    }
}

static enum rc xlsx_close(void *self, const struct sheet_note *notes, size_t n, FILE **out)
{
    struct xlsx *x = self;
    enum rc rc = RC_OK;
    put_notes(x, notes, n);
    errno = 0;
    lxw_error e = workbook_close(x->book);
    if (e != LXW_NO_ERROR) {
        rc = log_file_fault(lxw_strerror(e), "a table");
    } else if (!workbook_whole(x->path)) {
        log_error("table: a sheet breaks off: its temporary files had no room");
        rc = RC_NO_SPACE;
    } else {
        *out = fopen(x->path, "rb");
        if (!*out)
            rc = log_file_fault("read", "a table");
    }
    (void)unlink(x->path);
    return rc;
}

static void xlsx_drop(void *self)
{
    struct xlsx *x = self;
    lxw_workbook_free(x->book);
    (void)unlink(x->path);
}

const struct sheet_form sheet_xlsx = {
    .media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    .open = xlsx_open,
    .row = xlsx_row,
    .close = xlsx_close,
    .drop = xlsx_drop,
};
