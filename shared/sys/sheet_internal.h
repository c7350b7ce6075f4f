/* What the two forms of a table share; nobody else includes this. */
#ifndef LIANCHA_SYS_SHEET_INTERNAL_H
#define LIANCHA_SYS_SHEET_INTERNAL_H

#include "sys/sheet.h"

struct sheet_form {
    const char *media_type;
    void *(*open)(struct arena *a, const char *title, const struct row_set *rows);
    enum rc (*row)(void *self, struct arena *a, const void *row);
    enum rc (*close)(void *self, const struct sheet_note *notes, size_t n, FILE **out);
    void (*drop)(void *self);
};

extern const struct sheet_form sheet_csv;
extern const struct sheet_form sheet_xlsx;

/* What people read in the place of a value: labels, 是/否, times of UTC+8; NULL for null. */
const char *sheet_text(const struct row_col *c, const void *row, struct arena *a);

#endif
