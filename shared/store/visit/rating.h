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
    int64_t id;
    const char *campaign;
    const char *campaign_name;
    int64_t lawful;
    int64_t burden;
    int64_t conduct;
    int64_t guidance;
    const char *content; /* "": none */
    int32_t rated_on;
};

/* Those of a department, newest first; scope: its id. */
extern const struct list rating_list;

#endif
