#include "store/subject.h"

#include <string.h>

#include "sys/jsonw.h"

DB_STMT(
    subject_upsert, "tittttddttiiDi", "",
    "INSERT INTO subject (code, code_flagged, name, type, address, region_code, lon, lat, state,"
    " credit_class, is_key, complaints, verified_on, synthetic)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
    " code_flagged = VALUES(code_flagged), name = VALUES(name), type = VALUES(type),"
    " address = VALUES(address), region_code = VALUES(region_code), lon = VALUES(lon),"
    " lat = VALUES(lat), state = VALUES(state), credit_class = VALUES(credit_class),"
    " is_key = VALUES(is_key), complaints = VALUES(complaints),"
    " verified_on = VALUES(verified_on), synthetic = VALUES(synthetic)");
/* One statement for a whole batch, a JSON array of [directory, subject code, specialty]. The join
   order is fixed: while the statistics still call the table empty, MariaDB would scan it all. */
DB_STMT(directory_entry_add, "t", "",
        "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
        " SELECT STRAIGHT_JOIN j.directory_id, s.id, j.specialty FROM JSON_TABLE(?, '$[*]' COLUMNS("
        " directory_id INT PATH '$[0]', code VARCHAR(18) CHARACTER SET ascii PATH '$[1]',"
        " specialty VARCHAR(32) CHARACTER SET ascii PATH '$[2]')) j"
        " JOIN subject s FORCE INDEX (code) ON s.code = j.code COLLATE ascii_bin"
        " ON DUPLICATE KEY UPDATE specialty = directory_entry.specialty");
DB_STMT(directory_upsert, "titD", "",
        "INSERT INTO directory (code, department_id, name, refreshed_on) VALUES (?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE name = VALUES(name), refreshed_on = VALUES(refreshed_on)");
DB_STMT(directory_owner, "t", "i", "SELECT department_id FROM directory WHERE code = ?");

enum rc subject_put(struct db *db, const struct subject *subjects, size_t count)
{
    struct arena *scratch = arena_new(SIZE_MAX);
    size_t params = strlen(subject_upsert.in);
    struct db_val *values = arena_array(scratch, count * params, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const struct subject *s = &subjects[i];
        const struct db_val row[] = {
            db_text(s->code),
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
            db_date(s->verified_on),
            db_int(s->synthetic),
        };
        memcpy(values + i * params, row, sizeof row);
    }
    enum rc rc = db_bulk(db, &subject_upsert, values, count);
    arena_free(scratch);
    return rc;
}

enum rc directory_entry_put(struct db *db, const struct directory_entry *entries, size_t count)
{
    struct arena *scratch = arena_new(SIZE_MAX);
    struct buf json;
    struct jsonw w;
    buf_init(&json, scratch, SIZE_MAX / 4);
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
    enum rc rc = db_exec(db, &directory_entry_add, DB_ARGS(db_text(json.p)));
    arena_free(scratch);
    return rc;
}

enum rc directory_put(struct db *db, const char *code, int64_t department_id, const char *name,
                      int32_t refreshed_on)
{
    int64_t owner = department_id;
    enum rc rc = db_one_int(db, &directory_owner, DB_ARGS(db_text(code)), &owner);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (owner != department_id)
        return RC_CONFLICT;
    return db_exec(
        db, &directory_upsert,
        DB_ARGS(db_text(code), db_int(department_id), db_text(name), db_date(refreshed_on)));
}
