#include "planner/visit.h"

#include <string.h>

#include "planner/routes.h"
#include "store/assignment.h"
#include "store/visit.h"
#include "sys/random.h"

struct visit_query {
    const char *after;
    int64_t limit;
};

const struct web_input planner_visit_query = {
    .size = sizeof(struct visit_query),
    .fields =
        (const struct web_field[]){
            { .name = "after",
              .type = WEB_TEXT,
              .offset = offsetof(struct visit_query, after),
              .min = 1,
              .max = 56 },
            { .name = "limit",
              .type = WEB_INT,
              .offset = offsetof(struct visit_query, limit),
              .min = 1,
              .max = PLANNER_LIMIT_MAX },
            { .name = NULL },
        },
};

enum rc visit_own_campaign(struct web_ctx *c, struct campaign *campaign)
{
    enum rc rc = campaign_lock(c->db, c->arena, web_param(c, "code"), campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽查活动");
    if (rc != RC_OK)
        return rc;
    if (campaign->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "仅发起部门可以安排该活动的检查");
    if (campaign->state != CAMPAIGN_REVEALED)
        return web_fail(c, RC_STATE, "", "该活动的抽取结果尚未公开，不能安排检查");
    c->audit.target = arena_printf(c->arena, "campaign:%s", campaign->code);
    return RC_OK;
}

/* A code to be read out at the door: no look-alikes. */
void visit_door_code(char out[VISIT_DOOR_CODE])
{
    static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    for (size_t i = 0; i < VISIT_DOOR_CODE - 1; i++)
        out[i] = alphabet[random_below(sizeof alphabet - 1)];
    out[VISIT_DOOR_CODE - 1] = '\0';
}

/* The drawn tasks, merged. The plan's task indexes refer to *tasks. */
static enum rc merge_tasks(struct web_ctx *c, int64_t campaign_id, struct visit_task **tasks,
                           struct visitplan *plan)
{
    size_t n;
    enum rc rc = visit_tasks(c->db, c->arena, campaign_id, tasks, &n);
    if (rc != RC_OK)
        return rc;
    if (n == 0)
        return web_fail(c, RC_STATE, "", "该活动没有抽中的检查对象");
    struct visitplan_task *input = arena_array(c->arena, n, sizeof *input);
    for (size_t i = 0; i < n; i++)
        input[i] = (*tasks)[i].plan;
    return visitplan_merge(c->arena, input, n, plan, &c->err);
}

static enum rc check_items(struct web_ctx *c, int64_t campaign_id)
{
    const char *specialty;
    enum rc rc = visit_uncovered_specialty(c->db, c->arena, campaign_id, &specialty);
    if (rc == RC_OK && specialty)
        return web_fail(c, RC_STATE, "", "专业“%s”没有抽查事项，请先导入抽查事项清单", specialty);
    return rc;
}

/* POST campaigns/{code}/visits */
enum rc planner_visit_create(struct web_ctx *c)
{
    struct campaign campaign;
    struct visit_task *tasks = NULL;
    struct visitplan plan = { .visit_count = 0 };
    int64_t present = 0;
    int64_t checks = 0;
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = visit_count(c->db, campaign.id, &present);
    if (rc == RC_OK && present)
        rc = web_fail(c, RC_STATE, "", "该活动的检查已经生成，共 %lld 次", (long long)present);
    if (rc == RC_OK)
        rc = check_items(c, campaign.id);
    if (rc == RC_OK)
        rc = merge_tasks(c, campaign.id, &tasks, &plan);
    if (rc != RC_OK)
        return rc;
    char(*door_codes)[VISIT_DOOR_CODE] = arena_array(c->arena, plan.visit_count, VISIT_DOOR_CODE);
    for (size_t i = 0; i < plan.visit_count; i++)
        visit_door_code(door_codes[i]);
    rc = visit_create(c->db, c->arena, &campaign, tasks, &plan,
                      (const char(*)[VISIT_DOOR_CODE])door_codes, &checks);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"tasks\":%zu,\"visits\":%zu,\"visits_saved\":%zu}",
                                   plan.task_count, plan.visit_count, plan.saved);
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "tasks", (int64_t)plan.task_count);
    jw_int(w, "visits", (int64_t)plan.visit_count);
    jw_int(w, "joint_visits", (int64_t)plan.joint);
    jw_int(w, "visits_saved", (int64_t)plan.saved);
    jw_int(w, "sections", (int64_t)plan.section_count);
    jw_int(w, "checks", checks);
    return web_json_end(c);
}

static void write_visit(struct jsonw *w, const struct visit *v)
{
    jw_text(w, "code", v->code);
    jw_object(w, "subject");
    jw_text(w, "code", v->subject_code);
    jw_text(w, "name", v->subject_name);
    jw_text(w, "address", v->address);
    jw_text(w, "region", v->region);
    jw_end(w);
    jw_text(w, "lead", v->lead);
    jw_int(w, "sections", v->sections);
    if (v->dated)
        jw_date(w, "planned_on", v->planned_on);
    else
        jw_null(w, "planned_on");
    jw_text(w, "state", v->state);
}

/* GET campaigns/{code}/visits: the initiating department sees all, another one its own. */
enum rc planner_visit_list(struct web_ctx *c)
{
    const struct visit_query *query = c->query;
    struct campaign campaign;
    struct visit *visits;
    size_t n;
    bool takes_part = false;
    int64_t limit = planner_limit(query->limit);
    enum rc rc = campaign_by_code(c->db, c->arena, web_param(c, "code"), &campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽查活动");
    if (rc != RC_OK)
        return rc;
    bool initiator = campaign.department_id == c->actor.department_id;
    rc = visit_list(c->db, c->arena, campaign.id, initiator ? 0 : c->actor.department_id,
                    query->after ? query->after : campaign.code, limit, &visits, &n);
    if (rc == RC_OK && !initiator && n == 0) {
        rc = campaign_takes_part(c->db, campaign.id, c->actor.department_id, &takes_part);
        if (rc == RC_OK && !takes_part && !query->after)
            return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该抽查活动");
    }
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "visits");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        write_visit(w, &visits[i]);
        jw_end(w);
    }
    jw_end(w);
    if (n && (int64_t)n == limit)
        jw_text(w, "next", visits[n - 1].code);
    else
        jw_null(w, "next");
    return web_json_end(c);
}

static void write_team(struct jsonw *w, const struct assignment *team, size_t n, int64_t section_id)
{
    jw_array(w, "inspectors");
    for (size_t i = 0; i < n; i++) {
        if (team[i].section_id != section_id)
            continue;
        jw_object(w, NULL);
        jw_text(w, "card_no", team[i].card_no);
        jw_text(w, "name", team[i].name);
        jw_text(w, "department", team[i].department);
        jw_text(w, "source", team[i].source);
        jw_text(w, "reason", team[i].reason);
        jw_end(w);
    }
    jw_end(w);
}

static bool takes_part(const struct web_ctx *c, const struct visit *v,
                       const struct visit_section *sections, size_t n)
{
    if (v->campaign_department_id == c->actor.department_id)
        return true;
    for (size_t i = 0; i < n; i++)
        if (sections[i].department_id == c->actor.department_id)
            return true;
    return false;
}

/* GET visits/{code} */
enum rc planner_visit_show(struct web_ctx *c)
{
    struct visit v;
    struct visit_section *sections;
    struct assignment *team;
    size_t section_count;
    size_t team_count;
    enum rc rc = visit_by_code(c->db, c->arena, web_param(c, "code"), &v);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此检查");
    if (rc == RC_OK)
        rc = visit_sections(c->db, c->arena, v.id, &sections, &section_count);
    if (rc != RC_OK)
        return rc;
    if (!takes_part(c, &v, sections, section_count))
        return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该次检查");
    rc = assignment_of_visit(c->db, c->arena, v.id, &team, &team_count);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    write_visit(w, &v);
    jw_text(w, "door_code", v.door_code);
    jw_array(w, "parts");
    for (size_t i = 0; i < section_count; i++) {
        const struct visit_section *s = &sections[i];
        jw_object(w, NULL);
        jw_int(w, "section", s->id);
        jw_text(w, "department", s->department);
        jw_text(w, "department_name", s->department_name);
        jw_text(w, "state", s->state);
        jw_text(w, "result_class", s->result_class);
        jw_text(w, "specialties", s->specialties);
        jw_int(w, "checks", s->checks);
        write_team(w, team, team_count, s->id);
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}
