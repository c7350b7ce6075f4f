/* Where the inspectors as they are now differ from the campaign's rosters. */
#ifndef LIANCHA_PLANNER_DIFFERENCE_H
#define LIANCHA_PLANNER_DIFFERENCE_H

#include "planner/team.h"

struct differences {
    struct roster_difference *v;
    struct roster_note *notes;
    size_t n;
    size_t unexplained; /* facts of which no department has said why they differ */
};

/* Of a campaign with rosters; none of one without. */
enum rc differences_of(struct web_ctx *c, int64_t campaign_id, const struct team_problem *problem,
                       struct differences *out) RC_CHECKED;
/* RC_STATE, naming inspectors, while something is unexplained. */
enum rc differences_explained(struct web_ctx *c, const struct differences *differences) RC_CHECKED;

#endif
