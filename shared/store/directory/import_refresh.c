#include "store/directory/import_refresh.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/sorted.h"
#include "store/directory/subject_say.h"

enum { STEP = 20000, MERGERS = 1000, SAID = 1000 }; /* rows a statement: none may run for long */

const char *const import_field_names[] = { "name",       "type",        "address",      "region",
                                           "location",   "state",       "credit_class", "key",
                                           "complaints", "specialties", "verified_on",  "synthetic",
                                           "licence",    NULL };

/* clang-format off */
#define PLAIN(column) column
#define PLACE(column) "?"
#define STAGED(column) "i." column
/* verified_on itself is set behind the others. */
#define LATER(column)                                                                              \
    column " = IF(VALUES(verified_on) > verified_on, VALUES(" column "), " column ")"

/* Of two lines with one subject the later date holds. */
DB_STMT(import_subject_insert, "itt" SUBJECT_FIELD_TYPES "D", "",
        "INSERT INTO import_subject (import_id, code, former_code, " SUBJECT_FIELDS(PLAIN)
        ", verified_on)"
        " VALUES (?, ?, ?, " SUBJECT_FIELDS(PLACE) ", ?) ON DUPLICATE KEY UPDATE"
        " former_code = COALESCE(former_code, VALUES(former_code)), " SUBJECT_FIELDS(LATER) ", "
        LATER("verified_on"));
DB_STMT(import_entry_insert, "itt", "",
        "INSERT INTO import_entry (import_id, code, specialty) VALUES (?, ?, ?)"
        " ON DUPLICATE KEY UPDATE specialty = VALUES(specialty)");

DB_STMT(import_staged_select, "it", "ttttttti",
        "SELECT code, name, type, address, region_code, state, credit_class, is_key"
        " FROM import_subject WHERE import_id = ? AND code = ?");

/* ---- comparing ---- */

#define STANDS(subject)                                                                            \
    "EXISTS (SELECT 1 FROM directory_entry e WHERE e.directory_id = m.directory_id"                \
    " AND e.subject_id = " subject ")"
#define DIFFERS(column, name) "IF(s." column " <> i." column ", '" name "', NULL)"
/* Of what each department has its own word about. */
#define WORD_DIFFERS(column, name)                                                                 \
    "IF(COALESCE(w." column ", s." column ") <> i." column ", '" name "', NULL)"

DB_STMT(import_change_clear, "i", "", "DELETE FROM import_change WHERE import_id = ?");

/* Fields of an older line are not taken over, so they are no difference. */
DB_STMT(import_change_insert, "i", "",
        "INSERT INTO import_change (import_id, code, kind, name, fields)"
        " SELECT x.import_id, x.code, x.kind, x.name, x.fields FROM ("
        " SELECT i.import_id, i.code, i.name, CASE WHEN o.id IS NOT NULL AND " STANDS("o.id")
        " THEN 'merged' WHEN s.id IS NOT NULL AND " STANDS("s.id") " THEN 'changed' ELSE 'new' END"
        " AS kind, TRIM(BOTH ',' FROM CONCAT_WS(',', IF(i.verified_on >= COALESCE(w.verified_on,"
        " s.verified_on),"
        " CONCAT_WS(',', "
        DIFFERS("name", "name") ", " DIFFERS("type", "type") ", " DIFFERS("address", "address") ", "
        DIFFERS("region_code", "region")
        ", IF(s.lon <=> i.lon AND s.lat <=> i.lat, NULL, 'location'), "
        WORD_DIFFERS("state", "state") ", " WORD_DIFFERS("credit_class", "credit_class") ", "
        WORD_DIFFERS("is_key", "key") ", " WORD_DIFFERS("complaints", "complaints") ", "
        WORD_DIFFERS("verified_on", "verified_on") ", " DIFFERS("synthetic", "synthetic") ", "
        DIFFERS("licence", "licence") "), ''),"
        " IF((SELECT GROUP_CONCAT(e.specialty ORDER BY e.specialty) FROM directory_entry e"
        " WHERE e.directory_id = m.directory_id AND e.subject_id = s.id)"
        " <=> (SELECT GROUP_CONCAT(e.specialty ORDER BY e.specialty) FROM import_entry e"
        " WHERE e.import_id = i.import_id AND e.code = i.code), NULL, 'specialties'))) AS fields"
        " FROM import m JOIN import_subject i ON i.import_id = m.id"
        " LEFT JOIN subject s ON s.code = i.code"
        " LEFT JOIN subject_word w ON w.department_id = m.department_id AND w.subject_id = s.id"
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
        "UPDATE import SET created = ?, changed = ?, unchanged = (SELECT COUNT(*)"
        " FROM import_subject i WHERE i.import_id = import.id) - ? WHERE id = ?");

#define FIELD_COUNT(name) ", COUNT(IF(kind <> 'new' AND FIND_IN_SET('" name "', fields), 1, NULL))"
DB_STMT(import_change_count, "i", "iiii" "iiiiiiiiiiiii",
        "SELECT COUNT(IF(kind = 'new', 1, NULL)), COUNT(IF(kind = 'changed', 1, NULL)),"
        " COUNT(IF(kind = 'merged', 1, NULL)), COUNT(IF(kind = 'vanished', 1, NULL))"
        FIELD_COUNT("name") FIELD_COUNT("type") FIELD_COUNT("address") FIELD_COUNT("region")
        FIELD_COUNT("location") FIELD_COUNT("state") FIELD_COUNT("credit_class") FIELD_COUNT("key")
        FIELD_COUNT("complaints") FIELD_COUNT("specialties") FIELD_COUNT("verified_on")
        FIELD_COUNT("synthetic") FIELD_COUNT("licence") " FROM import_change WHERE import_id = ?");

static const struct row_label kinds[] = { { "new", "新增" },
                                          { "changed", "变更" },
                                          { "merged", "代码合并" },
                                          { "vanished", "不再列入" },
                                          { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct import_change, member, __VA_ARGS__)
static const struct row_set import_change_rows =
    ROW_SET(struct import_change, COL(code, "c.code", .title = "代码", .width = 22),
            COL(name, "c.name", .title = "名称", .width = 36),
            COL(kind, "c.kind", .title = "差异", .labels = kinds),
            COL(fields, "c.fields", .title = "列", .width = 40));
#undef COL

LIST(import_change_list, .name = "changes", .title = "名录差异", .rows = &import_change_rows,
     .from = " FROM import_change c", .where = "c.import_id = ?", .in = "i", .key = "code",
     .filters = LIST_FILTERS(
         { .name = "kind", .title = "差异", .sql = "c.kind = ?", .labels = kinds }),
     .orders = LIST_ORDERS({ .member = "code" }));

/* ---- applying ---- */

DB_STMT(import_lock, "i", "ti", "SELECT state, refused FROM import WHERE id = ? FOR UPDATE");

/* The last code of the next step. */
DB_STMT(import_change_step, "iti", "t",
        "SELECT MAX(x.code) FROM (SELECT code FROM import_change WHERE import_id = ? AND code > ?"
        " ORDER BY code LIMIT ?) x");

DB_STMT(import_apply_select, "iti", "t" SUBJECT_FIELD_TYPES "D",
        "SELECT i.code, " SUBJECT_FIELDS(STAGED) ", i.verified_on FROM import_change c"
        " JOIN import_subject i ON i.import_id = c.import_id AND i.code = c.code"
        " WHERE c.import_id = ? AND c.code > ? ORDER BY c.code LIMIT ?");

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

DB_STMT(directory_entry_note_apply, "Titt", "",
        "INSERT INTO subject_change (subject_id, for_id, by_id, fact, before_it, after_it,"
        " changed_at) SELECT s.id, m.department_id, m.department_id, 'entry', '-', x.specialty, ?"
        " FROM import_change c JOIN import m ON m.id = c.import_id AND m.department_id IS NOT NULL"
        " JOIN import_entry x ON x.import_id = c.import_id AND x.code = c.code"
        " JOIN subject s ON s.code = c.code LEFT JOIN directory_entry e"
        " ON e.directory_id = m.directory_id AND e.subject_id = s.id AND e.specialty = x.specialty"
        " WHERE c.import_id = ? AND c.code > ? AND c.code <= ? AND e.subject_id IS NULL");

DB_STMT(directory_entry_apply, "itt", "",
        "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
        " SELECT m.directory_id, s.id, x.specialty FROM import_change c"
        " JOIN import m ON m.id = c.import_id"
        " JOIN import_entry x ON x.import_id = c.import_id AND x.code = c.code"
        " JOIN subject s ON s.code = c.code WHERE c.import_id = ? AND c.code > ? AND c.code <= ?"
        " ON DUPLICATE KEY UPDATE specialty = directory_entry.specialty");

DB_STMT(import_apply_note, "itt", "",
        "INSERT INTO record_change (import_id, kind, code, act, changes) SELECT c.import_id,"
        " 'subject', c.code, IF(c.kind = 'vanished', 'left', 'joined'), '[]' FROM import_change c"
        " WHERE c.import_id = ? AND c.code > ? AND c.code <= ? AND c.kind IN ('new', 'vanished')");
DB_STMT(directory_update_refreshed, "Di", "", "UPDATE directory SET refreshed_on = ? WHERE id = ?");
DB_STMT(import_subject_clear, "ii", "", "DELETE FROM import_subject WHERE import_id = ? LIMIT ?");
DB_STMT(import_entry_clear, "ii", "", "DELETE FROM import_entry WHERE import_id = ? LIMIT ?");
/* clang-format on */

/* ---- staging ---- */

enum rc import_stage_subjects(struct db *db, struct arena *a, int64_t id,
                              const struct import_staged *rows, size_t count)
{
    enum { COLUMNS = SUBJECT_FIELD_COUNT + 4 };
    struct db_val *values = arena_array(a, count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(id);
        row[1] = db_text(rows[i].code);
        row[2] = db_text(rows[i].former);
        subject_fields(rows[i].subject, row + 3);
        row[3 + SUBJECT_FIELD_COUNT] = db_date(rows[i].subject->verified_on);
    }
    return db_bulk(db, &import_subject_insert, values, count);
}

struct staged {
    struct arena *arena;
    struct subject *out;
};

static void read_staged(const struct db_query *q, void *data)
{
    const struct staged *s = data;
    *s->out = (struct subject){ .code = db_col_dup(q, 0, s->arena),
                                .name = db_col_dup(q, 1, s->arena),
                                .type = db_col_dup(q, 2, s->arena),
                                .address = db_col_dup(q, 3, s->arena),
                                .region_code = db_col_dup(q, 4, s->arena),
                                .state = db_col_dup(q, 5, s->arena),
                                .credit_class = db_col_dup(q, 6, s->arena),
                                .is_key = db_col_int(q, 7) != 0 };
}

enum rc import_staged_before(struct db *db, struct arena *a, int64_t id, const char *code,
                             struct subject *out)
{
    struct staged staged = { a, out };
    return db_one(db, &import_staged_select, DB_ARGS(db_int(id), db_text(code)), read_staged,
                  &staged);
}

enum rc import_stage_entries(struct db *db, struct arena *a, int64_t id,
                             const struct directory_entry *entries, size_t count)
{
    enum { COLUMNS = 3 };
    struct db_val *values = arena_array(a, count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(id);
        row[1] = db_text(entries[i].subject_code);
        row[2] = db_text(entries[i].specialty);
    }
    return count ? db_bulk(db, &import_entry_insert, values, count) : RC_OK;
}

/* ---- comparing ---- */

static void read_counts(const struct db_query *q, void *data)
{
    struct import_differences *d = data;
    d->created = db_col_int(q, 0);
    d->changed = db_col_int(q, 1);
    d->merged = db_col_int(q, 2);
    d->vanished = db_col_int(q, 3);
    for (unsigned i = 0; import_field_names[i]; i++)
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
    struct import_differences before = { .created = 0 };
    struct import_differences after = { .created = 0 };
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

/* Runs the statement for the changes from one code to another, step by step; first is a value that
   it takes before the others, or NULL. */
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

/* The next staged lines behind a code. */
static enum rc staged_lines(struct db *db, struct arena *a, int64_t id, const char *after,
                            struct subject *lines, size_t *n)
{
    struct db_query *q;
    *n = 0;
    enum rc rc =
        db_query(db, &import_apply_select, DB_ARGS(db_int(id), db_text(after), db_int(SAID)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        subject_read(q, a, &lines[(*n)++]);
    return rc == RC_DONE ? RC_OK : rc;
}

static int by_code(const void *code, const void *row)
{
    return strcmp(code, ((const struct subject_stored *)row)->subject.code);
}

static enum rc say_lines(struct db *db, struct arena *a, const struct subject_speaker *by,
                         const struct subject *lines, size_t n)
{
    const struct subject_stored *stored = NULL;
    size_t found = 0;
    const char **codes = arena_array(a, n, sizeof *codes);
    struct subject_said *said = arena_array(a, n, sizeof *said);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        codes[i] = lines[i].code;
    enum rc rc = subject_load(db, a, codes, n, &stored, &found);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        const struct subject_stored *e =
            sorted_find(codes[i], stored, found, sizeof *stored, by_code);
        if (!e || !e->present)
            said[count++] = (struct subject_said){ .line = &lines[i], .stored = e };
    }
    return rc == RC_OK ? subject_say(db, a, by, said, count) : rc;
}

static enum rc say_all(struct db *db, int64_t id, const struct subject_speaker *by)
{
    struct arena *scratch = arena_new(64 << 20);
    char after[20] = "";
    size_t n = SAID;
    enum rc rc = RC_OK;
    while (rc == RC_OK && n == SAID) {
        arena_reset(scratch);
        struct subject *lines = arena_array(scratch, SAID, sizeof *lines);
        rc = staged_lines(db, scratch, id, after, lines, &n);
        if (rc == RC_OK && n)
            rc = say_lines(db, scratch, by, lines, n);
        if (rc == RC_OK && n)
            (void)snprintf(after, sizeof after, "%s", lines[n - 1].code);
    }
    arena_free(scratch);
    return rc;
}

static enum rc merge_codes(struct db *db, int64_t id, const struct subject_speaker *by)
{
    struct arena *scratch = arena_new(64 << 20);
    bool apart[MERGERS];
    const char *after = "";
    size_t n = MERGERS;
    enum rc rc = RC_OK;
    while (rc == RC_OK && n == MERGERS) {
        struct subject_merger *list = arena_array(scratch, MERGERS, sizeof *list);
        struct db_query *q;
        n = 0;
        rc = db_query(db, &import_former_select,
                      DB_ARGS(db_int(id), db_text(after), db_int(MERGERS)), &q);
        if (rc != RC_OK)
            break;
        while ((rc = db_next(&q)) == RC_OK)
            list[n++] =
                (struct subject_merger){ db_col_dup(q, 0, scratch), db_col_dup(q, 1, scratch) };
        rc = rc == RC_DONE ? subject_say_merged(db, scratch, by, list, n, apart) : rc;
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
    struct db_val at = db_instant(now);
    const struct subject_speaker by = { record->department_id, now, id };
    enum rc rc = check(db, record, err);
    if (rc == RC_OK)
        rc = say_all(db, id, &by);
    if (rc == RC_OK)
        rc = merge_codes(db, id, &by);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &directory_departure_insert, &today);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &directory_entry_depart, NULL);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &directory_entry_note_apply, &at);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &directory_entry_apply, NULL);
    if (rc == RC_OK)
        rc = in_steps(db, a, id, &import_apply_note, NULL);
    if (rc == RC_OK)
        rc = db_exec(db, &directory_update_refreshed, DB_ARGS(today, db_int(record->directory_id)));
    if (rc == RC_OK)
        rc = clear(db, id, &import_subject_clear);
    if (rc == RC_OK)
        rc = clear(db, id, &import_entry_clear);
    return rc == RC_OK ? import_record_end(db, id, "applied", now) : rc;
}
