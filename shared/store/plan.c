#include "store/plan.h"

#include <string.h>

DB_STMT(plan_directory_select, "t", "ii", "SELECT id, department_id FROM directory WHERE code = ?");

DB_STMT(plan_insert, "tiitDt", "",
        "INSERT INTO plan (code, department_id, directory_id, name, ends_on, items, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'draft')");

DB_STMT(plan_quota_insert, "ittit", "",
        "INSERT INTO plan_quota (plan_id, region_code, specialty, quota, source)"
        " VALUES (?, ?, ?, ?, ?)");

#define PLAN_COLUMNS                                                                               \
    "SELECT p.id, p.code, p.department_id, d.code, d.kind, d.region_code, p.directory_id, r.code," \
    " p.name, p.ends_on, p.state = 'filed', p.table_csv IS NOT NULL, r.refreshed_on,"              \
    " p.items = 'key'"
#define PLAN_FROM                                                                                  \
    " FROM plan p JOIN department d ON d.id = p.department_id"                                     \
    " JOIN directory r ON r.id = p.directory_id"
#define PLAN_TOTALS                                                                                \
    ", (SELECT COUNT(*) FROM plan_quota q WHERE q.plan_id = p.id),"                                \
    " (SELECT CAST(COALESCE(SUM(q.quota), 0) AS SIGNED) FROM plan_quota q WHERE q.plan_id = p.id)"

DB_STMT(plan_select, "t",
        "itittti"
        "ttDiiDi"
        "ii",
        PLAN_COLUMNS PLAN_TOTALS PLAN_FROM " WHERE p.code = ?");

DB_STMT(plan_select_locked, "t", "i", "SELECT id FROM plan WHERE code = ? FOR UPDATE");

DB_STMT(plan_select_list, "iti",
        "itittti"
        "ttDiiDi"
        "ii",
        PLAN_COLUMNS PLAN_TOTALS PLAN_FROM
        " WHERE p.department_id = ? AND p.code > ? ORDER BY p.code LIMIT ?");

DB_STMT(plan_quota_select, "ii", "ttit",
        "SELECT region_code, specialty, quota, source FROM plan_quota WHERE plan_id = ?"
        " ORDER BY region_code, specialty LIMIT ?");

DB_STMT(plan_table_select, "i", "t", "SELECT table_csv FROM plan WHERE id = ?");

DB_STMT(plan_region_select, "t", "t",
        "SELECT r.code FROM region r JOIN department d ON r.code = d.region_code OR"
        " r.parent = d.region_code WHERE d.code = ?");

DB_STMT(plan_specialty_select, "i", "t",
        "SELECT specialty FROM department_specialty WHERE department_id = ?");

DB_STMT(plan_update_filed, "i", "",
        "UPDATE plan SET state = 'filed' WHERE id = ? AND state = 'draft'");

DB_STMT(plan_quota_count, "i", "i", "SELECT COUNT(*) FROM plan_quota WHERE plan_id = ?");

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

static void fill(const struct db_query *q, struct arena *a, struct plan *p)
{
    *p = (struct plan){
        .id = db_col_int(q, 0),
        .code = db_col_dup(q, 1, a),
        .department_id = db_col_int(q, 2),
        .department = db_col_dup(q, 3, a),
        .kind = db_col_dup(q, 4, a),
        .region = db_col_dup(q, 5, a),
        .directory_id = db_col_int(q, 6),
        .directory = db_col_dup(q, 7, a),
        .name = db_col_dup(q, 8, a),
        .ends_on = db_col_date(q, 9),
        .filed = db_col_int(q, 10) != 0,
        .has_table = db_col_int(q, 11) != 0,
        .refreshed_on = db_col_date(q, 12),
        .key_items = db_col_int(q, 13) != 0,
    };
}

static void fill_totals(const struct db_query *q, struct plan *p)
{
    p->strata = db_col_int(q, 14);
    p->quota = db_col_int(q, 15);
}

struct one {
    struct arena *arena;
    struct plan *plan;
};

static void read_one(const struct db_query *q, void *data)
{
    struct one *one = data;
    fill(q, one->arena, one->plan);
    fill_totals(q, one->plan);
}

enum rc plan_by_code(struct db *db, struct arena *a, const char *code, struct plan *out)
{
    struct one one = { a, out };
    return db_one(db, &plan_select, DB_ARGS(db_text(code)), read_one, &one);
}

enum rc plan_lock(struct db *db, const char *code)
{
    int64_t id;
    return db_one_int(db, &plan_select_locked, DB_ARGS(db_text(code)), &id);
}

enum rc plan_list(struct db *db, struct arena *a, int64_t department_id, const char *after,
                  int64_t limit, const struct plan **plans, size_t *count)
{
    struct plan *list = arena_array(a, (size_t)limit, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &plan_select_list,
                          DB_ARGS(db_int(department_id), db_text(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        fill(q, a, &list[n]);
        fill_totals(q, &list[n++]);
    }
    *plans = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc plan_quotas(struct db *db, struct arena *a, int64_t plan_id,
                    const struct plan_quota **quotas, size_t *count)
{
    struct plan_quota *list = arena_array(a, PLAN_QUOTAS_MAX, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc =
        db_query(db, &plan_quota_select, DB_ARGS(db_int(plan_id), db_int(PLAN_QUOTAS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        list[n++] = (struct plan_quota){ .region = db_col_dup(q, 0, a),
                                         .specialty = db_col_dup(q, 1, a),
                                         .count = db_col_int(q, 2),
                                         .source = db_col_dup(q, 3, a) };
    *quotas = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
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

enum rc plan_file(struct db *db, const struct plan *plan, struct err *err)
{
    int64_t quotas = 0;
    enum rc rc = db_one_int(db, &plan_quota_count, DB_ARGS(db_int(plan->id)), &quotas);
    if (rc != RC_OK)
        return rc;
    if (quotas == 0)
        return err_set(err, RC_STATE, "", "计划 %s 还没有任务数，不能报备", plan->code);
    rc = db_exec(db, &plan_update_filed, DB_ARGS(db_int(plan->id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "计划 %s 已报备", plan->code);
    return rc;
}
