/* Visits dispatched to the phones: what is dated, staffed, and fits beside what stands. */
#include "planner/routes.h"
#include "planner/visit/visit.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/sorted.h"
#include "store/directory/rule.h"
#include "store/field/record.h"

/* Visits that are dated on a day which others have filled since. */
struct booked {
    const char **visits; /* codes, by region, then code */
    int64_t *ids;        /* ascending */
    size_t n;
};

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x;
    int64_t b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static bool among(const int64_t *ids, size_t n, int64_t id)
{
    return sorted_find(&id, ids, n, sizeof *ids, by_number) != NULL;
}

/* The distinct dates of the stops, ascending. */
static void days_of(struct web_ctx *c, const struct visit_stops *stops,
                    struct visitplan_window *out)
{
    int64_t *sorted = arena_array(c->arena, stops->count, sizeof *sorted);
    int32_t *days = arena_array(c->arena, stops->count, sizeof *days);
    size_t n = 0;
    for (size_t i = 0; i < stops->count; i++)
        if (stops->stops[i].stands != VISITPLAN_NO_DATE)
            sorted[n++] = stops->stops[i].stands;
    if (n)
        qsort(sorted, n, sizeof *sorted, by_number);
    for (size_t i = 0; i < n; i++)
        if (out->day_count == 0 || days[out->day_count - 1] != sorted[i])
            days[out->day_count++] = (int32_t)sorted[i];
    out->days = days;
}

/* Of the visits that are ready otherwise, by their ids. */
static enum rc find_booked(struct web_ctx *c, const struct campaign *campaign, const int64_t *ids,
                           size_t ready, struct booked *out)
{
    struct visit_stops stops;
    struct visitplan_window window = { .day_count = 0 };
    size_t n = 0;
    *out = (struct booked){ .n = 0 };
    enum rc rc = visit_stops_planned(c->db, c->arena, campaign->id, &stops);
    if (rc == RC_OK)
        rc = visit_limits(c, campaign->region, &stops, &window);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < stops.count; i++)
        if (!among(ids, ready, stops.visit_ids[i]))
            stops.stops[i].stands = VISITPLAN_NO_DATE;
    days_of(c, &stops, &window);
    bool *booked = arena_array(c->arena, stops.count, sizeof *booked);
    rc = visit_stand(c, &stops, false, &window);
    if (rc == RC_OK)
        rc = visitplan_recheck(c->arena, stops.stops, stops.count, &window, booked, &n, &c->err);
    if (rc != RC_OK || n == 0)
        return rc;
    out->visits = arena_array(c->arena, n, sizeof *out->visits);
    out->ids = arena_array(c->arena, n, sizeof *out->ids);
    for (size_t i = 0; i < stops.count; i++) {
        if (!booked[i])
            continue;
        out->visits[out->n] = stops.stops[i].visit;
        out->ids[out->n++] = stops.visit_ids[i];
    }
    qsort(out->ids, out->n, sizeof *out->ids, by_number);
    return RC_OK;
}

static size_t without(int64_t *ids, size_t n, const struct booked *booked)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!sorted_find(&ids[i], booked->ids, booked->n, sizeof *booked->ids, by_number))
            ids[kept++] = ids[i];
    return kept;
}

static int64_t all_held(const struct row_page *page)
{
    const struct visit_held *held = page->v;
    return page->n ? held->count : 0;
}

static const char *held_reason(const struct visit_held *held)
{
    if (held->redrawn)
        return "该计划已重新抽取";
    if (held->undated)
        return held->understaffed ? "未排期，人员不足" : "未排期";
    if (held->past)
        return "计划日期已过，请重新排期";
    return "人员不足或专业未覆盖（离岗、证件当日无效和须回避的人员不计）";
}

static void write_held(struct jsonw *w, const char *visit, const char *reason)
{
    jw_object(w, NULL);
    jw_text(w, "visit", visit);
    jw_text(w, "reason", reason);
    jw_end(w);
}

static enum rc write_dispatch(struct web_ctx *c, size_t dispatched, int64_t held_count,
                              const struct row_page *page, const struct booked *booked)
{
    const struct visit_held *held = page->v;
    c->audit.detail = arena_printf(c->arena, "{\"dispatched\":%zu,\"held\":%lld}", dispatched,
                                   (long long)held_count);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "dispatched", (int64_t)dispatched);
    jw_int(w, "held", held_count);
    jw_array(w, "held_visits");
    for (size_t i = 0; i < page->n; i++)
        write_held(w, held[i].code, held_reason(&held[i]));
    for (size_t i = 0; i < booked->n && page->n + i < VISIT_REPORT_MAX; i++)
        write_held(
            w, booked->visits[i],
            "与其他检查冲突：当日人员次数已满、须跨区县，或该企业检查次数已达上限，请重新排期");
    jw_end(w);
    return web_json_end(c);
}

/* What is dated and staffed, and some of what is not. */
static enum rc sort_out(struct web_ctx *c, const struct campaign *campaign, int64_t **ids,
                        size_t *ready, struct row_page *held)
{
    int64_t minimum = 0;
    enum rc rc = visit_team_minimum(c, campaign->region, &minimum);
    if (rc == RC_OK)
        rc = visit_held(c->db, c->arena, campaign->id, date_at(c->now), minimum, VISIT_REPORT_MAX,
                        held);
    return rc == RC_OK
               ? visit_ready(c->db, c->arena, campaign->id, date_at(c->now), minimum, ids, ready)
               : rc;
}

static enum rc check_some(struct web_ctx *c, size_t ready, int64_t held)
{
    if (ready == 0)
        return web_fail(c, RC_STATE, "",
                        "没有可派发的检查：%lld 次未排期、人员不足或与其他检查冲突",
                        (long long)held);
    return RC_OK;
}

enum rc visit_dispatch_check(struct web_ctx *c, const void *campaign)
{
    struct row_page held = { .n = 0 };
    int64_t *ids = NULL;
    size_t ready = 0;
    enum rc rc = visit_campaign_check(c, campaign);
    if (rc == RC_OK)
        rc = sort_out(c, campaign, &ids, &ready, &held);
    return rc == RC_OK ? check_some(c, ready, all_held(&held)) : rc;
}

/* POST campaigns/{code}/dispatch: what is dated and staffed goes out; the rest is held, and
   named. */
enum rc planner_visit_dispatch(struct web_ctx *c)
{
    struct campaign campaign;
    struct booked booked;
    struct row_page held = { .n = 0 };
    int64_t *ids = NULL;
    size_t ready = 0;
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = sort_out(c, &campaign, &ids, &ready, &held);
    if (rc == RC_OK)
        rc = find_booked(c, &campaign, ids, ready, &booked);
    if (rc != RC_OK)
        return rc;
    size_t n = without(ids, ready, &booked);
    int64_t held_count = all_held(&held) + (int64_t)(ready - n);
    rc = check_some(c, n, held_count);
    if (rc == RC_OK)
        rc = visit_dispatch(c->db, c->arena, ids, n, c->now);
    if (rc == RC_OK)
        rc = record_publish_visits(c->db, c->arena, ids, n);
    return rc == RC_OK ? write_dispatch(c, n, held_count, &held, &booked) : rc;
}
