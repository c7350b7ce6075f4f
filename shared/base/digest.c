#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

struct digest {
    EVP_MD_CTX *ctx;
    const EVP_MD *md;
};

/* These calls fail only when memory runs out or OpenSSL lacks the algorithm: both end the process. */
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
    must(EVP_Digest(bytes, n, out, NULL, algorithm(kind), NULL));
}

void digest_hex(enum digest_kind kind, const void *bytes, size_t n, char out[DIGEST_HEX])
{
    uint8_t raw[DIGEST_SIZE];
    digest_bytes(kind, bytes, n, raw);
    hex_encode(out, raw, sizeof raw);
}

void hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t n,
                 uint8_t out[DIGEST_SIZE])
{
    must(HMAC(EVP_sha256(), key, (int)key_size, bytes, n, out, NULL) != NULL);
}

void sha1_bytes(const void *bytes, size_t n, uint8_t out[SHA1_SIZE])
{
    must(EVP_Digest(bytes, n, out, NULL, EVP_sha1(), NULL));
}
