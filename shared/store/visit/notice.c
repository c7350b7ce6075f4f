#include "store/visit/notice.h"

#include "store/visit/redrawn.h"

enum { PARTS_MAX = 500 };

/* The visits v of the entry of a visit o; the second condition says nothing new, by it they are
   found. */
#define ENTRY_OF_VISIT                                                                             \
    " FROM visit o JOIN visit v ON COALESCE(v.joint_id, v.id) = COALESCE(o.joint_id, o.id)"        \
    " AND (v.id = COALESCE(o.joint_id, o.id) OR v.joint_id = COALESCE(o.joint_id, o.id))"

DB_STMT(notice_unannounced_select, "i", "i",
        "SELECT COUNT(*)" ENTRY_OF_VISIT
        " LEFT JOIN joint_campaign j ON j.campaign_id = v.campaign_id WHERE o.id = ?"
        " AND " UNANNOUNCED);

#define COL(member, ...) ROW_COL(struct notice, member, __VA_ARGS__)
const struct row_set notice_rows = ROW_SET(
    struct notice,
    COL(department_name,
        "COALESCE(GROUP_CONCAT(DISTINCT department.name ORDER BY department.code"
        " SEPARATOR '、'), '') AS department_name",
        .title = "出具部门"),
    COL(issued_at, "COALESCE(MAX(n.issued_at), TIMESTAMP'1970-01-01 00:00:00') AS issued_at",
        .title = "出具时间", .instant = true),
    COL(kept, "COALESCE(MAX(n.kept), 0) AS kept", .title = "不再失效"),
    COL(own, "COALESCE(MAX(n.issued_by = ?), 0) AS own", .title = "本人出具"));
#undef COL

DB_ROWS(notice_select, "ii", &notice_rows,
        " FROM visit v JOIN visit_notice n ON n.entry = COALESCE(v.joint_id, v.id)"
        " JOIN account a ON a.id = n.issued_by JOIN department ON department.id = a.department_id"
        " WHERE v.id = ? GROUP BY v.id");

DB_STMT(notice_insert, "biTi", "",
        "INSERT INTO visit_notice (entry, code_hash, issued_by, issued_at)"
        " SELECT COALESCE(v.joint_id, v.id), ?, ?, ? FROM visit v WHERE v.id = ?");
DB_STMT(notice_delete, "i", "",
        "DELETE FROM visit_notice"
        " WHERE entry = (SELECT COALESCE(v.joint_id, v.id) FROM visit v WHERE v.id = ?)");

DB_STMT(notice_kept_update, "i", "",
        "UPDATE visit_notice SET kept = 1"
        " WHERE entry = (SELECT COALESCE(v.joint_id, v.id) FROM visit v WHERE v.id = ?)");
DB_STMT(notice_entry_update, "ii", "", "UPDATE visit_notice SET entry = ? WHERE entry = ?");
DB_STMT(notice_entry_follow, "iiii", "",
        "UPDATE visit_notice SET entry = ? WHERE entry = ? AND NOT EXISTS (SELECT 1 FROM visit v"
        " WHERE v.state = 'dispatched' AND (v.id = ? OR v.joint_id = ?))");

#define COL(member, ...) ROW_COL(struct notice_part, member, __VA_ARGS__)
const struct row_set notice_part_rows = ROW_SET(
    struct notice_part, COL(campaign_name, "campaign.name AS campaign_name"),
    COL(department_name, "department.name AS department_name"),
    COL(items, "COALESCE((SELECT COUNT(*) FROM check_result k WHERE k.section_id = s.id), 0)"
               " AS items"),
    COL(inspectors, "COALESCE((SELECT GROUP_CONCAT(CONCAT(i.name, '（', i.card_no, '）')"
                    " ORDER BY i.card_no SEPARATOR '、') FROM assignment a JOIN inspector i"
                    " ON i.id = a.inspector_id WHERE a.section_id = s.id), '') AS inspectors"));
#undef COL

DB_ROWS(notice_parts_select, "ii", &notice_part_rows,
        ENTRY_OF_VISIT " JOIN campaign ON campaign.id = v.campaign_id"
                       " JOIN section s ON s.visit_id = v.id"
                       " JOIN department ON department.id = s.department_id"
                       " WHERE o.id = ? AND v.state = 'dispatched'"
                       " ORDER BY campaign.code, department.code LIMIT ?");

enum rc notice_unannounced(struct db *db, int64_t visit_id, bool *out)
{
    int64_t unannounced = 0;
    enum rc rc =
        db_one_int(db, &notice_unannounced_select, DB_ARGS(db_int(visit_id)), &unannounced);
    *out = unannounced != 0;
    return rc;
}

enum rc notice_of_visit(struct db *db, struct arena *a, int64_t visit_id, int64_t account_id,
                        struct notice *out)
{
    return db_row(db, a, &notice_select, DB_ARGS(db_int(account_id), db_int(visit_id)), out);
}

enum rc notice_keep(struct db *db, int64_t visit_id)
{
    return db_exec(db, &notice_kept_update, DB_ARGS(db_int(visit_id)));
}

enum rc notice_issue(struct db *db, int64_t visit_id, const uint8_t hash[DIGEST_SIZE],
                     int64_t account_id, int64_t now)
{
    return db_exec(db, &notice_insert,
                   DB_ARGS(db_bytes(hash, DIGEST_SIZE), db_int(account_id), db_instant(now),
                           db_int(visit_id)));
}

enum rc notice_end(struct db *db, int64_t visit_id)
{
    return db_exec(db, &notice_delete, DB_ARGS(db_int(visit_id)));
}

enum rc notice_carry(struct db *db, int64_t from, int64_t to)
{
    return db_exec(db, &notice_entry_update, DB_ARGS(db_int(to), db_int(from)));
}

enum rc notice_follow(struct db *db, int64_t from, int64_t to)
{
    return db_exec(db, &notice_entry_follow,
                   DB_ARGS(db_int(to), db_int(from), db_int(from), db_int(from)));
}

enum rc notice_parts(struct db *db, struct arena *a, int64_t visit_id, struct row_page *parts)
{
    return db_rows(db, a, &notice_parts_select, DB_ARGS(db_int(visit_id)), PARTS_MAX, parts);
}
