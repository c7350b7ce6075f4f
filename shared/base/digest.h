/* SHA-256 (FIPS 180-4), SM3 (GB/T 32905), HMAC with either, and SHA-1 over OpenSSL; pure
   computation, no I/O. */
#ifndef LIANCHA_BASE_DIGEST_H
#define LIANCHA_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32 /* bytes, of both algorithms */
#define DIGEST_HEX 65  /* its lowercase hex and a NUL */

enum digest_kind { DIGEST_SHA256, DIGEST_SM3 };

struct digest; /* a running computation */

struct digest *digest_new(enum digest_kind kind);
void digest_update(struct digest *d, const void *bytes, size_t n);
/* Writes the result; the computation starts anew. */
void digest_final(struct digest *d, uint8_t out[DIGEST_SIZE]);
void digest_free(struct digest *d);

/* One call each. */
void digest_bytes(enum digest_kind kind, const void *bytes, size_t n, uint8_t out[DIGEST_SIZE]);
void digest_hex(enum digest_kind kind, const void *bytes, size_t n, char out[DIGEST_HEX]);
void hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t n,
                 uint8_t out[DIGEST_SIZE]);

/* The same with either digest, for who is in no hurry. */
void hmac_bytes(enum digest_kind kind, const void *key, size_t key_size, const void *bytes,
                size_t n, uint8_t out[DIGEST_SIZE]);

/* Against damage on the way only: tus 1.0 asks each server for SHA-1. Nothing may rest on it. */
#define SHA1_SIZE 20
void sha1_bytes(const void *bytes, size_t n, uint8_t out[SHA1_SIZE]);
/* As authenticators compute it (RFC 6238). */
void hmac_sha1(const void *key, size_t key_size, const void *bytes, size_t n,
               uint8_t out[SHA1_SIZE]);

#endif
