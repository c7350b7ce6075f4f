#include "store/report/report.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "store/directory/department.h"

const struct row_label report_kinds[] = {
    [REPORT_BULLETIN] = { "bulletin", "通报" },
    [REPORT_WEEKLY] = { "weekly", "周报" },
    [REPORT_MONTHLY] = { "monthly", "月报" },
    [REPORT_MIDYEAR] = { "midyear", "半年总结" },
    [REPORT_ANNUAL] = { "annual", "年度总结" },
    [REPORT_SPECIAL] = { "special", "专题报告" },
    [REPORT_KINDS] = { NULL, NULL },
};

#define COL(member, ...) ROW_COL(struct report, member, __VA_ARGS__)
#define COLUMNS                                                                                    \
    COL(id, "r.id"), COL(kind, "r.kind", .title = "种类", .labels = report_kinds),                 \
        COL(number, "r.number", .title = "期号"),                                                  \
        COL(title, "r.title", .title = "标题", .width = 40), COL(department, "department.code"),   \
        COL(department_name, "department.name", .title = "印发部门", .width = 30),                 \
        COL(starts_on, "r.starts_on", .title = "报告期开始", .nullable = true),                    \
        COL(ends_on, "r.ends_on", .title = "报告期截止", .nullable = true),                        \
        COL(as_of, "r.as_of", .title = "数据截至"),                                                \
        COL(issued_by, "account.login AS issued_by", .title = "印发账号", .width = 24),            \
        COL(issued_at, "r.issued_at", .title = "印发时间", .instant = true),                       \
        COL(digest, "r.digest", .title = "摘要（SHA-256）", .width = 66)
static const struct row_set listed_rows = ROW_SET(struct report, COLUMNS);
const struct row_set report_rows = ROW_SET(
    struct report, COLUMNS, COL(note, "r.note"), COL(state, NULL),
    COL(campaign, "campaign.code", .nullable = true),
    COL(campaign_name, "campaign.name", .nullable = true), COL(figures, "r.figures", .json = true));
#undef COLUMNS
#undef COL

#define FROM_REPORT                                                                                \
    " FROM report r JOIN account ON account.id = r.issued_by"                                      \
    " LEFT JOIN campaign ON campaign.id = r.campaign_id"                                           \
    " JOIN department ON department.id = COALESCE(r.department_id, campaign.department_id)"

LIST(bulletin_list, .name = "bulletins", .title = "通报", .rows = &listed_rows, .from = FROM_REPORT,
     .where = "r.campaign_id = ?", .in = "i", .key = "number",
     .orders = LIST_ORDERS({ .member = "number", .descending = true }),
     .small = "some dozen of a campaign");

LIST(report_list, .name = "reports", .title = "工作报告", .rows = &listed_rows, .from = FROM_REPORT,
     .where = DEPARTMENT_OWN_OR_BELOW("r.department_id"), .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "kind", .title = "种类", .sql = "r.kind = ?", .labels = report_kinds + 1 },
         { .name = "department", .title = "印发部门", .sql = "department.code = ?" }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }),
     .small = "some dozen a year of each department");

DB_ROWS(report_select_bulletin, "ii", &report_rows,
        FROM_REPORT " WHERE r.campaign_id = ? AND r.number = ?");
DB_ROWS(report_select, "ii", &report_rows,
        FROM_REPORT " WHERE r.id = ? AND " DEPARTMENT_OWN_OR_BELOW("r.department_id"));

DB_STMT(report_next_bulletin_select, "i", "i",
        "SELECT COALESCE(MAX(number), 0) + 1 FROM report WHERE campaign_id = ?");
DB_STMT(report_next_special_select, "iiii", "i",
        "SELECT COALESCE(MAX(number), ?) + 1 FROM report WHERE department_id = ?"
        " AND kind = 'special' AND number > ? AND number < ? FOR UPDATE");
#define TWIN(ident, of)                                                                            \
    DB_STMT(ident, "ittDDiT", "i",                                                                 \
            "SELECT COALESCE(MAX(number), 0) FROM report WHERE " of " AND title = ? AND note = ?"  \
            " AND starts_on <=> ? AND ends_on <=> ? AND issued_by = ? AND issued_at > ?"           \
            " FOR UPDATE")
TWIN(report_twin_bulletin_select, "campaign_id = ?");
TWIN(report_twin_special_select, "department_id = ? AND kind = 'special'");
DB_STMT(report_insert, "tiiittDDDtbiT", "",
        "INSERT INTO report (kind, campaign_id, department_id, number, title, note, starts_on,"
        " ends_on, as_of, figures, digest, issued_by, issued_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
DB_STMT(report_chained_select, "tttt", "i",
        "SELECT COUNT(*) FROM audit_event WHERE chain = ? AND action = ? AND target = ?"
        " AND INSTR(detail, ?) > 0");

enum rc report_bulletin(struct db *db, struct arena *a, int64_t campaign_id, int64_t number,
                        struct report *out)
{
    return db_row(db, a, &report_select_bulletin, DB_ARGS(db_int(campaign_id), db_int(number)),
                  out);
}

enum rc report_by_id(struct db *db, struct arena *a, int64_t department_id, int64_t id,
                     struct report *out)
{
    return db_row(db, a, &report_select, DB_ARGS(db_int(id), db_int(department_id)), out);
}

/* Of every member that was issued; each text after its length, so that none runs into the next. */
static void digest_of(struct arena *a, const struct report *r, uint8_t raw[DIGEST_SIZE],
                      char hex[DIGEST_HEX])
{
    const char *const texts[] = { r->kind, r->title, r->note, r->issued_by, r->figures };
    struct buf all;
    buf_init(&all, a, 16 << 20);
    buf_printf(&all, "%" PRId64 " %" PRId32 " %" PRId32 " %" PRId32 " %" PRId64, r->number,
               r->starts_on, r->ends_on, r->as_of, r->issued_at);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_printf(&all, " %zu:", strlen(texts[i]));
        buf_puts(&all, texts[i]);
    }
    digest_bytes(DIGEST_SHA256, all.p, all.n, raw);
    digest_hex(DIGEST_SHA256, all.p, all.n, hex);
}

enum rc report_compare(struct db *db, struct arena *a, const char *action, const char *target,
                       struct report *report)
{
    uint8_t raw[DIGEST_SIZE];
    char now[DIGEST_HEX];
    int64_t chained = 0;
    const char *chain = arena_printf(a, "dept:%s", report->department);
    digest_of(a, report, raw, now);
    enum rc rc = db_one_int(db, &report_chained_select,
                            DB_ARGS(db_text(chain), db_text(action), db_text(target), db_text(now)),
                            &chained);
    report->state = chained && strcmp(now, report->digest) == 0 ? "intact" : "changed";
    return rc;
}

enum rc report_next_bulletin(struct db *db, int64_t campaign_id, int64_t *number)
{
    return db_one_int(db, &report_next_bulletin_select, DB_ARGS(db_int(campaign_id)), number);
}

enum rc report_next_special(struct db *db, int64_t department_id, int64_t behind, int64_t *number)
{
    return db_one_int(db, &report_next_special_select,
                      DB_ARGS(db_int(behind), db_int(department_id), db_int(behind),
                              db_int(behind + REPORT_SPECIALS)),
                      number);
}

static struct db_val day(int32_t date)
{
    return date ? db_date(date) : db_null('D');
}

enum rc report_twin(struct db *db, int64_t campaign_id, int64_t department_id, int64_t account_id,
                    int64_t since, const struct report *r, int64_t *number)
{
    return db_one_int(db, campaign_id ? &report_twin_bulletin_select : &report_twin_special_select,
                      DB_ARGS(db_int(campaign_id ? campaign_id : department_id), db_text(r->title),
                              db_text(r->note), day(r->starts_on), day(r->ends_on),
                              db_int(account_id), db_instant(since)),
                      number);
}

enum rc report_issue(struct db *db, struct arena *a, int64_t campaign_id, int64_t department_id,
                     int64_t account_id, struct report *r)
{
    uint8_t digest[DIGEST_SIZE];
    digest_of(a, r, digest, r->digest);
    enum rc rc =
        db_exec(db, &report_insert,
                DB_ARGS(db_text(r->kind), campaign_id ? db_int(campaign_id) : db_null('i'),
                        department_id ? db_int(department_id) : db_null('i'), db_int(r->number),
                        db_text(r->title), db_text(r->note), day(r->starts_on), day(r->ends_on),
                        db_date(r->as_of), db_text(r->figures), db_bytes(digest, sizeof digest),
                        db_int(account_id), db_instant(r->issued_at)));
    if (rc == RC_OK)
        r->id = db_insert_id(db);
    return rc;
}
