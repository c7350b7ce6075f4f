#include "store/directory/inspector_line.h"

#include "store/directory/department.h"

#define SPECIALTIES_OF(what)                                                                       \
    "(SELECT GROUP_CONCAT(" what " ORDER BY y.position SEPARATOR ',') FROM inspector_specialty x"  \
    " JOIN specialty y ON y.code = x.specialty WHERE x.inspector_id = inspector.id)"

#define COL(member, ...) ROW_COL(struct inspector_line, member, __VA_ARGS__)
const struct row_set inspector_line_rows =
    ROW_SET(struct inspector_line, COL(id, "inspector.id", .hidden = true),
            COL(card_no, "inspector.card_no", .title = "执法证号", .width = 16),
            COL(name, "inspector.name", .title = "姓名", .width = 12),
            COL(department_id, "inspector.department_id", .hidden = true),
            COL(department, "department.code"),
            COL(department_name, "department.name", .title = "部门", .width = 36),
            COL(card_expires_on, "inspector.card_expires_on", .title = "证件有效期至", .width = 14),
            COL(on_duty, "inspector.on_duty", .title = "在岗"),
            COL(max_daily, "inspector.max_daily", .title = "每日上限"),
            COL(max_total, "inspector.max_total", .title = "全年上限"),
            COL(specialties, SPECIALTIES_OF("y.code") " AS specialties", .nullable = true),
            COL(specialty_names, SPECIALTIES_OF("y.name") " AS specialty_names", .title = "专业",
                .width = 36, .nullable = true),
            COL(areas,
                "(SELECT GROUP_CONCAT(v.region_code ORDER BY v.region_code SEPARATOR ',')"
                " FROM inspector_area v WHERE v.inspector_id = inspector.id) AS areas",
                .title = "执法区域", .width = 30, .nullable = true),
            COL(telephone, "inspector.telephone", .title = "电话", .width = 16),
            COL(synthetic, "inspector.synthetic", .hidden = true));
#undef COL

#define FROM_INSPECTOR " FROM inspector JOIN department ON department.id = inspector.department_id"

LIST(inspector_list, .name = "inspectors", .title = "执法检查人员", .rows = &inspector_line_rows,
     .from = FROM_INSPECTOR, .where = DEPARTMENT_OWN_OR_BELOW("inspector.department_id"), .in = "i",
     .key = "card_no",
     .filters = LIST_FILTERS(
         { .name = "department", .title = "部门代码", .sql = "department.code = ?" },
         { .name = "specialty",
           .title = "专业",
           .sql = "EXISTS (SELECT 1 FROM inspector_specialty z WHERE z.inspector_id = inspector.id"
                  " AND z.specialty = ?)" },
         { .name = "area",
           .title = "执法区域",
           .sql = "EXISTS (SELECT 1 FROM inspector_area z WHERE z.inspector_id = inspector.id"
                  " AND z.region_code = ?)" },
         { .name = "on_duty",
           .title = "在岗",
           .sql = "inspector.on_duty = ?",
           .type = 'i',
           .yes = true },
         { .name = "card_expires_before",
           .title = "证件到期早于",
           .sql = "inspector.card_expires_on < ?",
           .type = 'D' },
         { .name = "card_no",
           .title = "执法证号",
           .sql = "inspector.card_no LIKE ?",
           .prefix = true },
         { .name = "name", .title = "姓名", .sql = "inspector.name LIKE ?", .prefix = true }),
     .orders = LIST_ORDERS({ .member = "card_no" }, { .member = "name" },
                           { .member = "card_expires_on" }),
     .small = "some thousand inspectors of a city");

DB_ROWS(inspector_line_select, "t", &inspector_line_rows,
        FROM_INSPECTOR " WHERE inspector.card_no = ?");

#define COL(member, ...) ROW_COL(struct recusal_line, member, __VA_ARGS__)
static const struct row_set recusal_rows = ROW_SET(
    struct recusal_line, COL(id, "recusal.id"),
    COL(inspector, "inspector.card_no", .title = "执法证号", .width = 16),
    COL(inspector_name, "inspector.name", .title = "姓名", .width = 12),
    COL(subject, "subject.code", .title = "统一社会信用代码", .width = 22),
    COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
    COL(reason, "recusal.reason", .title = "回避理由", .width = 40),
    COL(declared_by, "declared_by.login", .title = "申报账号", .width = 14, .nullable = true),
    COL(declared_at, "recusal.declared_at", .title = "申报时间", .width = 18, .instant = true,
        .nullable = true));
#undef COL

LIST(recusal_list, .name = "recusals", .title = "回避", .rows = &recusal_rows,
     .from = " FROM inspector_recusal recusal JOIN inspector ON inspector.id ="
             " recusal.inspector_id JOIN subject ON subject.id = recusal.subject_id"
             " LEFT JOIN account declared_by ON declared_by.id = recusal.declared_by",
     .where = "inspector.department_id = ? AND inspector.id BETWEEN ? AND ?", .in = "iii",
     .key = "id",
     .filters =
         LIST_FILTERS({ .name = "inspector", .title = "执法证号", .sql = "inspector.card_no = ?" },
                      { .name = "subject", .title = "检查对象代码", .sql = "subject.code = ?" },
                      { .name = "declared_after",
                        .title = "申报不早于",
                        .sql = "recusal.declared_at >= ?",
                        .type = 'T' },
                      { .name = "declared_before",
                        .title = "申报早于",
                        .sql = "recusal.declared_at < ?",
                        .type = 'T' }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }),
     .small = "some recusals of each of a department's inspectors");

DB_STMT(inspector_lock_select, "t", "i", "SELECT id FROM inspector WHERE card_no = ? FOR UPDATE");

enum rc inspector_lock(struct db *db, const char *card_no)
{
    int64_t id;
    return db_one_int(db, &inspector_lock_select, DB_ARGS(db_text(card_no)), &id);
}

enum rc inspector_line_by_card(struct db *db, struct arena *a, const char *card_no,
                               struct inspector_line *out)
{
    return db_row(db, a, &inspector_line_select, DB_ARGS(db_text(card_no)), out);
}
