#include "store/review/disposal.h"

const struct row_label disposal_kinds[] = {
    { "order", "责令改正" }, { "lenient", "首违不罚、轻微不罚" }, { "case", "立案" }, { NULL, NULL }
};
const struct row_label disposal_outcomes[] = {
    { "corrected", "已改正" },         { "not_corrected", "逾期未改正" },
    { "penalized", "作出行政处罚" },   { "no_penalty", "不予行政处罚" },
    { "transferred", "移送有关机关" }, { NULL, NULL }
};
const struct row_label disposal_methods[] = { { "document", "书面复查" },
                                              { "visit", "现场复查" },
                                              { NULL, NULL } };
static const struct row_label states[] = { { "open", "办理中" },
                                           { "ended", "已办结" },
                                           { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct disposal, member, __VA_ARGS__)
const struct row_set disposal_rows = ROW_SET(
    struct disposal, COL(id, "d.id", .title = "编号"),
    COL(section, "d.section_id AS section", .title = "部门检查单"),
    COL(department_id, "d.department_id", .hidden = true),
    COL(visit, "visit.code", .title = "入企检查", .width = 30),
    COL(subject_code, "subject.code", .title = "统一社会信用代码", .width = 22),
    COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
    COL(kind, "d.kind", .title = "类别", .labels = disposal_kinds),
    COL(number, "d.number", .title = "文书号或案号", .width = 24, .nullable = true),
    COL(content, "d.content", .title = "内容", .width = 40),
    COL(basis, "d.basis", .title = "依据", .width = 30, .nullable = true),
    COL(issued_on, "d.issued_on", .title = "文书日期"), COL(due_on, "d.due_on", .title = "期限"),
    COL(overdue, NULL, .title = "逾期"), COL(state, "d.state", .title = "状态", .labels = states),
    COL(ended_on, "d.ended_on", .title = "办结日期", .nullable = true),
    COL(outcome, "d.outcome", .title = "结果", .labels = disposal_outcomes, .nullable = true),
    COL(method, "d.method", .title = "复查方式", .labels = disposal_methods, .nullable = true),
    COL(inspectors,
        "(SELECT GROUP_CONCAT(i.name ORDER BY i.card_no SEPARATOR '、') FROM disposal_inspector x"
        " JOIN inspector i ON i.id = x.inspector_id WHERE x.disposal_id = d.id) AS inspectors",
        .title = "复查人员", .width = 20, .nullable = true),
    COL(subject_id, "visit.subject_id", .hidden = true),
    COL(region, "subject.region_code AS region", .hidden = true),
    COL(note, "d.note", .title = "办结说明", .width = 40, .nullable = true));
#undef COL

#define FROM_DISPOSAL                                                                              \
    " FROM disposal d JOIN section ON section.id = d.section_id"                                   \
    " JOIN visit ON visit.id = section.visit_id JOIN subject ON subject.id = visit.subject_id"

LIST(disposal_list, .name = "disposals", .title = "后续处置", .rows = &disposal_rows,
     .from = FROM_DISPOSAL, .where = "d.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "state",
           .title = "状态",
           .sql = "d.state = ?",
           .labels = states,
           .initial = "open" },
         { .name = "section", .title = "部门检查单", .sql = "d.section_id = ?", .type = 'i' },
         { .name = "due_by", .title = "期限不晚于", .sql = "d.due_on <= ?", .type = 'D' }),
     .orders = LIST_ORDERS({ .member = "id" }, { .member = "due_on" }));

DB_ROWS(disposal_select, "i", &disposal_rows, FROM_DISPOSAL " WHERE d.id = ?");

DB_STMT(disposal_twin_select, "itttD", "i",
        "SELECT COUNT(*) FROM disposal WHERE section_id = ? AND kind = ? AND number IS NULL"
        " AND content = ? AND basis <=> ? AND issued_on = ? FOR UPDATE");
DB_STMT(disposal_insert, "iittttDDtDtiT", "",
        "INSERT INTO disposal (section_id, department_id, kind, number, content, basis, issued_on,"
        " due_on, state, ended_on, outcome, entered_by, entered_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(disposal_end_update, "DtttiTi", "",
        "UPDATE disposal SET state = 'ended', ended_on = ?, outcome = ?, method = ?, note = ?,"
        " ended_by = ?, ended_at = ? WHERE id = ? AND state = 'open'");

DB_STMT(disposal_inspector_insert, "itiDi", "",
        "INSERT INTO disposal_inspector (disposal_id, inspector_id) SELECT ?, i.id FROM inspector i"
        " WHERE i.card_no = ? AND i.department_id = ? AND i.on_duty AND i.card_expires_on >= ?"
        " AND NOT EXISTS (SELECT 1 FROM inspector_recusal r WHERE r.inspector_id = i.id"
        " AND r.subject_id = ?)");

DB_STMT(disposal_case_select, "i", "i",
        "SELECT COUNT(*) FROM disposal WHERE section_id = ? AND kind = 'case'");

DB_STMT(disposal_penalty_select, "i", "i", "SELECT COUNT(*) FROM penalty WHERE section_id = ?");

enum rc disposal_add(struct db *db, const struct disposal *d, const struct disposal_step *step,
                     int64_t *id)
{
    int64_t twins = 0;
    enum rc rc = d->number
                     ? RC_OK
                     : db_one_int(db, &disposal_twin_select,
                                  DB_ARGS(db_int(d->section), db_text(d->kind), db_text(d->content),
                                          db_text(d->basis), db_date(d->issued_on)),
                                  &twins);
    if (rc != RC_OK || twins)
        return rc == RC_OK ? RC_CONFLICT : rc;
    rc = db_exec(db, &disposal_insert,
                 DB_ARGS(db_int(d->section), db_int(d->department_id), db_text(d->kind),
                         db_text(d->number), db_text(d->content), db_text(d->basis),
                         db_date(d->issued_on), db_date(d->due_on),
                         db_text(d->outcome ? "ended" : "open"),
                         d->outcome ? db_date(d->issued_on) : db_null('D'), db_text(d->outcome),
                         db_int(step->account_id), db_instant(step->now)));
    if (rc == RC_OK)
        *id = db_insert_id(db);
    return rc;
}

enum rc disposal_find(struct db *db, struct arena *a, int64_t id, struct disposal *out)
{
    return db_row(db, a, &disposal_select, DB_ARGS(db_int(id)), out);
}

enum rc disposal_end(struct db *db, const struct disposal *d, const struct disposal_step *step)
{
    enum rc rc = db_exec(db, &disposal_end_update,
                         DB_ARGS(db_date(d->ended_on), db_text(d->outcome), db_text(d->method),
                                 db_text(d->note), db_int(step->account_id), db_instant(step->now),
                                 db_int(d->id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc disposal_add_inspector(struct db *db, const struct disposal *d, const char *card_no)
{
    enum rc rc = db_exec(db, &disposal_inspector_insert,
                         DB_ARGS(db_int(d->id), db_text(card_no), db_int(d->department_id),
                                 db_date(d->ended_on), db_int(d->subject_id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

static enum rc has_any(struct db *db, const struct db_stmt *counts, int64_t section_id, bool *has)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, counts, DB_ARGS(db_int(section_id)), &n);
    *has = n > 0;
    return rc;
}

enum rc disposal_has_case(struct db *db, int64_t section_id, bool *has)
{
    return has_any(db, &disposal_case_select, section_id, has);
}

enum rc disposal_has_penalty(struct db *db, int64_t section_id, bool *has)
{
    return has_any(db, &disposal_penalty_select, section_id, has);
}
