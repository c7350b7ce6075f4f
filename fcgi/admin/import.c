
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "store/import.h"
#include "store/plan.h"
#include "sys/jsonw.h"

/*
 * A file goes in by batches, each a transaction of its own: a file that was cut off is simply
 * imported again. A row that is refused is named with its line, and the others go on.
 */

enum { BATCH_ARENA = 64 << 20, REFUSALS_PRINTED = 100, TABLE_MAX_BYTES = 1 << 20 };

struct run {
    struct admin *admin;
    const char *file;
    struct import import;
};

static enum rc put_batch(struct db *db, void *data, struct err *err)
{
    struct run *run = data;
    struct import *im = &run->import;
    enum rc rc = im->kind->put(db, im, err);
    if (rc != RC_OK)
        return rc;
    return admin_audit(
        run->admin, "import", arena_printf(im->arena, "%s:%s", im->kind->name, run->file),
        arena_printf(im->arena, "{\"first_line\":%ld,\"last_line\":%ld,\"rows\":%zu}",
                     im->batch.first_line, im->batch.last_line, im->batch.count));
}

static void show_progress(const struct import *im)
{
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r%s：%lld 行", im->kind->title,
                      (long long)(im->accepted + im->refused));
}

static enum rc flush(struct run *run, struct err *err)
{
    struct import *im = &run->import;
    enum rc rc = RC_OK;
    if (im->batch.count) {
        rc = db_transaction(run->admin->db, put_batch, run, err);
        if (rc == RC_OK)
            im->accepted += (int64_t)im->batch.count;
    }
    arena_reset(im->arena);
    memset(&im->batch, 0, sizeof im->batch);
    show_progress(im);
    return rc;
}

static enum rc on_row(void *data, const struct csv_row *row, struct err *err)
{
    struct run *run = data;
    struct import *im = &run->import;
    if (row->line == 1)
        return csv_header(row, im->kind->columns, 0, im->positions, err);
    struct err why = { .rc = RC_OK };
    size_t columns = 0;
    while (im->kind->columns[columns])
        columns++;
    enum rc rc = row->count == columns
                     ? im->kind->read(im, row, &why)
                     : err_set(&why, RC_INVALID, "", "第 %ld 行：应有 %zu 列", row->line, columns);
    if (rc == RC_INVALID) {
        if (++im->refused <= REFUSALS_PRINTED)
            (void)fprintf(stderr, "%s：拒绝 %s\n", run->file, why.detail);
        return RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    if (!im->batch.count++)
        im->batch.first_line = row->line;
    im->batch.last_line = row->line;
    return im->batch.count == IMPORT_BATCH ? flush(run, err) : RC_OK;
}

static int report(const struct admin *a, const struct import *im)
{
    if (isatty(STDERR_FILENO))
        (void)fputc('\r', stderr);
    (void)printf(a->json ? "{\"kind\":\"%s\",\"accepted\":%lld,\"flagged\":%lld,\"refused\":%lld}\n"
                         : "%s：接受 %lld 行（其中代码校验不符 %lld 行），拒绝 %lld 行\n",
                 a->json ? im->kind->name : im->kind->title, (long long)im->accepted,
                 (long long)im->flagged, (long long)im->refused);
    return im->refused ? EXIT_REFUSED : EXIT_OK;
}

int admin_import(struct admin *a, int argc, char **argv)
{
    struct run run = { .admin = a, .import = { .kind = import_kinds } };
    struct import *im = &run.import;
    if (argc != 2)
        return admin_usage("import 需要种类和文件");
    while (im->kind->name && strcmp(im->kind->name, argv[0]) != 0)
        im->kind++;
    if (!im->kind->name)
        return admin_usage("import 的种类为 directories、subjects、inspectors 或 items");
    run.file = argv[1];
    FILE *in = fopen(run.file, "re");
    if (!in) {
        (void)err_set(&a->err, RC_UNAVAILABLE, run.file, "无法打开文件");
        return admin_fault(a, RC_UNAVAILABLE);
    }
    im->arena = arena_new(BATCH_ARENA);
    enum rc rc = import_load_codes(a->db, a->arena, im);
    if (rc == RC_OK)
        rc = csv_read(in, on_row, &run, &a->err);
    if (rc == RC_OK)
        rc = flush(&run, &a->err);
    arena_free(im->arena);
    (void)fclose(in);
    return rc == RC_OK ? report(a, im) : admin_fault(a, rc);
}

/* ---- task tables ------------------------------------------------------------------------------ */

struct table_import {
    struct admin *admin;
    const char *plan;
    const char *csv;
    struct plan_table table;
};

static enum rc put_table(struct db *db, void *data, struct err *err)
{
    struct table_import *t = data;
    enum rc rc = plan_table_import(db, t->admin->arena, t->plan, t->csv, &t->table, err);
    if (rc != RC_OK)
        return rc;
    return admin_audit(t->admin, "import", arena_printf(t->admin->arena, "task-table:%s", t->plan),
                       "{}");
}

static char *read_table(struct admin *a, const char *path)
{
    FILE *in = fopen(path, "re");
    if (!in)
        return NULL;
    char *text = arena_alloc(a->arena, TABLE_MAX_BYTES + 1);
    size_t n = fread(text, 1, TABLE_MAX_BYTES + 1, in);
    bool good = !ferror(in) && n <= TABLE_MAX_BYTES;
    (void)fclose(in);
    if (good)
        text[n] = '\0';
    return good ? text : NULL;
}

/* The cells are what is drawn; a sum that does not hold is reported, and nothing is repaired. */
static void print_table(struct admin *a, const struct plan_table *t)
{
    const struct tasktable_report *r = &t->report;
    if (!a->json) {
        (void)printf("任务分配表已按原样导入：各单元格合计 %lld，印刷总计 %d\n",
                     (long long)r->cell_sum, t->table.grand_total);
        (void)printf("不相符的合计：%zu 行，%zu 列\n", r->row_faults, r->column_faults);
        for (size_t i = 0; i < r->count; i++)
            (void)printf("  %s\n", tasktable_text(a->arena, &t->table, &r->faults[i]));
        return;
    }
    struct buf b;
    struct jsonw w;
    buf_init(&b, a->arena, TABLE_MAX_BYTES);
    jw_init(&w, &b);
    jw_object(&w, NULL);
    jw_int(&w, "cell_sum", r->cell_sum);
    jw_int(&w, "grand_total", t->table.grand_total);
    jw_int(&w, "row_faults", (int64_t)r->row_faults);
    jw_int(&w, "column_faults", (int64_t)r->column_faults);
    jw_array(&w, "faults");
    for (size_t i = 0; i < r->count; i++)
        jw_text(&w, NULL, tasktable_text(a->arena, &t->table, &r->faults[i]));
    jw_end(&w);
    jw_end(&w);
    (void)printf("%s\n", b.p);
}

int admin_import_task_table(struct admin *a, int argc, char **argv)
{
    if (argc != 2)
        return admin_usage("import task-table 需要计划编号和文件");
    struct table_import t = { .admin = a, .plan = argv[0], .csv = read_table(a, argv[1]) };
    if (!t.csv) {
        (void)err_set(&a->err, RC_UNAVAILABLE, argv[1], "无法读取文件，或文件超过 1 MiB");
        return admin_fault(a, RC_UNAVAILABLE);
    }
    enum rc rc = db_transaction(a->db, put_table, &t, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    print_table(a, &t.table);
    return EXIT_OK;
}
