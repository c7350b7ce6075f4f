#include "planner/draw/campaign.h"

#include <string.h>

#include "base/date.h"
#include "domain/plan/ratio.h"
#include "planner/directory/directory.h"
#include "planner/routes.h"
#include "planner/visit/team.h"
#include "store/directory/rule.h"
#include "store/draw/roster.h"
#include "store/plan/plan.h"

struct withdraw_body {
    const char *reason;
};

const struct web_input planner_withdraw_body =
    WEB_INPUT(struct withdraw_body,
              WEB_FIELD(struct withdraw_body, reason, "理由", .required = true, .max = 400));

/* Strata of a plan of general items whose quota is above the upper ratio (R10): a quota that a
   higher department printed is not cut here, but it is named. NULL when there is none. */
static enum rc over_ratio(struct web_ctx *c, const struct draw *draw,
                          const struct draw_frozen *frozen, const char **warning)
{
    struct rule_set rules;
    struct plan plan = { .id = 0 };
    int64_t permille = 0;
    size_t n = 0;
    *warning = NULL;
    enum rc rc = plan_by_code(c->db, c->arena, draw->plan, &plan);
    if (rc == RC_OK)
        rc = rule_load(c->db, c->arena, draw->region, date_at(c->now), &rules);
    if (rc != RC_OK || plan.key_items || !rule_find(&rules, RULE_RATIO_GENERAL_PERMILLE, &permille))
        return rc;
    for (size_t i = 0; i < frozen->stratum_count; i++) {
        const struct draw_stratum *s = &frozen->strata[i];
        n += (int64_t)s->quota > ratio_quota((int64_t)s->lines, permille);
    }
    if (n)
        *warning = arena_printf(c->arena, "%zu 个抽查层的任务数超过一般检查事项 %lld‰ 的上限", n,
                                (long long)permille);
    return RC_OK;
}

static enum rc reply(struct web_ctx *c, const struct draw *draw, const struct draw_frozen *frozen,
                     const struct roster_frozen *roster)
{
    int64_t days;
    const char *warning = NULL;
    enum rc rc = planner_directory_age(c, draw->region, &days);
    if (rc == RC_OK)
        rc = over_ratio(c, draw, frozen, &warning);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "code", draw->code);
    jw_text(w, "sha256", frozen->sha256);
    jw_int(w, "bytes", (int64_t)frozen->bytes);
    jw_int(w, "lines", (int64_t)frozen->lines);
    jw_int(w, "eligible", (int64_t)frozen->eligible);
    jw_int(w, "staying", (int64_t)frozen->staying);
    jw_text(w, "roster_sha256", roster->sha256);
    jw_int(w, "inspectors", (int64_t)roster->inspectors);
    planner_put_age(c, w, draw->refreshed_on, days, warning);
    jw_array(w, "strata");
    for (size_t i = 0; i < frozen->stratum_count; i++) {
        const struct draw_stratum *s = &frozen->strata[i];
        jw_object(w, NULL);
        jw_text(w, "stratum", s->name);
        jw_int(w, "quota", s->quota);
        jw_int(w, "lines", (int64_t)s->lines);
        jw_int(w, "eligible", (int64_t)s->eligible);
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}

static enum rc own(struct web_ctx *c, const struct draw *draw, const char *step)
{
    if (draw->department_id == c->actor.department_id)
        return RC_OK;
    return web_fail(c, RC_FORBIDDEN, "", "抽取 %s 属于其他部门，由其%s", draw->code, step);
}

static enum rc in_open(struct web_ctx *c, const struct draw *draw, const char *state,
                       const char *step)
{
    if (strcmp(state, campaign_states[CAMPAIGN_OPEN].value) == 0)
        return RC_OK;
    return web_fail(c, RC_STATE, "", "批次 %s 处于“%s”状态，不能%s", draw->campaign,
                    row_label(campaign_states, state), step);
}

static enum rc not_frozen(struct web_ctx *c, const struct draw *draw, bool frozen)
{
    return frozen ? web_fail(c, RC_STATE, "", "抽取 %s 的名录已冻结", draw->code) : RC_OK;
}

/* The initiator abandons the campaign instead. */
static enum rc not_initiator(struct web_ctx *c, const struct campaign *m)
{
    if (m->department_id != c->actor.department_id)
        return RC_OK;
    return web_fail(c, RC_FORBIDDEN, "", "批次 %s 由本部门发起，可作废该批次", m->code);
}

static const char to_freeze[] = "冻结名录";
static const char to_withdraw[] = "退出批次";

static enum rc own_in_open(struct web_ctx *c, const struct planner_draw_of *one, const char *step)
{
    enum rc rc = own(c, one->draw, step);
    return rc == RC_OK ? in_open(c, one->draw, one->campaign->state, step) : rc;
}

enum rc planner_freeze_check(struct web_ctx *c, const void *object)
{
    const struct planner_draw_of *one = object;
    enum rc rc = own_in_open(c, one, to_freeze);
    return rc == RC_OK ? not_frozen(c, one->draw, one->draw->frozen) : rc;
}

enum rc planner_withdraw_check(struct web_ctx *c, const void *object)
{
    const struct planner_draw_of *one = object;
    enum rc rc = own_in_open(c, one, to_withdraw);
    return rc == RC_OK ? not_initiator(c, one->campaign) : rc;
}

/* The own draw that the path names, with its campaign held open and its row locked. */
static enum rc take_open(struct web_ctx *c, const char *step, struct draw *draw, bool *frozen)
{
    const char *code = web_param(c, "code");
    enum campaign_state state;
    enum rc rc = draw_by_code(c->db, c->arena, code, draw);
    if (rc == RC_OK)
        rc = own(c, draw, step);
    if (rc == RC_OK)
        rc = campaign_hold(c->db, draw->campaign_id, &state);
    if (rc == RC_OK)
        rc = in_open(c, draw, campaign_states[state].value, step);
    if (rc == RC_OK)
        rc = draw_lock(c->db, draw->id, frozen);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的抽取，或已退出批次", code);
    return rc;
}

static enum rc take(struct web_ctx *c, struct draw *draw, enum draw_rule *rule,
                    struct pool_terms *terms)
{
    struct campaign m = { .id = 0 };
    bool frozen = false;
    enum rc rc = take_open(c, to_freeze, draw, &frozen);
    if (rc == RC_OK)
        rc = not_frozen(c, draw, frozen);
    if (rc == RC_OK)
        rc = campaign_by_code(c->db, c->arena, draw->campaign, &m);
    if (rc == RC_OK && !draw_rule_parse(m.rule, rule))
        return web_fail(c, RC_INTERNAL, "", "campaign %s has rule %s", m.code, m.rule);
    return rc == RC_OK ? teams_terms(c->db, c->arena, m.region, c->now, terms, &c->err) : rc;
}

enum rc planner_draw_freeze(struct web_ctx *c)
{
    struct draw draw = { .id = 0 };
    enum draw_rule rule = DRAW_SHA256;
    struct draw_frozen frozen;
    struct roster_frozen roster;
    struct pool_terms terms = { .year_start = 0 };
    enum rc rc = take(c, &draw, &rule, &terms);
    if (rc == RC_OK)
        rc = draw_freeze(c->db, c->arena, &draw, rule, c->now, &frozen, &c->err);
    if (rc == RC_OK)
        rc = roster_freeze(c->db, c->arena, &draw, rule, &terms, &roster, &c->err);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "draw:%s", draw.code);
    c->audit.detail = arena_printf(c->arena,
                                   "{\"sha256\":\"%s\",\"lines\":%zu,\"eligible\":%zu,"
                                   "\"roster_sha256\":\"%s\",\"inspectors\":%zu}",
                                   frozen.sha256, frozen.lines, frozen.eligible, roster.sha256,
                                   roster.inspectors);
    return reply(c, &draw, &frozen, &roster);
}

/* POST draws/{code}/withdraw: whoever takes part may leave, frozen or not, until the commitment;
   the initiator abandons the campaign instead. */
enum rc planner_draw_withdraw(struct web_ctx *c)
{
    const struct withdraw_body *body = c->input;
    struct draw draw = { .id = 0 };
    struct campaign m = { .id = 0 };
    bool frozen = false;
    enum rc rc = take_open(c, to_withdraw, &draw, &frozen);
    if (rc == RC_OK)
        rc = campaign_by_code(c->db, c->arena, draw.campaign, &m);
    if (rc == RC_OK)
        rc = not_initiator(c, &m);
    /* Written, for a commitment on another node of a cluster would not see the draw go
       otherwise. */
    if (rc == RC_OK)
        rc = campaign_guard(c->db, draw.campaign_id);
    if (rc == RC_OK)
        rc = draw_withdraw(c->db, draw.id, body->reason, c->now);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "draw:%s", draw.code);
    struct buf *detail = arena_alloc(c->arena, sizeof *detail);
    struct jsonw out;
    buf_init(detail, c->arena, 8192);
    jw_init(&out, detail);
    jw_object(&out, NULL);
    jw_text(&out, "campaign", draw.campaign);
    jw_text(&out, "reason", body->reason);
    jw_end(&out);
    c->audit.detail = detail->p;
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "code", draw.code);
    jw_text(w, "plan", draw.plan);
    jw_text(w, "campaign", draw.campaign);
    jw_text(w, "state", "withdrawn");
    return web_json_end(c);
}
