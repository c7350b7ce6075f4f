/*
 * One call on few bytes is what each request makes several of: SHA-256 and HMAC go through
 * OpenSSL's older interface, which runs the same code, where EVP looks the algorithm up and
 * allocates for ten times as long.
 */
#define OPENSSL_API_COMPAT 0x10100000L

#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct digest {
    EVP_MD_CTX *ctx;
    const EVP_MD *md;
};

/* These calls fail only when memory runs out or OpenSSL lacks the algorithm: both end the
   process. */
static void must(int ok)
{
    if (ok)
        return;
    (void)fprintf(stderr, "digest: OpenSSL refused, aborting\n");
    abort();
}

static const EVP_MD *algorithm(enum digest_kind kind)
{
    return kind == DIGEST_SM3 ? EVP_sm3() : EVP_sha256();
}

struct digest *digest_new(enum digest_kind kind)
{
    struct digest *d = calloc(1, sizeof *d);
    must(d != NULL);
    d->md = algorithm(kind);
    d->ctx = EVP_MD_CTX_new();
    must(d->ctx && EVP_DigestInit_ex(d->ctx, d->md, NULL));
    return d;
}

void digest_update(struct digest *d, const void *bytes, size_t n)
{
    must(EVP_DigestUpdate(d->ctx, bytes, n));
}

void digest_final(struct digest *d, uint8_t out[DIGEST_SIZE])
{
    must(EVP_DigestFinal_ex(d->ctx, out, NULL) && EVP_DigestInit_ex(d->ctx, d->md, NULL));
}

void digest_free(struct digest *d)
{
    if (!d)
        return;
    EVP_MD_CTX_free(d->ctx);
    free(d);
}

void digest_bytes(enum digest_kind kind, const void *bytes, size_t n, uint8_t out[DIGEST_SIZE])
{
    SHA256_CTX ctx;
    if (kind == DIGEST_SM3)
        must(EVP_Digest(bytes, n, out, NULL, EVP_sm3(), NULL));
    else
        must(SHA256_Init(&ctx) && SHA256_Update(&ctx, bytes, n) && SHA256_Final(out, &ctx));
}

void digest_hex(enum digest_kind kind, const void *bytes, size_t n, char out[DIGEST_HEX])
{
    uint8_t raw[DIGEST_SIZE];
    digest_bytes(kind, bytes, n, raw);
    hex_encode(out, raw, sizeof raw);
}

/* One half of RFC 2104: hash(key ^ filler, bytes), the key filled up to a block. */
static void keyed(const uint8_t key[SHA256_CBLOCK], uint8_t filler, const void *bytes, size_t n,
                  uint8_t out[DIGEST_SIZE])
{
    SHA256_CTX ctx;
    uint8_t block[SHA256_CBLOCK];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = key[i] ^ filler;
    must(SHA256_Init(&ctx) && SHA256_Update(&ctx, block, sizeof block) &&
         SHA256_Update(&ctx, bytes, n) && SHA256_Final(out, &ctx));
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(&ctx, sizeof ctx);
}

void hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t n,
                 uint8_t out[DIGEST_SIZE])
{
    enum { INNER = 0x36, OUTER = 0x5C };
    uint8_t filled[SHA256_CBLOCK] = { 0 };
    uint8_t inner[DIGEST_SIZE];
    if (key_size > sizeof filled)
        digest_bytes(DIGEST_SHA256, key, key_size, filled);
    else
        memcpy(filled, key, key_size);
    keyed(filled, INNER, bytes, n, inner);
    keyed(filled, OUTER, inner, sizeof inner, out);
    OPENSSL_cleanse(filled, sizeof filled);
}

void sha1_bytes(const void *bytes, size_t n, uint8_t out[SHA1_SIZE])
{
    must(EVP_Digest(bytes, n, out, NULL, EVP_sha1(), NULL));
}

void hmac_bytes(enum digest_kind kind, const void *key, size_t key_size, const void *bytes,
                size_t n, uint8_t out[DIGEST_SIZE])
{
    must(HMAC(kind == DIGEST_SM3 ? EVP_sm3() : EVP_sha256(), key, (int)key_size, bytes, n, out,
              NULL) != NULL);
}

void hmac_sha1(const void *key, size_t key_size, const void *bytes, size_t n,
               uint8_t out[SHA1_SIZE])
{
    must(HMAC(EVP_sha1(), key, (int)key_size, bytes, n, out, NULL) != NULL);
}
