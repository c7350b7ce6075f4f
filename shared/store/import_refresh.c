#include "store/import_refresh.h"

#include <string.h>

#include "base/date.h"
#include "store/import_internal.h"
#include "store/subject_fields.h"

enum { STEP = 20000 }; /* rows of one statement: none may run for long */

const char *const import_field_names[] = { "name",       "type",        "address",      "region",
                                           "location",   "state",       "credit_class", "key",
                                           "complaints", "specialties", "verified_on",  "synthetic",
                                           NULL };

/* clang-format off */
#define PLAIN(column) column
#define STAGED(column) "i." column
/* verified_on itself is set behind the others. */
#define LATER(column) column " = IF(VALUES(verified_on) > verified_on, VALUES(" column "), " column ")"
#define NEWEST(column) column " = IF(VALUES(verified_on) >= subject.verified_on, VALUES(" column      \
    "), subject." column ")"

/* Of two lines with one subject the later date holds. */
DB_STMT(import_subject_insert, "itt" SUBJECT_FIELD_TYPES "D", "",
        "INSERT INTO import_subject (import_id, code, former_code, " SUBJECT_FIELDS(PLAIN) ", verified_on)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
        " former_code = COALESCE(former_code, VALUES(former_code)), " SUBJECT_FIELDS(LATER) ", "
        LATER("verified_on"));
DB_STMT(import_entry_insert, "itt", "",
        "INSERT INTO import_entry (import_id, code, specialty) VALUES (?, ?, ?)"
        " ON DUPLICATE KEY UPDATE specialty = VALUES(specialty)");

/* ---- comparing ---- */

#define STANDS(subject)                                                                            \
    "EXISTS (SELECT 1 FROM directory_entry e WHERE e.directory_id = m.directory_id"                \
    " AND e.subject_id = " subject ")"
#define DIFFERS(column, name) "IF(s." column " <> i." column ", '" name "', NULL)"

DB_STMT(import_change_clear, "i", "", "DELETE FROM import_change WHERE import_id = ?");

/* Fields of an older line are not taken over, so they are no difference. */
DB_STMT(import_change_insert, "i", "",
        "INSERT INTO import_change (import_id, code, kind, name, fields)"
        " SELECT x.import_id, x.code, x.kind, x.name, x.fields FROM ("
        " SELECT i.import_id, i.code, i.name, CASE WHEN o.id IS NOT NULL AND " STANDS("o.id")
        " THEN 'merged' WHEN s.id IS NOT NULL AND " STANDS("s.id") " THEN 'changed' ELSE 'new' END"
        " AS kind, TRIM(BOTH ',' FROM CONCAT_WS(',', IF(i.verified_on >= s.verified_on, CONCAT_WS(',', "
        DIFFERS("name", "name") ", " DIFFERS("type", "type") ", " DIFFERS("address", "address") ", "
        DIFFERS("region_code", "region")
        ", IF(s.lon <=> i.lon AND s.lat <=> i.lat, NULL, 'location'), "
        DIFFERS("state", "state") ", " DIFFERS("credit_class", "credit_class") ", "
        DIFFERS("is_key", "key") ", " DIFFERS("complaints", "complaints") ", "
        DIFFERS("verified_on", "verified_on") ", " DIFFERS("synthetic", "synthetic") "), ''),"
        " IF((SELECT GROUP_CONCAT(e.specialty ORDER BY e.specialty) FROM directory_entry e"
        " WHERE e.directory_id = m.directory_id AND e.subject_id = s.id)"
        " <=> (SELECT GROUP_CONCAT(e.specialty ORDER BY e.specialty) FROM import_entry e"
        " WHERE e.import_id = i.import_id AND e.code = i.code), NULL, 'specialties'))) AS fields"
        " FROM import m JOIN import_subject i ON i.import_id = m.id"
        " LEFT JOIN subject s ON s.code = i.code"
        " LEFT JOIN subject o ON o.code = i.former_code AND o.merged_into IS NULL"
        " WHERE m.id = ?) x WHERE x.kind <> 'changed' OR x.fields <> ''");

DB_STMT(import_change_vanish, "iiii", "",
        "INSERT INTO import_change (import_id, code, kind, name, fields)"
        " SELECT ?, s.code, 'vanished', s.name, ''"
        " FROM (SELECT DISTINCT subject_id FROM directory_entry WHERE directory_id = ?) e"
        " JOIN subject s ON s.id = e.subject_id"
        " LEFT JOIN import_subject i ON i.import_id = ? AND i.code = s.code"
        " LEFT JOIN import_subject f ON f.import_id = ? AND f.former_code = s.code"
        " WHERE i.code IS NULL AND f.code IS NULL");

DB_STMT(import_update_counts, "iiii", "",
        "UPDATE import SET created = ?, changed = ?, unchanged = (SELECT COUNT(*) FROM import_subject"
        " i WHERE i.import_id = import.id) - ? WHERE id = ?");

#define FIELD_COUNT(name) ", COUNT(IF(kind <> 'new' AND FIND_IN_SET('" name "', fields), 1, NULL))"
DB_STMT(import_change_count, "i", "iiii" "iiiiiiiiiiii",
        "SELECT COUNT(IF(kind = 'new', 1, NULL)), COUNT(IF(kind = 'changed', 1, NULL)),"
        " COUNT(IF(kind = 'merged', 1, NULL)), COUNT(IF(kind = 'vanished', 1, NULL))"
        FIELD_COUNT("name") FIELD_COUNT("type") FIELD_COUNT("address") FIELD_COUNT("region")
        FIELD_COUNT("location") FIELD_COUNT("state") FIELD_COUNT("credit_class") FIELD_COUNT("key")
        FIELD_COUNT("complaints") FIELD_COUNT("specialties") FIELD_COUNT("verified_on")
        FIELD_COUNT("synthetic") " FROM import_change WHERE import_id = ?");

DB_STMT(import_change_select, "ittti", "tttt",
        "SELECT code, kind, name, fields FROM import_change WHERE import_id = ?"
        " AND (? = '' OR kind = ?) AND code > ? ORDER BY code LIMIT ?");

/* ---- applying ---- */

DB_STMT(import_lock, "i", "ti", "SELECT state, refused FROM import WHERE id = ? FOR UPDATE");

/* The last code of the next step. */
DB_STMT(import_change_step, "iti", "t",
        "SELECT MAX(x.code) FROM (SELECT code FROM import_change WHERE import_id = ? AND code > ?"
        " ORDER BY code LIMIT ?) x");

DB_STMT(import_subject_apply, "itt", "",
        "INSERT INTO subject (code, " SUBJECT_FIELDS(PLAIN) ", verified_on)"
        " SELECT i.code, " SUBJECT_FIELDS(STAGED) ", i.verified_on FROM import_change c"
        " JOIN import_subject i ON i.import_id = c.import_id AND i.code = c.code"
        " WHERE c.import_id = ? AND c.code > ? AND c.code <= ? ON DUPLICATE KEY UPDATE "
        SUBJECT_FIELDS(NEWEST) ", verified_on = GREATEST(VALUES(verified_on), subject.verified_on)");

DB_STMT(import_former_select, "iti", "tt",
        "SELECT former_code, code FROM import_subject WHERE import_id = ? AND former_code > ?"
        " AND former_code <> code ORDER BY former_code LIMIT ?");

#define LEAVING                                                                                    \
    " FROM import_change c JOIN subject s ON s.code = c.code"                                      \
    " JOIN import m ON m.id = c.import_id"                                                         \
    " JOIN directory_entry e ON e.directory_id = m.directory_id AND e.subject_id = s.id"           \
    " LEFT JOIN import_entry x ON x.import_id = c.import_id AND x.code = c.code"                   \
    " AND x.specialty = e.specialty"                                                               \
    " WHERE c.import_id = ? AND c.code > ? AND c.code <= ? AND x.code IS NULL"

DB_STMT(directory_departure_insert, "Ditt", "",
        "INSERT INTO directory_departure (directory_id, subject_id, specialty, import_id, left_on)"
        " SELECT e.directory_id, e.subject_id, e.specialty, c.import_id, ?" LEAVING);
DB_STMT(directory_entry_depart, "itt", "", "DELETE e" LEAVING);

DB_STMT(directory_entry_apply, "itt", "",
        "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
        " SELECT m.directory_id, s.id, x.specialty FROM import_change c"
        " JOIN import m ON m.id = c.import_id"
        " JOIN import_entry x ON x.import_id = c.import_id AND x.code = c.code"
        " JOIN subject s ON s.code = c.code WHERE c.import_id = ? AND c.code > ? AND c.code <= ?"
        " ON DUPLICATE KEY UPDATE specialty = directory_entry.specialty");

DB_STMT(directory_update_refreshed, "Di", "", "UPDATE directory SET refreshed_on = ? WHERE id = ?");
DB_STMT(import_subject_clear, "ii", "", "DELETE FROM import_subject WHERE import_id = ? LIMIT ?");
DB_STMT(import_entry_clear, "ii", "", "DELETE FROM import_entry WHERE import_id = ? LIMIT ?");
/* clang-format on */

/* ---- staging ---- */

static enum rc stage_entries(struct db *db, struct import *im, const char *const *codes)
{
    enum { COLUMNS = 3 };
    struct import_batch *b = &im->batch;
    struct db_val *values = arena_array(im->arena, (b->entry_count + 1) * COLUMNS, sizeof *values);
    size_t n = 0;
    for (size_t i = 0; i < b->entry_count; i++) {
        const struct import_entry *e = &b->entries[i];
        if (e->row >= b->count)
            continue;
        struct db_val *row = values + n++ * COLUMNS;
        row[0] = db_int(im->record->id);
        row[1] = db_text(codes[e->row]);
        row[2] = db_text(e->entry.specialty);
    }
    return n ? db_bulk(db, &import_entry_insert, values, n) : RC_OK;
}

enum rc import_stage(struct db *db, struct import *im, const struct subject_stored *stored,
                     size_t found)
{
    enum { COLUMNS = SUBJECT_FIELD_COUNT + 4 };
    struct import_batch *b = &im->batch;
    const char **codes = arena_array(im->arena, b->count, sizeof *codes);
    struct db_val *values = arena_array(im->arena, b->count * COLUMNS, sizeof *values);
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct subject *s = &b->subjects[i];
        const struct subject_stored *e = import_find(stored, found, s->code);
        codes[i] = e && e->present ? e->present : s->code;
        im->batch.counts.accepted++;
        if (b->rows[i].before)
            import_flag(im, i, "code", "与第 %ld 行为同一检查对象，已合并", b->rows[i].before);
        if (codes[i] != s->code)
            import_flag(im, i, "code", "该代码已并入 %s", codes[i]);
        struct db_val *row = values + n++ * COLUMNS;
        row[0] = db_int(im->record->id);
        row[1] = db_text(codes[i]);
        row[2] = db_text(b->formers[i]);
        subject_fields(s, row + 3);
        row[3 + SUBJECT_FIELD_COUNT] = db_date(s->verified_on);
    }
    enum rc rc = db_bulk(db, &import_subject_insert, values, n);
    return rc == RC_OK ? stage_entries(db, im, codes) : rc;
}

/* ---- comparing ---- */

static void read_counts(const struct db_query *q, void *data)
{
    struct import_differences *d = data;
    d->created = db_col_int(q, 0);
    d->changed = db_col_int(q, 1);
    d->merged = db_col_int(q, 2);
    d->vanished = db_col_int(q, 3);
    for (unsigned i = 0; i < IMPORT_FIELDS; i++)
        d->fields[i] = db_col_int(q, 4 + i);
}

enum rc import_differences(struct db *db, int64_t id, struct import_differences *out)
{
    return db_one(db, &import_change_count, DB_ARGS(db_int(id)), read_counts, out);
}

enum rc import_compare(struct db *db, const struct import_record *record)
{
    struct import_differences d = { .created = 0 };
    int64_t id = record->id;
    enum rc rc = db_exec(db, &import_change_clear, DB_ARGS(db_int(id)));
    if (rc == RC_OK)
        rc = db_exec(db, &import_change_insert, DB_ARGS(db_int(id)));
    if (rc == RC_OK)
        rc = db_exec(db, &import_change_vanish,
                     DB_ARGS(db_int(id), db_int(record->directory_id), db_int(id), db_int(id)));
    if (rc == RC_OK)
        rc = import_differences(db, id, &d);
    if (rc == RC_OK)
        rc = db_exec(db, &import_update_counts,
                     DB_ARGS(db_int(d.created), db_int(d.changed + d.merged),
                             db_int(d.created + d.changed + d.merged), db_int(id)));
    return rc;
}

enum rc import_changes(struct db *db, struct arena *a, int64_t id, const char *kind,
                       const char *after, int64_t limit, const struct import_change **changes,
                       size_t *count)
{
    struct import_change *list = arena_array(a, (size_t)limit, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(
        db, &import_change_select,
        DB_ARGS(db_int(id), db_text(kind), db_text(kind), db_text(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        list[n++] = (struct import_change){ db_col_dup(q, 0, a), db_col_dup(q, 1, a),
                                            db_col_dup(q, 2, a), db_col_dup(q, 3, a) };
    *changes = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- applying ---- */

struct standing {
    bool review;
    int64_t refused;
};

static void read_standing(const struct db_query *q, void *data)
{
    struct standing *s = data;
    s->review = strcmp(db_col_text(q, 0), "review") == 0;
    s->refused = db_col_int(q, 1);
}

static enum rc check(struct db *db, const struct import_record *record, struct err *err)
{
    struct standing standing = { .review = false };
    struct import_differences before;
    struct import_differences after;
    enum rc rc = db_one(db, &import_lock, DB_ARGS(db_int(record->id)), read_standing, &standing);
    if (rc == RC_OK && !standing.review)
        return err_set(err, RC_STATE, "", "该导入不在待确认状态");
    if (rc == RC_OK && standing.refused)
        return err_set(err, RC_STATE, "",
                       "有 %lld 行被拒绝，确认后这些对象会从名录中消失：请改正后重新导入整个名录",
                       (long long)standing.refused);
    if (rc == RC_OK)
        rc = import_differences(db, record->id, &before);
    if (rc == RC_OK)
        rc = import_compare(db, record);
    if (rc == RC_OK)
        rc = import_differences(db, record->id, &after);
    if (rc == RC_OK && memcmp(&before, &after, sizeof before) != 0)
        return err_set(err, RC_STATE, "", "名录在比对之后有变化，请重新导入并比对");
    return rc;
}

struct text {
    struct arena *arena;
    const char *text; /* NULL behind the last step */
};

static void read_text(const struct db_query *q, void *data)
{
    struct text *t = data;
    t->text = db_is_null(q, 0) ? NULL : db_col_dup(q, 0, t->arena);
}

/* Runs the statement for the changes from one code to another, step by step; first is a value that it
   takes before the others, or NULL. */
static enum rc in_steps(struct db *db, struct arena *a, int64_t id, const struct db_stmt *s,
                        const struct db_val *first)
{
    const char *from = "";
    for (;;) {
        struct text to = { .arena = a };
        struct db_val args[4];
        size_t n = 0;
        enum rc rc = db_one(db, &import_change_step,
                            DB_ARGS(db_int(id), db_text(from), db_int(STEP)), read_text, &to);
        if (rc != RC_OK || !to.text)
            return rc;
        if (first)
            args[n++] = *first;
        args[n++] = db_int(id);
        args[n++] = db_text(from);
        args[n++] = db_text(to.text);
        rc = db_exec(db, s, args, n);
        if (rc != RC_OK)
            return rc;
        from = to.text;
    }
}

static enum rc merge_all(struct db *db, int64_t id)
{
    struct arena *scratch = arena_new(64 << 20);
    const char *after = "";
    size_t n = IMPORT_BATCH;
    enum rc rc = RC_OK;
    while (rc == RC_OK && n == IMPORT_BATCH) {
        struct subject_merger *list = arena_array(scratch, IMPORT_BATCH, sizeof *list);
        struct db_query *q;
        n = 0;
        rc = db_query(db, &import_former_select,
                      DB_ARGS(db_int(id), db_text(after), db_int(IMPORT_BATCH)), &q);
        if (rc != RC_OK)
            break;
        while ((rc = db_next(&q)) == RC_OK)
            list[n++] =
                (struct subject_merger){ db_col_dup(q, 0, scratch), db_col_dup(q, 1, scratch) };
        rc = rc == RC_DONE ? subject_merge(db, list, n) : rc;
        after = n ? list[n - 1].former : "";
    }
    arena_free(scratch);
    return rc;
}

static enum rc clear(struct db *db, int64_t id, const struct db_stmt *s)
{
    enum rc rc;
    do {
        rc = db_exec(db, s, DB_ARGS(db_int(id), db_int(STEP)));
    } while (rc == RC_OK && db_affected(db) == STEP);
    return rc;
}

enum rc import_apply(struct db *db, struct arena *a, const struct import_record *record,
                     int64_t now, struct err *err)
{
    int64_t id = record->id;
    struct db_val today = db_date(date_at(now));
    enum rc rc = check(db, record, err);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &import_subject_apply, NULL);
    if (rc == RC_OK)
        rc = merge_all(db, id);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &directory_departure_insert, &today);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &directory_entry_depart, NULL);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &directory_entry_apply, NULL);
    if (rc == RC_OK)
        rc = db_exec(db, &directory_update_refreshed, DB_ARGS(today, db_int(record->directory_id)));
    if (rc == RC_OK)
        rc = clear(db, id, &import_subject_clear);
    if (rc == RC_OK)
        rc = clear(db, id, &import_entry_clear);
    return rc == RC_OK ? import_record_end(db, id, "applied", now) : rc;
}
