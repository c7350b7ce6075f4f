/* Verification of ECDSA signatures over P-256 with SHA-256 ("ES256") by OpenSSL; no private key
   here. */
#ifndef LIANCHA_BASE_ECDSA_H
#define LIANCHA_BASE_ECDSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An uncompressed point (SEC 1, 2.3.3): 04 ‖ x ‖ y, as WebCrypto exports a public key by "raw". */
#define ECDSA_KEY_SIZE 65
/* r ‖ s, as JWS (RFC 7518, 3.4) and WebCrypto write a signature. */
#define ECDSA_SIGNATURE_SIZE 64

/* Whether the bytes are a point of the curve. */
bool ecdsa_key_valid(const uint8_t key[ECDSA_KEY_SIZE]);
/* Whether the key's owner signed these bytes; false for a key that is none. */
bool ecdsa_verify(const uint8_t key[ECDSA_KEY_SIZE], const void *bytes, size_t n,
                  const uint8_t signature[ECDSA_SIGNATURE_SIZE]);

#endif
