#include "token.h"

#include <string.h>

#include "base/text.h"
#include "sys/random.h"

enum { NUMBER = 8, REFRESH = 2 * NUMBER + DIGEST_SIZE };

static void put_number(uint8_t out[NUMBER], int64_t value)
{
    uint64_t v = (uint64_t)value;
    for (size_t i = NUMBER; i-- > 0; v >>= 8)
        out[i] = (uint8_t)v;
}

/* A negative number is none that was ever put. */
static int64_t get_number(const uint8_t in[NUMBER])
{
    uint64_t v = 0;
    for (size_t i = 0; i < NUMBER; i++)
        v = v << 8 | in[i];
    return v > INT64_MAX ? -1 : (int64_t)v;
}

/* The key serves other ends too: the label keeps them apart. */
static void derive(const uint8_t key[SEAL_KEY_SIZE], const char *label,
                   const uint8_t salt[DEVICE_SALT], int64_t generation, uint8_t out[DIGEST_SIZE])
{
    uint8_t derived[DIGEST_SIZE];
    uint8_t input[DEVICE_SALT + NUMBER];
    hmac_sha256(key, SEAL_KEY_SIZE, label, strlen(label), derived);
    memcpy(input, salt, DEVICE_SALT);
    put_number(input + DEVICE_SALT, generation);
    hmac_sha256(derived, sizeof derived, input, sizeof input, out);
}

void token_make(struct arena *a, const uint8_t key[SEAL_KEY_SIZE], const uint8_t salt[DEVICE_SALT],
                int64_t device_id, int64_t generation, struct token_pair *out)
{
    uint8_t access[DIGEST_SIZE];
    uint8_t refresh[REFRESH];
    derive(key, "liancha access token", salt, generation, access);
    put_number(refresh, device_id);
    put_number(refresh + NUMBER, generation);
    derive(key, "liancha refresh token", salt, generation, refresh + 2 * NUMBER);
    out->access = base64url_encode(a, access, sizeof access);
    out->refresh = base64url_encode(a, refresh, sizeof refresh);
    token_hash(out->access, out->access_hash);
}

bool token_read(const char *refresh, struct token_refresh *out)
{
    uint8_t raw[REFRESH];
    if (base64url_decode(raw, sizeof raw, refresh) != REFRESH)
        return false;
    out->device_id = get_number(raw);
    out->generation = get_number(raw + NUMBER);
    memcpy(out->authenticator, raw + 2 * NUMBER, DIGEST_SIZE);
    return out->device_id > 0 && out->generation > 0;
}

bool token_genuine(const struct token_refresh *t, const uint8_t key[SEAL_KEY_SIZE],
                   const uint8_t salt[DEVICE_SALT])
{
    uint8_t expected[DIGEST_SIZE];
    derive(key, "liancha refresh token", salt, t->generation, expected);
    return seal_equal(expected, t->authenticator, sizeof expected);
}

bool token_key_read(const char *text, uint8_t key[ECDSA_KEY_SIZE])
{
    return base64url_decode(key, ECDSA_KEY_SIZE, text) == ECDSA_KEY_SIZE && ecdsa_key_valid(key);
}

bool token_signature_read(const char *text, uint8_t signature[ECDSA_SIGNATURE_SIZE])
{
    return base64url_decode(signature, ECDSA_SIGNATURE_SIZE, text) == ECDSA_SIGNATURE_SIZE;
}

bool token_proven(struct arena *a, const char *purpose, const char *secret,
                  const uint8_t key[ECDSA_KEY_SIZE], const uint8_t signature[ECDSA_SIGNATURE_SIZE])
{
    char hash[DIGEST_HEX];
    digest_hex(DIGEST_SHA256, secret, strlen(secret), hash);
    const char *text = arena_printf(a, "liancha device %s\n%s\n%s\n", purpose, hash,
                                    base64url_encode(a, key, ECDSA_KEY_SIZE));
    return ecdsa_verify(key, text, strlen(text), signature);
}
