#include "planner/visit/team.h"

#include <string.h>

#include "base/date.h"
#include "store/directory/rule.h"
#include "store/draw/campaign.h"

enum { CITY = 4 /* digits of a region code */ };

enum rc team_load(struct web_ctx *c, const struct adjustment_section *section, struct team *out)
{
    struct match_problem *match = &out->problem.drawn.match;
    struct campaign campaign = { .id = 0 };
    *out = (struct team){ .section = section };
    enum rc rc = match_file_draw(c->db, section->campaign_id, &out->draw);
    if (rc == RC_OK && !out->draw.made)
        rc = web_fail(c, RC_STATE, "", "该活动的执法检查人员尚未抽取");
    if (rc == RC_OK)
        rc = campaign_by_code(c->db, c->arena, section->campaign, &campaign);
    if (rc == RC_OK)
        rc = teams_problem(c->db, c->arena, &campaign, c->now, &out->problem, &c->err);
    if (rc != RC_OK)
        return rc;
    match->seed = campaign.teams_seed;
    match->window_last = out->draw.window_last;
    match->working_days = (unsigned)out->draw.working_days;
    out->index =
        assignment_index(out->problem.drawn.section_ids, match->section_count, section->id);
    if (out->index == MATCH_NOBODY)
        return web_fail(c, RC_INTERNAL, "", "检查单没有任务");
    return RC_OK;
}

enum rc team_complete(struct web_ctx *c, const struct team *team, int64_t leaver_id, unsigned size,
                      struct match_plan *plan)
{
    struct match_member *members = NULL;
    size_t n = 0;
    const struct assignment_problem *p = &team->problem.drawn;
    enum rc rc = assignment_members(c->db, c->arena, team->section->campaign_id, p,
                                    team->section->id, leaver_id, &members, &n);
    if (rc != RC_OK)
        return rc;
    size_t leaver = leaver_id ? assignment_index(p->inspector_ids, p->inspector_count, leaver_id)
                              : MATCH_NOBODY;
    return match_complete(c->arena, &p->match, members, n, team->index, leaver, size, plan,
                          &c->err);
}

static bool is_recused(const struct match_inspector *who, const char *subject)
{
    for (size_t i = 0; i < who->recusal_count; i++)
        if (strcmp(who->recusals[i], subject) == 0)
            return true;
    return false;
}

static bool at_visit(const struct match_problem *match, const struct match_member *members,
                     size_t n, size_t inspector, const char *visit)
{
    for (size_t i = 0; i < n; i++)
        if (members[i].inspector == inspector &&
            strcmp(match->sections[members[i].section].visit, visit) == 0)
            return true;
    return false;
}

enum rc team_direct(struct web_ctx *c, const struct team *team, int64_t inspector_id,
                    int64_t leaver_id, uint8_t ticket[DIGEST_SIZE])
{
    const struct assignment_problem *p = &team->problem.drawn;
    const struct match_problem *match = &p->match;
    const struct match_section *section = &match->sections[team->index];
    struct match_member *members = NULL;
    size_t n = 0;
    size_t index = assignment_index(p->inspector_ids, p->inspector_count, inspector_id);
    if (index == MATCH_NOBODY)
        return web_fail(c, RC_STATE, "/inspector", "该人员没有专业，或不属于同类部门");
    /* People choose here, with a reason on record: what they know now counts. */
    const struct match_inspector *who = &team->problem.now[index];
    enum rc rc = assignment_members(c->db, c->arena, team->section->campaign_id, p,
                                    team->section->id, leaver_id, &members, &n);
    if (rc != RC_OK)
        return rc;
    if (strcmp(who->kind, section->kind) != 0 ||
        strncmp(who->region, section->department_region, CITY) != 0)
        return web_fail(c, RC_STATE, "/inspector", "该人员不属于本市同类部门");
    if (!who->on_duty)
        return web_fail(c, RC_STATE, "/inspector", "该人员不在岗");
    if (who->card_expires_on < match->window_last)
        return web_fail(c, RC_STATE, "/inspector", "该人员的执法证在检查期内到期");
    if (is_recused(who, section->subject))
        return web_fail(c, RC_STATE, "/inspector", "该人员须回避该检查对象");
    if (at_visit(match, members, n, index, section->visit))
        return web_fail(c, RC_STATE, "/inspector", "该人员已在该次检查中");
    match_ticket(draw_tickets(c->arena, match->rule, match->seed), section->visit, who->id, ticket);
    return RC_OK;
}

enum rc team_fits(struct web_ctx *c, const struct adjustment_section *section, int64_t inspector_id)
{
    struct assignment_load load;
    struct rule_set rules;
    int64_t daily = 0;
    if (!section->dispatched) /* the dispatch looks at all of them */
        return RC_OK;
    enum rc rc =
        assignment_load(c->db, section->visit_id, inspector_id, date_year_start(c->now), &load);
    if (rc == RC_OK)
        rc = rule_load(c->db, c->arena, section->region, date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_LOAD_DAILY, &daily, &c->err);
    if (rc != RC_OK)
        return rc;
    daily = daily < load.max_daily ? daily : load.max_daily;
    bool ahead = load.planned_on >= date_at(c->now);
    if (ahead && load.same_day > daily)
        return web_fail(c, RC_STATE, "", "接替人员当日检查将达 %lld 次，超过其每日上限 %lld 次",
                        (long long)load.same_day, (long long)daily);
    if (ahead && load.elsewhere)
        return web_fail(c, RC_STATE, "", "接替人员当日在其他区县有检查");
    if (load.this_year > load.max_total)
        return web_fail(c, RC_STATE, "", "接替人员全年检查将达 %lld 次，超过其全年上限 %lld 次",
                        (long long)load.this_year, (long long)load.max_total);
    return RC_OK;
}

enum rc team_join(struct web_ctx *c, const struct team *team, const struct match_plan *plan,
                  const char *kind, size_t first, const char *reason)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < plan->assignment_count; i++) {
        const struct match_assignment *m = &plan->assignments[i];
        const struct adjustment_joiner joiner = {
            .inspector_id = team->problem.drawn.inspector_ids[m->inspector],
            .source = m->source,
            .ticket = m->ticket,
        };
        rc = assignment_add(c->db, team->section->id, joiner.inspector_id, m->source, reason,
                            m->ticket);
        if (rc == RC_OK && i >= first)
            rc =
                adjustment_record(c->db, team->section, kind, &joiner, reason, c->actor.id, c->now);
        if (rc == RC_OK)
            rc = team_fits(c, team->section, joiner.inspector_id);
    }
    return rc;
}
