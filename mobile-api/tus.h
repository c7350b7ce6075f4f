/* The headers of tus 1.0.0 that hold more than a number. Pure: no request, no clock. */
#ifndef LIANCHA_MOBILE_TUS_H
#define LIANCHA_MOBILE_TUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

enum { TUS_METADATA_MAX = 2048, TUS_PAIRS_MAX = 16, TUS_DATE = 30 };

enum tus_metadata {
    TUS_METADATA_OK,
    /* not pairs of a unique key and a base64 value, too many, or too long */
    TUS_METADATA_MALFORMED,
    TUS_METADATA_NO_DIGEST, /* no "sha256" that is the base64 of 64 lowercase hexadecimal digits */
};

/* Upload-Metadata, all of it; sha256 is set when it is in order. */
enum tus_metadata tus_metadata_read(const char *text, uint8_t sha256[DIGEST_SIZE]);

enum tus_checksum {
    TUS_CHECKSUM_SAME,
    TUS_CHECKSUM_DIFFERS,
    TUS_CHECKSUM_MALFORMED, /* no known algorithm, a blank and the base64 of its digest */
};

/* Compares Upload-Checksum, by one of TUS_ALGORITHMS, with the bytes. */
#define TUS_ALGORITHMS "sha1,sha256"
enum tus_checksum tus_checksum_compare(const char *text, const void *bytes, size_t n);

/* An instant as Upload-Expires has it (RFC 9110, e.g. "Wed, 25 Jun 2014 16:00:00 GMT"). */
void tus_date(char out[TUS_DATE], int64_t instant);

#endif
