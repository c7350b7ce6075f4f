#include "store/publish/publication.h"

#include "store/publish/delivery.h"
#include "store/directory/vocabulary.h"

const struct row_label publication_kinds[] = { { "inspection", "抽查检查结果" },
                                               { "penalty", "行政处罚" },
                                               { NULL, NULL } };

static const struct row_label states[] = { { "due", "待公示" },
                                           { "published", "已公示" },
                                           { "withheld", "暂缓公示" },
                                           { "retracted", "已撤下" },
                                           { NULL, NULL } };

DB_STMT(publication_penalty_insert, "ittttDi", "",
        "INSERT INTO penalty (section_id, decision_no, act_type, content, authority, decided_on,"
        " entered_by) VALUES (?, ?, ?, ?, ?, ?, ?)");

DB_STMT(publication_insert, "itiiDDi", "",
        "INSERT INTO publication (section_id, kind, penalty_id, department_id, trigger_on, due_on,"
        " provisional, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'due')");

#define COL(member, ...) ROW_COL(struct publication, member, __VA_ARGS__)
const struct row_set publication_rows = ROW_SET(
    struct publication, COL(id, "p.id", .title = "编号"),
    COL(kind, "p.kind", .title = "类别", .labels = publication_kinds),
    COL(section, "p.section_id AS section", .title = "部门检查单"),
    COL(penalty_id, "p.penalty_id", .hidden = true),
    COL(department_id, "p.department_id", .hidden = true),
    COL(department, "department.code AS department", .hidden = true),
    COL(department_name, "department.name", .hidden = true),
    COL(visit, "visit.code", .title = "入企检查", .width = 30),
    COL(subject_code, "subject.code", .title = "统一社会信用代码", .width = 22),
    COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
    COL(subject_address, "subject.address", .hidden = true),
    COL(region, "subject.region_code AS region", .title = "区划"),
    COL(campaign, "campaign.code", .hidden = true),
    COL(campaign_name, "campaign.name", .hidden = true),
    COL(departments,
        "COALESCE((SELECT COUNT(*) FROM section x WHERE x.visit_id = visit.id), 0) AS departments",
        .hidden = true),
    COL(checked_at, "COALESCE(section.arrived_at, section.signed_at) AS checked_at", .hidden = true,
        .instant = true, .nullable = true),
    COL(checked_on, "section.checked_on", .hidden = true, .nullable = true),
    COL(dispatched_at, "visit.dispatched_at", .hidden = true, .instant = true, .nullable = true),
    COL(signed_at, "section.signed_at", .hidden = true, .instant = true, .nullable = true),
    COL(left, "section.left_at IS NOT NULL AS `left`", .hidden = true),
    COL(left_at, "section.left_at", .hidden = true, .instant = true, .nullable = true),
    COL(result_class, "section.result_class", .title = "结果类别", .labels = result_classes,
        .nullable = true),
    COL(section_state, "section.state", .hidden = true),
    COL(conflicts, "section.conflicts", .hidden = true),
    COL(trigger_on, "p.trigger_on", .title = "起算日"),
    COL(due_on, "p.due_on", .title = "公示期限"),
    COL(provisional, "p.provisional", .title = "期限待定",
        .note = "期限所在年份的节假日安排尚未公布"),
    COL(due_before, "p.due_before", .title = "原公示期限", .nullable = true,
        .note = "节假日安排或规则变更前的期限"),
    COL(overdue, NULL, .title = "逾期"), COL(state, "p.state", .title = "状态", .labels = states),
    COL(published_at, "p.published_at", .title = "公示", .instant = true, .nullable = true),
    COL(version, "p.version", .title = "版本"),
    COL(corrected_at, "p.corrected_at", .title = "更正时间", .instant = true, .nullable = true),
    COL(corrected_reason, "p.corrected_reason", .title = "更正理由", .width = 40, .nullable = true),
    COL(stopped_at, "p.stopped_at", .title = "暂缓或撤下时间", .instant = true, .nullable = true),
    COL(stopped_cause, "p.stopped_cause", .title = "暂缓或撤下事由", .labels = publication_causes,
        .nullable = true),
    COL(stopped_reason, "p.stopped_reason", .title = "暂缓或撤下理由", .width = 40,
        .nullable = true),
    COL(look_on, "p.look_on", .title = "复核日期", .nullable = true),
    COL(retract_by, "p.retract_by", .title = "撤下期限", .nullable = true,
        .note = "在此日期前须从各平台撤下"),
    COL(delivery, "outbox.state AS delivery", .title = "报送", .labels = delivery_states,
        .nullable = true),
    COL(target, "outbox.target", .title = "报送平台", .nullable = true),
    COL(receipt, "outbox.receipt", .title = "回执", .nullable = true),
    COL(delivery_error, "outbox.last_error AS delivery_error", .title = "报送错误", .width = 40,
        .nullable = true));
#undef COL

/* Of the messages of a version, the one that is furthest from being settled. */
#define FROM_PUBLICATION                                                                           \
    " FROM publication p JOIN section ON section.id = p.section_id"                                \
    " JOIN visit ON visit.id = section.visit_id JOIN subject ON subject.id = visit.subject_id"     \
    " JOIN campaign ON campaign.id = visit.campaign_id"                                            \
    " JOIN department ON department.id = p.department_id"                                          \
    " LEFT JOIN outbox ON outbox.id = (SELECT o.id FROM outbox o WHERE o.publication_id = p.id"    \
    " AND o.version = p.version AND o.action = IF(p.state = 'retracted', 'retract', 'publish')"    \
    " ORDER BY o.state <> 'rejected', o.state IN ('accepted', 'withdrawn'), o.target LIMIT 1)"

LIST(publication_list, .name = "publications", .title = "公示事项", .rows = &publication_rows,
     .from = FROM_PUBLICATION, .where = "p.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "state",
           .title = "状态",
           .sql = "p.state = ?",
           .labels = states,
           .initial = "due" },
         { .name = "kind", .title = "类别", .sql = "p.kind = ?", .labels = publication_kinds },
         { .name = "due_from", .title = "期限不早于", .sql = "p.due_on >= ?", .type = 'D' },
         { .name = "due_by", .title = "期限不晚于", .sql = "p.due_on <= ?", .type = 'D' },
         { .name = "look_by", .title = "复核日期不晚于", .sql = "p.look_on <= ?", .type = 'D' },
         { .name = "subject", .title = "统一社会信用代码", .sql = "subject.code = ?" },
         { .name = "campaign", .title = "抽查活动", .sql = "campaign.code = ?" },
         { .name = "delivery",
           .title = "报送",
           .sql = "outbox.state = ?",
           .labels = delivery_states }),
     .orders = LIST_ORDERS({ .member = "id" }, { .member = "due_on" }));

/* The enterprise too: phones are told all that is public of it, also what another publishes now. */
DB_STMT(publication_lock_select, "i", "i",
        "SELECT p.id FROM publication p JOIN section s ON s.id = p.section_id"
        " JOIN visit v ON v.id = s.visit_id JOIN subject x ON x.id = v.subject_id WHERE p.id = ?"
        " FOR UPDATE");

DB_ROWS(publication_select, "i", &publication_rows, FROM_PUBLICATION " WHERE p.id = ?");

static const struct row_set plan_rows =
    ROW_SET(struct publication_plan, ROW_COL(struct publication_plan, code, "p.code"),
            ROW_COL(struct publication_plan, name, "p.name"));

DB_ROWS(publication_plan_select, "i", &plan_rows,
        " FROM task t JOIN draw w ON w.id = t.draw_id"
        " JOIN plan p ON p.id = w.plan_id WHERE t.section_id = ?"
        " GROUP BY p.id, p.code, p.name ORDER BY COUNT(*) DESC, p.code LIMIT 1");

static const struct row_set detail_rows =
    ROW_SET(struct publication_detail, ROW_COL(struct publication_detail, item_name, "item.name"),
            ROW_COL(struct publication_detail, result_name, "result.name"));

DB_ROWS(publication_detail_select, "ii", &detail_rows,
        " FROM check_result k JOIN inspection_item item ON item.id = k.item_id"
        " JOIN result_code result ON result.code = k.result_code WHERE k.section_id = ?"
        " ORDER BY item.code, item.version LIMIT ?");

#define COL(member, ...) ROW_COL(struct penalty, member, __VA_ARGS__)
const struct row_set penalty_rows =
    ROW_SET(struct penalty, COL(id, "penalty.id", .title = "编号"),
            COL(section, "penalty.section_id AS section", .title = "部门检查单"),
            COL(visit, "visit.code", .title = "入企检查", .width = 40),
            COL(subject_code, "subject.code", .title = "统一社会信用代码", .width = 22),
            COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
            COL(decision_no, "penalty.decision_no", .title = "决定书文号", .width = 30),
            COL(act_type, "penalty.act_type", .title = "违法行为类型", .width = 30),
            COL(content, "penalty.content", .title = "处罚内容", .width = 60),
            COL(authority, "penalty.authority", .title = "处罚机关", .width = 24),
            COL(decided_on, "penalty.decided_on", .title = "决定日期"));
#undef COL

#define FROM_PENALTY                                                                               \
    " FROM penalty JOIN section ON section.id = penalty.section_id"                                \
    " JOIN visit ON visit.id = section.visit_id JOIN subject ON subject.id = visit.subject_id"

LIST(penalty_list, .name = "penalties", .title = "行政处罚", .rows = &penalty_rows,
     .from = FROM_PENALTY, .where = "section.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "subject", .title = "统一社会信用代码", .sql = "subject.code = ?" },
         { .name = "decision_no", .title = "决定书文号", .sql = "penalty.decision_no = ?" },
         { .name = "decided_from",
           .title = "决定日期不早于",
           .sql = "penalty.decided_on >= ?",
           .type = 'D' },
         { .name = "decided_to",
           .title = "决定日期不晚于",
           .sql = "penalty.decided_on <= ?",
           .type = 'D' }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }),
     .small = "a city decides some hundred penalties a year");

DB_ROWS(publication_penalty_select, "i", &penalty_rows, FROM_PENALTY " WHERE penalty.id = ?");

enum rc publication_penalty_add(struct db *db, const struct penalty *penalty, int64_t account_id,
                                int64_t *id)
{
    enum rc rc = db_exec(db, &publication_penalty_insert,
                         DB_ARGS(db_int(penalty->section), db_text(penalty->decision_no),
                                 db_text(penalty->act_type), db_text(penalty->content),
                                 db_text(penalty->authority), db_date(penalty->decided_on),
                                 db_int(account_id)));
    *id = db_insert_id(db);
    return rc;
}

enum rc publication_add(struct db *db, int64_t section_id, enum publication_kind kind,
                        int64_t penalty_id, int64_t department_id, int32_t trigger_on,
                        struct workday_due due)
{
    return db_exec(db, &publication_insert,
                   DB_ARGS(db_int(section_id), db_text(publication_kind_name(kind)),
                           db_int(penalty_id), db_int(department_id), db_date(trigger_on),
                           db_date(due.date), db_int(due.provisional)));
}

enum rc publication_find(struct db *db, struct arena *a, int64_t id, struct publication *out)
{
    return db_row(db, a, &publication_select, DB_ARGS(db_int(id)), out);
}

enum rc publication_lock(struct db *db, struct arena *a, int64_t id, struct publication *out)
{
    int64_t locked;
    enum rc rc = db_one_int(db, &publication_lock_select, DB_ARGS(db_int(id)), &locked);
    return rc == RC_OK ? publication_find(db, a, id, out) : rc;
}

enum rc publication_plan(struct db *db, struct arena *a, int64_t section_id,
                         struct publication_plan *out)
{
    return db_row(db, a, &publication_plan_select, DB_ARGS(db_int(section_id)), out);
}

enum rc publication_details(struct db *db, struct arena *a, int64_t section_id,
                            struct row_page *details)
{
    return db_page(db, a, &publication_detail_select, DB_ARGS(db_int(section_id)),
                   PUBLICATION_DETAILS_MAX, details);
}

enum rc publication_penalty(struct db *db, struct arena *a, int64_t penalty_id, struct penalty *out)
{
    return db_row(db, a, &publication_penalty_select, DB_ARGS(db_int(penalty_id)), out);
}
