/*
 * What may be done with an object now, told with the object, so that no page knows the rule once
 * more: each act's own check is asked, the one that its handler makes.
 */
#ifndef LIANCHA_PLANNER_ACTION_H
#define LIANCHA_PLANNER_ACTION_H

#include "web/web.h"

/* RC_STATE, RC_FORBIDDEN or RC_INVALID, with c->err, where the act is refused now. It reads and
   locks nothing; what depends on the act's body is not asked. */
typedef enum rc planner_check(struct web_ctx *c, const void *object);

struct planner_act {
    const char *name; /* of its route, which says what roles it takes; NULL ends the acts */
    planner_check *check;
};

/* The member "actions" of an open object: each act that the actor's roles may do, whether it is
   allowed now, and why not. */
enum rc planner_put_actions(struct web_ctx *c, struct jsonw *w, const struct planner_act *acts,
                            const void *object) RC_CHECKED;

#endif
