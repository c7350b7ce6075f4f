/* Verification of RSA signatures (PKCS#1 v1.5, SHA-256) by OpenSSL; no private key here. */
#ifndef LIANCHA_BASE_RSA_H
#define LIANCHA_BASE_RSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define RSA_BITS_MIN 2048
#define RSA_SIGNATURE_MAX 1024 /* bytes: 8192 bits */

/* The public key, as PEM, of a certificate or a public key in PEM; NULL when it is neither, or no
   RSA key of at least RSA_BITS_MIN bits. */
char *rsa_public_key(struct arena *a, const char *pem);
/* Whether the key's owner signed these bytes; key: as rsa_public_key gives it. */
bool rsa_verify(const char *key, const void *bytes, size_t n, const uint8_t *signature,
                size_t signature_size);

#endif
