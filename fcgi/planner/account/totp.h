/* The digits of an authenticator, where somebody signs in. */
#ifndef LIANCHA_PLANNER_TOTP_H
#define LIANCHA_PLANNER_TOTP_H

#include "planner/account/account.h"
#include "domain/account/password.h"

/* Whether these are the digits of the account's authenticator, good once: *step. */
bool planner_totp_matches(const struct web_ctx *c, const struct account *account,
                          const char *digits, int64_t *step);

#endif
