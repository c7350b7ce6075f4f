#include "store/field/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "domain/field/door.h"
#include "sys/jsonw.h"

enum {
    VERSIONS_MAX = 500, /* bytes of the columns field_versions */
    ATTENDED_MAX = 255, /* and attended */
    SECTION_COLUMNS = 16,
    CHECK_COLUMNS = 7
};

const char *const record_section_names[RECORD_SECTION_FIELDS] = {
    "arrived_at", "left_at", "note", "result_class", "opinion", "statement", "attendance_reason"
};
const char *const record_check_names[RECORD_CHECK_FIELDS] = { "result_code", "problem",
                                                              "disposal" };

/* The subqueries take no locks: only the section rows are locked, in ascending order. */
DB_STMT(
    record_stmt_lock, "itt", "iiitittTTttitttttttt",
    "SELECT s.id, s.visit_id, s.department_id, s.state, s.version, s.field_versions,"
    " IF(EXISTS (SELECT 1 FROM assignment AS a"
    " WHERE a.section_id = s.id AND a.inspector_id = ?)"
    " AND (SELECT v.state FROM visit AS v WHERE v.id = s.visit_id) = 'dispatched', 'yes', NULL),"
    " s.arrived_at, s.left_at, s.note, s.result_class, s.conflicts, s.opinion, s.statement,"
    " s.attendance_reason, s.attended, (SELECT v.door_code FROM visit AS v WHERE v.id = "
    "s.visit_id),"
    " (SELECT d.region_code FROM department AS d WHERE d.id = s.department_id), s.code_state,"
    " (SELECT v.former_door_code FROM visit AS v WHERE v.id = s.visit_id)"
    " FROM (SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS given"
    " UNION SELECT c.section_id"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS given"
    " STRAIGHT_JOIN check_result AS c FORCE INDEX (PRIMARY) ON c.id = given.id"
    " ORDER BY id LIMIT 1000) AS wanted"
    " STRAIGHT_JOIN section AS s FORCE INDEX (PRIMARY) ON s.id = wanted.id FOR UPDATE");

/* Whoever writes a check result holds the lock of its section; this reads the newest, not those of
   the snapshot. */
DB_STMT(record_stmt_checks, "t", "iiittttit",
        "SELECT c.id, c.section_id, c.version, c.field_versions, c.result_code, c.problem,"
        " c.disposal, c.checklist_id, c.answers"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted"
        " STRAIGHT_JOIN check_result AS c FORCE INDEX (section_item) ON c.section_id = wanted.id"
        " FOR UPDATE");

DB_STMT(record_stmt_codes, "", "tt", "SELECT code, result_class FROM result_code");

DB_STMT(record_stmt_section, "itTTttttttitiTti", "",
        "UPDATE section SET version = ?, field_versions = ?, arrived_at = ?, left_at = ?, note = ?,"
        " result_class = ?, opinion = ?, statement = ?, attendance_reason = ?, attended = ?,"
        " conflicts = ?, state = COALESCE(?, state),"
        " signed_by = COALESCE(?, signed_by), signed_at = COALESCE(?, signed_at),"
        " code_state = ? WHERE id = ?");

DB_STMT(record_stmt_check, "ittttji", "",
        "UPDATE check_result SET version = ?, field_versions = ?, result_code = ?, problem = ?,"
        " disposal = ?, answers = ? WHERE id = ?");

/* ---- Reading --------------------------------------------------------------------------------- */

/* "version:device:counter" of each field, comma-separated; an empty text: never set. */
static void read_versions(struct record *r, size_t fields, const char *text)
{
    for (size_t i = 0; i < fields && *text; i++) {
        char *end;
        r->fields[i].version = strtoll(text, &end, 10);
        if (*end == ':')
            r->fields[i].device_id = strtoll(end + 1, &end, 10);
        if (*end == ':')
            r->fields[i].counter = strtoll(end + 1, &end, 10);
        text = *end == ',' ? end + 1 : end;
    }
}

static const char *write_versions(struct arena *a, const struct record *r, size_t fields)
{
    struct buf text;
    buf_init(&text, a, VERSIONS_MAX);
    for (size_t i = 0; i < fields; i++)
        buf_printf(&text, "%s%" PRId64 ":%" PRId64 ":%" PRId64, i ? "," : "", r->fields[i].version,
                   r->fields[i].device_id, r->fields[i].counter);
    return text.p;
}

static const char *instant_text(struct arena *a, const struct db_query *q, unsigned column)
{
    if (db_is_null(q, column))
        return NULL;
    char *text = arena_alloc(a, INSTANT_TEXT);
    instant_format(text, db_col_int(q, column));
    return text;
}

static void read_section(struct arena *a, const struct db_query *q, struct record_section *s)
{
    const char *state = db_col_text(q, 3);
    *s = (struct record_section){ .visit_id = db_col_int(q, 1),
                                  .department_id = db_col_int(q, 2),
                                  .sealed = strcmp(state, "signed") == 0 ||
                                            strcmp(state, "accepted") == 0,
                                  .assigned = !db_is_null(q, 6),
                                  .conflicts = db_col_int(q, 11) };
    s->record.id = s->record.section_id = db_col_int(q, 0);
    s->record.version = db_col_int(q, 4);
    read_versions(&s->record, RECORD_SECTION_FIELDS, db_col_text(q, 5));
    s->record.fields[SECTION_ARRIVED_AT].value = instant_text(a, q, 7);
    s->record.fields[SECTION_LEFT_AT].value = instant_text(a, q, 8);
    s->record.fields[SECTION_NOTE].value = db_col_dup(q, 9, a);
    s->record.fields[SECTION_RESULT_CLASS].value = db_col_dup(q, 10, a);
    s->record.fields[SECTION_OPINION].value = db_col_dup(q, 12, a);
    s->record.fields[SECTION_STATEMENT].value = db_col_dup(q, 13, a);
    s->record.fields[SECTION_ATTENDANCE_REASON].value = db_col_dup(q, 14, a);
    s->attended = db_col_dup(q, 15, a);
    s->door_code = db_col_dup(q, 16, a);
    s->region = db_col_dup(q, 17, a);
    s->code_state = db_col_dup(q, 18, a);
    s->former_door_code = db_is_null(q, 19) ? NULL : db_col_dup(q, 19, a);
}

static int by_section(const void *x, const void *y)
{
    const struct record *p = x;
    const struct record *q = y;
    if (p->section_id != q->section_id)
        return p->section_id < q->section_id ? -1 : 1;
    return (p->id > q->id) - (p->id < q->id);
}

static enum rc read_check(struct arena *a, const struct db_query *q, struct record *r)
{
    *r = (struct record){ .id = db_col_int(q, 0),
                          .section_id = db_col_int(q, 1),
                          .check = true,
                          .version = db_col_int(q, 2),
                          .checklist_id = db_col_int(q, 7) };
    read_versions(r, RECORD_CHECK_FIELDS, db_col_text(q, 3));
    for (unsigned f = 0; f < RECORD_CHECK_FIELDS; f++)
        r->fields[f].value = db_col_dup(q, 4 + f, a);
    return record_answers_read(a, db_col_text(q, 8), r);
}

/* Reads the check results of all sections; the sections stand in ascending order. */
static enum rc read_checks(struct db *db, struct arena *a, struct record_section *sections,
                           size_t n)
{
    int64_t *ids = arena_array(a, n, sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = sections[i].record.id;
    struct db_query *q;
    enum rc rc = db_query(db, &record_stmt_checks, DB_ARGS(db_text(jw_ids(a, ids, n))), &q);
    if (rc != RC_OK)
        return rc;
    size_t room = 64;
    size_t count = 0;
    struct record *checks = arena_array(a, room, sizeof *checks);
    while ((rc = db_next(&q)) == RC_OK) {
        if (count == room) {
            struct record *wider = arena_array(a, room * 2, sizeof *wider);
            memcpy(wider, checks, room * sizeof *wider);
            checks = wider;
            room *= 2;
        }
        rc = read_check(a, q, &checks[count++]);
        if (rc != RC_OK)
            break;
    }
    db_done(&q);
    qsort(checks, count, sizeof *checks, by_section);
    for (size_t i = 0, c = 0; i < n; i++) {
        sections[i].checks = &checks[c];
        for (; c < count && checks[c].section_id == sections[i].record.id; c++)
            sections[i].check_count++;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc record_lock(struct db *db, struct arena *a, int64_t inspector_id,
                    const int64_t *section_ids, size_t section_count, const int64_t *check_ids,
                    size_t check_count, struct record_section **sections, size_t *n)
{
    *n = 0;
    *sections = arena_array(a, section_count + check_count, sizeof **sections);
    if (section_count + check_count == 0)
        return RC_OK;
    struct db_query *q;
    enum rc rc =
        db_query(db, &record_stmt_lock,
                 DB_ARGS(db_int(inspector_id), db_text(jw_ids(a, section_ids, section_count)),
                         db_text(jw_ids(a, check_ids, check_count))),
                 &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < section_count + check_count)
        read_section(a, q, &(*sections)[(*n)++]);
    db_done(&q);
    if (rc != RC_OK && rc != RC_DONE)
        return rc;
    return *n ? read_checks(db, a, *sections, *n) : RC_OK;
}

/* ---- Attendance ------------------------------------------------------------------------------ */

size_t record_attending(const struct record_section *s)
{
    size_t n = *s->attended ? 1 : 0;
    for (const char *p = s->attended; *p; p++)
        n += *p == ',';
    return n;
}

void record_attend(struct arena *a, struct record_section *s, int64_t inspector_id)
{
    const char *list = arena_printf(a, ",%s,", s->attended);
    if (strstr(list, arena_printf(a, ",%" PRId64 ",", inspector_id)))
        return;
    const char *longer =
        arena_printf(a, "%s%s%" PRId64, s->attended, *s->attended ? "," : "", inspector_id);
    if (record_attending(s) >= DOOR_ATTENDED_MAX || strlen(longer) > ATTENDED_MAX)
        return; /* there are enough of them for any sign-off */
    s->attended = longer;
    s->record.changed = true;
}

void record_arrive(struct record_section *s, bool code)
{
    if (code ? strcmp(s->code_state, "seen") == 0 : strcmp(s->code_state, "none") != 0)
        return;
    s->code_state = code ? "seen" : "missing";
    s->record.changed = true;
}

enum rc record_codes(struct db *db, struct arena *a, struct record_code **codes, size_t *n)
{
    enum { CODES_MAX = 256 };
    struct db_query *q;
    *codes = arena_array(a, CODES_MAX, sizeof **codes);
    *n = 0;
    enum rc rc = db_query(db, &record_stmt_codes, DB_NONE, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < CODES_MAX) {
        const char *class = db_col_text(q, 1);
        (*codes)[(*n)++] = (struct record_code){
            .code = db_col_dup(q, 0, a),
            .class = class ? result_class_parse(class) : RESULT_NONE,
        };
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static struct db_val instant_value(const struct record_field *field)
{
    int64_t instant;
    if (!field->value || !instant_parse(field->value, &instant))
        return db_null('T');
    return db_instant(instant);
}

static void section_values(struct arena *a, const struct record_section *s, struct db_val *v)
{
    const struct record_field *f = s->record.fields;
    v[0] = db_int(s->record.version);
    v[1] = db_text(write_versions(a, &s->record, RECORD_SECTION_FIELDS));
    v[2] = instant_value(&f[SECTION_ARRIVED_AT]);
    v[3] = instant_value(&f[SECTION_LEFT_AT]);
    v[4] = db_text(f[SECTION_NOTE].value);
    v[5] = db_text(f[SECTION_RESULT_CLASS].value);
    v[6] = db_text(f[SECTION_OPINION].value);
    v[7] = db_text(f[SECTION_STATEMENT].value);
    v[8] = db_text(f[SECTION_ATTENDANCE_REASON].value);
    v[9] = db_text(s->attended);
    v[10] = db_int(s->conflicts);
    v[11] = db_text(s->signed_by ? "signed" : NULL);
    v[12] = s->signed_by ? db_int(s->signed_by) : db_null('i');
    v[13] = s->signed_by ? db_instant(s->signed_at) : db_null('T');
    v[14] = db_text(s->code_state);
    v[15] = db_int(s->record.id);
}

enum rc record_store(struct db *db, struct arena *a, const struct record_section *sections,
                     size_t n)
{
    size_t check_total = 0;
    for (size_t i = 0; i < n; i++)
        check_total += sections[i].check_count;
    struct db_val *sv = arena_array(a, n, SECTION_COLUMNS * sizeof *sv);
    struct db_val *cv = arena_array(a, check_total, CHECK_COLUMNS * sizeof *cv);
    size_t section_rows = 0;
    size_t check_rows = 0;
    for (size_t i = 0; i < n; i++) {
        if (sections[i].record.changed)
            section_values(a, &sections[i], &sv[section_rows++ * SECTION_COLUMNS]);
        for (size_t c = 0; c < sections[i].check_count; c++) {
            const struct record *r = &sections[i].checks[c];
            if (!r->changed)
                continue;
            struct db_val *v = &cv[check_rows++ * CHECK_COLUMNS];
            v[0] = db_int(r->version);
            v[1] = db_text(write_versions(a, r, RECORD_CHECK_FIELDS));
            for (size_t f = 0; f < RECORD_CHECK_FIELDS; f++)
                v[2 + f] = db_text(r->fields[f].value);
            v[5] = db_json(record_answers_write(a, r));
            v[6] = db_int(r->id);
        }
    }
    enum rc rc = RC_OK;
    if (section_rows)
        rc = db_bulk(db, &record_stmt_section, sv, section_rows);
    if (rc == RC_OK && check_rows)
        rc = db_bulk(db, &record_stmt_check, cv, check_rows);
    return rc;
}
