/*
 * Working days by the State Council's yearly notices: days off, and weekend days made up for.
 *
 * A period's start day does not count and make-up workdays do (R35). A year whose notice is not
 * loaded is computed from weekdays alone, and what was computed so is provisional.
 */
#ifndef LIANCHA_DOMAIN_WORKDAY_H
#define LIANCHA_DOMAIN_WORKDAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define WORKDAY_MAX 1000 /* longest period in working days */

struct workday_day {
    int32_t date; /* base/date.h */
    bool work;    /* true: a weekend day made up for; false: a day off */
};

struct workday_calendar {
    const struct workday_day *days; /* ascending by date */
    size_t day_count;
    const int *years; /* whose notices are loaded */
    size_t year_count;
};

struct workday_due {
    int32_t date;
    bool provisional; /* the way to it touches a year whose notice is not loaded */
};

/* Copies days (any order, one row per date) and years into the arena. */
void workday_calendar(struct workday_calendar *calendar, struct arena *a,
                      const struct workday_day *days, size_t day_count, const int *years,
                      size_t year_count);

bool workday_is(const struct workday_calendar *calendar, int32_t date);
/* The notice of the date's year is loaded. */
bool workday_known(const struct workday_calendar *calendar, int32_t date);
/* The n-th working day after start; n = 0 gives start itself; n above WORKDAY_MAX counts as it. */
struct workday_due workday_add(const struct workday_calendar *calendar, int32_t start, unsigned n);
/* The working days of [first, last], ascending, at most max of them; returns their number. */
size_t workday_list(const struct workday_calendar *calendar, int32_t first, int32_t last,
                    int32_t *days, size_t max);

#endif
