/*
 * What the shared feeds tell the phones of the reference data: the dictionary's the result codes
 * with their names and classes and the names of the specialties, each department's its own code,
 * name and region. Written when reference data is loaded, never by a push.
 */
#ifndef LIANCHA_STORE_DICTIONARY_H
#define LIANCHA_STORE_DICTIONARY_H

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

/* Puts what is new into the feeds; the last step of a transaction, as feed_write. */
enum rc dictionary_publish(struct db *db, struct arena *a) RC_CHECKED;

#endif
