#include "store/account/session.h"

#include <string.h>

#include "sys/log.h"

/* So much later an end has to be to be worth a write. */
enum { STEP_MS = 60000 };

DB_STMT(session_insert, "biTTTt", "",
        "INSERT INTO session (token_hash, account_id, created_at, expires_at, ends_at, remote)"
        " VALUES (?, ?, ?, ?, ?, ?)");
DB_STMT(session_select, "bT", "itiitiiTT",
        "SELECT a.id, a.login, a.department_id, a.roles, d.code, a.inspector_id, a.must_change,"
        " s.expires_at, s.ends_at FROM session s"
        " JOIN account a ON a.id = s.account_id JOIN department d ON d.id = a.department_id"
        " WHERE s.token_hash = ? AND s.ends_at > ? AND a.state = 'active'");
DB_STMT_ALONE(session_move, "Tb", "", "UPDATE session SET ends_at = ? WHERE token_hash = ?");
DB_STMT(session_remove, "b", "", "DELETE FROM session WHERE token_hash = ?");
DB_STMT(session_remove_ended, "T", "", "DELETE FROM session WHERE ends_at <= ? LIMIT 1000");
DB_STMT(session_remove_others, "ib", "",
        "DELETE FROM session WHERE account_id = ? AND token_hash <> ?");
DB_STMT(session_list, "i", "b",
        "SELECT token_hash FROM session WHERE account_id = ?"
        " ORDER BY ends_at DESC, created_at DESC FOR UPDATE");

static int64_t end_of(int64_t now, int64_t idle_ms, int64_t expires_at)
{
    return now + idle_ms < expires_at ? now + idle_ms : expires_at;
}

/* The account's row is locked by whoever signs in: nobody adds a session meanwhile. */
static enum rc make_room(struct db *db, int64_t account_id, int64_t max)
{
    struct db_query *q;
    int64_t n = 0;
    enum rc rc = db_query(db, &session_list, DB_ARGS(db_int(account_id)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        size_t size;
        const void *hash = db_col_bytes(q, 0, &size);
        if (++n >= max)
            rc = db_exec(db, &session_remove, DB_ARGS(db_bytes(hash, size)));
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc session_create(struct db *db, const uint8_t hash[DIGEST_SIZE], int64_t account_id,
                       int64_t now, const struct session_rules *rules, const char *remote)
{
    int64_t expires_at = now + rules->session_ms;
    enum rc rc = db_exec(db, &session_remove_ended, DB_ARGS(db_instant(now)));
    if (rc == RC_OK)
        rc = make_room(db, account_id, rules->max);
    if (rc != RC_OK)
        return rc;
    return db_exec(db, &session_insert,
                   DB_ARGS(db_bytes(hash, DIGEST_SIZE), db_int(account_id), db_instant(now),
                           db_instant(expires_at),
                           db_instant(end_of(now, rules->idle_ms, expires_at)), db_text(remote)));
}

struct actor_row {
    struct arena *arena;
    struct actor *out;
};

static void read_actor(const struct db_query *q, void *data)
{
    struct actor_row *row = data;
    *row->out = (struct actor){
        .kind = ACTOR_ACCOUNT,
        .id = db_col_int(q, 0),
        .name = db_col_dup(q, 1, row->arena),
        .department_id = db_col_int(q, 2),
        .roles = (unsigned)db_col_int(q, 3),
        .department = db_col_dup(q, 4, row->arena),
        .inspector_id = db_col_int(q, 5),
        .must_change = db_col_int(q, 6) != 0,
        .expires_at = db_col_int(q, 7),
        .idle_until = db_col_int(q, 8),
    };
}

enum rc session_actor(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE], int64_t now,
                      int64_t idle_ms, struct actor *out)
{
    struct actor_row row = { .arena = a, .out = out };
    enum rc rc = db_one(db, &session_select, DB_ARGS(db_bytes(hash, DIGEST_SIZE), db_instant(now)),
                        read_actor, &row);
    if (rc == RC_NOT_FOUND)
        return RC_UNAUTHENTICATED;
    if (rc != RC_OK)
        return rc;
    memcpy(out->token_hash, hash, DIGEST_SIZE);
    int64_t ends_at = end_of(now, idle_ms, out->expires_at);
    if (ends_at - out->idle_until < STEP_MS)
        return RC_OK;
    /* Where nothing can be written, reading goes on until the session's end as it stands. */
    if (db_exec(db, &session_move, DB_ARGS(db_instant(ends_at), db_bytes(hash, DIGEST_SIZE))) ==
        RC_OK)
        out->idle_until = ends_at;
    else
        log_warn("a session's end could not be moved on");
    return RC_OK;
}

enum rc session_delete(struct db *db, const uint8_t hash[DIGEST_SIZE])
{
    return db_exec(db, &session_remove, DB_ARGS(db_bytes(hash, DIGEST_SIZE)));
}

enum rc session_end_all(struct db *db, int64_t account_id, const uint8_t *but)
{
    static const uint8_t none[DIGEST_SIZE];
    return db_exec(db, &session_remove_others,
                   DB_ARGS(db_int(account_id), db_bytes(but ? but : none, DIGEST_SIZE)));
}
