/*
 * A table of a file that an official has: CSV in whatever encoding, or a sheet of a workbook, read
 * by rows the same way.
 */
#ifndef LIANCHA_SYS_TABLE_H
#define LIANCHA_SYS_TABLE_H

#include "sys/csv.h"
#include "sys/workbook.h"

struct table {
    FILE *in;
    enum csv_encoding encoding;
    const char *form;               /* "UTF-8", "GB18030", "UTF-16" or "XLSX" */
    FILE *converted;                /* of a workbook: the sheet as CSV */
    struct workbook_hidden *hidden; /* of a workbook; else NULL */
};

/*
 * Looks at a stream that can be read twice; it stays the caller's. The encoding is that of CSV, and
 * sheet the name of a workbook's sheet, or NULL for the first that is not hidden. RC_MALFORMED when
 * it is neither, RC_INVALID for a sheet that is not there, RC_TOO_LARGE beyond the caps.
 */
enum rc table_open(FILE *in, enum csv_encoding encoding, const char *sheet, struct table *out,
                   struct err *err) RC_CHECKED;
/* As csv_read_as. */
enum rc table_read(const struct table *t, csv_row_fn *fn, void *data, struct err *err) RC_CHECKED;
void table_close(struct table *t);

#endif
