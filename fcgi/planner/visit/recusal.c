/* Recusals (R33): declared by the inspector, or by a planner of the inspector's department. */
#include "planner/routes.h"

#include "store/directory/inspector.h"
#include "store/visit/adjustment.h"

struct recusal_body {
    const char *subject;
    const char *reason;
};

const struct web_input planner_recusal_body =
    WEB_INPUT(struct recusal_body,
              WEB_FIELD(struct recusal_body, subject, "检查对象", .required = true, .max = 18,
                        .identifier = true),
              WEB_FIELD(struct recusal_body, reason, "理由", .required = true));

/* A planner speaks for the department's inspectors, an inspector for nobody else. */
static bool may_declare(const struct actor *actor, int64_t inspector, int64_t department)
{
    if (actor->inspector_id && actor->inspector_id == inspector)
        return true;
    return (actor->roles & ROLE_PLANNER) && actor->department_id == department;
}

/* POST inspectors/{card_no}/recusals: from now on never drawn for that subject; where the inspector
   is assigned to it already, a change is requested. */
enum rc planner_recusal_create(struct web_ctx *c)
{
    const struct recusal_body *body = c->input;
    const char *card_no = web_param(c, "card_no");
    int64_t inspector = 0;
    int64_t department = 0;
    int64_t subject = 0;
    int64_t requested = 0;
    enum rc rc = inspector_id(c->db, card_no, &inspector, &department);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此执法检查人员");
    if (rc != RC_OK)
        return rc;
    if (!may_declare(&c->actor, inspector, department))
        return web_fail(c, RC_FORBIDDEN, "", "只能由本人或本部门计划员申报回避");
    rc = adjustment_subject(c->db, body->subject, &subject);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/subject", "没有此检查对象");
    if (rc == RC_OK)
        rc = adjustment_recuse(c->db, inspector, subject, body->reason, c->actor.id, c->now);
    if (rc == RC_CONFLICT)
        return web_fail(c, RC_STATE, "", "该回避已经申报");
    if (rc == RC_OK)
        rc = adjustment_request_recused(c->db, inspector, subject,
                                        c->actor.inspector_id == inspector, body->reason,
                                        c->actor.id, c->now, &requested);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "inspector:%s", card_no);
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "inspector", card_no);
    jw_text(w, "subject", body->subject);
    jw_int(w, "adjustments_requested", requested);
    return web_json_end(c);
}

/* GET recusals: a reason may tell of a family. A planner and an auditor read those of the
   department's inspectors, an inspector the own ones. */
enum rc planner_recusal_scope(struct web_ctx *c, struct db_val *scope)
{
    bool all = (c->actor.roles & (ROLE_PLANNER | ROLE_AUDITOR)) != 0;
    scope[0] = db_int(c->actor.department_id);
    scope[1] = db_int(all ? 0 : c->actor.inspector_id);
    scope[2] = db_int(all ? INT64_MAX : c->actor.inspector_id);
    return RC_OK;
}
