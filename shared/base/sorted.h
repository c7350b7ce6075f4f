/* Search in rows that ascend by what is compared. */
#ifndef LIANCHA_BASE_SORTED_H
#define LIANCHA_BASE_SORTED_H

#include <stddef.h>

/* bsearch, but rows may be NULL when there are none, which of bsearch is undefined. */
void *sorted_find(const void *key, const void *rows, size_t n, size_t size,
                  int (*compare)(const void *key, const void *row));

#endif
