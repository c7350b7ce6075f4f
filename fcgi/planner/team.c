#include "planner/team.h"

#include <string.h>

#include "base/date.h"
#include "store/rule.h"

#define DAY_MS INT64_C(86400000)
#define OFFICIAL_OFFSET_MS INT64_C(28800000) /* UTC+8 */

enum { CITY = 4 /* digits of a region code */, YEAR_DAYS = 365 };

enum rc team_terms(struct web_ctx *c, const char *region, struct pool_terms *out)
{
    struct rule_set rules;
    int32_t today = date_at(c->now);
    enum rc rc = rule_load(c->db, c->arena, region, today, &rules);
    out->year_start = date_of(date_year(today), 1, 1) * DAY_MS - OFFICIAL_OFFSET_MS;
    out->clean_since = c->now - YEAR_DAYS * DAY_MS;
    return rc == RC_OK ? rule_value(&rules, "alert.pair.clean_yearly", &out->clean_limit, &c->err)
                       : rc;
}

enum rc team_problem(struct web_ctx *c, int64_t campaign_id, const char *rule, const char *region,
                     struct team_problem *out)
{
    struct pool_terms terms = { .year_start = 0 };
    struct match_problem *match = &out->drawn.match;
    enum draw_rule which;
    *out = (struct team_problem){ .committed = false };
    enum rc rc = team_terms(c, region, &terms);
    if (rc == RC_OK && !draw_rule_parse(rule, &which))
        rc = web_fail(c, RC_INTERNAL, "", "未知的抽取规则");
    if (rc == RC_OK)
        rc = assignment_problem(c->db, c->arena, campaign_id, &terms, &out->drawn, &c->err);
    if (rc == RC_OK)
        rc = roster_of_campaign(c->db, c->arena, campaign_id, which, match, out->drawn.words,
                                &out->roster, &out->committed, &c->err);
    if (rc != RC_OK)
        return rc;
    match->rule = which;
    out->now = match->inspectors;
    if (out->committed)
        roster_narrow(c->arena, &out->roster, match);
    return RC_OK;
}

enum rc team_load(struct web_ctx *c, const struct adjustment_section *section, struct team *out)
{
    struct match_problem *match = &out->problem.drawn.match;
    *out = (struct team){ .section = section };
    enum rc rc = match_file_draw(c->db, section->campaign_id, &out->draw);
    if (rc == RC_OK && !out->draw.made)
        rc = web_fail(c, RC_STATE, "", "该活动的执法检查人员尚未抽取");
    if (rc == RC_OK)
        rc = team_problem(c, section->campaign_id, section->rule, section->region, &out->problem);
    if (rc != RC_OK)
        return rc;
    match->seed = section->seed;
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
    }
    return rc;
}
