#include "store/directory/subject_line.h"

#include "store/directory/vocabulary.h"

/* Subqueries, not joins: no other table may come before the one that a filter's index is of. */
#define SPECIALTIES_OF(what)                                                                       \
    "(SELECT GROUP_CONCAT(DISTINCT " what " ORDER BY y.position SEPARATOR ',')"                    \
    " FROM directory_entry x JOIN specialty y ON y.code = x.specialty WHERE x.subject_id = s.id)"

#define COL(member, ...) ROW_COL(struct subject_line, member, __VA_ARGS__)
const struct row_set subject_line_rows = ROW_SET(
    struct subject_line, COL(id, "s.id"),
    COL(code, "s.code", .title = "统一社会信用代码", .width = 22),
    COL(code_flagged, "s.code_flagged", .title = "代码存疑"),
    COL(natural_person,
        "EXISTS (SELECT 1 FROM subject_person n WHERE n.code = s.code) AS natural_person",
        .title = "自然人"),
    COL(licence, "s.licence", .title = "许可证号或登记号", .width = 26),
    COL(name, "s.name", .title = "检查对象", .width = 36), COL(type, "s.type", .title = "类型"),
    COL(address, "s.address", .title = "地址", .width = 44),
    COL(region, "s.region_code AS region", .title = "区划代码", .width = 10),
    COL(region_name, "(SELECT r.name FROM region r WHERE r.code = s.region_code) AS region_name",
        .title = "区划", .width = 12, .nullable = true),
    COL(state, "COALESCE(w.state, s.state) AS state", .title = "状态", .width = 14,
        .labels = subject_states),
    COL(credit_class, "COALESCE(w.credit_class, s.credit_class) AS credit_class",
        .title = "信用风险分类", .width = 16, .labels = credit_classes),
    COL(is_key, "COALESCE(w.is_key, s.is_key) AS is_key", .title = "重点对象"),
    COL(complaints, "COALESCE(w.complaints, s.complaints) AS complaints", .title = "投诉数"),
    COL(verified_on, "COALESCE(w.verified_on, s.verified_on) AS verified_on", .title = "核实日期",
        .width = 12),
    COL(specialties, SPECIALTIES_OF("y.code") " AS specialties", .nullable = true),
    COL(specialty_names, SPECIALTIES_OF("y.name") " AS specialty_names", .title = "专业",
        .width = 36, .nullable = true),
    COL(merged_into, "(SELECT m.code FROM subject m WHERE m.id = s.merged_into) AS merged_into",
        .nullable = true));
#undef COL

/*
 * A subject stands in a directory once for each specialty: its first entry is its row. Entries and
 * each index of a filter are in the order of the subject's id, so that a page ends where it is
 * full. Rows show the department's own word (domain/directory/word); the filters state,
 * credit_class, key and verified_… are by what the subject's own row has.
 */
LIST(subject_list, .name = "subjects", .title = "检查对象", .rows = &subject_line_rows,
     .from = " FROM directory_entry e JOIN subject s ON s.id = e.subject_id"
             " JOIN directory ON directory.id = e.directory_id LEFT JOIN subject_word w"
             " ON w.department_id = directory.department_id AND w.subject_id = s.id",
     .where = "e.directory_id = ? AND e.specialty = (SELECT MIN(f.specialty)"
              " FROM directory_entry f WHERE f.directory_id = e.directory_id"
              " AND f.subject_id = e.subject_id)",
     .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "region", .title = "区划代码", .sql = "s.region_code = ?" },
         { .name = "specialty",
           .title = "专业",
           .sql = "EXISTS (SELECT 1 FROM directory_entry z WHERE z.directory_id = e.directory_id"
                  " AND z.subject_id = s.id AND z.specialty = ?)" },
         { .name = "state", .title = "状态", .sql = "s.state = ?", .labels = subject_states },
         { .name = "credit_class",
           .title = "信用风险分类",
           .sql = "s.credit_class = ?",
           .labels = credit_classes },
         { .name = "key", .title = "重点对象", .sql = "s.is_key = ?", .type = 'i', .yes = true },
         { .name = "flagged",
           .title = "代码存疑",
           .sql = "s.code_flagged = ?",
           .type = 'i',
           .yes = true },
         { .name = "code", .title = "代码", .sql = "s.code LIKE ?", .prefix = true },
         { .name = "name", .title = "名称", .sql = "s.name LIKE ?", .prefix = true },
         { .name = "verified_before",
           .title = "核实日期早于",
           .sql = "s.verified_on < ?",
           .type = 'D' },
         { .name = "verified_after",
           .title = "核实日期晚于",
           .sql = "s.verified_on > ?",
           .type = 'D' }),
     .orders = LIST_ORDERS({ .member = "id" }));

DB_ROWS(subject_line_select, "it", &subject_line_rows,
        " FROM subject s LEFT JOIN subject_word w ON w.department_id = ? AND w.subject_id = s.id"
        " WHERE s.code = ?");

enum rc subject_line_by_code(struct db *db, struct arena *a, int64_t department_id,
                             const char *code, struct subject_line *out)
{
    return db_row(db, a, &subject_line_select, DB_ARGS(db_int(department_id), db_text(code)), out);
}
