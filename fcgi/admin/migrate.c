#include "admin/migrate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sys/clock.h"

/*
 * Each statement commits by itself. It is noted as begun before and as done after, so that a run
 * which a crash cut off between the two is gone on with: that one statement, run again, may find
 * its work done. The server does a statement whole or not at all.
 */

enum { GONE_MAX = 999 };

/* 0: the database is empty; 1: this command made what is in it; 2: something else did. */
DB_STMT(schema_found, "", "i",
        "SELECT CASE WHEN COUNT(*) = 0 THEN 0 WHEN MAX(table_name = 'schema_file') THEN 1 ELSE 2"
        " END FROM information_schema.tables WHERE table_schema = DATABASE()");
DB_STMT(schema_lock, "", "i", "SELECT GET_LOCK('liancha.migrate', 30)");
DB_STMT(file_list, "", "ttiii",
        "SELECT name, sha256, done, begun, applied_at IS NOT NULL FROM schema_file ORDER BY name");
DB_STMT_ALONE(file_begin, "tti", "",
              "INSERT INTO schema_file (name, sha256, done, begun) VALUES (?, ?, ?, TRUE)"
              " ON DUPLICATE KEY UPDATE sha256 = VALUES(sha256), done = VALUES(done), begun = TRUE,"
              " applied_at = NULL");
DB_STMT_ALONE(file_refused, "t", "", "UPDATE schema_file SET begun = FALSE WHERE name = ?");
DB_STMT_ALONE(file_end, "iTt", "",
              "UPDATE schema_file SET done = ?, begun = FALSE, applied_at = ? WHERE name = ?");
DB_STMT_ALONE(file_forget, "t", "", "DELETE FROM schema_file WHERE name = ?");

struct migration {
    struct schema_folder folder;
    const char *gone[GONE_MAX]; /* views that no file defines any more */
    size_t gone_count;
    size_t applied; /* versioned files … */
    size_t views;   /* … and views, made, made anew or dropped by this run */
    size_t given;
    size_t taken;
};

static struct schema_file *find(const struct schema_folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; i++)
        if (strcmp(folder->files[i].name, name) == 0)
            return &folder->files[i];
    return NULL;
}

static enum rc compare(struct admin *a, struct migration *m, const struct db_query *q)
{
    char *name = db_col_dup(q, 0, a->arena);
    struct schema_file *f = find(&m->folder, name);
    bool version = isdigit((unsigned char)*name) != 0;
    if (!f && version)
        return err_set(&a->err, RC_STATE, name, "数据库结构比这些文件更新，或由另一些文件建成");
    if (!f) {
        if (m->gone_count < GONE_MAX)
            m->gone[m->gone_count++] = name;
        return RC_OK;
    }
    if (strcmp(f->sha256, db_col_text(q, 1)) != 0)
        return version ? err_set(&a->err, RC_STATE, name,
                                 "已执行过的结构文件被改动，拒绝继续。恢复该文件，改动写入新文件；"
                                 "首个版本发布之前，可清空重建数据库（演示：conf/demo --fresh）")
                       : RC_OK;
    f->done = (size_t)db_col_int(q, 2);
    f->begun = db_col_int(q, 3) != 0;
    f->applied = db_col_int(q, 4) != 0;
    return RC_OK;
}

/* The first statement of the first file makes the table in which files are noted. */
static enum rc read_history(struct admin *a, struct migration *m)
{
    int64_t found = 0;
    enum rc rc = db_one_int(a->db, &schema_found, DB_NONE, &found);
    if (rc == RC_OK && found == 2)
        return err_set(&a->err, RC_STATE, a->settings->db_name,
                       "数据库不是空的，也没有本程序的结构记录：由更早的结构或其他程序建成。"
                       "请换用空数据库，或清空重建（演示：conf/demo --fresh）");
    if (rc == RC_OK && found == 0)
        rc = db_script(a->db, m->folder.files[0].statements[0], &a->err);
    struct db_query *q = NULL;
    if (rc == RC_OK)
        rc = db_query(a->db, &file_list, DB_NONE, &q);
    bool noted = false;
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        noted = true;
        rc = compare(a, m, q);
    }
    db_done(&q);
    if (!noted)
        m->folder.files[0].begun = true; /* that statement, just now or before a crash */
    return rc == RC_DONE ? RC_OK : rc;
}

/*
 * The server refused a statement, which had no effect: the next run takes it as if for the first
 * time, and a file that had no effect at all may be mended before.
 */
static enum rc refused(struct admin *a, const struct schema_file *f, size_t i, enum rc rc)
{
    const struct db_stmt *note =
        i == 0 && isdigit((unsigned char)*f->name) ? &file_forget : &file_refused;
    return db_exec(a->db, note, DB_ARGS(db_text(f->name))) == RC_OK ? rc : RC_UNAVAILABLE;
}

static enum rc apply(struct admin *a, struct schema_file *f, size_t *applied)
{
    if (f->applied)
        return RC_OK;
    enum rc rc = RC_OK;
    for (size_t i = f->done; rc == RC_OK && i < f->count; i++) {
        bool again = f->begun && i == f->done;
        rc = db_exec(a->db, &file_begin,
                     DB_ARGS(db_text(f->name), db_text(f->sha256), db_int((int64_t)i)));
        if (rc != RC_OK)
            return rc;
        rc = db_script(a->db, f->statements[i], &a->err);
        if (rc == RC_CONFLICT && again)
            rc = RC_OK;
        if (rc != RC_OK) {
            (void)err_set(&a->err, rc, f->name, "第 %zu 条语句：%s", i + 1,
                          arena_printf(a->arena, "%.350s", a->err.detail));
            return again ? rc : refused(a, f, i, rc);
        }
    }
    *applied += 1;
    return db_exec(a->db, &file_end,
                   DB_ARGS(db_int((int64_t)f->count), db_instant(clock_now()), db_text(f->name)));
}

/* views/NAME.sql -> NAME */
static const char *view_of(struct admin *a, const char *name)
{
    const char *base = strchr(name, '/') + 1;
    return arena_slice(a->arena, base, strlen(base) - strlen(".sql"));
}

static enum rc apply_view(struct admin *a, struct schema_file *f, size_t *applied)
{
    const char *head = arena_printf(a->arena, "CREATE OR REPLACE SQL SECURITY DEFINER VIEW %s AS",
                                    view_of(a, f->name));
    if (f->count != 1 || strncmp(f->statements[0], head, strlen(head)) != 0)
        return err_set(&a->err, RC_INVALID, f->name, "视图文件应只有一条语句，开头为：%s", head);
    return apply(a, f, applied);
}

static enum rc drop_view(struct admin *a, const char *name)
{
    enum rc rc = RC_OK;
    if (strncmp(name, "views/", strlen("views/")) == 0)
        rc = db_script(a->db, arena_printf(a->arena, "DROP VIEW IF EXISTS `%s`", view_of(a, name)),
                       &a->err);
    return rc == RC_OK ? db_exec(a->db, &file_forget, DB_ARGS(db_text(name))) : rc;
}

/* The rights are compared each time: a restored or a new server may have others than were given. */
static enum rc apply_grants(struct admin *a, struct migration *m, struct schema_file *f)
{
    enum rc rc = RC_OK;
    if (!f->applied)
        rc = db_exec(a->db, &file_begin, DB_ARGS(db_text(f->name), db_text(f->sha256), db_int(0)));
    if (rc == RC_OK)
        rc = grants_apply(a, f, &m->given, &m->taken);
    if (rc == RC_OK && !f->applied)
        rc = db_exec(a->db, &file_end,
                     DB_ARGS(db_int((int64_t)f->count), db_instant(clock_now()), db_text(f->name)));
    return rc;
}

static enum rc migrate(struct admin *a, struct migration *m)
{
    const struct schema_folder *folder = &m->folder;
    int64_t locked = 0;
    enum rc rc = schema_folder_read(a, &m->folder);
    if (rc == RC_OK)
        rc = db_one_int(a->db, &schema_lock, DB_NONE, &locked);
    if (rc == RC_OK && locked != 1)
        rc = err_set(&a->err, RC_STATE, "", "另一个 migrate 正在运行");
    if (rc == RC_OK)
        rc = read_history(a, m);
    for (size_t i = 0; rc == RC_OK && i < folder->versions; i++)
        rc = apply(a, &folder->files[i], &m->applied);
    for (size_t i = folder->versions + 1; rc == RC_OK && i < folder->count; i++)
        rc = apply_view(a, &folder->files[i], &m->views);
    for (size_t i = 0; rc == RC_OK && i < m->gone_count; i++, m->views++)
        rc = drop_view(a, m->gone[i]);
    return rc == RC_OK ? apply_grants(a, m, &folder->files[folder->versions]) : rc;
}

int admin_migrate(struct admin *a, int argc, char **argv)
{
    struct migration m = { .folder.path = "/usr/share/liancha/schema" };
    const struct admin_option options[] = { { "--schema", &m.folder.path, NULL },
                                            { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc > 0)
        return admin_usage("migrate 只接受 --schema 目录");
    enum rc rc = migrate(a, &m);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)printf(a->json ? "{\"version\":%zu,\"applied\":%zu,\"views\":%zu,\"given\":%zu,"
                           "\"taken\":%zu}\n"
                         : "数据库结构：第 %zu 版（本次执行 %zu 个文件，更新 %zu 个视图，"
                           "授予 %zu 项权限，收回 %zu 项）\n",
                 m.folder.versions, m.applied, m.views, m.given, m.taken);
    return EXIT_OK;
}
