/* Clues (线索): handed in by a program or a person, weighed by a planner, decided by a reviewer,
   checked at once (R26). */
#include "planner/routes.h"
#include "planner/visit/visit.h"

#include <string.h>

#include "base/date.h"
#include "store/directory/department.h"
#include "store/directory/vocabulary.h"
#include "store/visit/adjustment.h"
#include "store/visit/clue.h"

struct clue_body {
    const char *number;
    const char *source;
    const char *subject;
    const char *department;
    const char *content;
    int32_t found_on;
};

const struct web_input planner_clue_body =
    WEB_INPUT(struct clue_body,
              WEB_FIELD(struct clue_body, source, "来源", .required = true, .labels = clue_sources),
              WEB_FIELD(struct clue_body, number, "来源编号", .required = true, .max = 60),
              WEB_FIELD(struct clue_body, subject, "统一社会信用代码", .required = true, .max = 18,
                        .identifier = true),
              WEB_FIELD(struct clue_body, department, "办理部门", .max = 16),
              WEB_FIELD(struct clue_body, content, "内容", .required = true, .max = 1000),
              WEB_FIELD(struct clue_body, found_on, "发现日期", .required = true));

struct triage_body {
    const char *plan;
    const char *reason;
    const char *visit;
    int32_t planned_on;
    struct web_texts inspectors;
    int64_t version;
};

const struct web_input planner_clue_triage = WEB_INPUT(
    struct triage_body,
    WEB_FIELD(struct triage_body, plan, "研判意见", .required = true, .labels = clue_plans),
    WEB_FIELD(struct triage_body, reason, "理由", .required = true),
    WEB_FIELD(struct triage_body, visit, "并入的检查", .max = 56),
    WEB_FIELD(struct triage_body, planned_on, "检查日期"),
    WEB_FIELD(struct triage_body, inspectors, "检查人员的执法证号", .max = 10),
    WEB_FIELD(struct triage_body, version, "版本", .required = true, .min = 1));

struct decide_body {
    const char *decision;
    const char *reason;
    int64_t version;
};

static const struct row_label decisions[] = { { "approve", "同意" },
                                              { "refuse", "退回重新研判" },
                                              { NULL, NULL } };
const struct web_input planner_clue_decision = WEB_INPUT(
    struct decide_body,
    WEB_FIELD(struct decide_body, decision, "决定", .required = true, .labels = decisions),
    WEB_FIELD(struct decide_body, reason, "理由", .required = true),
    WEB_FIELD(struct decide_body, version, "版本", .required = true, .min = 1));

struct end_body {
    const char *outcome;
    const char *note;
    int64_t version;
};

const struct web_input planner_clue_end_body = WEB_INPUT(
    struct end_body,
    WEB_FIELD(struct end_body, outcome, "检查结果", .required = true, .labels = result_classes),
    WEB_FIELD(struct end_body, note, "检查情况", .required = true, .max = 1000),
    WEB_FIELD(struct end_body, version, "版本", .required = true, .min = 1));

/* ---- handed in ---- */

static enum rc whose(struct web_ctx *c, const struct clue_body *body, struct clue *clue)
{
    enum rc rc = adjustment_subject(c->db, body->subject, &clue->subject_id);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/subject", "检查对象名录中没有代码 %s", body->subject);
    clue->department_id = c->actor.department_id;
    if (rc != RC_OK || !body->department)
        return rc;
    rc = department_by_code(c->db, body->department, &clue->department_id);
    return rc == RC_NOT_FOUND ? web_fail(c, RC_INVALID, "/department", "没有此部门") : rc;
}

/* Sent again it is the same one, whatever became of it meanwhile. */
static bool same(const struct clue *a, const struct clue *b)
{
    return strcmp(a->source, b->source) == 0 && a->subject_id == b->subject_id &&
           a->department_id == b->department_id && strcmp(a->content, b->content) == 0 &&
           a->found_on == b->found_on;
}

/* POST clues */
enum rc planner_clue_create(struct web_ctx *c)
{
    const struct clue_body *body = c->input;
    struct clue clue = { .number = body->number,
                         .source = body->source,
                         .content = body->content,
                         .found_on = body->found_on,
                         .received_at = c->now,
                         .sender_id = c->actor.id };
    struct clue stored = { .id = 0 };
    if (body->found_on > date_at(c->now))
        return web_fail(c, RC_INVALID, "/found_on", "发现日期不得晚于今天");
    enum rc rc = whose(c, body, &clue);
    if (rc != RC_OK)
        return rc;
    enum rc added = clue_add(c->db, &clue, &clue.id);
    if (added != RC_OK && added != RC_CONFLICT)
        return added;
    rc = clue_find(c->db, c->arena, clue.id, &stored);
    if (rc == RC_NOT_FOUND)
        return RC_RETRY; /* it came meanwhile */
    if (rc == RC_OK && !same(&clue, &stored))
        return web_fail(c, RC_CONFLICT, "/number", "编号 %s 已经报送过，内容不同", body->number);
    c->audit.target = arena_printf(c->arena, "clue:%lld", (long long)clue.id);
    return rc == RC_OK ? web_row(c, added == RC_OK ? 201 : 200, &clue_rows, &stored) : rc;
}

/* ---- what may be done ---- */

static enum rc of_state(struct web_ctx *c, const struct clue *clue, const char *states,
                        const char *why)
{
    if (clue->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该线索由其他部门办理");
    return strstr(states, clue->state) ? RC_OK : web_fail(c, RC_STATE, "", "%s", why);
}

static enum rc triage_check(struct web_ctx *c, const void *object)
{
    return of_state(c, object, "received joined planned", "该线索正在审批或已经办结");
}

/* Whoever weighs a clue does not decide about it: one alone could bury it, or send a check. */
static enum rc decide_check(struct web_ctx *c, const void *object)
{
    const struct clue *clue = object;
    enum rc rc = of_state(c, clue, "proposed", "该线索没有待审批的研判意见");
    if (rc == RC_OK && clue->proposed_by_id == c->actor.id)
        return web_fail(c, RC_FORBIDDEN, "", "研判意见须由研判人以外的账号审批");
    return rc;
}

static enum rc end_check(struct web_ctx *c, const void *object)
{
    const struct clue *clue = object;
    bool done = true;
    enum rc rc = of_state(c, clue, "joined planned", "该线索没有待登记结果的检查");
    if (rc == RC_OK && clue->visit_id)
        rc = clue_visit_done(c->db, clue, &done);
    if (rc != RC_OK)
        return rc;
    if (!done)
        return web_fail(c, RC_STATE, "", "并入的检查尚未签字");
    if (!clue->planned_on)
        return web_fail(c, RC_STATE, "", "并入的检查已不存在或未排日期，请重新研判");
    if (clue->planned_on > date_at(c->now))
        return web_fail(c, RC_STATE, "", "检查日期未到；提前检查的，请重新研判并改日期");
    return RC_OK;
}

static const struct planner_act clue_acts[] = {
    { "clue.triage", triage_check },
    { "clue.decide", decide_check },
    { "clue.end", end_check },
    { NULL, NULL },
};

static enum rc reply(struct web_ctx *c, int64_t id)
{
    struct clue clue;
    enum rc rc = clue_find(c->db, c->arena, id, &clue);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    row_put(w, &clue_rows, &clue);
    rc = planner_put_actions(c, w, clue_acts, &clue);
    return rc == RC_OK ? web_json_end(c) : rc;
}

/* GET clues/{id} */
enum rc planner_clue_show(struct web_ctx *c)
{
    struct clue clue;
    int64_t id = 0;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = clue_find(c->db, c->arena, id, &clue);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此线索");
    if (rc == RC_OK && clue.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该线索由其他部门办理");
    return rc == RC_OK ? reply(c, id) : rc;
}

/* The clue of the path, locked, as its author saw it, and open to what is asked. */
static enum rc take(struct web_ctx *c, planner_check *check, int64_t version, struct clue *clue)
{
    int64_t id = 0;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = clue_lock(c->db, id);
    if (rc == RC_OK)
        rc = clue_find(c->db, c->arena, id, clue);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此线索");
    if (rc == RC_OK)
        rc = check(c, clue);
    if (rc == RC_OK && clue->version != version)
        return web_fail(c, RC_STALE, "/version", "该线索在您查看之后已被改动，请核对后再办理");
    if (rc == RC_OK)
        c->audit.target = arena_printf(c->arena, "clue:%lld", (long long)id);
    return rc;
}

/* ---- weighed ---- */

/* What the plan needs, and nothing else. */
static enum rc check_shape(struct web_ctx *c, const struct triage_body *body)
{
    bool join = strcmp(body->plan, "join") == 0;
    bool visit = strcmp(body->plan, "visit") == 0;
    if (join != (body->visit != NULL))
        return web_fail(c, RC_INVALID, "/visit",
                        join ? "须填写并入的检查编号" : "并入检查时才填写");
    if (visit != (body->planned_on != 0))
        return web_fail(c, RC_INVALID, "/planned_on",
                        visit ? "须填写检查日期" : "单独检查时才填写");
    if (visit && body->planned_on < date_at(c->now))
        return web_fail(c, RC_INVALID, "/planned_on", "检查日期不得早于今天");
    if (visit != (body->inspectors.n > 0))
        return web_fail(c, RC_INVALID, "/inspectors",
                        visit ? "须填写检查人员" : "单独检查时才填写");
    return RC_OK;
}

/* The visit goes in yet, on a day that is known. */
static enum rc check_visit(struct web_ctx *c, int64_t visit_id, int32_t day)
{
    bool begun = false;
    if (!day || day < date_at(c->now))
        return web_fail(c, RC_STATE, "/visit", "该次检查未排日期，或日期已过");
    enum rc rc = visit_begun(c->db, visit_id, true, &begun);
    if (rc == RC_OK && begun)
        return web_fail(c, RC_STATE, "/visit", "该次检查已经开始");
    return rc;
}

static enum rc find_visit(struct web_ctx *c, struct clue *clue, const char *code)
{
    int32_t day = 0;
    enum rc rc = clue_visit(c->db, c->arena, clue, code, &clue->visit_id, &day);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/visit", "没有本部门参加的、对该企业的这次检查");
    return rc == RC_OK ? check_visit(c, clue->visit_id, day) : rc;
}

static enum rc check_size(struct web_ctx *c, const struct clue *clue, int64_t n, enum rc why,
                          const char *pointer)
{
    int64_t minimum = 0;
    enum rc rc = visit_team_minimum(c, clue->region, &minimum);
    if (rc == RC_OK && n < minimum)
        return web_fail(c, why, pointer,
                        "检查人员不得少于 %lld 人（离岗、证件当日无效和须回避的不计）",
                        (long long)minimum);
    return rc;
}

static enum rc add_team(struct web_ctx *c, const struct clue *clue, const struct web_texts *cards)
{
    enum rc rc = check_size(c, clue, (int64_t)cards->n, RC_INVALID, "/inspectors");
    for (size_t i = 0; rc == RC_OK && i < cards->n; i++) {
        const char *pointer = arena_printf(c->arena, "/inspectors/%zu", i);
        rc = clue_add_inspector(c->db, clue, cards->v[i]);
        if (rc == RC_CONFLICT)
            return web_fail(c, RC_INVALID, pointer, "检查人员重复");
        if (rc == RC_STATE)
            return web_fail(c, RC_INVALID, pointer,
                            "须为本部门在岗、证件当日有效、无须回避的执法人员");
    }
    return rc;
}

/* POST clues/{id}/triage: what shall become of it; a reviewer decides. Also where it was to be
   checked, and that did not come about. */
enum rc planner_clue_triage_add(struct web_ctx *c)
{
    const struct triage_body *body = c->input;
    struct clue clue = { .id = 0 };
    enum rc rc = check_shape(c, body);
    if (rc == RC_OK)
        rc = take(c, triage_check, body->version, &clue);
    clue.visit_id = 0;
    if (rc == RC_OK && body->visit)
        rc = find_visit(c, &clue, body->visit);
    if (rc != RC_OK)
        return rc;
    clue.plan = body->plan;
    clue.plan_reason = body->reason;
    clue.planned_on = body->planned_on;
    clue.proposed_by_id = c->actor.id;
    c->audit.detail = arena_printf(c->arena, "{\"plan\":\"%s\"}", body->plan);
    rc = clue_propose(c->db, &clue, c->now);
    if (rc == RC_OK && body->inspectors.n)
        rc = add_team(c, &clue, &body->inspectors);
    return rc == RC_OK ? reply(c, clue.id) : rc;
}

/* ---- decided ---- */

/* What was proposed days ago has to hold now. */
static enum rc check_plan(struct web_ctx *c, const struct clue *clue)
{
    int64_t fit = 0;
    if (strcmp(clue->plan, "reject") == 0)
        return RC_OK;
    if (strcmp(clue->plan, "join") == 0)
        return clue->visit_id ? check_visit(c, clue->visit_id, clue->planned_on)
                              : web_fail(c, RC_STATE, "", "并入的检查已不存在，请退回重新研判");
    if (clue->planned_on < date_at(c->now))
        return web_fail(c, RC_STATE, "", "检查日期已过，请退回重新研判");
    enum rc rc = clue_fit(c->db, clue, &fit);
    return rc == RC_OK ? check_size(c, clue, fit, RC_STATE, "") : rc;
}

/* POST clues/{id}/decision */
enum rc planner_clue_decide(struct web_ctx *c)
{
    const struct decide_body *body = c->input;
    const struct clue_step step = { c->actor.id, c->now, body->reason };
    struct clue clue = { .plan = "" };
    bool yes = strcmp(body->decision, "approve") == 0;
    enum rc rc = visit_take_turn(c->db); /* who dates visits meanwhile has to see its day */
    if (rc == RC_OK)
        rc = take(c, decide_check, body->version, &clue);
    if (rc == RC_OK && yes)
        rc = check_plan(c, &clue);
    if (rc != RC_OK)
        return rc;
    c->audit.detail =
        arena_printf(c->arena, "{\"plan\":\"%s\",\"decision\":\"%s\"}", clue.plan, body->decision);
    rc = clue_decide(c->db, &clue, yes, &step);
    return rc == RC_OK ? reply(c, clue.id) : rc;
}

/* POST clues/{id}/end: what the check found. */
enum rc planner_clue_end(struct web_ctx *c)
{
    const struct end_body *body = c->input;
    const struct clue_step step = { c->actor.id, c->now, NULL };
    struct clue clue = { .id = 0 };
    enum rc rc = take(c, end_check, body->version, &clue);
    if (rc != RC_OK)
        return rc;
    clue.outcome = body->outcome;
    clue.note = body->note;
    c->audit.detail = arena_printf(c->arena, "{\"outcome\":\"%s\"}", body->outcome);
    rc = clue_end(c->db, &clue, &step);
    return rc == RC_OK ? reply(c, clue.id) : rc;
}
