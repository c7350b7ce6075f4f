/* Substitutes of drawn subjects that cannot be inspected. */
#include "planner/routes.h"
#include "planner/team.h"
#include "planner/visit.h"

#include <string.h>

#include "store/draw.h"
#include "store/record.h"
#include "store/substitute.h"
#include "store/visit.h"

enum { STRATUM_MIN = 8, STRATUM_MAX = 39, SPECIALTY = 7 /* behind "410402." */ };

struct substitute_body {
    const char *subject;
    const char *stratum;
    const char *reason;
};

const struct web_input planner_substitute_body = {
    .size = sizeof(struct substitute_body),
    .fields =
        (const struct web_field[]){
            { .name = "subject",
              .type = WEB_TEXT,
              .offset = offsetof(struct substitute_body, subject),
              .required = true,
              .min = 1,
              .max = 18 },
            { .name = "stratum",
              .type = WEB_TEXT,
              .offset = offsetof(struct substitute_body, stratum),
              .required = true,
              .min = STRATUM_MIN,
              .max = STRATUM_MAX },
            { .name = "reason",
              .type = WEB_TEXT,
              .offset = offsetof(struct substitute_body, reason),
              .required = true,
              .min = 1,
              .max = 200 },
            { .name = NULL },
        },
};

/* The published list has one line a substitute. */
static bool one_line(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text == 0x7F)
            return false;
    return true;
}

static enum rc lock_draw(struct web_ctx *c, struct substitute_draw *draw)
{
    bool superseded = false;
    enum rc rc = substitute_lock(c->db, c->arena, web_param(c, "code"), draw);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽取");
    if (rc != RC_OK)
        return rc;
    if (draw->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "仅抽取部门可以替换其检查对象");
    if (!draw->revealed)
        return web_fail(c, RC_STATE, "", "该活动的抽取结果尚未公开");
    rc = draw_superseded(c->db, draw->id, &superseded);
    if (rc != RC_OK)
        return rc;
    if (superseded)
        return web_fail(c, RC_STATE, "", "该计划已重新抽取，原抽取不再替换");
    c->audit.target = arena_printf(c->arena, "draw:%s", web_param(c, "code"));
    return RC_OK;
}

/* Who gives way and who stands in; recorded. */
static enum rc choose(struct web_ctx *c, const struct substitute_draw *draw,
                      struct substitute_place *place, struct substitute_reserve *reserve)
{
    const struct substitute_body *body = c->input;
    enum rc rc = substitute_place(c->db, draw->id, body->stratum, body->subject, place);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/subject", "该检查对象不在这个抽查层的抽取结果中");
    if (rc != RC_OK)
        return rc;
    if (!place->standing)
        return web_fail(c, RC_STATE, "/subject", "该检查对象未被抽中，或已被替换");
    rc = substitute_next(c->db, c->arena, draw->id, body->stratum, reserve);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_STATE, "/stratum", "抽查层 %s 的备选对象已经用完", body->stratum);
    return rc == RC_OK ? substitute_record(c->db, draw->id, body->stratum, place->subject_id,
                                           reserve, body->reason, c->actor.id, c->now)
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
                       const struct substitute_task *task, const struct substitute_place *place,
                       const struct substitute_reserve *reserve, struct match_plan *plan)
{
    const struct substitute_body *body = c->input;
    struct substitute_gone gone = { .n = 0 };
    struct substitute_made made = { .visit_id = 0 };
    char door_code[VISIT_DOOR_CODE];
    if (!task->made)
        return RC_OK;
    if (!task->untouched)
        return web_fail(c, RC_STATE, "/subject", "该次检查已有记录，不能再替换检查对象");
    visit_door_code(door_code);
    enum rc rc = substitute_withdraw(c->db, c->arena, draw->id, place->subject_id,
                                     body->stratum + SPECIALTY, task, &gone);
    if (rc == RC_OK)
        rc = substitute_make(c->db, c->arena, draw, body->stratum, reserve, door_code, &made);
    if (rc == RC_STATE)
        return web_fail(c, rc, "/stratum", "备选对象 %s 的本部门检查已经完成", reserve->subject);
    if (rc == RC_OK)
        rc = staff(c, &made, body->reason, plan);
    return rc == RC_OK ? publish(c, task, &gone, &made) : rc;
}

/* POST draws/{code}/substitutes */
enum rc planner_substitute_create(struct web_ctx *c)
{
    const struct substitute_body *body = c->input;
    struct substitute_draw draw = { .id = 0 };
    struct substitute_task task = { .made = false };
    struct substitute_place place = { .subject_id = 0 };
    struct substitute_reserve reserve = { .position = 0 };
    struct match_plan plan = { .assignment_count = 0 };
    if (!one_line(body->reason))
        return web_fail(c, RC_INVALID, "/reason", "理由须为一行文字");
    enum rc rc = lock_draw(c, &draw);
    if (rc == RC_OK)
        rc = substitute_task_lock(c->db, draw.id, body->subject, body->stratum + SPECIALTY, &task);
    if (rc == RC_OK)
        rc = choose(c, &draw, &place, &reserve);
    if (rc == RC_OK)
        rc = replace(c, &draw, &task, &place, &reserve, &plan);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "stratum", body->stratum);
    jw_text(w, "subject", body->subject);
    jw_text(w, "substitute", reserve.subject);
    jw_int(w, "position", reserve.position);
    if (task.made)
        jw_text(w, "visit", arena_printf(c->arena, "%s-%s", draw.campaign, reserve.subject));
    else
        jw_null(w, "visit");
    jw_int(w, "inspectors", (int64_t)plan.assignment_count);
    if (plan.open_count)
        jw_text(w, "short", match_shortage_text(c->arena, &plan.shortages[0]));
    else
        jw_null(w, "short");
    return web_json_end(c);
}

/* GET draws/{code}/substitutes */
enum rc planner_substitute_list(struct web_ctx *c)
{
    struct draw draw = { .id = 0 };
    struct substitute *list = NULL;
    size_t n = 0;
    bool takes_part = false;
    enum rc rc = draw_by_code(c->db, c->arena, web_param(c, "code"), &draw);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽取");
    if (rc == RC_OK)
        rc = adjustment_takes_part(c->db, draw.campaign_id, c->actor.department_id, &takes_part);
    if (rc == RC_OK && !takes_part)
        return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该抽查活动");
    if (rc == RC_OK)
        rc = substitute_list(c->db, c->arena, draw.id, &list, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "substitutes");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "stratum", list[i].stratum);
        jw_text(w, "subject", list[i].subject);
        jw_text(w, "substitute", list[i].substitute);
        jw_int(w, "position", list[i].position);
        jw_text(w, "reason", list[i].reason);
        jw_text(w, "made_by", list[i].made_by);
        jw_instant(w, "made_at", list[i].made_at);
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}
