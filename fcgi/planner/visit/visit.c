#include "planner/visit/visit.h"

#include <string.h>

#include "base/date.h"
#include "planner/routes.h"
#include "store/directory/department.h"
#include "store/visit/adjustment.h"
#include "store/visit/assignment.h"
#include "store/visit/notice.h"
#include "store/visit/visit.h"
#include "sys/random.h"

enum rc visit_campaign_check(struct web_ctx *c, const void *object)
{
    const struct campaign *campaign = object;
    if (campaign->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "仅发起部门可以安排该活动的检查");
    if (!campaign_is(campaign, CAMPAIGN_DRAWN))
        return web_fail(c, RC_STATE, "", "该活动尚未抽取，不能安排检查");
    return RC_OK;
}

enum rc visit_own_campaign(struct web_ctx *c, struct campaign *campaign)
{
    enum rc rc = campaign_lock(c->db, c->arena, web_param(c, "code"), campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽查活动");
    if (rc == RC_OK)
        rc = visit_campaign_check(c, campaign);
    if (rc != RC_OK)
        return rc;
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
    return visitplan_make(c->arena, input, n, plan, &c->err);
}

static enum rc check_items(struct web_ctx *c, int64_t campaign_id)
{
    const char *specialty;
    enum rc rc = visit_uncovered_specialty(c->db, c->arena, campaign_id, &specialty);
    if (rc == RC_OK && specialty)
        return web_fail(c, RC_STATE, "", "专业“%s”没有抽查事项，请先导入抽查事项清单", specialty);
    return rc;
}

enum rc visit_check_length(struct web_ctx *c, int64_t campaign_id, int64_t section_id)
{
    const char *department;
    enum rc rc = visit_overlong_section(c->db, c->arena, campaign_id, section_id, &department);
    if (rc == RC_OK && department)
        return web_fail(c, RC_STATE, "",
                        "%s在一家企业的抽查事项超过 %d 项，无法审核和公示，请先停用不再检查的事项",
                        department, VISIT_CHECKS_MAX);
    return rc;
}

enum rc visit_made(struct web_ctx *c, const struct campaign *campaign)
{
    int64_t visits = 0;
    enum rc rc = visit_count(c->db, campaign->id, &visits);
    if (rc == RC_OK && visits == 0)
        return web_fail(c, RC_STATE, "", "该活动的检查尚未生成");
    return rc;
}

enum rc visit_create_check(struct web_ctx *c, const void *object)
{
    const struct campaign *campaign = object;
    int64_t present = 0;
    enum rc rc = visit_campaign_check(c, campaign);
    if (rc == RC_OK)
        rc = visit_count(c->db, campaign->id, &present);
    if (rc == RC_OK && present)
        return web_fail(c, RC_STATE, "", "该活动的检查已经生成，共 %lld 次", (long long)present);
    return rc;
}

/* POST campaigns/{code}/visits */
enum rc planner_visit_create(struct web_ctx *c)
{
    struct campaign campaign;
    struct visit_task *tasks = NULL;
    struct visitplan plan = { .visit_count = 0 };
    int64_t checks = 0;
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = visit_create_check(c, &campaign);
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
    if (rc == RC_OK)
        rc = visit_check_length(c, campaign.id, 0);
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

/* Of a campaign's visits and adjustments the initiating department sees all, and the one above it;
   another one its own. */
enum rc planner_campaign_scope(struct web_ctx *c, struct db_val *scope)
{
    struct campaign campaign;
    bool takes_part = false;
    bool oversees = false;
    enum rc rc = campaign_by_code(c->db, c->arena, web_param(c, "code"), &campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽查活动");
    if (rc == RC_OK)
        rc = department_oversees(c->db, c->actor.department_id, campaign.department_id, &oversees);
    if (rc == RC_OK)
        rc = adjustment_takes_part(c->db, campaign.id, c->actor.department_id, &takes_part);
    if (rc == RC_OK && !takes_part && !oversees)
        return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该抽查活动");
    if (rc != RC_OK)
        return rc;
    scope[0] = db_int(campaign.id);
    scope[1] = scope[2] = db_int(oversees ? 0 : c->actor.department_id);
    return RC_OK;
}

/* GET visits/from/{day} */
enum rc planner_visit_days(struct web_ctx *c, struct db_val *scope)
{
    int32_t day;
    if (!date_parse(web_param(c, "day"), &day))
        return web_fail(c, RC_INVALID, "", "起始日期须为日期（YYYY-MM-DD）");
    scope[0] = scope[1] = db_date(day);
    scope[2] = scope[3] = db_int(c->actor.department_id);
    return RC_OK;
}

static void write_team(struct jsonw *w, const struct row_page *page, int64_t section)
{
    const struct assignment *team = page->v;
    jw_array(w, "inspectors");
    for (size_t i = 0; i < page->n; i++)
        if (team[i].section_id == section)
            row_put_object(w, &assignment_rows, &team[i]);
    jw_end(w);
}

static bool takes_part(const struct web_ctx *c, const struct row_page *page)
{
    const struct visit_section *sections = page->v;
    bool own = false;
    for (size_t i = 0; i < page->n; i++)
        own = own || sections[i].department_id == c->actor.department_id;
    return own;
}

static const struct planner_act visit_acts[] = {
    { "visit.move", visit_move_check },
    { "visit.cancel", visit_cancel_check },
    { "visit.pin", visit_pin_check },
    { NULL, NULL },
};

/* GET visits/{code} */
enum rc planner_visit_show(struct web_ctx *c)
{
    struct visit v;
    struct row_page page;
    struct row_page team;
    struct notice notice;
    bool oversees = false;
    enum rc rc = visit_by_code(c->db, c->arena, web_param(c, "code"), &v);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此检查");
    if (rc == RC_OK)
        rc = visit_sections(c->db, c->arena, v.id, &page);
    if (rc == RC_OK)
        rc =
            department_oversees(c->db, c->actor.department_id, v.campaign_department_id, &oversees);
    if (rc != RC_OK)
        return rc;
    if (!oversees && !takes_part(c, &page))
        return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该次检查");
    rc = assignment_of_visit(c->db, c->arena, v.id, &team);
    if (rc != RC_OK)
        return rc;
    enum rc noticed = notice_of_visit(c->db, c->arena, v.id, c->actor.id, &notice);
    if (noticed != RC_OK && noticed != RC_NOT_FOUND)
        return noticed;
    const struct visit_section *sections = page.v;
    struct jsonw *w = web_json(c, 200);
    row_put(w, &visit_rows, &v);
    jw_text(w, "door_code", v.door_code);
    if (noticed == RC_OK) {
        jw_object(w, "notice");
        row_put(w, &notice_rows, &notice);
        jw_end(w);
    } else {
        jw_null(w, "notice");
    }
    rc = planner_put_actions(c, w, visit_acts, &v);
    if (rc != RC_OK)
        return rc;
    jw_array(w, "sections");
    for (size_t i = 0; i < page.n; i++) {
        jw_object(w, NULL);
        row_put(w, &visit_section_rows, &sections[i]);
        write_team(w, &team, sections[i].section);
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}
