#include "store/held.h"

#include <string.h>

enum { COLUMNS = 10 };

const char *const held_kind_names[] = { "sealed",   "reassigned", "deleted",
                                        "rejected", "deferred",   NULL };
const char *const held_state_names[] = { "open", "accepted", "refused", "settled", NULL };

DB_STMT(held_stmt_store, "bttiiititT", "",
        "INSERT INTO held_op (op_id, kind, state, department_id, device_id, section_id, entity,"
        " entity_id, fields, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE kind = VALUES(kind), state = VALUES(state),"
        " department_id = VALUES(department_id), section_id = VALUES(section_id),"
        " entity = VALUES(entity), entity_id = VALUES(entity_id), fields = VALUES(fields),"
        " at = VALUES(at), decided_by = NULL, decided_at = NULL, reason = NULL");

#define READ_COLUMNS                                                                               \
    "SELECT h.id, h.op_id, h.kind, h.state, h.department_id, h.device_id, h.section_id, h.entity," \
    " h.entity_id, h.fields, h.at, h.reason, d.inspector_id, i.card_no, o.body, o.result"
#define READ_JOINS                                                                                 \
    " STRAIGHT_JOIN device AS d ON d.id = h.device_id"                                             \
    " STRAIGHT_JOIN inspector AS i ON i.id = d.inspector_id"                                       \
    " STRAIGHT_JOIN sync_op AS o FORCE INDEX (PRIMARY) ON o.op_id = h.op_id"

DB_STMT(held_stmt_list, "itii", "ibttiiititTtittt",
        READ_COLUMNS " FROM held_op AS h FORCE INDEX (desk)" READ_JOINS
                     " WHERE h.department_id = ? AND h.state = ? AND h.id > ?"
                     " ORDER BY h.id LIMIT ?");

DB_STMT(held_stmt_lock_one, "i", "i", "SELECT id FROM held_op WHERE id = ? FOR UPDATE");

DB_STMT(held_stmt_one, "i", "ibttiiititTtittt",
        READ_COLUMNS " FROM held_op AS h FORCE INDEX (PRIMARY)" READ_JOINS " WHERE h.id = ?");

DB_STMT(held_stmt_decide, "tiTti", "",
        "UPDATE held_op SET state = ?, decided_by = ?, decided_at = ?, reason = ?"
        " WHERE id = ? AND state = 'open'");

DB_STMT(held_stmt_waiting, "i", "i",
        "SELECT COUNT(*) FROM held_op FORCE INDEX (section)"
        " WHERE section_id = ? AND state = 'open'");

static struct db_val id_value(int64_t id)
{
    return id ? db_int(id) : db_null('i');
}

enum rc held_store(struct db *db, struct arena *a, const struct held *held, size_t n, int64_t now)
{
    struct db_val *values = arena_array(a, n, COLUMNS * sizeof *values);
    for (size_t i = 0; i < n; i++) {
        struct db_val *v = &values[i * COLUMNS];
        v[0] = db_bytes(held[i].op_id, SYNCOP_ID);
        v[1] = db_text(held[i].kind);
        v[2] = db_text(held[i].state);
        v[3] = db_int(held[i].department_id);
        v[4] = db_int(held[i].device_id);
        v[5] = id_value(held[i].section_id);
        v[6] = db_text(held[i].entity);
        v[7] = id_value(held[i].entity_id);
        v[8] = db_text(held[i].fields);
        v[9] = db_instant(now);
    }
    return db_bulk(db, &held_stmt_store, values, n);
}

static void read_held(struct arena *a, const struct db_query *q, struct held *h)
{
    size_t n;
    const void *op_id = db_col_bytes(q, 1, &n);
    *h = (struct held){ .id = db_col_int(q, 0),
                        .kind = db_col_dup(q, 2, a),
                        .state = db_col_dup(q, 3, a),
                        .department_id = db_col_int(q, 4),
                        .device_id = db_col_int(q, 5),
                        .section_id = db_col_int(q, 6),
                        .entity = db_col_dup(q, 7, a),
                        .entity_id = db_col_int(q, 8),
                        .fields = db_col_dup(q, 9, a),
                        .at = db_col_int(q, 10),
                        .reason = db_col_dup(q, 11, a),
                        .inspector_id = db_col_int(q, 12),
                        .inspector = db_col_dup(q, 13, a),
                        .operation = db_col_dup(q, 14, a),
                        .result = db_col_dup(q, 15, a) };
    if (n == SYNCOP_ID)
        memcpy(h->op_id, op_id, n);
}

enum rc held_list(struct db *db, struct arena *a, int64_t department_id, const char *state,
                  int64_t after, int64_t limit, struct held **held, size_t *n)
{
    struct db_query *q;
    *held = arena_array(a, (size_t)limit, sizeof **held);
    *n = 0;
    enum rc rc =
        db_query(db, &held_stmt_list,
                 DB_ARGS(db_int(department_id), db_text(state), db_int(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)limit)
        read_held(a, q, &(*held)[(*n)++]);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

struct held_row {
    struct arena *arena;
    struct held *out;
};

static void read_row(const struct db_query *q, void *data)
{
    struct held_row *row = data;
    read_held(row->arena, q, row->out);
}

enum rc held_lock(struct db *db, struct arena *a, int64_t id, struct held *out)
{
    struct held_row row = { a, out };
    int64_t locked;
    enum rc rc = db_one_int(db, &held_stmt_lock_one, DB_ARGS(db_int(id)), &locked);
    return rc == RC_OK ? db_one(db, &held_stmt_one, DB_ARGS(db_int(id)), read_row, &row) : rc;
}

enum rc held_decide(struct db *db, int64_t id, const char *state, int64_t account_id, int64_t now,
                    const char *reason)
{
    enum rc rc = db_exec(
        db, &held_stmt_decide,
        DB_ARGS(db_text(state), db_int(account_id), db_instant(now), db_text(reason), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc held_waiting(struct db *db, int64_t section_id, int64_t *n)
{
    return db_one_int(db, &held_stmt_waiting, DB_ARGS(db_int(section_id)), n);
}
