/* Reports of a department about a period: its own tasks and those of the departments below it; read
   by it and by the one above it. */
#include "planner/report/report.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "planner/routes.h"
#include "store/report/ledger.h"

enum { FIGURES_MAX = 8 << 20, DAY_MS = 86400000 };

struct body {
    const char *kind;
    int32_t from;
    int32_t to;
    const char *title;
    const char *note;
};

const struct web_input planner_report_body = WEB_INPUT(
    struct body,
    WEB_FIELD(struct body, kind, "种类", .required = true, .labels = report_kinds + REPORT_WEEKLY),
    WEB_FIELD(struct body, from, "报告期开始", .required = true),
    WEB_FIELD(struct body, to, "报告期截止", .required = true),
    WEB_FIELD(struct body, title, "标题", .required = true, .max = 120),
    WEB_FIELD(struct body, note, "说明", .max = 2000));

/* ---- figures --------------------------------------------------------------------------------- */

static void add(struct indicator *sum, const struct indicator *part)
{
    sum->tasks += part->tasks;
    sum->completed += part->completed;
    sum->closed += part->closed;
    sum->late += part->late;
}

static size_t by_department(struct arena *a, const struct report_part *parts, size_t count,
                            struct report_part **out)
{
    size_t n = 0;
    *out = arena_array(a, count, sizeof **out);
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < n && strcmp((*out)[k].department, parts[i].department) != 0)
            k++;
        if (k == n)
            (*out)[n++] =
                (struct report_part){ .department = parts[i].department, .name = parts[i].name };
        add(&(*out)[k].n, &parts[i].n);
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

static void put_departments(struct jsonw *w, const struct report_part *sums, size_t n,
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

/* What the figures mean, in the words of the list. */
static void put_definitions(struct jsonw *w, const struct row_set *set)
{
    jw_array(w, "definitions");
    for (const struct row_col *c = set->columns; c->member; c++) {
        if (!c->note)
            continue;
        jw_object(w, NULL);
        jw_text(w, "title", c->title);
        jw_text(w, "text", c->note);
        jw_end(w);
    }
    jw_object(w, NULL);
    jw_text(w, "title", "进度落后");
    jw_text(w, "text", "有逾期任务，或者完成率低于全部部门合计的完成率");
    jw_end(w);
    jw_end(w);
}

enum rc report_figures(struct web_ctx *c, const struct report_part *parts, const char *key,
                       const struct row_set *set, const struct row_page *rows,
                       struct report *report)
{
    struct buf out;
    struct jsonw w;
    struct report_part *sums;
    struct indicator all = { .tasks = 0 };
    size_t n = by_department(c->arena, parts, rows->n, &sums);
    for (size_t i = 0; i < rows->n; i++)
        add(&all, &parts[i].n);
    buf_init(&out, c->arena, FIGURES_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    put_indicator(&w, &all);
    put_departments(&w, sums, n, &all);
    jw_array(&w, key);
    for (size_t i = 0; i < rows->n; i++)
        row_put_object(&w, set, (const char *)rows->v + i * set->size);
    jw_end(&w);
    put_definitions(&w, set);
    jw_end(&w);
    report->figures = out.p;
    return out.full ? web_fail(c, RC_INVALID, "", "数据太多，不能印发") : RC_OK;
}

/* ---- issuing --------------------------------------------------------------------------------- */

enum rc report_sent_once(struct web_ctx *c, int64_t campaign_id, const struct report *report)
{
    int64_t number = 0;
    enum rc rc = report_twin(c->db, campaign_id, c->actor.department_id, c->actor.id,
                             c->now - DAY_MS, report, &number);
    return rc == RC_OK && number
               ? web_fail(c, RC_CONFLICT, "/title",
                          "您在一天内已经印发过标题、说明%s相同的一期（第 %" PRId64
                          " 期）；确需再印发一期的，请修改标题",
                          campaign_id ? "" : "和报告期",
                          campaign_id ? number : number % REPORT_SPECIALS)
               : rc;
}

enum rc report_add(struct web_ctx *c, int64_t campaign_id, int64_t department_id,
                   struct report *report)
{
    report->issued_by = c->actor.name;
    report->issued_at = c->now;
    enum rc rc = report_issue(c->db, c->arena, campaign_id, department_id, c->actor.id, report);
    if (rc == RC_CONFLICT)
        return web_fail(c, rc, "", "这一期已经印发，印发后不能更改");
    if (rc == RC_OK)
        rc = campaign_id ? report_bulletin(c->db, c->arena, campaign_id, report->number, report)
                         : report_by_id(c->db, c->arena, department_id, report->id, report);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"number\":%" PRId64 ",\"digest\":\"%s\"}",
                                   report->number, report->digest);
    report->state = "intact"; /* its event is about to be written */
    return web_row(c, 201, &report_rows, report);
}

static enum rc collect(struct web_ctx *c, struct report *report)
{
    struct row_page lines;
    enum rc rc = report_lines(c->db, c->arena, c->actor.department_id, report->starts_on,
                              report->ends_on, report->as_of, &lines, &c->err);
    if (rc != RC_OK)
        return rc;
    if (lines.more)
        return web_fail(c, RC_INVALID, "", "任务超过 %d 行，不能报告", REPORT_LINES_MAX);
    const struct report_line *line = lines.v;
    struct report_part *parts = arena_array(c->arena, lines.n, sizeof *parts);
    for (size_t i = 0; i < lines.n; i++)
        parts[i] = REPORT_PART(line[i]);
    return report_figures(c, parts, "lines", report_line_list.rows, &lines, report);
}

static const char *target_of(struct arena *a, const struct report *report)
{
    return report->campaign ? arena_printf(a, "campaign:%s", report->campaign)
                            : arena_printf(a, "report:%s/%" PRId64, report->kind, report->number);
}

static enum rc number_special(struct web_ctx *c, struct report *report)
{
    int64_t behind = report->number;
    enum rc rc = report_sent_once(c, 0, report);
    if (rc == RC_OK)
        rc = report_next_special(c->db, c->actor.department_id, behind, &report->number);
    return rc == RC_OK && report->number == behind + REPORT_SPECIALS
               ? web_fail(c, RC_STATE, "", "本部门这一年的专题报告已有 %d 期，不能再印发",
                          REPORT_SPECIALS - 1)
               : rc;
}

/* POST reports */
enum rc planner_report_issue(struct web_ctx *c)
{
    const struct body *body = c->input;
    enum report_kind kind = REPORT_WEEKLY;
    struct report report = { .kind = body->kind,
                             .title = body->title,
                             .note = body->note ? body->note : "",
                             .starts_on = body->from,
                             .ends_on = body->to,
                             .as_of = date_at(c->now) };
    while (strcmp(report_kinds[kind].value, body->kind) != 0)
        kind++;
    enum rc rc = report_period(kind, body->from, body->to, report.as_of, &report.number, &c->err);
    if (rc == RC_OK && kind == REPORT_SPECIAL)
        rc = number_special(c, &report);
    if (rc == RC_OK)
        rc = collect(c, &report);
    c->audit.target = target_of(c->arena, &report);
    return rc == RC_OK ? report_add(c, 0, c->actor.department_id, &report) : rc;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum rc report_checked(struct web_ctx *c, const char *action, struct report *report)
{
    return report_compare(c->db, c->arena, action, target_of(c->arena, report), report);
}

static enum rc readable(struct web_ctx *c, struct report *report)
{
    int64_t id = 0;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = report_by_id(c->db, c->arena, c->actor.department_id, id, report);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这份报告，或者它属于其他部门");
    return rc == RC_OK ? report_checked(c, "report.issue", report) : rc;
}

/* GET reports/{id} */
enum rc planner_report_show(struct web_ctx *c)
{
    struct report report;
    enum rc rc = readable(c, &report);
    return rc == RC_OK ? web_row(c, 200, &report_rows, &report) : rc;
}

/* GET reports/{id}/lines: nobody takes away what was changed. */
enum rc planner_report_lines(struct web_ctx *c, struct db_val *scope)
{
    struct report report = { .state = "changed" }; /* until it is known not to be */
    enum rc rc = readable(c, &report);
    if (rc == RC_OK && strcmp(report.state, "changed") == 0)
        return web_fail(c, RC_STATE, "", "保存的报告与印发时不符，请告知审计员");
    scope[0] = db_int(rc == RC_OK ? report.id : 0);
    return rc;
}
