#include "admin/admin.h"

#include <stdio.h>

#include "base/date.h"
#include "store/directory/dictionary.h"
#include "store/directory/reference.h"
#include "store/publish/publication_due.h"

struct load {
    struct admin *admin;
    const char *folder;
    int64_t rows[REFERENCE_COUNT];
    struct publication_moved *moved;
    size_t moved_count;
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
    if (rc == RC_OK || rc == RC_RETRY)
        return rc;
    const char *detail = arena_strdup(a->arena, err->detail);
    return err_set(err, rc, name, "%s：%.300s", reference_title(kind), detail);
}

static int64_t moved_publications(const struct load *l)
{
    int64_t n = 0;
    for (size_t i = 0; i < l->moved_count; i++)
        n += l->moved[i].count;
    return n;
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
    if (rc == RC_OK)
        rc = publication_recompute(db, l->admin->arena, &l->moved, &l->moved_count, err);
    if (rc != RC_OK)
        return rc;
    return admin_audit(
        l->admin, "reference.load", admin_path(l->admin->arena, l->folder),
        arena_printf(l->admin->arena, "{\"due_moved\":%lld}", (long long)moved_publications(l)));
}

/* Which publications are due on another day than before. */
static void print_moved(const struct load *l)
{
    bool json = l->admin->json;
    if (l->moved_count == 0)
        return;
    if (json)
        (void)fputs(",\"due_moved\":[", stdout);
    for (size_t i = 0; i < l->moved_count; i++) {
        const struct publication_moved *m = &l->moved[i];
        char from[DATE_TEXT];
        char to[DATE_TEXT];
        date_format(from, m->due_on);
        date_format(to, m->now.date);
        if (json)
            (void)printf("%s{\"department\":\"%s\",\"kind\":\"%s\",\"count\":%lld,"
                         "\"from\":\"%s\",\"to\":\"%s\",\"provisional\":%s}",
                         i ? "," : "", m->department, m->kind, (long long)m->count, from, to,
                         m->now.provisional ? "true" : "false");
        else
            (void)printf("公示期限变更：部门 %s，%lld 项，%s 改为 %s%s\n", m->department,
                         (long long)m->count, from, to, m->now.provisional ? "（待定）" : "");
    }
    if (json)
        (void)fputs("]", stdout);
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
    if (!a->json)
        (void)puts("");
    print_moved(&l);
    if (a->json)
        (void)puts("}");
    return EXIT_OK;
}
