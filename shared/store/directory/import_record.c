#include "store/directory/import_record.h"

static const struct row_label kinds[] = { { "directories", "名录" },
                                          { "subjects", "检查对象" },
                                          { "inspectors", "执法人员" },
                                          { "items", "抽查事项" },
                                          { "listings", "异常与失信名单" },
                                          { "history", "既往检查" },
                                          { NULL, NULL } };

static const struct row_label states[] = { { "running", "导入中" },
                                           { "done", "已完成" },
                                           { "review", "待确认" },
                                           { "applied", "已确认" },
                                           { NULL, NULL } };

static const struct row_label outcomes[] = {
    { "refused", "拒绝" }, { "flagged", "接受并标记" }, { "skipped", "未导入" }, { NULL, NULL }
};

#define COL(member, ...) ROW_COL(struct import_record, member, __VA_ARGS__)
#define COUNT(member, ...) ROW_COL_IN(struct import_record, counts, member, __VA_ARGS__)
const struct row_set import_rows =
    ROW_SET(struct import_record, COL(id, "import.id", .title = "编号"),
            COL(kind, "import.kind", .title = "种类", .width = 14, .labels = kinds),
            COL(department_id, "import.department_id", .hidden = true, .nullable = true),
            COL(account_id, "import.account_id", .hidden = true, .nullable = true),
            COL(directory_id, "import.directory_id", .hidden = true, .nullable = true),
            COL(directory, "directory.code", .title = "名录编号", .width = 24, .nullable = true),
            COL(name, "import.name", .title = "文件", .width = 36),
            COL(encoding, "import.encoding", .title = "编码"),
            COL(state, "import.state", .title = "状态", .labels = states),
            COL(whole, "import.state IN ('review', 'applied') AS whole", .hidden = true),
            COL(last_line, "import.last_line", .title = "读至行"),
            COUNT(accepted, "import.accepted", .title = "接受"),
            COUNT(created, "import.created", .title = "新增"),
            COUNT(changed, "import.changed", .title = "变更"),
            COUNT(unchanged, "import.unchanged", .title = "无变化"),
            COUNT(flagged, "import.flagged", .title = "标记"),
            COUNT(refused, "import.refused", .title = "拒绝"),
            COUNT(skipped, "import.skipped", .title = "表外文字"),
            COL(account, "account.login", .title = "导入账号", .width = 14, .nullable = true),
            COL(started_at, "import.started_at", .title = "开始", .width = 18, .instant = true),
            COL(ended_at, "import.ended_at", .title = "结束", .width = 18, .instant = true,
                .nullable = true));
#undef COUNT
#undef COL

#define FROM_IMPORT                                                                                \
    " FROM import LEFT JOIN directory ON directory.id = import.directory_id"                       \
    " LEFT JOIN account ON account.id = import.account_id"

LIST(import_list, .name = "imports", .title = "导入", .rows = &import_rows, .from = FROM_IMPORT,
     .where = "import.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "kind", .title = "种类", .sql = "import.kind = ?", .labels = kinds },
         { .name = "state", .title = "状态", .sql = "import.state = ?", .labels = states },
         { .name = "account",
           .title = "导入账号",
           .sql = "import.account_id = (SELECT b.id FROM account b WHERE b.login = ?)" },
         { .name = "started_after",
           .title = "开始不早于",
           .sql = "import.started_at >= ?",
           .type = 'T' },
         { .name = "started_before",
           .title = "开始早于",
           .sql = "import.started_at < ?",
           .type = 'T' }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }));

DB_ROWS(import_select, "i", &import_rows, FROM_IMPORT " WHERE import.id = ?");

DB_ROWS(import_select_broken, "tti", &import_rows,
        FROM_IMPORT " WHERE import.sha256 = ? AND import.kind = ? AND import.state = 'running'"
                    " AND import.department_id IS NULL AND import.directory_id <=> ?"
                    " ORDER BY import.id DESC LIMIT 1");

#define COL(member, ...) ROW_COL(struct import_line, member, __VA_ARGS__)
static const struct row_set import_line_rows =
    ROW_SET(struct import_line, COL(line, "l.line", .title = "行号"),
            COL(refused, "l.refused", .hidden = true), COL(skipped, "l.skipped", .hidden = true),
            COL(outcome, "IF(l.refused, 'refused', IF(l.skipped, 'skipped', 'flagged')) AS outcome",
                .title = "结果", .width = 12, .labels = outcomes),
            COL(field, "l.field", .title = "列", .width = 14),
            COL(code, "l.code", .title = "代码", .width = 22),
            COL(reason, "l.reason", .title = "说明", .width = 60));
#undef COL

LIST(import_line_list, .name = "lines", .title = "导入报告", .rows = &import_line_rows,
     .from = " FROM import_line l", .where = "l.import_id = ?", .in = "i", .key = "line",
     .filters = LIST_FILTERS(
         { .name = "refused", .title = "拒绝", .sql = "l.refused = ?", .type = 'i', .yes = true }),
     .orders = LIST_ORDERS({ .member = "line" }));

DB_STMT(import_insert, "tiiitttT", "",
        "INSERT INTO import (kind, department_id, account_id, directory_id, name, encoding, sha256,"
        " state, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?)");

DB_STMT(import_advance, "iiiiiiiiii", "",
        "UPDATE import SET last_line = ?, accepted = accepted + ?, created = created + ?,"
        " changed = changed + ?, unchanged = unchanged + ?, flagged = flagged + ?,"
        " refused = refused + ?, skipped = skipped + ? WHERE id = ? AND last_line = ? AND state IN "
        "('running', 'review')");

DB_STMT(import_update_state, "tTi", "", "UPDATE import SET state = ?, ended_at = ? WHERE id = ?");

DB_STMT(import_line_count, "i", "i", "SELECT COUNT(*) FROM import_line WHERE import_id = ?");

DB_STMT(import_line_insert, "iiiittt", "",
        "INSERT INTO import_line (import_id, line, refused, skipped, field, code, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)");

enum rc import_by_id(struct db *db, struct arena *a, int64_t id, struct import_record *out)
{
    return db_row(db, a, &import_select, DB_ARGS(db_int(id)), out);
}

static struct db_val or_null(int64_t id)
{
    return id ? db_int(id) : db_null('i');
}

enum rc import_record_open(struct db *db, struct arena *a, bool resume,
                           struct import_record *record, const char *sha256, int64_t now)
{
    if (resume) {
        enum rc rc = db_row(
            db, a, &import_select_broken,
            DB_ARGS(db_text(sha256), db_text(record->kind), or_null(record->directory_id)), record);
        if (rc != RC_NOT_FOUND)
            return rc;
    }
    enum rc rc = db_exec(db, &import_insert,
                         DB_ARGS(db_text(record->kind), or_null(record->department_id),
                                 or_null(record->account_id), or_null(record->directory_id),
                                 db_text(record->name), db_text(record->encoding), db_text(sha256),
                                 db_instant(now)));
    return rc == RC_OK ? import_by_id(db, a, db_insert_id(db), record) : rc;
}

/* The first lines only: a file in which every line is wrong says so in its counts. */
static enum rc add_lines(struct db *db, struct arena *a, int64_t id,
                         const struct import_line *lines, size_t count)
{
    enum { COLUMNS = 7 };
    int64_t there = 0;
    if (!count)
        return RC_OK;
    enum rc rc = db_one_int(db, &import_line_count, DB_ARGS(db_int(id)), &there);
    if (rc != RC_OK || there >= IMPORT_LINES_MAX)
        return rc;
    if (count > (size_t)(IMPORT_LINES_MAX - there))
        count = (size_t)(IMPORT_LINES_MAX - there);
    struct db_val *values = arena_array(a, count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(id);
        row[1] = db_int(lines[i].line);
        row[2] = db_int(lines[i].refused);
        row[3] = db_int(lines[i].skipped);
        row[4] = db_text(lines[i].field);
        row[5] = db_text(lines[i].code);
        row[6] = db_text(lines[i].reason);
    }
    return db_bulk(db, &import_line_insert, values, count);
}

enum rc import_record_add(struct db *db, struct arena *a, const struct import_record *record,
                          const struct import_counts *more, int64_t last_line,
                          const struct import_line *lines, size_t count, struct err *err)
{
    enum rc rc =
        db_exec(db, &import_advance,
                DB_ARGS(db_int(last_line), db_int(more->accepted), db_int(more->created),
                        db_int(more->changed), db_int(more->unchanged), db_int(more->flagged),
                        db_int(more->refused), db_int(more->skipped), db_int(record->id),
                        db_int(record->last_line)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "同一文件正由另一进程导入");
    return rc == RC_OK ? add_lines(db, a, record->id, lines, count) : rc;
}

enum rc import_record_end(struct db *db, int64_t id, const char *state, int64_t now)
{
    return db_exec(db, &import_update_state, DB_ARGS(db_text(state), db_instant(now), db_int(id)));
}
