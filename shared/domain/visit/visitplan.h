/*
 * Tasks of all draws of a campaign become visits: one per subject, one section per department
 * (R17); and visits of all campaigns get their dates.
 *
 * One by one, each department would go to a subject once for every draw in which it has a
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
    size_t separate; /* visits one by one, see above */
    size_t saved;    /* separate - visit_count */
};

/* Strings stay the caller's. The order of the tasks does not matter. RC_TOO_LARGE above the cap. */
enum rc visitplan_make(struct arena *a, const struct visitplan_task *tasks, size_t count,
                       struct visitplan *plan, struct err *err) RC_CHECKED;

/* ---- dates ---- */

/* What can forbid a visit on a day. */
enum visitplan_rule {
    VISITPLAN_WORKDAYS = 1, /* only on working days of its window */
    VISITPLAN_DAILY = 2,    /* alert.subject.*: how often the enterprise is entered (R30) */
    VISITPLAN_WEEKLY = 4,
    VISITPLAN_MONTHLY = 8,
    VISITPLAN_LOAD = 16,   /* load.daily, and the inspector's own limit */
    VISITPLAN_REGION = 32, /* nobody in two regions on one day */
    VISITPLAN_RULES = 64   /* one above all sets of them */
};

/*
 * Visits of several campaigns to one subject on one day are one entry (进一次门): they share its
 * number, the enterprise is entered once, and whoever is in several teams of it is out once.
 */
struct visitplan_stop {
    const char *visit;  /* its code */
    const char *region; /* where the subject is */
    size_t subject;     /* index below subject_count */
    int32_t first;      /* days between which it may be */
    int32_t last;
    int32_t stands; /* the date that it has; VISITPLAN_NO_DATE */
    int64_t entry;  /* to which it belongs with that date */
    bool unannounced;
    const size_t *inspectors; /* of all its sections, indexes into inspector_max */
    size_t inspector_count;
};

#define VISITPLAN_NO_SUBJECT SIZE_MAX

/* What stands beside the stops. */
struct visitplan_entry {
    int64_t entry;
    size_t subject; /* VISITPLAN_NO_SUBJECT: one that no stop goes to */
    int32_t date;
    const char *region;
    bool unannounced;
    bool open;                /* nobody has arrived: others may join */
    const size_t *inspectors; /* those whom stops have too */
    size_t inspector_count;
};

/* How often a subject is entered in a day, in a week from Monday on, in a month (R30). */
struct visitplan_caps {
    unsigned daily;
    unsigned weekly;
    unsigned monthly;
};

struct visitplan_window {
    const int32_t *days; /* working days, ascending; at most VISITPLAN_DAYS_MAX */
    size_t day_count;
    const unsigned *inspector_max; /* entries a day, by inspector; 0 = none */
    size_t inspector_count;
    const struct visitplan_entry *entries;
    size_t entry_count;
    size_t subject_count;
    struct visitplan_caps caps;
};

#define VISITPLAN_NO_DATE INT32_MIN

/* What an inspector has in the window, with all that stands. */
struct visitplan_load {
    unsigned entries;
    unsigned most; /* on one day */
};

struct visitplan_dates {
    const int32_t *dates; /* by stop; stops of one subject on one date are one entry, and one with
                             the open entry there */
    /* By stop that no day fits: a smallest set of rules that shuts every day of its window beside
       all that has a date; without any one of them there would be a day. */
    const unsigned *rules;
    size_t missed;
    const struct visitplan_load *loads; /* by inspector */
};

/*
 * Days for the stops, beside what stands: as few entries as the windows and caps allow (joint.h);
 * what has a date that still fits keeps it, but to join an entry; else a day on which
 * the fewest inspectors are above their mean, then the fewest begin a day, then the emptiest one.
 * Where none is left, one visit that is in the way moves, or visits that would go together go
 * apart. The order of the stops does not matter. RC_INVALID for an index or a window out of
 * bounds.
 */
enum rc visitplan_date(struct arena *a, const struct visitplan_stop *stops, size_t count,
                       const struct visitplan_window *window, struct visitplan_dates *out,
                       struct err *err) RC_CHECKED;

/* What a visit would break on that day, a set of rules; 0: it fits. The window's days are that one,
   or none where nobody works then. */
enum rc visitplan_breaks(struct arena *a, const struct visitplan_stop *stop,
                         const struct visitplan_window *window, int32_t date, unsigned *rules,
                         struct err *err) RC_CHECKED;

/*
 * Whether the dates that the stops have fit on what stands now, each entry by its number: booked[i]
 * is set where not; *n counts them. The window's days are those of the dates.
 */
enum rc visitplan_recheck(struct arena *a, const struct visitplan_stop *stops, size_t count,
                          const struct visitplan_window *window, bool *booked, size_t *n,
                          struct err *err) RC_CHECKED;

#endif
