/*
 * Whether the times of a check can be true. Clocks of phones stand wrong, by minutes or by decades:
 * what they say is kept as it was recorded, and a reviewer decides on which day the check was.
 */
#ifndef LIANCHA_DOMAIN_TIMES_H
#define LIANCHA_DOMAIN_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Instants. The first two are the server's, 0: not known; the last two count where they are
   recorded. */
struct times {
    int64_t dispatched_at;
    int64_t signed_at;
    bool arrived;
    bool left;
    int64_t arrived_at;
    int64_t left_at;
};

enum {
    TIMES_FUTURE = 1, /* later than they were handed over, by more than clocks may be off */
    TIMES_BEFORE_DISPATCH = 2, /* on a day before that of the dispatch, and by more than hours */
    TIMES_LEFT_FIRST = 4       /* left before arrived */
};

/* The faults. */
unsigned times_faults(const struct times *t);
/* Their names in the API, in order; NULL behind the last: at most three of them. */
size_t times_names(unsigned faults, const char *names[3]);
/* What a person is told of them. */
const char *times_text(struct arena *a, unsigned faults);

#endif
