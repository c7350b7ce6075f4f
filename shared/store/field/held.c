#include "store/field/held.h"

enum { COLUMNS = 10 };

static const struct row_label kinds[] = {
    { "sealed", "签字后的更正" },  { "reassigned", "人员变动后的修改" },
    { "deleted", "撤销后的修改" }, { "rejected", "被拒绝的操作" },
    { "deferred", "暂缓的操作" },  { NULL, NULL }
};

static const struct row_label states[] = { { "open", "待处理" },
                                           { "accepted", "已采纳" },
                                           { "refused", "不予采纳" },
                                           { "settled", "已自行生效" },
                                           { NULL, NULL } };

DB_STMT(held_stmt_store, "bttiiitijT", "",
        "INSERT INTO held_op (op_id, kind, state, department_id, device_id, section_id, entity,"
        " entity_id, fields, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE kind = VALUES(kind), state = VALUES(state),"
        " department_id = VALUES(department_id), section_id = VALUES(section_id),"
        " entity = VALUES(entity), entity_id = VALUES(entity_id), fields = VALUES(fields),"
        " at = VALUES(at), decided_by = NULL, decided_at = NULL, reason = NULL");

#define COL(member, ...) ROW_COL(struct correction, member, __VA_ARGS__)
const struct row_set correction_rows = ROW_SET(
    struct correction, COL(id, "h.id", .title = "编号"), COL(op_id, "h.op_id", .hidden = true),
    COL(kind, "h.kind", .title = "类别", .labels = kinds),
    COL(state, "h.state", .title = "状态", .labels = states),
    COL(department_id, "h.department_id", .hidden = true),
    COL(section, "h.section_id AS section", .title = "部门检查单", .nullable = true),
    COL(entity, "h.entity", .title = "所改内容", .nullable = true),
    COL(entity_id, "h.entity_id", .title = "所改编号", .nullable = true),
    COL(inspector, "inspector.card_no", .title = "执法检查人员", .width = 16),
    COL(inspector_id, "inspector.id", .hidden = true),
    COL(device, "h.device_id AS device", .title = "设备"),
    COL(at, "h.at", .title = "收到", .instant = true),
    COL(reason, "h.reason", .title = "处理意见", .width = 40, .nullable = true),
    COL(counter, "o.counter", .hidden = true),
    COL(fields, "h.fields", .hidden = true, .nullable = true),
    COL(operation, "o.body AS operation", .json = true, .nullable = true),
    COL(result, "o.result", .json = true, .nullable = true));
#undef COL

#define READ_JOINS                                                                                 \
    " STRAIGHT_JOIN device ON device.id = h.device_id"                                             \
    " STRAIGHT_JOIN inspector ON inspector.id = device.inspector_id"                               \
    " STRAIGHT_JOIN sync_op AS o FORCE INDEX (PRIMARY) ON o.op_id = h.op_id"

LIST(correction_list, .name = "corrections", .title = "待处理的更正", .rows = &correction_rows,
     .from = " FROM held_op AS h FORCE INDEX (desk)" READ_JOINS, .where = "h.department_id = ?",
     .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "state",
           .title = "状态",
           .sql = "h.state = ?",
           .labels = states,
           .initial = "open" },
         { .name = "kind", .title = "类别", .sql = "h.kind = ?", .labels = kinds },
         { .name = "inspector", .title = "执法检查人员", .sql = "inspector.card_no = ?" },
         { .name = "section", .title = "部门检查单", .sql = "h.section_id = ?", .type = 'i' },
         { .name = "from", .title = "收到不早于", .sql = "h.at >= ?", .type = 'T' },
         { .name = "before", .title = "收到早于", .sql = "h.at < ?", .type = 'T' }),
     .orders = LIST_ORDERS({ .member = "id" }),
     .small = "what phones could not write is some hundred operations a year");

DB_STMT(held_stmt_lock_one, "i", "i", "SELECT id FROM held_op WHERE id = ? FOR UPDATE");

DB_ROWS(held_stmt_one, "i", &correction_rows,
        " FROM held_op AS h FORCE INDEX (PRIMARY)" READ_JOINS " WHERE h.id = ?");

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
        v[8] = db_json(held[i].fields);
        v[9] = db_instant(now);
    }
    return db_bulk(db, &held_stmt_store, values, n);
}

enum rc held_lock(struct db *db, struct arena *a, int64_t id, struct correction *out)
{
    int64_t locked;
    enum rc rc = db_one_int(db, &held_stmt_lock_one, DB_ARGS(db_int(id)), &locked);
    return rc == RC_OK ? db_row(db, a, &held_stmt_one, DB_ARGS(db_int(id)), out) : rc;
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
