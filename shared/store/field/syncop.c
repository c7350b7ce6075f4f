#include "store/field/syncop.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { LIST_MAX = 1024 * 1024, OP_COLUMNS = 8, AGAIN_COLUMNS = 5, CONFLICT_COLUMNS = 12 };

DB_STMT(syncop_stmt_find, "tti", "biiibtt",
        "SELECT o.op_id, o.device_id, d.inspector_id, o.counter, o.body_hash, o.outcome, o.result"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) AS wanted"
        " STRAIGHT_JOIN sync_op AS o FORCE INDEX (PRIMARY) ON o.op_id = UNHEX(wanted.id)"
        " STRAIGHT_JOIN device AS d ON d.id = o.device_id"
        " UNION ALL"
        " SELECT o.op_id, o.device_id, d.inspector_id, o.counter, o.body_hash, o.outcome, o.result"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (n BIGINT UNSIGNED PATH '$')) AS wanted"
        " STRAIGHT_JOIN sync_op AS o FORCE INDEX (device_counter)"
        " ON o.device_id = ? AND o.counter = wanted.n"
        " STRAIGHT_JOIN device AS d ON d.id = o.device_id");

DB_STMT(syncop_stmt_insert, "biibtjjT", "",
        "INSERT INTO sync_op (op_id, device_id, counter, body_hash, outcome, result, body, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(syncop_stmt_again, "tjjTb", "",
        "UPDATE sync_op SET outcome = ?, result = ?, body = ?, at = ? WHERE op_id = ?");

DB_STMT(
    syncop_stmt_open_conflicts, "t", "iititiii",
    "SELECT k.id, k.section_id, k.entity, k.entity_id, k.field, k.device_id, k.counter, k.version"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted"
    " STRAIGHT_JOIN sync_conflict AS k FORCE INDEX (section) ON k.section_id = wanted.id"
    " AND k.resolved_at IS NULL FOR UPDATE");

DB_STMT(syncop_stmt_add_conflict, "ititttbiiiTT", "",
        "INSERT INTO sync_conflict (section_id, entity, entity_id, field, kept, other, op_id,"
        " device_id, counter, version, at, resolved_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(syncop_stmt_conflict_ids, "t", "i",
        "SELECT k.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) AS wanted"
        " STRAIGHT_JOIN sync_conflict AS k FORCE INDEX (op_field) ON k.op_id = UNHEX(wanted.id)"
        " WHERE k.resolved_at IS NULL");

DB_STMT(syncop_stmt_resolve, "Ti", "", "UPDATE sync_conflict SET resolved_at = ? WHERE id = ?");

/* ---- Lists of keys --------------------------------------------------------------------------- */

static void put_id(struct buf *list, const uint8_t id[SYNCOP_ID])
{
    char hex[2 * SYNCOP_ID + 1];
    hex_encode(hex, id, SYNCOP_ID);
    buf_printf(list, "%c\"%s\"", list->n ? ',' : '[', hex);
}

static void put_number(struct buf *list, int64_t n)
{
    buf_printf(list, "%c%" PRId64, list->n ? ',' : '[', n);
}

/* The list as a JSON array. */
static const char *list_end(struct buf *list)
{
    buf_puts(list, list->n ? "]" : "[]");
    return list->p;
}

/* ---- Ledger ---------------------------------------------------------------------------------- */

static void copy_bytes(const struct db_query *q, unsigned column, uint8_t *out, size_t size)
{
    size_t n;
    const void *p = db_col_bytes(q, column, &n);
    if (n == size)
        memcpy(out, p, n);
}

enum rc syncop_find(struct db *db, struct arena *a, int64_t device_id,
                    const uint8_t (*ids)[SYNCOP_ID], size_t id_count, const int64_t *counters,
                    size_t counter_count, struct syncop **ops, size_t *n)
{
    struct buf id_list;
    struct buf counter_list;
    buf_init(&id_list, a, LIST_MAX);
    buf_init(&counter_list, a, LIST_MAX);
    for (size_t i = 0; i < id_count; i++)
        put_id(&id_list, ids[i]);
    for (size_t i = 0; i < counter_count; i++)
        put_number(&counter_list, counters[i]);
    *ops = arena_array(a, id_count + counter_count, sizeof **ops);
    *n = 0;
    struct db_query *q;
    enum rc rc = db_query(
        db, &syncop_stmt_find,
        DB_ARGS(db_text(list_end(&id_list)), db_text(list_end(&counter_list)), db_int(device_id)),
        &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < id_count + counter_count) {
        struct syncop *op = &(*ops)[(*n)++];
        copy_bytes(q, 0, op->id, sizeof op->id);
        op->device_id = db_col_int(q, 1);
        op->inspector_id = db_col_int(q, 2);
        op->counter = db_col_int(q, 3);
        copy_bytes(q, 4, op->body_hash, sizeof op->body_hash);
        op->outcome = db_col_dup(q, 5, a);
        op->result = db_col_dup(q, 6, a);
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc syncop_store(struct db *db, struct arena *a, const struct syncop *ops, size_t n,
                     int64_t now)
{
    struct db_val *fresh = arena_array(a, n, OP_COLUMNS * sizeof *fresh);
    struct db_val *again = arena_array(a, n, AGAIN_COLUMNS * sizeof *again);
    size_t fresh_rows = 0;
    size_t again_rows = 0;
    for (size_t i = 0; i < n; i++) {
        const struct syncop *op = &ops[i];
        if (op->again) {
            struct db_val *v = &again[again_rows++ * AGAIN_COLUMNS];
            v[0] = db_text(op->outcome);
            v[1] = db_json(op->result);
            v[2] = db_json(op->body);
            v[3] = db_instant(now);
            v[4] = db_bytes(op->id, SYNCOP_ID);
            continue;
        }
        struct db_val *v = &fresh[fresh_rows++ * OP_COLUMNS];
        v[0] = db_bytes(op->id, SYNCOP_ID);
        v[1] = db_int(op->device_id);
        v[2] = db_int(op->counter);
        v[3] = db_bytes(op->body_hash, DIGEST_SIZE);
        v[4] = db_text(op->outcome);
        v[5] = db_json(op->result);
        v[6] = db_json(op->body);
        v[7] = db_instant(now);
    }
    enum rc rc = RC_OK;
    if (fresh_rows)
        rc = db_bulk(db, &syncop_stmt_insert, fresh, fresh_rows);
    if (rc == RC_CONFLICT)
        return RC_RETRY;
    if (rc == RC_OK && again_rows)
        rc = db_bulk(db, &syncop_stmt_again, again, again_rows);
    return rc;
}

/* ---- Conflicts ------------------------------------------------------------------------------- */

enum rc syncop_open_conflicts(struct db *db, struct arena *a, const int64_t *section_ids,
                              size_t section_count, struct syncop_conflict **conflicts, size_t *n)
{
    size_t room = 16;
    struct buf list;
    buf_init(&list, a, LIST_MAX);
    for (size_t i = 0; i < section_count; i++)
        put_number(&list, section_ids[i]);
    *conflicts = arena_array(a, room, sizeof **conflicts);
    *n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &syncop_stmt_open_conflicts, DB_ARGS(db_text(list_end(&list))), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (*n == room) {
            struct syncop_conflict *wider = arena_array(a, room * 2, sizeof *wider);
            memcpy(wider, *conflicts, room * sizeof *wider);
            *conflicts = wider;
            room *= 2;
        }
        (*conflicts)[(*n)++] = (struct syncop_conflict){ .id = db_col_int(q, 0),
                                                         .section_id = db_col_int(q, 1),
                                                         .entity = db_col_dup(q, 2, a),
                                                         .entity_id = db_col_int(q, 3),
                                                         .field = db_col_dup(q, 4, a),
                                                         .device_id = db_col_int(q, 5),
                                                         .counter = db_col_int(q, 6),
                                                         .version = db_col_int(q, 7) };
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc syncop_add_conflicts(struct db *db, struct arena *a, int64_t now,
                             const struct syncop_conflict *conflicts, size_t n, int64_t **ids,
                             size_t *id_count)
{
    struct buf list;
    struct db_val *values = arena_array(a, n, CONFLICT_COLUMNS * sizeof *values);
    buf_init(&list, a, LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        struct db_val *v = &values[i * CONFLICT_COLUMNS];
        v[0] = db_int(conflicts[i].section_id);
        v[1] = db_text(conflicts[i].entity);
        v[2] = db_int(conflicts[i].entity_id);
        v[3] = db_text(conflicts[i].field);
        v[4] = db_text(conflicts[i].kept);
        v[5] = db_text(conflicts[i].other);
        v[6] = db_bytes(conflicts[i].op_id, SYNCOP_ID);
        v[7] = db_int(conflicts[i].device_id);
        v[8] = db_int(conflicts[i].counter);
        v[9] = db_int(conflicts[i].version);
        v[10] = db_instant(now);
        v[11] = conflicts[i].resolved ? db_instant(now) : db_null('T');
        if (i == 0 || memcmp(conflicts[i].op_id, conflicts[i - 1].op_id, SYNCOP_ID) != 0)
            put_id(&list, conflicts[i].op_id);
    }
    *ids = arena_array(a, n, sizeof **ids);
    *id_count = 0;
    enum rc rc = db_bulk(db, &syncop_stmt_add_conflict, values, n);
    if (rc != RC_OK)
        return rc;
    struct db_query *q;
    rc = db_query(db, &syncop_stmt_conflict_ids, DB_ARGS(db_text(list_end(&list))), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *id_count < n)
        (*ids)[(*id_count)++] = db_col_int(q, 0);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc syncop_resolve_conflicts(struct db *db, struct arena *a, int64_t now, const int64_t *ids,
                                 size_t n)
{
    struct db_val *values = arena_array(a, n, 2 * sizeof *values);
    for (size_t i = 0; i < n; i++) {
        values[2 * i] = db_instant(now);
        values[2 * i + 1] = db_int(ids[i]);
    }
    return db_bulk(db, &syncop_stmt_resolve, values, n);
}
