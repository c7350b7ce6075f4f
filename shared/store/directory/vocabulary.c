#include "store/directory/vocabulary.h"

#include "store/directory/department.h"

const struct row_label region_levels[] = { { "city", "市" },
                                           { "district", "区县" },
                                           { NULL, NULL } };

const struct row_label result_classes[] = { { "no_problem", "未发现问题" },
                                            { "corrected", "发现问题已责令改正" },
                                            { "penalty", "行政处罚" },
                                            { "unreachable", "无法联系" },
                                            { NULL, NULL } };

const struct row_label item_categories[] = { { "general", "一般检查事项" },
                                             { "key", "重点检查事项" },
                                             { NULL, NULL } };

const struct row_label item_methods[] = { { "onsite", "现场检查" },
                                          { "written", "书面检查" },
                                          { "network", "网络检查" },
                                          { "entrusted", "委托检查" },
                                          { NULL, NULL } };
const struct row_label subject_states[] = { { "open", "存续" },
                                            { "closed", "已注销或停业" },
                                            { NULL, NULL } };
const struct row_label credit_classes[] = { { "A", "A 类（低风险）" },
                                            { "B", "B 类（较低风险）" },
                                            { "C", "C 类（较高风险）" },
                                            { "D", "D 类（高风险）" },
                                            { NULL, NULL } };

static const struct row_label days[] = { { "off", "放假" }, { "work", "上班" }, { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct region_line, member, __VA_ARGS__)
static const struct row_set region_rows =
    ROW_SET(struct region_line, COL(code, "region.code", .title = "区划代码", .width = 10),
            COL(name, "region.name", .title = "区划", .width = 16),
            COL(parent, "region.parent", .title = "上级区划", .width = 10, .nullable = true),
            COL(level, "region.level", .title = "层级", .labels = region_levels));
#undef COL

LIST(region_list, .name = "regions", .title = "行政区划", .rows = &region_rows,
     .from = " FROM region", .in = "", .key = "code",
     .filters = LIST_FILTERS(
         { .name = "parent", .title = "上级区划", .sql = "region.parent = ?" },
         { .name = "level", .title = "层级", .sql = "region.level = ?", .labels = region_levels }),
     .orders = LIST_ORDERS({ .member = "code" }), .small = "some thousand regions at most");

#define COL(member, ...) ROW_COL(struct specialty_line, member, __VA_ARGS__)
static const struct row_set specialty_rows = ROW_SET(
    struct specialty_line, COL(code, "specialty.code", .title = "代码", .width = 18),
    COL(name, "specialty.name", .title = "专业", .width = 24),
    COL(department_kind, "specialty.department_kind", .title = "系统", .labels = department_kinds),
    COL(protected, "specialty.protected", .title = "不免检"),
    COL(position, "specialty.position", .title = "次序"));
#undef COL

LIST(specialty_list, .name = "specialties", .title = "专业", .rows = &specialty_rows,
     .from = " FROM specialty", .in = "", .key = "code",
     .filters = LIST_FILTERS({ .name = "kind",
                               .title = "系统",
                               .sql = "specialty.department_kind = ?",
                               .labels = department_kinds }),
     .orders = LIST_ORDERS({ .member = "position" }, { .member = "code" }),
     .small = "some dozen specialties");

#define COL(member, ...) ROW_COL(struct result_code_line, member, __VA_ARGS__)
static const struct row_set result_code_rows =
    ROW_SET(struct result_code_line, COL(code, "result_code.code", .title = "代码"),
            COL(name, "result_code.name", .title = "检查结果", .width = 44),
            COL(result_class, "result_code.result_class", .title = "结果类别", .width = 20,
                .labels = result_classes, .nullable = true));
#undef COL

LIST(result_code_list, .name = "result_codes", .title = "检查结果代码", .rows = &result_code_rows,
     .from = " FROM result_code", .in = "", .key = "code",
     .filters = LIST_FILTERS({ .name = "result_class",
                               .title = "结果类别",
                               .sql = "result_code.result_class = ?",
                               .labels = result_classes }),
     .orders = LIST_ORDERS({ .member = "code" }), .small = "some dozen codes");

#define COL(member, ...) ROW_COL(struct calendar_line, member, __VA_ARGS__)
static const struct row_set calendar_rows =
    ROW_SET(struct calendar_line, COL(day, "calendar_day.day", .title = "日期", .width = 12),
            COL(kind, "calendar_day.kind", .title = "安排", .labels = days),
            COL(name, "calendar_day.name", .title = "节假日", .width = 14),
            COL(notice_year, "calendar_day.notice_year", .title = "通知年度"),
            COL(notice_url, "calendar_day.notice_url", .title = "通知出处", .width = 60));
#undef COL

LIST(
    calendar_list, .name = "calendar_days", .title = "节假日安排", .rows = &calendar_rows,
    .from = " FROM calendar_day", .in = "", .key = "day",
    .filters = LIST_FILTERS(
        { .name = "year", .title = "通知年度", .sql = "calendar_day.notice_year = ?", .type = 'i' },
        { .name = "from", .title = "起始日期", .sql = "calendar_day.day >= ?", .type = 'D' },
        { .name = "to", .title = "截止日期", .sql = "calendar_day.day <= ?", .type = 'D' }),
    .orders = LIST_ORDERS({ .member = "day" }), .small = "some dozen days a year");

#define COL(member, ...) ROW_COL(struct rule_line, member, __VA_ARGS__)
static const struct row_set rule_rows = ROW_SET(
    struct rule_line, COL(id, "rule.id"), COL(name, "rule.name", .title = "规则参数", .width = 36),
    COL(region, "rule.region", .title = "区划", .width = 10, .note = "空为各区划通行"),
    COL(value, "rule.value", .title = "值"),
    COL(effective_from, "rule.effective_from", .title = "施行日期", .width = 12),
    COL(source, "rule.source", .title = "出处", .width = 60));
#undef COL

LIST(rule_list, .name = "rules", .title = "规则参数", .rows = &rule_rows, .from = " FROM rule",
     .in = "", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "name", .title = "规则参数", .sql = "rule.name LIKE ?", .prefix = true },
         { .name = "region", .title = "区划", .sql = "rule.region = ?" },
         { .name = "valid_on",
           .title = "某日有效",
           .type = 'D',
           .sql = "rule.effective_from <= ? AND NOT EXISTS (SELECT 1 FROM rule later WHERE"
                  " later.name = rule.name AND later.region = rule.region AND"
                  " later.effective_from > rule.effective_from AND later.effective_from <= ?)" }),
     .orders = LIST_ORDERS({ .member = "name" }, { .member = "effective_from" }),
     .small = "some hundred rules");

#define COL(member, ...) ROW_COL(struct item_line, member, __VA_ARGS__)
const struct row_set item_line_rows = ROW_SET(
    struct item_line, COL(id, "item.id"), COL(code, "item.code", .title = "事项编号", .width = 16),
    COL(version, "item.version", .title = "版本"),
    COL(name, "item.name", .title = "检查事项", .width = 36), COL(specialty, "item.specialty"),
    COL(specialty_name, "specialty.name", .title = "专业", .width = 16),
    COL(category, "item.category", .title = "类别", .width = 14, .labels = item_categories),
    COL(method, "item.method", .title = "方式", .labels = item_methods),
    COL(legal_basis, "item.legal_basis", .title = "法律依据", .width = 50),
    COL(content, "item.content", .title = "检查内容", .width = 60),
    COL(retired, "item.retired", .title = "停用"));
#undef COL

#define FROM_ITEM " FROM inspection_item item JOIN specialty ON specialty.code = item.specialty"

LIST(
    item_list, .name = "items", .title = "抽查事项", .rows = &item_line_rows, .from = FROM_ITEM,
    .in = "", .key = "id",
    .filters = LIST_FILTERS(
        { .name = "newest",
          .title = "仅最新版本",
          .type = 'i',
          .yes = true,
          .initial = "1",
          .sql = "item.version >= ? * (SELECT MAX(newer.version) FROM inspection_item newer"
                 " WHERE newer.code = item.code)" },
        { .name = "retired", .title = "停用", .type = 'i', .yes = true, .sql = "item.retired = ?" },
        { .name = "specialty", .title = "专业", .sql = "item.specialty = ?" },
        { .name = "category",
          .title = "类别",
          .sql = "item.category = ?",
          .labels = item_categories },
        { .name = "method", .title = "方式", .sql = "item.method = ?", .labels = item_methods },
        { .name = "code", .title = "事项编号", .sql = "item.code LIKE ?", .prefix = true },
        { .name = "name", .title = "检查事项", .sql = "item.name LIKE ?", .prefix = true }),
    .orders = LIST_ORDERS({ .member = "code" }, { .member = "name" }),
    .small = "some thousand items with their versions");

DB_STMT(item_lock_select, "t", "i",
        "SELECT id FROM inspection_item WHERE code = ? ORDER BY version DESC LIMIT 1 FOR UPDATE");
DB_ROWS(item_line_select, "t", &item_line_rows,
        FROM_ITEM " WHERE item.code = ? ORDER BY item.version DESC LIMIT 1");

enum rc item_lock(struct db *db, const char *code)
{
    int64_t id;
    return db_one_int(db, &item_lock_select, DB_ARGS(db_text(code)), &id);
}

enum rc item_line_by_code(struct db *db, struct arena *a, const char *code, struct item_line *out)
{
    return db_row(db, a, &item_line_select, DB_ARGS(db_text(code)), out);
}
