/* What the handlers of plans share. */
#ifndef LIANCHA_PLANNER_PLAN_H
#define LIANCHA_PLANNER_PLAN_H

#include "store/plan.h"
#include "web/web.h"

/* The plan that the path names as {code}; it must be one of the actor's department. */
enum rc planner_own_plan(struct web_ctx *c, struct plan *plan) RC_CHECKED;
void planner_put_plan(struct jsonw *w, const struct plan *plan);

#endif
