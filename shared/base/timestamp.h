/* Trusted timestamps (RFC 3161, over SHA-256) by OpenSSL: the request, and what an authority
   replied to it. */
#ifndef LIANCHA_BASE_TIMESTAMP_H
#define LIANCHA_BASE_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"

#define TIMESTAMP_REPLY_MAX 65536 /* bytes: a token with a chain of certificates */

/* The query for these bytes, DER, with a nonce of the caller and the wish for the certificate. */
enum rc timestamp_query(struct arena *a, const void *bytes, size_t n, uint64_t nonce,
                        const char **query, size_t *size) RC_CHECKED;

/* What a reply must be. */
struct timestamp_wanted {
    const void *bytes;
    size_t n;
    const uint64_t *nonce;   /* NULL: any */
    const char *authorities; /* PEM; NULL: whoever signed it, which proves nothing */
};

/*
 * When the authority says that it had the bytes: *at. RC_MALFORMED when the reply is none, and
 * RC_INVALID when it was refused, is of other bytes or another query, or not signed by a
 * certificate for timestamps of these authorities that was valid then.
 */
enum rc timestamp_read(const void *reply, size_t size, const struct timestamp_wanted *wanted,
                       int64_t *at, struct err *err) RC_CHECKED;

#endif
