#include "store/plan/plan.h"

#include <string.h>

#include "store/directory/department.h"
#include "store/directory/vocabulary.h"

DB_STMT(plan_directory_select, "t", "ii", "SELECT id, department_id FROM directory WHERE code = ?");

DB_STMT(plan_insert, "tiitDt", "",
        "INSERT INTO plan (code, department_id, directory_id, name, ends_on, items, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'draft')");

DB_STMT(plan_quota_insert, "ittit", "",
        "INSERT INTO plan_quota (plan_id, region_code, specialty, quota, source)"
        " VALUES (?, ?, ?, ?, ?)");

static const struct row_label states[] = { { "draft", "草案" },
                                           { "filed", "已报备" },
                                           { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct plan, member, __VA_ARGS__)
const struct row_set plan_rows = ROW_SET(
    struct plan, COL(id, "plan.id", .hidden = true),
    COL(code, "plan.code", .title = "计划编号", .width = 18),
    COL(name, "plan.name", .title = "计划", .width = 40),
    COL(department_id, "plan.department_id", .hidden = true),
    COL(department, "department.code", .title = "部门"),
    COL(kind, "department.kind", .hidden = true),
    COL(region, "department.region_code AS region", .title = "区划代码", .width = 10),
    COL(directory_id, "plan.directory_id", .hidden = true),
    COL(directory, "directory.code", .title = "名录", .width = 24),
    COL(refreshed_on, "directory.refreshed_on", .hidden = true),
    COL(ends_on, "plan.ends_on", .title = "截止日期", .width = 12),
    COL(state, "plan.state", .title = "状态", .labels = states),
    COL(filed, "plan.state = 'filed' AS filed", .hidden = true),
    COL(items, "plan.items", .title = "事项类别", .width = 14, .labels = item_categories),
    COL(key_items, "plan.items = 'key' AS key_items", .hidden = true),
    COL(has_table, "plan.table_csv IS NOT NULL AS has_table", .title = "有任务表"),
    COL(strata,
        "COALESCE((SELECT COUNT(*) FROM plan_quota q WHERE q.plan_id = plan.id), 0)"
        " AS strata",
        .title = "抽查层"),
    COL(quota,
        "CAST(COALESCE((SELECT SUM(q.quota) FROM plan_quota q WHERE q.plan_id = plan.id), 0)"
        " AS SIGNED) AS quota",
        .title = "任务数"));
#undef COL

#define FROM_PLAN                                                                                  \
    " FROM plan JOIN department ON department.id = plan.department_id"                             \
    " JOIN directory ON directory.id = plan.directory_id"

LIST(plan_list, .name = "plans", .title = "抽查计划", .rows = &plan_rows, .from = FROM_PLAN,
     .where = DEPARTMENT_OWN_OR_BELOW("plan.department_id"), .in = "i", .key = "code",
     .filters = LIST_FILTERS(
         { .name = "state", .title = "状态", .sql = "plan.state = ?", .labels = states },
         { .name = "department", .title = "部门代码", .sql = "department.code = ?" },
         { .name = "region", .title = "区划代码", .sql = "department.region_code = ?" },
         { .name = "items",
           .title = "事项类别",
           .sql = "plan.items = ?",
           .labels = item_categories },
         { .name = "ends_from", .title = "截止不早于", .sql = "plan.ends_on >= ?", .type = 'D' },
         { .name = "ends_to", .title = "截止不晚于", .sql = "plan.ends_on <= ?", .type = 'D' },
         { .name = "code", .title = "编号", .sql = "plan.code LIKE ?", .prefix = true },
         { .name = "name", .title = "计划", .sql = "plan.name LIKE ?", .prefix = true }),
     .orders = LIST_ORDERS({ .member = "code" }, { .member = "ends_on" }),
     .small = "some plans a year of each of a city's departments");

DB_ROWS(plan_select, "t", &plan_rows, FROM_PLAN " WHERE plan.code = ?");

DB_STMT(plan_select_locked, "t", "i", "SELECT id FROM plan WHERE code = ? FOR UPDATE");

#define COL(member, ...) ROW_COL(struct plan_quota, member, __VA_ARGS__)
const struct row_set plan_quota_rows =
    ROW_SET(struct plan_quota, COL(region, "q.region_code AS region"),
            COL(specialty, "q.specialty"), COL(count, "q.quota AS count"), COL(source, "q.source"));
#undef COL

DB_ROWS(plan_quota_select, "ii", &plan_quota_rows,
        " FROM plan_quota q WHERE q.plan_id = ? ORDER BY q.region_code, q.specialty LIMIT ?");

DB_STMT(plan_table_select, "i", "t", "SELECT table_csv FROM plan WHERE id = ?");

DB_STMT(plan_region_select, "t", "t",
        "SELECT r.code FROM region r JOIN department d ON r.code = d.region_code OR"
        " r.parent = d.region_code WHERE d.code = ?");

DB_STMT(plan_specialty_select, "i", "t",
        "SELECT specialty FROM department_specialty WHERE department_id = ?");

DB_STMT(plan_update_filed, "i", "",
        "UPDATE plan SET state = 'filed' WHERE id = ? AND state = 'draft'");

struct directory_row {
    int64_t id;
    int64_t department_id;
};

static void read_directory(const struct db_query *q, void *data)
{
    struct directory_row *row = data;
    row->id = db_col_int(q, 0);
    row->department_id = db_col_int(q, 1);
}

enum rc plan_directory(struct db *db, const char *code, int64_t *id, int64_t *department_id)
{
    struct directory_row row = { .id = 0 };
    enum rc rc = db_one(db, &plan_directory_select, DB_ARGS(db_text(code)), read_directory, &row);
    *id = row.id;
    *department_id = row.department_id;
    return rc;
}

enum rc plan_create(struct db *db, const struct plan *plan, int64_t *id)
{
    enum rc rc =
        db_exec(db, &plan_insert,
                DB_ARGS(db_text(plan->code), db_int(plan->department_id),
                        db_int(plan->directory_id), db_text(plan->name), db_date(plan->ends_on),
                        db_text(plan->key_items ? "key" : "general")));
    *id = db_insert_id(db);
    return rc;
}

/* ---- quotas ---- */

struct codes {
    const char **v; /* ascending */
    size_t n;
};

static enum rc read_codes(struct db *db, struct arena *a, const struct db_stmt *s,
                          struct db_val key, struct codes *out)
{
    enum { CODES_MAX = 2000 };
    out->v = arena_array(a, CODES_MAX, sizeof *out->v);
    struct db_query *q;
    enum rc rc = db_query(db, s, DB_ARGS(key), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && out->n < CODES_MAX)
        out->v[out->n++] = db_col_dup(q, 0, a);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static bool has_code(const struct codes *codes, const char *code)
{
    for (size_t i = 0; i < codes->n; i++)
        if (strcmp(codes->v[i], code) == 0)
            return true;
    return false;
}

static enum rc check_quotas(struct db *db, struct arena *a, const struct plan *plan,
                            const struct plan_quota *quotas, size_t count, struct err *err)
{
    struct codes regions = { .n = 0 };
    struct codes specialties = { .n = 0 };
    enum rc rc = read_codes(db, a, &plan_region_select, db_text(plan->department), &regions);
    if (rc == RC_OK)
        rc = read_codes(db, a, &plan_specialty_select, db_int(plan->department_id), &specialties);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (!has_code(&regions, quotas[i].region))
            rc = err_set(err, RC_INVALID, arena_printf(a, "/quotas/%zu/region", i),
                         "区划“%.20s”不在该部门的辖区内", quotas[i].region);
        else if (!has_code(&specialties, quotas[i].specialty))
            rc = err_set(err, RC_INVALID, arena_printf(a, "/quotas/%zu/specialty", i),
                         "专业“%.40s”不属于该部门", quotas[i].specialty);
    }
    return rc;
}

enum rc plan_add_quotas(struct db *db, struct arena *a, const struct plan *plan,
                        const struct plan_quota *quotas, size_t count, struct err *err)
{
    enum { COLUMNS = 5 };
    if (count > PLAN_QUOTAS_MAX)
        return err_set(err, RC_TOO_LARGE, "/quotas", "抽查层超过 %d 个", PLAN_QUOTAS_MAX);
    enum rc rc = check_quotas(db, a, plan, quotas, count, err);
    if (rc != RC_OK)
        return rc;
    struct db_val *values = arena_array(a, count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(plan->id);
        row[1] = db_text(quotas[i].region);
        row[2] = db_text(quotas[i].specialty);
        row[3] = db_int(quotas[i].count);
        row[4] = db_text(quotas[i].source);
    }
    rc = db_bulk(db, &plan_quota_insert, values, count);
    return rc == RC_CONFLICT ? err_set(err, rc, "/quotas", "同一区划与专业的任务数重复") : rc;
}

/* ---- reading ---- */

enum rc plan_by_code(struct db *db, struct arena *a, const char *code, struct plan *out)
{
    return db_row(db, a, &plan_select, DB_ARGS(db_text(code)), out);
}

enum rc plan_lock(struct db *db, const char *code)
{
    int64_t id;
    return db_one_int(db, &plan_select_locked, DB_ARGS(db_text(code)), &id);
}

enum rc plan_quotas(struct db *db, struct arena *a, int64_t plan_id,
                    const struct plan_quota **quotas, size_t *count)
{
    struct row_page page;
    enum rc rc =
        db_rows(db, a, &plan_quota_select, DB_ARGS(db_int(plan_id)), PLAN_QUOTAS_MAX, &page);
    if (rc != RC_OK)
        return rc;
    *quotas = page.v;
    *count = page.n;
    return RC_OK;
}

struct text {
    struct arena *arena;
    const char *text;
};

static void read_text(const struct db_query *q, void *data)
{
    struct text *t = data;
    t->text = db_col_dup(q, 0, t->arena);
}

enum rc plan_table_csv(struct db *db, struct arena *a, int64_t plan_id, const char **csv)
{
    struct text t = { .arena = a };
    enum rc rc = db_one(db, &plan_table_select, DB_ARGS(db_int(plan_id)), read_text, &t);
    *csv = t.text;
    return rc;
}

enum rc plan_is_draft(const struct plan *plan, struct err *err)
{
    return plan->filed ? err_set(err, RC_STATE, "", "计划 %s 已报备", plan->code) : RC_OK;
}

enum rc plan_fileable(const struct plan *plan, struct err *err)
{
    if (plan->strata == 0)
        return err_set(err, RC_STATE, "", "计划 %s 还没有任务数，不能报备", plan->code);
    return plan_is_draft(plan, err);
}

enum rc plan_file(struct db *db, const struct plan *plan, struct err *err)
{
    enum rc rc = plan_fileable(plan, err);
    if (rc != RC_OK)
        return rc;
    rc = db_exec(db, &plan_update_filed, DB_ARGS(db_int(plan->id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "计划 %s 已报备", plan->code);
    return rc;
}
