/* Uploads in progress. */
#include "store/evidence/evidence.h"

#include <string.h>

DB_STMT(evidence_upload_stmt_open, "iT", "i",
        "SELECT COUNT(*) FROM evidence_upload"
        " WHERE device_id = ? AND received < size AND expires_at > ?");

DB_STMT(evidence_upload_stmt_create, "bibiiTt", "",
        "INSERT INTO evidence_upload (id, device_id, sha256, size, received, expires_at, metadata)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)");

#define UPLOAD_TYPES "bibiiTt"
#define UPLOAD                                                                                     \
    "SELECT id, device_id, sha256, size, received, expires_at, metadata FROM evidence_upload"

DB_STMT(evidence_upload_stmt_read, "bi", UPLOAD_TYPES, UPLOAD " WHERE id = ? AND device_id = ?");

/* What was begun of the same content. */
DB_STMT(evidence_upload_stmt_begun, "ibiT", UPLOAD_TYPES,
        UPLOAD " WHERE device_id = ? AND sha256 = ? AND size = ? AND received < size"
               " AND expires_at > ? ORDER BY received DESC, expires_at DESC LIMIT 1");

DB_STMT(evidence_upload_stmt_renew, "Ttb", "",
        "UPDATE evidence_upload SET expires_at = ?, metadata = ? WHERE id = ?");

DB_STMT(evidence_upload_stmt_oldest, "iT", UPLOAD_TYPES,
        UPLOAD " WHERE device_id = ? AND received < size AND expires_at > ?"
               " ORDER BY received > 0, expires_at LIMIT 1 FOR UPDATE SKIP LOCKED");

DB_STMT(evidence_upload_stmt_load, "iT", "ii",
        "SELECT CAST(COALESCE(SUM(u.size), 0) AS SIGNED), CAST(COALESCE(SUM(NOT EXISTS"
        " (SELECT 1 FROM evidence AS e WHERE e.sha256 = u.sha256)), 0) AS SIGNED)"
        " FROM evidence_upload AS u FORCE INDEX (evidence_upload_device)"
        " WHERE u.device_id = ? AND u.expires_at > ?");

DB_STMT(evidence_upload_stmt_lock, "bi", UPLOAD_TYPES,
        UPLOAD " WHERE id = ? AND device_id = ? FOR UPDATE");

DB_STMT(evidence_upload_stmt_exists, "b", "i", "SELECT COUNT(*) FROM evidence_upload WHERE id = ?");

DB_STMT(evidence_upload_stmt_received, "ib", "",
        "UPDATE evidence_upload SET received = ? WHERE id = ?");

DB_STMT(evidence_upload_stmt_expire, "Tb", "",
        "UPDATE evidence_upload SET expires_at = ? WHERE id = ?");

DB_STMT(evidence_upload_stmt_delete, "b", "", "DELETE FROM evidence_upload WHERE id = ?");

DB_STMT(evidence_upload_stmt_expired, "Ti", UPLOAD_TYPES,
        UPLOAD " WHERE expires_at <= ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED");

enum rc evidence_upload_open(struct db *db, int64_t device_id, int64_t now, int64_t *count)
{
    return db_one_int(db, &evidence_upload_stmt_open, DB_ARGS(db_int(device_id), db_instant(now)),
                      count);
}

enum rc evidence_upload_create(struct db *db, const struct evidence_upload *upload)
{
    return db_exec(db, &evidence_upload_stmt_create,
                   DB_ARGS(db_bytes(upload->id, EVIDENCE_UPLOAD_ID), db_int(upload->device_id),
                           db_bytes(upload->sha256, DIGEST_SIZE), db_int(upload->size),
                           db_int(upload->received), db_instant(upload->expires_at),
                           db_text(upload->metadata)));
}

struct upload_row {
    struct arena *arena;
    struct evidence_upload *upload;
};

static void read_upload(const struct db_query *q, void *data)
{
    const struct upload_row *row = data;
    struct evidence_upload *upload = row->upload;
    size_t n;
    const void *id = db_col_bytes(q, 0, &n);
    if (n == EVIDENCE_UPLOAD_ID)
        memcpy(upload->id, id, n);
    const void *sha256 = db_col_bytes(q, 2, &n);
    if (n == DIGEST_SIZE)
        memcpy(upload->sha256, sha256, n);
    upload->device_id = db_col_int(q, 1);
    upload->size = db_col_int(q, 3);
    upload->received = db_col_int(q, 4);
    upload->expires_at = db_col_int(q, 5);
    upload->metadata = db_col_dup(q, 6, row->arena);
}

enum rc evidence_upload_read(struct db *db, struct arena *a, const uint8_t id[EVIDENCE_UPLOAD_ID],
                             int64_t device_id, bool for_write, struct evidence_upload *out)
{
    struct upload_row row = { .arena = a, .upload = out };
    return db_one(db, for_write ? &evidence_upload_stmt_lock : &evidence_upload_stmt_read,
                  DB_ARGS(db_bytes(id, EVIDENCE_UPLOAD_ID), db_int(device_id)), read_upload, &row);
}

enum rc evidence_upload_begun(struct db *db, struct arena *a, int64_t device_id,
                              const uint8_t sha256[DIGEST_SIZE], int64_t size, int64_t now,
                              struct evidence_upload *out)
{
    struct upload_row row = { .arena = a, .upload = out };
    return db_one(
        db, &evidence_upload_stmt_begun,
        DB_ARGS(db_int(device_id), db_bytes(sha256, DIGEST_SIZE), db_int(size), db_instant(now)),
        read_upload, &row);
}

enum rc evidence_upload_renew(struct db *db, const struct evidence_upload *upload)
{
    return db_exec(db, &evidence_upload_stmt_renew,
                   DB_ARGS(db_instant(upload->expires_at), db_text(upload->metadata),
                           db_bytes(upload->id, EVIDENCE_UPLOAD_ID)));
}

enum rc evidence_upload_oldest(struct db *db, struct arena *a, int64_t device_id, int64_t now,
                               struct evidence_upload *out)
{
    struct upload_row row = { .arena = a, .upload = out };
    return db_one(db, &evidence_upload_stmt_oldest, DB_ARGS(db_int(device_id), db_instant(now)),
                  read_upload, &row);
}

static void read_load(const struct db_query *q, void *data)
{
    *(struct evidence_load *)data =
        (struct evidence_load){ .bytes = db_col_int(q, 0), .undeclared = db_col_int(q, 1) };
}

enum rc evidence_upload_load(struct db *db, int64_t device_id, int64_t now,
                             struct evidence_load *out)
{
    return db_one(db, &evidence_upload_stmt_load, DB_ARGS(db_int(device_id), db_instant(now)),
                  read_load, out);
}

enum rc evidence_upload_exists(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID], bool *exists)
{
    int64_t n = 0;
    enum rc rc =
        db_one_int(db, &evidence_upload_stmt_exists, DB_ARGS(db_bytes(id, EVIDENCE_UPLOAD_ID)), &n);
    *exists = n != 0;
    return rc;
}

enum rc evidence_upload_received(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID],
                                 int64_t received)
{
    return db_exec(db, &evidence_upload_stmt_received,
                   DB_ARGS(db_int(received), db_bytes(id, EVIDENCE_UPLOAD_ID)));
}

enum rc evidence_upload_expire(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID], int64_t now)
{
    return db_exec(db, &evidence_upload_stmt_expire,
                   DB_ARGS(db_instant(now), db_bytes(id, EVIDENCE_UPLOAD_ID)));
}

enum rc evidence_upload_delete(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID])
{
    return db_exec(db, &evidence_upload_stmt_delete, DB_ARGS(db_bytes(id, EVIDENCE_UPLOAD_ID)));
}

enum rc evidence_upload_expired(struct db *db, struct arena *a, int64_t now, int64_t limit,
                                struct evidence_upload **uploads, size_t *n)
{
    struct db_query *q;
    *uploads = arena_array(a, (size_t)limit, sizeof **uploads);
    *n = 0;
    enum rc rc =
        db_query(db, &evidence_upload_stmt_expired, DB_ARGS(db_instant(now), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)limit)
        read_upload(q, &(struct upload_row){ .arena = a, .upload = &(*uploads)[(*n)++] });
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}
