/* Objections to what is public: taken up, and answered by the department that made it public. */
#include "planner/routes.h"

#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "domain/publish/objection.h"
#include "store/directory/department.h"
#include "store/directory/rule.h"
#include "store/publish/objection.h"

struct decide_body {
    const char *outcome;
    const char *answer;
};

const struct web_input planner_objection_decision = WEB_INPUT(
    struct decide_body,
    WEB_FIELD(struct decide_body, outcome, "结论", .required = true, .labels = objection_outcomes),
    WEB_FIELD(struct decide_body, answer, "答复", .required = true, .max = 400, .published = true));

enum rc planner_objection_clock(struct web_ctx *c, struct objection_clock *clock)
{
    struct rule_set rules;
    const char *region = NULL;
    int64_t days = 0;
    enum rc rc = rule_calendar(c->db, c->arena, &clock->calendar);
    if (rc == RC_OK)
        rc = department_region(c->db, c->arena, c->actor.department_id, &region);
    if (rc == RC_OK)
        rc = rule_load(c->db, c->arena, region, date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_DEADLINE_OBJECTION, &days, &c->err);
    clock->days = (unsigned)days;
    return rc;
}

static bool open(const struct objection *o)
{
    return strcmp(o->state, "received") == 0 || strcmp(o->state, "examining") == 0;
}

/* The days of the list's rows are computed by what its scope loaded, once. */
enum rc planner_objection_fill(struct web_ctx *c, struct arena *a, void *row)
{
    const struct objection_clock *clock = c->own;
    struct objection *o = row;
    (void)a;
    o->due_on = workday_add(&clock->calendar, o->received_on, clock->days).date;
    o->overdue = open(o) && o->due_on < date_at(c->now);
    return RC_OK;
}

enum rc planner_objection_scope(struct web_ctx *c, struct db_val *scope)
{
    struct objection_clock *clock = arena_alloc(c->arena, sizeof *clock);
    c->own = clock;
    scope[0] = db_int(c->actor.department_id);
    return planner_objection_clock(c, clock);
}

static enum rc own_objection(struct web_ctx *c, struct objection_full *o)
{
    int64_t id;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = objection_find(c->db, c->arena, &c->settings->objection_keys, id, o);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此异议");
    if (rc != RC_OK)
        return rc;
    if (o->in_list.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "谁检查、谁公开：该异议属于其他部门");
    c->audit.target = arena_printf(c->arena, "objection:%lld", (long long)o->in_list.id);
    return RC_OK;
}

/* As it is now: in_list stands first in it. */
static enum rc reply(struct web_ctx *c, const struct row_set *rows, int64_t id)
{
    struct objection_full o = { .content = "", .publication_state = "" };
    struct db_val scope;
    enum rc rc = planner_objection_scope(c, &scope);
    if (rc == RC_OK)
        rc = objection_find(c->db, c->arena, &c->settings->objection_keys, id, &o);
    if (rc == RC_OK)
        rc = planner_objection_fill(c, c->arena, &o.in_list);
    return rc == RC_OK ? web_row(c, 200, rows, &o) : rc;
}

/* GET objections/{id} */
enum rc planner_objection_show(struct web_ctx *c)
{
    struct objection_full o = { .content = "", .publication_state = "" };
    enum rc rc = own_objection(c, &o);
    return rc == RC_OK ? reply(c, &objection_full_rows, o.in_list.id) : rc;
}

/* What was said is on the audit chain by its digest from here on: nobody changes it unseen. */
static const char *detail(struct web_ctx *c, const struct objection_full *o, const char *outcome)
{
    char hex[DIGEST_HEX];
    digest_hex(DIGEST_SHA256, o->content, strlen(o->content), hex);
    return arena_printf(c->arena,
                        "{\"step\":\"%s\",\"publication\":%lld,\"content_sha256\":\"%s\"}", outcome,
                        (long long)o->in_list.publication, hex);
}

/* POST objections/{id}/examine */
enum rc planner_objection_examine(struct web_ctx *c)
{
    struct objection_full o = { .content = "", .publication_state = "" };
    enum rc rc = own_objection(c, &o);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = detail(c, &o, "examining");
    rc = objection_examine(c->db, o.in_list.id, c->actor.id);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该异议已经受理");
    return rc == RC_OK ? reply(c, &objection_rows, o.in_list.id) : rc;
}

/* POST objections/{id}/decide */
enum rc planner_objection_decide(struct web_ctx *c)
{
    const struct decide_body *body = c->input;
    struct objection_full o = { .in_list = { .state = "" },
                                .content = "",
                                .publication_state = "" };
    enum rc rc = own_objection(c, &o);
    if (rc != RC_OK)
        return rc;
    if (strcmp(o.in_list.state, "examining") != 0)
        return web_fail(c, RC_STATE, "", "%s",
                        open(&o.in_list) ? "须先受理，再作出答复" : "该异议已经答复");
    const struct objection_ending end = {
        .upheld = strcmp(body->outcome, "upheld") == 0,
        .changed = strcmp(o.publication_state, "retracted") == 0
                       ? o.stopped_at >= o.in_list.received_at
                       : o.corrected_at >= o.in_list.received_at,
        .own = o.published_by == c->actor.id,
    };
    const char *why = objection_end_fault(&end);
    if (why)
        return web_fail(c, end.upheld ? RC_STATE : RC_FORBIDDEN, "", "%s", why);
    c->audit.detail = detail(c, &o, body->outcome);
    const struct objection_decision decision = {
        .outcome = body->outcome, .answer = body->answer, .account_id = c->actor.id, .now = c->now
    };
    rc = objection_decide(c->db, o.in_list.id, &decision);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该异议已经答复");
    return rc == RC_OK ? reply(c, &objection_rows, o.in_list.id) : rc;
}
