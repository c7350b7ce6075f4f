/* Checks at which nobody recorded the code of the door: explained by the office. */
#include "planner/routes.h"
#include "store/review/code_alert.h"
#include "store/review/section.h"

struct explain_body {
    const char *reason;
};

const struct web_input planner_code_alert_body =
    WEB_INPUT(struct explain_body,
              WEB_FIELD(struct explain_body, reason, "说明", .required = true, .max = 400));

/* POST sections/{id}/code-alert: by another one than who was sent there. */
enum rc planner_code_alert_explain(struct web_ctx *c)
{
    const struct explain_body *body = c->input;
    struct section s;
    bool own = false;
    enum rc rc = planner_own_section(c, true, &s);
    if (rc == RC_OK && c->actor.inspector_id)
        rc = code_alert_assigned(c->db, s.id, c->actor.inspector_id, &own);
    if (rc == RC_OK && own)
        return web_fail(c, RC_FORBIDDEN, "", "本人参加的检查，须由本部门另一位人员说明");
    if (rc == RC_OK)
        rc = code_alert_explain(c->db, s.id, body->reason, c->actor.id, c->now);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该检查单没有待说明的检查码");
    return rc == RC_OK ? web_empty(c, 204) : rc;
}
