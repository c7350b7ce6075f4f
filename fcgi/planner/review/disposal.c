/* What follows a finding: correction orders, lenient treatment, cases, and their ends (R25). */
#include "planner/routes.h"

#include <string.h>

#include "base/date.h"
#include "domain/review/disposal.h"
#include "domain/review/number.h"
#include "domain/review/result.h"
#include "store/directory/rule.h"
#include "store/review/disposal.h"
#include "store/review/section.h"

struct made_body {
    const char *kind;
    const char *number;
    const char *content;
    const char *basis;
    int32_t issued_on;
    int32_t due_on;
};

const struct web_input planner_disposal_body =
    WEB_INPUT(struct made_body,
              WEB_FIELD(struct made_body, kind, "类别", .required = true, .labels = disposal_kinds),
              WEB_FIELD(struct made_body, number, "文书号或案号", .max = 60),
              WEB_FIELD(struct made_body, content, "内容", .required = true, .max = 1000),
              WEB_FIELD(struct made_body, basis, "依据", .max = 400),
              WEB_FIELD(struct made_body, issued_on, "文书日期", .required = true),
              WEB_FIELD(struct made_body, due_on, "期限"));

struct end_body {
    const char *outcome;
    const char *method;
    struct web_texts inspectors;
    const char *note;
    int32_t ended_on;
};

const struct web_input planner_disposal_end_body = WEB_INPUT(
    struct end_body,
    WEB_FIELD(struct end_body, outcome, "结果", .required = true, .labels = disposal_outcomes),
    WEB_FIELD(struct end_body, method, "复查方式", .labels = disposal_methods),
    WEB_FIELD(struct end_body, inspectors, "复查人员的执法证号", .max = 10),
    WEB_FIELD(struct end_body, note, "办结说明", .required = true, .max = 1000),
    WEB_FIELD(struct end_body, ended_on, "办结日期", .required = true));

enum rc planner_disposal_fill(struct web_ctx *c, struct arena *a, void *row)
{
    struct disposal *d = row;
    (void)a;
    d->overdue = strcmp(d->state, "open") == 0 && d->due_on < date_at(c->now);
    return RC_OK;
}

/* The row as it is now. */
static enum rc reply(struct web_ctx *c, int64_t id)
{
    struct disposal d;
    enum rc rc = disposal_find(c->db, c->arena, id, &d);
    if (rc == RC_OK)
        rc = planner_disposal_fill(c, c->arena, &d);
    return rc == RC_OK ? web_row(c, 200, &disposal_rows, &d) : rc;
}

static enum rc found(struct web_ctx *c, const struct section *s)
{
    enum result_class class = s->result_class ? result_class_parse(s->result_class) : RESULT_NONE;
    if (strcmp(s->state, "accepted") != 0)
        return web_fail(c, RC_STATE, "", "检查单审核通过后方可登记后续处置");
    if (class != RESULT_CORRECTED && class != RESULT_PENALTY)
        return web_fail(c, RC_STATE, "", "检查没有发现问题");
    return RC_OK;
}

/* POST sections/{id}/disposals */
enum rc planner_disposal_create(struct web_ctx *c)
{
    const struct made_body *body = c->input;
    const struct disposal_step step = { .account_id = c->actor.id, .now = c->now };
    struct section s;
    const char *pointer = "";
    int64_t id = 0;
    enum rc rc = planner_own_section(c, true, &s);
    if (rc == RC_OK)
        rc = found(c, &s);
    if (rc != RC_OK)
        return rc;
    const struct disposal_made made = {
        .kind = body->kind,
        .number = body->number,
        .basis = body->basis,
        .checked_on =
            s.checked_on ? s.checked_on : date_at(s.arrived_at ? s.arrived_at : s.signed_at),
        .issued_on = body->issued_on,
        .due_on = body->due_on,
        .today = date_at(c->now),
    };
    const char *why = disposal_made_fault(&made, &pointer);
    if (why)
        return web_fail(c, RC_INVALID, pointer, "%s", why);
    bool ends = strcmp(body->kind, "lenient") == 0;
    const struct disposal d = { .section = s.id,
                                .department_id = s.department_id,
                                .kind = body->kind,
                                .number =
                                    body->number ? document_number(c->arena, body->number) : NULL,
                                .content = body->content,
                                .basis = body->basis,
                                .issued_on = body->issued_on,
                                .due_on = ends ? body->issued_on : body->due_on,
                                .outcome = ends ? "no_penalty" : NULL };
    rc = disposal_add(c->db, &d, &step, &id);
    if (rc == RC_CONFLICT)
        return web_fail(c, rc, "/number",
                        d.number ? "该文书号或案号已经登记" : "内容、依据和日期相同的已经登记");
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"disposal\":%lld}", (long long)id);
    return reply(c, id);
}

static enum rc minimum(struct web_ctx *c, const struct disposal *d, int64_t *value)
{
    struct rule_set rules;
    enum rc rc = rule_load(c->db, c->arena, d->region, date_at(c->now), &rules);
    return rc == RC_OK ? rule_value(&rules, RULE_INSPECTORS_MINIMUM, value, &c->err) : rc;
}

static enum rc add_inspectors(struct web_ctx *c, const struct disposal *d,
                              const struct web_texts *cards)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < cards->n; i++) {
        const char *pointer = arena_printf(c->arena, "/inspectors/%zu", i);
        rc = disposal_add_inspector(c->db, d, cards->v[i]);
        if (rc == RC_CONFLICT)
            return web_fail(c, RC_INVALID, pointer, "复查人员重复");
        if (rc == RC_STATE)
            return web_fail(c, RC_INVALID, pointer,
                            "须为本部门在岗、证件在有效期内、无须回避的执法人员");
    }
    return rc;
}

/* POST disposals/{id}/end */
enum rc planner_disposal_end(struct web_ctx *c)
{
    const struct end_body *body = c->input;
    const struct disposal_step step = { .account_id = c->actor.id, .now = c->now };
    struct disposal d;
    const char *pointer = "";
    bool has_case = false;
    bool has_penalty = false;
    int64_t inspectors_minimum = 0;
    int64_t id;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc != RC_OK)
        return rc;
    rc = disposal_find(c->db, c->arena, id, &d);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此后续处置");
    if (rc == RC_OK && d.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "谁管辖、谁负责：该后续处置属于其他部门");
    c->audit.target = arena_printf(c->arena, "disposal:%lld", (long long)id);
    if (rc == RC_OK)
        rc = disposal_has_case(c->db, d.section, &has_case);
    if (rc == RC_OK)
        rc = disposal_has_penalty(c->db, d.section, &has_penalty);
    if (rc == RC_OK)
        rc = minimum(c, &d, &inspectors_minimum);
    if (rc != RC_OK)
        return rc;
    if (strcmp(d.state, "open") != 0)
        return web_fail(c, RC_STATE, "", "该后续处置已经办结");
    const struct disposal_ending end = { .kind = d.kind,
                                         .outcome = body->outcome,
                                         .method = body->method,
                                         .issued_on = d.issued_on,
                                         .ended_on = body->ended_on,
                                         .today = date_at(c->now),
                                         .has_case = has_case,
                                         .has_penalty = has_penalty,
                                         .due_on = d.due_on,
                                         .inspectors = (int64_t)body->inspectors.n,
                                         .inspectors_minimum = inspectors_minimum };
    const char *why = disposal_end_fault(&end, &pointer);
    if (why)
        return web_fail(c, RC_INVALID, pointer, "%s", why);
    d.outcome = body->outcome;
    d.method = body->method;
    d.note = body->note;
    d.ended_on = body->ended_on;
    rc = disposal_end(c->db, &d, &step);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该后续处置已经办结");
    if (rc == RC_OK)
        rc = add_inspectors(c, &d, &body->inspectors);
    return rc == RC_OK ? reply(c, id) : rc;
}
