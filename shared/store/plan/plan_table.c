/* What a printed task table leaves at a plan; declared in store/plan/plan.h. */
#include "store/plan/plan.h"

DB_STMT(plan_table_update, "ti", "",
        "UPDATE plan SET table_csv = ? WHERE id = ? AND state = 'draft' AND table_csv IS NULL");

enum rc plan_takes_table(const struct plan *plan, struct err *err)
{
    if (plan->filed || plan->has_table)
        return err_set(err, RC_STATE, "", "计划 %s 已报备，或已有任务表", plan->code);
    return RC_OK;
}

enum rc plan_table_keep(struct db *db, const struct plan *plan, const char *csv, struct err *err)
{
    enum rc rc = plan_takes_table(plan, err);
    if (rc == RC_OK)
        rc = db_exec(db, &plan_table_update, DB_ARGS(db_text(csv), db_int(plan->id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "计划 %s 刚刚已被更改", plan->code);
    return rc;
}
