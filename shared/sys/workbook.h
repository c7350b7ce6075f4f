/*
 * A sheet of a workbook (XLSX: XML in a ZIP archive), as CSV.
 *
 * Such a file comes from anywhere, so it is read by a child process that can open nothing, in
 * bounded memory and time; what it wrote is CSV that the parent reads like any other. Dates are
 * those of a cell's style, numbers have the 15 digits that a spreadsheet keeps, and longer integers
 * are in scientific notation, since their end is lost. Rows stand at their own numbers.
 */
#ifndef LIANCHA_SYS_WORKBOOK_H
#define LIANCHA_SYS_WORKBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/rc.h"
#include "sys/csv.h"

#define WORKBOOK_NO_RESULT "#FORMULA!" /* a cell whose formula's result nobody stored */

enum { WORKBOOK_ROWS_MAX = 1048576 }; /* of a sheet, as the format has it */

/* What of the sheet the workbook does not show; it is read like the rest. Bytes, as the child that
   writes them is trusted no more than the file. */
struct workbook_hidden {
    unsigned char sheet;
    unsigned char columns[CSV_COLUMNS_MAX];
    unsigned char rows[WORKBOOK_ROWS_MAX + 1]; /* from 1 */
};

enum workbook_fault {
    WORKBOOK_OK,
    WORKBOOK_BROKEN,   /* not such an archive, or not such XML in it */
    WORKBOOK_LARGE,    /* beyond a cap */
    WORKBOOK_NO_SHEET, /* none of that name, or none that is not hidden */
    WORKBOOK_FULL      /* the CSV could not be written */
};

/* Whether a stream begins like a ZIP archive, or like what spreadsheets wrote before 2007 and still
   write for encrypted workbooks; then it is at its beginning again. */
bool workbook_is(FILE *in);
bool workbook_is_old(FILE *in);

/*
 * The sheet of that name, or the first that is not hidden, as UTF-8 CSV by commas with all fields
 * quoted: a new file at its beginning, for the caller to close. hidden is the caller's too, for
 * workbook_hidden_free. RC_MALFORMED, RC_TOO_LARGE, or RC_INVALID where there is no such sheet.
 */
enum rc workbook_csv(FILE *in, const char *sheet, FILE **csv, struct workbook_hidden **hidden,
                     struct err *err) RC_CHECKED;
void workbook_hidden_free(struct workbook_hidden *hidden); /* may be NULL */

/* The same in this process, of the file's bytes; what the child does. */
enum workbook_fault workbook_convert(const void *bytes, size_t n, const char *sheet, FILE *csv,
                                     struct workbook_hidden *hidden);

/*
 * Whether each sheet of a workbook of our own making ends as a sheet does. libxlsxwriter does not
 * look whether its temporary files took what it wrote: where the disk was full, it makes a good
 * archive of sheets that break off.
 */
bool workbook_whole(const char *path);

#endif
