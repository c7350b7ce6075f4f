/* What was found wrong with a delivery, and what became of it: the report of a month. */
#ifndef LIANCHA_STORE_DELIVERY_DIFFERENCE_H
#define LIANCHA_STORE_DELIVERY_DIFFERENCE_H

#include <stdint.h>

#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct delivery_difference {
    int64_t id;
    int64_t publication;
    const char *subject_name; /* as it is public; NULL: it no longer is */
    const char *target;
    const char *action;
    int64_t version;
    const char *kind; /* "rejected", "missing", "receipt" */
    const char *said; /* by the platform: its reason, or its receipt; NULL: nothing */
    int32_t found_on; /* in China */
    int64_t found_at;
    int64_t ended_at;   /* 0: it stands */
    const char *ending; /* "agreed", "resent", "withdrawn" */
    const char *reason;
    const char *ender; /* name of whoever had it sent again */
};

/* Those of a department (scope: its id), by the days on which they were found. */
extern const struct list delivery_difference_list;

/* Beside the change of the outbox row, which is locked by it. */
enum rc delivery_difference_found(struct db *db, int64_t outbox_id, const char *kind,
                                  const char *said, int64_t now) RC_CHECKED;

struct delivery_ending {
    const char *ending;
    const char *reason; /* with account_id: of a person */
    int64_t account_id; /* 0: nobody */
    int64_t now;
};
/* All that stands of a message; there may be none. */
enum rc delivery_difference_end(struct db *db, int64_t outbox_id,
                                const struct delivery_ending *end) RC_CHECKED;
/* Those of messages of a version that are withdrawn. */
enum rc delivery_difference_withdraw(struct db *db, int64_t publication_id, int64_t version,
                                     int64_t now) RC_CHECKED;

#endif
