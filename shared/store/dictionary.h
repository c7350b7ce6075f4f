/* What the dictionary's feed tells the phones: the result codes with their names and classes. */
#ifndef LIANCHA_STORE_DICTIONARY_H
#define LIANCHA_STORE_DICTIONARY_H

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

/* Puts the present result codes into the feed unless it has just these; the last step of a
   transaction, as feed_write. */
enum rc dictionary_publish(struct db *db, struct arena *a) RC_CHECKED;

#endif
