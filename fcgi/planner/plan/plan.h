/* What the handlers of plans share. */
#ifndef LIANCHA_PLANNER_PLAN_H
#define LIANCHA_PLANNER_PLAN_H

#include "planner/action.h"
#include "store/plan/plan.h"
#include "web/web.h"

/* The plan that the path names as {code}; it must be one of the actor's department. */
enum rc planner_own_plan(struct web_ctx *c, struct plan *plan) RC_CHECKED;

/* Whether a plan (struct plan) may be changed now: of the own department, and a draft. */
planner_check planner_plan_check;

#endif
