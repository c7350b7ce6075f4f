/* Whose rows a list holds, where that is no more than the actor's department. */
#include "planner/routes.h"

enum rc planner_own_department(struct web_ctx *c, struct db_val *scope)
{
    scope[0] = db_int(c->actor.department_id);
    return RC_OK;
}
