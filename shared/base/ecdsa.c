#include "base/ecdsa.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

enum { SCALAR = ECDSA_SIGNATURE_SIZE / 2, UNCOMPRESSED = 4 };

/* NULL when it is no point of the curve: OpenSSL checks that as it reads one. P-256 has no small
   subgroup, and the point at infinity has no uncompressed form, so that is all there is to
   check. */
static EVP_PKEY *load(const uint8_t key[ECDSA_KEY_SIZE])
{
    char group[] = "prime256v1";
    uint8_t point[ECDSA_KEY_SIZE];
    for (size_t i = 0; i < sizeof point; i++)
        point[i] = key[i];
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (key[0] != UNCOMPRESSED || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return pkey;
}

bool ecdsa_key_valid(const uint8_t key[ECDSA_KEY_SIZE])
{
    EVP_PKEY *pkey = load(key);
    EVP_PKEY_free(pkey);
    return pkey != NULL;
}

/* The signature as OpenSSL wants it, in DER; returns its size, 0 when memory runs out. */
static int to_der(const uint8_t signature[ECDSA_SIGNATURE_SIZE], unsigned char **der)
{
    int n = 0;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, SCALAR, NULL);
    BIGNUM *s = BN_bin2bn(signature + SCALAR, SCALAR, NULL);
    *der = NULL;
    if (pair && ECDSA_SIG_set0(pair, r, s) == 1) {
        n = i2d_ECDSA_SIG(pair, der);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(pair);
    return n > 0 ? n : 0;
}

bool ecdsa_verify(const uint8_t key[ECDSA_KEY_SIZE], const void *bytes, size_t n,
                  const uint8_t signature[ECDSA_SIGNATURE_SIZE])
{
    unsigned char *der;
    int der_size = to_der(signature, &der);
    EVP_PKEY *pkey = load(key);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = der_size && pkey && ctx &&
                EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1 &&
                EVP_DigestVerify(ctx, der, (size_t)der_size, bytes, n) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);
    OPENSSL_free(der);
    ERR_clear_error();
    return good;
}
