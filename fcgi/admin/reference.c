#include "admin/admin.h"

#include <stdio.h>

#include "store/dictionary.h"
#include "store/reference.h"

struct load {
    struct admin *admin;
    const char *folder;
    int64_t rows[REFERENCE_COUNT];
};

static enum rc load_file(struct load *l, enum reference_kind kind, struct err *err)
{
    struct admin *a = l->admin;
    const char *name = reference_file(kind);
    FILE *in = fopen(arena_printf(a->arena, "%s/%s", l->folder, name), "re");
    if (!in)
        return err_set(err, RC_UNAVAILABLE, name, "无法打开文件");
    enum rc rc = reference_load(a->db, a->arena, kind, in, &l->rows[kind], err);
    (void)fclose(in);
    if (rc != RC_OK && rc != RC_RETRY)
        return err_set(err, rc, name, "%s：%.300s", reference_title(kind), err->detail);
    return rc;
}

/* All files or none. */
static enum rc load_all(struct db *db, void *data, struct err *err)
{
    struct load *l = data;
    enum rc rc = RC_OK;
    for (int kind = 0; rc == RC_OK && kind < REFERENCE_COUNT; kind++)
        rc = load_file(l, (enum reference_kind)kind, err);
    if (rc == RC_OK)
        rc = dictionary_publish(db, l->admin->arena);
    return rc == RC_OK ? admin_audit(l->admin, "reference.load",
                                     admin_path(l->admin->arena, l->folder), "{}")
                       : rc;
}

int admin_load_reference(struct admin *a, int argc, char **argv)
{
    if (argc != 1)
        return admin_usage("load-reference 需要一个目录");
    struct load l = { .admin = a, .folder = argv[0] };
    enum rc rc = db_transaction(a->db, load_all, &l, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)fputs(a->json ? "{" : "已载入：", stdout);
    for (int kind = 0; kind < REFERENCE_COUNT; kind++) {
        if (kind)
            (void)fputs(a->json ? "," : "，", stdout);
        if (a->json)
            (void)printf("\"%s\":%lld", reference_file((enum reference_kind)kind),
                         (long long)l.rows[kind]);
        else
            (void)printf("%s %lld", reference_title((enum reference_kind)kind),
                         (long long)l.rows[kind]);
    }
    (void)puts(a->json ? "}" : "");
    return EXIT_OK;
}
