/*
 * What an operator watches: how much waits for somebody, since when, and what was done last. Each
 * figure is one statement over a range of an index, so that it costs what waits, not what there is.
 */
#ifndef LIANCHA_STORE_WATCH_H
#define LIANCHA_STORE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

enum watch_kind {
    WATCH_COUNT, /* of what waits */
    WATCH_SINCE, /* an instant: of the oldest that waits, or when it was done last */
    WATCH_UNTIL, /* an instant: when something ends */
};

enum watch_level { WATCH_OK, WATCH_WARNING, WATCH_CRITICAL };

/* warning and critical: from so many on, from so many days since, with so many days left. 0: no
   limit. */
struct watch_figure {
    const char *name;  /* as a metric, behind "liancha_" */
    const char *title; /* for people */
    const char *help;
    const char *labels[2]; /* names of what rows are told apart by; NULL: there is one row */
    enum watch_kind kind;
    int warning;
    int critical;
    bool expected; /* an instant that is not there is a warning: it was never done */
    const char *args;
    const struct db_stmt *stmt;
};

/* Ends with a NULL name. */
extern const struct watch_figure watch_figures[];
/* Of each certificate that the settings name: no row of the database, and no statement. */
extern const struct watch_figure watch_certificate;

struct watch_value {
    const char *first; /* the values of the labels that there are */
    const char *second;
    int64_t value; /* a count, or an instant in milliseconds */
    bool none;     /* there is no such instant */
};

enum { WATCH_VALUES_MAX = 200 }; /* rows of one figure */

/* When each certificate ends that the settings name and this process can read. */
enum rc watch_certificates(struct arena *a, const char *settings, struct watch_value **values,
                           size_t *n, struct err *err) RC_CHECKED;

enum rc watch_read(struct db *db, struct arena *a, const struct watch_figure *figure, int64_t now,
                   struct row_page *values) RC_CHECKED;
enum watch_level watch_level(const struct watch_figure *figure, const struct watch_value *value,
                             int64_t now);

#endif
