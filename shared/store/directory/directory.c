#include "store/directory/directory.h"

#define COL(member, ...) ROW_COL(struct directory, member, __VA_ARGS__)
#define OWN                                                                                        \
    COL(id, "directory.id", .hidden = true),                                                       \
        COL(code, "directory.code", .title = "名录编号", .width = 24),                             \
        COL(department_id, "directory.department_id", .hidden = true),                             \
        COL(region, "department.region_code AS region", .hidden = true),                           \
        COL(name, "directory.name", .title = "名录", .width = 40),                                 \
        COL(refreshed_on, "directory.refreshed_on", .title = "更新日期", .width = 12)
static const struct row_set directory_rows = ROW_SET(struct directory, OWN);
/* Entries are counted for who looks at the list of directories: a province's has millions. */
static const struct row_set directory_line_rows = ROW_SET(
    struct directory, OWN, COL(stale, NULL, .title = "待更新", .note = "超过名录更新期限（R07）"),
    COL(entries,
        "COALESCE((SELECT COUNT(*) FROM directory_entry e"
        " WHERE e.directory_id = directory.id), 0)"
        " AS entries",
        .title = "条目数", .note = "同一检查对象每个专业计一条"));
#undef OWN
#undef COL

#define FROM_DIRECTORY " FROM directory JOIN department ON department.id = directory.department_id"

LIST(directory_list, .name = "directories", .title = "检查对象名录", .rows = &directory_line_rows,
     .from = FROM_DIRECTORY, .where = "directory.department_id = ?", .in = "i", .key = "code",
     .filters = LIST_FILTERS(
         { .name = "refreshed_before",
           .title = "更新早于",
           .sql = "directory.refreshed_on < ?",
           .type = 'D' },
         { .name = "name", .title = "名录", .sql = "directory.name LIKE ?", .prefix = true }),
     .orders = LIST_ORDERS({ .member = "code" }, { .member = "refreshed_on" }),
     .small = "the directories of one department");

DB_ROWS(directory_select, "t", &directory_rows, FROM_DIRECTORY " WHERE directory.code = ?");

enum rc directory_by_code(struct db *db, struct arena *a, const char *code, struct directory *out)
{
    return db_row(db, a, &directory_select, DB_ARGS(db_text(code)), out);
}
