/*
 * What a new password is compared with, and how many digests are made at once: each takes 64 MiB
 * and a processor for a tenth of a second, so that many at once would stall all other requests.
 */
#ifndef LIANCHA_STORE_PASSWORD_KEPT_H
#define LIANCHA_STORE_PASSWORD_KEPT_H

#include "base/arena.h"
#include "base/rc.h"
#include "domain/account/password.h"
#include "store/account/account.h"
#include "sys/db.h"

/* One of the places of this database server, held by this connection until it is given back or
   breaks. RC_TOO_MANY when all are taken: nobody waits for one with a worker in hand. */
enum rc password_place_take(struct db *db, int64_t places, int64_t *place,
                            struct err *err) RC_CHECKED;
void password_place_give(struct db *db, int64_t place);

/*
 * Whether the account may take this password: RC_INVALID with the reason. Verifies it against up to
 * as many digests as the rule says, so that the caller holds a place.
 */
enum rc password_accept(struct db *db, struct arena *a, const struct account *account, int32_t on,
                        const char *password, const char *pointer, struct err *err) RC_CHECKED;

#endif
