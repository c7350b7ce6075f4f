/* What joint.c and joint_exact.c share: the tasks of one enterprise that nothing serves yet. */
#ifndef LIANCHA_DOMAIN_JOINT_INTERNAL_H
#define LIANCHA_DOMAIN_JOINT_INTERNAL_H

#include "domain/visit/joint.h"

struct joint_pick {
    int32_t date;
    unsigned kind;
};

struct joint_exact; /* room that all enterprises use in turn */

/* One enterprise. */
struct joint_case {
    const struct joint_problem *problem;
    const struct joint_task *const *tasks; /* by last day, first day, place in the input */
    size_t task_count;
    const struct joint_standing *standing;
    size_t standing_count;
    unsigned rules; /* that hold */
    struct joint_pick *picks;
    size_t pick_count;
};

/* Index of the latest working day up to a date, or day_count. */
size_t joint_latest(const struct joint_problem *problem, int32_t date);

struct joint_exact *joint_exact_new(struct arena *a);
/* The fewest picks that serve all tasks of the case, into its picks; *possible: there are any.
   RC_TOO_LARGE above the caps of joint.h. */
enum rc joint_exact_run(struct joint_exact *x, struct joint_case *c, bool *possible,
                        struct err *err) RC_CHECKED;
/* Of a case that is not possible: a smallest set of its rules by which it is not. */
enum rc joint_exact_why(struct joint_exact *x, struct joint_case *c, unsigned *rules,
                        struct err *err) RC_CHECKED;

#endif
