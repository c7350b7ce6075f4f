/*
 * Rows as a table for people, by the titles of their columns: CSV or XLSX, in constant memory.
 *
 * A value is what the row says in people's words: labels for codes, 是 and 否, instants in UTC+8, an
 * empty cell for null. Neither form lets a spreadsheet take a text for a formula or a code for a
 * number.
 */
#ifndef LIANCHA_SYS_SHEET_H
#define LIANCHA_SYS_SHEET_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/row.h"

enum sheet_kind { SHEET_CSV, SHEET_XLSX };

/* What stands beside the rows: on a sheet 说明 of XLSX, behind an empty line of CSV. */
struct sheet_note {
    const char *name;
    const char *text;
};

struct sheet;

/* title names the sheet (at most 31 characters of it), and rows' columns without a title are left
   out. The table's own memory is in a. */
enum rc sheet_open(struct arena *a, enum sheet_kind kind, const char *title,
                   const struct row_set *rows, struct sheet **out) RC_CHECKED;
enum rc sheet_row(struct sheet *s, struct arena *a, const void *row) RC_CHECKED;
/* Ends the table, whatever it returns: a file without a name, at its beginning, for the
   caller to close. RC_NO_SPACE or RC_INTERNAL where it could not be written. */
enum rc sheet_close(struct sheet *s, const struct sheet_note *notes, size_t n,
                    FILE **out) RC_CHECKED;
/* Gives the table up; NULL is allowed. */
void sheet_drop(struct sheet *s);

const char *sheet_media_type(enum sheet_kind kind);

#endif
