/* What crashes and expired uploads leave in the folder of evidence. */
#include "admin/admin.h"

#include <stdio.h>

#include "base/buf.h"
#include "store/evidence/evidence.h"
#include "store/evidence/evidence_file.h"
#include "sys/clock.h"
#include "sys/jsonw.h"

/* An upload lives for seven days from its creation: no upload that goes on has an older file. */
#define AGE_MS (INT64_C(7) * 24 * 3600 * 1000)

enum { BATCH = 100, REMOVED_MAX = 10000, OUTPUT_MAX = 1024 };

struct tidy {
    struct admin *admin;
    int64_t now;
    size_t batch;     /* rows of the last batch */
    int64_t uploads;  /* expired, with what they had received */
    int64_t partial;  /* files of no upload */
    int64_t contents; /* files that no commit ever counted */
    int64_t bytes;    /* of the last two */
};

/* Removes a batch of expired uploads: the files first, for without its row nobody looks for a
   file. */
static enum rc remove_expired(struct db *db, void *data, struct err *err)
{
    struct tidy *t = data;
    struct admin *a = t->admin;
    struct evidence_upload *expired;
    (void)err;
    enum rc rc = evidence_upload_expired(db, a->arena, t->now, BATCH, &expired, &t->batch);
    for (size_t i = 0; rc == RC_OK && i < t->batch; i++) {
        evidence_file_drop(a->arena, a->settings->evidence_dir, &expired[i]);
        rc = evidence_upload_delete(db, expired[i].id);
    }
    return rc;
}

static enum rc tidy_uploads(struct tidy *t)
{
    enum rc rc;
    do {
        rc = db_transaction(t->admin->db, remove_expired, t, &t->admin->err);
        if (rc == RC_OK)
            t->uploads += (int64_t)t->batch;
    } while (rc == RC_OK && t->batch == BATCH && t->uploads < REMOVED_MAX);
    return rc;
}

struct orphan {
    struct tidy *tidy;
    const struct evidence_file_found *found;
    bool removed;
};

/* With the content locked, nobody stores it meanwhile. RC_DONE undoes the lock's trace in its
   row. */
static enum rc remove_content(struct db *db, void *data, struct err *err)
{
    struct orphan *o = data;
    struct admin *a = o->tidy->admin;
    bool stored;
    (void)err;
    enum rc rc = evidence_content_lock(db, o->found->sha256, o->found->size, &stored);
    if (rc == RC_OK && !stored)
        rc = evidence_file_remove(a->arena, a->settings->evidence_dir, o->found);
    o->removed = rc == RC_OK && !stored;
    return rc == RC_OK ? RC_DONE : rc;
}

static enum rc tidy_content(struct tidy *t, const struct evidence_file_found *found)
{
    struct orphan o = { .tidy = t, .found = found };
    bool stored;
    enum rc rc = evidence_content_stored(t->admin->db, found->sha256, &stored);
    if (rc != RC_OK || stored)
        return rc;
    rc = db_transaction(t->admin->db, remove_content, &o, &t->admin->err);
    t->contents += o.removed;
    t->bytes += o.removed ? found->size : 0;
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc tidy_partial(struct tidy *t, const struct evidence_file_found *found)
{
    struct admin *a = t->admin;
    bool exists;
    enum rc rc = evidence_upload_exists(a->db, found->id, &exists);
    if (rc == RC_OK && !exists)
        rc = evidence_file_remove(a->arena, a->settings->evidence_dir, found);
    if (rc != RC_OK || exists)
        return rc;
    t->partial++;
    t->bytes += found->size;
    return RC_OK;
}

static enum rc tidy_file(const struct evidence_file_found *found, void *data)
{
    struct tidy *t = data;
    if (t->partial + t->contents >= REMOVED_MAX)
        return RC_DONE;
    return found->partial ? tidy_partial(t, found) : tidy_content(t, found);
}

static void write_counts(const struct tidy *t, struct buf *out)
{
    struct jsonw w;
    buf_init(out, t->admin->arena, OUTPUT_MAX);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_int(&w, "expired_uploads", t->uploads);
    jw_int(&w, "partial_files", t->partial);
    jw_int(&w, "content_files", t->contents);
    jw_int(&w, "bytes", t->bytes);
    jw_end(&w);
}

static enum rc note(struct db *db, void *data, struct err *err)
{
    struct tidy *t = data;
    struct buf detail;
    (void)db;
    (void)err;
    write_counts(t, &detail);
    return admin_audit(t->admin, "evidence.tidy", "evidence", detail.p);
}

static void print_counts(const struct tidy *t)
{
    struct buf json;
    if (t->admin->json) {
        write_counts(t, &json);
        (void)printf("%s\n", json.p);
        return;
    }
    (void)printf("已清除：过期的上传 %lld 个，无主的分段文件 %lld 个，未计入的证据文件 %lld 个，"
                 "后两项共 %lld 字节\n",
                 (long long)t->uploads, (long long)t->partial, (long long)t->contents,
                 (long long)t->bytes);
    if (t->uploads >= REMOVED_MAX || t->partial + t->contents >= REMOVED_MAX)
        (void)printf("一次至多清除 %d 个，请再次运行\n", REMOVED_MAX);
}

int admin_evidence_tidy(struct admin *a, int argc, char **argv)
{
    struct tidy t = { .admin = a, .now = clock_now() };
    (void)argv;
    if (argc)
        return admin_usage("evidence tidy 不需要参数");
    enum rc rc = tidy_uploads(&t);
    if (rc == RC_OK)
        rc = evidence_file_walk(a->settings->evidence_dir, t.now - AGE_MS, tidy_file, &t);
    if (rc == RC_UNAVAILABLE && !a->err.detail[0])
        (void)err_set(&a->err, rc, a->settings->evidence_dir, "无法读取证据目录");
    if (rc == RC_OK)
        rc = db_transaction(a->db, note, &t, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    print_counts(&t);
    return EXIT_OK;
}
