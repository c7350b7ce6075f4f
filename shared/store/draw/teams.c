#include "store/draw/teams.h"

#include <string.h>

#include "base/date.h"
#include "domain/draw/closing.h"
#include "domain/visit/visitplan.h"
#include "store/directory/rule.h"

#define DAY_MS INT64_C(86400000)

enum { YEAR_DAYS = 365, CLOSING_MAX = 1 << 20 };

enum rc teams_terms(struct db *db, struct arena *a, const char *region, int64_t now,
                    struct pool_terms *out, struct err *err)
{
    struct rule_set rules;
    int32_t today = date_at(now);
    enum rc rc = rule_load(db, a, region, today, &rules);
    out->year_start = date_year_start(now);
    out->clean_since = now - YEAR_DAYS * DAY_MS;
    return rc == RC_OK ? rule_value(&rules, RULE_ALERT_PAIR_CLEAN_YEARLY, &out->clean_limit, err)
                       : rc;
}

enum rc teams_problem(struct db *db, struct arena *a, const struct campaign *campaign, int64_t now,
                      struct team_problem *out, struct err *err)
{
    struct pool_terms terms = { .year_start = 0 };
    struct match_problem *match = &out->drawn.match;
    enum draw_rule rule;
    bool complete = false;
    *out = (struct team_problem){ .now = NULL };
    enum rc rc = teams_terms(db, a, campaign->region, now, &terms, err);
    if (rc == RC_OK && !draw_rule_parse(campaign->rule, &rule))
        rc = RC_INTERNAL;
    if (rc == RC_OK)
        rc = assignment_problem(db, a, campaign->id, &terms, &out->drawn, err);
    if (rc == RC_OK)
        rc = roster_of_campaign(db, a, campaign->id, rule, match, out->drawn.words, &out->roster,
                                &complete, err);
    if (rc != RC_OK)
        return rc;
    if (!complete)
        return err_set(err, RC_STATE, "", "批次 %s 有抽取没有人员名单", campaign->code);
    match->rule = rule;
    out->now = match->inspectors;
    roster_narrow(a, &out->roster, match);
    return RC_OK;
}

enum rc teams_differences(struct db *db, struct arena *a, const struct campaign *campaign,
                          const struct team_problem *problem, int64_t now,
                          struct teams_differences *out)
{
    *out = (struct teams_differences){ .n = 0 };
    roster_compare(a, &problem->roster, &problem->drawn.match, problem->drawn.words->v, &out->v,
                   &out->n);
    enum rc rc = roster_change_notes(db, a, campaign->id, out->v, out->n, now, &out->notes);
    for (size_t i = 0; rc == RC_OK && i < out->n; i++) {
        out->unexplained += !out->notes[i].cause;
        out->unapproved += out->notes[i].cause && !out->notes[i].at;
    }
    return rc;
}

/* ---- what is closed ---- */

/* The roster's line in place of an inspector of whom something is not approved; the visits of other
   campaigns are counted, not said. */
static void revert(const struct roster *roster, struct match_inspector *who)
{
    for (size_t i = 0; i < roster->count; i++)
        if (strcmp(roster->inspectors[i].id, who->id) == 0) {
            unsigned carried = who->carried;
            *who = roster->inspectors[i];
            who->carried = carried;
        }
}

static void revert_unapproved(struct arena *a, struct team_problem *problem,
                              const struct teams_differences *differences)
{
    struct match_problem *match = &problem->drawn.match;
    struct match_inspector *list = arena_array(a, match->inspector_count, sizeof *list);
    for (size_t i = 0; i < match->inspector_count; i++)
        list[i] = match->inspectors[i];
    for (size_t k = 0; k < differences->n; k++)
        for (size_t i = 0; !differences->notes[k].at && i < match->inspector_count; i++)
            if (!list[i].uncommitted && strcmp(list[i].id, differences->v[k].card) == 0)
                revert(&problem->roster, &list[i]);
    match->inspectors = list;
}

/* The days that are left from the closing, or from the second value where that came first. */
static enum rc set_window(struct db *db, struct arena *a, const struct announcement *announced,
                          int64_t now, struct team_problem *problem, struct err *err)
{
    struct workday_calendar calendar;
    int32_t days[VISITPLAN_DAYS_MAX];
    struct match_problem *match = &problem->drawn.match;
    int32_t first = date_at(now < announced->teams_at ? now : announced->teams_at);
    match->window_last = problem->roster.last_day;
    if (match->window_last < first)
        return err_set(err, RC_STATE, "", "该活动的计划已到截止日期");
    enum rc rc = rule_calendar(db, a, &calendar);
    if (rc == RC_OK)
        match->working_days =
            (unsigned)workday_list(&calendar, first, match->window_last, days, VISITPLAN_DAYS_MAX);
    return rc;
}

/* What counts: approved, and in time. */
static enum rc settle(struct db *db, struct arena *a, const struct campaign *campaign,
                      const struct announcement *announced, int64_t now,
                      struct team_problem *problem, struct teams_differences *differences,
                      struct teams_closed *out)
{
    if (now >= announced->teams_at) {
        problem->drawn.match.inspectors = problem->roster.inspectors;
        problem->drawn.match.inspector_count = problem->roster.count;
        *differences = (struct teams_differences){ .n = 0 };
        return RC_OK;
    }
    enum rc rc = teams_differences(db, a, campaign, problem, now, differences);
    out->left_out = differences->unexplained + differences->unapproved;
    if (rc != RC_OK || !out->left_out)
        return rc;
    revert_unapproved(a, problem, differences);
    return teams_differences(db, a, campaign, problem, now, differences);
}

static enum rc results_of(struct db *db, struct arena *a, const struct campaign *campaign,
                          enum draw_rule rule, struct closing *out)
{
    const struct draw *draws = NULL;
    enum rc rc = draw_of_campaign(db, a, campaign->id, &draws, &out->result_count);
    if (rc != RC_OK)
        return rc;
    struct closing_result *results = arena_array(a, out->result_count, sizeof *results);
    out->results = results;
    for (size_t i = 0; rc == RC_OK && i < out->result_count; i++) {
        char *hex = arena_alloc(a, DIGEST_HEX);
        results[i] = (struct closing_result){ draws[i].code, hex };
        rc = draw_result_digest(db, draws[i].id, rule, hex);
    }
    return rc;
}

static enum rc store(struct db *db, struct arena *a, const struct campaign *campaign,
                     const struct team_problem *problem,
                     const struct teams_differences *differences, struct closing *closing,
                     struct teams_closed *out, struct err *err)
{
    struct match_digests *digests = arena_alloc(a, sizeof *digests);
    struct buf text;
    enum draw_rule rule = problem->drawn.match.rule;
    buf_init(&text, a, MATCH_FILE_MAX);
    roster_differences_text(&text, campaign->code, differences->v, differences->n,
                            differences->notes);
    enum rc rc =
        match_file_close(db, a, campaign->id, campaign->code, &problem->drawn, &text, digests, err);
    if (rc == RC_OK)
        rc = results_of(db, a, campaign, rule, closing);
    if (rc != RC_OK)
        return rc;
    closing->visits = digests->visits;
    closing->inspectors = digests->inspectors;
    closing->differences = digests->differences;
    buf_init(&text, a, CLOSING_MAX);
    closing_write(&text, closing);
    digest_hex(draw_digest(rule), text.p, text.n, out->digest);
    rc = campaign_close(db, campaign->id, out->digest, closing->closed_at);
    return rc == RC_OK ? campaign_store_text(db, campaign->id, "closing", text.p, text.n) : rc;
}

enum rc teams_close(struct db *db, struct arena *a, const struct campaign *campaign,
                    const struct announcement *announced, const struct campaign_act *act,
                    struct teams_closed *out, struct err *err)
{
    struct team_problem *problem = arena_alloc(a, sizeof *problem);
    struct teams_differences differences = { .n = 0 };
    char secret[DIGEST_HEX];
    struct closing closing = { .campaign = campaign->code,
                               .announcement = campaign->announcement,
                               .closed_at = act->now,
                               .secret = secret };
    *out = (struct teams_closed){ .differences = 0 };
    if (!campaign_is(campaign, CAMPAIGN_DRAWN) || campaign->closing)
        return err_set(err, RC_STATE, "", "批次 %s 尚未抽取，或已经封存", campaign->code);
    enum rc rc = teams_problem(db, a, campaign, act->now, problem, err);
    if (rc == RC_OK && problem->drawn.match.section_count == 0)
        return err_set(err, RC_STATE, "", "该活动的检查尚未生成");
    if (rc == RC_OK)
        rc = set_window(db, a, announced, act->now, problem, err);
    if (rc == RC_OK)
        rc = settle(db, a, campaign, announced, act->now, problem, &differences, out);
    if (rc == RC_OK)
        rc = campaign_open_secret(db, a, campaign, announced, true, act->keys, secret, err);
    out->differences = differences.n;
    if (rc != RC_OK)
        return rc;
    rc = store(db, a, campaign, problem, &differences, &closing, out, err);
    explicit_bzero(secret, sizeof secret);
    return rc;
}
