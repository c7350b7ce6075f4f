/* Authenticated encryption of small values at rest (libsodium secretbox, XSalsa20-Poly1305). */
#ifndef LIANCHA_SYS_SEAL_H
#define LIANCHA_SYS_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { SEAL_KEY_SIZE = 32 };

/* The nonce, then the sealed bytes; *sealed_size = n + 40. */
uint8_t *seal_close(struct arena *a, const uint8_t key[SEAL_KEY_SIZE], const void *bytes, size_t n,
                    size_t *sealed_size);
/* NULL when the bytes were not sealed with this key; otherwise NUL-terminated, *n bytes. */
char *seal_open(struct arena *a, const uint8_t key[SEAL_KEY_SIZE], const uint8_t *sealed,
                size_t sealed_size, size_t *n);
/* Compares without leaking by time where they differ. */
bool seal_equal(const void *a, const void *b, size_t n);

#endif
