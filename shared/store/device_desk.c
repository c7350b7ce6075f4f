/* Devices as the office sees them. */
#include "store/device.h"

#define DEVICE_COLUMNS                                                                             \
    "SELECT d.id, i.department_id, d.name, d.state, d.counter, d.enrolled_at, d.forked_at, k.at,"  \
    " k.device_at, k.monotonic_ms, k.gps_at, k.offset_ms"
/* With what its clocks said last. */
#define DEVICE_CLOCK                                                                               \
    " LEFT JOIN device_clock AS k ON k.device_id = d.id AND k.at ="                                \
    " (SELECT MAX(l.at) FROM device_clock AS l WHERE l.device_id = d.id)"

DB_STMT(device_stmt_list, "ii", "iittiTTTTiTi",
        DEVICE_COLUMNS " FROM device AS d FORCE INDEX (inspector)"
                       " STRAIGHT_JOIN inspector AS i ON i.id = d.inspector_id" DEVICE_CLOCK
                       " WHERE d.inspector_id = ? ORDER BY d.id DESC LIMIT ?");

DB_STMT(device_stmt_one, "i", "iittiTTTTiTi",
        DEVICE_COLUMNS " FROM device AS d"
                       " STRAIGHT_JOIN inspector AS i ON i.id = d.inspector_id" DEVICE_CLOCK
                       " WHERE d.id = ?");

DB_STMT(device_stmt_revoke, "tit", "",
        "UPDATE device SET state = ? WHERE id = ? AND state <> ? AND state <> 'lost'");

static void read_device(struct arena *a, const struct db_query *q, struct device *d)
{
    *d = (struct device){ .id = db_col_int(q, 0),
                          .department_id = db_col_int(q, 1),
                          .name = db_col_dup(q, 2, a),
                          .state = db_col_dup(q, 3, a),
                          .counter = db_col_int(q, 4),
                          .enrolled_at = db_col_int(q, 5),
                          .forked_at = db_col_int(q, 6),
                          .clock = { .at = db_col_int(q, 7),
                                     .device_at = db_col_int(q, 8),
                                     .monotonic_ms = db_col_int(q, 9),
                                     .gps_at = db_col_int(q, 10),
                                     .has_gps = !db_is_null(q, 10),
                                     .offset_ms = db_col_int(q, 11) } };
}

enum rc device_list(struct db *db, struct arena *a, int64_t inspector_id, struct device **devices,
                    size_t *n)
{
    struct db_query *q;
    *devices = arena_array(a, DEVICE_LIST_MAX, sizeof **devices);
    *n = 0;
    enum rc rc =
        db_query(db, &device_stmt_list, DB_ARGS(db_int(inspector_id), db_int(DEVICE_LIST_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < DEVICE_LIST_MAX)
        read_device(a, q, &(*devices)[(*n)++]);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

struct device_row {
    struct arena *arena;
    struct device *out;
};

static void read_one(const struct db_query *q, void *data)
{
    struct device_row *row = data;
    read_device(row->arena, q, row->out);
}

enum rc device_by_id(struct db *db, struct arena *a, int64_t id, struct device *out)
{
    struct device_row row = { a, out };
    return db_one(db, &device_stmt_one, DB_ARGS(db_int(id)), read_one, &row);
}

enum rc device_revoke(struct db *db, int64_t id, const char *state)
{
    enum rc rc =
        db_exec(db, &device_stmt_revoke, DB_ARGS(db_text(state), db_int(id), db_text(state)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}
