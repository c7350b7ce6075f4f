/* Which column of the file is which: by the words of the field, and the caller's mapping. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "import/cell.h"
#include "import/import_internal.h"
#include "import/note.h"
#include "import/words.h"

enum {
    HEADER_ROWS_MAX = 30, /* with text; a file whose header comes later is another one */
    HEADER_COLUMNS_MIN = 3,
    TITLE_MAX = 60 /* bytes */
};

/* ---- what the caller says -------------------------------------------------------------------- */

static const char *known_column(const struct import *im, const char *name)
{
    return im->kind->column ? im->kind->column(im, name)
                            : words_column(im->kind->name, im->kind->columns, name);
}

static enum rc add_mapping(struct import *im, char *text, struct err *err)
{
    struct import_mapping *m = &im->mappings[im->mapping_count];
    char *column = strrchr(text, '=');
    char name[CELL_NAME];
    if (!column || im->mapping_count == IMPORT_MAPPINGS_MAX)
        return err_set(err, RC_INVALID, "columns",
                       "列的对应须写作“文件中的列=列名”，以分号分隔，至多 %d 项",
                       IMPORT_MAPPINGS_MAX);
    *column++ = '\0';
    cell_name(text, m->name);
    m->header = text_trim(text);
    cell_name(column, name);
    m->column = strcmp(name, WORDS_IGNORED) == 0 ? WORDS_IGNORED : known_column(im, name);
    if (!*m->name || !m->column)
        return err_set(err, RC_INVALID, "columns", "列的对应“%.60s=%.60s”：没有这个列名", text,
                       column);
    im->mapping_count++;
    return RC_OK;
}

/* The mark in place of another, as input methods write it. */
static void replace(char *text, const char *from, char to)
{
    size_t n = strlen(from);
    for (char *at = strstr(text, from); at; at = strstr(at + 1, from)) {
        *at = to;
        memmove(at + 1, at + n, strlen(at + n) + 1);
    }
}

enum rc import_mappings(struct import *im, struct err *err)
{
    char *parts[IMPORT_MAPPINGS_MAX + 1];
    if (!im->request->columns || !*im->request->columns)
        return RC_OK;
    char *text = arena_strdup(im->keep, im->request->columns);
    replace(text, "；", ';');
    replace(text, "＝", '=');
    size_t n = text_split(text, ';', parts, IMPORT_MAPPINGS_MAX + 1);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n && i <= IMPORT_MAPPINGS_MAX; i++)
        if (*text_trim(parts[i]))
            rc = add_mapping(im, parts[i], err);
    return rc;
}

/* ---- a row that may be the header ------------------------------------------------------------ */

const char *import_column_of(struct import *im, const char *cell)
{
    char name[CELL_NAME];
    cell_name(cell, name);
    for (size_t i = 0; i < im->mapping_count; i++)
        if (strcmp(im->mappings[i].name, name) == 0) {
            im->mappings[i].used = true;
            return im->mappings[i].column;
        }
    const char *column = known_column(im, name);
    while (!column && cell_name_peel(name))
        column = known_column(im, name);
    return column;
}

/* How many of the kind's columns the row names. */
static size_t matches(struct import *im, const struct csv_row *row)
{
    bool there[IMPORT_COLUMNS_MAX] = { false };
    size_t n = 0;
    for (size_t i = 0; i < row->count; i++) {
        const char *column = *row->fields[i] ? import_column_of(im, row->fields[i]) : NULL;
        int at = column ? text_index(im->kind->columns, column) : -1;
        if (at >= 0 && !there[at]) {
            there[at] = true;
            n++;
        }
    }
    return n;
}

static const char *title_of(struct import *im, const char *cell)
{
    char *title = arena_strndup(im->keep, cell, TITLE_MAX);
    utf8_drop_broken(title);
    for (char *p = title; *p; p++)
        if ((unsigned char)*p < 0x20)
            *p = ' ';
    return title;
}

static enum rc unknown_columns(const struct csv_row *row, const bool *unknown, struct err *err)
{
    char names[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < row->count; i++) {
        size_t n = strlen(row->fields[i]);
        if (!unknown[i] || used + n + sizeof "“”" > sizeof names)
            continue;
        used += (size_t)snprintf(names + used, sizeof names - used, "“%s”", row->fields[i]);
    }
    return err_set(err, RC_INVALID, "columns",
                   "表头有未知的列%s：请用 columns 指明各是哪一列（“文件中的列=列名”），"
                   "或写“文件中的列=-”不导入",
                   names);
}

static enum rc twice(struct import *im, const char *cell, int at, struct err *err)
{
    const char *column = im->kind->columns[at];
    if (strcmp(im->titles[at], cell) == 0)
        return err_set(err, RC_INVALID, column, "表头的列“%.60s”重复", cell);
    return err_set(err, RC_INVALID, column,
                   "表头的列“%.60s”和“%.60s”都是“%s”：请用 columns 指明其中一列，"
                   "另一列写“=-”不导入",
                   im->titles[at], cell, column);
}

static enum rc lacking(struct import *im, struct err *err)
{
    for (size_t i = 0; im->kind->columns[i]; i++) {
        const char *column = im->kind->columns[i];
        if (im->positions[i] >= 0 || im->kind->optional >> i & 1 ||
            (im->kind->lacks && im->kind->lacks(im, (int)i)))
            continue;
        char word[TITLE_MAX + 1];
        words_title(im->kind->name, column, word, sizeof word);
        return err_set(err, RC_INVALID, column, *word ? "表头缺少列“%s”（%s）" : "表头缺少列“%s”",
                       column, word);
    }
    return RC_OK;
}

enum rc import_mappings_used(const struct import *im, struct err *err)
{
    for (size_t i = 0; i < im->mapping_count; i++)
        if (!im->mappings[i].used)
            return err_set(err, RC_INVALID, "columns", "表头没有列“%.60s”", im->mappings[i].header);
    return RC_OK;
}

static enum rc take(struct import *im, const struct csv_row *row, struct err *err)
{
    bool unknown[CSV_COLUMNS_MAX] = { false };
    bool any = false;
    im->columns = 0;
    im->spares = false;
    im->absent = ~0U;
    for (size_t i = 0; im->kind->columns[i]; i++) {
        im->positions[i] = -1;
        im->titles[i] = im->kind->columns[i];
    }
    for (size_t i = 0; i < row->count; i++) {
        const char *cell = row->fields[i];
        const char *column = *cell ? import_column_of(im, cell) : NULL;
        int at = column ? text_index(im->kind->columns, column) : -1;
        unknown[i] = *cell && !column;
        any = any || unknown[i];
        im->spare[i] = !*cell;
        im->spares = im->spares || !*cell;
        if (at < 0)
            continue;
        if (im->positions[at] >= 0)
            return twice(im, cell, at, err);
        im->positions[at] = (int)i;
        im->titles[at] = title_of(im, cell);
        im->absent &= ~(1U << at);
    }
    enum rc rc = any ? unknown_columns(row, unknown, err) : import_mappings_used(im, err);
    if (rc == RC_OK)
        rc = lacking(im, err);
    im->columns = rc == RC_OK ? row->count : 0;
    return rc;
}

/* 坐标 above 经度 and 纬度, and nothing below the others: what the lower row names stands for what is
   above it. False where a cell of the lower row names no column. */
static bool below(struct import *im, const struct csv_row *row, struct csv_row *whole)
{
    bool any = false;
    whole->count = row->count > im->upper_count ? row->count : im->upper_count;
    whole->fields = arena_array(im->keep, whole->count + 1, sizeof *whole->fields);
    for (size_t i = 0; i < whole->count; i++) {
        const char *lower = i < row->count ? row->fields[i] : "";
        const char *cell = *lower || i >= im->upper_count ? lower : im->upper[i];
        if (*lower && !import_column_of(im, lower))
            return false;
        any = any || *lower;
        whole->fields[i] = arena_strdup(im->keep, cell);
    }
    return any && im->upper_count > 0;
}

static void keep_upper(struct import *im, const struct csv_row *row)
{
    im->upper = arena_array(im->keep, row->count + 1, sizeof *im->upper);
    im->upper_count = row->count;
    for (size_t i = 0; i < row->count; i++)
        im->upper[i] = arena_strdup(im->keep, row->fields[i]);
}

enum rc import_header_row(struct import *im, const struct csv_row *row, struct err *err)
{
    struct csv_row whole = { .line = row->line };
    if (row->fault)
        return err_set(err, RC_MALFORMED, "", "表头%s", row->fault);
    size_t n = matches(im, row);
    if (n >= HEADER_COLUMNS_MIN && take(im, row, err) == RC_OK)
        return RC_OK;
    if (im->upper_count && below(im, row, &whole) && take(im, &whole, err) == RC_OK)
        return RC_OK;
    im->upper_count = 0;
    if (n >= HEADER_COLUMNS_MIN)
        keep_upper(im, row);
    if (n > im->best) { /* perhaps the upper one of two: 执法证 above 证号 and 有效期 */
        im->best = n;
        im->best_fault.rc = take(im, row, &im->best_fault);
    }
    return ++im->titles_above == HEADER_ROWS_MAX ? import_header_missing(im, err) : RC_OK;
}

enum rc import_header_missing(const struct import *im, struct err *err)
{
    if (im->best && im->best_fault.rc == RC_INVALID)
        return err_set(err, RC_INVALID, im->best_fault.pointer, "%s", im->best_fault.detail);
    return err_set(err, RC_INVALID, "", "文件中没有表头：须有一行写明各列的名称，如“%s”",
                   im->kind->columns[im->kind->lacks ? 1 : 0]);
}

/* Each cell is the header's, or another word for it: the columns' names below what officials call
   them. */
bool import_header_again(struct import *im, const struct csv_row *row)
{
    for (int i = 0; im->kind->columns[i]; i++) {
        const char *cell = import_field(im, row, i);
        if (im->positions[i] < 0 || strcmp(cell, im->titles[i]) == 0)
            continue;
        if (!*cell || cell[strcspn(cell, "0123456789")]) /* nearly all rows: their codes */
            return false;
        const char *column = import_column_of(im, cell);
        if (!column || strcmp(column, im->kind->columns[i]) != 0)
            return false;
    }
    return true;
}

bool import_note(const struct import *im, const struct csv_row *row)
{
    uint64_t naming = 0;
    for (int i = 0; im->kind->columns[i]; i++)
        if (im->kind->codes >> i & 1 && im->positions[i] >= 0)
            naming |= UINT64_C(1) << im->positions[i];
    return !row->fault && note_row(row, naming);
}

const char *import_title_of(const struct import *im, const char *column)
{
    int at = *column ? text_index(im->kind->columns, column) : -1;
    return at >= 0 ? im->titles[at] : column;
}
