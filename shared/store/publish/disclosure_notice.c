#include "store/publish/disclosure_notice.h"

#include "store/visit/visit.h"

enum { VISITS_MAX = 50, ITEMS_MAX = 2000, TEAM_MAX = 500 };

#define COL(member, ...) ROW_COL(struct disclosure_notice, member, __VA_ARGS__)
static const struct row_set notice_rows = ROW_SET(
    struct disclosure_notice, COL(subject_name, "subject_name"),
    COL(campaign_code, "campaign_code"), COL(campaign_name, "campaign_name"),
    COL(lead_name, "lead_name"), COL(planned_on, "planned_on", .nullable = true),
    COL(begun, "begun", .nullable = true), COL(cancelled_from, "cancelled_from", .nullable = true),
    COL(cancelled_kind, "cancelled_kind", .labels = visit_cancel_kinds, .nullable = true));
#undef COL

#define COL(member, ...) ROW_COL(struct disclosure_notice_item, member, __VA_ARGS__)
static const struct row_set item_rows =
    ROW_SET(struct disclosure_notice_item, COL(department_name, "department_name"),
            COL(name, "name"), COL(legal_basis, "legal_basis"));
#undef COL

#define COL(member, ...) ROW_COL(struct disclosure_notice_inspector, member, __VA_ARGS__)
static const struct row_set inspector_rows =
    ROW_SET(struct disclosure_notice_inspector, COL(department_name, "department_name"),
            COL(name, "name"), COL(card_no, "card_no"));
#undef COL

DB_ROWS(disclosure_notice_select, "bi", &notice_rows,
        " FROM public_notice WHERE code_hash = ? ORDER BY campaign_code LIMIT ?");
DB_ROWS(disclosure_notice_item_select, "bi", &item_rows,
        " FROM public_notice_item WHERE code_hash = ? GROUP BY department_name, code, name,"
        " legal_basis ORDER BY department_name, code LIMIT ?");
DB_ROWS(disclosure_notice_inspector_select, "bi", &inspector_rows,
        " FROM public_notice_inspector WHERE code_hash = ?"
        " GROUP BY department_name, name, card_no ORDER BY department_name, card_no LIMIT ?");

enum rc disclosure_notice(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                          struct row_page *visits)
{
    enum rc rc = db_rows(db, a, &disclosure_notice_select, DB_ARGS(db_bytes(hash, DIGEST_SIZE)),
                         VISITS_MAX, visits);
    return rc == RC_OK && visits->n == 0 ? RC_NOT_FOUND : rc;
}

enum rc disclosure_notice_items(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                                struct row_page *items)
{
    return db_rows(db, a, &disclosure_notice_item_select, DB_ARGS(db_bytes(hash, DIGEST_SIZE)),
                   ITEMS_MAX, items);
}

enum rc disclosure_notice_team(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                               struct row_page *team)
{
    return db_rows(db, a, &disclosure_notice_inspector_select, DB_ARGS(db_bytes(hash, DIGEST_SIZE)),
                   TEAM_MAX, team);
}
