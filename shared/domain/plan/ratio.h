/*
 * Quotas from a ratio (R10): of n objects that stand in a stratum and are open, n × permille / 1000
 * are checked, rounded half up, at least 1 and at most n. So a ratio above 0 leaves no stratum out
 * that holds anybody, and 1000 takes all: then the draw gives the order of the batches.
 */
#ifndef LIANCHA_DOMAIN_RATIO_H
#define LIANCHA_DOMAIN_RATIO_H

#include <stdint.h>

enum { RATIO_MAX = 1000 };

/* objects ≥ 0; permille 0 … RATIO_MAX, 0 gives 0. */
int64_t ratio_quota(int64_t objects, int64_t permille);

#endif
