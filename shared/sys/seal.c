#include "sys/seal.h"

#include <sodium.h>

#include "sys/random.h"

enum { OVERHEAD = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES };

uint8_t *seal_close(struct arena *a, const uint8_t key[SEAL_KEY_SIZE], const void *bytes, size_t n,
                    size_t *sealed_size)
{
    *sealed_size = n + OVERHEAD;
    uint8_t *out = arena_alloc(a, *sealed_size);
    random_bytes(out, crypto_secretbox_NONCEBYTES);
    (void)crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, bytes, n, out, key);
    return out;
}

char *seal_open(struct arena *a, const uint8_t key[SEAL_KEY_SIZE], const uint8_t *sealed,
                size_t sealed_size, size_t *n)
{
    if (sealed_size < OVERHEAD)
        return NULL;
    *n = sealed_size - OVERHEAD;
    char *out = arena_alloc(a, *n + 1);
    if (crypto_secretbox_open_easy((unsigned char *)out, sealed + crypto_secretbox_NONCEBYTES,
                                   sealed_size - crypto_secretbox_NONCEBYTES, sealed, key) != 0)
        return NULL;
    return out;
}

bool seal_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}
