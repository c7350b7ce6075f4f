/* The form of a file of counters. It is read on the machine that wrote it, while it is written. */
#ifndef LIANCHA_SYS_COUNTERS_INTERNAL_H
#define LIANCHA_SYS_COUNTERS_INTERNAL_H

#include <stddef.h>

#include "sys/counters.h"

#define COUNTERS_MAGIC "liancha-counts/2" /* 16 bytes; another form has another number */

struct counters_file {
    char magic[16];
    uint64_t n;
    uint64_t starts;
    uint64_t reruns;
    struct counters_row rows[];
};

static inline size_t counters_size(size_t n)
{
    return sizeof(struct counters_file) + n * sizeof(struct counters_row);
}

#endif
