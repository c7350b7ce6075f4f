#include "store/publish/outbox.h"

#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/publish/delivery_difference.h"
#include "sys/jsonw.h"

enum {
    TARGETS_MAX = 100,
    STATES_MAX = 8,
    REASON_MAX = 200, /* code points of the column */
    COMPARE_EVERY_MS = 24 * 3600 * 1000,
};

DB_STMT(outbox_insert, "itttjTi", "",
        "INSERT INTO outbox (publication_id, department_id, version, target, action, message_id,"
        " body, state, next_at) SELECT p.id, p.department_id, ?, ?, ?, ?, ?, 'ready', ?"
        " FROM publication p WHERE p.id = ?");

/* A message that a pusher leases at this moment is uncertain, and stays. What was refused waits
   for nobody any more. */
DB_STMT(outbox_withdraw_update, "ii", "",
        "UPDATE outbox SET state = 'withdrawn' WHERE publication_id = ? AND version = ?"
        " AND action = 'publish' AND state IN ('ready', 'rejected')");

#define COL(member, ...) ROW_COL(struct told, member, __VA_ARGS__)
struct told {
    const char *target;
    const char *message_id;
};
static const struct row_set told_rows =
    ROW_SET(struct told, COL(target, "target"), COL(message_id, "message_id"));
#undef COL

DB_ROWS(outbox_told_select, "iii", &told_rows,
        " FROM outbox WHERE publication_id = ? AND version = ? AND action = 'publish'"
        " ORDER BY target LIMIT ?");

#define TAKEN_BACK                                                                                 \
    "action = 'publish' AND EXISTS (SELECT 1 FROM outbox r WHERE r.publication_id ="               \
    " outbox.publication_id AND r.target = outbox.target AND r.version = outbox.version"           \
    " AND r.action = 'retract') AS retracted"

#define COL(member, ...) ROW_COL(struct outbox_message, member, __VA_ARGS__)
static const struct row_set message_rows =
    ROW_SET(struct outbox_message, COL(id, "id"), COL(message_id, "message_id"), COL(body, "body"),
            COL(retracts, "action = 'retract' AS retracts"), COL(retracted, TAKEN_BACK),
            COL(uncertain, "state = 'uncertain' AS uncertain"), COL(attempts, "attempts"));
#undef COL

DB_ROWS(outbox_due_select, "ttTi", &message_rows,
        " FROM outbox WHERE target = ? AND state = ? AND next_at <= ?"
        " AND (action = 'publish' OR NOT EXISTS (SELECT 1 FROM outbox b WHERE b.publication_id ="
        " outbox.publication_id AND b.target = outbox.target AND b.version = outbox.version"
        " AND b.action = 'publish'"
        " AND b.state IN ('ready', 'uncertain'))) ORDER BY next_at LIMIT ?");

DB_STMT_ALONE(outbox_lease_update, "TTiti", "",
              "UPDATE outbox SET state = 'uncertain', lease_until = ?, next_at = ?,"
              " attempts = attempts + 1 WHERE id = ? AND state = ? AND attempts = ?");

DB_STMT(outbox_accepted_update, "tTTi", "",
        "UPDATE outbox SET state = 'accepted', receipt = ?, accepted_at = ?, compare_at = ?,"
        " lease_until = NULL, last_error = NULL WHERE id = ? AND state <> 'accepted'");

#define COL(member, ...) ROW_COL(struct outbox_message, member, __VA_ARGS__)
static const struct row_set compare_rows =
    ROW_SET(struct outbox_message, COL(id, "id"), COL(message_id, "message_id"),
            COL(compares, "state = 'accepted' AS compares"), COL(attempts, "attempts"),
            COL(retracted, TAKEN_BACK), COL(receipt, "receipt", .nullable = true),
            COL(difference, "difference", .nullable = true),
            COL(accepted_at, "accepted_at", .instant = true, .nullable = true),
            COL(compare_at, "compare_at", .instant = true, .nullable = true));
#undef COL

DB_ROWS(outbox_compare_select, "tTi", &compare_rows,
        " FROM outbox WHERE target = ? AND compare_at <= ? AND state = 'accepted'"
        " ORDER BY compare_at LIMIT ?");

DB_STMT_ALONE(outbox_compare_lease_update, "TiT", "",
              "UPDATE outbox SET compare_at = ? WHERE id = ? AND compare_at = ?"
              " AND state = 'accepted'");

/* The instant of a difference is that when it was found first: set before the difference is. */
DB_STMT(outbox_compared_update, "TTtTttit", "",
        "UPDATE outbox SET compared_at = ?, compare_at = ?, difference_at = IF(difference <=> ?,"
        " difference_at, ?), difference = ?, shown = ? WHERE id = ? AND state = 'accepted'"
        " AND receipt = ?");

DB_STMT(outbox_withdrawn_update, "ii", "",
        "UPDATE outbox SET state = 'withdrawn', lease_until = NULL, last_error = NULL"
        " WHERE id = ? AND attempts = ? AND state = 'uncertain'");

DB_STMT(outbox_rejected_update, "tii", "",
        "UPDATE outbox SET state = 'rejected', lease_until = NULL, last_error = ?"
        " WHERE id = ? AND attempts = ? AND state = 'uncertain'");

DB_STMT_ALONE(outbox_later_update, "tTtii", "",
              "UPDATE outbox SET state = ?, next_at = ?, lease_until = NULL, last_error = ?"
              " WHERE id = ? AND attempts = ? AND state = 'uncertain'");

#define COL(member, ...) ROW_COL(struct outbox_count, member, __VA_ARGS__)
static const struct row_set count_rows =
    ROW_SET(struct outbox_count, COL(state, "o.state"), COL(count, "COUNT(*) AS count"),
            COL(oldest, "MIN(p.published_at) AS oldest", .instant = true, .nullable = true));
#undef COL

DB_ROWS(outbox_count_select, "i", &count_rows,
        " FROM outbox o JOIN publication p ON p.id = o.publication_id GROUP BY o.state"
        " ORDER BY o.state LIMIT ?");

#define COL(member, ...) ROW_COL(struct outbox_fault, member, __VA_ARGS__)
const struct row_set outbox_fault_rows =
    ROW_SET(struct outbox_fault, COL(message_id, "message_id"), COL(state, "state"),
            COL(attempts, "attempts"), COL(error, "last_error AS error", .nullable = true));
#undef COL

DB_ROWS(outbox_fault_select, "i", &outbox_fault_rows,
        " FROM outbox WHERE state <> 'accepted' AND last_error IS NOT NULL"
        " ORDER BY state = 'rejected' DESC, attempts DESC, id LIMIT ?");

/* A UUID of version 8 (RFC 9562): the first bits of a digest. */
void outbox_message_id(const char *target, const struct outbox_subject *subject,
                       char out[OUTBOX_MESSAGE_ID])
{
    static const size_t groups[] = { 4, 2, 2, 2, 6 };
    uint8_t b[DIGEST_SIZE];
    char version[INT_TEXT];
    const char *const parts[] = { "liancha-message/2", target,
                                  subject->action,     subject->visit,
                                  subject->department, subject->kind,
                                  subject->decision,   version };
    (void)int_format(version, subject->version);
    struct digest *digest = digest_new(DIGEST_SHA256);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        digest_update(digest, parts[i], strlen(parts[i]) + 1);
    digest_final(digest, b);
    digest_free(digest);
    b[6] = (uint8_t)((b[6] & 0x0F) | 0x80);
    b[8] = (uint8_t)((b[8] & 0x3F) | 0x80);
    const uint8_t *from = b;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; from += groups[i++]) {
        hex_encode(out, from, groups[i]);
        out += 2 * groups[i];
        *out++ = '-';
    }
    out[-1] = '\0';
}

enum rc outbox_add(struct db *db, int64_t publication_id, int64_t version, const char *target,
                   const char *message_id, const char *body, int64_t now)
{
    return db_exec(db, &outbox_insert,
                   DB_ARGS(db_int(version), db_text(target), db_text("publish"),
                           db_text(message_id), db_json(body), db_instant(now),
                           db_int(publication_id)));
}

static enum rc take_back(struct db *db, struct arena *a, int64_t publication_id,
                         const struct told *told, struct outbox_subject subject, const char *reason,
                         int64_t now)
{
    enum { BODY_MAX = 4096 };
    char message_id[OUTBOX_MESSAGE_ID];
    struct buf body;
    struct jsonw w;
    subject.action = "retract";
    outbox_message_id(told->target, &subject, message_id);
    buf_init(&body, a, BODY_MAX);
    jw_init(&w, &body);
    jw_object(&w, NULL);
    jw_text(&w, "messageId", told->message_id);
    jw_text(&w, "reason", reason);
    jw_date(&w, "retractedOn", date_at(now));
    jw_end(&w);
    return db_exec(db, &outbox_insert,
                   DB_ARGS(db_int(subject.version), db_text(told->target), db_text("retract"),
                           db_text(message_id), db_json(body.p), db_instant(now),
                           db_int(publication_id)));
}

enum rc outbox_retract(struct db *db, struct arena *a, int64_t publication_id,
                       const struct outbox_subject *subject, const char *reason, int64_t now)
{
    struct row_page page = { .n = 0 };
    enum rc rc = db_exec(db, &outbox_withdraw_update,
                         DB_ARGS(db_int(publication_id), db_int(subject->version)));
    if (rc == RC_OK)
        rc = delivery_difference_withdraw(db, publication_id, subject->version, now);
    if (rc == RC_OK)
        rc = db_rows(db, a, &outbox_told_select,
                     DB_ARGS(db_int(publication_id), db_int(subject->version)), TARGETS_MAX, &page);
    const struct told *told = page.v;
    for (size_t i = 0; rc == RC_OK && i < page.n; i++)
        rc = take_back(db, a, publication_id, &told[i], *subject, reason, now);
    return rc;
}

enum rc outbox_due(struct db *db, struct arena *a, const char *target, int64_t now, int64_t limit,
                   struct outbox_message **messages, size_t *n)
{
    static const char *const states[] = { "uncertain", "ready" };
    enum rc rc = RC_OK;
    *n = 0;
    *messages = arena_array(a, (size_t)limit, sizeof **messages);
    for (size_t i = 0; rc == RC_OK && i < 2 && *n < (size_t)limit; i++) {
        struct row_page page;
        rc = db_page(db, a, &outbox_due_select,
                     DB_ARGS(db_text(target), db_text(states[i]), db_instant(now)),
                     limit - (int64_t)*n, &page);
        if (rc == RC_OK && page.n)
            memcpy(*messages + *n, page.v, page.n * sizeof **messages);
        *n += page.n;
    }
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

enum rc outbox_compare_due(struct db *db, struct arena *a, const char *target, int64_t now,
                           int64_t limit, struct outbox_message **messages, size_t *n)
{
    struct row_page page;
    enum rc rc = db_page(db, a, &outbox_compare_select, DB_ARGS(db_text(target), db_instant(now)),
                         limit, &page);
    *messages = page.v;
    *n = rc == RC_OK ? page.n : 0;
    return rc;
}

enum rc outbox_compare_lease(struct db *db, const struct outbox_message *m, int64_t until)
{
    enum rc rc = db_exec(db, &outbox_compare_lease_update,
                         DB_ARGS(db_instant(until), db_int(m->id), db_instant(m->compare_at)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_CONFLICT : rc;
}

static enum rc changed_one(const struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_DONE : rc;
}

enum rc outbox_accepted(struct db *db, const struct outbox_message *m, const char *receipt,
                        int64_t now)
{
    return changed_one(db, db_exec(db, &outbox_accepted_update,
                                   DB_ARGS(db_text(receipt), db_instant(now),
                                           db_instant(now + COMPARE_EVERY_MS), db_int(m->id))));
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

enum rc outbox_withdrawn(struct db *db, const struct outbox_message *m)
{
    return changed_one(
        db, db_exec(db, &outbox_withdrawn_update, DB_ARGS(db_int(m->id), db_int(m->attempts))));
}

enum rc outbox_rejected(struct db *db, const struct outbox_message *m, const char *reason,
                        int64_t now)
{
    char text[REASON_MAX * 4 + 1];
    enum rc rc = changed_one(
        db, db_exec(db, &outbox_rejected_update,
                    DB_ARGS(db_text(cut(text, reason)), db_int(m->id), db_int(m->attempts))));
    return rc == RC_OK ? delivery_difference_found(db, m->id, "rejected", text, now) : rc;
}

enum rc outbox_later(struct db *db, const struct outbox_message *m, bool uncertain, int64_t next_at,
                     const char *reason)
{
    char text[REASON_MAX * 4 + 1];
    return changed_one(
        db, db_exec(db, &outbox_later_update,
                    DB_ARGS(db_text(uncertain ? "uncertain" : "ready"), db_instant(next_at),
                            db_text(reason ? cut(text, reason) : NULL), db_int(m->id),
                            db_int(m->attempts))));
}

enum rc outbox_compared(struct db *db, const struct outbox_message *m, const char *difference,
                        const char *shown, bool again, int64_t now)
{
    return changed_one(
        db,
        db_exec(db, &outbox_compared_update,
                DB_ARGS(db_instant(now), again ? db_instant(now + COMPARE_EVERY_MS) : db_null('T'),
                        db_text(difference), difference ? db_instant(now) : db_null('T'),
                        db_text(difference), db_text(shown), db_int(m->id), db_text(m->receipt))));
}

enum rc outbox_counts(struct db *db, struct arena *a, struct row_page *counts)
{
    return db_rows(db, a, &outbox_count_select, DB_NONE, STATES_MAX, counts);
}

enum rc outbox_faults(struct db *db, struct arena *a, int64_t limit, struct row_page *faults)
{
    return db_page(db, a, &outbox_fault_select, DB_NONE, limit, faults);
}
