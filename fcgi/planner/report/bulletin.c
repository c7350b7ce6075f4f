/* Bulletins of a campaign (R28): issued by the department that began it, read by all that take
   part. */
#include "planner/routes.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/report/indicator.h"
#include "planner/visit/visit.h"
#include "store/report/bulletin.h"
#include "store/report/ledger.h"

enum { DEPARTMENTS_MAX = 500, FIGURES_MAX = 4 << 20, NUMBER_MAX = 65535 };

struct body {
    const char *title;
    const char *note;
};

const struct web_input planner_bulletin_body =
    WEB_INPUT(struct body, WEB_FIELD(struct body, title, "标题", .required = true, .max = 120),
              WEB_FIELD(struct body, note, "说明", .max = 2000));

/* ---- figures --------------------------------------------------------------------------------- */

struct sums {
    const char *department;
    const char *name;
    struct indicator n;
};

static void add(struct indicator *sum, const struct ledger_line *cell)
{
    sum->tasks += cell->tasks;
    sum->completed += cell->completed;
    sum->closed += cell->closed;
    sum->late += cell->late;
}

static size_t by_department(struct arena *a, const struct row_page *cells, struct sums **out)
{
    const struct ledger_line *line = cells->v;
    size_t n = 0;
    *out = arena_array(a, DEPARTMENTS_MAX, sizeof **out);
    for (size_t i = 0; i < cells->n; i++) {
        size_t k = 0;
        while (k < n && strcmp((*out)[k].department, line[i].department) != 0)
            k++;
        if (k == DEPARTMENTS_MAX)
            continue; /* more than a city has */
        if (k == n)
            (*out)[n++] =
                (struct sums){ .department = line[i].department, .name = line[i].department_name };
        add(&(*out)[k].n, &line[i]);
    }
    return n;
}

static void put_indicator(struct jsonw *w, const struct indicator *n)
{
    jw_int(w, "tasks", n->tasks);
    jw_int(w, "completed", n->completed);
    jw_int(w, "closed", n->closed);
    jw_int(w, "late", n->late);
    jw_real(w, "completion_rate", indicator_percent(n->completed, n->tasks));
    jw_real(w, "closing_rate", indicator_percent(n->closed, n->tasks));
}

static void put_departments(struct jsonw *w, const struct sums *sums, size_t n,
                            const struct indicator *all)
{
    jw_array(w, "departments");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "department", sums[i].department);
        jw_text(w, "name", sums[i].name);
        put_indicator(w, &sums[i].n);
        jw_bool(w, "lags", indicator_lags(&sums[i].n, all));
        jw_end(w);
    }
    jw_end(w);
}

/* What the figures mean, in the words of the ledger. */
static void put_definitions(struct jsonw *w)
{
    jw_array(w, "definitions");
    for (const struct row_col *c = ledger_list.rows->columns; c->member; c++) {
        if (!c->note)
            continue;
        jw_object(w, NULL);
        jw_text(w, "title", c->title);
        jw_text(w, "text", c->note);
        jw_end(w);
    }
    jw_object(w, NULL);
    jw_text(w, "title", "进度落后");
    jw_text(w, "text", "有逾期任务，或者完成率低于全部参加部门合计的完成率");
    jw_end(w);
    jw_end(w);
}

static const char *figures(struct web_ctx *c, const struct row_page *cells)
{
    struct buf *out = arena_alloc(c->arena, sizeof *out);
    struct jsonw w;
    struct sums *sums;
    struct indicator all = { .tasks = 0 };
    const struct ledger_line *line = cells->v;
    size_t n = by_department(c->arena, cells, &sums);
    for (size_t i = 0; i < cells->n; i++)
        add(&all, &line[i]);
    buf_init(out, c->arena, FIGURES_MAX);
    jw_init(&w, out);
    jw_object(&w, NULL);
    put_indicator(&w, &all);
    put_departments(&w, sums, n, &all);
    jw_array(&w, "cells");
    for (size_t i = 0; i < cells->n; i++)
        row_put_object(&w, ledger_list.rows, &line[i]);
    jw_end(&w);
    put_definitions(&w);
    jw_end(&w);
    return out->p;
}

/* ---- issuing and reading --------------------------------------------------------------------- */

static enum rc reply(struct web_ctx *c, int status, int64_t campaign_id, int64_t number)
{
    struct bulletin bulletin = { .number = 0 };
    enum rc rc = bulletin_by_number(c->db, c->arena, campaign_id, number, &bulletin);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这一期通报");
    return rc == RC_OK ? web_row(c, status, &bulletin_rows, &bulletin) : rc;
}

static enum rc collect(struct web_ctx *c, int64_t campaign_id, struct bulletin *bulletin)
{
    struct row_page cells;
    enum rc rc = ledger_cells(c->db, c->arena, campaign_id, bulletin->as_of, &cells, &c->err);
    if (rc == RC_OK && cells.more)
        return web_fail(c, RC_INVALID, "", "台账超过 %d 格，不能通报", LEDGER_CELLS_MAX);
    if (rc == RC_OK)
        bulletin->figures = figures(c, &cells);
    return rc;
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
    struct bulletin bulletin = { .title = body->title,
                                 .note = body->note ? body->note : "",
                                 .as_of = date_at(c->now),
                                 .issued_at = c->now };
    enum rc rc = visit_own_campaign(c, &campaign);
    if (rc == RC_OK)
        rc = visit_made(c, &campaign);
    if (rc == RC_OK)
        rc = collect(c, campaign.id, &bulletin);
    if (rc == RC_OK)
        rc = bulletin_next(c->db, campaign.id, &bulletin.number);
    if (rc == RC_OK)
        rc = bulletin_issue(c->db, campaign.id, c->actor.id, &bulletin);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"number\":%" PRId64 ",\"figures\":\"%s\"}",
                                   bulletin.number, bulletin.digest);
    return reply(c, 201, campaign.id, bulletin.number);
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
    enum rc rc = readable(c, &campaign_id);
    if (rc == RC_OK && !int_parse(web_param(c, "number"), 1, NUMBER_MAX, &number))
        return web_fail(c, RC_NOT_FOUND, "", "没有这一期通报");
    return rc == RC_OK ? reply(c, 200, campaign_id, number) : rc;
}
