#include "store/directory/subject.h"

#include <stdlib.h>
#include <string.h>

#include "sys/jsonw.h"

#define PLAIN(column) column
#define PLACE(column) "?"
#define GIVEN(column) column " = VALUES(" column ")"

/* clang-format off */
#define INSERT_SUBJECT                                                                             \
    "INSERT INTO subject (code, " SUBJECT_FIELDS(PLAIN) ", verified_on)"                           \
    " VALUES (?, " SUBJECT_FIELDS(PLACE) ", ?)"
DB_STMT(subject_insert, "t" SUBJECT_FIELD_TYPES "D", "", INSERT_SUBJECT);
DB_STMT(subject_upsert, "t" SUBJECT_FIELD_TYPES "D", "",
        INSERT_SUBJECT " ON DUPLICATE KEY UPDATE " SUBJECT_FIELDS(GIVEN) ", " GIVEN("verified_on"));
/* clang-format on */
/* One statement for a whole batch, a JSON array of [directory, subject code, specialty]. The join
   order is fixed: while the statistics still call the table empty, MariaDB would scan it all. */
DB_STMT(directory_entry_add, "t", "",
        "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
        " SELECT STRAIGHT_JOIN j.directory_id, s.id, j.specialty FROM JSON_TABLE(?, '$[*]' COLUMNS("
        " directory_id INT PATH '$[0]', code VARCHAR(18) CHARACTER SET ascii PATH '$[1]',"
        " specialty VARCHAR(32) CHARACTER SET ascii PATH '$[2]')) j"
        " JOIN subject s FORCE INDEX (code) ON s.code = j.code COLLATE ascii_bin"
        " ON DUPLICATE KEY UPDATE specialty = directory_entry.specialty");
DB_STMT(directory_entry_note_insert, "iiTt", "",
        "INSERT INTO subject_change (subject_id, for_id, by_id, fact, before_it, after_it,"
        " changed_at) SELECT STRAIGHT_JOIN s.id, ?, ?, 'entry', '-', j.specialty, ?"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS(code VARCHAR(18) CHARACTER SET ascii PATH '$[1]',"
        " specialty VARCHAR(32) CHARACTER SET ascii PATH '$[2]')) j"
        " JOIN subject s FORCE INDEX (code) ON s.code = j.code COLLATE ascii_bin");
DB_STMT(directory_upsert, "titD", "",
        "INSERT INTO directory (code, department_id, name, refreshed_on) VALUES (?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE name = VALUES(name), refreshed_on = VALUES(refreshed_on)");
DB_STMT(directory_compare, "tDt", "ii",
        "SELECT department_id, 1 + (name = ? AND refreshed_on = ?) FROM directory WHERE code = ?");

/* Codes come as a JSON array; the join order is fixed as above. */
#define CODES_FROM                                                                                 \
    " FROM JSON_TABLE(?, '$[*]' COLUMNS(code VARCHAR(18) CHARACTER SET ascii PATH '$')) j"         \
    " JOIN subject s FORCE INDEX (code) ON s.code = j.code COLLATE ascii_bin"

DB_STMT(subject_select_codes, "t", "t" SUBJECT_FIELD_TYPES "Dti",
        "SELECT STRAIGHT_JOIN s.code, s.code_flagged, s.name, s.type, s.address, s.region_code,"
        " s.lon, s.lat, s.state, s.credit_class, s.is_key, s.complaints, s.synthetic, s.licence,"
        " s.verified_on, m.code, s.id" CODES_FROM " LEFT JOIN subject m ON m.id = s.merged_into");

DB_STMT(directory_entry_select, "t", "itt",
        "SELECT STRAIGHT_JOIN e.directory_id, s.code, e.specialty" CODES_FROM
        " JOIN directory_entry e ON e.subject_id = s.id");

/* Mergers come as a JSON array of [former, present]. */
#define MERGERS                                                                                    \
    " JSON_TABLE(?, '$[*]' COLUMNS(former VARCHAR(18) CHARACTER SET ascii PATH '$[0]',"            \
    " present VARCHAR(18) CHARACTER SET ascii PATH '$[1]')) j"                                     \
    " JOIN subject n FORCE INDEX (code) ON n.code = j.present COLLATE ascii_bin"
#define FORMER " JOIN subject o FORCE INDEX (code) ON o.code = j.former COLLATE ascii_bin"

/* A code that never was here is kept too, so that a file which still has it finds the subject. */
DB_STMT(subject_insert_former, "t", "",
        "INSERT INTO subject (code, code_flagged, name, type, address, region_code, state,"
        " credit_class, is_key, complaints, verified_on, synthetic, licence, merged_into)"
        " SELECT STRAIGHT_JOIN j.former, FALSE, n.name, n.type, n.address, n.region_code, n.state,"
        " n.credit_class, n.is_key, n.complaints, n.verified_on, n.synthetic, n.licence, n.id "
        "FROM" MERGERS " ON DUPLICATE KEY UPDATE merged_into = n.id");

/* What had been merged into the former one stands for the present one. */
DB_STMT(subject_update_chain, "t", "",
        "UPDATE" MERGERS FORMER " JOIN subject x ON x.merged_into = o.id SET x.merged_into = n.id");

DB_STMT(directory_entry_move, "t", "",
        "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
        " SELECT STRAIGHT_JOIN e.directory_id, n.id, e.specialty FROM" MERGERS FORMER
        " JOIN directory_entry e ON e.subject_id = o.id"
        " ON DUPLICATE KEY UPDATE specialty = directory_entry.specialty");

DB_STMT(directory_entry_leave, "t", "",
        "DELETE e FROM" MERGERS FORMER " JOIN directory_entry e ON e.subject_id = o.id");

DB_STMT(inspector_recusal_copy, "t", "",
        "INSERT INTO inspector_recusal (inspector_id, subject_id, reason, declared_at, declared_by)"
        " SELECT STRAIGHT_JOIN x.inspector_id, n.id, x.reason, x.declared_at, x.declared_by"
        " FROM" MERGERS FORMER " JOIN inspector_recusal x ON x.subject_id = o.id"
        " ON DUPLICATE KEY UPDATE reason = inspector_recusal.reason");

void subject_fields(const struct subject *s, struct db_val v[SUBJECT_FIELD_COUNT])
{
    const struct db_val fields[SUBJECT_FIELD_COUNT] = {
        db_int(s->code_flagged),
        db_text(s->name),
        db_text(s->type),
        db_text(s->address),
        db_text(s->region_code),
        s->located ? db_real(s->lon) : db_null('d'),
        s->located ? db_real(s->lat) : db_null('d'),
        db_text(s->state),
        db_text(s->credit_class),
        db_int(s->is_key),
        db_int(s->complaints),
        db_int(s->synthetic),
        db_text(s->licence),
    };
    memcpy(v, fields, sizeof fields);
}

bool subject_same(const struct subject *x, const struct subject *y)
{
    return x->code_flagged == y->code_flagged && strcmp(x->name, y->name) == 0 &&
           strcmp(x->type, y->type) == 0 && strcmp(x->address, y->address) == 0 &&
           strcmp(x->region_code, y->region_code) == 0 && x->located == y->located &&
           (!x->located || (x->lon == y->lon && x->lat == y->lat)) &&
           strcmp(x->state, y->state) == 0 && strcmp(x->credit_class, y->credit_class) == 0 &&
           x->is_key == y->is_key && x->complaints == y->complaints &&
           x->verified_on == y->verified_on && x->synthetic == y->synthetic &&
           strcmp(x->licence, y->licence) == 0;
}

static enum rc write_all(struct db *db, const struct db_stmt *stmt, const struct subject *subjects,
                         size_t count)
{
    enum { COLUMNS = SUBJECT_FIELD_COUNT + 2 };
    struct arena *scratch = arena_new(SIZE_MAX);
    struct db_val *values = arena_array(scratch, count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_text(subjects[i].code);
        subject_fields(&subjects[i], row + 1);
        row[COLUMNS - 1] = db_date(subjects[i].verified_on);
    }
    enum rc rc = db_bulk(db, stmt, values, count);
    arena_free(scratch);
    return rc;
}

enum rc subject_add(struct db *db, const struct subject *subjects, size_t count)
{
    enum rc rc = write_all(db, &subject_insert, subjects, count);
    return rc == RC_CONFLICT ? RC_RETRY : rc;
}

enum rc subject_put(struct db *db, const struct subject *subjects, size_t count)
{
    return write_all(db, &subject_upsert, subjects, count);
}

static const char *entries_json(struct arena *a, const struct directory_entry *entries,
                                size_t count)
{
    struct buf json;
    struct jsonw w;
    buf_init(&json, a, SIZE_MAX / 4);
    jw_init(&w, &json);
    jw_array(&w, NULL);
    for (size_t i = 0; i < count; i++) {
        jw_array(&w, NULL);
        jw_int(&w, NULL, entries[i].directory_id);
        jw_text(&w, NULL, entries[i].subject_code);
        jw_text(&w, NULL, entries[i].specialty);
        jw_end(&w);
    }
    jw_end(&w);
    return json.p;
}

enum rc directory_entry_put(struct db *db, const struct directory_entry *entries, size_t count)
{
    struct arena *scratch = arena_new(SIZE_MAX);
    enum rc rc =
        db_exec(db, &directory_entry_add, DB_ARGS(db_text(entries_json(scratch, entries, count))));
    arena_free(scratch);
    return rc;
}

enum rc directory_entry_note(struct db *db, const struct directory_entry *entries, size_t count,
                             int64_t department_id, int64_t now)
{
    struct arena *scratch = arena_new(SIZE_MAX);
    enum rc rc = db_exec(db, &directory_entry_note_insert,
                         DB_ARGS(db_int(department_id), db_int(department_id), db_instant(now),
                                 db_text(entries_json(scratch, entries, count))));
    arena_free(scratch);
    return rc;
}

static const char *codes_json(struct arena *a, const char *const *codes, size_t count)
{
    struct buf json;
    struct jsonw w;
    buf_init(&json, a, SIZE_MAX / 4);
    jw_init(&w, &json);
    jw_array(&w, NULL);
    for (size_t i = 0; i < count; i++)
        jw_text(&w, NULL, codes[i]);
    jw_end(&w);
    return json.p;
}

static int by_code(const void *x, const void *y)
{
    return strcmp(((const struct subject_stored *)x)->subject.code,
                  ((const struct subject_stored *)y)->subject.code);
}

void subject_read(const struct db_query *q, struct arena *a, struct subject *out)
{
    *out = (struct subject){
        .code = db_col_dup(q, 0, a),
        .code_flagged = db_col_int(q, 1) != 0,
        .name = db_col_dup(q, 2, a),
        .type = db_col_dup(q, 3, a),
        .address = db_col_dup(q, 4, a),
        .region_code = db_col_dup(q, 5, a),
        .located = !db_is_null(q, 6) && !db_is_null(q, 7),
        .lon = db_col_real(q, 6),
        .lat = db_col_real(q, 7),
        .state = db_col_dup(q, 8, a),
        .credit_class = db_col_dup(q, 9, a),
        .is_key = db_col_int(q, 10) != 0,
        .complaints = db_col_int(q, 11),
        .synthetic = db_col_int(q, 12) != 0,
        .licence = db_col_dup(q, 13, a),
        .verified_on = db_col_date(q, 14),
    };
}

static void fill(const struct db_query *q, struct arena *a, struct subject_stored *out)
{
    subject_read(q, a, &out->subject);
    out->present = db_is_null(q, 15) ? NULL : db_col_dup(q, 15, a);
    out->id = db_col_int(q, 16);
}

enum rc subject_load(struct db *db, struct arena *a, const char *const *codes, size_t count,
                     const struct subject_stored **stored, size_t *found)
{
    struct subject_stored *list = arena_array(a, count, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc =
        db_query(db, &subject_select_codes, DB_ARGS(db_text(codes_json(a, codes, count))), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        fill(q, a, &list[n++]);
    qsort(list, n, sizeof *list, by_code);
    *stored = list;
    *found = n;
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc directory_entry_load(struct db *db, struct arena *a, const char *const *codes, size_t count,
                             const struct directory_entry **entries, size_t *found)
{
    size_t room = 4 * count + 16;
    struct directory_entry *list = arena_array(a, room, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc =
        db_query(db, &directory_entry_select, DB_ARGS(db_text(codes_json(a, codes, count))), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (n == room) {
            struct directory_entry *more = arena_array(a, 2 * room, sizeof *more);
            memcpy(more, list, n * sizeof *list);
            list = more;
            room *= 2;
        }
        list[n++] =
            (struct directory_entry){ db_col_int(q, 0), db_col_dup(q, 1, a), db_col_dup(q, 2, a) };
    }
    *entries = list;
    *found = n;
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc subject_merge_codes(struct db *db, const struct subject_merger *mergers, size_t count)
{
    static const struct db_stmt *const steps[] = { &subject_insert_former, &subject_update_chain,
                                                   &directory_entry_move, &directory_entry_leave,
                                                   &inspector_recusal_copy };
    if (!count)
        return RC_OK;
    struct arena *scratch = arena_new(SIZE_MAX);
    struct buf json;
    struct jsonw w;
    buf_init(&json, scratch, SIZE_MAX / 4);
    jw_init(&w, &json);
    jw_array(&w, NULL);
    for (size_t i = 0; i < count; i++) {
        jw_array(&w, NULL);
        jw_text(&w, NULL, mergers[i].former);
        jw_text(&w, NULL, mergers[i].present);
        jw_end(&w);
    }
    jw_end(&w);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof steps / sizeof steps[0]; i++)
        rc = db_exec(db, steps[i], DB_ARGS(db_text(json.p)));
    arena_free(scratch);
    return rc;
}

struct comparison {
    int64_t owner;
    int64_t found; /* 1: differs, 2: the same */
};

static void read_comparison(const struct db_query *q, void *data)
{
    struct comparison *c = data;
    c->owner = db_col_int(q, 0);
    c->found = db_col_int(q, 1);
}

enum rc directory_put(struct db *db, const char *code, int64_t department_id, const char *name,
                      int32_t refreshed_on, enum store_change *change)
{
    struct comparison c = { .owner = department_id };
    enum rc rc =
        db_one(db, &directory_compare, DB_ARGS(db_text(name), db_date(refreshed_on), db_text(code)),
               read_comparison, &c);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *change = rc == RC_NOT_FOUND ? STORE_CREATED : c.found == 2 ? STORE_UNCHANGED : STORE_CHANGED;
    if (c.owner != department_id)
        return RC_CONFLICT;
    if (*change == STORE_UNCHANGED)
        return RC_OK;
    return db_exec(
        db, &directory_upsert,
        DB_ARGS(db_text(code), db_int(department_id), db_text(name), db_date(refreshed_on)));
}
