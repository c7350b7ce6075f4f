#include "store/visit/clue.h"

#include "store/directory/vocabulary.h"
#include "store/visit/redrawn.h"

const struct row_label clue_sources[] = { { "complaint", "投诉举报" },
                                          { "transfer", "上级交办、部门移送" },
                                          { "monitoring", "监测发现" },
                                          { NULL, NULL } };
const struct row_label clue_plans[] = {
    { "visit", "单独检查" }, { "join", "并入已有检查" }, { "reject", "不予检查" }, { NULL, NULL }
};
static const struct row_label states[] = { { "received", "待研判" },
                                           { "proposed", "待审批" },
                                           { "rejected", "不予检查" },
                                           { "joined", "已并入检查" },
                                           { "planned", "已安排检查" },
                                           { "checked", "已检查" },
                                           { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct clue, member, __VA_ARGS__)
const struct row_set clue_rows = ROW_SET(
    struct clue, COL(id, "c.id", .title = "编号"),
    COL(source, "c.source", .title = "来源", .labels = clue_sources),
    COL(number, "c.number", .title = "来源编号", .width = 24),
    COL(department_id, "c.department_id", .hidden = true),
    COL(department, "department.code AS department", .title = "办理部门"),
    COL(subject_id, "c.subject_id", .hidden = true),
    COL(subject_code, "subject.code AS subject_code", .title = "统一社会信用代码", .width = 22),
    COL(subject_name, "subject.name AS subject_name", .title = "检查对象", .width = 36),
    COL(region, "subject.region_code AS region", .title = "区划"),
    COL(content, "c.content", .title = "内容", .width = 60),
    COL(found_on, "c.found_on", .title = "发现日期"),
    COL(received_at, "c.received_at", .title = "收到", .instant = true),
    COL(sender_id, "c.sender_id", .hidden = true),
    COL(sender, "sender.login AS sender", .title = "报送账号"),
    COL(state, "c.state", .title = "状态", .labels = states),
    COL(plan, "c.plan", .title = "研判意见", .labels = clue_plans, .nullable = true),
    COL(plan_reason, "c.plan_reason", .title = "研判理由", .width = 30, .nullable = true),
    COL(visit_id, "c.visit_id", .hidden = true, .nullable = true),
    COL(visit, "visit.code AS visit", .title = "并入的检查", .width = 30, .nullable = true),
    COL(planned_on, "COALESCE(visit.planned_on, c.planned_on) AS planned_on", .title = "检查日期",
        .nullable = true),
    COL(inspectors,
        "(SELECT GROUP_CONCAT(i.name ORDER BY i.card_no SEPARATOR '、') FROM clue_inspector x"
        " JOIN inspector i ON i.id = x.inspector_id WHERE x.clue_id = c.id) AS inspectors",
        .title = "检查人员", .width = 20, .nullable = true),
    COL(proposed_by_id, "c.proposed_by AS proposed_by_id", .hidden = true, .nullable = true),
    COL(proposed_by, "proposer.login AS proposed_by", .title = "研判", .nullable = true),
    COL(decided_by, "decider.login AS decided_by", .title = "审批", .nullable = true),
    COL(decision_reason, "c.decision_reason", .title = "审批意见", .width = 30, .nullable = true),
    COL(outcome, "c.outcome", .title = "检查结果", .labels = result_classes, .nullable = true),
    COL(note, "c.note", .title = "检查情况", .width = 40, .nullable = true),
    COL(version, "c.version"));
#undef COL

#define FROM_CLUE                                                                                  \
    " FROM clue c JOIN subject ON subject.id = c.subject_id"                                       \
    " JOIN department ON department.id = c.department_id JOIN account sender"                      \
    " ON sender.id = c.sender_id LEFT JOIN visit ON visit.id = c.visit_id"                         \
    " LEFT JOIN account proposer ON proposer.id = c.proposed_by"                                   \
    " LEFT JOIN account decider ON decider.id = c.decided_by"

LIST(clue_list, .name = "clues", .title = "线索", .rows = &clue_rows, .from = FROM_CLUE,
     .where = "c.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "state", .title = "状态", .sql = "c.state = ?", .labels = states },
         { .name = "source", .title = "来源", .sql = "c.source = ?", .labels = clue_sources },
         { .name = "subject", .title = "统一社会信用代码", .sql = "subject.code = ?" }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }));

DB_ROWS(clue_select, "i", &clue_rows, FROM_CLUE " WHERE c.id = ?");
DB_STMT(clue_insert, "ittiitDT", "",
        "INSERT INTO clue (sender_id, number, source, department_id, subject_id, content, found_on,"
        " received_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'received')");
DB_STMT(clue_number_select, "it", "i",
        "SELECT id FROM clue WHERE sender_id = ? AND number = ? LOCK IN SHARE MODE");
DB_STMT(clue_lock_select, "i", "i", "SELECT id FROM clue WHERE id = ? FOR UPDATE");

struct open_visit {
    int64_t id;
    int32_t planned_on;
};
#define COL(member, ...) ROW_COL(struct open_visit, member, __VA_ARGS__)
static const struct row_set open_visit_rows =
    ROW_SET(struct open_visit, COL(id, "v.id"), COL(planned_on, "v.planned_on", .nullable = true));
#undef COL
DB_ROWS(clue_visit_select, "tii", &open_visit_rows,
        " FROM visit v WHERE v.code = ? AND v.subject_id = ? AND NOT " REDRAWN
        " AND EXISTS (SELECT 1 FROM section d WHERE d.visit_id = v.id AND d.department_id = ?)");

DB_STMT(clue_propose_update, "ttiDiTii", "",
        "UPDATE clue SET state = 'proposed', plan = ?, plan_reason = ?, visit_id = ?,"
        " planned_on = ?, proposed_by = ?, proposed_at = ?, decided_by = NULL, decided_at = NULL,"
        " decision_reason = NULL, version = version + 1"
        " WHERE id = ? AND version = ? AND state IN ('received', 'joined', 'planned')");
DB_STMT(clue_team_delete, "i", "", "DELETE FROM clue_inspector WHERE clue_id = ?");

#define FIT                                                                                        \
    "i.on_duty AND i.card_expires_on >= ? AND NOT EXISTS (SELECT 1 FROM inspector_recusal r"       \
    " WHERE r.inspector_id = i.id AND r.subject_id = ?)"
DB_STMT(clue_inspector_insert, "itiDi", "",
        "INSERT INTO clue_inspector (clue_id, inspector_id) SELECT ?, i.id FROM inspector i"
        " WHERE i.card_no = ? AND i.department_id = ? AND " FIT);
DB_STMT(clue_fit_select, "iDi", "i",
        "SELECT COUNT(*) FROM clue_inspector x JOIN inspector i ON i.id = x.inspector_id"
        " WHERE x.clue_id = ? AND " FIT);

/* Approved: what the plan says. */
DB_STMT(clue_approve_update, "iTtii", "",
        "UPDATE clue SET state = CASE plan WHEN 'reject' THEN 'rejected' WHEN 'join' THEN 'joined'"
        " ELSE 'planned' END, decided_by = ?, decided_at = ?, decision_reason = ?,"
        " version = version + 1 WHERE id = ? AND version = ? AND state = 'proposed'");
DB_STMT(clue_return_update, "iTtii", "",
        "UPDATE clue SET state = 'received', decided_by = ?, decided_at = ?, decision_reason = ?,"
        " version = version + 1 WHERE id = ? AND version = ? AND state = 'proposed'");
DB_STMT(clue_done_select, "ii", "i",
        "SELECT COUNT(*) FROM section s WHERE s.visit_id = ? AND s.department_id = ?"
        " AND s.state IN ('signed', 'accepted')");
DB_STMT(clue_end_update, "ttiTii", "",
        "UPDATE clue SET state = 'checked', outcome = ?, note = ?, ended_by = ?, ended_at = ?,"
        " version = version + 1 WHERE id = ? AND version = ? AND state IN ('joined', 'planned')");

enum rc clue_add(struct db *db, const struct clue *clue, int64_t *id)
{
    enum rc rc = db_exec(db, &clue_insert,
                         DB_ARGS(db_int(clue->sender_id), db_text(clue->number),
                                 db_text(clue->source), db_int(clue->department_id),
                                 db_int(clue->subject_id), db_text(clue->content),
                                 db_date(clue->found_on), db_instant(clue->received_at)));
    if (rc == RC_OK)
        *id = db_insert_id(db);
    if (rc != RC_CONFLICT)
        return rc;
    rc = db_one_int(db, &clue_number_select,
                    DB_ARGS(db_int(clue->sender_id), db_text(clue->number)), id);
    return rc == RC_OK ? RC_CONFLICT : rc;
}

enum rc clue_find(struct db *db, struct arena *a, int64_t id, struct clue *out)
{
    return db_row(db, a, &clue_select, DB_ARGS(db_int(id)), out);
}

enum rc clue_lock(struct db *db, int64_t id)
{
    int64_t found;
    return db_one_int(db, &clue_lock_select, DB_ARGS(db_int(id)), &found);
}

enum rc clue_visit(struct db *db, struct arena *a, const struct clue *clue, const char *code,
                   int64_t *id, int32_t *planned_on)
{
    struct open_visit row;
    enum rc rc =
        db_row(db, a, &clue_visit_select,
               DB_ARGS(db_text(code), db_int(clue->subject_id), db_int(clue->department_id)), &row);
    if (rc != RC_OK)
        return rc;
    *id = row.id;
    *planned_on = row.planned_on;
    return RC_OK;
}

static enum rc one_changed(struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_STALE : rc;
}

enum rc clue_propose(struct db *db, const struct clue *clue, int64_t now)
{
    enum rc rc =
        one_changed(db, db_exec(db, &clue_propose_update,
                                DB_ARGS(db_text(clue->plan), db_text(clue->plan_reason),
                                        clue->visit_id ? db_int(clue->visit_id) : db_null('i'),
                                        clue->planned_on ? db_date(clue->planned_on) : db_null('D'),
                                        db_int(clue->proposed_by_id), db_instant(now),
                                        db_int(clue->id), db_int(clue->version))));
    return rc == RC_OK ? db_exec(db, &clue_team_delete, DB_ARGS(db_int(clue->id))) : rc;
}

enum rc clue_add_inspector(struct db *db, const struct clue *clue, const char *card_no)
{
    enum rc rc = db_exec(db, &clue_inspector_insert,
                         DB_ARGS(db_int(clue->id), db_text(card_no), db_int(clue->department_id),
                                 db_date(clue->planned_on), db_int(clue->subject_id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc clue_fit(struct db *db, const struct clue *clue, int64_t *n)
{
    return db_one_int(
        db, &clue_fit_select,
        DB_ARGS(db_int(clue->id), db_date(clue->planned_on), db_int(clue->subject_id)), n);
}

enum rc clue_decide(struct db *db, const struct clue *clue, bool approved,
                    const struct clue_step *step)
{
    return one_changed(
        db, db_exec(db, approved ? &clue_approve_update : &clue_return_update,
                    DB_ARGS(db_int(step->account_id), db_instant(step->now), db_text(step->reason),
                            db_int(clue->id), db_int(clue->version))));
}

enum rc clue_visit_done(struct db *db, const struct clue *clue, bool *done)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, &clue_done_select,
                            DB_ARGS(db_int(clue->visit_id), db_int(clue->department_id)), &n);
    *done = n > 0;
    return rc;
}

enum rc clue_end(struct db *db, const struct clue *clue, const struct clue_step *step)
{
    return one_changed(
        db, db_exec(db, &clue_end_update,
                    DB_ARGS(db_text(clue->outcome), db_text(clue->note), db_int(step->account_id),
                            db_instant(step->now), db_int(clue->id), db_int(clue->version))));
}
