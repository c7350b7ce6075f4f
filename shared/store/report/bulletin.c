#include "store/report/bulletin.h"

#include <string.h>

DB_STMT(bulletin_next_select, "i", "i",
        "SELECT COALESCE(MAX(number), 0) + 1 FROM bulletin WHERE campaign_id = ?");

DB_STMT(bulletin_insert, "iittDtbiT", "",
        "INSERT INTO bulletin (campaign_id, number, title, note, as_of, figures, digest, issued_by,"
        " issued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

#define COL(member, ...) ROW_COL(struct bulletin, member, __VA_ARGS__)
#define COLUMNS                                                                                    \
    COL(number, "b.number", .title = "期号"), COL(title, "b.title", .title = "标题", .width = 40), \
        COL(as_of, "b.as_of", .title = "数据截至"),                                                \
        COL(issued_by, "account.login AS issued_by", .title = "印发账号", .width = 24),            \
        COL(issued_at, "b.issued_at", .title = "印发时间", .instant = true),                       \
        COL(digest, "b.digest", .title = "数据摘要（SHA-256）", .width = 66)
static const struct row_set listed_rows = ROW_SET(struct bulletin, COLUMNS);
const struct row_set bulletin_rows =
    ROW_SET(struct bulletin, COLUMNS, COL(note, "b.note"), COL(state, NULL),
            COL(campaign, "campaign.code"), COL(campaign_name, "campaign.name"),
            COL(department_name, "department.name"), COL(figures, "b.figures", .json = true));
#undef COLUMNS
#undef COL

#define FROM_BULLETIN " FROM bulletin b JOIN account ON account.id = b.issued_by"

LIST(bulletin_list, .name = "bulletins", .title = "通报", .rows = &listed_rows,
     .from = FROM_BULLETIN, .where = "b.campaign_id = ?", .in = "i", .key = "number",
     .orders = LIST_ORDERS({ .member = "number", .descending = true }),
     .small = "some dozen of a campaign");

DB_ROWS(bulletin_select, "ii", &bulletin_rows,
        FROM_BULLETIN " JOIN campaign ON campaign.id = b.campaign_id"
                      " JOIN department ON department.id = campaign.department_id"
                      " WHERE b.campaign_id = ? AND b.number = ?");

enum rc bulletin_by_number(struct db *db, struct arena *a, int64_t campaign_id, int64_t number,
                           struct bulletin *out)
{
    char now[DIGEST_HEX];
    enum rc rc = db_row(db, a, &bulletin_select, DB_ARGS(db_int(campaign_id), db_int(number)), out);
    if (rc != RC_OK)
        return rc;
    digest_hex(DIGEST_SHA256, out->figures, strlen(out->figures), now);
    out->state = strcmp(now, out->digest) == 0 ? "intact" : "changed";
    return RC_OK;
}

enum rc bulletin_next(struct db *db, int64_t campaign_id, int64_t *number)
{
    return db_one_int(db, &bulletin_next_select, DB_ARGS(db_int(campaign_id)), number);
}

enum rc bulletin_issue(struct db *db, int64_t campaign_id, int64_t account_id,
                       struct bulletin *bulletin)
{
    uint8_t digest[DIGEST_SIZE];
    digest_bytes(DIGEST_SHA256, bulletin->figures, strlen(bulletin->figures), digest);
    digest_hex(DIGEST_SHA256, bulletin->figures, strlen(bulletin->figures), bulletin->digest);
    return db_exec(db, &bulletin_insert,
                   DB_ARGS(db_int(campaign_id), db_int(bulletin->number), db_text(bulletin->title),
                           db_text(bulletin->note), db_date(bulletin->as_of),
                           db_text(bulletin->figures), db_bytes(digest, sizeof digest),
                           db_int(account_id), db_instant(bulletin->issued_at)));
}
