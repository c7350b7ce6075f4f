/* Changes of teams: direct assignment (R15), and adjustments that another account approves
   (R06). */
#include "planner/routes.h"
#include "planner/visit/team.h"

#include <string.h>

#include "store/directory/inspector.h"
#include "store/directory/rule.h"
#include "store/draw/announcement.h"
#include "store/evidence/evidence.h"
#include "store/field/record.h"
#include "store/visit/visit.h"

enum { REASON_MAX = 200, CARD_MAX = 32 };

struct assign_body {
    const char *inspector;
    const char *reason;
};

const struct web_input planner_assign_body =
    WEB_INPUT(struct assign_body,
              WEB_FIELD(struct assign_body, inspector, "执法检查人员", .required = true,
                        .max = CARD_MAX, .identifier = true),
              WEB_FIELD(struct assign_body, reason, "理由", .required = true, .max = REASON_MAX));

struct adjust_body {
    const char *inspector;
    const char *replacement;
    const char *reason;
};

const struct web_input planner_adjust_body =
    WEB_INPUT(struct adjust_body,
              WEB_FIELD(struct adjust_body, inspector, "执法检查人员", .required = true,
                        .max = CARD_MAX, .identifier = true),
              WEB_FIELD(struct adjust_body, replacement, "接替人员", .max = CARD_MAX),
              WEB_FIELD(struct adjust_body, reason, "理由", .required = true, .max = REASON_MAX));

struct decide_body {
    const char *decision;
    const char *reason;
};

const struct web_input planner_decide_body =
    WEB_INPUT(struct decide_body,
              WEB_FIELD(struct decide_body, decision, "决定", .required = true, .max = 16),
              WEB_FIELD(struct decide_body, reason, "理由", .max = REASON_MAX));

/* ---- what both need ---- */

static enum rc lock_section(struct web_ctx *c, int64_t id, struct adjustment_section *out)
{
    enum rc rc = adjustment_lock(c->db, c->arena, id, out);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此检查单");
    if (rc != RC_OK)
        return rc;
    if (out->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该检查单属于其他部门");
    if (out->abandoned)
        return web_fail(c, RC_STATE, "", "该活动已废止");
    if (!out->open)
        return web_fail(c, RC_STATE, "", "该检查单已经签名，人员不能再变动");
    c->audit.target = arena_printf(c->arena, "section:%lld", (long long)out->id);
    return RC_OK;
}

static enum rc find_inspector(struct web_ctx *c, const char *card, const char *pointer, int64_t *id)
{
    int64_t department;
    enum rc rc = inspector_id(c->db, card, id, &department);
    return rc == RC_NOT_FOUND ? web_fail(c, RC_INVALID, pointer, "没有此执法检查人员") : rc;
}

/* R06 as it was announced, with one more inspector changed (0: nobody who counts). */
static enum rc check_limit(struct web_ctx *c, const struct adjustment_section *section,
                           bool requested_too, int64_t inspector_id, int64_t *changed)
{
    struct campaign campaign = { .id = 0 };
    struct announcement announced;
    struct match_draw draw = { .made = false };
    int64_t percent = 0;
    enum rc rc = campaign_by_code(c->db, c->arena, section->campaign, &campaign);
    if (rc == RC_OK)
        rc = announcement_load(c->db, c->arena, &campaign, &announced, &c->err);
    if (rc == RC_OK)
        percent = announcement_parameter(&announced, rule_names[RULE_ADJUSTMENT_PERCENT]);
    if (rc == RC_OK)
        rc = match_file_draw(c->db, section->campaign_id, &draw);
    if (rc == RC_OK)
        rc = adjustment_changed(c->db, section->campaign_id, requested_too, inspector_id, changed);
    if (rc != RC_OK)
        return rc;
    if (inspector_id && *changed * 100 > percent * draw.inspectors)
        return web_fail(c, RC_STATE, "",
                        "调整人员将达 %lld 名，超过本次抽取 %lld 名执法检查人员的 %lld%%",
                        (long long)*changed, (long long)draw.inspectors, (long long)percent);
    return RC_OK;
}

static enum rc publish(struct web_ctx *c, const struct adjustment_section *section,
                       int64_t leaver_id)
{
    const struct feed_item gone = { .kind = FEED_INSPECTOR,
                                    .owner_id = leaver_id,
                                    .entity = "visit",
                                    .entity_id = section->visit_id,
                                    .deleted = true,
                                    .body = "{}" };
    int64_t *counted;
    size_t n;
    if (!section->dispatched)
        return RC_OK;
    /* Whoever joins may have handed over what a colleague declared. */
    enum rc rc = evidence_section_count(c->db, c->arena, section->id, c->now, &counted, &n);
    if (rc != RC_OK)
        return rc;
    return record_publish(c->db, c->arena,
                          &(struct record_changes){ .sections = &section->id,
                                                    .section_count = 1,
                                                    .evidence = counted,
                                                    .evidence_count = n,
                                                    .items = &gone,
                                                    .item_count = leaver_id ? 1 : 0 });
}

/* ---- direct assignment ---- */

/* POST sections/{id}/assignments: somebody is added by hand to a team that is short. */
enum rc planner_assignment_create(struct web_ctx *c)
{
    const struct assign_body *body = c->input;
    struct adjustment_section section = { .id = 0 };
    struct team team = { .section = NULL };
    struct match_plan plan = { .shortage_count = 0 };
    uint8_t ticket[DIGEST_SIZE] = { 0 };
    int64_t id = 0;
    int64_t inspector = 0;
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = lock_section(c, id, &section);
    if (rc == RC_OK)
        rc = find_inspector(c, body->inspector, "/inspector", &inspector);
    if (rc == RC_OK)
        rc = team_load(c, &section, &team);
    /* A team that the rule would not add to is not short. */
    if (rc == RC_OK)
        rc = team_complete(c, &team, 0, 0, &plan);
    if (rc == RC_OK && plan.assignment_count == 0 && plan.open_count == 0)
        rc = web_fail(c, RC_STATE, "", "该检查单人员充足、专业齐全；变动人员请用任务调整");
    if (rc == RC_OK)
        rc = team_direct(c, &team, inspector, 0, ticket);
    if (rc != RC_OK)
        return rc;
    const struct adjustment_joiner joiner = { inspector, MATCH_DIRECT, ticket };
    rc = assignment_add(c->db, section.id, inspector, MATCH_DIRECT, body->reason, ticket);
    if (rc == RC_OK)
        rc = adjustment_record(c->db, &section, "direct", &joiner, body->reason, c->actor.id,
                               c->now);
    if (rc == RC_OK)
        rc = team_fits(c, &section, inspector);
    if (rc == RC_OK)
        rc = publish(c, &section, 0);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "section", section.id);
    jw_text(w, "inspector", body->inspector);
    jw_text(w, "source", match_source_name(MATCH_DIRECT));
    return web_json_end(c);
}

/* ---- adjustments ---- */

/* POST sections/{id}/adjustments */
enum rc planner_adjustment_create(struct web_ctx *c)
{
    const struct adjust_body *body = c->input;
    struct adjustment_section section = { .id = 0 };
    struct adjustment_request request = { .reason = body->reason,
                                          .account_id = c->actor.id,
                                          .now = c->now };
    bool drawn = false;
    int64_t size = 0;
    int64_t id = 0;
    int64_t changed = 0;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = lock_section(c, id, &section);
    if (rc == RC_OK)
        rc = find_inspector(c, body->inspector, "/inspector", &request.leaver_id);
    if (rc == RC_OK && body->replacement)
        rc = find_inspector(c, body->replacement, "/replacement", &request.wanted_id);
    if (rc == RC_OK)
        rc = adjustment_member(c->db, section.id, request.leaver_id, &drawn, &size);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/inspector", "该人员不在这份检查单的检查组中");
    if (rc == RC_OK)
        rc = check_limit(c, &section, true, drawn ? request.leaver_id : 0, &changed);
    if (rc == RC_OK)
        rc = adjustment_request(c->db, &section, &request, &id);
    if (rc == RC_CONFLICT)
        return web_fail(c, RC_STATE, "/inspector", "该人员的调整申请正在等待批准");
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "id", id);
    jw_text(w, "state", "requested");
    jw_int(w, "changed", changed);
    return web_json_end(c);
}

/* The request's replacement into the team; *joined: whoever it is. */
static enum rc replace(struct web_ctx *c, const struct team *team, const struct adjustment *request,
                       unsigned size, struct adjustment_joiner *joined, uint8_t ticket[DIGEST_SIZE])
{
    struct match_plan plan = { .shortage_count = 0 };
    enum rc rc;
    if (request->wanted_id) {
        *joined = (struct adjustment_joiner){ request->wanted_id, MATCH_DIRECT, ticket };
        rc = team_direct(c, team, request->wanted_id, request->leaver_id, ticket);
        if (rc == RC_OK)
            rc = assignment_add(c->db, team->section->id, request->wanted_id, MATCH_DIRECT,
                                request->reason, ticket);
        return rc == RC_OK ? team_fits(c, team->section, request->wanted_id) : rc;
    }
    rc = team_complete(c, team, request->leaver_id, size, &plan);
    if (rc != RC_OK)
        return rc;
    if (plan.assignment_count == 0 || plan.open_count)
        return web_fail(c, RC_STATE, "", "没有可以接替的人员：%s。请退回，另行指定接替人员",
                        match_shortage_text(c->arena, &plan.shortages[0]));
    const struct match_assignment *first = &plan.assignments[0];
    *joined = (struct adjustment_joiner){ team->problem.drawn.inspector_ids[first->inspector],
                                          first->source, first->ticket };
    return team_join(c, team, &plan, "change", 1, request->reason);
}

static enum rc approve(struct web_ctx *c, const struct adjustment *request,
                       const struct adjustment_section *section, const char *reason)
{
    struct team team = { .section = NULL };
    struct adjustment_joiner joined = { .inspector_id = 0 };
    uint8_t ticket[DIGEST_SIZE] = { 0 };
    bool drawn = false;
    int64_t size = 0;
    int64_t changed = 0;
    enum rc rc = adjustment_member(c->db, section->id, request->leaver_id, &drawn, &size);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_STATE, "", "该人员已不在检查组中");
    if (rc == RC_OK)
        rc = check_limit(c, section, false,
                         drawn && strcmp(request->kind, "recusal") != 0 ? request->leaver_id : 0,
                         &changed);
    if (rc == RC_OK)
        rc = team_load(c, section, &team);
    if (rc == RC_OK)
        rc = replace(c, &team, request, (unsigned)size, &joined, ticket);
    if (rc == RC_OK)
        rc = assignment_remove(c->db, section->id, request->leaver_id);
    if (rc == RC_OK)
        rc = adjustment_approve(c->db, request->id, &joined, c->actor.id, c->now, reason);
    return rc == RC_OK ? publish(c, section, request->leaver_id) : rc;
}

/* The request of the path, locked with its section; another account than the one that made it. */
static enum rc lock_request(struct web_ctx *c, struct adjustment *request,
                            struct adjustment_section *section)
{
    int64_t id = 0;
    int64_t section_id = 0;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = adjustment_lock_row(c->db, id, &section_id);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此任务调整");
    if (rc == RC_OK)
        rc = lock_section(c, section_id, section);
    if (rc == RC_OK)
        rc = adjustment_by_id(c->db, c->arena, id, request);
    if (rc != RC_OK)
        return rc;
    if (strcmp(request->state, "requested") != 0)
        return web_fail(c, RC_STATE, "", "该调整已经处理");
    if (request->requested_by_id == c->actor.id)
        return web_fail(c, RC_FORBIDDEN, "", "申请人不能批准自己的调整申请");
    return RC_OK;
}

/* POST adjustments/{id}/decision */
enum rc planner_adjustment_decide(struct web_ctx *c)
{
    const struct decide_body *body = c->input;
    struct adjustment request = { .kind = "" };
    struct adjustment_section section = { .id = 0 };
    bool yes = strcmp(body->decision, "approve") == 0;
    if (!yes && strcmp(body->decision, "refuse") != 0)
        return web_fail(c, RC_INVALID, "/decision", "须为 approve 或 refuse");
    if (!yes && !body->reason)
        return web_fail(c, RC_INVALID, "/reason", "不予批准须说明理由");
    enum rc rc = visit_take_turn(c->db);
    if (rc == RC_OK)
        rc = lock_request(c, &request, &section);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "adjustment:%lld", (long long)request.id);
    rc = yes ? approve(c, &request, &section, body->reason)
             : adjustment_refuse(c->db, request.id, c->actor.id, c->now, body->reason);
    if (rc == RC_OK)
        rc = adjustment_by_id(c->db, c->arena, request.id, &request);
    if (rc != RC_OK)
        return rc;
    return web_row(c, 200, &adjustment_rows, &request);
}
