#include "import/plan_table.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "import/cell.h"
#include "store/plan/plan.h"
#include "sys/csv.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

/* The first cell of what names columns that were left out, and what was hidden. */
static const char ignored_label[] = "未导入";
static const char hidden_label[] = "隐藏";

/* ---- what a plan keeps ----------------------------------------------------------------------- */

static void put_cell(struct buf *out, const char *text)
{
    bool quoted = text[strcspn(text, ",\"\r\n\t")] != '\0';
    buf_puts(out, quoted ? "\"" : "");
    for (; *text; text++)
        buf_puts(out, *text == '"' ? "\"\"" : (char[]){ *text, '\0' });
    buf_puts(out, quoted ? "\"" : "");
}

static void put_row(struct buf *out, const char *name, int32_t total, const int32_t *cells,
                    size_t n)
{
    put_cell(out, name);
    buf_printf(out, ",%d", total);
    for (size_t i = 0; i < n; i++)
        buf_printf(out, ",%d", cells[i]);
    buf_putc(out, '\n');
}

static void put_names(struct buf *out, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_putc(out, ',');
        put_cell(out, names[i]);
    }
    buf_putc(out, '\n');
}

const char *plan_table_text(struct arena *a, const struct plan_table *table)
{
    const struct tasktable *t = &table->table;
    struct buf out;
    buf_init(&out, a, TEXT_BYTES_MAX);
    buf_puts(&out, "区划,合计");
    put_names(&out, t->columns, t->column_count);
    for (size_t i = 0; i < t->row_count; i++)
        put_row(&out, t->rows[i], t->row_totals[i], t->cells + i * t->column_count,
                t->column_count);
    put_row(&out, "合计", t->grand_total, t->column_totals, t->column_count);
    if (table->ignored_count) {
        buf_puts(&out, ignored_label);
        put_names(&out, table->ignored, table->ignored_count);
    }
    if (table->hidden_count) {
        buf_puts(&out, hidden_label);
        put_names(&out, table->hidden, table->hidden_count);
    }
    return out.full ? NULL : out.p;
}

/* Rows as they come; the last of numbers is that of the totals. */
struct stored {
    struct arena *arena;
    struct plan_table *out;
    const char **rows;
    int32_t *values; /* of each row: its total, then its cells */
    size_t count;
    size_t width; /* of the header; 0: it has not come yet */
};

static const char **names_of(struct arena *a, const struct csv_row *row, size_t from)
{
    const char **names = arena_array(a, row->count, sizeof *names);
    for (size_t i = from; i < row->count; i++)
        names[i - from] = arena_strdup(a, row->fields[i]);
    return names;
}

static enum rc stored_row(void *data, const struct csv_row *row, struct err *err)
{
    struct stored *s = data;
    if (!s->width) {
        s->width = row->count;
        s->rows = arena_array(s->arena, TASKTABLE_ROWS_MAX + 1, sizeof *s->rows);
        s->values = arena_array(s->arena, (TASKTABLE_ROWS_MAX + 1) * s->width, sizeof *s->values);
        s->out->table.columns = names_of(s->arena, row, 2);
        return RC_OK;
    }
    if (strcmp(row->fields[0], ignored_label) == 0) {
        s->out->ignored = names_of(s->arena, row, 1);
        s->out->ignored_count = row->count - 1;
        return RC_OK;
    }
    if (strcmp(row->fields[0], hidden_label) == 0) {
        s->out->hidden = names_of(s->arena, row, 1);
        s->out->hidden_count = row->count - 1;
        return RC_OK;
    }
    for (size_t i = 1; i < row->count && row->count == s->width && s->count <= TASKTABLE_ROWS_MAX;
         i++) {
        int64_t n = 0;
        if (!cell_int(row->fields[i], TASKTABLE_VALUE_MAX, &n))
            return err_set(err, RC_INTERNAL, "", "stored task table, line %ld", row->line);
        s->values[s->count * (s->width - 1) + i - 1] = (int32_t)n;
    }
    if (row->count != s->width || s->count > TASKTABLE_ROWS_MAX)
        return err_set(err, RC_INTERNAL, "", "stored task table, line %ld", row->line);
    s->rows[s->count++] = arena_strdup(s->arena, row->fields[0]);
    return RC_OK;
}

enum rc plan_table_of_text(struct arena *a, const char *csv, struct plan_table *out,
                           struct err *err)
{
    struct tasktable *t = &out->table;
    *out = (struct plan_table){ .ignored_count = 0 };
    struct stored s = { .arena = a, .out = out };
    FILE *in = fmemopen(arena_strdup(a, csv), strlen(csv), "r");
    if (!in)
        return err_set(err, RC_INTERNAL, "", "fmemopen");
    enum rc rc = csv_read_as(in, CSV_UTF8, stored_row, &s, err);
    (void)fclose(in);
    if (rc != RC_OK)
        return rc;
    if (s.count < 2 || s.width < 3)
        return err_set(err, RC_INTERNAL, "", "stored task table");
    t->row_count = s.count - 1;
    t->column_count = s.width - 2;
    t->rows = s.rows;
    int32_t *cells = arena_array(a, s.count * t->column_count, sizeof *cells);
    int32_t *totals = arena_array(a, s.count, sizeof *totals);
    for (size_t i = 0; i < s.count; i++) {
        totals[i] = s.values[i * (s.width - 1)];
        memcpy(cells + i * t->column_count, s.values + i * (s.width - 1) + 1,
               t->column_count * sizeof *cells);
    }
    t->cells = cells;
    t->row_totals = totals;
    t->column_totals = cells + t->row_count * t->column_count;
    t->grand_total = totals[t->row_count];
    tasktable_check(a, t, &out->report);
    return RC_OK;
}

/* ---- importing ------------------------------------------------------------------------------- */

/* The cells above zero as quotas. */
static const struct plan_quota *quotas_of(struct arena *a, const struct plan_table *table,
                                          size_t *count)
{
    const struct tasktable *t = &table->table;
    struct plan_quota *list = arena_array(a, t->row_count * t->column_count, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < t->row_count * t->column_count; i++) {
        size_t r = i / t->column_count;
        size_t c = i % t->column_count;
        if (t->cells[i] > 0)
            list[(*count)++] = (struct plan_quota){
                .region = table->regions[r],
                .specialty = table->specialties[c],
                .count = t->cells[i],
                .source = arena_printf(a, "%s/%s", t->rows[r], t->columns[c]),
            };
    }
    return list;
}

static enum rc codes_of(struct db *db, struct arena *a, const struct plan *plan,
                        struct plan_table_codes *codes)
{
    codes->home = plan->region;
    enum rc rc = reference_codes(db, a, CODES_REGION, &codes->regions);
    if (rc == RC_OK)
        rc = reference_own_specialties(db, a, plan->department_id, &codes->specialties);
    return rc;
}

enum rc plan_table_import(struct db *db, struct arena *a, const char *code,
                          const struct plan_table_file *file, struct plan_table *out,
                          struct err *err)
{
    struct plan plan = { .id = 0 };
    struct plan_table_codes codes = { .home = NULL };
    size_t count = 0;
    enum rc rc = plan_lock(db, code);
    if (rc == RC_OK)
        rc = plan_by_code(db, a, code, &plan);
    if (rc == RC_NOT_FOUND)
        return err_set(err, rc, "", "没有计划 %.20s", code);
    if (rc == RC_OK)
        rc = codes_of(db, a, &plan, &codes);
    if (rc == RC_OK)
        rc = plan_table_read(a, file, &codes, out, err);
    if (rc != RC_OK)
        return rc;
    const char *text = plan_table_text(a, out);
    if (!text)
        return err_set(err, RC_TOO_LARGE, "", "任务表过大");
    rc = plan_table_keep(db, &plan, text, err);
    const struct plan_quota *quotas = quotas_of(a, out, &count);
    if (rc == RC_OK)
        rc = plan_add_quotas(db, a, &plan, quotas, count, err);
    return rc;
}
