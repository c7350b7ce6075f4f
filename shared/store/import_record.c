#include "store/import_record.h"

#include <string.h>

#define RECORD_COLUMNS                                                                             \
    "SELECT i.id, i.kind, i.department_id, i.directory_id, r.code, i.name, i.encoding, i.state,"   \
    " i.last_line, i.accepted, i.created, i.changed, i.unchanged, i.flagged, i.refused,"           \
    " i.started_at, i.ended_at FROM import i LEFT JOIN directory r ON r.id = i.directory_id"
#define RECORD_TYPES "itiittttiiiiiiiTT"

DB_STMT(import_select, "i", RECORD_TYPES, RECORD_COLUMNS " WHERE i.id = ?");

DB_STMT(import_select_broken, "tti", RECORD_TYPES,
        RECORD_COLUMNS " WHERE i.sha256 = ? AND i.kind = ? AND i.state = 'running'"
                       " AND i.department_id IS NULL AND i.directory_id <=> ?"
                       " ORDER BY i.id DESC LIMIT 1");

DB_STMT(import_insert, "tiitttT", "",
        "INSERT INTO import (kind, department_id, directory_id, name, encoding, sha256, state,"
        " started_at) VALUES (?, ?, ?, ?, ?, ?, 'running', ?)");

DB_STMT(import_advance, "iiiiiiiii", "",
        "UPDATE import SET last_line = ?, accepted = accepted + ?, created = created + ?,"
        " changed = changed + ?, unchanged = unchanged + ?, flagged = flagged + ?,"
        " refused = refused + ? WHERE id = ? AND last_line = ? AND state IN ('running', 'review')");

DB_STMT(import_update_state, "tTi", "", "UPDATE import SET state = ?, ended_at = ? WHERE id = ?");

DB_STMT(import_line_count, "i", "i", "SELECT COUNT(*) FROM import_line WHERE import_id = ?");

DB_STMT(import_line_insert, "iiittt", "",
        "INSERT INTO import_line (import_id, line, refused, field, code, reason)"
        " VALUES (?, ?, ?, ?, ?, ?)");

DB_STMT(
    import_line_select, "iii", "iittt",
    "SELECT line, refused, field, code, reason FROM import_line WHERE import_id = ? AND line > ?"
    " ORDER BY line LIMIT ?");

struct one {
    struct arena *arena;
    struct import_record *record;
};

static void read_record(const struct db_query *q, void *data)
{
    struct one *one = data;
    *one->record = (struct import_record){
        .id = db_col_int(q, 0),
        .kind = db_col_dup(q, 1, one->arena),
        .department_id = db_col_int(q, 2),
        .directory_id = db_col_int(q, 3),
        .directory = db_is_null(q, 4) ? NULL : db_col_dup(q, 4, one->arena),
        .name = db_col_dup(q, 5, one->arena),
        .encoding = db_col_dup(q, 6, one->arena),
        .state = db_col_dup(q, 7, one->arena),
        .last_line = db_col_int(q, 8),
        .counts = { .accepted = db_col_int(q, 9),
                    .created = db_col_int(q, 10),
                    .changed = db_col_int(q, 11),
                    .unchanged = db_col_int(q, 12),
                    .flagged = db_col_int(q, 13),
                    .refused = db_col_int(q, 14) },
        .started_at = db_col_int(q, 15),
        .ended_at = db_col_int(q, 16),
    };
    const char *state = one->record->state;
    one->record->whole = strcmp(state, "review") == 0 || strcmp(state, "applied") == 0;
}

enum rc import_by_id(struct db *db, struct arena *a, int64_t id, struct import_record *out)
{
    struct one one = { a, out };
    return db_one(db, &import_select, DB_ARGS(db_int(id)), read_record, &one);
}

enum rc import_lines(struct db *db, struct arena *a, int64_t id, int64_t after, int64_t limit,
                     const struct import_line **lines, size_t *count)
{
    struct import_line *list = arena_array(a, (size_t)limit, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc =
        db_query(db, &import_line_select, DB_ARGS(db_int(id), db_int(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        list[n++] = (struct import_line){ .line = db_col_int(q, 0),
                                          .refused = db_col_int(q, 1) != 0,
                                          .field = db_col_dup(q, 2, a),
                                          .code = db_col_dup(q, 3, a),
                                          .reason = db_col_dup(q, 4, a) };
    *lines = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

static struct db_val or_null(int64_t id)
{
    return id ? db_int(id) : db_null('i');
}

enum rc import_record_open(struct db *db, struct arena *a, bool resume,
                           struct import_record *record, const char *sha256, int64_t now)
{
    struct one one = { a, record };
    if (resume) {
        enum rc rc =
            db_one(db, &import_select_broken,
                   DB_ARGS(db_text(sha256), db_text(record->kind), or_null(record->directory_id)),
                   read_record, &one);
        if (rc != RC_NOT_FOUND)
            return rc;
    }
    enum rc rc = db_exec(db, &import_insert,
                         DB_ARGS(db_text(record->kind), or_null(record->department_id),
                                 or_null(record->directory_id), db_text(record->name),
                                 db_text(record->encoding), db_text(sha256), db_instant(now)));
    return rc == RC_OK ? import_by_id(db, a, db_insert_id(db), record) : rc;
}

/* The first lines only: a file in which every line is wrong says so in its counts. */
static enum rc add_lines(struct db *db, struct arena *a, int64_t id,
                         const struct import_line *lines, size_t count)
{
    enum { COLUMNS = 6 };
    int64_t there = 0;
    if (!count)
        return RC_OK;
    enum rc rc = db_one_int(db, &import_line_count, DB_ARGS(db_int(id)), &there);
    if (rc != RC_OK || there >= IMPORT_LINES_MAX)
        return rc;
    if (count > (size_t)(IMPORT_LINES_MAX - there))
        count = (size_t)(IMPORT_LINES_MAX - there);
    struct db_val *values = arena_array(a, count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(id);
        row[1] = db_int(lines[i].line);
        row[2] = db_int(lines[i].refused);
        row[3] = db_text(lines[i].field);
        row[4] = db_text(lines[i].code);
        row[5] = db_text(lines[i].reason);
    }
    return db_bulk(db, &import_line_insert, values, count);
}

enum rc import_record_add(struct db *db, struct arena *a, const struct import_record *record,
                          const struct import_counts *more, int64_t last_line,
                          const struct import_line *lines, size_t count, struct err *err)
{
    enum rc rc =
        db_exec(db, &import_advance,
                DB_ARGS(db_int(last_line), db_int(more->accepted), db_int(more->created),
                        db_int(more->changed), db_int(more->unchanged), db_int(more->flagged),
                        db_int(more->refused), db_int(record->id), db_int(record->last_line)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "同一文件正由另一进程导入");
    return rc == RC_OK ? add_lines(db, a, record->id, lines, count) : rc;
}

enum rc import_record_end(struct db *db, int64_t id, const char *state, int64_t now)
{
    return db_exec(db, &import_update_state, DB_ARGS(db_text(state), db_instant(now), db_int(id)));
}
