#include "store/publish/objection.h"

#include <string.h>

#include "base/text.h"
#include "store/publish/publication.h"
#include "sys/seal.h"

const struct row_label objection_outcomes[] = { { "upheld", "异议成立" },
                                                { "rejected", "异议不成立" },
                                                { NULL, NULL } };
static const struct row_label states[] = { { "received", "已收到" },
                                           { "examining", "核查中" },
                                           { "upheld", "异议成立" },
                                           { "rejected", "异议不成立" },
                                           { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct objection, member, __VA_ARGS__)
#define COLUMNS                                                                                    \
    COL(id, "o.id", .title = "编号"),                                                              \
        COL(publication, "o.publication_id AS publication", .title = "公示事项"),                  \
        COL(department_id, "o.department_id", .hidden = true),                                     \
        COL(subject_name, "p.subject_name", .title = "检查对象", .width = 36, .nullable = true),   \
        COL(kind, "p.kind", .title = "公示类别", .labels = publication_kinds),                     \
        COL(received_at, "o.received_at", .title = "收到时间", .instant = true),                   \
        COL(received_on, "o.received_on", .hidden = true), COL(due_on, NULL, .title = "答复期限"), \
        COL(overdue, NULL, .title = "逾期"),                                                       \
        COL(state, "o.state", .title = "状态", .labels = states),                                  \
        COL(decided_at, "o.decided_at", .title = "答复时间", .instant = true, .nullable = true),   \
        COL(answer, "o.answer", .title = "答复", .width = 40, .nullable = true)
const struct row_set objection_rows = ROW_SET(struct objection, COLUMNS);
#undef COL
#define COL(member, ...) ROW_COL_IN(struct objection_full, in_list, member, __VA_ARGS__)
#define MORE(member, ...) ROW_COL(struct objection_full, member, __VA_ARGS__)
const struct row_set objection_full_rows = ROW_SET(
    struct objection_full, COLUMNS, MORE(content, "o.content", .title = "异议内容"),
    MORE(name, NULL, .title = "异议人"), MORE(contact, NULL, .title = "联系方式"),
    MORE(name_sealed, "COALESCE(LOWER(HEX(o.name)), '') AS name_sealed", .hidden = true),
    MORE(contact_sealed, "COALESCE(LOWER(HEX(o.contact)), '') AS contact_sealed", .hidden = true),
    MORE(publication_state, "p.state AS publication_state", .title = "公示状态"),
    MORE(corrected_at, "p.corrected_at", .title = "更正时间", .instant = true, .nullable = true),
    MORE(stopped_at, "p.stopped_at", .title = "撤下时间", .instant = true, .nullable = true),
    MORE(published_by, "COALESCE(v.published_by, 0) AS published_by", .hidden = true));
#undef MORE
#undef COLUMNS
#undef COL

#define FROM_OBJECTION " FROM objection o JOIN publication p ON p.id = o.publication_id"

LIST(objection_list, .name = "objections", .title = "异议", .rows = &objection_rows,
     .from = FROM_OBJECTION, .where = "o.department_id = ?", .in = "i", .key = "id",
     .filters =
         LIST_FILTERS({ .name = "state", .title = "状态", .sql = "o.state = ?", .labels = states },
                      { .name = "received_by",
                        .title = "收到日期不晚于",
                        .sql = "o.received_on <= ?",
                        .type = 'D' }),
     .orders = LIST_ORDERS({ .member = "id" }));

DB_ROWS(objection_select, "i", &objection_full_rows,
        FROM_OBJECTION " LEFT JOIN publication_version v ON v.publication_id = p.id"
                       " AND v.version = p.version WHERE o.id = ?");

DB_STMT(objection_examine_update, "ii", "",
        "UPDATE objection SET state = 'examining', examined_by = ?"
        " WHERE id = ? AND state = 'received'");

DB_STMT(objection_decide_update, "ttiTi", "",
        "UPDATE objection SET state = ?, answer = ?, decided_by = ?, decided_at = ?"
        " WHERE id = ? AND state = 'examining'");

static const char *opened(struct arena *a, const struct keyring *keys, const char *hex)
{
    size_t n = strlen(hex) / 2;
    uint8_t *sealed = arena_alloc(a, n + 1);
    const char *text = NULL;
    if (n == 0 || !hex_decode(sealed, n, hex)) /* forgotten: store/report/retention */
        return "";
    for (size_t i = 0; !text && i < keys->n; i++)
        text = seal_open(a, keys->key[i], sealed, n, &(size_t){ 0 });
    return text ? text : "（密钥已更换或丢失，无法读取）";
}

enum rc objection_find(struct db *db, struct arena *a, const struct keyring *keys, int64_t id,
                       struct objection_full *out)
{
    enum rc rc = db_row(db, a, &objection_select, DB_ARGS(db_int(id)), out);
    if (rc != RC_OK)
        return rc;
    out->name = opened(a, keys, out->name_sealed);
    out->contact = opened(a, keys, out->contact_sealed);
    return RC_OK;
}

static enum rc changed(const struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc objection_examine(struct db *db, int64_t id, int64_t account_id)
{
    return changed(db,
                   db_exec(db, &objection_examine_update, DB_ARGS(db_int(account_id), db_int(id))));
}

enum rc objection_decide(struct db *db, int64_t id, const struct objection_decision *d)
{
    return changed(db, db_exec(db, &objection_decide_update,
                               DB_ARGS(db_text(d->outcome), db_text(d->answer),
                                       db_int(d->account_id), db_instant(d->now), db_int(id))));
}
