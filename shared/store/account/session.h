/*
 * Sessions of the office: a token's SHA-256, an end at the latest, and one that each use moves on.
 */
#ifndef LIANCHA_STORE_SESSION_H
#define LIANCHA_STORE_SESSION_H

#include <stdint.h>

#include "base/digest.h"
#include "base/rc.h"
#include "store/account/account.h"
#include "sys/db.h"

struct session_rules {
    int64_t idle_ms;
    int64_t session_ms; /* at the latest */
    int64_t max;        /* of one account */
};

/* Ends those of the account that were used least recently, above the rules' number. */
enum rc session_create(struct db *db, const uint8_t hash[DIGEST_SIZE], int64_t account_id,
                       int64_t now, const struct session_rules *rules,
                       const char *remote) RC_CHECKED;
/*
 * RC_UNAUTHENTICATED when there is no session of that hash, or it ended, or the account is not
 * active. One read by primary keys, and outside of a transaction: about once a minute it moves the
 * session's end on, which idle_ms 0 leaves where it is.
 */
enum rc session_actor(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE], int64_t now,
                      int64_t idle_ms, struct actor *out) RC_CHECKED;
enum rc session_delete(struct db *db, const uint8_t hash[DIGEST_SIZE]) RC_CHECKED;
/* All of an account but that of the hash; NULL: all. */
enum rc session_end_all(struct db *db, int64_t account_id, const uint8_t *but) RC_CHECKED;

#endif
