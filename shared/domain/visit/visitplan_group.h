/* Stops that go together; of visitplan_date.c alone. */
#ifndef LIANCHA_DOMAIN_VISITPLAN_GROUP_H
#define LIANCHA_DOMAIN_VISITPLAN_GROUP_H

#include "domain/visit/visitplan_diary.h"

#define VISITPLAN_NO_DAY SIZE_MAX

/* Stops of one subject that go together. */
struct visitplan_group {
    struct diary_place place;
    const size_t *members; /* stops */
    size_t member_count;
    int32_t first;
    int32_t last;
    int32_t stands; /* the date that all of them have */
    size_t day;     /* VISITPLAN_NO_DAY: none yet */
};

/* By region, then visit code. */
const struct visitplan_stop **visitplan_sorted(struct arena *a, const struct visitplan_stop *stops,
                                               size_t count);
/* With nobody in it. */
void visitplan_group_begin(struct visitplan_group *g, const struct visitplan_stop *stop);
void visitplan_group_add(struct arena *a, struct visitplan_group *g,
                         const struct visitplan_stop *stop);
/*
 * As few as joint.h finds, in the order of their first stops; with room for one more by stop. Stops
 * that are in none have their rules set.
 */
enum rc visitplan_groups(struct arena *a, const struct visitplan_stop *stops, size_t count,
                         const struct visitplan_window *window, struct visitplan_group **groups,
                         size_t *group_count, unsigned *rules, struct err *err) RC_CHECKED;

#endif
