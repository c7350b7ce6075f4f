#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "admin/audit_heads.h"
#include "store/audit.h"
#include "sys/sheet.h"

/* The keys of every program that writes chains: this runs as who may read all of them. */
static enum rc load_keys(struct admin *a, struct keyring keys[AUDIT_WRITERS])
{
    enum rc rc = RC_OK;
    for (int i = 0; i < AUDIT_WRITERS && rc == RC_OK; i++) {
        struct settings s;
        rc = settings_load(a->arena, a->config, audit_writers[i], &s, &a->err);
        if (rc == RC_OK)
            keys[i] = s.audit_keys;
    }
    return rc;
}

static void print_verdict(const struct admin *a, enum rc rc, const struct audit_count *count)
{
    if (a->json)
        (void)printf("{\"intact\":%s,\"chains\":%lld,\"events\":%lld,\"broken\":\"%s\"}\n",
                     rc == RC_OK ? "true" : "false", (long long)count->chains,
                     (long long)count->events, a->err.pointer);
    else if (rc == RC_OK)
        (void)printf("审计日志完整：%lld 条链，%lld 条记录\n", (long long)count->chains,
                     (long long)count->events);
    else
        (void)printf("审计日志在 %s 处断裂：%s\n", a->err.pointer, a->err.detail);
}

struct done {
    struct admin *admin;
    const char *action;
    const char *detail;
};

static enum rc put_done(struct db *db, void *data, struct err *err)
{
    const struct done *d = data;
    (void)db;
    (void)err;
    return admin_audit(d->admin, d->action, "", d->detail);
}

/* On record, so that whoever watches sees when it was done last: store/report/watch. */
static enum rc say_done(struct admin *a, const char *action, const char *detail)
{
    struct done done = { .admin = a, .action = action, .detail = detail };
    return db_transaction(a->db, put_done, &done, &a->err);
}

enum rc admin_audit_check(struct admin *a, const struct audit_heads *known,
                          struct audit_count *count)
{
    struct keyring *keys = arena_array(a->arena, AUDIT_WRITERS, sizeof *keys);
    enum rc rc = load_keys(a, keys);
    if (rc != RC_OK) {
        a->err.rc = RC_UNAVAILABLE; /* which key, and why, is said already */
        return RC_UNAVAILABLE;
    }
    rc = audit_verify(a->db, a->arena, keys, known, count, &a->err);
    if (rc != RC_OK)
        return rc;
    return say_done(a, "audit.verify",
                    arena_printf(a->arena, "{\"chains\":%lld,\"events\":%lld}",
                                 (long long)count->chains, (long long)count->events));
}

int admin_audit_verify(struct admin *a, int argc, char **argv)
{
    const char *path = NULL;
    const struct admin_option options[] = { { "--heads", &path, NULL }, { NULL, NULL, NULL } };
    struct audit_heads known;
    struct audit_count count = { .chains = 0 };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc)
        return admin_usage("audit verify 只接受 --heads");
    enum rc rc = path ? audit_heads_load(a->arena, path, &known, &a->err) : RC_OK;
    if (rc != RC_OK) {
        (void)admin_fault(a, rc);
        return EXIT_ENVIRONMENT;
    }
    rc = admin_audit_check(a, path ? &known : NULL, &count);
    if (rc != RC_OK && rc != RC_CHECKSUM)
        return admin_fault(a, rc);
    print_verdict(a, rc, &count);
    return rc == RC_OK ? EXIT_OK : EXIT_REFUSED;
}

int admin_audit_export_heads(struct admin *a, int argc, char **argv)
{
    struct audit_heads heads;
    char digest[DIGEST_HEX];
    const char *path;
    if (argc != 1)
        return admin_usage("audit export-heads 需要一个目录");
    enum rc rc = audit_heads_read(a->db, a->arena, &heads);
    if (rc == RC_OK)
        rc = audit_heads_save(a->arena, argv[0], &heads, &path, digest, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)printf(a->json ? "{\"chains\":%zu,\"file\":\"%s\",\"sha256\":\"%s\"}\n"
                         : "已导出 %zu 条链的链尾：%s\nSHA-256 %s\n",
                 heads.n, path, digest);
    rc = say_done(a, "audit.export-heads",
                  arena_printf(a->arena, "{\"chains\":%zu,\"sha256\":\"%s\"}", heads.n, digest));
    return rc == RC_OK ? EXIT_OK : admin_fault(a, rc);
}

struct listing {
    struct sheet *sheet;
};

static enum rc list_row(void *data, struct arena *a, void *row)
{
    return sheet_row(((struct listing *)data)->sheet, a, row);
}

static enum rc copy(FILE *from)
{
    char bytes[8192];
    size_t n;
    while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
        if (fwrite(bytes, 1, n, stdout) != n)
            return RC_NO_SPACE;
    return ferror(from) ? RC_INTERNAL : RC_OK;
}

int admin_audit_list(struct admin *a, int argc, char **argv)
{
    struct listing l = { .sheet = NULL };
    FILE *table = NULL;
    if (argc != 1)
        return admin_usage("audit list 需要一条链的名称");
    const struct db_val scope[] = { db_text(argv[0]) };
    const struct list_ask ask = { .scope = scope };
    enum rc rc = sheet_open(a->arena, SHEET_CSV, audit_list.title, audit_list.rows, &l.sheet);
    if (rc == RC_OK)
        rc = list_each(a->db, &audit_list, &ask, list_row, &l, &a->err);
    if (rc == RC_OK)
        rc = sheet_close(l.sheet, NULL, 0, &table);
    else
        sheet_drop(l.sheet);
    if (rc == RC_OK)
        rc = copy(table);
    if (table)
        (void)fclose(table);
    return rc == RC_OK ? EXIT_OK : admin_fault(a, rc);
}
