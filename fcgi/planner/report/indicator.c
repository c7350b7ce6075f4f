/* The two indicators of a campaign, by department (R27): completion and closing rate; and how many
   of its inspectors were changed (R06). */
#include "planner/routes.h"

#include <string.h>

#include "domain/report/indicator.h"
#include "store/draw/campaign.h"
#include "store/draw/match_file.h"
#include "store/review/section.h"
#include "store/visit/adjustment.h"

static void rate(struct section_indicator *row)
{
    row->completion_rate = indicator_percent(row->completed, row->tasks);
    row->closing_rate = indicator_percent(row->closed, row->tasks);
}

static void write_all(struct jsonw *w, struct section_indicator *all)
{
    rate(all);
    jw_int(w, "tasks", all->tasks);
    jw_int(w, "completed", all->completed);
    jw_int(w, "closed", all->closed);
    jw_real(w, "completion_rate", all->completion_rate);
    jw_real(w, "closing_rate", all->closing_rate);
}

/* GET campaigns/{code}/indicators: bulletins name all departments that take part (R28). */
enum rc planner_indicator_show(struct web_ctx *c)
{
    struct campaign campaign;
    struct section_indicator *rows;
    size_t n;
    bool takes_part;
    struct match_draw draw = { .made = false };
    int64_t changed = 0;
    struct section_indicator all = { .tasks = 0 };
    enum rc rc = campaign_by_code(c->db, c->arena, web_param(c, "code"), &campaign);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此抽查活动");
    if (rc == RC_OK)
        rc = section_indicators(c->db, c->arena, campaign.id, &rows, &n);
    if (rc == RC_OK)
        rc = campaign_takes_part(c->db, campaign.id, c->actor.department_id, &takes_part);
    if (rc == RC_OK)
        rc = match_file_draw(c->db, campaign.id, &draw);
    if (rc == RC_OK)
        rc = adjustment_changed(c->db, campaign.id, false, 0, &changed);
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
    write_all(w, &all);
    jw_int(w, "inspectors_drawn", draw.inspectors);
    jw_int(w, "inspectors_changed", changed);
    jw_array(w, "departments");
    for (size_t i = 0; i < n; i++) {
        rate(&rows[i]);
        row_put_object(w, &section_indicator_rows, &rows[i]);
    }
    jw_end(w);
    return web_json_end(c);
}
