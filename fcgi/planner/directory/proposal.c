#include "store/directory/proposal.h"

#include <string.h>

#include "planner/routes.h"

struct body {
    const char *decision;
};

const struct web_input planner_proposal_decision =
    WEB_INPUT(struct body, WEB_FIELD(struct body, decision, "决定", .required = true, .max = 16));

/* POST proposals/{id}/decision: by the department to which it was made. */
enum rc planner_proposal_decide(struct web_ctx *c)
{
    const struct body *body = c->input;
    struct proposal p = { .id = 0 };
    int64_t id = 0;
    bool taken = false;
    bool accept = strcmp(body->decision, "accept") == 0;
    if (!accept && strcmp(body->decision, "decline") != 0)
        return web_fail(c, RC_INVALID, "/decision", "须为 accept 或 decline");
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = proposal_lock(c->db, c->arena, id, &p);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此资料建议");
    if (rc == RC_OK && p.to_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该建议由其他部门答复");
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "subject:%s", p.subject);
    rc = proposal_decide(c->db, &p, accept, c->actor.id, c->now, &taken);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该建议已经答复或撤回");
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "state", accept ? "accepted" : "declined");
    jw_bool(w, "taken", taken);
    return web_json_end(c);
}
