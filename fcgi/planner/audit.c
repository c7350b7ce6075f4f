/* Who may read which chain of the audit log. */
#include "planner/routes.h"

#include <string.h>

#include "base/text.h"
#include "domain/audit.h"
#include "store/field/device.h"

static const char *own_chain(struct web_ctx *c)
{
    return arena_printf(c->arena, "dept:%s", c->actor.department);
}

enum rc planner_audit_own(struct web_ctx *c, struct db_val *scope)
{
    scope[0] = db_text(own_chain(c));
    return RC_OK;
}

/* The chain of the auditor's own department, or of one of its phones. Those of programs, which tell
   of other departments too, are for the operator: lianchactl audit list. */
enum rc planner_audit_chain(struct web_ctx *c, struct db_val *scope)
{
    const char *chain = web_param(c, "chain");
    int64_t device;
    int64_t department = 0;
    enum rc rc = RC_NOT_FOUND;
    scope[0] = db_text(chain);
    if (strcmp(chain, own_chain(c)) == 0)
        return RC_OK;
    if (strncmp(chain, "device:", 7) == 0 && int_parse(chain + 7, 1, JSON_INT_MAX, &device))
        rc = device_department(c->db, device, &department);
    if (audit_writer_of(chain) == AUDIT_WRITERS)
        return web_fail(c, RC_NOT_FOUND, "", "没有这条日志链");
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (department != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "只能查阅本部门及其设备的日志");
    return RC_OK;
}
