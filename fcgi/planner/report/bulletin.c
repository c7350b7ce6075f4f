/* Bulletins of a campaign (R28): issued by the department that began it, read by all that take
   part. */
#include "planner/report/report.h"

#include "base/date.h"
#include "base/text.h"
#include "planner/routes.h"
#include "planner/visit/visit.h"
#include "store/report/ledger.h"

enum { NUMBER_MAX = 65535 };

struct body {
    const char *title;
    const char *note;
};

const struct web_input planner_bulletin_body =
    WEB_INPUT(struct body, WEB_FIELD(struct body, title, "标题", .required = true, .max = 120),
              WEB_FIELD(struct body, note, "说明", .max = 2000));

static enum rc collect(struct web_ctx *c, int64_t campaign_id, struct report *bulletin)
{
    struct row_page cells;
    enum rc rc = ledger_cells(c->db, c->arena, campaign_id, bulletin->as_of, &cells, &c->err);
    if (rc != RC_OK)
        return rc;
    if (cells.more)
        return web_fail(c, RC_INVALID, "", "台账超过 %d 格，不能通报", LEDGER_CELLS_MAX);
    const struct ledger_line *line = cells.v;
    struct report_part *parts = arena_array(c->arena, cells.n, sizeof *parts);
    for (size_t i = 0; i < cells.n; i++)
        parts[i] = REPORT_PART(line[i]);
    return report_figures(c, parts, "cells", ledger_list.rows, &cells, bulletin);
}

enum rc planner_bulletin_check(struct web_ctx *c, const void *object)
{
    enum rc rc = visit_campaign_check(c, object);
    return rc == RC_OK ? visit_made(c, object) : rc;
}

/* POST campaigns/{code}/bulletins */
enum rc planner_bulletin_issue(struct web_ctx *c)
{
    const struct body *body = c->input;
    struct campaign campaign;
    struct report bulletin = { .kind = report_kinds[REPORT_BULLETIN].value,
                               .title = body->title,
                               .note = body->note ? body->note : "",
                               .as_of = date_at(c->now) };
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = visit_made(c, &campaign);
    if (rc == RC_OK)
        rc = report_sent_once(c, campaign.id, &bulletin);
    if (rc == RC_OK)
        rc = collect(c, campaign.id, &bulletin);
    if (rc == RC_OK)
        rc = report_next_bulletin(c->db, campaign.id, &bulletin.number);
    return rc == RC_OK ? report_add(c, campaign.id, 0, &bulletin) : rc;
}

/* Bulletins name all departments that take part, for each of them. */
static enum rc readable(struct web_ctx *c, int64_t *campaign_id)
{
    struct db_val scope[3];
    enum rc rc = planner_campaign_scope(c, scope);
    *campaign_id = rc == RC_OK ? scope[0].i : 0;
    return rc;
}

/* GET campaigns/{code}/bulletins */
enum rc planner_bulletin_scope(struct web_ctx *c, struct db_val *scope)
{
    int64_t campaign_id = 0;
    enum rc rc = readable(c, &campaign_id);
    scope[0] = db_int(campaign_id);
    return rc;
}

/* GET campaigns/{code}/bulletins/{number} */
enum rc planner_bulletin_show(struct web_ctx *c)
{
    int64_t number;
    int64_t campaign_id = 0;
    struct report bulletin = { .number = 0 };
    enum rc rc = readable(c, &campaign_id);
    if (rc != RC_OK)
        return rc;
    if (!int_parse(web_param(c, "number"), 1, NUMBER_MAX, &number))
        return web_fail(c, RC_NOT_FOUND, "", "没有这一期通报");
    rc = report_bulletin(c->db, c->arena, campaign_id, number, &bulletin);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这一期通报");
    if (rc == RC_OK)
        rc = report_checked(c, "bulletin.issue", &bulletin);
    return rc == RC_OK ? web_row(c, 200, &report_rows, &bulletin) : rc;
}
