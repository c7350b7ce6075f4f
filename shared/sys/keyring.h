/*
 * The keys of one purpose: the first makes, each of them is accepted. A file has one a line, 64
 * lowercase hexadecimal digits; one that is marked " next" is accepted already, and makes nothing
 * yet (lianchactl key rotate). One marked " until 2026-12-02T00:00:00.000Z" was retired: what says
 * when it was made is not accepted with it behind that instant.
 */
#ifndef LIANCHA_SYS_KEYRING_H
#define LIANCHA_SYS_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/seal.h"

enum { KEYRING_MAX = 32, KEYRING_LINE = 2 * SEAL_KEY_SIZE + 32 };
#define KEYRING_NEXT " next"
#define KEYRING_UNTIL " until "

struct keyring {
    uint8_t key[KEYRING_MAX][SEAL_KEY_SIZE];
    int64_t until[KEYRING_MAX]; /* INT64_MAX: not retired */
    size_t n;
    bool next; /* the last one makes nothing yet */
};

/* Parts the text in place. False when it is no such file. */
bool keyring_parse(char *text, struct keyring *out);

#endif
