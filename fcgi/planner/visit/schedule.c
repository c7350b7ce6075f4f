/* When they go: visits are dated. */
#include "planner/routes.h"
#include "planner/visit/visit.h"

#include "base/date.h"
#include "store/visit/assignment.h"
#include "store/visit/visit.h"

struct schedule_body {
    int32_t from;
    int32_t to;
};

const struct web_input planner_schedule_body = WEB_INPUT(
    struct schedule_body, WEB_FIELD(struct schedule_body, from, "起始日期", .required = true),
    WEB_FIELD(struct schedule_body, to, "截止日期", .required = true));

static enum rc staffed(struct web_ctx *c, const struct campaign *campaign)
{
    int64_t assigned = 0;
    enum rc rc = assignment_count(c->db, campaign->id, &assigned);
    if (rc == RC_OK && assigned == 0)
        return web_fail(c, RC_STATE, "", "请先抽取执法检查人员");
    return rc;
}

enum rc visit_schedule_check(struct web_ctx *c, const void *object)
{
    enum rc rc = visit_campaign_check(c, object);
    return rc == RC_OK ? staffed(c, object) : rc;
}

static enum rc check_window(struct web_ctx *c, const struct campaign *campaign,
                            const struct schedule_body *body)
{
    int32_t last;
    char text[DATE_TEXT];
    enum rc rc = visit_ends_on(c->db, campaign->id, &last);
    if (rc != RC_OK)
        return rc;
    rc = visit_period(c, body->from, body->to);
    if (rc != RC_OK)
        return rc;
    date_format(text, last);
    if (body->to > last)
        return web_fail(c, RC_INVALID, "/to", "截止日期不得晚于计划截止日期 %s", text);
    return staffed(c, campaign);
}

static enum rc write_schedule(struct web_ctx *c, const struct visit_planning *p)
{
    const struct visitplan_dates *dates = &p->dates;
    size_t dated = p->stops.count - dates->missed;
    c->audit.detail = arena_printf(c->arena, "{\"dated\":%zu,\"undated\":%zu,\"joined\":%zu}",
                                   dated, dates->missed, p->outcome.joined);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "dated", (int64_t)dated);
    jw_int(w, "undated", (int64_t)dates->missed);
    jw_int(w, "joined", (int64_t)p->outcome.joined);
    jw_int(w, "working_days", (int64_t)p->window.day_count);
    visit_put_undated(c, w, p);
    return web_json_end(c);
}

/* POST campaigns/{code}/schedule: dates its visits that are not dispatched, and joins entries of
   other campaigns. */
enum rc planner_visit_schedule(struct web_ctx *c)
{
    const struct schedule_body *body = c->input;
    struct visit_planning *p = arena_alloc(c->arena, sizeof *p);
    struct campaign campaign;
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = check_window(c, &campaign, body);
    if (rc == RC_OK)
        rc = visit_stops(c->db, c->arena, campaign.id, &p->stops);
    if (rc == RC_OK && p->stops.count == 0)
        rc = web_fail(c, RC_STATE, "", "该活动没有待排期的检查");
    if (rc == RC_OK)
        rc = visit_plan(c, campaign.region, body->from, body->to, p);
    if (rc == RC_OK)
        rc = visit_set_dates(c->db, c->arena, &p->stops, &p->outcome);
    return rc == RC_OK ? write_schedule(c, p) : rc;
}
