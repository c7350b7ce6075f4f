/* Inspectors who differ from the rosters before the match: listed, and explained by their
   department. */
#include "planner/draw/difference.h"

#include <string.h>

#include "base/text.h"
#include "planner/draw/campaign.h"
#include "planner/routes.h"
#include "planner/visit/visit.h"
#include "store/visit/adjustment.h"

enum { NAMED_MAX = 10, LISTED_MAX = 2000 };

struct body {
    const char *inspector;
    const char *cause;
    const char *reason;
};

struct approval_body {
    const char *inspector;
};

const struct web_input planner_difference_body =
    WEB_INPUT(struct body,
              WEB_FIELD(struct body, inspector, "执法检查人员", .required = true, .max = 32,
                        .identifier = true),
              WEB_FIELD(struct body, cause, "原因", .required = true, .max = 16),
              WEB_FIELD(struct body, reason, "理由", .required = true));

const struct web_input planner_approval_body =
    WEB_INPUT(struct approval_body, WEB_FIELD(struct approval_body, inspector, "执法检查人员",
                                              .required = true, .max = 32, .identifier = true));

enum rc differences_settled(struct web_ctx *c, const struct teams_differences *differences)
{
    struct buf names;
    size_t named = 0;
    const char *last = "";
    size_t open = differences->unexplained + differences->unapproved;
    if (open == 0)
        return RC_OK;
    buf_init(&names, c->arena, 512);
    for (size_t i = 0; i < differences->n && named < NAMED_MAX; i++) {
        const struct roster_difference *d = &differences->v[i];
        if (differences->notes[i].at || strcmp(d->card, last) == 0)
            continue;
        buf_printf(&names, "%s%s", named++ ? "、" : "", d->card);
        last = d->card;
    }
    return web_fail(c, RC_STATE, "",
                    "执法检查人员与承诺的人员名单有 %zu 处差异尚未说明缘由或未经批准，涉及 %s%s："
                    "请其部门先说明，再由审核人批准",
                    open, names.p, named == NAMED_MAX ? " 等" : "");
}

/* Its visits are made, and its teams' draw is not closed. */
enum rc planner_differ_check(struct web_ctx *c, const void *of)
{
    const struct campaign *campaign = of;
    enum rc rc = visit_made(c, campaign);
    if (rc == RC_OK && (campaign->closing || c->now >= campaign->teams_at))
        return web_fail(c, RC_STATE, "", "该活动的检查组抽取依据已经封存，或公共随机值的时间已到");
    return rc;
}

/* What the campaign would be matched from. */
static enum rc take(struct web_ctx *c, enum rc rc, const struct campaign *campaign,
                    struct team_problem *problem, struct teams_differences *out)
{
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽查活动");
    if (rc == RC_OK)
        rc = planner_differ_check(c, campaign);
    if (rc == RC_OK)
        rc = teams_problem(c->db, c->arena, campaign, c->now, problem, &c->err);
    return rc == RC_OK ? teams_differences(c->db, c->arena, campaign, problem, c->now, out) : rc;
}

static const char *or_null(const char *text)
{
    return text && *text ? text : NULL;
}

static void put(struct jsonw *w, const struct roster_difference *d, const struct roster_note *note)
{
    jw_object(w, NULL);
    jw_text(w, "inspector", d->card);
    jw_text(w, "field", roster_field_name(d->field));
    jw_text(w, "committed", d->committed);
    jw_text(w, "used", d->used);
    jw_text(w, "cause", or_null(note->cause));
    if (note->at)
        jw_instant(w, "approved_at", note->at);
    else
        jw_null(w, "approved_at");
    jw_text(w, "by", note->department);
    jw_end(w);
}

/* GET campaigns/{code}/differences: what the match would use now. */
enum rc planner_difference_list(struct web_ctx *c)
{
    struct campaign campaign = { .id = 0 };
    struct team_problem problem = { .now = NULL };
    struct teams_differences found = { .n = 0 };
    bool takes_part = false;
    enum rc rc = campaign_by_code(c->db, c->arena, web_param(c, "code"), &campaign);
    if (rc == RC_OK)
        rc = adjustment_takes_part(c->db, campaign.id, c->actor.department_id, &takes_part);
    if (rc == RC_OK && !takes_part)
        return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该抽查活动");
    rc = take(c, rc, &campaign, &problem, &found);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "count", (int64_t)found.n);
    jw_int(w, "unexplained", (int64_t)found.unexplained);
    jw_int(w, "unapproved", (int64_t)found.unapproved);
    jw_array(w, "differences");
    for (size_t i = 0; i < found.n && i < LISTED_MAX; i++)
        put(w, &found.v[i], &found.notes[i]);
    jw_end(w);
    return web_json_end(c);
}

/* The inspector's department speaks and approves, or one that froze a roster of that kind. */
static enum rc may_say(struct web_ctx *c, const struct campaign *campaign,
                       const struct team_problem *problem, const char *card)
{
    const struct match_inspector *who = NULL;
    const struct draw *draws = NULL;
    size_t n = 0;
    for (size_t i = 0; i < problem->roster.count; i++)
        if (strcmp(problem->roster.inspectors[i].id, card) == 0)
            who = &problem->roster.inspectors[i];
    if (!who)
        return web_fail(c, RC_INVALID, "/inspector", "该人员不在承诺的人员名单中");
    if (strcmp(who->department, c->actor.department) == 0)
        return RC_OK;
    enum rc rc = draw_of_campaign(c->db, c->arena, campaign->id, &draws, &n);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        if (draws[i].department_id == c->actor.department_id &&
            strcmp(draws[i].kind, who->kind) == 0)
            return RC_OK;
    return rc == RC_OK
               ? web_fail(c, RC_FORBIDDEN, "", "只能由该人员的部门或冻结名单的部门说明和批准")
               : rc;
}

/* POST campaigns/{code}/differences: why an inspector's facts are narrower than the roster's. */
enum rc planner_difference_say(struct web_ctx *c)
{
    const struct body *body = c->input;
    struct campaign campaign = { .id = 0 };
    struct team_problem problem = { .now = NULL };
    struct teams_differences found = { .n = 0 };
    size_t said = 0;
    if (text_index(roster_causes + ROSTER_CAUSES_SAID, body->cause) < 0)
        return web_fail(c, RC_INVALID, "/cause",
                        "缘由须为 left（调离）、absent（因故不在岗）、card（证件变动）、"
                        "duty（分工调整）或 correction（更正）");
    enum rc rc = campaign_lock(c->db, c->arena, web_param(c, "code"), &campaign);
    rc = take(c, rc, &campaign, &problem, &found);
    if (rc == RC_OK)
        rc = may_say(c, &campaign, &problem, body->inspector);
    for (size_t i = 0; rc == RC_OK && i < found.n; i++) {
        const struct roster_difference *d = &found.v[i];
        if (strcmp(d->card, body->inspector) != 0 || d->field == ROSTER_CARRIED ||
            d->field == ROSTER_RECUSAL)
            continue;
        rc = roster_change_say(c->db, campaign.id, d, body->cause, body->reason, c->actor.id,
                               c->now);
        said++;
    }
    if (rc == RC_OK && said == 0)
        rc = web_fail(c, RC_STATE, "/inspector", "该人员没有需要说明的差异");
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "campaign:%s", campaign.code);
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "inspector", body->inspector);
    jw_int(w, "differences", (int64_t)said);
    return web_json_end(c);
}

/* POST campaigns/{code}/approvals: a reviewer approves what differs of an inspector; another
   account than the one that said it, or that declared the recusal. */
enum rc planner_difference_approve(struct web_ctx *c)
{
    const struct approval_body *body = c->input;
    struct campaign campaign = { .id = 0 };
    struct team_problem problem = { .now = NULL };
    struct teams_differences found = { .n = 0 };
    size_t approved = 0;
    enum rc rc = campaign_lock(c->db, c->arena, web_param(c, "code"), &campaign);
    rc = take(c, rc, &campaign, &problem, &found);
    if (rc == RC_OK)
        rc = may_say(c, &campaign, &problem, body->inspector);
    for (size_t i = 0; rc == RC_OK && i < found.n; i++) {
        bool done = false;
        if (strcmp(found.v[i].card, body->inspector) != 0 || found.notes[i].at)
            continue;
        rc = roster_change_approve(c->db, campaign.id, &found.v[i], c->actor.id, c->now, &done);
        approved += done;
    }
    if (rc == RC_OK && approved == 0)
        rc = web_fail(c, RC_STATE, "/inspector",
                      "该人员没有待批准的差异，或差异由同一账号说明、申报");
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "campaign:%s", campaign.code);
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "inspector", body->inspector);
    jw_int(w, "differences", (int64_t)approved);
    return web_json_end(c);
}
