/* What the fuzz targets share. A target is one function over one input; it must not keep state. */
#ifndef LIANCHA_TESTS_FUZZ_H
#define LIANCHA_TESTS_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rc.h"

enum { FUZZ_ARENA = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that holds for every input. */
#define FUZZ_EXPECT(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy of exactly these bytes, so that AddressSanitizer sees a read behind them. */
static inline char *fuzz_bytes(const void *data, size_t size)
{
    char *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    if (size)
        memcpy(copy, data, size);
    return copy;
}

/* The same up to the first NUL, and with it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    size_t n = strnlen((const char *)data, size);
    char *copy = malloc(n + 1);
    if (!copy)
        abort();
    memcpy(copy, data, n);
    copy[n] = '\0';
    return copy;
}

/* Whether the text has an integer that sys/json may refuse to read again: 1e16 is written in
   full. */
static inline bool fuzz_large_integer(const char *text)
{
    size_t run = 0;
    for (; *text && run < 16; text++)
        run = *text >= '0' && *text <= '9' ? run + 1 : 0;
    return run == 16;
}

#endif
