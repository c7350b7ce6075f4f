/* Where the inspectors as they are now differ from the campaign's rosters. */
#ifndef LIANCHA_PLANNER_DIFFERENCE_H
#define LIANCHA_PLANNER_DIFFERENCE_H

#include "store/draw/teams.h"
#include "web/web.h"

/* RC_STATE, naming inspectors, while something is neither explained and approved nor counted. */
enum rc differences_settled(struct web_ctx *c,
                            const struct teams_differences *differences) RC_CHECKED;

#endif
