#include "store/outbox.h"

#include <string.h>

enum { STATES_MAX = 8, REASON_MAX = 200 /* code points of the column */ };

DB_STMT(outbox_insert, "itttT", "",
        "INSERT INTO outbox (publication_id, target, message_id, body, state, next_at)"
        " VALUES (?, ?, ?, ?, 'ready', ?)");

DB_STMT(outbox_due_select, "tTi", "itti",
        "SELECT id, message_id, body, attempts FROM outbox"
        " WHERE target = ? AND state = 'ready' AND next_at <= ? ORDER BY next_at LIMIT ?");

DB_STMT(outbox_uncertain_select, "tTi", "itti",
        "SELECT id, message_id, body, attempts FROM outbox"
        " WHERE target = ? AND state = 'uncertain' AND next_at <= ? ORDER BY next_at LIMIT ?");

DB_STMT(outbox_lease_update, "TTiti", "",
        "UPDATE outbox SET state = 'uncertain', lease_until = ?, next_at = ?,"
        " attempts = attempts + 1 WHERE id = ? AND state = ? AND attempts = ?");

DB_STMT(outbox_accepted_update, "tTi", "",
        "UPDATE outbox SET state = 'accepted', receipt = ?, accepted_at = ?, lease_until = NULL,"
        " last_error = NULL WHERE id = ? AND state <> 'accepted'");

DB_STMT(outbox_rejected_update, "tii", "",
        "UPDATE outbox SET state = 'rejected', lease_until = NULL, last_error = ?"
        " WHERE id = ? AND attempts = ? AND state = 'uncertain'");

DB_STMT(outbox_later_update, "tTtii", "",
        "UPDATE outbox SET state = ?, next_at = ?, lease_until = NULL, last_error = ?"
        " WHERE id = ? AND attempts = ? AND state = 'uncertain'");

DB_STMT(outbox_count_select, "i", "tiT",
        "SELECT o.state, COUNT(*), MIN(p.published_at) FROM outbox o"
        " JOIN publication p ON p.id = o.publication_id GROUP BY o.state ORDER BY o.state LIMIT ?");

DB_STMT(outbox_fault_select, "i", "ttit",
        "SELECT message_id, state, attempts, last_error FROM outbox"
        " WHERE state <> 'accepted' AND last_error IS NOT NULL"
        " ORDER BY state = 'rejected' DESC, attempts DESC, id LIMIT ?");

enum rc outbox_add(struct db *db, int64_t publication_id, const char *target,
                   const char *message_id, const char *body, int64_t now)
{
    return db_exec(db, &outbox_insert,
                   DB_ARGS(db_int(publication_id), db_text(target), db_text(message_id),
                           db_text(body), db_instant(now)));
}

static enum rc read_due(struct db *db, struct arena *a, const struct db_stmt *s, const char *target,
                        int64_t now, int64_t limit, struct outbox_message *messages, size_t *n)
{
    struct db_query *q;
    enum rc rc =
        db_query(db, s, DB_ARGS(db_text(target), db_instant(now), db_int(limit - (int64_t)*n)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct outbox_message *m = &messages[(*n)++];
        m->id = db_col_int(q, 0);
        m->message_id = db_col_dup(q, 1, a);
        m->body = db_col_dup(q, 2, a);
        m->attempts = db_col_int(q, 3);
        m->uncertain = s == &outbox_uncertain_select;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc outbox_due(struct db *db, struct arena *a, const char *target, int64_t now, int64_t limit,
                   struct outbox_message **messages, size_t *n)
{
    *n = 0;
    *messages = arena_array(a, (size_t)limit, sizeof **messages);
    enum rc rc = read_due(db, a, &outbox_uncertain_select, target, now, limit, *messages, n);
    if (rc == RC_OK && *n < (size_t)limit)
        rc = read_due(db, a, &outbox_due_select, target, now, limit, *messages, n);
    return rc;
}

enum rc outbox_lease(struct db *db, struct outbox_message *m, int64_t until)
{
    enum rc rc =
        db_exec(db, &outbox_lease_update,
                DB_ARGS(db_instant(until), db_instant(until), db_int(m->id),
                        db_text(m->uncertain ? "uncertain" : "ready"), db_int(m->attempts)));
    if (rc != RC_OK)
        return rc;
    if (db_affected(db) != 1)
        return RC_CONFLICT;
    m->attempts++;
    return RC_OK;
}

static enum rc changed_one(const struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_DONE : rc;
}

enum rc outbox_accepted(struct db *db, const struct outbox_message *m, const char *receipt,
                        int64_t now)
{
    return changed_one(db, db_exec(db, &outbox_accepted_update,
                                   DB_ARGS(db_text(receipt), db_instant(now), db_int(m->id))));
}

/* A copy of text of at most REASON_MAX code points, on the stack of the caller. */
static const char *cut(char out[REASON_MAX * 4 + 1], const char *text)
{
    size_t n = 0;
    size_t points = 0;
    for (; n < REASON_MAX * 4 && text[n]; n++)
        if (((unsigned char)text[n] & 0xC0) != 0x80 && points++ == REASON_MAX)
            break;
    memcpy(out, text, n);
    out[n] = '\0';
    return out;
}

enum rc outbox_rejected(struct db *db, const struct outbox_message *m, const char *reason)
{
    char text[REASON_MAX * 4 + 1];
    return changed_one(
        db, db_exec(db, &outbox_rejected_update,
                    DB_ARGS(db_text(cut(text, reason)), db_int(m->id), db_int(m->attempts))));
}

enum rc outbox_later(struct db *db, const struct outbox_message *m, bool uncertain, int64_t next_at,
                     const char *reason)
{
    char text[REASON_MAX * 4 + 1];
    return changed_one(
        db, db_exec(db, &outbox_later_update,
                    DB_ARGS(db_text(uncertain ? "uncertain" : "ready"), db_instant(next_at),
                            db_text(cut(text, reason)), db_int(m->id), db_int(m->attempts))));
}

enum rc outbox_counts(struct db *db, struct arena *a, struct outbox_count **counts, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *counts = arena_array(a, STATES_MAX, sizeof **counts);
    enum rc rc = db_query(db, &outbox_count_select, DB_ARGS(db_int(STATES_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        (*counts)[(*n)++] = (struct outbox_count){ .state = db_col_dup(q, 0, a),
                                                   .count = db_col_int(q, 1),
                                                   .oldest = db_col_int(q, 2) };
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc outbox_faults(struct db *db, struct arena *a, int64_t limit, struct outbox_fault **faults,
                      size_t *n)
{
    struct db_query *q;
    *n = 0;
    *faults = arena_array(a, (size_t)limit, sizeof **faults);
    enum rc rc = db_query(db, &outbox_fault_select, DB_ARGS(db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        (*faults)[(*n)++] = (struct outbox_fault){ .message_id = db_col_dup(q, 0, a),
                                                   .state = db_col_dup(q, 1, a),
                                                   .attempts = db_col_int(q, 2),
                                                   .error = db_col_dup(q, 3, a) };
    return rc == RC_DONE ? RC_OK : rc;
}
