/* Passwords as argon2id strings (libsodium, interactive limits: 64 MiB, two passes). */
#ifndef LIANCHA_SYS_PASSWORD_H
#define LIANCHA_SYS_PASSWORD_H

#include <stdbool.h>

#include "base/arena.h"

/* The encoded hash, ready to store. */
char *password_hash(struct arena *a, const char *password);
/* Constant time for a given hash. */
bool password_matches(const char *hash, const char *password);
/* A hash of no password: verified when the login does not exist, so that both take as long. */
const char *password_decoy(void);
/* 20 random characters of an alphabet without look-alikes, of three classes. */
char *password_random(struct arena *a);

#endif
