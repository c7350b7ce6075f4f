/*
 * Due dates follow from the calendar and the rules as they are now: whoever loads those anew has
 * the dates of all that is not public yet computed again. What is published keeps its own.
 */
#ifndef LIANCHA_STORE_PUBLICATION_DUE_H
#define LIANCHA_STORE_PUBLICATION_DUE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/directory/rule.h"
#include "sys/db.h"

/* The day until which to publish, by the rules of a region. */
enum rc publication_due_on(struct db *db, struct arena *a, const char *region,
                           enum publication_kind kind, int32_t trigger_on, struct workday_due *due,
                           struct err *err) RC_CHECKED;

/* Publications of one department that had the same date for the same reason. */
struct publication_moved {
    int64_t department_id;
    const char *department; /* code */
    const char *region;
    const char *kind;
    int32_t trigger_on;
    int32_t due_on; /* as it was */
    bool provisional;
    int64_t count;
    struct workday_due now;
};

enum { PUBLICATION_MOVED_MAX = 20000 };

/* Within a transaction. *moved: those whose date or provisional mark is another now. */
enum rc publication_recompute(struct db *db, struct arena *a, struct publication_moved **moved,
                              size_t *n, struct err *err) RC_CHECKED;

#endif
