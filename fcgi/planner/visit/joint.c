/* Joint planning of a city: the campaigns that take part, and one plan for all of them. */
#include "planner/routes.h"
#include "planner/visit/visit.h"

#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/directory/department.h"
#include "store/visit/joint.h"

/* ---- who takes part ---- */

struct offer_body {
    const char *notice;
};

const struct web_input planner_joint_body =
    WEB_INPUT(struct offer_body,
              WEB_FIELD(struct offer_body, notice, "检查通知", .required = true, .max = 10));

/* Visits with notice and without never share an entry, also when they were joined before. */
static enum rc keep_kind(struct web_ctx *c, const struct campaign *campaign, bool unannounced)
{
    struct joint_kind kind = { .shared = false };
    enum rc rc = joint_kind(c->db, campaign->id, &kind);
    if (rc == RC_OK && kind.shared && kind.unannounced != unannounced)
        return web_fail(c, RC_STATE, "",
                        "该活动的检查已与其他活动合并上门，不能再改变是否事先通知");
    return rc;
}

/* POST campaigns/{code}/joint: its visits may be dated together with those of other campaigns. */
enum rc planner_joint_offer(struct web_ctx *c)
{
    const struct offer_body *body = c->input;
    struct campaign campaign;
    char city[JOINT_CITY];
    bool unannounced = strcmp(body->notice, "none") == 0;
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = visit_own_campaign(c, &campaign);
    if (rc != RC_OK)
        return rc;
    if (!unannounced && strcmp(body->notice, "given") != 0)
        return web_fail(c, RC_INVALID, "/notice", "须为 given 或 none");
    rc = keep_kind(c, &campaign, unannounced);
    if (rc != RC_OK)
        return rc;
    joint_city(campaign.region, city);
    rc = joint_offer(c->db, campaign.id, city, unannounced, c->actor.id, c->now);
    return rc == RC_OK ? web_empty(c, 204) : rc;
}

/* DELETE campaigns/{code}/joint: dates that it has stay. */
enum rc planner_joint_withdraw(struct web_ctx *c)
{
    struct campaign campaign;
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = keep_kind(c, &campaign, false);
    if (rc == RC_OK)
        rc = joint_withdraw(c->db, campaign.id);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该活动没有参加统筹排期");
    return rc == RC_OK ? web_empty(c, 204) : rc;
}

/* ---- the plan ---- */

struct plan_body {
    int32_t from;
    int32_t to;
    const char *version;
};

#define PERIOD                                                                                     \
    WEB_FIELD(struct plan_body, from, "起始日期", .required = true),                               \
        WEB_FIELD(struct plan_body, to, "截止日期", .required = true)
const struct web_input planner_joint_preview_body = WEB_INPUT(struct plan_body, PERIOD);
const struct web_input planner_joint_publish_body =
    WEB_INPUT(struct plan_body, PERIOD,
              WEB_FIELD(struct plan_body, version, "版本", .required = true, .max = 64));

struct plan {
    char city[JOINT_CITY];
    struct visit_planning planning;
    struct joint_figures figures;
    char version[DIGEST_HEX];
};

static enum rc own_city(struct web_ctx *c, char city[JOINT_CITY])
{
    const char *region = NULL;
    enum rc rc = department_region(c->db, c->arena, c->actor.department_id, &region);
    if (rc == RC_OK)
        joint_city(region, city);
    return rc;
}

enum rc planner_joint_scope(struct web_ctx *c, struct db_val *scope)
{
    char *city = arena_alloc(c->arena, JOINT_CITY);
    enum rc rc = own_city(c, city);
    scope[0] = db_text(city);
    return rc;
}

/* The digest of what would be written: each visit, its day, and where it goes along. */
static void set_version(struct web_ctx *c, struct plan *plan)
{
    const struct visit_planning *p = &plan->planning;
    struct digest *digest = digest_new(DIGEST_SHA256);
    uint8_t sum[DIGEST_SIZE];
    for (size_t i = 0; i < p->stops.count; i++) {
        const char *line = arena_printf(c->arena, "%s\t%d\t%lld\n", p->stops.stops[i].visit,
                                        p->dates.dates[i], (long long)p->outcome.entries[i]);
        digest_update(digest, line, strlen(line));
    }
    digest_final(digest, sum);
    digest_free(digest);
    hex_encode(plan->version, sum, sizeof sum);
}

static enum rc make_plan(struct web_ctx *c, struct plan *plan)
{
    const struct plan_body *body = c->input;
    struct visit_planning *p = &plan->planning;
    bool part = false;
    enum rc rc = own_city(c, plan->city);
    if (rc == RC_OK)
        rc = joint_takes_part(c->db, plan->city, c->actor.department_id, &part);
    if (rc == RC_OK && !part)
        return web_fail(c, RC_FORBIDDEN, "", "本部门没有活动参加统筹排期");
    if (rc == RC_OK)
        rc = visit_period(c, body->from, body->to);
    if (rc == RC_OK)
        rc = visit_stops_offered(c->db, c->arena, plan->city, &p->stops);
    if (rc == RC_OK && p->stops.count == 0)
        return web_fail(c, RC_STATE, "", "参加统筹排期的活动没有待排期的检查");
    if (rc == RC_OK)
        rc = visit_plan(c, plan->city, body->from, body->to, p);
    if (rc == RC_OK)
        rc = joint_figures(c->db, plan->city, &plan->figures);
    if (rc == RC_OK)
        set_version(c, plan);
    return rc;
}

static void put_loads(struct jsonw *w, const struct visit_planning *p)
{
    jw_array(w, "loads");
    for (size_t i = 0; i < p->stops.inspector_count && i < VISIT_REPORT_MAX; i++) {
        jw_object(w, NULL);
        jw_text(w, "inspector", p->stops.cards[i]);
        jw_int(w, "entries", p->dates.loads[i].entries);
        jw_int(w, "most_a_day", p->dates.loads[i].most);
        jw_end(w);
    }
    jw_end(w);
}

/* How many visits of the plan each working day has. */
static void put_days(struct jsonw *w, const struct visit_planning *p)
{
    jw_array(w, "days");
    for (size_t d = 0; d < p->window.day_count; d++) {
        int64_t visits = 0;
        for (size_t i = 0; i < p->stops.count; i++)
            visits += p->dates.dates[i] == p->window.days[d];
        jw_object(w, NULL);
        jw_date(w, "date", p->window.days[d]);
        jw_int(w, "visits", visits);
        jw_end(w);
    }
    jw_end(w);
}

static void put_date(struct jsonw *w, const char *key, int32_t date)
{
    if (date == VISITPLAN_NO_DATE)
        jw_null(w, key);
    else
        jw_date(w, key, date);
}

static void put_changes(struct jsonw *w, const struct visit_planning *p)
{
    size_t listed = 0;
    jw_array(w, "changes");
    for (size_t i = 0; i < p->stops.count && listed < VISIT_REPORT_MAX; i++) {
        const struct visitplan_stop *s = &p->stops.stops[i];
        if (s->stands == p->dates.dates[i])
            continue;
        jw_object(w, NULL);
        jw_text(w, "visit", s->visit);
        put_date(w, "was", s->stands);
        put_date(w, "planned_on", p->dates.dates[i]);
        jw_end(w);
        listed++;
    }
    jw_end(w);
}

static struct joint_schedule summary(struct web_ctx *c, const struct plan *plan)
{
    const struct plan_body *body = c->input;
    const struct visit_planning *p = &plan->planning;
    return (struct joint_schedule){ .first_on = body->from,
                                    .last_on = body->to,
                                    .version = plan->version,
                                    .tasks = plan->figures.tasks,
                                    .separate = plan->figures.separate,
                                    .visits = (int64_t)p->stops.count,
                                    .entries = (int64_t)p->outcome.entry_count,
                                    .joined = (int64_t)p->outcome.joined,
                                    .undated = (int64_t)p->dates.missed,
                                    .moved = (int64_t)p->moved,
                                    .published_at = c->now };
}

static enum rc write_plan(struct web_ctx *c, int status, const struct plan *plan,
                          const struct joint_schedule *s)
{
    struct jsonw *w = web_json(c, status);
    jw_text(w, "version", s->version);
    jw_int(w, "campaigns", plan->figures.campaigns);
    jw_int(w, "tasks", s->tasks);
    jw_int(w, "separate", s->separate);
    jw_int(w, "visits", s->visits);
    jw_int(w, "entries", s->entries);
    jw_int(w, "joined", s->joined);
    jw_int(w, "shared", (int64_t)plan->planning.outcome.shared);
    jw_int(w, "saved", s->separate - s->entries - s->undated);
    jw_int(w, "undated", s->undated);
    jw_int(w, "moved", s->moved);
    jw_int(w, "working_days", (int64_t)plan->planning.window.day_count);
    put_changes(w, &plan->planning);
    put_days(w, &plan->planning);
    put_loads(w, &plan->planning);
    visit_put_undated(c, w, &plan->planning);
    return web_json_end(c);
}

/* POST joint-schedules/preview: what publishing would do now; nothing is written. */
enum rc planner_joint_preview(struct web_ctx *c)
{
    struct plan *plan = arena_alloc(c->arena, sizeof *plan);
    enum rc rc = make_plan(c, plan);
    if (rc != RC_OK)
        return rc;
    const struct joint_schedule s = summary(c, plan);
    return write_plan(c, 200, plan, &s);
}

/* No visit would have another day, or go in by another entry. */
static bool changes_nothing(const struct visit_planning *p)
{
    for (size_t i = 0; i < p->stops.count; i++)
        if (p->dates.dates[i] != p->stops.stops[i].stands ||
            p->outcome.entries[i] != p->stops.stops[i].entry)
            return false;
    return true;
}

/* Whether what is asked for is what was published last, which then is in out. */
static enum rc is_published(struct web_ctx *c, const struct plan *plan, bool *published,
                            struct joint_schedule *out)
{
    *published = false;
    enum rc rc = joint_newest(c->db, c->arena, plan->city, out);
    if (rc == RC_OK)
        *published = changes_nothing(&plan->planning) && strcmp(out->version, plan->version) == 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc publish(struct web_ctx *c, const struct plan *plan)
{
    const struct visit_planning *p = &plan->planning;
    const struct joint_schedule s = summary(c, plan);
    enum rc rc = visit_set_dates(c->db, c->arena, &p->stops, &p->outcome);
    if (rc == RC_OK)
        rc = joint_record(c->db, plan->city, &s, c->actor.id);
    c->audit.detail = arena_printf(
        c->arena, "{\"version\":\"%s\",\"visits\":%lld,\"entries\":%lld,\"undated\":%lld}",
        s.version, (long long)s.visits, (long long)s.entries, (long long)s.undated);
    return rc == RC_OK ? write_plan(c, 201, plan, &s) : rc;
}

/* POST joint-schedules: all dates of the plan at once, as it was previewed or not at all. Again:
   200 with what was recorded. */
enum rc planner_joint_publish(struct web_ctx *c)
{
    const struct plan_body *body = c->input;
    struct plan *plan = arena_alloc(c->arena, sizeof *plan);
    struct joint_schedule newest;
    bool published = false;
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = make_plan(c, plan);
    if (rc == RC_OK && strcmp(plan->version, body->version) != 0)
        return web_fail(c, RC_CONFLICT, "/version", "预览之后排期依据已有变化，请重新预览");
    if (rc == RC_OK)
        rc = is_published(c, plan, &published, &newest);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "joint:%s", plan->city);
    return published ? write_plan(c, 200, plan, &newest) : publish(c, plan);
}
