/* What every unit test includes first: cmocka with what it needs, an arena, repeatable chance. */
#ifndef LIANCHA_TESTS_UNIT_H
#define LIANCHA_TESTS_UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Built with AddressSanitizer. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* Setup and teardown: *state is a fresh arena of 512 MiB. */
static inline int unit_arena(void **state)
{
    *state = arena_new((size_t)512 << 20);
    return 0;
}

static inline int unit_free(void **state)
{
    arena_free(*state);
    return 0;
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, unit_arena, unit_free)

/* SplitMix64: the same numbers in every run. */
static inline uint64_t unit_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static inline size_t unit_below(uint64_t *state, size_t limit)
{
    return (size_t)(unit_random(state) % limit);
}

#endif
