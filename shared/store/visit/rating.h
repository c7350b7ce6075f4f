/*
 * What enterprises say of visits (评价). Departments read sums, of so many (RATING_STEP) or a
 * multiple of it, the oldest first: so two sums never differ by one rating. Texts are for the
 * department above alone. Which enterprise, which visit: no statement here can ask.
 */
#ifndef LIANCHA_STORE_RATING_H
#define LIANCHA_STORE_RATING_H

#include <stdint.h>

#include "sys/list.h"

/* Of a department in a campaign; averages. */
struct rating_sum {
    const char *department;
    const char *department_name;
    int64_t ratings;
    double lawful;
    double burden;
    double conduct;
    double guidance;
};

/* Those of a campaign; scope: its id, and twice the department that they are of, 0 for any. */
extern const struct list rating_sum_list;

struct rating_line {
    const char *campaign;
    const char *campaign_name;
    int64_t lawful;
    int64_t burden;
    int64_t conduct;
    int64_t guidance;
    const char *content;  /* "": none */
    const char *rated_in; /* the month */
    int64_t mark;
};

/*
 * Those that lead, of a department, newest month first; scope: its id. One act of an enterprise is
 * one line of one department's list, so that nobody finds what it said of others by equal texts,
 * equal scores, or what follows what: lines of a month stand in an order of chance.
 */
extern const struct list rating_list;

#endif
