#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/plan.h"
#include "sys/csv.h"

enum { TABLE_BYTES_MAX = 1 << 20, REGIONS_MAX = 500, SPECIALTIES_MAX = 200 };

static const char total_name[] = "合计";
static const char own_name[] = "市本级";

DB_STMT(plan_table_update, "ti", "",
        "UPDATE plan SET table_csv = ? WHERE id = ? AND state = 'draft' AND table_csv IS NULL");

DB_STMT(plan_table_regions, "tti", "tti",
        "SELECT code, name, code = ? FROM region WHERE ? IN (code, parent) ORDER BY code LIMIT ?");

DB_STMT(plan_table_specialties, "ii", "tti",
        "SELECT s.code, s.name, 0 FROM specialty s JOIN department_specialty d ON"
        " d.specialty = s.code WHERE d.department_id = ? ORDER BY s.code LIMIT ?");

/* ---- reading ---- */

struct reading {
    struct arena *arena;
    struct tasktable table;
    const char **rows;
    int32_t *cells;
    int32_t *row_totals;
    bool ended; /* the row of totals was read */
};

static enum rc read_header(struct reading *r, const struct csv_row *row, struct err *err)
{
    if (row->count < 3 || row->count > TASKTABLE_COLUMNS_MAX + 2 ||
        strcmp(row->fields[0], "region") != 0 || strcmp(row->fields[1], "total") != 0)
        return err_set(err, RC_INVALID, "line 1", "任务表首行须为 region,total,专业…");
    struct tasktable *t = &r->table;
    t->column_count = row->count - 2;
    const char **columns = arena_array(r->arena, t->column_count, sizeof *columns);
    for (size_t i = 0; i < t->column_count; i++) {
        columns[i] = arena_strdup(r->arena, text_trim(row->fields[i + 2]));
        for (size_t j = 0; j < i; j++)
            if (strcmp(columns[i], columns[j]) == 0)
                return err_set(err, RC_INVALID, "line 1", "专业“%s”重复", columns[i]);
    }
    t->columns = columns;
    r->rows = arena_array(r->arena, TASKTABLE_ROWS_MAX, sizeof *r->rows);
    r->row_totals = arena_array(r->arena, TASKTABLE_ROWS_MAX, sizeof *r->row_totals);
    r->cells = arena_array(r->arena, TASKTABLE_ROWS_MAX * t->column_count, sizeof *r->cells);
    return RC_OK;
}

static enum rc read_value(const struct csv_row *row, size_t column, int32_t *value, struct err *err)
{
    int64_t n;
    if (int_parse(text_trim(row->fields[column]), 0, TASKTABLE_VALUE_MAX, &n)) {
        *value = (int32_t)n;
        return RC_OK;
    }
    char pointer[60];
    (void)snprintf(pointer, sizeof pointer, "line %ld, column %zu", row->line, column + 1);
    return err_set(err, RC_INVALID, pointer, "任务表第 %ld 行第 %zu 列“%.30s”不是任务数", row->line,
                   column + 1, row->fields[column]);
}

static enum rc read_totals(struct reading *r, const struct csv_row *row, struct err *err)
{
    struct tasktable *t = &r->table;
    int32_t *totals = arena_array(r->arena, t->column_count, sizeof *totals);
    enum rc rc = read_value(row, 1, &t->grand_total, err);
    for (size_t i = 0; rc == RC_OK && i < t->column_count; i++)
        rc = read_value(row, i + 2, &totals[i], err);
    t->column_totals = totals;
    r->ended = true;
    return rc;
}

static enum rc read_line(void *data, const struct csv_row *row, struct err *err)
{
    struct reading *r = data;
    struct tasktable *t = &r->table;
    if (row->line == 1)
        return read_header(r, row, err);
    char pointer[60];
    (void)snprintf(pointer, sizeof pointer, "line %ld", row->line);
    if (row->count != t->column_count + 2)
        return err_set(err, RC_INVALID, pointer, "任务表第 %ld 行有 %zu 列，首行有 %zu 列",
                       row->line, row->count, t->column_count + 2);
    if (r->ended || t->row_count == TASKTABLE_ROWS_MAX)
        return err_set(err, RC_INVALID, pointer, "任务表在“合计”行之后还有内容，或行数过多");
    const char *name = text_trim(row->fields[0]);
    if (strcmp(name, total_name) == 0)
        return read_totals(r, row, err);
    for (size_t i = 0; i < t->row_count; i++)
        if (strcmp(r->rows[i], name) == 0)
            return err_set(err, RC_INVALID, pointer, "区划“%.60s”重复", name);
    enum rc rc = read_value(row, 1, &r->row_totals[t->row_count], err);
    for (size_t i = 0; rc == RC_OK && i < t->column_count; i++)
        rc = read_value(row, i + 2, &r->cells[t->row_count * t->column_count + i], err);
    r->rows[t->row_count++] = arena_strdup(r->arena, name);
    return rc;
}

enum rc plan_table_read(struct arena *a, const char *csv, struct plan_table *out, struct err *err)
{
    size_t n = strlen(csv);
    if (n == 0 || n > TABLE_BYTES_MAX)
        return err_set(err, RC_INVALID, "", "任务表为空，或超过 1 MiB");
    struct reading r = { .arena = a };
    FILE *in = fmemopen(arena_memdup(a, csv, n), n, "r");
    if (!in)
        return err_set(err, RC_INTERNAL, "", "fmemopen");
    enum rc rc = csv_read(in, read_line, &r, err);
    (void)fclose(in);
    if (rc != RC_OK)
        return rc;
    if (!r.ended || r.table.row_count == 0)
        return err_set(err, RC_INVALID, "", "任务表没有区划行，或缺少末行“合计”");
    r.table.rows = r.rows;
    r.table.cells = r.cells;
    r.table.row_totals = r.row_totals;
    out->table = r.table;
    tasktable_check(a, &out->table, &out->report);
    return RC_OK;
}

/* ---- importing ---- */

struct name {
    const char *code;
    const char *name;
    bool own; /* the region of the department itself */
};

struct names {
    struct name *v;
    size_t n;
};

static enum rc read_names(struct db_query *q, struct arena *a, size_t max, struct names *out)
{
    enum rc rc;
    out->v = arena_array(a, max, sizeof *out->v);
    while ((rc = db_next(&q)) == RC_OK && out->n < max)
        out->v[out->n++] = (struct name){ .code = db_col_dup(q, 0, a),
                                          .name = db_col_dup(q, 1, a),
                                          .own = db_col_int(q, 2) != 0 };
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* Printed tables leave out what kind of region it is: 汝州 is 汝州市. */
static bool same_region(const char *printed, const char *name)
{
    static const char *const kinds[] = { "", "市", "县", "区" };
    size_t n = strlen(printed);
    if (strncmp(printed, name, n) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(name + n, kinds[i]) == 0)
            return true;
    return false;
}

static const char *find_region(const struct names *regions, const char *printed)
{
    for (size_t i = 0; i < regions->n; i++) {
        const struct name *r = &regions->v[i];
        if (r->own ? strcmp(printed, own_name) == 0 || strcmp(printed, r->name) == 0
                   : same_region(printed, r->name))
            return r->code;
    }
    return NULL;
}

static const char *find_specialty(const struct names *specialties, const char *printed)
{
    for (size_t i = 0; i < specialties->n; i++)
        if (strcmp(specialties->v[i].name, printed) == 0)
            return specialties->v[i].code;
    return NULL;
}

/* The cells above zero as quotas. */
static enum rc quotas_of(struct arena *a, const struct tasktable *t, const struct names *regions,
                         const struct names *specialties, struct plan_quota **quotas, size_t *count,
                         struct err *err)
{
    struct plan_quota *list = arena_array(a, t->row_count * t->column_count, sizeof *list);
    size_t n = 0;
    for (size_t c = 0; c < t->column_count; c++)
        if (!find_specialty(specialties, t->columns[c]))
            return err_set(err, RC_INVALID, "line 1", "专业“%.60s”不属于该计划的部门",
                           t->columns[c]);
    for (size_t r = 0; r < t->row_count; r++) {
        const char *region = find_region(regions, t->rows[r]);
        if (!region)
            return err_set(err, RC_INVALID, "region", "区划“%.60s”不在该计划部门的辖区内",
                           t->rows[r]);
        for (size_t c = 0; c < t->column_count; c++) {
            int32_t cell = t->cells[r * t->column_count + c];
            if (cell > 0)
                list[n++] = (struct plan_quota){
                    .region = region,
                    .specialty = find_specialty(specialties, t->columns[c]),
                    .count = cell,
                    .source = arena_printf(a, "%s/%s", t->rows[r], t->columns[c]),
                };
        }
    }
    *quotas = list;
    *count = n;
    return RC_OK;
}

static enum rc load_names(struct db *db, struct arena *a, const struct plan *plan,
                          struct names *regions, struct names *specialties)
{
    struct db_query *q;
    enum rc rc =
        db_query(db, &plan_table_regions,
                 DB_ARGS(db_text(plan->region), db_text(plan->region), db_int(REGIONS_MAX)), &q);
    if (rc == RC_OK)
        rc = read_names(q, a, REGIONS_MAX, regions);
    if (rc == RC_OK)
        rc = db_query(db, &plan_table_specialties,
                      DB_ARGS(db_int(plan->department_id), db_int(SPECIALTIES_MAX)), &q);
    if (rc == RC_OK)
        rc = read_names(q, a, SPECIALTIES_MAX, specialties);
    return rc;
}

enum rc plan_table_import(struct db *db, struct arena *a, const char *code, const char *csv,
                          struct plan_table *out, struct err *err)
{
    struct plan plan = { .id = 0 };
    struct names regions = { .n = 0 };
    struct names specialties = { .n = 0 };
    struct plan_quota *quotas = NULL;
    size_t count = 0;
    enum rc rc = plan_table_read(a, csv, out, err);
    if (rc != RC_OK)
        return rc;
    rc = plan_lock(db, code);
    if (rc == RC_OK)
        rc = plan_by_code(db, a, code, &plan);
    if (rc == RC_NOT_FOUND)
        return err_set(err, rc, "", "没有计划 %.20s", code);
    if (rc == RC_OK)
        rc = db_exec(db, &plan_table_update, DB_ARGS(db_text(csv), db_int(plan.id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "计划 %s 已报备，或已有任务表", plan.code);
    if (rc == RC_OK)
        rc = load_names(db, a, &plan, &regions, &specialties);
    if (rc == RC_OK)
        rc = quotas_of(a, &out->table, &regions, &specialties, &quotas, &count, err);
    if (rc == RC_OK)
        rc = plan_add_quotas(db, a, &plan, quotas, count, err);
    return rc;
}
