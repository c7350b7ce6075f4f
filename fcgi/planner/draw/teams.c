/* Teams: what they are drawn from is closed, then they are drawn from the second public value. */
#include "planner/draw/campaign.h"

#include <string.h>

#include "planner/draw/difference.h"
#include "planner/routes.h"
#include "planner/visit/visit.h"

/* ---- closing ---- */

/* Before the second value's time nothing is left out: it would be in silence. */
static enum rc settled(struct web_ctx *c, const struct campaign *campaign)
{
    struct team_problem problem;
    struct teams_differences found = { .n = 0 };
    enum rc rc = teams_problem(c->db, c->arena, campaign, c->now, &problem, &c->err);
    if (rc == RC_OK)
        rc = teams_differences(c->db, c->arena, campaign, &problem, c->now, &found);
    return rc == RC_OK ? differences_settled(c, &found) : rc;
}

static enum rc may_close(struct web_ctx *c, const struct campaign *m,
                         struct announcement *announced)
{
    if (m->closing)
        return web_fail(c, RC_STATE, "", "批次 %s 的检查组抽取依据已经封存", m->code);
    enum rc rc = announcement_load(c->db, c->arena, m, announced, &c->err);
    if (rc == RC_OK && c->now >= announced->teams_at)
        return web_fail(c, RC_STATE, "",
                        "公告的检查组公共随机值时间已到：只能按公告的人员名单抽取，不能再封存差异");
    if (rc == RC_OK)
        rc = visit_made(c, m);
    return rc == RC_OK ? settled(c, m) : rc;
}

enum rc planner_close_check(struct web_ctx *c, const void *object)
{
    struct announcement announced;
    enum rc rc = visit_campaign_check(c, object);
    return rc == RC_OK ? may_close(c, object, &announced) : rc;
}

/* POST campaigns/{code}/close */
enum rc planner_campaign_close(struct web_ctx *c)
{
    struct campaign campaign;
    struct announcement announced;
    struct teams_closed closed;
    const struct campaign_act act = planner_campaign_act(c);
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = may_close(c, &campaign, &announced);
    if (rc == RC_OK)
        rc = teams_close(c->db, c->arena, &campaign, &announced, &act, &closed, &c->err);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"closing\":\"%s\",\"differences\":%zu}",
                                   closed.digest, closed.differences);
    return planner_campaign_reply(c, 200, campaign.code);
}

/* ---- the draw ---- */

static void write_shortages(struct jsonw *w, const struct match_problem *problem,
                            const struct match_plan *plan, const char *const *texts)
{
    jw_int(w, "short_sections", (int64_t)plan->shortage_count);
    jw_int(w, "open_sections", (int64_t)plan->open_count);
    jw_array(w, "short");
    for (size_t i = 0; i < plan->shortage_count && i < VISIT_REPORT_MAX; i++) {
        const struct match_shortage *s = &plan->shortages[i];
        jw_object(w, NULL);
        jw_text(w, "visit", problem->sections[s->section].visit);
        jw_text(w, "department", problem->sections[s->section].department);
        jw_bool(w, "open", s->open);
        jw_text(w, "reason", texts[s->section]);
        jw_end(w);
    }
    jw_end(w);
}

/* waiting: another department has to type the value, too. */
static enum rc reply(struct web_ctx *c, const struct teams_drawn *drawn, bool waiting)
{
    int64_t by_source[MATCH_DIRECT + 1] = { 0 };
    const struct match_plan *plan = &drawn->plan;
    for (size_t i = 0; i < plan->assignment_count; i++)
        by_source[plan->assignments[i].source]++;
    struct jsonw *w = web_json(c, waiting ? 200 : 201);
    jw_bool(w, "waiting", waiting);
    jw_int(w, "assignments", (int64_t)plan->assignment_count);
    for (int s = MATCH_DRAWN; s <= MATCH_DIRECT; s++)
        jw_int(w, match_source_name((enum match_source)s), by_source[s]);
    if (waiting)
        jw_null(w, "last_day");
    else
        jw_date(w, "last_day", drawn->match.window_last);
    jw_int(w, "working_days", drawn->match.working_days);
    jw_int(w, "differences", (int64_t)drawn->differences);
    jw_int(w, "displaced", (int64_t)drawn->displaced);
    write_shortages(w, &drawn->match, plan, drawn->reasons);
    return web_json_end(c);
}

/* POST campaigns/{code}/inspectors: the second value, and with it the teams, in one transaction. */
enum rc planner_inspector_draw(struct web_ctx *c)
{
    struct planner_value *in = arena_alloc(c->arena, sizeof *in);
    struct teams_drawn drawn = { .displaced = 0 };
    const struct campaign_act act = planner_campaign_act(c);
    enum rc rc = planner_value_take(c, true, in);
    if (rc == RC_OK && in->pulse)
        rc = teams_draw_pulse(c->db, c->arena, &in->campaign, &in->announced, in->pulse,
                              strlen(in->pulse), &act, &drawn, &c->err);
    else if (rc == RC_OK && in->value)
        rc = teams_draw(c->db, c->arena, &in->campaign, &in->announced, in->value, &act, &drawn,
                        &c->err);
    return rc == RC_OK ? reply(c, &drawn, !in->pulse && !in->value) : rc;
}
