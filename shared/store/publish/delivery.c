#include "store/publish/delivery.h"

const struct row_label delivery_states[] = {
    { "ready", "待发送" },        { "uncertain", "发送中或结果未知" }, { "accepted", "平台已接收" },
    { "rejected", "平台已拒绝" }, { "withdrawn", "不再报送" },         { NULL, NULL }
};
const struct row_label delivery_actions[] = { { "publish", "公示" },
                                              { "retract", "撤回" },
                                              { NULL, NULL } };
static const struct row_label differences[] = { { "missing", "平台查无此报文" },
                                                { "receipt", "平台的回执与留存的不同" },
                                                { NULL, NULL } };
static const struct row_label advices[] = {
    { "rejected", "按拒绝的理由更正公示，或请管理人员改正该平台的设置后重新报送" },
    { "missing", "向平台核实后重新报送；报文编号不变，平台不会重复接收" },
    { "receipt", "持留存的回执向平台核实；内容有误的，更正或撤下该公示" },
    { NULL, NULL }
};

#define COL(member, ...) ROW_COL(struct delivery, member, __VA_ARGS__)
const struct row_set delivery_rows = ROW_SET(
    struct delivery, COL(id, "o.id", .title = "编号"),
    COL(publication, "o.publication_id AS publication", .title = "公示事项"),
    COL(department_id, "o.department_id", .hidden = true),
    COL(subject_name, "p.subject_name", .title = "检查对象", .width = 36, .nullable = true),
    COL(target, "o.target", .title = "报送平台"),
    COL(action, "o.action", .title = "报送内容", .labels = delivery_actions),
    COL(version, "o.version", .title = "版本"),
    COL(state, "o.state", .title = "状态", .labels = delivery_states),
    COL(attempts, "o.attempts", .title = "次数"),
    COL(next_at, "o.next_at", .title = "下次报送", .instant = true),
    COL(accepted_at, "o.accepted_at", .title = "接收时间", .instant = true, .nullable = true),
    COL(receipt, "o.receipt", .title = "回执", .width = 30, .nullable = true),
    COL(error, "o.last_error AS error", .title = "报送错误", .width = 40, .nullable = true),
    COL(compared_at, "o.compared_at", .title = "最近核对", .instant = true, .nullable = true),
    COL(difference, "o.difference", .title = "核对差异", .labels = differences, .nullable = true),
    COL(difference_at, "o.difference_at", .title = "差异发现时间", .instant = true,
        .nullable = true),
    COL(shown, "o.shown", .title = "平台的回执", .width = 30, .nullable = true),
    COL(advice, "IF(o.state = 'rejected', 'rejected', o.difference) AS advice", .title = "处理办法",
        .width = 40, .labels = advices, .nullable = true));
#undef COL

#define FROM_DELIVERY " FROM outbox o JOIN publication p ON p.id = o.publication_id"

LIST(delivery_list, .name = "deliveries", .title = "报送", .rows = &delivery_rows,
     .from = FROM_DELIVERY, .where = "o.publication_id = ?", .in = "i", .key = "id",
     .orders = LIST_ORDERS({ .member = "id" }));

LIST(delivery_all_list, .name = "deliveries", .title = "报送", .rows = &delivery_rows,
     .from = FROM_DELIVERY, .where = "o.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "state", .title = "状态", .sql = "o.state = ?", .labels = delivery_states },
         { .name = "difference",
           .title = "核对差异",
           .sql = "o.difference = ?",
           .labels = differences }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }));

DB_ROWS(delivery_select, "i", &delivery_rows, FROM_DELIVERY " WHERE o.id = ?");

DB_STMT(delivery_retry_update, "Ti", "",
        "UPDATE outbox SET state = 'ready', next_at = ?, compare_at = NULL, difference = NULL,"
        " difference_at = NULL, shown = NULL WHERE id = ? AND (state = 'rejected'"
        " OR (state = 'accepted' AND difference = 'missing'))");

enum rc delivery_find(struct db *db, struct arena *a, int64_t id, struct delivery *out)
{
    return db_row(db, a, &delivery_select, DB_ARGS(db_int(id)), out);
}

enum rc delivery_retry(struct db *db, int64_t id, int64_t now)
{
    enum rc rc = db_exec(db, &delivery_retry_update, DB_ARGS(db_instant(now), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}
