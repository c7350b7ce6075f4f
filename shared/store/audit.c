#include "store/audit.h"

#include <stdio.h>
#include <string.h>

enum { EVENT_ARENA = 1 << 20 };

/* Makes the row or finds it, and takes its lock: two writers of a chain queue here. Asking for the lock of
   a row that is not there would lock the gap, and two new chains in it would wait for each other. */
DB_STMT(audit_chain_lock, "tb", "ib",
        "INSERT INTO audit_chain (chain, seq, hash) VALUES (?, 0, ?)"
        " ON DUPLICATE KEY UPDATE seq = seq RETURNING seq, hash");
DB_STMT(audit_chain_move, "ibt", "", "UPDATE audit_chain SET seq = ?, hash = ? WHERE chain = ?");
DB_STMT(
    audit_event_insert, "tiTttttttbb", "",
    "INSERT INTO audit_event (chain, seq, at, actor, remote, request_id, action, target, detail,"
    " prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_STMT(audit_event_list, "tii", "tiTtttttt",
        "SELECT chain, seq, at, actor, remote, request_id, action, target, detail FROM audit_event"
        " WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?");
DB_STMT(audit_chain_list, "", "tib", "SELECT chain, seq, hash FROM audit_chain ORDER BY chain");
DB_STMT(audit_event_walk, "t", "tiTttttttbb",
        "SELECT chain, seq, at, actor, remote, request_id, action, target, detail, prev_hash, hash"
        " FROM audit_event WHERE chain = ? ORDER BY seq");
DB_STMT(audit_event_stray, "", "ti",
        "SELECT e.chain, e.seq FROM audit_event e LEFT JOIN audit_chain c ON c.chain = e.chain"
        " WHERE c.chain IS NULL LIMIT 1");

struct head {
    int64_t seq;
    uint8_t hash[DIGEST_SIZE];
};

static void copy_hash(const struct db_query *q, unsigned column, uint8_t out[DIGEST_SIZE])
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
    copy_hash(q, 1, h->hash);
}

enum rc audit_append(struct db *db, struct arena *a, struct audit_event *event)
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
    rc = audit_hash(a, head.hash, event, hash);
    if (rc == RC_OK)
        rc = db_exec(db, &audit_event_insert,
                     DB_ARGS(db_text(event->chain), db_int(event->seq), db_instant(event->at),
                             db_text(event->actor), db_text(event->remote),
                             db_text(event->request_id), db_text(event->action),
                             db_text(event->target), db_text(event->detail),
                             db_bytes(head.hash, DIGEST_SIZE), db_bytes(hash, DIGEST_SIZE)));
    if (rc == RC_OK)
        rc = db_exec(
            db, &audit_chain_move,
            DB_ARGS(db_int(event->seq), db_bytes(hash, DIGEST_SIZE), db_text(event->chain)));
    return rc;
}

static struct audit_event read_event(const struct db_query *q, struct arena *a)
{
    return (struct audit_event){
        .chain = db_col_dup(q, 0, a),
        .seq = db_col_int(q, 1),
        .at = db_col_int(q, 2),
        .actor = db_col_dup(q, 3, a),
        .remote = db_col_dup(q, 4, a),
        .request_id = db_col_dup(q, 5, a),
        .action = db_col_dup(q, 6, a),
        .target = db_col_dup(q, 7, a),
        .detail = db_col_dup(q, 8, a),
    };
}

enum rc audit_list(struct db *db, struct arena *a, const char *chain, int64_t after, int64_t limit,
                   struct audit_event **events, size_t *count)
{
    struct db_query *q;
    *events = arena_array(a, (size_t)limit, sizeof **events);
    *count = 0;
    enum rc rc =
        db_query(db, &audit_event_list, DB_ARGS(db_text(chain), db_int(after), db_int(limit)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK)
        (*events)[(*count)++] = read_event(q, a);
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc broken(struct err *err, const char *chain, int64_t seq, const char *why)
{
    char link[80];
    (void)snprintf(link, sizeof link, "%s#%lld", chain, (long long)seq);
    return err_set(err, RC_CHECKSUM, link, "%s", why);
}

/* One event against the link before it; moves last on. */
static enum rc check_link(const struct db_query *q, struct arena *a, struct head *last,
                          const char *chain, struct err *err)
{
    uint8_t stored[DIGEST_SIZE];
    uint8_t before[DIGEST_SIZE];
    uint8_t computed[DIGEST_SIZE];
    struct audit_event event = read_event(q, a);
    copy_hash(q, 9, before);
    copy_hash(q, 10, stored);
    if (event.seq != last->seq + 1)
        return broken(err, chain, last->seq + 1, "缺少这一条记录");
    if (memcmp(before, last->hash, DIGEST_SIZE) != 0)
        return broken(err, chain, event.seq, "与前一条记录的哈希不相接");
    enum rc rc = audit_hash(a, before, &event, computed);
    if (rc != RC_OK)
        return rc;
    if (memcmp(computed, stored, DIGEST_SIZE) != 0)
        return broken(err, chain, event.seq, "内容与记录的哈希不符");
    last->seq = event.seq;
    memcpy(last->hash, stored, DIGEST_SIZE);
    return RC_OK;
}

static enum rc walk(struct db *db, const char *chain, const struct head *head, struct err *err)
{
    struct head last = { .seq = 0 };
    struct arena *a = arena_new(EVENT_ARENA);
    struct db_query *q;
    enum rc rc = db_query_stream(db, &audit_event_walk, DB_ARGS(db_text(chain)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        rc = check_link(q, a, &last, chain, err);
        arena_reset(a);
    }
    db_done(&q);
    arena_free(a);
    if (rc != RC_DONE)
        return rc;
    if (last.seq != head->seq)
        return broken(err, chain, last.seq + 1, "链尾的记录缺失");
    if (memcmp(last.hash, head->hash, DIGEST_SIZE) != 0)
        return broken(err, chain, last.seq, "链尾哈希不符");
    return RC_OK;
}

static enum rc check_strays(struct db *db, struct err *err)
{
    struct db_query *q;
    enum rc rc = db_query(db, &audit_event_stray, DB_NONE, &q);
    if (rc == RC_OK)
        rc = db_next(&q);
    if (rc == RC_OK)
        rc = broken(err, db_col_text(q, 0), db_col_int(q, 1), "整条链的链尾缺失");
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc verify(struct db *db, int64_t *chains, int64_t *events, struct err *err)
{
    struct db_query *q;
    enum rc rc = db_query(db, &audit_chain_list, DB_NONE, &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        struct head head;
        head.seq = db_col_int(q, 1);
        copy_hash(q, 2, head.hash);
        rc = walk(db, db_col_text(q, 0), &head, err);
        *events += head.seq;
        ++*chains;
    }
    db_done(&q);
    return rc == RC_DONE ? check_strays(db, err) : rc;
}

enum rc audit_verify(struct db *db, int64_t *chains, int64_t *events, struct err *err)
{
    *chains = 0;
    *events = 0;
    enum rc rc = db_begin(db, DB_READ);
    if (rc == RC_OK)
        rc = verify(db, chains, events, err);
    db_rollback(db);
    return rc;
}
