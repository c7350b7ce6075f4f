#include "store/publish/disclosure_list.h"

#include "store/directory/vocabulary.h"

#define COL(member, ...) ROW_COL(struct disclosure_item, member, __VA_ARGS__)
const struct row_set disclosure_item_rows = ROW_SET(
    struct disclosure_item, COL(code, "code", .title = "事项编码"),
    COL(version, "version", .title = "版本"),
    COL(specialty_name, "specialty_name", .title = "专业"), COL(name, "name", .title = "事项名称"),
    COL(category, "category", .title = "类别", .labels = item_categories),
    COL(method, "method", .title = "检查方式", .labels = item_methods),
    COL(legal_basis, "legal_basis", .title = "检查依据"),
    COL(content, "content", .title = "检查内容"));
#undef COL

#define COL(member, ...) ROW_COL(struct disclosure_plan, member, __VA_ARGS__)
const struct row_set disclosure_plan_rows =
    ROW_SET(struct disclosure_plan, COL(code, "code", .title = "计划编号"),
            COL(name, "name", .title = "计划名称"),
            COL(department_name, "department_name", .title = "部门"),
            COL(ends_on, "ends_on", .title = "截止日期"),
            COL(items, "items", .title = "事项类别", .labels = item_categories),
            COL(quota, "quota", .title = "抽查数量", .nullable = true));
#undef COL

DB_ROWS(disclosure_item_select, "ttti", &disclosure_item_rows,
        " FROM public_item WHERE (? = '' OR specialty = ?) AND code > ? ORDER BY code LIMIT ?");
/* Above every code. */
#define LAST "~"
DB_ROWS(disclosure_plan_select, "ti", &disclosure_plan_rows,
        " FROM public_plan WHERE code < ? ORDER BY code DESC LIMIT ?");

enum rc disclosure_items(struct db *db, struct arena *a, const char *specialty, const char *after,
                         int64_t limit, struct row_page *items)
{
    return db_page(db, a, &disclosure_item_select,
                   DB_ARGS(db_text(specialty), db_text(specialty), db_text(after)), limit, items);
}

enum rc disclosure_plans(struct db *db, struct arena *a, const char *before, int64_t limit,
                         struct row_page *plans)
{
    return db_page(db, a, &disclosure_plan_select, DB_ARGS(db_text(before ? before : LAST)), limit,
                   plans);
}
