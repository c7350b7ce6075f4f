#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "base/text.h"
#include "import/import.h"
#include "import/import_report.h"
#include "import/plan_table.h"
#include "store/field/checklist.h"
#include "store/plan/plan.h"
#include "sys/clock.h"
#include "sys/jsonw.h"

/*
 * A file goes in by batches, each a transaction of its own; one that broke off is taken up behind
 * its last batch by importing it again. A row that is refused is named with its line, and the
 * others go on. The whole report stays with the import (import report).
 */

enum { LINES_PRINTED = 20, TABLE_MAX_BYTES = 1 << 20, CHECKLISTS_MAX_BYTES = 8 << 20 };

struct run {
    struct admin *admin;
    const char *file;
    int64_t from; /* the line behind which the batch begins */
};

static enum rc on_stored(void *data, const struct import_record *record, struct err *err)
{
    struct run *run = data;
    struct admin *a = run->admin;
    struct arena *scratch = arena_new(1 << 16);
    (void)err;
    enum rc rc = admin_audit(
        a, "import", arena_printf(scratch, "%s:%s", record->kind, admin_path(scratch, run->file)),
        arena_printf(scratch, "{\"import\":%lld,\"after_line\":%lld,\"last_line\":%lld}",
                     (long long)record->id, (long long)run->from, (long long)record->last_line));
    arena_free(scratch);
    return rc;
}

static void on_progress(void *data, const struct import_record *record)
{
    struct run *run = data;
    run->from = record->last_line;
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r%s：%lld 行", import_title(record->kind),
                      (long long)record->last_line - 1);
}

/* ---- the report ------------------------------------------------------------------------------ */

static enum rc print_lines(struct admin *a, const char *file, const struct import_record *r)
{
    const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(r->id) },
                                  .filter = { "1" } };
    struct row_page page;
    enum rc rc = list_page(a->db, a->arena, &import_line_list, &ask, LINES_PRINTED, &page, &a->err);
    if (rc != RC_OK)
        return rc;
    const struct import_line *lines = page.v;
    for (size_t i = 0; i < page.n; i++)
        (void)fprintf(stderr, "%s：拒绝第 %lld 行：%s\n", file, (long long)lines[i].line,
                      lines[i].reason);
    return RC_OK;
}

static void print_differences(const struct import_record *r, const struct import_differences *d)
{
    (void)printf("名录 %s：新增 %lld，变更 %lld，代码合并 %lld，不再列入 %lld\n", r->directory,
                 (long long)d->created, (long long)d->changed, (long long)d->merged,
                 (long long)d->vanished);
    for (size_t i = 0; import_field_names[i]; i++)
        if (d->fields[i])
            (void)printf("  %s：%lld\n", import_field_names[i], (long long)d->fields[i]);
    if (strcmp(r->state, "review") == 0)
        (void)printf("尚未生效。核对后执行：lianchactl import apply %lld\n", (long long)r->id);
}

static enum rc print_record(struct admin *a, const struct import_record *r)
{
    struct import_differences d = { .created = 0 };
    enum rc rc = r->whole ? import_differences(a->db, r->id, &d) : RC_OK;
    if (rc != RC_OK)
        return rc;
    if (a->json) {
        struct buf b;
        struct jsonw w;
        buf_init(&b, a->arena, 1 << 16);
        jw_init(&w, &b);
        jw_object(&w, NULL);
        import_report_json(&w, r, r->whole ? &d : NULL);
        jw_end(&w);
        (void)printf("%s\n", b.p);
        return RC_OK;
    }
    const struct import_counts *c = &r->counts;
    (void)printf(
        "%s（导入 %lld，%s）：接受 %lld 行（新增 %lld，变更 %lld，未变 %lld；其中标记 %lld "
        "行），拒绝 %lld 行\n",
        import_title(r->kind), (long long)r->id, r->encoding, (long long)c->accepted,
        (long long)c->created, (long long)c->changed, (long long)c->unchanged,
        (long long)c->flagged, (long long)c->refused);
    if (r->whole)
        print_differences(r, &d);
    return RC_OK;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static int run_import(struct admin *a, const struct import_request *wanted, FILE *in)
{
    struct import_record record = { .id = 0 };
    struct run run = { .admin = a, .file = wanted->name };
    struct import_request request = *wanted;
    request.data = &run;
    request.stored = on_stored;
    request.progress = on_progress;
    request.transactions = true;
    request.now = clock_now();
    request.person_keys = &a->settings->person_keys;
    enum rc rc = import_file(a->db, a->arena, &request, in, &record, &a->err);
    if (isatty(STDERR_FILENO))
        (void)fputc('\r', stderr);
    if (rc == RC_OK && record.counts.refused)
        rc = print_lines(a, request.name, &record);
    if (rc == RC_OK)
        rc = print_record(a, &record);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    return record.counts.refused ? EXIT_REFUSED : EXIT_OK;
}

int admin_import(struct admin *a, int argc, char **argv)
{
    struct import_request request = { .encoding = CSV_DETECT };
    const char *encoding = "auto";
    const struct admin_option options[] = {
        { "--encoding", &encoding, NULL },
        { "--refresh", &request.directory, NULL },
        { "--sheet", &request.sheet, NULL },
        { "--columns", &request.columns, NULL },
        { NULL, NULL, NULL },
    };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 2 || !import_title(argv[0]))
        return admin_usage("import 需要种类（directories、subjects、inspectors、items、listings、"
                           "history）和文件（CSV 或 XLSX）");
    if (!csv_encoding_parse(encoding, &request.encoding))
        return admin_usage("--encoding 为 auto、utf-8、gb18030、utf-16le 或 utf-16be");
    request.kind = argv[0];
    request.name = argv[1];
    request.whole = request.directory != NULL;
    FILE *in = fopen(request.name, "re");
    if (!in) {
        (void)err_set(&a->err, RC_UNAVAILABLE, request.name, "无法打开文件");
        return admin_fault(a, RC_UNAVAILABLE);
    }
    int code = run_import(a, &request, in);
    (void)fclose(in);
    return code;
}

static enum rc record_of(struct admin *a, int argc, char **argv, struct import_record *record)
{
    int64_t id = 0;
    if (argc < 1 || !int_parse(argv[0], 1, INT64_MAX, &id))
        return err_set(&a->err, RC_INVALID, "", "须给出导入编号");
    enum rc rc = import_by_id(a->db, a->arena, id, record);
    return rc == RC_NOT_FOUND ? err_set(&a->err, rc, "", "没有编号为 %lld 的导入", (long long)id)
                              : rc;
}

struct applying {
    struct admin *admin;
    const struct import_record *record;
};

static enum rc apply(struct db *db, void *data, struct err *err)
{
    struct applying *w = data;
    struct admin *a = w->admin;
    enum rc rc = import_apply(db, a->arena, w->record, clock_now(), err);
    if (rc != RC_OK)
        return rc;
    return admin_audit(a, "import.apply",
                       arena_printf(a->arena, "import:%lld", (long long)w->record->id), "{}");
}

int admin_import_apply(struct admin *a, int argc, char **argv)
{
    struct import_record record = { .id = 0 };
    struct applying applying = { a, &record };
    enum rc rc = record_of(a, argc, argv, &record);
    if (rc == RC_OK)
        rc = db_transaction(a->db, apply, &applying, &a->err);
    if (rc == RC_OK)
        rc = record_of(a, argc, argv, &record);
    if (rc == RC_OK)
        rc = print_record(a, &record);
    return rc == RC_OK ? EXIT_OK : admin_fault(a, rc);
}

static void print_file(FILE *file)
{
    char block[4096];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        (void)fwrite(block, 1, n, stdout);
    (void)fclose(file);
}

int admin_import_report(struct admin *a, int argc, char **argv)
{
    struct import_record record = { .id = 0 };
    FILE *csv = NULL;
    bool changes = false;
    const struct admin_option options[] = { { "--changes", NULL, &changes }, { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    enum rc rc = record_of(a, argc, argv, &record);
    if (rc == RC_OK && a->json)
        rc = print_record(a, &record);
    else if (rc == RC_OK)
        rc = import_report_csv(a->db, a->arena, changes ? &import_change_list : &import_line_list,
                               record.id, &csv, &a->err);
    if (csv)
        print_file(csv);
    return rc == RC_OK ? EXIT_OK : admin_fault(a, rc);
}

/* ---- task tables ----------------------------------------------------------------------------- */

struct table_import {
    struct admin *admin;
    const char *plan;
    struct plan_table_file file;
    struct plan_table table;
};

static enum rc put_table(struct db *db, void *data, struct err *err)
{
    struct table_import *t = data;
    enum rc rc = plan_table_import(db, t->admin->arena, t->plan, &t->file, &t->table, err);
    if (rc != RC_OK)
        return rc;
    return admin_audit(t->admin, "import", arena_printf(t->admin->arena, "task-table:%s", t->plan),
                       "{}");
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
        for (size_t i = 0; i < t->ignored_count; i++)
            (void)printf("%s“%s”%s", i ? "" : "未导入的列：", t->ignored[i],
                         i + 1 < t->ignored_count ? "、" : "\n");
        for (size_t i = 0; i < t->hidden_count; i++)
            (void)printf("%s%s%s", i ? "" : "在工作簿中是隐藏的，已导入，请核对：", t->hidden[i],
                         i + 1 < t->hidden_count ? "、" : "\n");
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
    jw_array(&w, "ignored");
    for (size_t i = 0; i < t->ignored_count; i++)
        jw_text(&w, NULL, t->ignored[i]);
    jw_end(&w);
    jw_array(&w, "hidden");
    for (size_t i = 0; i < t->hidden_count; i++)
        jw_text(&w, NULL, t->hidden[i]);
    jw_end(&w);
    jw_end(&w);
    (void)printf("%s\n", b.p);
}

int admin_import_task_table(struct admin *a, int argc, char **argv)
{
    struct table_import t = { .admin = a };
    const struct admin_option options[] = { { "--sheet", &t.file.sheet, NULL },
                                            { "--columns", &t.file.columns, NULL },
                                            { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 2)
        return admin_usage("import task-table 需要计划编号和文件");
    t.plan = argv[0];
    t.file.in = fopen(argv[1], "re");
    if (!t.file.in) {
        (void)err_set(&a->err, RC_UNAVAILABLE, argv[1], "无法打开文件");
        return admin_fault(a, RC_UNAVAILABLE);
    }
    enum rc rc = db_transaction(a->db, put_table, &t, &a->err);
    (void)fclose(t.file.in);
    if (rc != RC_OK) {
        int code = admin_fault(a, rc);
        for (size_t i = 1; i < t.table.fault_count && i < PLAN_TABLE_FAULTS_MAX; i++)
            (void)fprintf(stderr, "%s\n", t.table.faults[i].text);
        return code;
    }
    print_table(a, &t.table);
    return EXIT_OK;
}

/* ---- checklists ------------------------------------------------------------------------------ */

struct checklist_import {
    struct admin *admin;
    const char *file;
    const char *text;
    struct checklist_counts counts;
};

static enum rc put_checklists(struct db *db, void *data, struct err *err)
{
    struct checklist_import *t = data;
    struct admin *a = t->admin;
    enum rc rc =
        checklist_publish(db, a->arena, t->text, strlen(t->text), 0, clock_now(), &t->counts, err);
    if (rc != RC_OK)
        return rc;
    return admin_audit(a, "checklist.publish",
                       arena_printf(a->arena, "checklists:%s", admin_path(a->arena, t->file)),
                       arena_printf(a->arena, "{\"created\":%lld,\"unchanged\":%lld}",
                                    (long long)t->counts.created, (long long)t->counts.unchanged));
}

int admin_import_checklists(struct admin *a, int argc, char **argv)
{
    if (argc != 1)
        return admin_usage("import checklists 需要一个文件");
    struct checklist_import t = { .admin = a,
                                  .file = argv[0],
                                  .text = admin_read_file(a, argv[0], CHECKLISTS_MAX_BYTES) };
    if (!t.text) {
        (void)err_set(&a->err, RC_UNAVAILABLE, argv[0], "无法读取文件，或文件超过 8 MiB");
        return admin_fault(a, RC_UNAVAILABLE);
    }
    enum rc rc = db_transaction(a->db, put_checklists, &t, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)printf(a->json ? "{\"created\":%lld,\"unchanged\":%lld}\n"
                         : "检查表：新公布 %lld 份，未变 %lld 份\n",
                 (long long)t.counts.created, (long long)t.counts.unchanged);
    return EXIT_OK;
}
