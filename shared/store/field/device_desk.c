/* Devices as the office sees them. */
#include "store/field/device.h"

/* Two minutes, by which a clock is so far off that somebody should look. */
#define CLOCK_OFF "ABS(clock.offset_ms) > 120000"

static const struct row_label states[] = {
    { "active", "在用" }, { "retired", "停用" }, { "lost", "挂失" }, { NULL, NULL }
};

#define COL(member, ...) ROW_COL(struct device, member, __VA_ARGS__)
const struct row_set device_rows = ROW_SET(
    struct device, COL(id, "d.id", .title = "编号"),
    COL(department_id, "inspector.department_id AS department_id", .hidden = true),
    COL(inspector, "inspector.card_no", .title = "执法检查人员", .width = 16),
    COL(inspector_name, "inspector.name", .title = "姓名"),
    COL(name, "d.name", .title = "设备", .width = 24),
    COL(state, "d.state", .title = "状态", .labels = states),
    COL(counter, "d.counter", .title = "操作数"),
    COL(enrolled_at, "d.enrolled_at", .title = "登记", .instant = true),
    COL(forked_at, "d.forked_at", .title = "发现数据被复制", .instant = true, .nullable = true),
    COL(clock_at, "clock.at", .title = "最近上报时钟", .instant = true, .nullable = true),
    COL(clock_device_at, "clock.device_at", .title = "设备时钟", .instant = true, .nullable = true),
    COL(clock_monotonic_ms, "COALESCE(clock.monotonic_ms, 0) AS clock_monotonic_ms"),
    COL(clock_gps_at, "clock.gps_at", .title = "卫星时钟", .instant = true, .nullable = true),
    COL(clock_offset_ms, "COALESCE(clock.offset_ms, 0) AS clock_offset_ms", .title = "时钟偏差",
        .note = "毫秒，设备快于服务器为正"),
    COL(clock_off, "COALESCE(" CLOCK_OFF ", 0) AS clock_off", .title = "时钟不准"));
#undef COL

/* With what its clocks said last. */
#define FROM_DEVICE                                                                                \
    " FROM device AS d STRAIGHT_JOIN inspector ON inspector.id = d.inspector_id"                   \
    " LEFT JOIN device_clock AS clock ON clock.device_id = d.id AND clock.at ="                    \
    " (SELECT MAX(l.at) FROM device_clock AS l WHERE l.device_id = d.id)"

LIST(device_list, .name = "devices", .title = "移动设备", .rows = &device_rows, .from = FROM_DEVICE,
     .where = "inspector.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "state", .title = "状态", .sql = "d.state = ?", .labels = states },
         { .name = "inspector", .title = "执法检查人员", .sql = "inspector.card_no = ?" },
         { .name = "name", .title = "设备", .sql = "d.name LIKE ?", .prefix = true },
         { .name = "forked",
           .title = "数据被复制",
           .sql = "(d.forked_at IS NOT NULL) = ?",
           .type = 'i',
           .yes = true },
         { .name = "clock_off",
           .title = "时钟不准",
           .sql = "COALESCE(" CLOCK_OFF ", 0) = ?",
           .type = 'i',
           .yes = true }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }),
     .small = "a city has some thousand phones");

DB_ROWS(device_stmt_one, "i", &device_rows, FROM_DEVICE " WHERE d.id = ?");

DB_STMT(device_stmt_revoke, "tit", "",
        "UPDATE device SET state = ? WHERE id = ? AND state <> ? AND state <> 'lost'");

enum rc device_by_id(struct db *db, struct arena *a, int64_t id, struct device *out)
{
    return db_row(db, a, &device_stmt_one, DB_ARGS(db_int(id)), out);
}

enum rc device_revoke(struct db *db, int64_t id, const char *state)
{
    enum rc rc =
        db_exec(db, &device_stmt_revoke, DB_ARGS(db_text(state), db_int(id), db_text(state)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}
