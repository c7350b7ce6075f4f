#include "store/audit_internal.h"

#include <string.h>

/* Makes the row or finds it, and takes its lock: two writers of a chain queue here. Asking for the
   lock of a row that is not there would lock the gap, and two new chains in it would wait for each
   other. */
DB_STMT(audit_chain_lock, "tb", "ib",
        "INSERT INTO audit_chain_own (chain, seq, hash) VALUES (?, 0, ?)"
        " ON DUPLICATE KEY UPDATE seq = seq RETURNING seq, hash");
DB_STMT(audit_chain_move, "ibt", "",
        "UPDATE audit_chain_own SET seq = ?, hash = ? WHERE chain = ?");
DB_STMT(audit_event_insert, "tiTtttttjbb", "",
        "INSERT INTO audit_event_own (chain, seq, at, actor, remote, request_id, action, target, "
        "detail,"
        " prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
#define COL(member, ...) ROW_COL(struct audit_event, member, __VA_ARGS__)
const struct row_set audit_rows =
    ROW_SET(struct audit_event, COL(chain, "chain", .title = "日志链", .width = 20),
            COL(seq, "seq", .title = "序号"), COL(at, "at", .title = "时间", .instant = true),
            COL(actor, "actor", .title = "操作者", .width = 20),
            COL(remote, "remote", .title = "来源地址", .width = 16),
            COL(request_id, "request_id", .title = "请求编号", .width = 34),
            COL(action, "action", .title = "操作", .width = 24, .labels = audit_actions),
            COL(target, "target", .title = "对象", .width = 36),
            COL(detail, "detail", .title = "详情", .width = 60, .json = true));
#undef COL

LIST(audit_list, .name = "events", .title = "操作日志", .rows = &audit_rows,
     .from = " FROM audit_event", .where = "chain = ?", .in = "t", .key = "seq",
     .filters =
         LIST_FILTERS({ .name = "actor", .title = "操作者", .sql = "actor = ?" },
                      { .name = "action", .title = "操作", .sql = "action LIKE ?", .prefix = true },
                      { .name = "target", .title = "对象", .sql = "target LIKE ?", .prefix = true },
                      { .name = "from", .title = "时间不早于", .sql = "at >= ?", .type = 'T' },
                      { .name = "before", .title = "时间早于", .sql = "at < ?", .type = 'T' }),
     .orders = LIST_ORDERS({ .member = "seq" }));

struct head {
    int64_t seq;
    uint8_t hash[DIGEST_SIZE];
};

void audit_copy_hash(const struct db_query *q, unsigned column, uint8_t out[DIGEST_SIZE])
{
    size_t n;
    const void *p = db_col_bytes(q, column, &n);
    memset(out, 0, DIGEST_SIZE);
    if (p && n == DIGEST_SIZE)
        memcpy(out, p, n);
}

static void read_head(const struct db_query *q, void *data)
{
    struct head *h = data;
    h->seq = db_col_int(q, 0);
    audit_copy_hash(q, 1, h->hash);
}

enum rc audit_append(struct db *db, struct arena *a, const uint8_t key[AUDIT_KEY],
                     struct audit_event *event)
{
    static const uint8_t zero[DIGEST_SIZE];
    struct head head;
    enum rc rc =
        db_one(db, &audit_chain_lock, DB_ARGS(db_text(event->chain), db_bytes(zero, sizeof zero)),
               read_head, &head);
    if (rc != RC_OK)
        return rc;
    uint8_t hash[DIGEST_SIZE];
    event->seq = head.seq + 1;
    rc = audit_hash(a, key, head.hash, event, hash);
    if (rc == RC_OK)
        rc = db_exec(db, &audit_event_insert,
                     DB_ARGS(db_text(event->chain), db_int(event->seq), db_instant(event->at),
                             db_text(event->actor), db_text(event->remote),
                             db_text(event->request_id), db_text(event->action),
                             db_text(event->target), db_json(event->detail),
                             db_bytes(head.hash, DIGEST_SIZE), db_bytes(hash, DIGEST_SIZE)));
    if (rc == RC_OK)
        rc = db_exec(
            db, &audit_chain_move,
            DB_ARGS(db_int(event->seq), db_bytes(hash, DIGEST_SIZE), db_text(event->chain)));
    return rc;
}
