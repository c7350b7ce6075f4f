/*
 * When failures lock an address out of an account (GB/T 22239-2019 8.1.4.1: 登录失败处理). An
 * address locks itself out, never the account: whoever owns it signs in from elsewhere meanwhile.
 */
#ifndef LIANCHA_DOMAIN_SIGN_IN_H
#define LIANCHA_DOMAIN_SIGN_IN_H

#include <stdbool.h>
#include <stdint.h>

#define SIGN_IN_LOCK_MAX_MS (INT64_C(24) * 3600 * 1000)
/* A pair of address and account without a failure for so long is forgotten. */
#define SIGN_IN_FORGET_MS (INT64_C(24) * 3600 * 1000)
enum { SIGN_IN_SOURCE = 46 }; /* bytes of an address's text, with its NUL */

/* What one address did to one account since it last signed in from there. */
struct sign_in {
    int64_t failures; /* since the last lock began */
    int64_t locks;
    int64_t locked_until; /* instant; 0: never */
    int64_t last_at;      /* instant of the last failure; 0: none */
};

struct sign_in_rules {
    int64_t max_failures;
    int64_t lock_ms; /* the first lock; each next one takes twice as long */
};

/* Counts a failure at now, when no lock holds. True when it locks: then failures counts from
   nothing again. */
bool sign_in_fail(struct sign_in *s, const struct sign_in_rules *rules, int64_t now);
/* Whose failures count together: an IPv4 address, or the /64 that an IPv6 address is one of. */
void sign_in_source(const char *remote, char out[SIGN_IN_SOURCE]);

#endif
