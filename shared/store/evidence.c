#include "store/evidence.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { LIST_MAX = 64 * 1024, OP_ID = 16, COLUMNS = 10, MANIFESTS_MAX = 1000 };

DB_STMT(evidence_stmt_add, "biibitTddi", "",
        "INSERT INTO evidence (op_id, section_id, check_result_id, sha256, size, media_type,"
        " taken_at, lon, lat, device_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(evidence_stmt_ids, "t", "i",
        "SELECT e.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) AS wanted"
        " STRAIGHT_JOIN evidence AS e FORCE INDEX (op_id) ON e.op_id = UNHEX(wanted.id)");

DB_STMT(evidence_stmt_by_content, "bi", "i",
        "SELECT id FROM evidence WHERE sha256 = ? ORDER BY id LIMIT ?");

DB_STMT(evidence_stmt_blob, "b", "i", "SELECT size FROM evidence_blob WHERE sha256 = ?");

DB_STMT(evidence_stmt_blob_add, "biT", "",
        "INSERT INTO evidence_blob (sha256, size, stored_at) VALUES (?, ?, ?)"
        " ON DUPLICATE KEY UPDATE size = size");

DB_STMT(evidence_stmt_open, "iT", "i",
        "SELECT COUNT(*) FROM evidence_upload"
        " WHERE device_id = ? AND received < size AND expires_at > ?");

DB_STMT(evidence_stmt_create, "bibiiT", "",
        "INSERT INTO evidence_upload (id, device_id, sha256, size, received, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)");

DB_STMT(evidence_stmt_read, "bi", "bibiiT",
        "SELECT id, device_id, sha256, size, received, expires_at FROM evidence_upload"
        " WHERE id = ? AND device_id = ?");

DB_STMT(evidence_stmt_lock, "bi", "bibiiT",
        "SELECT id, device_id, sha256, size, received, expires_at FROM evidence_upload"
        " WHERE id = ? AND device_id = ? FOR UPDATE");

DB_STMT(evidence_stmt_received, "ib", "", "UPDATE evidence_upload SET received = ? WHERE id = ?");

DB_STMT(evidence_stmt_delete, "b", "", "DELETE FROM evidence_upload WHERE id = ?");

DB_STMT(evidence_stmt_expired, "Ti", "bibiiT",
        "SELECT id, device_id, sha256, size, received, expires_at FROM evidence_upload"
        " WHERE expires_at <= ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED");

/* ---- Manifests --------------------------------------------------------------------------------- */

static enum rc read_ids(struct db_query *q, int64_t *ids, size_t room, size_t *n)
{
    enum rc rc = RC_OK;
    *n = 0;
    while (*n < room && (rc = db_next(&q)) == RC_OK)
        ids[(*n)++] = db_col_int(q, 0);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc evidence_add(struct db *db, struct arena *a, int64_t device_id,
                     const struct evidence *manifests, size_t n, int64_t **ids, size_t *id_count)
{
    struct buf list;
    struct db_val *values = arena_array(a, n, COLUMNS * sizeof *values);
    buf_init(&list, a, LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct evidence *m = &manifests[i];
        struct db_val *v = &values[i * COLUMNS];
        char hex[2 * OP_ID + 1];
        hex_encode(hex, m->op_id, OP_ID);
        buf_printf(&list, "%c\"%s\"", i ? ',' : '[', hex);
        v[0] = db_bytes(m->op_id, OP_ID);
        v[1] = db_int(m->section_id);
        v[2] = m->check_result_id ? db_int(m->check_result_id) : db_null('i');
        v[3] = db_bytes(m->sha256, DIGEST_SIZE);
        v[4] = db_int(m->size);
        v[5] = db_text(m->media_type);
        v[6] = db_instant(m->taken_at);
        v[7] = m->placed ? db_real(m->lon) : db_null('d');
        v[8] = m->placed ? db_real(m->lat) : db_null('d');
        v[9] = db_int(device_id);
    }
    buf_putc(&list, ']');
    *ids = arena_array(a, n, sizeof **ids);
    *id_count = 0;
    struct db_query *q;
    enum rc rc = db_bulk(db, &evidence_stmt_add, values, n);
    if (rc == RC_OK)
        rc = db_query(db, &evidence_stmt_ids, DB_ARGS(db_text(list.p)), &q);
    return rc == RC_OK ? read_ids(q, *ids, n, id_count) : rc;
}

enum rc evidence_by_content(struct db *db, struct arena *a, const uint8_t sha256[DIGEST_SIZE],
                            int64_t **ids, size_t *n)
{
    struct db_query *q;
    *ids = arena_array(a, MANIFESTS_MAX, sizeof **ids);
    *n = 0;
    enum rc rc = db_query(db, &evidence_stmt_by_content,
                          DB_ARGS(db_bytes(sha256, DIGEST_SIZE), db_int(MANIFESTS_MAX)), &q);
    return rc == RC_OK ? read_ids(q, *ids, MANIFESTS_MAX, n) : rc;
}

/* ---- Blobs ------------------------------------------------------------------------------------- */

enum rc evidence_blob_size(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t *size)
{
    return db_one_int(db, &evidence_stmt_blob, DB_ARGS(db_bytes(sha256, DIGEST_SIZE)), size);
}

enum rc evidence_blob_add(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t size,
                          int64_t now)
{
    return db_exec(db, &evidence_stmt_blob_add,
                   DB_ARGS(db_bytes(sha256, DIGEST_SIZE), db_int(size), db_instant(now)));
}

/* ---- Uploads ----------------------------------------------------------------------------------- */

enum rc evidence_upload_open(struct db *db, int64_t device_id, int64_t now, int64_t *count)
{
    return db_one_int(db, &evidence_stmt_open, DB_ARGS(db_int(device_id), db_instant(now)), count);
}

enum rc evidence_upload_create(struct db *db, const struct evidence_upload *upload)
{
    return db_exec(db, &evidence_stmt_create,
                   DB_ARGS(db_bytes(upload->id, EVIDENCE_UPLOAD_ID), db_int(upload->device_id),
                           db_bytes(upload->sha256, DIGEST_SIZE), db_int(upload->size),
                           db_int(upload->received), db_instant(upload->expires_at)));
}

static void read_upload(const struct db_query *q, void *data)
{
    struct evidence_upload *upload = data;
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
}

enum rc evidence_upload_read(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID], int64_t device_id,
                             bool for_write, struct evidence_upload *out)
{
    return db_one(db, for_write ? &evidence_stmt_lock : &evidence_stmt_read,
                  DB_ARGS(db_bytes(id, EVIDENCE_UPLOAD_ID), db_int(device_id)), read_upload, out);
}

enum rc evidence_upload_received(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID],
                                 int64_t received)
{
    return db_exec(db, &evidence_stmt_received,
                   DB_ARGS(db_int(received), db_bytes(id, EVIDENCE_UPLOAD_ID)));
}

enum rc evidence_upload_delete(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID])
{
    return db_exec(db, &evidence_stmt_delete, DB_ARGS(db_bytes(id, EVIDENCE_UPLOAD_ID)));
}

enum rc evidence_upload_expired(struct db *db, struct arena *a, int64_t now, int64_t limit,
                                struct evidence_upload **uploads, size_t *n)
{
    struct db_query *q;
    *uploads = arena_array(a, (size_t)limit, sizeof **uploads);
    *n = 0;
    enum rc rc = db_query(db, &evidence_stmt_expired, DB_ARGS(db_instant(now), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)limit)
        read_upload(q, &(*uploads)[(*n)++]);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}
