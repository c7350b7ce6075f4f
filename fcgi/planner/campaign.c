#include "planner/campaign.h"

#include <string.h>

#include "planner/routes.h"
#include "store/plan.h"

struct body {
    const char *code;
    const char *name;
    const char *region;
    struct web_texts plans;
    const char *reason;
    const char *rule;
};

static const struct web_field body_fields[] = {
    { "code", WEB_TEXT, offsetof(struct body, code), true, 19, 19, 0, NULL },
    { "name", WEB_TEXT, offsetof(struct body, name), true, 1, 120, 0, NULL },
    { "region", WEB_TEXT, offsetof(struct body, region), true, 6, 6, 0, NULL },
    { "plans", WEB_TEXTS, offsetof(struct body, plans), true, 1, CAMPAIGN_DRAWS_MAX, 0, NULL },
    { "reason", WEB_TEXT, offsetof(struct body, reason), false, 1, 400, 0, NULL },
    { "rule", WEB_TEXT, offsetof(struct body, rule), false, 1, 32, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_campaign_body = { body_fields, sizeof(struct body) };

const char *planner_campaign_state(enum campaign_state state)
{
    static const char *const names[] = {
        [CAMPAIGN_OPEN] = "筹备中",           [CAMPAIGN_COMMITTED] = "已承诺",
        [CAMPAIGN_VALUED] = "已录公共随机值", [CAMPAIGN_DRAWN] = "已抽取",
        [CAMPAIGN_REVEALED] = "已公开",       [CAMPAIGN_ABANDONED] = "已作废",
    };
    return names[state];
}

/* ---- replies ---- */

static void put_instant(struct jsonw *w, const char *key, int64_t at)
{
    if (at)
        jw_instant(w, key, at);
    else
        jw_null(w, key);
}

static void put_campaign(struct jsonw *w, const struct campaign *m)
{
    jw_text(w, "code", m->code);
    jw_text(w, "name", m->name);
    jw_text(w, "region", m->region);
    jw_text(w, "department", m->department);
    jw_text(w, "rule", m->rule);
    jw_text(w, "state", campaign_state_names[m->state]);
    jw_text(w, "redraw_why", m->redraw_why);
    jw_text(w, "secret_hash", m->secret_hash);
    put_instant(w, "committed_at", m->committed_at);
    jw_text(w, "public_value", m->public_value);
    jw_text(w, "source", m->public_source);
    jw_text(w, "witnesses", m->witnesses);
    put_instant(w, "valued_at", m->valued_at);
    jw_text(w, "seed", m->seed);
    put_instant(w, "drawn_at", m->drawn_at);
    jw_text(w, "secret", m->secret);
    jw_text(w, "nonce", m->nonce);
    put_instant(w, "revealed_at", m->revealed_at);
    put_instant(w, "abandoned_at", m->abandoned_at);
    jw_text(w, "abandoned_why", m->abandoned_why);
}

static void put_draw(struct jsonw *w, const struct draw *d)
{
    jw_object(w, NULL);
    jw_text(w, "code", d->code);
    jw_text(w, "plan", d->plan);
    jw_text(w, "department", d->department);
    jw_text(w, "state", d->frozen ? "frozen" : "open");
    put_instant(w, "frozen_at", d->frozen_at);
    jw_text(w, "snapshot_sha256", d->sha256);
    jw_int(w, "lines", d->lines);
    jw_text(w, "roster_sha256", d->roster_sha256);
    jw_int(w, "inspectors", d->inspectors);
    jw_int(w, "eligible", d->eligible);
    jw_int(w, "strata", d->strata);
    jw_int(w, "quota", d->quota);
    jw_int(w, "selected", d->selected);
    jw_int(w, "reserves", d->reserves);
    jw_end(w);
}

enum rc planner_campaign_reply(struct web_ctx *c, int status, const char *code)
{
    struct campaign campaign = { .id = 0 };
    const struct draw *draws;
    size_t n;
    enum rc rc = campaign_by_code(c->db, c->arena, code, &campaign);
    if (rc == RC_OK)
        rc = draw_of_campaign(c->db, c->arena, campaign.id, &draws, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, status);
    put_campaign(w, &campaign);
    jw_array(w, "draws");
    for (size_t i = 0; i < n; i++)
        put_draw(w, &draws[i]);
    jw_end(w);
    return web_json_end(c);
}

enum rc planner_campaign_list(struct web_ctx *c)
{
    const struct planner_page_query *in = c->query;
    const struct campaign *list;
    size_t n;
    int64_t limit = planner_limit(in->limit);
    enum rc rc =
        campaign_list(c->db, c->arena, c->actor.department_id, in->after, limit, &list, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "campaigns");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        put_campaign(w, &list[i]);
        jw_end(w);
    }
    return planner_page_end(c, w, limit, n, n ? list[n - 1].id : 0);
}

enum rc planner_campaign_show(struct web_ctx *c)
{
    const char *code = web_param(c, "code");
    struct campaign campaign = { .id = 0 };
    bool takes_part = false;
    enum rc rc = campaign_by_code(c->db, c->arena, code, &campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的批次", code);
    if (rc == RC_OK)
        rc = campaign_takes_part(c->db, campaign.id, c->actor.department_id, &takes_part);
    if (rc != RC_OK)
        return rc;
    if (!takes_part)
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

/*
 * A plan is drawn in one campaign at a time, and again only with a reason on record. *own tells whether
 * one of them was the initiator's.
 */
static enum rc add_draw(struct web_ctx *c, const struct body *in, int64_t campaign_id, size_t i,
                        bool *own)
{
    struct plan plan = { .id = 0 };
    int64_t made;
    int64_t draws;
    bool unfinished;
    const char *pointer = arena_printf(c->arena, "/plans/%zu", i);
    enum rc rc = plan_by_code(c->db, c->arena, in->plans.v[i], &plan);
    if (rc == RC_OK && !plan.filed)
        return web_fail(c, RC_STATE, pointer, "计划 %s 尚未报备", plan.code);
    if (rc == RC_OK)
        rc = draw_history(c->db, plan.id, &made, &draws, &unfinished);
    if (rc != RC_OK)
        return rc;
    if (unfinished)
        return web_fail(c, RC_STATE, pointer, "计划 %s 正在另一批次中抽取", plan.code);
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
    enum draw_rule rule = DRAW_SHA256;
    if (in->rule && !draw_rule_parse(in->rule, &rule))
        return web_fail(c, RC_INVALID, "/rule", "没有抽取规则“%.40s”，可用的是 %s 和 %s", in->rule,
                        draw_rule_name(DRAW_SHA256), draw_rule_name(DRAW_SM3));
    if (in->code[0] != 'C' || strspn(in->code + 1, "0123456789") != strlen(in->code) - 1 ||
        strncmp(in->code + 1, in->region, strlen(in->region)) != 0)
        return web_fail(c, RC_INVALID, "/code",
                        "批次编号须为 C 加 18 位数字：区划 6（同 region）、日期 8、类型 1、序号 3");
    const struct campaign campaign = { .code = in->code,
                                       .name = in->name,
                                       .region = in->region,
                                       .department_id = c->actor.department_id,
                                       .rule = draw_rule_name(rule),
                                       .redraw_why = in->reason };
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
