#include "sys/random.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"

void random_bytes(void *out, size_t n)
{
    randombytes_buf(out, n);
}

uint32_t random_below(uint32_t below)
{
    return randombytes_uniform(below);
}

char *random_token(struct arena *a, uint8_t hash[DIGEST_SIZE])
{
    uint8_t raw[32];
    random_bytes(raw, sizeof raw);
    char *token = base64url_encode(a, raw, sizeof raw);
    sodium_memzero(raw, sizeof raw);
    token_hash(token, hash);
    return token;
}

void token_hash(const char *token, uint8_t hash[DIGEST_SIZE])
{
    digest_bytes(DIGEST_SHA256, token, strlen(token), hash);
}
