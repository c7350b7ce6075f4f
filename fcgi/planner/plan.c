#include "planner/plan.h"

#include <string.h>

#include "planner/directory.h"
#include "planner/routes.h"

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

static const struct web_field quota_fields[] = {
    { "region", WEB_TEXT, offsetof(struct quota, region), true, 6, 6, 0, NULL },
    { "specialty", WEB_TEXT, offsetof(struct quota, specialty), true, 1, 32, 0, NULL },
    { "count", WEB_INT, offsetof(struct quota, count), true, 1, TASKTABLE_VALUE_MAX, 0, NULL },
    { .name = NULL },
};
static const struct web_input quota_input = { quota_fields, sizeof(struct quota) };

static const struct web_field body_fields[] = {
    { "code", WEB_TEXT, offsetof(struct body, code), true, 14, 14, 0, NULL },
    { "directory", WEB_TEXT, offsetof(struct body, directory), true, 1, 40, 0, NULL },
    { "name", WEB_TEXT, offsetof(struct body, name), true, 1, 120, 0, NULL },
    { "ends_on", WEB_DATE, offsetof(struct body, ends_on), true, 0, 0, 0, NULL },
    { "items", WEB_TEXT, offsetof(struct body, items), false, 1, 10, 0, NULL },
    { "quotas", WEB_OBJECTS, offsetof(struct body, quotas), false, 1, PLAN_QUOTAS_MAX, 0,
      &quota_input },
    { .name = NULL },
};
const struct web_input planner_plan_body = { body_fields, sizeof(struct body) };

struct query {
    const char *after;
    int64_t limit;
};

static const struct web_field query_fields[] = {
    { "after", WEB_TEXT, offsetof(struct query, after), false, 1, 14, 0, NULL },
    { "limit", WEB_INT, offsetof(struct query, limit), false, 1, PLANNER_LIMIT_MAX, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_plan_query = { query_fields, sizeof(struct query) };

void planner_put_plan(struct jsonw *w, const struct plan *p)
{
    jw_text(w, "code", p->code);
    jw_text(w, "name", p->name);
    jw_text(w, "department", p->department);
    jw_text(w, "directory", p->directory);
    jw_date(w, "ends_on", p->ends_on);
    jw_text(w, "state", p->filed ? "filed" : "draft");
    jw_text(w, "items", p->key_items ? "key" : "general");
    jw_bool(w, "has_table", p->has_table);
    jw_int(w, "strata", p->strata);
    jw_int(w, "quota", p->quota);
}

/* ---- list, create, file ---- */

enum rc planner_plan_list(struct web_ctx *c)
{
    const struct query *in = c->query;
    const struct plan *plans;
    size_t n;
    int64_t limit = planner_limit(in->limit);
    enum rc rc = plan_list(c->db, c->arena, c->actor.department_id, in->after ? in->after : "",
                           limit, &plans, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "plans");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        planner_put_plan(w, &plans[i]);
        jw_end(w);
    }
    jw_end(w);
    jw_text(w, "next", n == (size_t)limit ? plans[n - 1].code : NULL);
    return web_json_end(c);
}

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
    planner_put_plan(web_json(c, 201), &plan);
    return web_json_end(c);
}

enum rc planner_own_plan(struct web_ctx *c, struct plan *plan)
{
    const char *code = web_param(c, "code");
    enum rc rc = plan_by_code(c->db, c->arena, code, plan);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的计划", code);
    if (rc == RC_OK && plan->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "计划 %s 属于其他部门", plan->code);
    return rc;
}

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
    plan.filed = true;
    c->audit.target = arena_printf(c->arena, "plan:%s", plan.code);
    c->audit.detail = arena_printf(c->arena, "{\"strata\":%lld,\"quota\":%lld}",
                                   (long long)plan.strata, (long long)plan.quota);
    planner_put_plan(web_json(c, 200), &plan);
    return web_json_end(c);
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
    rc = plan_table_read(c->arena, csv, &table, &c->err);
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
    jw_end(w);
    return RC_OK;
}

enum rc planner_plan_show(struct web_ctx *c)
{
    struct plan plan = { .id = 0 };
    const struct plan_quota *quotas;
    size_t n;
    enum rc rc = planner_own_plan(c, &plan);
    if (rc == RC_OK)
        rc = plan_quotas(c->db, c->arena, plan.id, &quotas, &n);
    if (rc != RC_OK)
        return rc;
    int64_t days;
    rc = planner_directory_age(c, plan.region, &days);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    planner_put_plan(w, &plan);
    planner_put_age(c, w, plan.refreshed_on, days, NULL);
    jw_array(w, "quotas");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "region", quotas[i].region);
        jw_text(w, "specialty", quotas[i].specialty);
        jw_int(w, "count", quotas[i].count);
        jw_text(w, "source", quotas[i].source);
        jw_end(w);
    }
    jw_end(w);
    rc = put_table(c, w, &plan);
    return rc == RC_OK ? web_json_end(c) : rc;
}
