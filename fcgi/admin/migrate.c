#include "admin/admin.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "sys/clock.h"

/*
 * A migration is one DDL statement, which commits by itself. It is noted as begun before and as
 * applied after, so that one which a crash cut off between the two is recognised and not run twice.
 */

enum { FILES_MAX = 999, FILE_MAX_BYTES = 1 << 20, NAME_BYTES = 80 };

DB_STMT(migration_table, "", "i",
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"
        " AND table_name = 'schema_migration'");
DB_STMT(migration_lock, "", "i", "SELECT GET_LOCK('liancha.migrate', 30)");
DB_STMT(migration_list, "", "itti",
        "SELECT version, name, sha256, applied_at IS NOT NULL FROM schema_migration"
        " ORDER BY version");
DB_STMT(migration_begin, "itt", "",
        "INSERT INTO schema_migration (version, name, sha256) VALUES (?, ?, ?)");
DB_STMT(migration_end, "Ti", "", "UPDATE schema_migration SET applied_at = ? WHERE version = ?");
DB_STMT(migration_epoch, "", "", "INSERT IGNORE INTO sync_epoch (id, epoch) VALUES (1, UUID())");

struct migration {
    char name[NAME_BYTES];
    char sha256[DIGEST_HEX];
    char *sql;
    bool begun;
    bool applied;
};

struct migrations {
    struct migration *files;
    size_t count;
    const char *folder;
};

static char *read_file(struct admin *a, const char *path)
{
    char *text = NULL;
    FILE *f = fopen(path, "re");
    if (!f)
        return NULL;
    char *bytes = arena_alloc(a->arena, FILE_MAX_BYTES + 1);
    size_t n = fread(bytes, 1, FILE_MAX_BYTES + 1, f);
    if (!ferror(f) && n <= FILE_MAX_BYTES) {
        bytes[n] = '\0';
        text = bytes;
    }
    (void)fclose(f);
    return text;
}

static int by_name(const void *x, const void *y)
{
    return strcmp(((const struct migration *)x)->name, ((const struct migration *)y)->name);
}

static bool is_migration(const char *name)
{
    size_t n = strlen(name);
    return n > 9 && n < NAME_BYTES && strspn(name, "0123456789") == 4 && name[4] == '_' &&
           strcmp(name + n - 4, ".sql") == 0;
}

/* Files NNNN_name.sql, whose numbers must run from 1 without a gap. */
static enum rc read_folder(struct admin *a, struct migrations *m)
{
    DIR *dir = opendir(m->folder);
    if (!dir)
        return err_set(&a->err, RC_UNAVAILABLE, m->folder, "无法打开目录");
    m->files = arena_array(a->arena, FILES_MAX, sizeof *m->files);
    for (struct dirent *e; (e = readdir(dir)) && m->count < FILES_MAX;)
        if (is_migration(e->d_name))
            (void)snprintf(m->files[m->count++].name, NAME_BYTES, "%.79s", e->d_name);
    (void)closedir(dir);
    qsort(m->files, m->count, sizeof *m->files, by_name);
    for (size_t i = 0; i < m->count; i++) {
        struct migration *f = &m->files[i];
        if (strtoul(f->name, NULL, 10) != i + 1)
            return err_set(&a->err, RC_INVALID, f->name, "结构文件的编号不连续");
        f->sql = read_file(a, arena_printf(a->arena, "%s/%s", m->folder, f->name));
        if (!f->sql)
            return err_set(&a->err, RC_UNAVAILABLE, f->name, "无法读取文件，或文件过大");
        digest_hex(DIGEST_SHA256, f->sql, strlen(f->sql), f->sha256);
    }
    return m->count ? RC_OK : err_set(&a->err, RC_INVALID, m->folder, "目录中没有结构文件");
}

static enum rc compare_history(struct admin *a, struct migrations *m)
{
    struct db_query *q;
    enum rc rc = db_query(a->db, &migration_list, DB_NONE, &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        size_t version = (size_t)db_col_int(q, 0);
        if (version > m->count) {
            rc = err_set(&a->err, RC_STATE, "", "数据库结构比这些文件更新（第 %zu 版）", version);
            break;
        }
        struct migration *f = &m->files[version - 1];
        if (strcmp(f->sha256, db_col_text(q, 2)) != 0) {
            rc = err_set(&a->err, RC_STATE, f->name, "已执行过的结构文件被改动，拒绝继续");
            break;
        }
        f->begun = true;
        f->applied = db_col_int(q, 3) != 0;
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* The first file makes the table in which files are noted. */
static enum rc bootstrap(struct admin *a, struct migrations *m)
{
    int64_t exists = 0;
    enum rc rc = db_one_int(a->db, &migration_table, DB_NONE, &exists);
    if (rc == RC_OK && !exists)
        rc = db_script(a->db, m->files[0].sql, &a->err);
    if (rc == RC_OK)
        rc = compare_history(a, m);
    if (rc == RC_OK && !m->files[0].applied) {
        if (!m->files[0].begun)
            rc =
                db_exec(a->db, &migration_begin,
                        DB_ARGS(db_int(1), db_text(m->files[0].name), db_text(m->files[0].sha256)));
        if (rc == RC_OK)
            rc = db_exec(a->db, &migration_end, DB_ARGS(db_instant(clock_now()), db_int(1)));
        m->files[0].applied = rc == RC_OK;
    }
    return rc;
}

/* "already exists" errors: table, column, key. */
static bool was_done(const struct err *err)
{
    return strstr(err->detail, "1050 ") || strstr(err->detail, "1060 ") ||
           strstr(err->detail, "1061 ");
}

static enum rc apply(struct admin *a, struct migration *f, int64_t version)
{
    enum rc rc = RC_OK;
    bool resumed = f->begun;
    if (!resumed)
        rc = db_exec(a->db, &migration_begin,
                     DB_ARGS(db_int(version), db_text(f->name), db_text(f->sha256)));
    if (rc != RC_OK)
        return rc;
    rc = db_script(a->db, f->sql, &a->err);
    if (rc != RC_OK && resumed && was_done(&a->err))
        rc = RC_OK;
    if (rc != RC_OK)
        return err_set(&a->err, rc, f->name, "%.350s", a->err.detail);
    return db_exec(a->db, &migration_end, DB_ARGS(db_instant(clock_now()), db_int(version)));
}

/* Statements of grants.sql end with ';' at the end of a line. */
static enum rc apply_grants(struct admin *a, const char *folder)
{
    char *sql = read_file(a, arena_printf(a->arena, "%s/grants.sql", folder));
    if (!sql)
        return err_set(&a->err, RC_UNAVAILABLE, "grants.sql", "无法读取文件");
    enum rc rc = RC_OK;
    for (char *end; rc == RC_OK && (end = strstr(sql, ";\n")); sql = end + 2) {
        *end = '\0';
        rc = db_script(a->db, sql, &a->err);
    }
    return rc;
}

static enum rc migrate(struct admin *a, struct migrations *m, size_t *applied)
{
    int64_t locked = 0;
    enum rc rc = read_folder(a, m);
    if (rc == RC_OK)
        rc = db_one_int(a->db, &migration_lock, DB_NONE, &locked);
    if (rc == RC_OK && locked != 1)
        rc = err_set(&a->err, RC_STATE, "", "另一个 migrate 正在运行");
    if (rc == RC_OK)
        rc = bootstrap(a, m);
    for (size_t i = 1; rc == RC_OK && i < m->count; i++) {
        if (m->files[i].applied)
            continue;
        rc = apply(a, &m->files[i], (int64_t)i + 1);
        *applied += rc == RC_OK;
    }
    if (rc == RC_OK)
        rc = db_exec(a->db, &migration_epoch, DB_NONE);
    return rc == RC_OK ? apply_grants(a, m->folder) : rc;
}

int admin_migrate(struct admin *a, int argc, char **argv)
{
    struct migrations m = { .folder = "/usr/share/liancha/schema" };
    const struct admin_option options[] = { { "--schema", &m.folder, NULL }, { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc > 0)
        return admin_usage("migrate 只接受 --schema 目录");
    size_t applied = 0;
    enum rc rc = migrate(a, &m, &applied);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    if (a->json)
        (void)printf("{\"version\":%zu,\"applied\":%zu}\n", m.count, applied);
    else
        (void)printf("数据库结构：第 %zu 版（本次执行 %zu 个文件）\n", m.count, applied);
    return EXIT_OK;
}
