#include "domain/account/sign_in.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool sign_in_fail(struct sign_in *s, const struct sign_in_rules *rules, int64_t now)
{
    int64_t quiet_since = s->locked_until > s->last_at ? s->locked_until : s->last_at;
    if (now - quiet_since > SIGN_IN_FORGET_MS)
        *s = (struct sign_in){ .failures = 0 };
    s->last_at = now;
    if (++s->failures < rules->max_failures)
        return false;
    int64_t lock = rules->lock_ms;
    for (int64_t i = 0; i < s->locks && lock < SIGN_IN_LOCK_MAX_MS; i++)
        lock *= 2;
    s->locked_until = now + (lock < SIGN_IN_LOCK_MAX_MS ? lock : SIGN_IN_LOCK_MAX_MS);
    s->locks++;
    s->failures = 0;
    return true;
}

void sign_in_source(const char *remote, char out[SIGN_IN_SOURCE])
{
    struct in6_addr six;
    if (inet_pton(AF_INET6, remote, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six)) {
        memset(six.s6_addr + 8, 0, 8);
        if (inet_ntop(AF_INET6, &six, out, SIGN_IN_SOURCE))
            return;
    }
    (void)snprintf(out, SIGN_IN_SOURCE, "%s", remote);
}
