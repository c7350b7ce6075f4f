/* What enterprises say of visits: who may read it. */
#include "planner/routes.h"

#include "store/directory/department.h"

/*
 * The texts: for auditors of the department above the one that is spoken of, who have no other
 * duty. Never for the department itself, so that nobody looks for who complained.
 */
enum rc planner_rating_scope(struct web_ctx *c, struct db_val *scope)
{
    int64_t department = 0;
    bool above = false;
    enum rc rc = department_by_code(c->db, web_param(c, "code"), &department);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此部门");
    if (rc == RC_OK)
        rc = department_oversees(c->db, c->actor.department_id, department, &above);
    if (rc == RC_OK && (!above || department == c->actor.department_id))
        return web_fail(c, RC_FORBIDDEN, "", "企业的意见只有上一级主管部门的审计人员可以查看");
    scope[0] = db_int(department);
    return rc;
}
