/*
 * A beacon's pulse: one round's value, signed.
 *
 *   liancha-pulse/1<TAB>BEACON
 *   round<TAB>N
 *   time<TAB>RFC 3339 in UTC with milliseconds
 *   previous<TAB>value of the round before
 *   value<TAB>64 lowercase hex characters
 *   signature<TAB>lowercase hex, RSA PKCS#1 v1.5 with SHA-256, of all bytes before this line
 */
#ifndef LIANCHA_DOMAIN_DRAW_PULSE_H
#define LIANCHA_DOMAIN_DRAW_PULSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/draw/value.h"

#define PULSE_MAX 4096 /* bytes */

struct pulse {
    const char *beacon;
    const char *round;
    int64_t at;
    const char *previous;
    const char *value;
};

/* RC_MALFORMED unless it is a pulse, signed with the key (PEM, a public key). Texts in the
   arena. */
enum rc pulse_read(struct arena *a, const char *bytes, size_t size, const char *key,
                   struct pulse *out, struct err *err) RC_CHECKED;
/* RC_INVALID unless the pulse is the one that was announced. */
enum rc pulse_check(const struct pulse *pulse, const struct value_source *source,
                    struct err *err) RC_CHECKED;

#endif
