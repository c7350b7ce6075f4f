/*
 * What is kept for a time by a rule and then forgotten, one row of the table each: how much of it
 * is due, and the statement that forgets a piece. Not here: tombstones of feeds, which phones bind
 * (store/field/feed); sessions and failed sign-ins, which go as others come.
 */
#ifndef LIANCHA_STORE_RETENTION_H
#define LIANCHA_STORE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"
#include "store/directory/rule.h"
#include "sys/db.h"

enum { RETENTION_PIECE = 500 }; /* rows of one transaction */

struct retention {
    const char *name;
    const char *title;
    enum rule_key rule; /* days */
    const struct db_stmt *due;
    const struct db_stmt *purge;
};
/* Ends with a NULL name. */
extern const struct retention retentions[];

struct retention_due {
    int64_t rows;
    int64_t oldest; /* where there is one */
};

enum rc retention_due(struct db *db, const struct retention *r, int64_t before,
                      struct retention_due *out) RC_CHECKED;
/* Within a transaction: at most a piece; *rows says how much it was. */
enum rc retention_purge(struct db *db, const struct retention *r, int64_t before,
                        int64_t *rows) RC_CHECKED;

#endif
