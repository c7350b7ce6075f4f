/* The two indicators of a campaign, by department (R27): completion and closing rate. */
#include "planner/routes.h"

#include <string.h>

#include "store/campaign.h"
#include "store/section.h"

/* Percent, rounded down to two decimals: 100 means all. */
static double percent(int64_t part, int64_t whole)
{
    int64_t hundredths = whole ? part * 10000 / whole : 0;
    return (double)hundredths / 100.0;
}

static void write_rates(struct jsonw *w, int64_t tasks, int64_t completed, int64_t closed)
{
    jw_int(w, "tasks", tasks);
    jw_int(w, "completed", completed);
    jw_int(w, "closed", closed);
    jw_real(w, "completion_rate", percent(completed, tasks));
    jw_real(w, "closing_rate", percent(closed, tasks));
}

/* GET campaigns/{code}/indicators: bulletins name all departments that take part (R28). */
enum rc planner_indicator_show(struct web_ctx *c)
{
    struct campaign campaign;
    struct section_indicator *rows;
    size_t n;
    bool takes_part;
    struct section_indicator all = { .tasks = 0 };
    enum rc rc = campaign_by_code(c->db, c->arena, web_param(c, "code"), &campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽查活动");
    if (rc == RC_OK)
        rc = section_indicators(c->db, c->arena, campaign.id, &rows, &n);
    if (rc == RC_OK)
        rc = campaign_takes_part(c->db, campaign.id, c->actor.department_id, &takes_part);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < n; i++) {
        takes_part = takes_part || strcmp(rows[i].department, c->actor.department) == 0;
        all.tasks += rows[i].tasks;
        all.completed += rows[i].completed;
        all.closed += rows[i].closed;
    }
    if (!takes_part)
        return web_fail(c, RC_FORBIDDEN, "", "本部门未参加该抽查活动");
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "campaign", campaign.code);
    write_rates(w, all.tasks, all.completed, all.closed);
    jw_array(w, "departments");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "department", rows[i].department);
        jw_text(w, "name", rows[i].department_name);
        write_rates(w, rows[i].tasks, rows[i].completed, rows[i].closed);
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}
