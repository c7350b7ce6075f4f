/*
 * The epoch of the sync: what a restore of the database from a backup ends.
 *
 * Versions that the server gave out behind the backup are on phones still. Were they given out once
 * more, for other values, an edit that was made on a lost version would pass for one that has seen
 * the new value. So a new epoch begins above every version that any phone can know.
 */
#ifndef LIANCHA_STORE_EPOCH_H
#define LIANCHA_STORE_EPOCH_H

#include "base/rc.h"
#include "sys/db.h"

enum { EPOCH_TEXT = 37 }; /* a UUID and its NUL */

/* Above the edits of one record in one epoch by far; four thousand restores fit in a column. */
enum { EPOCH_VERSIONS = 1 << 20 };

enum rc epoch_read(struct db *db, char out[EPOCH_TEXT]) RC_CHECKED;
/* Within a transaction, while nobody writes. The fields of the records keep their own versions. */
enum rc epoch_renew(struct db *db) RC_CHECKED;

#endif
