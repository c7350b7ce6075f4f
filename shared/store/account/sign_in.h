/* Failures of addresses at logins, whether such a login exists or not. */
#ifndef LIANCHA_STORE_SIGN_IN_H
#define LIANCHA_STORE_SIGN_IN_H

#include "base/rc.h"
#include "domain/account/sign_in.h"
#include "store/account/account.h"
#include "sys/db.h"

/* login: ASCII. Zeros where nothing is on record. */
enum rc sign_in_read(struct db *db, const char *login, const char *source,
                     struct sign_in *out) RC_CHECKED;
/* Counts one more, also at the account if there is one; *locks tells that it locks the address. */
enum rc sign_in_failed(struct db *db, const char *login, const char *source,
                       const struct account *account, const struct sign_in_rules *rules,
                       int64_t now, struct sign_in *out, bool *locks) RC_CHECKED;
/* Forgets the failures of that address, and the account's. */
enum rc sign_in_succeeded(struct db *db, const struct account *account, const char *source,
                          const char *remote, int64_t now) RC_CHECKED;

#endif
