/* Natural persons among the subjects: the codes under which they stand for their numbers, which are
   kept nowhere. */
#ifndef LIANCHA_STORE_PERSON_H
#define LIANCHA_STORE_PERSON_H

#include <stddef.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/keyring.h"

/* In place of an identity number its code; one that is new gets a code that nobody can guess.
   Within the caller's transaction. */
enum rc person_hide(struct db *db, struct arena *a, const struct keyring *keys,
                    const char **number) RC_CHECKED;
/* The same of who is known; RC_NOT_FOUND for another, or for what is no number. */
enum rc person_code(struct db *db, struct arena *a, const struct keyring *keys, const char *number,
                    const char **code) RC_CHECKED;

#endif
