/* A printed task table gives a draft its quotas, every cell as it stands. */
#include "import/plan_table.h"

#include "planner/plan/plan.h"
#include "planner/routes.h"

enum { FAULTS_BYTES_MAX = 512 << 10 };

struct query {
    const char *sheet;
    const char *columns;
};

const struct web_input planner_table_query = WEB_INPUT(
    struct query, WEB_FIELD(struct query, sheet, "工作表（默认为第一个可见的）", .max = 31),
    WEB_FIELD(struct query, columns, "列的对应（文件中的列=列名;…）", .max = 2000));

/* All faults of the file, beside the problem. */
static void put_faults(struct web_ctx *c, const struct plan_table *table)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, c->arena, FAULTS_BYTES_MAX);
    jw_init(&w, &out);
    jw_array(&w, NULL);
    for (size_t i = 0; i < table->fault_count && i < PLAN_TABLE_FAULTS_MAX; i++) {
        const struct plan_table_fault *f = &table->faults[i];
        jw_object(&w, NULL);
        jw_int(&w, "line", f->line);
        jw_text(&w, "column", f->column);
        jw_text(&w, "value", f->value);
        jw_text(&w, "text", f->text);
        jw_end(&w);
    }
    jw_end(&w);
    c->faults = out.full ? NULL : out.p;
}

enum rc planner_plan_table(struct web_ctx *c)
{
    const struct query *in = c->query;
    struct plan plan = { .id = 0 };
    struct plan_table table = { .fault_count = 0 };
    if (!c->body_size)
        return web_fail(c, RC_INVALID, "", "请求正文为空");
    enum rc rc = plan_lock(c->db, web_param(c, "code"));
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = planner_own_plan(c, &plan);
    if (rc != RC_OK)
        return rc;
    FILE *body = fmemopen((void *)(uintptr_t)c->body, c->body_size, "r");
    if (!body)
        return web_fail(c, RC_INTERNAL, "", "fmemopen");
    const struct plan_table_file file = { body, in->sheet, in->columns };
    rc = plan_table_import(c->db, c->arena, plan.code, &file, &table, &c->err);
    (void)fclose(body);
    if (rc == RC_INVALID && table.fault_count)
        put_faults(c, &table);
    if (rc != RC_OK) {
        c->err.pointer[0] = '\0'; /* a line of a file is no place in a JSON body */
        return rc;
    }
    c->audit.target = arena_printf(c->arena, "plan:%s", plan.code);
    return planner_plan_show(c);
}
