/* Randomness of the system's generator (libsodium). */
#ifndef LIANCHA_SYS_RANDOM_H
#define LIANCHA_SYS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"

void random_bytes(void *out, size_t n);
/* Uniform in 0 … below - 1. */
uint32_t random_below(uint32_t below);

/* A fresh opaque token of 256 bits as base64url, and the SHA-256 under which it is stored. */
char *random_token(struct arena *a, uint8_t hash[DIGEST_SIZE]);
/* The hash under which a token that was presented is looked up. */
void token_hash(const char *token, uint8_t hash[DIGEST_SIZE]);

#endif
