/*
 * Tasks of all campaigns at one enterprise become the fewest entries (进一次门, R17) that its caps
 * allow (R30).
 *
 * A task has a window of days and a kind: tasks of one kind share an entry on a day of all their
 * windows, those of different kinds never do (with notice, without). What stands already counts
 * against the caps, and serves tasks of its kind for nothing while it is open.
 *
 * For each enterprise the number of new entries is the least there is. Windows that are stabbed
 * from the left, each as late as possible, give the bound of each kind without caps; where the caps
 * leave these days free, that is the answer. Where they do not, joint_exact.c goes through the days
 * with all sets of tasks that can be served by then, none of which another one surpasses.
 */
#ifndef LIANCHA_DOMAIN_JOINT_H
#define LIANCHA_DOMAIN_JOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/visit/visitplan.h"

#define JOINT_EXACT_MAX 64 /* tasks of one enterprise whose entries meet its caps */
#define JOINT_NONE SIZE_MAX

#define JOINT_ALL (VISITPLAN_WORKDAYS | VISITPLAN_DAILY | VISITPLAN_WEEKLY | VISITPLAN_MONTHLY)

struct joint_task {
    size_t subject;
    int32_t first; /* days of its window, both included */
    int32_t last;
    unsigned kind;
};

struct joint_standing {
    size_t subject;
    int32_t date;
    unsigned kind;
    bool open; /* others may still join it */
};

struct joint_problem {
    const struct joint_task *tasks;
    size_t task_count;
    const struct joint_standing *standing; /* ascending by subject, each an entry */
    size_t standing_count;
    const int32_t *days; /* working days, ascending */
    size_t day_count;
    struct visitplan_caps caps;
};

struct joint_entry {
    size_t subject;
    int32_t date; /* one on which it is possible, with all others of the plan */
    unsigned kind;
    bool stands;
};

struct joint_plan {
    const struct joint_entry *entries; /* those that serve a task */
    size_t entry_count;
    size_t fresh;           /* of them, new ones: the fewest */
    const size_t *entry_of; /* by task; JOINT_NONE: none is possible */
    /* By task that has none: a smallest set of rules (enum visitplan_rule) that excludes it beside
       those tasks of the enterprise that come before it (by last day, first day, place in the
       input) and have an entry. Without any one of these rules it would not be excluded. */
    const unsigned *rules;
    size_t missed;
};

/* RC_INVALID for days that do not ascend or a window without any, RC_TOO_LARGE above
   JOINT_EXACT_MAX. */
enum rc joint_make(struct arena *a, const struct joint_problem *problem, struct joint_plan *plan,
                   struct err *err) RC_CHECKED;

#endif
