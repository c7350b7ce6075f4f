/* CSV (RFC 4180) through libcsv, strict about quotes; UTF-8, an initial BOM is skipped. */
#ifndef LIANCHA_SYS_CSV_H
#define LIANCHA_SYS_CSV_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/rc.h"

enum { CSV_COLUMNS_MAX = 64, CSV_FIELD_MAX = 4096 };

struct csv_row {
    long line; /* counted in records, the header line is 1 */
    size_t count;
    char **fields; /* writable, live until the function returns */
};

/* Called for each record; a result other than RC_OK stops the reading and is passed on. */
typedef enum rc csv_row_fn(void *data, const struct csv_row *row, struct err *err);

/* Reads the whole stream. RC_MALFORMED with the line for broken quoting, bad UTF-8, a field or row
   beyond the caps. */
enum rc csv_read(FILE *in, csv_row_fn *fn, void *data, struct err *err) RC_CHECKED;

/*
 * The columns of a header line: for each wanted name its position in row. RC_INVALID names the first
 * name that is missing or unknown.
 */
enum rc csv_header(const struct csv_row *row, const char *const *names, int *positions,
                   struct err *err) RC_CHECKED;

#endif
