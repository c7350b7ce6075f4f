#include "store/field/door.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/text.h"
#include "sys/jsonw.h"

enum { BODY_MAX = 16 * 1024, LIST_MAX = 64 * 1024, COLUMNS = 6, TEAM_MAX = 4000 };

const char *const door_kind_names[] = { "attendance", "signature", "sample", NULL };

DB_STMT(door_stmt_add, "bitjiT", "",
        "INSERT INTO door_record (op_id, section_id, kind, body, device_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?)");

DB_STMT(door_stmt_ids, "t", "i",
        "SELECT d.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) AS wanted"
        " STRAIGHT_JOIN door_record AS d FORCE INDEX (op_id) ON d.op_id = UNHEX(wanted.id)");

/* Of what was recorded again, the arrivals of one inspector or the signature, only the latest
   counts. */
#define UNDECLARED                                                                                 \
    "JSON_VALUE(d.body, '$.sha256') IS NOT NULL"                                                   \
    " AND NOT EXISTS (SELECT 1 FROM door_record AS l FORCE INDEX (section)"                        \
    " WHERE l.section_id = d.section_id AND l.id > d.id AND l.kind = d.kind"                       \
    " AND (d.kind <> 'attendance' OR (JSON_VALUE(l.body, '$.event') = 'arrived'"                   \
    " AND JSON_VALUE(l.body, '$.card_no') = JSON_VALUE(d.body, '$.card_no'))))"                    \
    " AND NOT EXISTS (SELECT 1 FROM evidence AS e WHERE e.section_id = d.section_id"               \
    " AND e.sha256 = UNHEX(JSON_VALUE(d.body, '$.sha256'))"                                        \
    " AND (d.kind <> 'signature' OR e.kind = 'signature'))"

DB_STMT(door_stmt_undeclared, "ii", "i",
        "SELECT COUNT(*) FROM door_record AS d FORCE INDEX (section)"
        " WHERE d.section_id = ? AND (d.written_off_at IS NOT NULL) = ? AND " UNDECLARED);

#define SHOWN_TYPES "itttTiTtti"
#define SHOWN                                                                                      \
    "SELECT d.id, d.kind, d.body, i.card_no, d.at, i.id, d.written_off_at, w.login,"               \
    " d.written_off_reason, d.written_off_at IS NULL AND " UNDECLARED                              \
    " FROM door_record AS d FORCE INDEX (section)"                                                 \
    " JOIN device AS v ON v.id = d.device_id JOIN inspector AS i ON i.id = v.inspector_id"         \
    " LEFT JOIN account AS w ON w.id = d.written_off_by WHERE d.section_id = ?"

DB_STMT(door_stmt_list, "ii", SHOWN_TYPES, SHOWN " ORDER BY d.id LIMIT ?");

DB_STMT(door_stmt_one, "ii", SHOWN_TYPES, SHOWN " AND d.id = ?");

DB_STMT(door_stmt_write_off, "Titi", "",
        "UPDATE door_record SET written_off_at = ?, written_off_by = ?, written_off_reason = ?"
        " WHERE id = ? AND written_off_at IS NULL");

DB_STMT(door_stmt_teams, "ti", "iit",
        "SELECT a.section_id, i.id, i.card_no"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted"
        " STRAIGHT_JOIN assignment AS a FORCE INDEX (PRIMARY) ON a.section_id = wanted.id"
        " STRAIGHT_JOIN inspector AS i FORCE INDEX (PRIMARY) ON i.id = a.inspector_id LIMIT ?");

/* ---- Bodies ---------------------------------------------------------------------------------- */

struct body {
    struct buf out;
    struct jsonw w;
};

static struct jsonw *begin(struct body *b, struct arena *a, int64_t section_id)
{
    buf_init(&b->out, a, BODY_MAX);
    jw_init(&b->w, &b->out);
    jw_object(&b->w, NULL);
    jw_int(&b->w, "section_id", section_id);
    return &b->w;
}

static const char *end(struct body *b)
{
    jw_end(&b->w);
    return b->out.p;
}

static void put_real(struct jsonw *w, const char *key, bool given, double value)
{
    if (given)
        jw_real(w, key, value);
    else
        jw_null(w, key);
}

const char *door_attendance_body(struct arena *a, int64_t section_id,
                                 const struct door_attendance *x)
{
    struct body b;
    struct jsonw *w = begin(&b, a, section_id);
    jw_text(w, "card_no", x->card_no);
    jw_text(w, "event", x->event);
    jw_instant(w, "at", x->at);
    put_real(w, "lon", x->has_lon, x->lon);
    put_real(w, "lat", x->has_lat, x->lat);
    put_real(w, "accuracy", x->has_accuracy, x->accuracy);
    jw_text(w, "how", x->how);
    jw_text(w, "sha256", x->sha256);
    return end(&b);
}

const char *door_signature_body(struct arena *a, int64_t section_id, const struct door_signature *x)
{
    struct body b;
    struct jsonw *w = begin(&b, a, section_id);
    jw_text(w, "outcome", x->outcome);
    jw_instant(w, "at", x->at);
    jw_text(w, "name", x->name);
    jw_text(w, "position", x->position);
    jw_text(w, "sha256", x->sha256);
    jw_text(w, "reason", x->reason);
    jw_text(w, "witness", x->witness);
    return end(&b);
}

const char *door_sample_body(struct arena *a, int64_t section_id, const struct door_sample *x)
{
    struct body b;
    struct jsonw *w = begin(&b, a, section_id);
    if (x->check_result_id)
        jw_int(w, "check_result_id", x->check_result_id);
    else
        jw_null(w, "check_result_id");
    jw_text(w, "number", x->number);
    jw_text(w, "name", x->name);
    jw_text(w, "quantity", x->quantity);
    jw_text(w, "unit", x->unit);
    jw_text(w, "batch", x->batch);
    jw_bool(w, "sealed", x->sealed);
    jw_text(w, "laboratory", x->laboratory);
    jw_instant(w, "handed_over_at", x->handed_over_at);
    return end(&b);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static enum rc read_ids(struct db *db, struct arena *a, const struct door_record *records, size_t n,
                        int64_t *ids, size_t *count)
{
    struct buf list;
    struct db_query *q;
    *count = 0;
    buf_init(&list, a, LIST_MAX);
    for (size_t i = 0; i < n; i++)
        buf_printf(&list, "%c\"%s\"", i ? ',' : '[', hex_dup(a, records[i].op_id, DOOR_OP_ID));
    buf_putc(&list, ']');
    if (list.full)
        return RC_TOO_LARGE;
    enum rc rc = db_query(db, &door_stmt_ids, DB_ARGS(db_text(list.p)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *count < n)
        ids[(*count)++] = db_col_int(q, 0);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc door_add(struct db *db, struct arena *a, int64_t device_id, int64_t now,
                 const struct door_record *records, size_t n, int64_t **ids, size_t *id_count)
{
    struct db_val *values = arena_array(a, n, COLUMNS * sizeof *values);
    *ids = arena_array(a, n, sizeof **ids);
    for (size_t i = 0; i < n; i++) {
        struct db_val *v = &values[i * COLUMNS];
        v[0] = db_bytes(records[i].op_id, DOOR_OP_ID);
        v[1] = db_int(records[i].section_id);
        v[2] = db_text(records[i].kind);
        v[3] = db_json(records[i].body);
        v[4] = db_int(device_id);
        v[5] = db_instant(now);
    }
    enum rc rc = db_bulk(db, &door_stmt_add, values, n);
    return rc == RC_OK ? read_ids(db, a, records, n, *ids, id_count) : rc;
}

static void read_record(const struct db_query *q, struct arena *a, struct door_record *r)
{
    *r = (struct door_record){ .id = db_col_int(q, 0),
                               .kind = db_col_dup(q, 1, a),
                               .body = db_col_dup(q, 2, a),
                               .card_no = db_col_dup(q, 3, a),
                               .at = db_col_int(q, 4),
                               .inspector_id = db_col_int(q, 5),
                               .written_off = { .at = db_col_int(q, 6),
                                                .by = db_col_dup(q, 7, a),
                                                .reason = db_col_dup(q, 8, a) },
                               .waits = db_col_int(q, 9) != 0 };
}

enum rc door_list(struct db *db, struct arena *a, int64_t section_id, struct door_record **records,
                  size_t *n)
{
    struct db_query *q;
    *records = arena_array(a, DOOR_LIST_MAX, sizeof **records);
    *n = 0;
    enum rc rc =
        db_query(db, &door_stmt_list, DB_ARGS(db_int(section_id), db_int(DOOR_LIST_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        read_record(q, a, &(*records)[(*n)++]);
    return rc == RC_DONE ? RC_OK : rc;
}

struct shown_row {
    struct arena *arena;
    struct door_record *out;
};

static void read_one(const struct db_query *q, void *data)
{
    struct shown_row *row = data;
    read_record(q, row->arena, row->out);
}

enum rc door_by_id(struct db *db, struct arena *a, int64_t section_id, int64_t id,
                   struct door_record *out)
{
    struct shown_row row = { .arena = a, .out = out };
    return db_one(db, &door_stmt_one, DB_ARGS(db_int(section_id), db_int(id)), read_one, &row);
}

enum rc door_write_off(struct db *db, int64_t id, int64_t account_id, int64_t now,
                       const char *reason)
{
    enum rc rc = db_exec(db, &door_stmt_write_off,
                         DB_ARGS(db_instant(now), db_int(account_id), db_text(reason), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc door_undeclared(struct db *db, int64_t section_id, bool written_off, int64_t *n)
{
    return db_one_int(db, &door_stmt_undeclared, DB_ARGS(db_int(section_id), db_int(written_off)),
                      n);
}

enum rc door_teams(struct db *db, struct arena *a, const int64_t *section_ids, size_t section_count,
                   struct door_team **team, size_t *n)
{
    struct db_query *q;
    const char *list = jw_ids(a, section_ids, section_count);
    *team = arena_array(a, TEAM_MAX, sizeof **team);
    *n = 0;
    if (!list)
        return RC_TOO_LARGE;
    enum rc rc = db_query(db, &door_stmt_teams, DB_ARGS(db_text(list), db_int(TEAM_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        (*team)[(*n)++] = (struct door_team){ .section_id = db_col_int(q, 0),
                                              .inspector_id = db_col_int(q, 1),
                                              .card_no = db_col_dup(q, 2, a) };
    return rc == RC_DONE ? RC_OK : rc;
}
