/* Public values, as departments type them or a beacon signs them; with the draw's the campaign is
   drawn. */
#include "planner/draw/campaign.h"

#include <string.h>

#include "planner/routes.h"

struct value_body {
    const char *value;
    const char *pulse;
};

const struct web_input planner_value_body =
    WEB_INPUT(struct value_body, WEB_FIELD(struct value_body, value, "公共随机值", .max = 400),
              WEB_FIELD(struct value_body, pulse, "信标的脉冲", .max = PULSE_MAX));

/* Whether a department types the announced value. */
static bool types_value(const struct value_source *source, const char *department)
{
    for (size_t i = 0; i < source->department_count; i++)
        if (strcmp(source->departments[i], department) == 0)
            return true;
    return false;
}

static enum rc may_type(struct web_ctx *c, const struct value_source *source)
{
    if (types_value(source, c->actor.department))
        return RC_OK;
    return web_fail(c, RC_FORBIDDEN, "", "公告没有指定本部门录入公共随机值");
}

/* What this department types beside what another has typed: *agreed once two are equal. */
static enum rc enter(struct web_ctx *c, const struct campaign *m, const struct value_source *source,
                     bool teams, const char *value, const char **agreed)
{
    const struct campaign_entry *entries = NULL;
    const struct campaign_entry own = { .account_id = c->actor.id, .value = value, .at = c->now };
    size_t n = 0;
    enum rc rc = may_type(c, source);
    if (rc == RC_OK)
        rc = value_check(source, value, &c->err);
    if (rc == RC_OK)
        rc = campaign_entries(c->db, c->arena, m->id, teams, &entries, &n);
    for (size_t i = 0; rc == RC_OK && i < n && !*agreed; i++) {
        if (strcmp(entries[i].department, c->actor.department) == 0)
            continue;
        if (entries[i].account_id == c->actor.id)
            return web_fail(c, RC_FORBIDDEN, "", "两次录入须由不同的账号");
        if (strcmp(entries[i].value, value) != 0)
            return web_fail(c, RC_STATE, "/value", "与 %s 录入的公共随机值不同，不能抽取",
                            entries[i].department);
        *agreed = value;
    }
    return rc == RC_OK ? campaign_enter(c->db, m->id, teams, &own, c->actor.department_id) : rc;
}

static bool awaits(const struct campaign *m, bool teams)
{
    if (teams)
        return campaign_is(m, CAMPAIGN_DRAWN) && !m->teams_seed;
    return campaign_is(m, CAMPAIGN_ANNOUNCED) || (campaign_is(m, CAMPAIGN_VOID) && !m->seed);
}

static enum rc check_state(struct web_ctx *c, const struct campaign *m, bool teams, bool takes_part)
{
    if (awaits(m, teams))
        return RC_OK;
    if (!takes_part)
        return web_fail(c, RC_FORBIDDEN, "", "本部门没有参加批次 %s", m->code);
    if (teams)
        return web_fail(c, RC_STATE, "",
                        m->teams_seed ? "该活动的执法检查人员已经抽取"
                                      : "该活动尚未抽取，不能抽取检查组");
    return planner_campaign_wrong(c, m, "录入公共随机值");
}

/* Whether the value is awaited, of whoever takes part, and its time has come. */
static enum rc due(struct web_ctx *c, const struct campaign *m, bool teams,
                   struct announcement *announced, struct value_source *source)
{
    bool takes_part = false;
    enum rc rc = campaign_takes_part(c->db, m->id, c->actor.department_id, &takes_part);
    if (rc == RC_OK)
        rc = check_state(c, m, teams, takes_part);
    if (rc == RC_OK)
        rc = announcement_load(c->db, c->arena, m, announced, &c->err);
    if (rc != RC_OK)
        return rc;
    *source = teams ? announcement_teams(announced) : announced->value;
    if (!takes_part && !types_value(source, c->actor.department))
        return web_fail(c, RC_FORBIDDEN, "", "本部门没有参加批次 %s", m->code);
    if (c->now < source->at)
        return web_fail(c, RC_STATE, "", "还没有到公告的公共随机值时间");
    if (teams && c->now > announcement_teams_latest(announced))
        return web_fail(c, RC_STATE, "",
                        "第二个公共随机值的录入期限已过：由定时任务按第一个公共随机值抽取检查组");
    return RC_OK;
}

static enum rc may_enter(struct web_ctx *c, const struct campaign *m, bool teams)
{
    struct announcement *announced = arena_alloc(c->arena, sizeof *announced);
    struct value_source source = { .at = 0 };
    enum rc rc = due(c, m, teams, announced, &source);
    return rc == RC_OK && source.kind != VALUE_BEACON ? may_type(c, &source) : rc;
}

enum rc planner_value_check(struct web_ctx *c, const void *object)
{
    return may_enter(c, object, false);
}

enum rc planner_teams_check(struct web_ctx *c, const void *object)
{
    return may_enter(c, object, true);
}

enum rc planner_value_take(struct web_ctx *c, bool teams, struct planner_value *out)
{
    const struct value_body *in = c->input;
    struct campaign *m = &out->campaign;
    struct value_source source = { .at = 0 };
    *out = (struct planner_value){ .value = NULL };
    enum rc rc = planner_campaign_take(c, m);
    if (rc == RC_OK)
        rc = due(c, m, teams, &out->announced, &source);
    if (rc != RC_OK)
        return rc;
    bool beacon = source.kind == VALUE_BEACON;
    if (!in->pulse == beacon || !in->value == !beacon)
        return web_fail(c, RC_INVALID, beacon ? "/pulse" : "/value",
                        beacon ? "须提交信标的脉冲" : "须录入公共随机值");
    c->audit.detail =
        planner_audit_text(c, beacon ? "pulse" : "public_value", beacon ? in->pulse : in->value);
    out->pulse = in->pulse;
    return beacon ? RC_OK : enter(c, m, &source, teams, in->value, &out->value);
}

/* POST campaigns/{code}/value: drawn in the same transaction. */
enum rc planner_campaign_value(struct web_ctx *c)
{
    struct planner_value *in = arena_alloc(c->arena, sizeof *in);
    const struct campaign_act act = planner_campaign_act(c);
    enum rc rc = planner_value_take(c, false, in);
    if (rc == RC_OK && in->pulse)
        rc = campaign_draw_pulse(c->db, c->arena, &in->campaign, &in->announced, in->pulse,
                                 strlen(in->pulse), &act, &c->err);
    else if (rc == RC_OK && in->value)
        rc =
            campaign_draw(c->db, c->arena, &in->campaign, &in->announced, in->value, &act, &c->err);
    return rc == RC_OK ? planner_campaign_reply(c, 200, in->campaign.code) : rc;
}
