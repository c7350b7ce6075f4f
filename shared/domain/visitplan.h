/*
 * Tasks of all draws of a campaign become visits: one per subject, one section per department
 * (R17); and visits get their dates.
 *
 * Without the merge, each department would go to a subject once for every draw in which it has a
 * task there. So, with [x] the number of distinct x:
 *     separate = [(subject, department, draw)]     saved = separate - visits
 */
#ifndef LIANCHA_DOMAIN_VISITPLAN_H
#define LIANCHA_DOMAIN_VISITPLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

#define VISITPLAN_TASKS_MAX 2000000
#define VISITPLAN_DAYS_MAX 400

struct visitplan_task {
    const char *subject;
    const char *department; /* that carries it out */
    const char *specialty;
    const char *draw;
};

struct visitplan_section {
    const char *department;
    const char *const *specialties; /* distinct, ascending */
    size_t specialty_count;
    const size_t *tasks; /* indexes of the input, by specialty, then draw */
    size_t task_count;
};

struct visitplan_visit {
    const char *subject;
    size_t lead; /* section of the lead department: most tasks here, tie by smaller code */
    const struct visitplan_section *sections; /* ascending by department code */
    size_t section_count;
    size_t task_count;
};

struct visitplan {
    const struct visitplan_visit *visits; /* ascending by subject */
    size_t visit_count;
    size_t task_count;
    size_t section_count;
    size_t joint;    /* visits of at least two departments */
    size_t separate; /* visits without the merge, see above */
    size_t saved;    /* separate - visit_count */
};

/* Strings stay the caller's. The order of the tasks does not matter. RC_TOO_LARGE above the cap. */
enum rc visitplan_merge(struct arena *a, const struct visitplan_task *tasks, size_t count,
                        struct visitplan *plan, struct err *err) RC_CHECKED;

/* ---- dates ---- */

struct visitplan_stop {
    const char *visit;        /* its code */
    const char *region;       /* where the subject is */
    const size_t *inspectors; /* of all its sections, indexes into daily_max */
    size_t inspector_count;
    const size_t *departments; /* of its sections, indexes into department_daily_max */
    size_t department_count;
};

struct visitplan_window {
    const int32_t *days; /* working days, ascending; at most VISITPLAN_DAYS_MAX */
    size_t day_count;
    const unsigned *inspector_max; /* visits a day, by inspector; 0 = none */
    size_t inspector_count;
    const unsigned *department_max; /* visits a day, by department */
    size_t department_count;
};

#define VISITPLAN_NO_DATE INT32_MIN

/*
 * The stops in order of region, then visit code, each on the first day on which every one of its
 * inspectors is below the daily maximum and in no other region, and every department is below its
 * maximum. dates[i] belongs to stops[i]: a date, or VISITPLAN_NO_DATE when no day fits. Returns in
 * *missed how many do not fit. RC_INVALID for an index or a window out of bounds.
 */
enum rc visitplan_date(struct arena *a, const struct visitplan_stop *stops, size_t count,
                       const struct visitplan_window *window, int32_t *dates, size_t *missed,
                       struct err *err) RC_CHECKED;

#endif
