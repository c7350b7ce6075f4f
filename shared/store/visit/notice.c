#include "store/visit/notice.h"

DB_STMT(
    notice_unannounced_select, "i", "i",
    "SELECT EXISTS (SELECT 1 FROM visit v JOIN joint_campaign j ON j.campaign_id = v.campaign_id"
    " WHERE v.id = ? AND j.unannounced)");

DB_STMT(notice_upsert, "ibiT", "",
        "INSERT INTO visit_notice (visit_id, code_hash, issued_by, issued_at) VALUES (?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE code_hash = VALUES(code_hash), issued_by = VALUES(issued_by),"
        " issued_at = VALUES(issued_at)");

enum rc notice_unannounced(struct db *db, int64_t visit_id, bool *out)
{
    int64_t unannounced = 0;
    enum rc rc =
        db_one_int(db, &notice_unannounced_select, DB_ARGS(db_int(visit_id)), &unannounced);
    *out = unannounced != 0;
    return rc;
}

enum rc notice_issue(struct db *db, int64_t visit_id, const uint8_t hash[DIGEST_SIZE],
                     int64_t account_id, int64_t now)
{
    return db_exec(db, &notice_upsert,
                   DB_ARGS(db_int(visit_id), db_bytes(hash, DIGEST_SIZE), db_int(account_id),
                           db_instant(now)));
}
