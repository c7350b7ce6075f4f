#include "store/review/section.h"

#include <string.h>

#include "store/directory/vocabulary.h"
#include "store/field/door.h"
#include "store/visit/visit.h"

enum { INDICATOR_ROWS = 1000 };

static const struct row_label states[] = { { "open", "检查中" },
                                           { "signed", "待审核" },
                                           { "returned", "已退回" },
                                           { "accepted", "已通过" },
                                           { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct section, member, __VA_ARGS__)
const struct row_set section_rows = ROW_SET(
    struct section, COL(id, "s.id", .title = "编号"), COL(visit_id, "s.visit_id", .hidden = true),
    COL(visit, "visit.code", .title = "入企检查", .width = 30),
    COL(subject_code, "subject.code", .title = "统一社会信用代码", .width = 22),
    COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
    COL(region, "subject.region_code AS region", .hidden = true),
    COL(department_id, "s.department_id", .hidden = true),
    COL(department, "department.code", .title = "部门"),
    COL(department_region, "department.region_code AS department_region", .hidden = true),
    COL(state, "s.state", .title = "状态", .labels = states), COL(version, "s.version"),
    COL(conflicts, "s.conflicts", .title = "未决冲突"),
    COL(result_class, "s.result_class", .title = "结果类别", .labels = result_classes,
        .nullable = true),
    COL(arrived, "s.arrived_at IS NOT NULL AS arrived", .hidden = true),
    COL(left, "s.left_at IS NOT NULL AS `left`", .hidden = true),
    COL(arrived_at, "s.arrived_at", .title = "到达", .instant = true, .nullable = true),
    COL(left_at, "s.left_at", .title = "离开", .instant = true, .nullable = true),
    COL(dispatched_at, "visit.dispatched_at", .title = "派发", .instant = true, .nullable = true),
    COL(checked_on, "s.checked_on", .title = "认定的检查日期", .nullable = true),
    COL(note, "s.note", .title = "备注", .width = 40, .nullable = true),
    COL(signed_by, "signed_by.card_no", .title = "签字人", .nullable = true),
    COL(signed_by_id, "signed_by.id", .hidden = true, .nullable = true),
    COL(signed_at, "s.signed_at", .title = "签字", .instant = true, .nullable = true),
    COL(review_reason, "s.review_reason", .title = "审核意见", .width = 40, .nullable = true),
    COL(opinion, "s.opinion", .title = "检查意见", .width = 40, .nullable = true),
    COL(statement, "s.statement", .title = "企业陈述", .width = 40, .nullable = true),
    COL(attendance_reason, "s.attendance_reason", .title = "到场人数说明", .nullable = true));
#undef COL

#define FROM_SECTION                                                                               \
    " FROM section s JOIN visit ON visit.id = s.visit_id JOIN subject ON subject.id ="             \
    " visit.subject_id JOIN department ON department.id = s.department_id"                         \
    " LEFT JOIN inspector signed_by ON signed_by.id = s.signed_by"

LIST(section_list, .name = "sections", .title = "部门检查单", .rows = &section_rows,
     .from = FROM_SECTION, .where = "s.department_id = ?", .in = "i", .key = "id",
     .filters =
         LIST_FILTERS({ .name = "state",
                        .title = "状态",
                        .sql = "s.state = ?",
                        .labels = states,
                        .initial = "signed" },
                      { .name = "subject", .title = "统一社会信用代码", .sql = "subject.code = ?" },
                      { .name = "visit", .title = "入企检查", .sql = "visit.code = ?" },
                      { .name = "signed_by", .title = "签字人", .sql = "signed_by.card_no = ?" }),
     .orders = LIST_ORDERS({ .member = "id" }));

DB_STMT(section_lock_select, "i", "i", "SELECT id FROM section WHERE id = ? FOR UPDATE");

DB_ROWS(section_select, "i", &section_rows, FROM_SECTION " WHERE s.id = ?");

#define COL(member, ...) ROW_COL(struct section_check, member, __VA_ARGS__)
const struct row_set section_check_rows = ROW_SET(
    struct section_check, COL(id, "k.id"), COL(item, "item.code"), COL(item_name, "item.name"),
    COL(result_code, "k.result_code", .nullable = true),
    COL(result_name, "result.name", .nullable = true), COL(problem, "k.problem", .nullable = true),
    COL(disposal, "k.disposal", .nullable = true),
    COL(checklist_id, "k.checklist_id", .hidden = true, .nullable = true),
    COL(answers, "k.answers", .hidden = true, .nullable = true));
#undef COL

DB_ROWS(section_check_select, "ii", &section_check_rows,
        " FROM check_result k JOIN inspection_item item ON item.id = k.item_id"
        " LEFT JOIN result_code result ON result.code = k.result_code WHERE k.section_id = ?"
        " ORDER BY item.code, item.version LIMIT ?");

DB_STMT(section_evidence_select, "i", "i", "SELECT COUNT(*) FROM evidence WHERE section_id = ?");

DB_STMT(section_unverified_select, "i", "i",
        "SELECT COUNT(*) FROM evidence WHERE section_id = ? AND verified_at IS NULL"
        " AND written_off_at IS NULL");

DB_STMT(section_written_off_select, "i", "i",
        "SELECT COUNT(*) FROM evidence WHERE section_id = ? AND verified_at IS NULL"
        " AND written_off_at IS NOT NULL");

DB_STMT(section_accept_update, "iTDti", "",
        "UPDATE section SET state = 'accepted', reviewed_by = ?, reviewed_at = ?, checked_on = ?,"
        " review_reason = ?, version = version + 1 WHERE id = ? AND state = 'signed'");

DB_STMT(section_return_update, "iTti", "",
        "UPDATE section SET state = 'returned', reviewed_by = ?, reviewed_at = ?,"
        " review_reason = ?, signed_by = NULL, signed_at = NULL, version = version + 1"
        " WHERE id = ? AND state = 'signed'");

#define COL(member, ...) ROW_COL(struct section_indicator, member, __VA_ARGS__)
const struct row_set section_indicator_rows =
    ROW_SET(struct section_indicator, COL(department, "department.code"),
            COL(name, "department.name"), COL(tasks, "COUNT(*) AS tasks"),
            COL(completed, "CAST(COALESCE(SUM(s.state IN ('signed', 'accepted')), 0) AS SIGNED)"
                           " AS completed"),
            COL(closed, "CAST(COALESCE(SUM(" SECTION_CLOSED "), 0) AS SIGNED) AS closed"),
            COL(completion_rate, NULL), COL(closing_rate, NULL));
#undef COL

DB_ROWS(section_indicator_select, "ii", &section_indicator_rows,
        " FROM visit v JOIN section s ON s.visit_id = v.id JOIN task t ON t.section_id = s.id"
        " JOIN department ON department.id = s.department_id WHERE v.campaign_id = ?"
        " GROUP BY department.id, department.code, department.name ORDER BY department.code"
        " LIMIT ?");

enum rc section_by_id(struct db *db, struct arena *a, int64_t id, struct section *out)
{
    return db_row(db, a, &section_select, DB_ARGS(db_int(id)), out);
}

enum rc section_lock(struct db *db, struct arena *a, int64_t id, struct section *out)
{
    int64_t locked;
    enum rc rc = db_one_int(db, &section_lock_select, DB_ARGS(db_int(id)), &locked);
    return rc == RC_OK ? section_by_id(db, a, id, out) : rc;
}

enum rc section_checks(struct db *db, struct arena *a, int64_t id, struct section_check **checks,
                       size_t *n)
{
    struct row_page page;
    enum rc rc =
        db_rows(db, a, &section_check_select, DB_ARGS(db_int(id)), VISIT_CHECKS_MAX, &page);
    if (rc != RC_OK)
        return rc;
    *checks = page.v;
    *n = page.n;
    return RC_OK;
}

enum rc section_evidence(struct db *db, int64_t id, int64_t *n)
{
    return db_one_int(db, &section_evidence_select, DB_ARGS(db_int(id)), n);
}

enum rc section_unverified(struct db *db, int64_t id, int64_t *n)
{
    int64_t undeclared = 0;
    enum rc rc = db_one_int(db, &section_unverified_select, DB_ARGS(db_int(id)), n);
    if (rc == RC_OK)
        rc = door_undeclared(db, id, false, &undeclared);
    if (rc == RC_OK)
        *n += undeclared;
    return rc;
}

enum rc section_written_off(struct db *db, int64_t id, int64_t *n)
{
    int64_t undeclared = 0;
    enum rc rc = db_one_int(db, &section_written_off_select, DB_ARGS(db_int(id)), n);
    if (rc == RC_OK)
        rc = door_undeclared(db, id, true, &undeclared);
    if (rc == RC_OK)
        *n += undeclared;
    return rc;
}

static enum rc changed_one(const struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc section_accept(struct db *db, int64_t id, int64_t account_id, int64_t now,
                       int32_t checked_on, const char *why)
{
    enum rc rc =
        db_exec(db, &section_accept_update,
                DB_ARGS(db_int(account_id), db_instant(now),
                        checked_on ? db_date(checked_on) : db_null('D'), db_text(why), db_int(id)));
    return changed_one(db, rc);
}

enum rc section_return(struct db *db, int64_t id, int64_t account_id, int64_t now,
                       const char *reason)
{
    enum rc rc = db_exec(db, &section_return_update,
                         DB_ARGS(db_int(account_id), db_instant(now), db_text(reason), db_int(id)));
    return changed_one(db, rc);
}

enum rc section_indicators(struct db *db, struct arena *a, int64_t campaign_id,
                           struct section_indicator **rows, size_t *n)
{
    struct row_page page;
    enum rc rc = db_rows(db, a, &section_indicator_select, DB_ARGS(db_int(campaign_id)),
                         INDICATOR_ROWS, &page);
    if (rc != RC_OK)
        return rc;
    *rows = page.v;
    *n = page.n;
    return RC_OK;
}
