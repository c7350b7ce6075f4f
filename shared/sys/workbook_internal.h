/* What reading a workbook shares: its archive, its XML, the cells of one sheet. */
#ifndef LIANCHA_SYS_WORKBOOK_INTERNAL_H
#define LIANCHA_SYS_WORKBOOK_INTERNAL_H

#include <expat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "sys/csv.h"
#include "sys/workbook.h"

enum {
    WORKBOOK_SHEETS_MAX = 256,
    WORKBOOK_STYLES_MAX = 65536,
    WORKBOOK_STRINGS_MAX = 2000000,
    WORKBOOK_PATH_MAX = 256,
    WORKBOOK_PLACE = 16,                    /* bytes of "BC12" */
    WORKBOOK_COLUMNS = CSV_COLUMNS_MAX + 1, /* the last stands for all that are too many */
    WORKBOOK_CELL_MAX = 8192 /* bytes of a text that are kept: more than a field of CSV may have */
};

/* Cells of one column that are merged, the rows from 1; further columns stay empty. */
struct workbook_merged {
    int64_t first;
    int64_t last;
    int column;
};

struct workbook {
    const void *bytes;
    size_t size;
    size_t inflated; /* so far, all parts together */
    struct arena *arena;
    enum workbook_fault fault;
    bool days_of_1904;
    struct workbook_hidden *hidden;
    char sheet[WORKBOOK_PATH_MAX];   /* the part with the cells */
    char strings[WORKBOOK_PATH_MAX]; /* the part with the texts; "": none */
    char styles[WORKBOOK_PATH_MAX];
    const char **texts;
    size_t text_count;
    size_t text_room;
    size_t text_bytes;
    bool *dates; /* by style: its numbers are days */
    size_t style_count;
    struct workbook_merged *merged; /* of the sheet, by their first rows */
    size_t merged_count;
    size_t merged_room;
};

/* The handlers of a part; data is theirs. Names are without their prefix. */
struct workbook_part {
    struct workbook *book;
    void (*start)(void *data, const char *name, const char **attributes);
    void (*end)(void *data, const char *name);
    void (*text)(void *data, const char *text, int n);
    void *data;
    XML_Parser parser;
    int depth;
};

/* Stops the reading of whatever part, with the first fault. */
void workbook_stop(struct workbook *book, enum workbook_fault fault);
/* Reads one part of the archive; optional: it may be missing. */
void workbook_read_part(struct workbook *book, const char *path, bool optional,
                        struct workbook_part *part);
/* The value of an attribute, or NULL. */
const char *workbook_attribute(const char **attributes, const char *name);
/* Whether it is there and says yes. */
bool workbook_says(const char **attributes, const char *name);

/* workbook_parts.c: where the sheet is, its texts, its styles. */
void workbook_find_sheet(struct workbook *book, const char *name);
void workbook_read_texts(struct workbook *book);
void workbook_read_styles(struct workbook *book);
/* workbook_merged.c: what of the sheet is merged over rows; "BC12" is row 12, column 54 from 0. */
void workbook_read_merged(struct workbook *book);
bool workbook_place(const char *text, int *column, int64_t *row);
/* workbook_cells.c */
void workbook_write_cells(struct workbook *book, FILE *csv);

#endif
