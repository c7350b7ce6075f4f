/*
 * The lines of a snapshot to be, millions of them, which come in any order and are taken in that of
 * the snapshot. They lie in memory once: runs are sorted as they fill, and merged as they are
 * taken.
 */
#ifndef LIANCHA_DOMAIN_SNAPSHOT_SORT_H
#define LIANCHA_DOMAIN_SNAPSHOT_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { SNAPSHOT_CODE = 18 };

/* A line to be, 32 bytes: what the weight follows from. Lines go by code, then stratum. */
struct snapshot_row {
    char code[SNAPSHOT_CODE]; /* padded with NULs */
    uint16_t stratum;         /* a number in the order of the strata's names */
    uint16_t complaints;
    uint16_t checks;
    uint8_t credit;
    uint8_t marks; /* the caller's */
    int32_t clean_on;
};

struct snapshot_sort;

struct snapshot_sort *snapshot_sort(struct arena *a);
/* A line to be filled before the next call. */
struct snapshot_row *snapshot_sort_add(struct snapshot_sort *sort);
size_t snapshot_sort_count(const struct snapshot_sort *sort);
/* The next line in order, NULL behind the last. Nothing is added any more. */
const struct snapshot_row *snapshot_sort_take(struct snapshot_sort *sort);

#endif
