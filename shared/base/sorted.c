#include "base/sorted.h"

#include <stdlib.h>

void *sorted_find(const void *key, const void *rows, size_t n, size_t size,
                  int (*compare)(const void *key, const void *row))
{
    return n ? bsearch(key, rows, n, size, compare) : NULL;
}
