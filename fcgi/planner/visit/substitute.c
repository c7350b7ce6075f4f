/* Substitutes of drawn subjects that cannot be inspected. */
#include "planner/draw/campaign.h"
#include "planner/routes.h"
#include "planner/visit/team.h"
#include "planner/visit/visit.h"

#include <string.h>

#include "store/directory/rule.h"
#include "store/draw/announcement.h"
#include "store/field/record.h"
#include "store/visit/substitute.h"
#include "store/visit/visit.h"

enum { STRATUM_MIN = 8, STRATUM_MAX = 39, SPECIALTY = 7 /* behind "410402." */, PERCENT = 100 };

struct substitute_body {
    const char *subject;
    const char *stratum;
    const char *reason;
};

const struct web_input planner_substitute_body = WEB_INPUT(
    struct substitute_body,
    WEB_FIELD(struct substitute_body, subject, "检查对象", .required = true, .max = 18,
              .identifier = true),
    WEB_FIELD(struct substitute_body, stratum, "层", .required = true, .min = STRATUM_MIN,
              .max = STRATUM_MAX),
    WEB_FIELD(struct substitute_body, reason, "理由", .required = true, .published = true));

struct decide_body {
    const char *decision;
    const char *reason;
    bool exception;
};

const struct web_input planner_substitute_decision =
    WEB_INPUT(struct decide_body,
              WEB_FIELD(struct decide_body, decision, "决定", .required = true, .max = 16),
              WEB_FIELD(struct decide_body, reason, "理由"),
              WEB_FIELD(struct decide_body, exception, "超出限额的例外"));

/* The published list has one line a substitute. */
static bool one_line(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text == 0x7F)
            return false;
    return true;
}

static enum rc may(struct web_ctx *c, int64_t draw_id, int64_t department_id, bool drawn)
{
    bool superseded = false;
    if (department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "仅抽取部门可以替换其检查对象");
    if (!drawn)
        return web_fail(c, RC_STATE, "", "该活动尚未抽取");
    enum rc rc = draw_superseded(c->db, draw_id, &superseded);
    if (rc == RC_OK && superseded)
        return web_fail(c, RC_STATE, "", "该计划已重新抽取，原抽取不再替换");
    return rc;
}

enum rc visit_substitute_check(struct web_ctx *c, const void *drawing)
{
    const struct planner_draw_of *of = drawing;
    return may(c, of->draw->id, of->draw->department_id, campaign_is(of->campaign, CAMPAIGN_DRAWN));
}

static enum rc lock_draw(struct web_ctx *c, const char *code, struct substitute_draw *draw)
{
    enum rc rc = substitute_lock(c->db, c->arena, code, draw);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽取");
    if (rc == RC_OK)
        rc = may(c, draw->id, draw->department_id, draw->drawn);
    if (rc == RC_OK)
        c->audit.target = arena_printf(c->arena, "draw:%s", code);
    return rc;
}

/* Who gives way: its place, and its task, which nothing was recorded of. */
static enum rc check_subject(struct web_ctx *c, const struct substitute_request *request,
                             struct substitute_task *task, struct substitute_place *place)
{
    enum rc rc = substitute_task_lock(c->db, request->draw_id, request->subject,
                                      request->stratum + SPECIALTY, task);
    if (rc == RC_OK)
        rc = substitute_place(c->db, request->draw_id, request->stratum, request->subject, place);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/subject", "该检查对象不在这个抽查层的抽取结果中");
    if (rc != RC_OK)
        return rc;
    if (!place->standing)
        return web_fail(c, RC_STATE, "/subject", "该检查对象未被抽中，或已被替换");
    if (task->made && !task->untouched)
        return web_fail(c, RC_STATE, "/subject", "该次检查已有记录，不能再替换检查对象");
    return RC_OK;
}

/* Between the closing, or the second value's time, and the draw of the teams the visits stay as
   they are: the teams are drawn for them. */
static enum rc check_teams(struct web_ctx *c, const struct substitute_draw *draw)
{
    struct campaign campaign = { .id = 0 };
    enum rc rc = campaign_by_code(c->db, c->arena, draw->campaign, &campaign);
    if (rc == RC_OK && !campaign.teams_seed && (campaign.closing || c->now >= campaign.teams_at))
        return web_fail(c, RC_STATE, "",
                        "检查组的抽取依据已经封存：请在抽取检查组之后再替换检查对象");
    return rc;
}

/* Whether one more is beyond what was announced as the limit of the draw's substitutes. */
static enum rc check_limit(struct web_ctx *c, const struct substitute_draw *draw, bool exception,
                           bool *beyond)
{
    struct campaign campaign = { .id = 0 };
    struct announcement announced;
    int64_t percent = 0;
    int64_t made = 0;
    int64_t drawn = 0;
    enum rc rc = campaign_by_code(c->db, c->arena, draw->campaign, &campaign);
    if (rc == RC_OK)
        rc = announcement_load(c->db, c->arena, &campaign, &announced, &c->err);
    if (rc == RC_OK)
        rc = substitute_share(c->db, draw->id, &made, &drawn);
    if (rc != RC_OK)
        return rc;
    percent = announcement_parameter(&announced, rule_names[RULE_SUBSTITUTE_PERCENT]);
    *beyond = (made + 1) * PERCENT > drawn * percent;
    if (*beyond && !exception)
        return web_fail(c, RC_STATE, "/exception",
                        "已替换 %lld 个，再替换即超过抽中 %lld 个的 %lld%%，须作为例外批准",
                        (long long)made, (long long)drawn, (long long)percent);
    return RC_OK;
}

/* Who stands in; recorded. */
static enum rc choose(struct web_ctx *c, const struct substitute_draw *draw,
                      const struct substitute_request *request, bool beyond,
                      struct substitute_reserve *reserve)
{
    enum rc rc = substitute_next(c->db, c->arena, request->draw_id, request->stratum, reserve);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_STATE, "/stratum", "抽查层 %s 的备选对象已经用完", request->stratum);
    return rc == RC_OK
               ? substitute_record(c->db, draw, request, reserve, beyond, c->actor.id, c->now)
               : rc;
}

/* A team for the substitute's section, when the campaign's inspectors are drawn. */
static enum rc staff(struct web_ctx *c, const struct substitute_made *made, const char *reason,
                     struct match_plan *plan)
{
    struct adjustment_section section = { .id = 0 };
    struct match_draw draw = { .made = false };
    struct team team = { .section = NULL };
    enum rc rc = adjustment_lock(c->db, c->arena, made->section_id, &section);
    if (rc == RC_OK)
        rc = match_file_draw(c->db, section.campaign_id, &draw);
    if (rc != RC_OK || !draw.made)
        return rc;
    rc = team_load(c, &section, &team);
    if (rc == RC_OK)
        rc = team_complete(c, &team, 0, 0, plan);
    return rc == RC_OK ? team_join(c, &team, plan, "substitute", 0, reason) : rc;
}

/* The phones lose what went, and learn of what came to a visit that they have. */
static enum rc publish(struct web_ctx *c, const struct substitute_task *task,
                       const struct substitute_gone *gone, const struct substitute_made *made)
{
    const int64_t visits[] = { made->visit_id };
    return record_publish(c->db, c->arena,
                          &(struct record_changes){ .visits = visits,
                                                    .visit_count = made->dispatched ? 1 : 0,
                                                    .items = gone->items,
                                                    .item_count = task->dispatched ? gone->n : 0 });
}

/* The tasks follow the substitution when visits are made already. */
static enum rc replace(struct web_ctx *c, const struct substitute_draw *draw,
                       const struct substitute_request *request, const struct substitute_task *task,
                       const struct substitute_reserve *reserve, struct match_plan *plan)
{
    struct substitute_gone gone = { .n = 0 };
    struct substitute_made made = { .visit_id = 0 };
    char door_code[VISIT_DOOR_CODE];
    if (!task->made)
        return RC_OK;
    visit_door_code(door_code);
    enum rc rc = substitute_withdraw(c->db, c->arena, draw->id, request->subject_id,
                                     request->stratum + SPECIALTY, task, &gone);
    if (rc == RC_OK)
        rc = substitute_make(c->db, c->arena, draw, request->stratum, reserve, door_code, &made);
    if (rc == RC_STATE)
        return web_fail(c, rc, "/stratum", "备选对象 %s 的本部门检查已经完成", reserve->subject);
    if (rc == RC_OK)
        rc = visit_check_length(c, draw->campaign_id, made.section_id);
    if (rc == RC_OK)
        rc = staff(c, &made, request->reason, plan);
    return rc == RC_OK ? publish(c, task, &gone, &made) : rc;
}

/* POST draws/{code}/substitutes: asked for; a reviewer decides. */
enum rc planner_substitute_create(struct web_ctx *c)
{
    const struct substitute_body *body = c->input;
    struct substitute_draw draw = { .id = 0 };
    struct substitute_task task = { .made = false };
    struct substitute_place place = { .subject_id = 0 };
    struct substitute_request request = { .stratum = body->stratum,
                                          .subject = body->subject,
                                          .reason = body->reason,
                                          .requested_by = c->actor.id };
    if (!one_line(body->reason))
        return web_fail(c, RC_INVALID, "/reason", "理由须为一行文字");
    enum rc rc = lock_draw(c, web_param(c, "code"), &draw);
    request.draw_id = draw.id;
    if (rc == RC_OK)
        rc = check_subject(c, &request, &task, &place);
    request.subject_id = place.subject_id;
    if (rc == RC_OK)
        rc = substitute_ask(c->db, &request, c->now, &request.id);
    if (rc == RC_STATE && !c->err.detail[0])
        return web_fail(c, rc, "/subject", "该检查对象已有待审批的替换");
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "id", request.id);
    jw_text(w, "stratum", request.stratum);
    jw_text(w, "subject", request.subject);
    jw_text(w, "state", "requested");
    return web_json_end(c);
}

static enum rc approve(struct web_ctx *c, const struct substitute_draw *draw,
                       const struct substitute_request *request)
{
    const struct decide_body *body = c->input;
    struct substitute_task task = { .made = false };
    struct substitute_place place = { .subject_id = 0 };
    struct substitute_reserve reserve = { .position = 0 };
    struct match_plan plan = { .assignment_count = 0 };
    bool beyond = false;
    enum rc rc = check_subject(c, request, &task, &place);
    if (rc == RC_OK && task.made)
        rc = check_teams(c, draw);
    if (rc == RC_OK)
        rc = check_limit(c, draw, body->exception, &beyond);
    if (rc == RC_OK)
        rc = choose(c, draw, request, beyond, &reserve);
    if (rc == RC_OK)
        rc = replace(c, draw, request, &task, &reserve, &plan);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "state", "approved");
    jw_text(w, "stratum", request->stratum);
    jw_text(w, "subject", request->subject);
    jw_text(w, "substitute", reserve.subject);
    jw_int(w, "position", reserve.position);
    jw_bool(w, "exception", beyond);
    if (task.made)
        jw_text(w, "visit", arena_printf(c->arena, "%s-%s", draw->campaign, reserve.subject));
    else
        jw_null(w, "visit");
    jw_int(w, "inspectors", (int64_t)plan.assignment_count);
    if (plan.open_count)
        jw_text(w, "short", match_shortage_text(c->arena, &plan.shortages[0]));
    else
        jw_null(w, "short");
    return web_json_end(c);
}

/* POST substitutes/{id}/decision: by another account than the one that asked. Beyond the limit only
   as an exception, with its reason. */
enum rc planner_substitute_decide(struct web_ctx *c)
{
    const struct decide_body *body = c->input;
    struct substitute_draw draw = { .id = 0 };
    struct substitute_request request = { .id = 0 };
    int64_t id = 0;
    bool yes = strcmp(body->decision, "approve") == 0;
    if (!yes && strcmp(body->decision, "refuse") != 0)
        return web_fail(c, RC_INVALID, "/decision", "须为 approve 或 refuse");
    if ((!yes || body->exception) && !body->reason)
        return web_fail(c, RC_INVALID, "/reason", "不予批准或作为例外批准须说明理由");
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = substitute_request_by_id(c->db, c->arena, id, &request);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此替换申请");
    if (rc == RC_OK)
        rc = lock_draw(c, request.draw, &draw);
    if (rc == RC_OK && request.requested_by == c->actor.id)
        return web_fail(c, RC_FORBIDDEN, "", "替换须由申请人以外的账号审批");
    if (rc == RC_OK)
        rc = substitute_decide(c->db, id, yes, c->actor.id, body->reason, c->now);
    if (rc == RC_STATE && !c->err.detail[0])
        return web_fail(c, rc, "", "该替换申请已经审批");
    if (rc != RC_OK)
        return rc;
    if (yes)
        return approve(c, &draw, &request);
    jw_text(web_json(c, 200), "state", "refused");
    return web_json_end(c);
}

/* Scope of substitute_list, to whoever takes part in the campaign of the path's draw. */
enum rc planner_draw_scope(struct web_ctx *c, struct db_val *scope)
{
    struct draw draw = { .id = 0 };
    bool takes_part = false;
    enum rc rc = draw_by_code(c->db, c->arena, web_param(c, "code"), &draw);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽取");
    if (rc == RC_OK)
        rc = adjustment_takes_part(c->db, draw.campaign_id, c->actor.department_id, &takes_part);
    if (rc == RC_OK && !takes_part)
        return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该抽查活动");
    scope[0] = db_int(draw.id);
    return rc;
}
