/*
 * The tokens of a device, and what its key signs.
 *
 * A device's tokens come in generations. Those of one follow from a secret of the server, a salt
 * that the device got at its enrolment, and the generation's number: who asks again because a reply
 * was lost gets the same ones, also of another worker or after a crash, and nothing is kept for
 * that. Neither the database nor the key file alone gives a token.
 *
 * access token: 32 bytes; stored as SHA-256, by which a request's device is found.
 * refresh token: device id (8 bytes, big-endian) ‖ generation (8) ‖ authenticator (32).
 */
#ifndef LIANCHA_MOBILE_TOKEN_H
#define LIANCHA_MOBILE_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/ecdsa.h"
#include "store/field/device.h"
#include "sys/seal.h"

struct token_pair {
    const char *access; /* base64url, as the device gets it */
    const char *refresh;
    uint8_t access_hash[DIGEST_SIZE];
};

void token_make(struct arena *a, const uint8_t key[SEAL_KEY_SIZE], const uint8_t salt[DEVICE_SALT],
                int64_t device_id, int64_t generation, struct token_pair *out);

struct token_refresh {
    int64_t device_id;
    int64_t generation;
    uint8_t authenticator[DIGEST_SIZE];
};

/* Takes a refresh token apart; false when it has not the form of one. */
bool token_read(const char *refresh, struct token_refresh *out);
/* Whether this server issued it, for the device with that salt. */
bool token_genuine(const struct token_refresh *t, const uint8_t key[SEAL_KEY_SIZE],
                   const uint8_t salt[DEVICE_SALT]);

/* base64url of ECDSA_KEY_SIZE bytes that are a point of the curve. */
bool token_key_read(const char *text, uint8_t key[ECDSA_KEY_SIZE]);
/* base64url of ECDSA_SIGNATURE_SIZE bytes. */
bool token_signature_read(const char *text, uint8_t signature[ECDSA_SIGNATURE_SIZE]);

/*
 * Proof that the sender holds the device's private key: its signature over
 *
 *   "liancha device " purpose LF, hex(SHA-256(secret)) LF, base64url(public key) LF
 *
 * where purpose is "enrolment" with the code as secret, or "renewal" with the refresh token. Code
 * and token are good for one step only, and so is the signature.
 */
bool token_proven(struct arena *a, const char *purpose, const char *secret,
                  const uint8_t key[ECDSA_KEY_SIZE], const uint8_t signature[ECDSA_SIGNATURE_SIZE]);

#endif
