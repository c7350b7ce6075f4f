/* Who goes and when: inspectors drawn, visits dated, visits dispatched to the phones. */
#include "planner/difference.h"
#include "planner/routes.h"
#include "planner/visit.h"

#include <limits.h>

#include "base/date.h"
#include "store/assignment.h"
#include "store/record.h"
#include "store/rule.h"
#include "store/visit.h"

struct schedule_body {
    int32_t from;
    int32_t to;
};

const struct web_input planner_schedule_body = {
    .size = sizeof(struct schedule_body),
    .fields =
        (const struct web_field[]){
            { .name = "from",
              .type = WEB_DATE,
              .offset = offsetof(struct schedule_body, from),
              .required = true },
            { .name = "to",
              .type = WEB_DATE,
              .offset = offsetof(struct schedule_body, to),
              .required = true },
            { .name = NULL },
        },
};

struct window {
    int32_t first;
    int32_t last;
    int32_t days[VISITPLAN_DAYS_MAX];
    size_t count;
};

static enum rc working_days(struct web_ctx *c, int32_t first, int32_t last, struct window *out)
{
    struct workday_calendar calendar;
    enum rc rc = rule_calendar(c->db, c->arena, &calendar);
    if (rc != RC_OK)
        return rc;
    out->first = first;
    out->last = last;
    out->count = workday_list(&calendar, first, last, out->days, VISITPLAN_DAYS_MAX);
    return RC_OK;
}

/* ---- inspectors ---- */

/* The reason of every shortage, by section; NULL where there is none. */
static const char **shortage_texts(struct web_ctx *c, const struct match_problem *problem,
                                   const struct match_plan *plan)
{
    const char **texts = arena_array(c->arena, problem->section_count, sizeof *texts);
    for (size_t i = 0; i < plan->shortage_count; i++)
        texts[plan->shortages[i].section] = match_shortage_text(c->arena, &plan->shortages[i]);
    return texts;
}

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

static enum rc write_match(struct web_ctx *c, const struct match_problem *problem,
                           const struct match_plan *plan, const char *const *texts,
                           const struct window *window, size_t differences, size_t displaced)
{
    int64_t by_source[MATCH_DIRECT + 1] = { 0 };
    for (size_t i = 0; i < plan->assignment_count; i++)
        by_source[plan->assignments[i].source]++;
    c->audit.detail =
        arena_printf(c->arena,
                     "{\"drawn\":%lld,\"neighbour\":%lld,\"direct\":%lld,\"open\":%zu,\"days\":%u,"
                     "\"differences\":%zu,\"displaced\":%zu}",
                     (long long)by_source[MATCH_DRAWN], (long long)by_source[MATCH_NEIGHBOUR],
                     (long long)by_source[MATCH_DIRECT], plan->open_count, problem->working_days,
                     differences, displaced);
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "assignments", (int64_t)plan->assignment_count);
    for (int s = MATCH_DRAWN; s <= MATCH_DIRECT; s++)
        jw_int(w, match_source_name((enum match_source)s), by_source[s]);
    jw_object(w, "window");
    jw_date(w, "first", window->first);
    jw_date(w, "last", window->last);
    jw_int(w, "working_days", (int64_t)window->count);
    jw_end(w);
    jw_int(w, "differences", (int64_t)differences);
    jw_int(w, "displaced", (int64_t)displaced);
    write_shortages(w, problem, plan, texts);
    return web_json_end(c);
}

/* What has to hold before inspectors are drawn, and the days they may go on. */
static enum rc ready_to_match(struct web_ctx *c, const struct campaign *campaign,
                              struct window *window)
{
    int64_t n;
    struct match_draw draw = { .made = false };
    int32_t last;
    int32_t today = date_at(c->now);
    enum rc rc = visit_count(c->db, campaign->id, &n);
    if (rc == RC_OK && n == 0)
        return web_fail(c, RC_STATE, "", "该活动的检查尚未生成");
    if (rc == RC_OK)
        rc = match_file_draw(c->db, campaign->id, &draw);
    if (rc == RC_OK && draw.made)
        return web_fail(c, RC_STATE, "", "该活动的执法检查人员已经抽取，共 %lld 名",
                        (long long)draw.inspectors);
    if (rc == RC_OK)
        rc = visit_ends_on(c->db, campaign->id, &last);
    if (rc == RC_OK && last < today)
        return web_fail(c, RC_STATE, "", "该活动的计划已到截止日期");
    return rc == RC_OK ? working_days(c, today, last, window) : rc;
}

/* POST campaigns/{code}/inspectors */
enum rc planner_inspector_draw(struct web_ctx *c)
{
    struct campaign campaign;
    struct team_problem problem;
    struct assignment_problem *drawn = &problem.drawn;
    struct differences differences = { .n = 0 };
    size_t displaced = 0;
    struct match_plan plan;
    struct buf text;
    struct window *window = arena_alloc(c->arena, sizeof *window);
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = ready_to_match(c, &campaign, window);
    if (rc == RC_OK)
        rc = team_problem(c, campaign.id, campaign.rule, campaign.region, &problem);
    if (rc == RC_OK)
        rc = differences_of(c, campaign.id, &problem, &differences);
    if (rc == RC_OK)
        rc = differences_explained(c, &differences);
    if (rc != RC_OK)
        return rc;
    drawn->match.seed = campaign.seed;
    drawn->match.window_last = window->last;
    drawn->match.working_days = (unsigned)window->count;
    rc = match_run(c->arena, &drawn->match, &plan, &c->err);
    if (rc == RC_OK && problem.committed)
        rc = roster_displaced(c->arena, &problem.roster, &drawn->match, &plan, &displaced, &c->err);
    if (rc != RC_OK)
        return rc;
    const char **texts = shortage_texts(c, &drawn->match, &plan);
    buf_init(&text, c->arena, MATCH_FILE_MAX);
    roster_differences_text(&text, campaign.code, differences.v, differences.n, differences.notes);
    rc = match_file_store(c->db, c->arena, campaign.id, campaign.code, c->now, drawn, &plan,
                          problem.committed ? &text : NULL, &c->err);
    if (rc == RC_OK)
        rc = assignment_store(c->db, c->arena, drawn, &plan, texts);
    return rc == RC_OK
               ? write_match(c, &drawn->match, &plan, texts, window, differences.n, displaced)
               : rc;
}

/* ---- dates ---- */

static enum rc check_window(struct web_ctx *c, const struct campaign *campaign,
                            const struct schedule_body *body)
{
    int32_t last;
    int64_t assigned;
    char text[DATE_TEXT];
    enum rc rc = visit_ends_on(c->db, campaign->id, &last);
    if (rc == RC_OK)
        rc = assignment_count(c->db, campaign->id, &assigned);
    if (rc != RC_OK)
        return rc;
    if (body->from < date_at(c->now))
        return web_fail(c, RC_INVALID, "/from", "起始日期不得早于今天");
    if (body->to < body->from)
        return web_fail(c, RC_INVALID, "/to", "截止日期不得早于起始日期");
    date_format(text, last);
    if (body->to > last)
        return web_fail(c, RC_INVALID, "/to", "截止日期不得晚于计划截止日期 %s", text);
    if (body->to - body->from >= VISITPLAN_DAYS_MAX)
        return web_fail(c, RC_INVALID, "/to", "排期不得超过 %d 天", VISITPLAN_DAYS_MAX);
    if (assigned == 0)
        return web_fail(c, RC_STATE, "", "请先抽取执法检查人员");
    return RC_OK;
}

/* Nobody goes more often a day than load.daily and the inspector's own limit allow. */
static enum rc daily_limits(struct web_ctx *c, const struct campaign *campaign,
                            struct visit_stops *stops, struct visitplan_window *out)
{
    struct rule_set rules;
    int64_t daily;
    enum rc rc = rule_load(c->db, c->arena, campaign->region, date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, "load.daily", &daily, &c->err);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < stops->inspector_count; i++)
        if (stops->inspector_daily[i] > daily)
            stops->inspector_daily[i] = daily > 0 ? (unsigned)daily : 0;
    /* No source limits a department's visits a day: its inspectors' limits do. */
    unsigned *departments = arena_array(c->arena, stops->department_count, sizeof *departments);
    for (size_t i = 0; i < stops->department_count; i++)
        departments[i] = UINT_MAX;
    out->inspector_max = stops->inspector_daily;
    out->inspector_count = stops->inspector_count;
    out->department_max = departments;
    out->department_count = stops->department_count;
    return RC_OK;
}

static enum rc write_schedule(struct web_ctx *c, const struct visit_stops *stops,
                              const int32_t *dates, size_t missed, const struct window *window)
{
    size_t listed = 0;
    c->audit.detail =
        arena_printf(c->arena, "{\"dated\":%zu,\"undated\":%zu}", stops->count - missed, missed);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "dated", (int64_t)(stops->count - missed));
    jw_int(w, "undated", (int64_t)missed);
    jw_int(w, "working_days", (int64_t)window->count);
    jw_array(w, "undated_visits");
    for (size_t i = 0; i < stops->count && listed < VISIT_REPORT_MAX; i++) {
        if (dates[i] != VISITPLAN_NO_DATE)
            continue;
        jw_text(w, NULL, stops->stops[i].visit);
        listed++;
    }
    jw_end(w);
    return web_json_end(c);
}

/* POST campaigns/{code}/schedule: dates all visits anew that are not dispatched. */
enum rc planner_visit_schedule(struct web_ctx *c)
{
    const struct schedule_body *body = c->input;
    struct campaign campaign;
    struct visit_stops stops;
    struct visitplan_window limits;
    struct window *window = arena_alloc(c->arena, sizeof *window);
    size_t missed;
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = check_window(c, &campaign, body);
    if (rc == RC_OK)
        rc = working_days(c, body->from, body->to, window);
    if (rc == RC_OK)
        rc = visit_stops(c->db, c->arena, campaign.id, &stops);
    if (rc == RC_OK && stops.count == 0)
        rc = web_fail(c, RC_STATE, "", "该活动没有待排期的检查");
    if (rc == RC_OK)
        rc = daily_limits(c, &campaign, &stops, &limits);
    if (rc != RC_OK)
        return rc;
    limits.days = window->days;
    limits.day_count = window->count;
    int32_t *dates = arena_array(c->arena, stops.count, sizeof *dates);
    rc = visitplan_date(c->arena, stops.stops, stops.count, &limits, dates, &missed, &c->err);
    if (rc == RC_OK)
        rc = visit_set_dates(c->db, c->arena, &stops, dates);
    return rc == RC_OK ? write_schedule(c, &stops, dates, missed, window) : rc;
}

/* ---- dispatch ---- */

static enum rc write_dispatch(struct web_ctx *c, size_t dispatched, const struct visit_held *held,
                              size_t n, int64_t held_count)
{
    c->audit.detail = arena_printf(c->arena, "{\"dispatched\":%zu,\"held\":%lld}", dispatched,
                                   (long long)held_count);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "dispatched", (int64_t)dispatched);
    jw_int(w, "held", held_count);
    jw_array(w, "held_visits");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "visit", held[i].code);
        jw_text(w, "reason",
                held[i].redrawn                           ? "该计划已重新抽取"
                : held[i].undated && held[i].understaffed ? "未排期，人员不足"
                : held[i].undated                         ? "未排期"
                                                          : "人员不足或专业未覆盖");
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}

/* POST campaigns/{code}/dispatch: what is dated and staffed goes out; the rest is held, and named. */
enum rc planner_visit_dispatch(struct web_ctx *c)
{
    struct campaign campaign;
    struct rule_set rules;
    struct visit_held *held = NULL;
    size_t held_listed = 0;
    int64_t held_count = 0;
    int64_t minimum = 0;
    int64_t *ids = NULL;
    size_t n = 0;
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = rule_load(c->db, c->arena, campaign.region, date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, "inspectors.minimum", &minimum, &c->err);
    if (rc == RC_OK)
        rc = visit_held(c->db, c->arena, campaign.id, minimum, VISIT_REPORT_MAX, &held,
                        &held_listed, &held_count);
    if (rc == RC_OK)
        rc = visit_dispatch(c->db, c->arena, campaign.id, minimum, &ids, &n);
    if (rc == RC_OK && n == 0)
        rc = web_fail(c, RC_STATE, "", "没有可派发的检查：%lld 次未排期或人员不足",
                      (long long)held_count);
    if (rc == RC_OK)
        rc = record_publish_visits(c->db, c->arena, ids, n);
    return rc == RC_OK ? write_dispatch(c, n, held, held_listed, held_count) : rc;
}
