/* Every file of evidence against the digest that was handed over. */
#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/evidence/evidence.h"
#include "store/evidence/evidence_file.h"
#include "sys/jsonw.h"

enum { BATCH = 500, FILE_ARENA = 4 << 20, OUTPUT_MAX = 1024 };

struct scrub {
    struct admin *admin;
    struct arena *arena; /* of one file */
    int64_t files;
    int64_t missing;
    int64_t changed;
};

static void name_it(const struct scrub *s, const struct evidence_content *content, const char *what,
                    const char *title)
{
    char hex[DIGEST_HEX];
    hex_encode(hex, content->sha256, DIGEST_SIZE);
    if (s->admin->json)
        (void)fprintf(stderr, "%s %s\n", what, hex);
    else
        (void)printf("%s：%s\n", title, hex);
}

static enum rc check(struct scrub *s, const struct evidence_content *content)
{
    enum rc rc = evidence_file_check(s->arena, s->admin->settings->evidence_dir, content->sha256,
                                     content->size);
    arena_reset(s->arena);
    s->files++;
    if (rc == RC_NOT_FOUND) {
        s->missing++;
        name_it(s, content, "missing", "缺失");
        return RC_OK;
    }
    if (rc == RC_CHECKSUM) {
        s->changed++;
        name_it(s, content, "changed", "已被改动");
        return RC_OK;
    }
    return rc;
}

static enum rc walk(struct scrub *s)
{
    static struct evidence_content batch[BATCH];
    uint8_t behind[DIGEST_SIZE] = { 0 };
    size_t n = BATCH;
    enum rc rc = RC_OK;
    while (rc == RC_OK && n == BATCH) {
        rc = evidence_contents(s->admin->db, behind, batch, BATCH, &n);
        for (size_t i = 0; rc == RC_OK && i < n; i++)
            rc = check(s, &batch[i]);
        if (rc == RC_OK && n)
            memcpy(behind, batch[n - 1].sha256, DIGEST_SIZE);
    }
    return rc;
}

static void write_counts(const struct scrub *s, struct buf *out)
{
    struct jsonw w;
    buf_init(out, s->admin->arena, OUTPUT_MAX);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_int(&w, "files", s->files);
    jw_int(&w, "missing", s->missing);
    jw_int(&w, "changed", s->changed);
    jw_end(&w);
}

static enum rc note(struct db *db, void *data, struct err *err)
{
    const struct scrub *s = data;
    struct buf detail;
    (void)db;
    (void)err;
    write_counts(s, &detail);
    return admin_audit(s->admin, "evidence.scrub", "evidence", detail.p);
}

int admin_evidence_scrub(struct admin *a, int argc, char **argv)
{
    struct scrub s = { .admin = a };
    struct buf json;
    (void)argv;
    if (argc)
        return admin_usage("evidence scrub 不需要参数");
    s.arena = arena_new(FILE_ARENA);
    enum rc rc = walk(&s);
    arena_free(s.arena);
    if (rc == RC_OK)
        rc = db_transaction(a->db, note, &s, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    write_counts(&s, &json);
    if (a->json)
        (void)printf("%s\n", json.p);
    else
        (void)printf("证据文件 %lld 个：缺失 %lld 个，已被改动 %lld 个\n", (long long)s.files,
                     (long long)s.missing, (long long)s.changed);
    return s.missing || s.changed ? EXIT_REFUSED : EXIT_OK;
}
