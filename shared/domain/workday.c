#include "domain/workday.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/sorted.h"

static int by_date(const void *a, const void *b)
{
    const struct workday_day *x = a;
    const struct workday_day *y = b;
    return (x->date > y->date) - (x->date < y->date);
}

void workday_calendar(struct workday_calendar *calendar, struct arena *a,
                      const struct workday_day *days, size_t day_count, const int *years,
                      size_t year_count)
{
    struct workday_day *sorted = arena_memdup(a, days, day_count * sizeof *days);
    if (day_count)
        qsort(sorted, day_count, sizeof *sorted, by_date);
    calendar->days = sorted;
    calendar->day_count = day_count;
    calendar->years = arena_memdup(a, years, year_count * sizeof *years);
    calendar->year_count = year_count;
}

bool workday_is(const struct workday_calendar *calendar, int32_t date)
{
    const struct workday_day key = { .date = date };
    const struct workday_day *day =
        sorted_find(&key, calendar->days, calendar->day_count, sizeof key, by_date);
    return day ? day->work : date_weekday(date) < 5;
}

bool workday_known(const struct workday_calendar *calendar, int32_t date)
{
    int year = date_year(date);
    for (size_t i = 0; i < calendar->year_count; i++)
        if (calendar->years[i] == year)
            return true;
    return false;
}

struct workday_due workday_add(const struct workday_calendar *calendar, int32_t start, unsigned n)
{
    struct workday_due due = { .date = start };
    if (n == 0)
        due.provisional = !workday_known(calendar, start);
    for (unsigned left = n < WORKDAY_MAX ? n : WORKDAY_MAX; left > 0;) {
        due.date++;
        due.provisional = due.provisional || !workday_known(calendar, due.date);
        if (workday_is(calendar, due.date))
            left--;
    }
    return due;
}

size_t workday_list(const struct workday_calendar *calendar, int32_t first, int32_t last,
                    int32_t *days, size_t max)
{
    size_t count = 0;
    for (int32_t date = first; date <= last && count < max; date++)
        if (workday_is(calendar, date))
            days[count++] = date;
    return count;
}
