/*
 * CSV (RFC 4180) through libcsv, strict about quotes: UTF-8, GB18030 (whose later bytes are never a
 * comma, a quote or a line's end) or UTF-16, with or without a mark. Fields are handed on as UTF-8.
 */
#ifndef LIANCHA_SYS_CSV_H
#define LIANCHA_SYS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/rc.h"

enum { CSV_COLUMNS_MAX = 64, CSV_FIELD_MAX = 4096 };

enum csv_encoding {
    CSV_DETECT,
    CSV_UTF8,
    CSV_GB18030,
    CSV_UTF16LE,
    CSV_UTF16BE,
    CSV_PLAIN /* UTF-8 by commas and with no formulas, as a program of ours wrote it */
};

/* "UTF-8", "GB18030" or "UTF-16". */
const char *csv_encoding_name(enum csv_encoding encoding);
/* "auto", "utf-8", "gb18030", "utf-16le" or "utf-16be"; false for anything else. */
bool csv_encoding_parse(const char *text, enum csv_encoding *encoding);
/*
 * What a whole stream is: by its mark, as UTF-16 by its zeros, as UTF-8 when it is valid, else as
 * GB18030 when it is valid, else RC_MALFORMED; then the stream is at its beginning again. Text that
 * is valid as both is taken as UTF-8: a few GB18030 texts of some characters are, no directory is.
 */
enum rc csv_detect(FILE *in, enum csv_encoding *encoding, struct err *err) RC_CHECKED;

struct csv_row {
    long line; /* as a spreadsheet counts its rows: blank ones too, from 1 */
    size_t count;
    char **fields;     /* writable, live until the function returns */
    const char *fault; /* why its text cannot be used; NULL when it can */
};

/* Called for each record; a result other than RC_OK stops the reading and is passed on. */
typedef enum rc csv_row_fn(void *data, const struct csv_row *row, struct err *err);

/*
 * Reads a whole stream of officials in its encoding; rows without a field are passed over. A record
 * that is no text in it, or beyond the caps, is handed on with its fault; RC_MALFORMED with the
 * line for broken quoting, but a quote within a field that began without one is its own. Tabs are
 * the separator where there are more of them than of commas, and ="text" outside of quotes is its
 * text.
 */
enum rc csv_read_as(FILE *in, enum csv_encoding encoding, csv_row_fn *fn, void *data,
                    struct err *err) RC_CHECKED;
/* Reads the whole stream as UTF-8. RC_MALFORMED with the line for broken quoting, bad UTF-8, a
   field or row beyond the caps. */
enum rc csv_read(FILE *in, csv_row_fn *fn, void *data, struct err *err) RC_CHECKED;

/*
 * The columns of a header line: for each wanted name its position in row, or -1 for an absent name
 * of those whose bit (from the first name, 1) is set in optional. RC_INVALID names the first name
 * that is missing or unknown.
 */
enum rc csv_header(const struct csv_row *row, const char *const *names, unsigned optional,
                   int *positions, struct err *err) RC_CHECKED;

#endif
