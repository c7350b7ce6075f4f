/* Whose figures the lists of tasks hold. */
#include "base/date.h"
#include "planner/routes.h"

enum rc planner_ledger_scope(struct web_ctx *c, struct db_val *scope)
{
    scope[0] = db_date(date_at(c->now));
    return planner_campaign_scope(c, scope + 1);
}

enum rc planner_progress_scope(struct web_ctx *c, struct db_val *scope)
{
    scope[0] = db_date(date_at(c->now));
    scope[1] = db_int(c->actor.department_id);
    return RC_OK;
}
