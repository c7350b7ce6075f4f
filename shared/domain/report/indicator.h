/* The two indicators of R27, and who lags behind the others and is named in a bulletin (R28). */
#ifndef LIANCHA_DOMAIN_INDICATOR_H
#define LIANCHA_DOMAIN_INDICATOR_H

#include <stdbool.h>
#include <stdint.h>

/* Tasks of a campaign, of one department or of all. */
struct indicator {
    int64_t tasks;
    int64_t completed;
    int64_t closed;
    int64_t late; /* not completed, behind the last day of their plan (R21) */
};

/* Rounded down to two decimals: 100 means all. 0 of nothing. */
double indicator_percent(int64_t part, int64_t whole);
/* Whether any task of its own is late, or its share of completed ones is below that of all. */
bool indicator_lags(const struct indicator *own, const struct indicator *all);

#endif
