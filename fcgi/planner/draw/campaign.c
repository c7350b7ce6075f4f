#include "planner/draw/campaign.h"

#include <string.h>

#include "planner/routes.h"
#include "planner/visit/visit.h"
#include "store/directory/department.h"
#include "store/plan/plan.h"
#include "sys/processors.h"

struct body {
    const char *code;
    const char *name;
    const char *region;
    struct web_texts plans;
    const char *reason;
    const char *rule;
};

const struct web_input planner_campaign_body = WEB_INPUT(
    struct body,
    WEB_FIELD(struct body, code, "编号", .required = true, .min = 19, .max = 19,
              .identifier = true),
    WEB_FIELD(struct body, name, "名称", .required = true, .max = 120, .published = true),
    WEB_FIELD(struct body, region, "区划", .required = true, .min = 6, .max = 6),
    WEB_FIELD(struct body, plans, "计划", .required = true, .min = 1, .max = CAMPAIGN_DRAWS_MAX),
    WEB_FIELD(struct body, reason, "理由", .max = 400, .published = true),
    WEB_FIELD(struct body, rule, "抽取规则", .max = 32));

/* ---- replies ---- */

/* Who has typed the value that is due, not what: the next one types for itself. */
static void put_entries(struct jsonw *w, const struct campaign_entry *entries, size_t n)
{
    jw_array(w, "entries");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "department", entries[i].department);
        jw_instant(w, "at", entries[i].at);
        jw_end(w);
    }
    jw_end(w);
}

static const struct planner_act campaign_acts[] = {
    { "campaign.announce", planner_announce_check }, { "campaign.abandon", planner_abandon_check },
    { "campaign.value", planner_value_check },       { "visit.create", visit_create_check },
    { "difference.say", planner_differ_check },      { "difference.approve", planner_differ_check },
    { "campaign.close", planner_close_check },       { "inspector.draw", planner_teams_check },
    { "visit.schedule", visit_schedule_check },      { "visit.dispatch", visit_dispatch_check },
    { "bulletin.issue", planner_bulletin_check },    { NULL, NULL },
};

static const struct planner_act draw_acts[] = {
    { "draw.freeze", planner_freeze_check },
    { "draw.withdraw", planner_withdraw_check },
    { "substitute.create", visit_substitute_check },
    { NULL, NULL },
};

static enum rc put_draws(struct web_ctx *c, struct jsonw *w, const struct campaign *campaign,
                         const struct draw *draws, size_t n)
{
    enum rc rc = RC_OK;
    jw_array(w, "draws");
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        const struct planner_draw_of one = { .draw = &draws[i], .campaign = campaign };
        jw_object(w, NULL);
        row_put(w, &draw_rows, &draws[i]);
        rc = planner_put_actions(c, w, draw_acts, &one);
        jw_end(w);
    }
    jw_end(w);
    return rc;
}

enum rc planner_campaign_reply(struct web_ctx *c, int status, const char *code)
{
    struct campaign campaign = { .id = 0 };
    const struct draw *draws;
    const struct campaign_entry *entries = NULL;
    size_t entry_count = 0;
    size_t n;
    enum rc rc = campaign_by_code(c->db, c->arena, code, &campaign);
    if (rc == RC_OK)
        rc = draw_of_campaign(c->db, c->arena, campaign.id, &draws, &n);
    if (rc == RC_OK)
        rc = campaign_entries(c->db, c->arena, campaign.id, campaign.seed != NULL, &entries,
                              &entry_count);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, status);
    row_put(w, &campaign_rows, &campaign);
    put_entries(w, entries, entry_count);
    rc = planner_put_actions(c, w, campaign_acts, &campaign);
    if (rc == RC_OK)
        rc = put_draws(c, w, &campaign, draws, n);
    return rc == RC_OK ? web_json_end(c) : rc;
}

/* ---- what the steps share ---- */

enum rc planner_campaign_take(struct web_ctx *c, struct campaign *out)
{
    const char *code = web_param(c, "code");
    enum rc rc = campaign_lock(c->db, c->arena, code, out);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的批次", code);
    if (rc == RC_OK)
        c->audit.target = arena_printf(c->arena, "campaign:%s", out->code);
    return rc;
}

enum rc planner_campaign_wrong(struct web_ctx *c, const struct campaign *m, const char *step)
{
    return web_fail(c, RC_STATE, "", "批次 %s 处于“%s”状态，不能%s", m->code,
                    row_label(campaign_states, m->state), step);
}

struct campaign_act planner_campaign_act(const struct web_ctx *c)
{
    return (struct campaign_act){ .keys = &c->settings->draw_keys,
                                  .threads = processors(),
                                  .now = c->now };
}

const char *planner_audit_text(struct web_ctx *c, const char *key, const char *text)
{
    struct buf *out = arena_alloc(c->arena, sizeof *out);
    struct jsonw w;
    buf_init(out, c->arena, 8192);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, key, text);
    jw_end(&w);
    return out->p;
}

/* ---- reading ---- */

enum rc planner_own_campaigns(struct web_ctx *c, struct db_val *scope)
{
    scope[0] = scope[1] = db_int(c->actor.department_id);
    return RC_OK;
}

/* GET campaigns/{code}: of a department that takes part, or below the own one. */
enum rc planner_campaign_show(struct web_ctx *c)
{
    const char *code = web_param(c, "code");
    struct campaign campaign = { .id = 0 };
    bool takes_part = false;
    bool oversees = false;
    enum rc rc = campaign_by_code(c->db, c->arena, code, &campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的批次", code);
    if (rc == RC_OK)
        rc = campaign_takes_part(c->db, campaign.id, c->actor.department_id, &takes_part);
    if (rc == RC_OK)
        rc = department_oversees(c->db, c->actor.department_id, campaign.department_id, &oversees);
    if (rc != RC_OK)
        return rc;
    if (!takes_part && !oversees)
        return web_fail(c, RC_FORBIDDEN, "", "本部门没有参加批次 %s", code);
    return planner_campaign_reply(c, 200, code);
}

/* ---- creating ---- */

/* All locks before any other read. */
static enum rc lock_plans(struct web_ctx *c, const struct web_texts *plans)
{
    for (size_t i = 0; i < plans->n; i++) {
        const char *pointer = arena_printf(c->arena, "/plans/%zu", i);
        for (size_t j = 0; j < i; j++)
            if (strcmp(plans->v[i], plans->v[j]) == 0)
                return web_fail(c, RC_INVALID, pointer, "计划 %.20s 重复", plans->v[i]);
        enum rc rc = plan_lock(c->db, plans->v[i]);
        if (rc == RC_NOT_FOUND)
            return web_fail(c, RC_INVALID, pointer, "没有计划“%.20s”", plans->v[i]);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

/* A plan is drawn in one campaign at a time. */
static enum rc may_draw(struct web_ctx *c, const struct plan *plan, const char *pointer,
                        int64_t *made, int64_t *draws)
{
    bool unfinished;
    if (!plan->filed)
        return web_fail(c, RC_STATE, pointer, "计划 %s 尚未报备", plan->code);
    enum rc rc = draw_history(c->db, plan->id, made, draws, &unfinished);
    if (rc == RC_OK && unfinished)
        return web_fail(c, RC_STATE, pointer, "计划 %s 正在另一批次中抽取", plan->code);
    return rc;
}

enum rc planner_plan_draw_check(struct web_ctx *c, const void *object)
{
    int64_t made;
    int64_t draws;
    return may_draw(c, object, "", &made, &draws);
}

/*
 * A plan is drawn again only with a reason on record. *own tells
 * whether one of them was the initiator's.
 */
static enum rc add_draw(struct web_ctx *c, const struct body *in, int64_t campaign_id, size_t i,
                        bool *own)
{
    struct plan plan = { .id = 0 };
    int64_t made = 0;
    int64_t draws = 0;
    const char *pointer = arena_printf(c->arena, "/plans/%zu", i);
    enum rc rc = plan_by_code(c->db, c->arena, in->plans.v[i], &plan);
    if (rc == RC_OK)
        rc = may_draw(c, &plan, pointer, &made, &draws);
    if (rc != RC_OK)
        return rc;
    if (draws && !in->reason)
        return web_fail(c, RC_INVALID, "/reason", "计划 %s 已抽取过 %lld 次，重抽须说明理由",
                        plan.code, (long long)draws);
    if (draws)
        rc = draw_guard_earlier(c->db, plan.id);
    if (rc != RC_OK)
        return rc;
    *own = *own || plan.department_id == c->actor.department_id;
    return draw_create(c->db, campaign_id, plan.id, plan.department_id,
                       arena_printf(c->arena, "%s.%lld", plan.code, (long long)made + 1));
}

/* A redraw leaves no joint visit behind that could neither go out nor be left. */
static enum rc check_torn(struct web_ctx *c, int64_t campaign_id)
{
    int64_t torn = 0;
    enum rc rc = draw_torn_visits(c->db, campaign_id, &torn);
    if (rc == RC_OK && torn)
        return web_fail(
            c, RC_STATE, "/plans",
            "有 %lld 次尚未派发的联合检查还含其他计划的任务：请先派发，或将其计划一并重抽",
            (long long)torn);
    return rc;
}

enum rc planner_campaign_create(struct web_ctx *c)
{
    const struct body *in = c->input;
    int64_t id;
    bool own = false;
    enum draw_rule rule = DRAW_2_SHA256;
    if (in->rule && !(draw_rule_parse(in->rule, &rule) && draw_rule_version(rule) == 2))
        return web_fail(c, RC_INVALID, "/rule", "没有抽取规则“%.40s”，可用的是 %s 和 %s", in->rule,
                        draw_rule_name(DRAW_2_SHA256), draw_rule_name(DRAW_2_SM3));
    if (in->code[0] != 'C' || strspn(in->code + 1, "0123456789") != strlen(in->code) - 1 ||
        strncmp(in->code + 1, in->region, strlen(in->region)) != 0)
        return web_fail(c, RC_INVALID, "/code",
                        "批次编号须为 C 加 18 位数字：区划 6（同 region）、日期 8、类型 1、序号 3");
    const struct campaign campaign = { .code = in->code,
                                       .name = in->name,
                                       .region = in->region,
                                       .department_id = c->actor.department_id,
                                       .rule = draw_rule_name(rule),
                                       .redraw_reason = in->reason };
    enum rc rc = lock_plans(c, &in->plans);
    if (rc == RC_OK)
        rc = campaign_create(c->db, &campaign, &id, &c->err);
    if (rc == RC_CONFLICT)
        return web_fail(c, rc, "/code", "批次编号 %s 已存在", in->code);
    for (size_t i = 0; rc == RC_OK && i < in->plans.n; i++)
        rc = add_draw(c, in, id, i, &own);
    if (rc == RC_OK && in->reason)
        rc = check_torn(c, id);
    if (rc != RC_OK)
        return rc;
    if (!own)
        return web_fail(c, RC_FORBIDDEN, "/plans", "发起部门须有本部门的计划参加该批次");
    c->audit.target = arena_printf(c->arena, "campaign:%s", in->code);
    return planner_campaign_reply(c, 201, in->code);
}
