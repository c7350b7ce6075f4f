#include "store/publish/delivery_difference.h"

#include "base/date.h"
#include "store/publish/delivery.h"

static const struct row_label kinds[] = { { "rejected", "平台拒绝接收" },
                                          { "missing", "平台查无此报文" },
                                          { "receipt", "平台的回执与留存的不同" },
                                          { NULL, NULL } };
static const struct row_label endings[] = { { "agreed", "再次核对一致" },
                                            { "resent", "已重新报送" },
                                            { "withdrawn", "已更正或撤下，不再报送" },
                                            { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct delivery_difference, member, __VA_ARGS__)
static const struct row_set delivery_difference_rows =
    ROW_SET(struct delivery_difference, COL(id, "d.id", .title = "编号"),
            COL(publication, "o.publication_id AS publication", .title = "公示事项"),
            COL(subject_name, "p.subject_name", .title = "检查对象", .width = 36, .nullable = true),
            COL(target, "o.target", .title = "报送平台"),
            COL(action, "o.action", .title = "报送内容", .labels = delivery_actions),
            COL(version, "o.version", .title = "版本"),
            COL(kind, "d.kind", .title = "差异", .labels = kinds),
            COL(said, "d.said", .title = "平台的答复", .width = 40, .nullable = true),
            COL(found_on, "d.found_on", .title = "发现日期"),
            COL(found_at, "d.found_at", .title = "发现时间", .instant = true),
            COL(ended_at, "d.ended_at", .title = "办结时间", .instant = true, .nullable = true),
            COL(ending, "d.ending", .title = "处理结果", .labels = endings, .nullable = true),
            COL(reason, "d.reason", .title = "办理说明", .width = 40, .nullable = true),
            COL(ender, "a.name AS ender", .title = "办理人", .nullable = true));
#undef COL

LIST(delivery_difference_list, .name = "delivery_differences", .title = "报送差异",
     .rows = &delivery_difference_rows,
     .from = " FROM delivery_difference d FORCE INDEX (department_found)"
             " STRAIGHT_JOIN outbox o ON o.id = d.outbox_id"
             " STRAIGHT_JOIN publication p ON p.id = o.publication_id"
             " LEFT JOIN account a ON a.id = d.ended_by",
     .where = "d.department_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "found_from", .title = "发现日期自", .sql = "d.found_on >= ?", .type = 'D' },
         { .name = "found_by", .title = "发现日期至", .sql = "d.found_on <= ?", .type = 'D' }),
     .orders = LIST_ORDERS({ .member = "found_on", .descending = true }));

DB_STMT(delivery_difference_insert, "ttTDi", "",
        "INSERT INTO delivery_difference (outbox_id, department_id, kind, said, found_at, found_on)"
        " SELECT id, department_id, ?, ?, ?, ? FROM outbox WHERE id = ?");

DB_STMT(delivery_difference_end_update, "Tttii", "",
        "UPDATE delivery_difference SET ended_at = ?, ending = ?, reason = ?, ended_by = ?"
        " WHERE outbox_id = ? AND ended_at IS NULL");

DB_STMT(delivery_difference_withdraw_update, "Tii", "",
        "UPDATE delivery_difference d JOIN outbox o ON o.id = d.outbox_id"
        " SET d.ended_at = ?, d.ending = 'withdrawn' WHERE o.publication_id = ?"
        " AND o.version = ? AND o.state = 'withdrawn' AND d.ended_at IS NULL");

enum rc delivery_difference_found(struct db *db, int64_t outbox_id, const char *kind,
                                  const char *said, int64_t now)
{
    return db_exec(db, &delivery_difference_insert,
                   DB_ARGS(db_text(kind), db_text(said), db_instant(now), db_date(date_at(now)),
                           db_int(outbox_id)));
}

enum rc delivery_difference_end(struct db *db, int64_t outbox_id, const struct delivery_ending *end)
{
    return db_exec(db, &delivery_difference_end_update,
                   DB_ARGS(db_instant(end->now), db_text(end->ending), db_text(end->reason),
                           end->account_id ? db_int(end->account_id) : db_null('i'),
                           db_int(outbox_id)));
}

enum rc delivery_difference_withdraw(struct db *db, int64_t publication_id, int64_t version,
                                     int64_t now)
{
    return db_exec(db, &delivery_difference_withdraw_update,
                   DB_ARGS(db_instant(now), db_int(publication_id), db_int(version)));
}
