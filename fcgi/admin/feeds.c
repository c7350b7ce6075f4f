#include "admin/admin.h"

#include <stdio.h>

#include "base/date.h"
#include "store/directory/rule.h"
#include "store/field/epoch.h"
#include "store/field/feed.h"
#include "sys/clock.h"

struct purge {
    struct admin *admin;
    int32_t before;
    size_t n; /* of the last piece */
};

/* One piece: pushes to the same feeds wait for it no longer than for one another. */
static enum rc purge_piece(struct db *db, void *data, struct err *err)
{
    struct purge *p = data;
    struct arena *a = p->admin->arena;
    (void)err;
    enum rc rc = feed_purge(db, a, p->before, &p->n);
    if (rc != RC_OK || p->n == 0)
        return rc;
    return admin_audit(p->admin, "feeds.purge", "", arena_printf(a, "{\"tombstones\":%zu}", p->n));
}

static enum rc horizon(struct admin *a, int32_t *before)
{
    struct rule_set rules;
    int64_t days = 0;
    int32_t today = date_at(clock_now());
    enum rc rc = rule_load(a->db, a->arena, "", today, &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_SYNC_TOMBSTONE_DAYS, &days, &a->err);
    *before = days < today ? today - (int32_t)days - 1 : 0; /* tombstones carry the day in UTC */
    return rc;
}

int admin_feeds_purge(struct admin *a, int argc, char **argv)
{
    struct purge purge = { .admin = a };
    size_t sum = 0;
    (void)argv;
    if (argc)
        return admin_usage("feeds purge 不需要参数");
    enum rc rc = horizon(a, &purge.before);
    do { /* each piece is gone before the next, and nothing that old is added */
        if (rc == RC_OK)
            rc = db_transaction(a->db, purge_piece, &purge, &a->err);
        sum += purge.n;
    } while (rc == RC_OK && purge.n == FEED_PURGE_MAX);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)printf(a->json ? "{\"purged\":%zu}\n" : "已清除 %zu 个删除标记\n", sum);
    return EXIT_OK;
}

static enum rc begin_epoch(struct db *db, void *data, struct err *err)
{
    (void)err;
    enum rc rc = epoch_renew(db);
    return rc == RC_OK ? admin_audit(data, "feeds.restored", "", "{}") : rc;
}

enum rc admin_begin_epoch(struct admin *a)
{
    return db_transaction(a->db, begin_epoch, a, &a->err);
}

int admin_feeds_restored(struct admin *a, int argc, char **argv)
{
    (void)argv;
    if (argc)
        return admin_usage("feeds restored 不需要参数");
    enum rc rc = admin_begin_epoch(a);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)printf(a->json ? "{\"restored\":true}\n"
                         : "新的同步纪元已经开始，移动端将重新提交备份中缺少的内容\n");
    return EXIT_OK;
}
