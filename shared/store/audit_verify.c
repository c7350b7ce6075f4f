#include "store/audit_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"

enum { EVENT_ARENA = 1 << 20 };

DB_STMT(audit_chain_list, "", "tib", "SELECT chain, seq, hash FROM audit_chain ORDER BY chain");
DB_STMT(audit_event_walk, "t", "tiTttttttbb",
        "SELECT chain, seq, at, actor, remote, request_id, action, target, detail, prev_hash, hash"
        " FROM audit_event WHERE chain = ? ORDER BY seq");
DB_STMT(audit_event_stray, "", "ti",
        "SELECT e.chain, e.seq FROM audit_event e LEFT JOIN audit_chain c ON c.chain = e.chain"
        " WHERE c.chain IS NULL LIMIT 1");

enum rc audit_heads_read(struct db *db, struct arena *a, struct audit_heads *out)
{
    struct db_query *q;
    size_t room = 0;
    *out = (struct audit_heads){ .n = 0 };
    enum rc rc = db_query(db, &audit_chain_list, DB_NONE, &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        if (out->n == room) {
            struct audit_head *more = arena_array(a, room = 2 * room + 64, sizeof *more);
            if (out->n)
                memcpy(more, out->v, out->n * sizeof *more);
            out->v = more;
        }
        struct audit_head *head = &out->v[out->n++];
        head->chain = db_col_dup(q, 0, a);
        head->seq = db_col_int(q, 1);
        audit_copy_hash(q, 2, head->hash);
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static int by_chain(const void *a, const void *b)
{
    return strcmp(((const struct audit_head *)a)->chain, ((const struct audit_head *)b)->chain);
}

static const struct audit_head *find_head(const struct audit_heads *heads, const char *chain)
{
    const struct audit_head key = { .chain = chain };
    return heads ? sorted_find(&key, heads->v, heads->n, sizeof key, by_chain) : NULL;
}

/* One walk along a chain. */
struct walk {
    struct arena *arena; /* of one event */
    const char *chain;
    const struct keyring *keys;
    size_t key;                     /* the one that the last event was made with */
    const struct audit_head *known; /* exported earlier; NULL: none */
    int64_t seq;                    /* of the last event */
    uint8_t hash[DIGEST_SIZE];
    struct err *err;
};

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

static enum rc broken(struct err *err, const char *chain, int64_t seq, const char *why)
{
    char link[80];
    (void)snprintf(link, sizeof link, "%s#%lld", chain, (long long)seq);
    return err_set(err, RC_CHECKSUM, link, "%s", why);
}

/* Whether one of the writer's keys that had not been retired by then makes this hash. */
static enum rc check_hash(struct walk *w, const struct audit_event *event,
                          const uint8_t stored[DIGEST_SIZE], bool *made)
{
    uint8_t computed[DIGEST_SIZE];
    *made = false;
    for (size_t i = 0; i < w->keys->n && !*made; i++) {
        size_t key = (w->key + i) % w->keys->n;
        if (event->at > w->keys->until[key])
            continue;
        enum rc rc = audit_hash(w->arena, w->keys->key[key], w->hash, event, computed);
        if (rc != RC_OK)
            return rc;
        *made = memcmp(computed, stored, DIGEST_SIZE) == 0;
        if (*made)
            w->key = key;
    }
    return RC_OK;
}

/* One event against the link before it, and against the head that was exported when it was last. */
static enum rc check_link(const struct db_query *q, struct walk *w)
{
    uint8_t stored[DIGEST_SIZE];
    uint8_t before[DIGEST_SIZE];
    bool made;
    struct audit_event event = read_event(q, w->arena);
    audit_copy_hash(q, 9, before);
    audit_copy_hash(q, 10, stored);
    if (event.seq != w->seq + 1)
        return broken(w->err, w->chain, w->seq + 1, "缺少这一条记录");
    if (memcmp(before, w->hash, DIGEST_SIZE) != 0)
        return broken(w->err, w->chain, event.seq, "与前一条记录的哈希不相接");
    enum rc rc = check_hash(w, &event, stored, &made);
    if (rc != RC_OK)
        return rc;
    if (!made)
        return broken(w->err, w->chain, event.seq,
                      "内容与记录的哈希不符，或不是该程序当时的密钥所写");
    if (w->known && w->known->seq == event.seq && memcmp(w->known->hash, stored, DIGEST_SIZE) != 0)
        return broken(w->err, w->chain, event.seq, "与导出的链尾不同：此前的记录已被改写");
    w->seq = event.seq;
    memcpy(w->hash, stored, DIGEST_SIZE);
    return RC_OK;
}

static enum rc walk(struct db *db, struct walk *w, const struct audit_head *head)
{
    struct db_query *q;
    w->arena = arena_new(EVENT_ARENA);
    enum rc rc = db_query_stream(db, &audit_event_walk, DB_ARGS(db_text(w->chain)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        rc = check_link(q, w);
        arena_reset(w->arena);
    }
    db_done(&q);
    arena_free(w->arena);
    if (rc != RC_DONE)
        return rc;
    if (w->known && w->seq < w->known->seq)
        return broken(w->err, w->chain, w->seq + 1, "比导出时短：末尾的记录已被删去");
    if (w->seq != head->seq)
        return broken(w->err, w->chain, w->seq + 1, "链尾的记录缺失");
    if (memcmp(w->hash, head->hash, DIGEST_SIZE) != 0)
        return broken(w->err, w->chain, w->seq, "链尾哈希不符");
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

/* Chains that were there when their heads were exported. */
static enum rc check_known(const struct audit_heads *known, const struct audit_heads *heads,
                           struct err *err)
{
    for (size_t i = 0; known && i < known->n; i++)
        if (!find_head(heads, known->v[i].chain))
            return broken(err, known->v[i].chain, 1, "整条链已被删去");
    return RC_OK;
}

static enum rc verify(struct db *db, struct arena *a, const struct keyring keys[AUDIT_WRITERS],
                      const struct audit_heads *known, struct audit_count *count, struct err *err)
{
    struct audit_heads heads;
    enum rc rc = audit_heads_read(db, a, &heads);
    if (rc == RC_OK)
        rc = check_known(known, &heads, err);
    for (size_t i = 0; rc == RC_OK && i < heads.n; i++) {
        const struct audit_head *head = &heads.v[i];
        enum audit_writer writer = audit_writer_of(head->chain);
        if (writer == AUDIT_WRITERS)
            return broken(err, head->chain, 1, "没有程序写这样的链");
        struct walk w = { .chain = head->chain,
                          .keys = &keys[writer],
                          .known = find_head(known, head->chain),
                          .err = err };
        rc = walk(db, &w, head);
        count->events += w.seq;
        count->chains++;
    }
    return rc == RC_OK ? check_strays(db, err) : rc;
}

enum rc audit_verify(struct db *db, struct arena *a, const struct keyring keys[AUDIT_WRITERS],
                     const struct audit_heads *known, struct audit_count *count, struct err *err)
{
    *count = (struct audit_count){ .chains = 0 };
    enum rc rc = db_begin(db, DB_READ);
    if (rc == RC_OK)
        rc = verify(db, a, keys, known, count, err);
    db_rollback(db);
    return rc;
}
