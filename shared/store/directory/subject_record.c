#include "store/directory/subject_record.h"

#include <string.h>

#include "base/text.h"
#include "store/directory/record_change.h"
#include "store/directory/vocabulary.h"

#define COL(member, ...) ROW_COL(struct subject_record, member, __VA_ARGS__)
const struct row_set subject_record_rows = ROW_SET(
    struct subject_record, COL(code, "s.code"), COL(name, "s.name", .title = "名称"),
    COL(type, "s.type", .title = "类型"), COL(address, "s.address", .title = "地址"),
    COL(region, "s.region_code AS region", .title = "区划"),
    COL(lon, "s.lon", .title = "经度", .nullable = true),
    COL(lat, "s.lat", .title = "纬度", .nullable = true),
    COL(state, "COALESCE(w.state, s.state) AS state", .title = "状态", .labels = subject_states),
    COL(credit_class, "COALESCE(w.credit_class, s.credit_class) AS credit_class",
        .title = "信用风险分类"),
    COL(is_key, "COALESCE(w.is_key, s.is_key) AS is_key", .title = "重点对象"),
    COL(complaints, "COALESCE(w.complaints, s.complaints) AS complaints", .title = "投诉数"),
    COL(specialties,
        "(SELECT GROUP_CONCAT(x.specialty ORDER BY x.specialty SEPARATOR ',')"
        " FROM directory_entry x WHERE x.directory_id = d.id AND x.subject_id = s.id)"
        " AS specialties",
        .title = "专业", .nullable = true),
    COL(verified_on, "COALESCE(w.verified_on, s.verified_on) AS verified_on", .title = "核实日期"),
    COL(licence, "s.licence", .title = "许可证号或登记号"),
    COL(natural_person,
        "EXISTS (SELECT 1 FROM subject_person n WHERE n.code = s.code) AS natural_person"));
#undef COL

DB_STMT(subject_lock_select, "t", "i", "SELECT id FROM subject WHERE code = ? FOR UPDATE");

DB_ROWS(subject_record_select, "ti", &subject_record_rows,
        " FROM directory d JOIN subject s ON s.code = ? LEFT JOIN subject_word w"
        " ON w.department_id = d.department_id AND w.subject_id = s.id WHERE d.id = ?"
        " AND EXISTS (SELECT 1 FROM directory_entry e WHERE e.directory_id = d.id"
        " AND e.subject_id = s.id)");

#define LEAVING                                                                                    \
    " FROM subject s JOIN directory_entry e ON e.subject_id = s.id"                                \
    " WHERE s.code = ? AND e.directory_id = ? AND FIND_IN_SET(e.specialty, ?) = 0"

DB_STMT(subject_departure_insert, "iDtit", "",
        "INSERT INTO directory_departure (directory_id, subject_id, specialty, import_id, left_on)"
        " SELECT e.directory_id, e.subject_id, e.specialty, ?, ?" LEAVING);
DB_STMT(subject_entry_depart, "tit", "", "DELETE e" LEAVING);

enum rc subject_lock(struct db *db, const char *code)
{
    int64_t id;
    return db_one_int(db, &subject_lock_select, DB_ARGS(db_text(code)), &id);
}

enum rc subject_record_by_code(struct db *db, struct arena *a, int64_t directory_id,
                               const char *code, struct subject_record *out)
{
    return db_row(db, a, &subject_record_select, DB_ARGS(db_text(code), db_int(directory_id)), out);
}

enum rc subject_record_leave(struct db *db, struct arena *a, int64_t directory_id,
                             int64_t import_id, const struct subject_record *subject,
                             const char *const *kept, size_t kept_count, int32_t on)
{
    struct buf b;
    buf_init(&b, a, 65536);
    for (size_t i = 0; i < kept_count; i++)
        buf_printf(&b, "%s%s", i ? "," : "", kept[i]);
    const char *staying = b.n ? b.p : "";
    enum rc rc = db_exec(db, &subject_departure_insert,
                         DB_ARGS(db_int(import_id), db_date(on), db_text(subject->code),
                                 db_int(directory_id), db_text(staying)));
    if (rc != RC_OK || db_affected(db) == 0)
        return rc;
    rc = db_exec(db, &subject_entry_depart,
                 DB_ARGS(db_text(subject->code), db_int(directory_id), db_text(staying)));
    const struct record_field fields[] = { { "specialties", subject->specialties, staying },
                                           { .name = NULL } };
    const struct record_note note = { subject->code, kept_count ? "changed" : "left",
                                      record_differences(a, fields) };
    return rc == RC_OK ? record_note(db, a, import_id, "subject", &note, note.changes != NULL) : rc;
}
