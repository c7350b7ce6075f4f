#include "store/directory/record_change.h"

#include <string.h>

#include "base/date.h"
#include "sys/jsonw.h"

DB_STMT(record_change_insert, "itttj", "",
        "INSERT INTO record_change (import_id, kind, code, act, changes) VALUES (?, ?, ?, ?, ?)");

static const struct row_label acts[] = { { "created", "新建" },
                                         { "changed", "修改" },
                                         { "joined", "列入名录" },
                                         { "left", "移出名录" },
                                         { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct record_change, member, __VA_ARGS__)
static const struct row_set record_change_rows = ROW_SET(
    struct record_change, COL(id, "c.id"),
    COL(at, "i.started_at AS at", .title = "时间", .width = 18, .instant = true),
    COL(account, "account.login AS account", .title = "账号", .width = 20, .nullable = true),
    COL(department, "department.name AS department", .title = "部门", .width = 30,
        .nullable = true),
    COL(act, "c.act", .title = "变更", .width = 10, .labels = acts),
    COL(changes, "c.changes", .title = "内容", .width = 60, .json = true),
    COL(directory, "directory.name AS directory", .title = "名录", .width = 30, .nullable = true),
    COL(source, "i.name AS source", .title = "来源", .width = 30),
    COL(import, "i.id AS import", .title = "导入编号"));
#undef COL

LIST(record_change_list, .name = "changes", .title = "变更记录", .rows = &record_change_rows,
     .from = " FROM record_change c JOIN import i ON i.id = c.import_id"
             " LEFT JOIN account ON account.id = i.account_id"
             " LEFT JOIN department ON department.id = i.department_id"
             " LEFT JOIN directory ON directory.id = i.directory_id",
     .where = "c.kind = ? AND c.code = ?", .in = "tt", .key = "id",
     .orders = LIST_ORDERS({ .member = "id", .descending = true }));

const char *record_differences(struct arena *a, const struct record_field *fields)
{
    struct buf out;
    struct jsonw w;
    bool any = false;
    buf_init(&out, a, 65536);
    jw_init(&w, &out);
    jw_array(&w, NULL);
    for (; fields->name; fields++) {
        if (strcmp(fields->before, fields->after) == 0)
            continue;
        any = true;
        jw_array(&w, NULL);
        jw_text(&w, NULL, fields->name);
        jw_text(&w, NULL, fields->before);
        jw_text(&w, NULL, fields->after);
        jw_end(&w);
    }
    jw_end(&w);
    return any ? out.p : NULL;
}

const char *record_date(struct arena *a, int32_t date)
{
    char text[DATE_TEXT];
    date_format(text, date);
    return arena_strdup(a, text);
}

enum rc record_note(struct db *db, struct arena *a, int64_t import_id, const char *kind,
                    const struct record_note *notes, size_t count)
{
    enum { COLUMNS = 5 };
    struct db_val *values = arena_array(a, count * COLUMNS + 1, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const struct db_val row[COLUMNS] = {
            db_int(import_id),         db_text(kind), db_text(notes[i].code), db_text(notes[i].act),
            db_json(notes[i].changes),
        };
        memcpy(values + i * COLUMNS, row, sizeof row);
    }
    return count ? db_bulk(db, &record_change_insert, values, count) : RC_OK;
}
