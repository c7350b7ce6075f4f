#include "store/directory/department.h"

#include "store/directory/vocabulary.h"

const struct row_label department_kinds[] = { { "health", "卫生健康" },
                                              { "market", "市场监管" },
                                              { "education", "教育" },
                                              { "fire", "消防救援" },
                                              { NULL, NULL } };

DB_STMT(department_select_code, "t", "i", "SELECT id FROM department WHERE code = ?");
DB_STMT(department_oversees_select, "ii", "i",
        "SELECT COUNT(*) FROM department d WHERE d.id = ? AND " DEPARTMENT_OWN_OR_BELOW("d.id"));

struct region {
    const char *region;
};
static const struct row_set region_rows =
    ROW_SET(struct region, ROW_COL(struct region, region, "department.region_code AS region"));
DB_ROWS(department_region_select, "i", &region_rows, " FROM department WHERE department.id = ?");

#define SPECIALTIES_OF(what)                                                                       \
    "(SELECT GROUP_CONCAT(" what " ORDER BY y.position SEPARATOR ',') FROM department_specialty x" \
    " JOIN specialty y ON y.code = x.specialty WHERE x.department_id = department.id)"

#define COL(member, ...) ROW_COL(struct department_line, member, __VA_ARGS__)
static const struct row_set department_rows =
    ROW_SET(struct department_line, COL(code, "department.code", .title = "部门代码", .width = 12),
            COL(name, "department.name", .title = "部门", .width = 36),
            COL(kind, "department.kind", .title = "系统", .width = 12, .labels = department_kinds),
            COL(region, "department.region_code AS region", .title = "区划代码", .width = 10),
            COL(region_name, "region.name", .title = "区划", .width = 12),
            COL(level, "department.level", .title = "层级", .labels = region_levels),
            COL(specialties, SPECIALTIES_OF("y.code") " AS specialties", .nullable = true),
            COL(specialty_names, SPECIALTIES_OF("y.name") " AS specialty_names", .title = "专业",
                .width = 60, .nullable = true),
            COL(telephone, "department.telephone", .title = "监督电话", .width = 18));
#undef COL

LIST(department_list, .name = "departments", .title = "部门", .rows = &department_rows,
     .from = " FROM department JOIN region ON region.code = department.region_code", .in = "",
     .key = "code",
     .filters = LIST_FILTERS(
         { .name = "region", .title = "区划代码", .sql = "department.region_code = ?" },
         { .name = "kind",
           .title = "系统",
           .sql = "department.kind = ?",
           .labels = department_kinds },
         { .name = "level",
           .title = "层级",
           .sql = "department.level = ?",
           .labels = region_levels },
         { .name = "specialty",
           .title = "专业",
           .sql = "EXISTS (SELECT 1 FROM department_specialty z WHERE z.department_id ="
                  " department.id AND z.specialty = ?)" },
         { .name = "name", .title = "部门", .sql = "department.name LIKE ?", .prefix = true }),
     .orders = LIST_ORDERS({ .member = "code" }, { .member = "name" }),
     .small = "some hundred departments of a province");

enum rc department_region(struct db *db, struct arena *a, int64_t id, const char **region)
{
    struct region row;
    enum rc rc = db_row(db, a, &department_region_select, DB_ARGS(db_int(id)), &row);
    if (rc == RC_OK)
        *region = row.region;
    return rc;
}

enum rc department_oversees(struct db *db, int64_t own, int64_t other, bool *oversees)
{
    int64_t n = 0;
    enum rc rc =
        db_one_int(db, &department_oversees_select, DB_ARGS(db_int(other), db_int(own)), &n);
    if (rc == RC_OK)
        *oversees = n > 0;
    return rc;
}

enum rc department_by_code(struct db *db, const char *code, int64_t *id)
{
    return db_one_int(db, &department_select_code, DB_ARGS(db_text(code)), id);
}
