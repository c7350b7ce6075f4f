#include "planner/plan/plan.h"

#include <string.h>

#include "import/plan_table.h"
#include "planner/directory/directory.h"
#include "planner/draw/campaign.h"
#include "planner/routes.h"
#include "store/directory/department.h"

struct quota {
    const char *region;
    const char *specialty;
    int64_t count;
};

struct body {
    const char *code;
    const char *directory;
    const char *name;
    int32_t ends_on;
    const char *items;
    struct web_objects quotas;
};

static const struct web_input quota_input = WEB_INPUT(
    struct quota, WEB_FIELD(struct quota, region, "区划", .required = true, .min = 6, .max = 6),
    WEB_FIELD(struct quota, specialty, "专业", .required = true, .max = 32),
    WEB_FIELD(struct quota, count, "数量", .required = true, .min = 1, .max = TASKTABLE_VALUE_MAX));

const struct web_input planner_plan_body = WEB_INPUT(
    struct body,
    WEB_FIELD(struct body, code, "编号", .required = true, .min = 14, .max = 14,
              .identifier = true),
    WEB_FIELD(struct body, directory, "名录", .required = true, .max = 40, .identifier = true),
    WEB_FIELD(struct body, name, "名称", .required = true, .max = 120),
    WEB_FIELD(struct body, ends_on, "截止日期", .required = true),
    WEB_FIELD(struct body, items, "事项类别", .max = 10),
    WEB_FIELD(struct body, quotas, "分配数", .min = 1, .max = PLAN_QUOTAS_MAX, .of = &quota_input));

/* ---- create, file ---- */

static enum rc add_quotas(struct web_ctx *c, const struct plan *plan, const struct web_objects *in)
{
    const struct quota *given = in->v;
    struct plan_quota *quotas = arena_array(c->arena, in->n, sizeof *quotas);
    for (size_t i = 0; i < in->n; i++)
        quotas[i] = (struct plan_quota){
            .region = given[i].region,
            .specialty = given[i].specialty,
            .count = given[i].count,
            .source = arena_printf(c->arena, "请求 %s", c->request_id),
        };
    return plan_add_quotas(c->db, c->arena, plan, quotas, in->n, &c->err);
}

static enum rc create(struct web_ctx *c, const struct body *in, struct plan *plan)
{
    struct plan wanted = { .code = in->code,
                           .name = in->name,
                           .ends_on = in->ends_on,
                           .key_items = in->items && strcmp(in->items, "key") == 0 };
    int64_t id;
    enum rc rc = plan_directory(c->db, in->directory, &wanted.directory_id, &wanted.department_id);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_INVALID, "/directory", "没有名录“%s”", in->directory);
    if (rc != RC_OK)
        return rc;
    if (wanted.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "/directory", "名录“%s”属于其他部门", in->directory);
    rc = plan_create(c->db, &wanted, &id);
    if (rc == RC_CONFLICT)
        return web_fail(c, rc, "/code", "计划编号 %s 已存在", in->code);
    return rc == RC_OK ? plan_by_code(c->db, c->arena, in->code, plan) : rc;
}

enum rc planner_plan_create(struct web_ctx *c)
{
    const struct body *in = c->input;
    struct plan plan = { .region = "" };
    if (strspn(in->code, "0123456789") != strlen(in->code))
        return web_fail(c, RC_INVALID, "/code",
                        "计划编号须为 14 位数字：区划 6、年度 4、类型 1、序号 3");
    if (in->items && strcmp(in->items, "key") != 0 && strcmp(in->items, "general") != 0)
        return web_fail(c, RC_INVALID, "/items", "事项类别须为 general 或 key");
    enum rc rc = create(c, in, &plan);
    if (rc == RC_OK && strncmp(in->code, plan.region, strlen(plan.region)) != 0)
        return web_fail(c, RC_INVALID, "/code", "计划编号须以本部门的区划代码 %s 开头",
                        plan.region);
    if (rc == RC_OK && in->quotas.n)
        rc = add_quotas(c, &plan, &in->quotas);
    if (rc == RC_OK)
        rc = plan_by_code(c->db, c->arena, in->code, &plan);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "plan:%s", plan.code);
    return web_row(c, 201, &plan_rows, &plan);
}

static enum rc plan_of_path(struct web_ctx *c, struct plan *plan)
{
    const char *code = web_param(c, "code");
    enum rc rc = plan_by_code(c->db, c->arena, code, plan);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的计划", code);
    return rc;
}

/* To be read: of the department, or of its kind below it. */
static enum rc readable_plan(struct web_ctx *c, struct plan *plan)
{
    bool oversees = false;
    enum rc rc = plan_of_path(c, plan);
    if (rc == RC_OK)
        rc = department_oversees(c->db, c->actor.department_id, plan->department_id, &oversees);
    if (rc == RC_OK && !oversees)
        return web_fail(c, RC_FORBIDDEN, "", "计划 %s 属于其他部门", plan->code);
    return rc;
}

static enum rc own(struct web_ctx *c, const struct plan *plan)
{
    if (plan->department_id == c->actor.department_id)
        return RC_OK;
    return web_fail(c, RC_FORBIDDEN, "", "计划 %s 属于其他部门", plan->code);
}

enum rc planner_own_plan(struct web_ctx *c, struct plan *plan)
{
    enum rc rc = plan_of_path(c, plan);
    return rc == RC_OK ? own(c, plan) : rc;
}

enum rc planner_plan_check(struct web_ctx *c, const void *object)
{
    enum rc rc = own(c, object);
    return rc == RC_OK ? plan_is_draft(object, &c->err) : rc;
}

static enum rc may_file(struct web_ctx *c, const void *object)
{
    enum rc rc = own(c, object);
    return rc == RC_OK ? plan_fileable(object, &c->err) : rc;
}

static enum rc may_have_table(struct web_ctx *c, const void *object)
{
    enum rc rc = own(c, object);
    return rc == RC_OK ? plan_takes_table(object, &c->err) : rc;
}

static const struct planner_act acts[] = {
    { "plan.table", may_have_table },
    { "plan.ratio", planner_plan_check },
    { "plan.file", may_file },
    { "campaign.create", planner_plan_draw_check },
    { NULL, NULL },
};

enum rc planner_plan_file(struct web_ctx *c)
{
    struct plan plan = { .id = 0 };
    enum rc rc = plan_lock(c->db, web_param(c, "code"));
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = planner_own_plan(c, &plan);
    if (rc == RC_OK)
        rc = plan_file(c->db, &plan, &c->err);
    if (rc != RC_OK)
        return rc;
    plan.state = "filed";
    plan.filed = true;
    c->audit.target = arena_printf(c->arena, "plan:%s", plan.code);
    c->audit.detail = arena_printf(c->arena, "{\"strata\":%lld,\"quota\":%lld}",
                                   (long long)plan.strata, (long long)plan.quota);
    return web_row(c, 200, &plan_rows, &plan);
}

/* ---- one plan, with what its printed table does not add up to ---- */

static void put_fault(struct web_ctx *c, struct jsonw *w, const struct tasktable *t,
                      const struct tasktable_fault *f)
{
    static const char *const lines[] = {
        [TASKTABLE_ROW] = "row", [TASKTABLE_COLUMN] = "column", [TASKTABLE_GRAND] = "grand"
    };
    jw_object(w, NULL);
    jw_text(w, "line", lines[f->line]);
    jw_text(w, "name", f->name);
    jw_int(w, "printed", f->printed);
    jw_int(w, "sum", f->sum);
    jw_int(w, "difference", f->difference);
    jw_text(w, "text", tasktable_text(c->arena, t, f));
    jw_end(w);
}

static enum rc put_table(struct web_ctx *c, struct jsonw *w, const struct plan *plan)
{
    const char *csv = NULL;
    struct plan_table table;
    enum rc rc = plan_table_csv(c->db, c->arena, plan->id, &csv);
    if (rc == RC_OK && !csv)
        jw_null(w, "table");
    if (rc != RC_OK || !csv)
        return rc;
    rc = plan_table_of_text(c->arena, csv, &table, &c->err);
    if (rc != RC_OK)
        return rc;
    jw_object(w, "table");
    jw_int(w, "rows", (int64_t)table.table.row_count);
    jw_int(w, "columns", (int64_t)table.table.column_count);
    jw_int(w, "printed_total", table.table.grand_total);
    jw_int(w, "cell_sum", table.report.cell_sum);
    jw_int(w, "row_faults", (int64_t)table.report.row_faults);
    jw_int(w, "column_faults", (int64_t)table.report.column_faults);
    jw_array(w, "faults");
    for (size_t i = 0; i < table.report.count; i++)
        put_fault(c, w, &table.table, &table.report.faults[i]);
    jw_end(w);
    jw_array(w, "ignored");
    for (size_t i = 0; i < table.ignored_count; i++)
        jw_text(w, NULL, table.ignored[i]);
    jw_end(w);
    jw_array(w, "hidden");
    for (size_t i = 0; i < table.hidden_count; i++)
        jw_text(w, NULL, table.hidden[i]);
    jw_end(w);
    jw_end(w);
    return RC_OK;
}

enum rc planner_plan_show(struct web_ctx *c)
{
    struct plan plan = { .id = 0 };
    const struct plan_quota *quotas;
    size_t n;
    enum rc rc = readable_plan(c, &plan);
    if (rc == RC_OK)
        rc = plan_quotas(c->db, c->arena, plan.id, &quotas, &n);
    if (rc != RC_OK)
        return rc;
    int64_t days;
    rc = planner_directory_age(c, plan.region, &days);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    row_put(w, &plan_rows, &plan);
    planner_put_age(c, w, plan.refreshed_on, days, NULL);
    jw_array(w, "quotas");
    for (size_t i = 0; i < n; i++)
        row_put_object(w, &plan_quota_rows, &quotas[i]);
    jw_end(w);
    rc = put_table(c, w, &plan);
    if (rc == RC_OK)
        rc = planner_put_actions(c, w, acts, &plan);
    return rc == RC_OK ? web_json_end(c) : rc;
}
