/* Days that people decide: a visit is moved, and kept where it is from then on, or it loses its
   day. */
#include "planner/routes.h"
#include "planner/visit/visit.h"

#include <string.h>

#include "base/date.h"
#include "store/field/record.h"
#include "store/visit/notice.h"

enum { REASON_MAX = 200 };

struct move_body {
    int32_t planned_on;
    const char *reason;
    int64_t version;
};

struct pin_body {
    bool pinned;
    const char *reason;
    int64_t version;
};

struct cancel_body {
    const char *kind;
    const char *reason;
    int64_t version;
};

#define WHY(type)                                                                                  \
    WEB_FIELD(type, reason, "理由", .required = true, .max = REASON_MAX),                          \
        WEB_FIELD(type, version, "版本", .required = true, .min = 1)
const struct web_input planner_move_body = WEB_INPUT(
    struct move_body, WEB_FIELD(struct move_body, planned_on, "检查日期", .required = true),
    WHY(struct move_body));
const struct web_input planner_pin_body =
    WEB_INPUT(struct pin_body, WEB_FIELD(struct pin_body, pinned, "锁定日期", .required = true),
              WHY(struct pin_body));

const struct web_input planner_cancel_body = WEB_INPUT(
    struct cancel_body,
    WEB_FIELD(struct cancel_body, kind, "原因", .required = true, .labels = visit_cancel_kinds),
    WHY(struct cancel_body));

/* ---- whether ---- */

static enum rc check_owner(struct web_ctx *c, const struct visit *v)
{
    bool redrawn = false;
    if (v->campaign_department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "仅发起部门可以安排该次检查的日期");
    enum rc rc = visit_redrawn(c->db, v->id, &redrawn);
    if (rc == RC_OK && redrawn)
        return web_fail(c, RC_STATE, "", "该计划已重新抽取，原先的检查不再安排");
    return rc;
}

static enum rc check_begun(struct web_ctx *c, const struct visit *v, bool lock)
{
    bool begun = false;
    enum rc rc = visit_begun(c->db, v->id, lock, &begun);
    if (rc == RC_OK && begun)
        return web_fail(c, RC_STATE, "", "检查人员已有记录，检查已经开始，不能改期或取消");
    return rc;
}

enum rc visit_move_check(struct web_ctx *c, const void *object)
{
    const struct visit *v = object;
    enum rc rc = check_owner(c, v);
    return rc == RC_OK ? check_begun(c, v, false) : rc;
}

/* Whoever does not come on the day has not come: that its day was over is not to be undone. */
enum rc visit_cancel_check(struct web_ctx *c, const void *object)
{
    const struct visit *v = object;
    enum rc rc = visit_move_check(c, v);
    if (rc == RC_OK && !v->planned_on)
        return web_fail(c, RC_STATE, "", "检查没有排定日期，无须取消");
    if (rc == RC_OK && v->planned_on < date_at(c->now))
        return web_fail(c, RC_STATE, "", "检查日期已过，不能取消；请改到其他日期");
    return rc;
}

enum rc visit_pin_check(struct web_ctx *c, const void *object)
{
    const struct visit *v = object;
    enum rc rc = check_owner(c, v);
    if (rc == RC_OK && strcmp(v->state, "planned") != 0)
        return web_fail(c, RC_STATE, "", "检查已派发，排期不会再改动其日期，无须锁定");
    if (rc == RC_OK && !v->planned_on)
        return web_fail(c, RC_STATE, "", "检查尚未排定日期，不能锁定");
    return rc;
}

/* ---- what both need ---- */

static void put_state(struct jsonw *w, const struct visit *v)
{
    jw_text(w, "code", v->code);
    if (v->planned_on)
        jw_date(w, "planned_on", v->planned_on);
    else
        jw_null(w, "planned_on");
    jw_bool(w, "pinned", v->pinned);
    jw_text(w, "state", v->state);
    jw_int(w, "version", v->version);
}

static enum rc stale(struct web_ctx *c, const struct visit *v)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, c->arena, 1024);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    put_state(&w, v);
    jw_end(&w);
    c->present = out.p;
    return web_fail(c, RC_STALE, "/version", "该次检查在您查看之后已被改动，请核对后再办理");
}

static enum rc find(struct web_ctx *c, struct visit *v)
{
    enum rc rc = visit_by_code(c->db, c->arena, web_param(c, "code"), v);
    return rc == RC_NOT_FOUND ? web_fail(c, rc, "", "没有此检查") : rc;
}

/* The visit as its author saw it: whoever dates or dispatches takes turns. */
static enum rc take(struct web_ctx *c, planner_check *check, int64_t version, struct visit *v,
                    struct campaign *campaign)
{
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = find(c, v);
    if (rc == RC_OK)
        rc = campaign_lock(c->db, c->arena, v->campaign, campaign);
    if (rc == RC_OK)
        rc = check(c, v);
    if (rc == RC_OK)
        rc = visit_campaign_check(c, campaign);
    if (rc == RC_OK && v->version != version)
        rc = stale(c, v);
    if (rc == RC_OK)
        c->audit.target = arena_printf(c->arena, "visit:%s", v->code);
    return rc;
}

static void put_detail_date(struct jsonw *w, const char *key, int32_t date)
{
    if (date)
        jw_date(w, key, date);
}

static enum rc has_notice(struct web_ctx *c, const struct visit *v, bool *out)
{
    struct notice notice;
    enum rc rc = notice_of_visit(c->db, c->arena, v->id, c->actor.id, &notice);
    *out = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* noticed: it had a notice, which may have stayed with those who go in without it now. */
static enum rc answer(struct web_ctx *c, const struct visit *before, const char *why, bool noticed)
{
    struct buf out;
    struct jsonw w;
    struct visit now;
    bool kept = true;
    enum rc rc = find(c, &now);
    if (rc == RC_OK && noticed)
        rc = has_notice(c, &now, &kept);
    if (rc != RC_OK)
        return rc;
    buf_init(&out, c->arena, 1024);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    put_detail_date(&w, "from", before->planned_on);
    put_detail_date(&w, "to", now.planned_on);
    jw_bool(&w, "pinned", now.pinned);
    jw_text(&w, "reason", why);
    if (!kept)
        jw_bool(&w, "notice_left", true);
    jw_end(&w);
    c->audit.detail = out.p;
    struct jsonw *reply = web_json(c, 200);
    put_state(reply, &now);
    jw_bool(reply, "notice_left", !kept);
    return web_json_end(c);
}

/* ---- move ---- */

/* Each inspector of the team whom the day does not suit. */
static enum rc name_people(struct web_ctx *c, const struct visit_planning *p, int32_t day,
                           const char **text)
{
    const struct visitplan_stop *stop = p->stops.stops;
    const unsigned people = VISITPLAN_LOAD | VISITPLAN_REGION;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < stop->inspector_count; i++) {
        struct visitplan_stop one = *stop;
        unsigned rules = 0;
        one.inspectors = &stop->inspectors[i];
        one.inspector_count = 1;
        rc = visitplan_breaks(c->arena, &one, &p->window, day, &rules, &c->err);
        if (rules & people)
            *text = arena_printf(c->arena, "%s%s%s", *text, **text ? "、" : "",
                                 p->stops.cards[stop->inspectors[i]]);
    }
    return rc;
}

static enum rc refuse(struct web_ctx *c, const struct visit_planning *p, int32_t day,
                      unsigned rules)
{
    const char *people = "";
    enum rc rc = RC_OK;
    if (rules & VISITPLAN_WORKDAYS)
        return web_fail(c, RC_INVALID, "/planned_on", "当天不是工作日");
    if (rules & (VISITPLAN_LOAD | VISITPLAN_REGION))
        rc = name_people(c, p, day, &people);
    if (rc != RC_OK)
        return rc;
    return web_fail(c, RC_STATE, "/planned_on", "不能改到这一天：%s%s%s%s",
                    visit_rules_text(c, rules, "；"), *people ? "（" : "", people,
                    *people ? "）" : "");
}

static enum rc check_day(struct web_ctx *c, const struct visit *v,
                         const struct visitplan_stop *stop, int32_t day)
{
    char text[DATE_TEXT];
    if (day < date_at(c->now))
        return web_fail(c, RC_INVALID, "/planned_on", "检查日期不得早于今天");
    if (day == v->planned_on)
        return web_fail(c, RC_INVALID, "/planned_on", "检查已排在这一天");
    date_format(text, stop->last);
    if (day > stop->last)
        return web_fail(c, RC_INVALID, "/planned_on", "检查日期不得晚于计划截止日期 %s", text);
    return RC_OK;
}

/* The stop on that day among all that stands, or what forbids it. */
static enum rc place(struct web_ctx *c, const struct visit *v, const struct campaign *campaign,
                     int32_t day, struct visit_planning *p)
{
    unsigned rules = 0;
    enum rc rc = visit_stop_one(c->db, c->arena, v->id, &p->stops);
    if (rc == RC_OK)
        rc = check_day(c, v, p->stops.stops, day);
    if (rc == RC_OK)
        rc = visit_working_days(c, day, day, &p->window);
    if (rc == RC_OK)
        rc = visit_limits(c, campaign->region, &p->stops, &p->window);
    if (rc == RC_OK)
        rc = visit_stand(c, &p->stops, true, &p->window);
    if (rc == RC_OK)
        rc = visitplan_breaks(c->arena, p->stops.stops, &p->window, day, &rules, &c->err);
    if (rc == RC_OK && rules)
        return refuse(c, p, day, rules);
    if (rc != RC_OK)
        return rc;
    p->dates.dates = arena_memdup(c->arena, &day, sizeof day);
    visit_settle(c, p);
    return RC_OK;
}

/* A team that is out already has to be able to come on the new day; before the dispatch it may
   still be changed. */
static enum rc check_team(struct web_ctx *c, const struct visit *v, const char *region)
{
    const char *unfit;
    int64_t minimum = 0;
    if (strcmp(v->state, "dispatched") != 0)
        return RC_OK;
    enum rc rc = visit_team_minimum(c, region, &minimum);
    if (rc == RC_OK)
        rc = visit_understaffed(c->db, c->arena, v->id, minimum, &unfit);
    if (rc == RC_OK && unfit)
        return web_fail(
            c, RC_STATE, "/planned_on",
            "不能改到这一天：人员不足或专业未覆盖（离岗、证件当日无效和须回避的人员不计）"
            "%s%s",
            *unfit ? "：" : "", unfit);
    return rc;
}

/* Who was told on the day itself that somebody comes knows it from then on: the visit is on that
   day. One that did not take place has to get another. */
static enum rc check_told(struct web_ctx *c, const struct visit *v, bool noticed)
{
    bool unannounced = false;
    enum rc rc = notice_unannounced(c->db, v->id, &unannounced);
    if (rc != RC_OK || !unannounced || !noticed || date_at(c->now) > v->planned_on)
        return rc;
    return web_fail(c, RC_STATE, "",
                    "这次入企不事先通知，而检查通知书已经出具，当天不能再改期或取消");
}

/* It may leave its day. *noticed: its entry has a notice. */
static enum rc may_leave(struct web_ctx *c, const struct visit *v, bool *noticed)
{
    enum rc rc = check_begun(c, v, true);
    if (rc == RC_OK)
        rc = has_notice(c, v, noticed);
    return rc == RC_OK ? check_told(c, v, *noticed) : rc;
}

/* The last write. Of what phones know only the visit itself has changed: nothing is told over that
   a push may have changed since this transaction began. */
static enum rc tell_phones(struct web_ctx *c, const struct visit *v)
{
    const struct record_changes changes = { .heads = &v->id, .head_count = 1 };
    return strcmp(v->state, "dispatched") == 0 ? record_publish(c->db, c->arena, &changes) : RC_OK;
}

/* POST visits/{code}/move: to another day, by all rules of planning. It leaves the entry that it
   shares, joins one that is open then, and stays there when others are dated. */
enum rc planner_visit_move(struct web_ctx *c)
{
    const struct move_body *body = c->input;
    struct visit_planning *p = arena_alloc(c->arena, sizeof *p);
    struct campaign campaign;
    struct visit v;
    bool noticed = false;
    enum rc rc = take(c, visit_move_check, body->version, &v, &campaign);
    if (rc == RC_OK)
        rc = may_leave(c, &v, &noticed);
    if (rc == RC_OK)
        rc = place(c, &v, &campaign, body->planned_on, p);
    if (rc == RC_OK && v.planned_on && v.planned_on <= date_at(c->now))
        rc = notice_keep(c->db, v.id);
    if (rc == RC_OK)
        rc = visit_move(c->db, c->arena, &p->stops, &p->outcome, body->version);
    if (rc == RC_OK)
        rc = check_team(c, &v, campaign.region);
    if (rc == RC_OK)
        rc = answer(c, &v, body->reason, noticed);
    return rc == RC_OK ? tell_phones(c, &v) : rc;
}

/* ---- cancel ---- */

/* A cancelled visit is still owed: there has to be a day on which it can be made. */
static enum rc check_room(struct web_ctx *c, const struct visitplan_stop *stop)
{
    struct visitplan_window left = { .day_count = 0 };
    char text[DATE_TEXT];
    enum rc rc = visit_working_days(c, date_at(c->now) + 1, stop->last, &left);
    if (rc != RC_OK || left.day_count)
        return rc;
    date_format(text, stop->last);
    return web_fail(c, RC_STATE, "",
                    "计划截止日期 %s 之前已没有其他工作日，取消后无法再检查；确实不能检查的，"
                    "请在检查单上如实记录，或申请替换检查对象",
                    text);
}

/* POST visits/{code}/cancel: it is not made on its day. Its tasks stay, drawn as they were, and it
   gets another day until the plans end: who cannot be checked at all is substituted, which another
   account approves. */
enum rc planner_visit_cancel(struct web_ctx *c)
{
    static const int32_t none = VISITPLAN_NO_DATE;
    const struct cancel_body *body = c->input;
    struct visit_planning *p = arena_alloc(c->arena, sizeof *p);
    struct campaign campaign;
    struct visit v;
    bool noticed = false;
    enum rc rc = take(c, visit_cancel_check, body->version, &v, &campaign);
    if (rc == RC_OK)
        rc = may_leave(c, &v, &noticed);
    if (rc == RC_OK)
        rc = visit_stop_one(c->db, c->arena, v.id, &p->stops);
    if (rc == RC_OK)
        rc = check_room(c, p->stops.stops);
    if (rc != RC_OK)
        return rc;
    p->dates.dates = arena_memdup(c->arena, &none, sizeof none);
    visit_settle(c, p);
    const struct visit_cancelled why = { v.planned_on, body->kind, body->reason };
    if (v.planned_on <= date_at(c->now))
        rc = notice_keep(c->db, v.id);
    if (rc == RC_OK)
        rc = visit_cancel(c->db, c->arena, &p->stops, &p->outcome, body->version, &why);
    if (rc == RC_OK)
        rc = answer(c, &v, body->reason, noticed);
    return rc == RC_OK ? tell_phones(c, &v) : rc;
}

/* POST visits/{code}/pin: schedules keep its day, or may give it another one again. */
enum rc planner_visit_pin(struct web_ctx *c)
{
    const struct pin_body *body = c->input;
    struct campaign campaign;
    struct visit v;
    enum rc rc = take(c, visit_pin_check, body->version, &v, &campaign);
    if (rc == RC_OK && v.pinned == body->pinned)
        return web_fail(c, RC_STATE, "/pinned", body->pinned ? "日期已经锁定" : "日期没有锁定");
    if (rc == RC_OK)
        rc = visit_pin(c->db, v.id, body->pinned, body->version);
    return rc == RC_OK ? answer(c, &v, body->reason, false) : rc;
}
