#include "store/review/code_alert.h"

static const struct row_label states[] = { { "missing", "待说明" },
                                           { "explained", "已说明" },
                                           { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct code_alert, member, __VA_ARGS__)
static const struct row_set alert_rows = ROW_SET(
    struct code_alert, COL(id, "s.id", .title = "部门检查单"),
    COL(department_id, "s.department_id", .hidden = true),
    COL(visit, "visit.code", .title = "入企检查", .width = 30),
    COL(subject_name, "subject.name AS subject_name", .title = "检查对象", .width = 36),
    COL(inspectors,
        "COALESCE((SELECT GROUP_CONCAT(i.name ORDER BY i.card_no SEPARATOR '、') FROM assignment a"
        " JOIN inspector i ON i.id = a.inspector_id WHERE a.section_id = s.id), '') AS inspectors",
        .title = "检查人员", .width = 20),
    COL(arrived_at, "s.arrived_at", .title = "到达", .instant = true, .nullable = true),
    COL(signed_at, "s.signed_at", .title = "签字", .instant = true, .nullable = true),
    COL(state, "s.code_state AS state", .title = "状态", .labels = states),
    COL(reason, "s.code_reason AS reason", .title = "说明", .width = 40, .nullable = true),
    COL(explained_by, "explained_by.login", .title = "说明人", .nullable = true),
    COL(explained_at, "s.code_explained_at AS explained_at", .title = "说明时间", .instant = true,
        .nullable = true));
#undef COL

LIST(code_alert_list, .name = "code_alerts", .title = "未见检查码的检查", .rows = &alert_rows,
     .from = " FROM section s JOIN visit ON visit.id = s.visit_id"
             " JOIN subject ON subject.id = visit.subject_id"
             " LEFT JOIN account explained_by ON explained_by.id = s.code_explained_by",
     .where = "s.department_id = ? AND" CODE_NOT_SEEN, .in = "i", .key = "id",
     .filters = LIST_FILTERS({ .name = "state",
                               .title = "状态",
                               .sql = "s.code_state = ?",
                               .labels = states,
                               .initial = "missing" }),
     .orders = LIST_ORDERS({ .member = "id" }));

DB_STMT(code_alert_assigned_select, "ii", "i",
        "SELECT COUNT(*) FROM assignment WHERE section_id = ? AND inspector_id = ?");
DB_STMT(code_alert_update, "tiTi", "",
        "UPDATE section SET code_state = 'explained', code_reason = ?, code_explained_by = ?,"
        " code_explained_at = ? WHERE id = ? AND code_state = 'missing'");

enum rc code_alert_assigned(struct db *db, int64_t section_id, int64_t inspector_id, bool *out)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, &code_alert_assigned_select,
                            DB_ARGS(db_int(section_id), db_int(inspector_id)), &n);
    *out = n > 0;
    return rc;
}

enum rc code_alert_explain(struct db *db, int64_t section_id, const char *reason,
                           int64_t account_id, int64_t now)
{
    enum rc rc =
        db_exec(db, &code_alert_update,
                DB_ARGS(db_text(reason), db_int(account_id), db_instant(now), db_int(section_id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}
