/* Days for visits of one campaign or several: what joint and single schedules share. */
#include "planner/visit/visit.h"

#include "base/date.h"
#include "store/directory/rule.h"

static enum rc cap_value(struct web_ctx *c, const struct rule_set *rules, enum rule_key key,
                         unsigned *cap)
{
    int64_t value = 0;
    enum rc rc = rule_value(rules, key, &value, &c->err);
    *cap = value > 0 ? (unsigned)value : 0;
    return rc;
}

/* Nobody goes more often a day than load.daily and the inspector's own limit allow, and to no
   enterprise more often than R30 says. */
enum rc visit_limits(struct web_ctx *c, const char *region, struct visit_stops *stops,
                     struct visitplan_window *out)
{
    struct rule_set rules;
    int64_t daily;
    enum rc rc = rule_load(c->db, c->arena, region, date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_LOAD_DAILY, &daily, &c->err);
    if (rc == RC_OK)
        rc = cap_value(c, &rules, RULE_ALERT_SUBJECT_DAILY, &out->caps.daily);
    if (rc == RC_OK)
        rc = cap_value(c, &rules, RULE_ALERT_SUBJECT_WEEKLY, &out->caps.weekly);
    if (rc == RC_OK)
        rc = cap_value(c, &rules, RULE_ALERT_SUBJECT_MONTHLY, &out->caps.monthly);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < stops->inspector_count; i++)
        if (stops->inspector_daily[i] > daily)
            stops->inspector_daily[i] = daily > 0 ? (unsigned)daily : 0;
    out->inspector_max = stops->inspector_daily;
    out->inspector_count = stops->inspector_count;
    return RC_OK;
}

enum rc visit_team_minimum(struct web_ctx *c, const char *region, int64_t *minimum)
{
    struct rule_set rules;
    enum rc rc = rule_load(c->db, c->arena, region, date_at(c->now), &rules);
    return rc == RC_OK ? rule_value(&rules, RULE_INSPECTORS_MINIMUM, minimum, &c->err) : rc;
}

enum rc visit_stand(struct web_ctx *c, struct visit_stops *stops, bool planned,
                    struct visitplan_window *window)
{
    enum { MONTH = 31 };
    window->subject_count = stops->subject_count;
    if (window->day_count == 0)
        return RC_OK;
    return visit_standing(c->db, c->arena, stops, window->days[0] - MONTH,
                          window->days[window->day_count - 1] + MONTH, planned, window);
}

enum rc visit_period(struct web_ctx *c, int32_t from, int32_t to)
{
    if (from < date_at(c->now))
        return web_fail(c, RC_INVALID, "/from", "起始日期不得早于今天");
    if (to < from)
        return web_fail(c, RC_INVALID, "/to", "截止日期不得早于起始日期");
    if (to - from >= VISITPLAN_DAYS_MAX)
        return web_fail(c, RC_INVALID, "/to", "排期不得超过 %d 天", VISITPLAN_DAYS_MAX);
    return RC_OK;
}

enum rc visit_working_days(struct web_ctx *c, int32_t first, int32_t last,
                           struct visitplan_window *out)
{
    struct workday_calendar calendar;
    int32_t *days = arena_array(c->arena, VISITPLAN_DAYS_MAX, sizeof *days);
    enum rc rc = rule_calendar(c->db, c->arena, &calendar);
    if (rc != RC_OK)
        return rc;
    out->day_count = workday_list(&calendar, first, last, days, VISITPLAN_DAYS_MAX);
    out->days = days;
    return RC_OK;
}

/* What they come to: entries, and their door codes. */
void visit_settle(struct web_ctx *c, struct visit_planning *p)
{
    char(*fresh)[VISIT_DOOR_CODE] = arena_array(c->arena, p->stops.count, VISIT_DOOR_CODE);
    for (size_t i = 0; i < p->stops.count; i++) {
        visit_door_code(fresh[i]);
        p->moved += p->stops.stops[i].stands != VISITPLAN_NO_DATE &&
                    p->stops.stops[i].stands != p->dates.dates[i];
    }
    visit_outcome(c->arena, &p->stops, &p->window, p->dates.dates,
                  (const char(*)[VISIT_DOOR_CODE])fresh, &p->outcome);
}

enum rc visit_plan(struct web_ctx *c, const char *region, int32_t from, int32_t to,
                   struct visit_planning *p)
{
    for (size_t i = 0; i < p->stops.count; i++) {
        struct visitplan_stop *s = &p->stops.stops[i];
        s->first = from;
        s->last = s->last < to ? s->last : to;
    }
    enum rc rc = visit_working_days(c, from, to, &p->window);
    if (rc == RC_OK)
        rc = visit_limits(c, region, &p->stops, &p->window);
    if (rc == RC_OK)
        rc = visit_stand(c, &p->stops, true, &p->window);
    if (rc == RC_OK)
        rc = visitplan_date(c->arena, p->stops.stops, p->stops.count, &p->window, &p->dates,
                            &c->err);
    if (rc == RC_OK)
        visit_settle(c, p);
    return rc;
}

static const struct {
    enum visitplan_rule rule;
    const char *text;
} rules[] = {
    { VISITPLAN_WORKDAYS, "检查期间没有工作日" },
    { VISITPLAN_DAILY, "该企业当日已有检查" },
    { VISITPLAN_WEEKLY, "该企业当周检查次数已达上限" },
    { VISITPLAN_MONTHLY, "该企业当月检查次数已达上限" },
    { VISITPLAN_LOAD, "检查人员当日次数已满" },
    { VISITPLAN_REGION, "检查人员当日在其他区县" },
};

const char *visit_rules_text(struct web_ctx *c, unsigned set, const char *between)
{
    const char *text = "";
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (set & rules[i].rule)
            text = arena_printf(c->arena, "%s%s%s", text, *text ? between : "", rules[i].text);
    return text;
}

void visit_put_undated(struct web_ctx *c, struct jsonw *w, const struct visit_planning *p)
{
    size_t listed = 0;
    jw_array(w, "undated_visits");
    for (size_t i = 0; i < p->stops.count && listed < VISIT_REPORT_MAX; i++) {
        if (p->dates.dates[i] != VISITPLAN_NO_DATE)
            continue;
        jw_object(w, NULL);
        jw_text(w, "visit", p->stops.stops[i].visit);
        jw_text(w, "reason", visit_rules_text(c, p->dates.rules[i], "，或"));
        jw_end(w);
        listed++;
    }
    jw_end(w);
}
