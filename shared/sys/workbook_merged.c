/*
 * Merged cells: a value that stands for several rows is said in the first of them only. A sheet
 * names what is merged behind its cells, so it is read twice.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sys/workbook_internal.h"

enum { MERGED_MAX = 200000 };

/* "BC12" is row 12, column 54; false for what is no place. */
bool workbook_place(const char *text, int *column, int64_t *row)
{
    const char *p = text;
    *column = 0;
    for (; *p >= 'A' && *p <= 'Z' && p - text < 3; p++)
        *column = *column * 26 + *p - 'A' + 1;
    --*column;
    return p > text && *p >= '0' && *p <= '9' && int_parse(p, 1, WORKBOOK_ROWS_MAX, row);
}

static void keep(struct workbook *book, const struct workbook_merged *m)
{
    if (book->merged_count == MERGED_MAX) {
        workbook_stop(book, WORKBOOK_LARGE);
        return;
    }
    if (book->merged_count == book->merged_room) {
        size_t room = book->merged_room ? 2 * book->merged_room : 256;
        struct workbook_merged *more = arena_array(book->arena, room, sizeof *more);
        if (book->merged_count)
            memcpy(more, book->merged, book->merged_count * sizeof *more);
        book->merged = more;
        book->merged_room = room;
    }
    book->merged[book->merged_count++] = *m;
}

static void on_start(void *data, const char *name, const char **attributes)
{
    struct workbook *book = data;
    const char *range =
        strcmp(name, "mergeCell") == 0 ? workbook_attribute(attributes, "ref") : NULL;
    const char *to = range ? strchr(range, ':') : NULL;
    char from[WORKBOOK_PLACE];
    struct workbook_merged m;
    int last_column;
    if (!to || (size_t)(to - range) >= sizeof from)
        return;
    (void)snprintf(from, sizeof from, "%.*s", (int)(to - range), range);
    if (!workbook_place(from, &m.column, &m.first) ||
        !workbook_place(to + 1, &last_column, &m.last))
        workbook_stop(book, WORKBOOK_BROKEN);
    else if (m.last > m.first && m.column < WORKBOOK_COLUMNS)
        keep(book, &m);
}

static int by_first(const void *x, const void *y)
{
    const struct workbook_merged *a = x;
    const struct workbook_merged *b = y;
    return a->first < b->first ? -1 : a->first > b->first;
}

void workbook_read_merged(struct workbook *book)
{
    struct workbook_part part = { .start = on_start, .data = book };
    size_t before = book->inflated;
    workbook_read_part(book, book->sheet, false, &part);
    book->inflated = before; /* it is counted when its cells are read */
    if (book->merged_count)
        qsort(book->merged, book->merged_count, sizeof *book->merged, by_first);
}
