#include "store/report/retention.h"

/* Who objected; what was objected, and the answer, stay with the publication. */
DB_STMT(objector_due, "T", "iT",
        "SELECT COUNT(*), MIN(decided_at) FROM objection WHERE decided_at < ? AND contact <> ''");
DB_STMT(objector_purge, "Ti", "",
        "UPDATE objection SET name = '', contact = '' WHERE decided_at < ? AND contact <> ''"
        " ORDER BY decided_at, id LIMIT ?");

/* Used or not: of the device there is its own row. */
DB_STMT(enrolment_due, "T", "iT",
        "SELECT COUNT(*), MIN(expires_at) FROM enrolment WHERE expires_at < ?");
DB_STMT(enrolment_purge, "Ti", "",
        "DELETE FROM enrolment WHERE expires_at < ? ORDER BY expires_at LIMIT ?");

const struct retention retentions[] = {
    { "objector", "异议人的姓名和联系方式", RULE_RETENTION_OBJECTOR_DAYS, &objector_due,
      &objector_purge },
    { "enrolment", "移动设备的注册码", RULE_RETENTION_ENROLMENT_DAYS, &enrolment_due,
      &enrolment_purge },
    { .name = NULL },
};

static void take(const struct db_query *q, void *data)
{
    struct retention_due *out = data;
    out->rows = db_col_int(q, 0);
    out->oldest = db_col_int(q, 1);
}

enum rc retention_due(struct db *db, const struct retention *r, int64_t before,
                      struct retention_due *out)
{
    return db_one(db, r->due, DB_ARGS(db_instant(before)), take, out);
}

enum rc retention_purge(struct db *db, const struct retention *r, int64_t before, int64_t *rows)
{
    enum rc rc = db_exec(db, r->purge, DB_ARGS(db_instant(before), db_int(RETENTION_PIECE)));
    *rows = db_affected(db);
    return rc;
}
