#include "base/rsa.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static BIO *reader(const char *pem)
{
    size_t n = strlen(pem);
    return n <= INT_MAX ? BIO_new_mem_buf(pem, (int)n) : NULL;
}

/* NULL when it is no RSA key, or a short one. */
static EVP_PKEY *fit(EVP_PKEY *key)
{
    if (key && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= RSA_BITS_MIN)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

static EVP_PKEY *load(const char *pem)
{
    BIO *in = reader(pem);
    EVP_PKEY *key = in ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;
    BIO_free(in);
    return fit(key);
}

static EVP_PKEY *load_certificate(const char *pem)
{
    BIO *in = reader(pem);
    X509 *certificate = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
    EVP_PKEY *key = certificate ? X509_get_pubkey(certificate) : NULL;
    X509_free(certificate);
    BIO_free(in);
    return fit(key);
}

char *rsa_public_key(struct arena *a, const char *pem)
{
    char *out = NULL;
    char *text;
    EVP_PKEY *key = load(pem);
    if (!key)
        key = load_certificate(pem);
    BIO *sink = BIO_new(BIO_s_mem());
    if (key && sink && PEM_write_bio_PUBKEY(sink, key) == 1) {
        long n = BIO_get_mem_data(sink, &text);
        out = arena_slice(a, text, (size_t)n);
    }
    BIO_free(sink);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return out;
}

bool rsa_verify(const char *key, const void *bytes, size_t n, const uint8_t *signature,
                size_t signature_size)
{
    EVP_PKEY *pkey = load(key);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = pkey && ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1 &&
                EVP_DigestVerify(ctx, signature, signature_size, bytes, n) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return good;
}
