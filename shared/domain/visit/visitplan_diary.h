/* Who is where on which day, and when each subject is entered; of visitplan_date.c alone. */
#ifndef LIANCHA_DOMAIN_VISITPLAN_DIARY_H
#define LIANCHA_DOMAIN_VISITPLAN_DIARY_H

#include "domain/visit/visitplan.h"

/* Something to be put on a day. */
struct diary_place {
    int64_t entry;
    size_t subject;
    const char *region;
    bool unannounced;
    bool open;
    const size_t *inspectors;
    size_t inspector_count;
};

struct diary_mark; /* a place on its day */

struct diary_duty {
    unsigned visits;
    const char *region;
};

struct diary {
    struct arena *arena;
    const struct visitplan_window *window;
    bool by_entry;             /* only places of one number are one entry */
    struct diary_duty *duties; /* inspector by inspector, day by day */
    unsigned *totals;          /* entries by day */
    struct diary_mark **marks; /* by subject */
};

/* How good a day is for a place; smaller is better, in this order. */
struct diary_score {
    bool fresh;      /* an entry of its own */
    unsigned over;   /* inspectors who have their mean already */
    unsigned opened; /* inspectors who have nothing yet */
    unsigned total;
};

/* With all that stands. */
struct diary diary_open(struct arena *a, const struct visitplan_window *window, bool by_entry);
/* The day's index in the window, or its day_count. */
size_t diary_day(const struct visitplan_window *window, int32_t date);
/* The rules that the place would break on that day; 0: it fits. */
unsigned diary_rules(const struct diary *d, const struct diary_place *place, size_t day);
/* Of a day on which it fits; means: by inspector. */
struct diary_score diary_score(const struct diary *d, const struct diary_place *place, size_t day,
                               const unsigned *means);
/* Whether another place is one entry with this one on that day. */
bool diary_joins(const struct diary *d, const struct diary_place *place, int32_t date);
void diary_enter(struct diary *d, const struct diary_place *place, size_t day);
/* Takes the place back; false, and nothing is done, where others went there with it. */
bool diary_leave(struct diary *d, const struct diary_place *place, size_t day);

#endif
