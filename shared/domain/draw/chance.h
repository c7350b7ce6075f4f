/*
 * What a weight means: the chance of being drawn.
 *
 * The draw takes the smallest scores, each the smallest of WEIGHT uniform tickets, which is
 * Efraimidis-Spirakis sampling. With t the QUOTA-th smallest score, a subject of weight w is below
 * it with the chance 1 - (1 - t)^w; t is where these chances add up to the quota. That is exact for
 * many subjects; for few it is off by less than the tests of this module allow.
 */
#ifndef LIANCHA_DOMAIN_CHANCE_H
#define LIANCHA_DOMAIN_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* Subjects of one weight in a stratum. */
struct chance {
    unsigned weight; /* 1 … 255 */
    int64_t subjects;
    double chance; /* 0 … 1 */
};

/* Fills the chances for that many drawn from all of them together. */
void chance_of(struct chance *list, size_t count, int64_t quota);

#endif
