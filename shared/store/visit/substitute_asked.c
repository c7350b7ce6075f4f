#include "store/visit/substitute.h"

static const struct row_label states[] = {
    { "requested", "待批准" }, { "approved", "已批准" }, { "refused", "不予批准" }, { NULL, NULL }
};

#define COL(member, ...) ROW_COL(struct substitute_asked, member, __VA_ARGS__)
const struct row_set substitute_asked_rows = ROW_SET(
    struct substitute_asked, COL(id, "r.id", .title = "编号"),
    COL(stratum, "r.stratum", .title = "抽查层"),
    COL(subject, "subject.code", .title = "检查对象", .width = 22),
    COL(name, "subject.name", .title = "名称", .width = 30),
    COL(reason, "r.reason", .title = "理由", .width = 40),
    COL(state, "r.state", .title = "状态", .labels = states),
    COL(requested_by, "requested_by.login", .title = "申请人"),
    COL(requested_at, "r.requested_at", .title = "申请", .instant = true),
    COL(decided_by, "decided_by.login", .title = "批准人", .nullable = true),
    COL(decided_at, "r.decided_at", .title = "批准", .instant = true, .nullable = true),
    COL(decision_reason, "r.decision_reason", .title = "批准意见", .width = 40, .nullable = true));
#undef COL

LIST(substitute_asked_list, .name = "substitute_requests", .title = "替换检查对象的申请",
     .rows = &substitute_asked_rows,
     .from = " FROM substitute_request r JOIN subject ON subject.id = r.subject_id"
             " JOIN account requested_by ON requested_by.id = r.requested_by"
             " LEFT JOIN account decided_by ON decided_by.id = r.decided_by",
     .where = "r.draw_id = ?", .in = "i", .key = "id",
     .filters =
         LIST_FILTERS({ .name = "state", .title = "状态", .sql = "r.state = ?", .labels = states },
                      { .name = "stratum", .title = "抽查层", .sql = "r.stratum = ?" },
                      { .name = "subject", .title = "检查对象", .sql = "subject.code = ?" }),
     .orders = LIST_ORDERS({ .member = "id" }),
     .small = "a draw has some dozens of them, read by its key");
