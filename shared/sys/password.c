#include "sys/password.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/random.h"

static void hash_into(char out[crypto_pwhash_STRBYTES], const char *password)
{
    if (crypto_pwhash_str_alg(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE,
                              crypto_pwhash_ALG_ARGON2ID13) == 0)
        return;
    (void)fprintf(stderr, "password: no memory for argon2id, aborting\n");
    abort();
}

char *password_hash(struct arena *a, const char *password)
{
    char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
    hash_into(out, password);
    return out;
}

bool password_matches(const char *hash, const char *password)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

const char *password_decoy(void)
{
    static char decoy[crypto_pwhash_STRBYTES];
    if (!decoy[0]) {
        char raw[33];
        random_bytes(raw, sizeof raw - 1);
        for (size_t i = 0; i < sizeof raw - 1; i++)
            raw[i] = (char)('a' + (unsigned char)raw[i] % 26);
        raw[sizeof raw - 1] = '\0';
        hash_into(decoy, raw);
    }
    return decoy;
}

char *password_random(struct arena *a)
{
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    char *out = arena_alloc(a, 21);
    for (int i = 0; i < 20; i++)
        out[i] = alphabet[random_below(sizeof alphabet - 1)];
    return out;
}
