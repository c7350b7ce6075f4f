#include "store/schema.h"

DB_STMT(schema_version, "", "i",
        "SELECT MAX(version) FROM schema_migration"
        " WHERE applied_at IS NOT NULL");

int schema_expected(void)
{
    return LIANCHA_SCHEMA_VERSION;
}

enum rc schema_check(struct db *db, struct err *err)
{
    int64_t version = 0;
    enum rc rc = db_one_int(db, &schema_version, DB_NONE, &version);
    if (rc != RC_OK)
        return err_set(err, rc, "", "无法读取数据库结构版本；请先运行 lianchactl migrate");
    if (version != schema_expected())
        return err_set(err, RC_STATE, "", "数据库结构为第 %lld 版，本程序需要第 %d 版",
                       (long long)version, schema_expected());
    return RC_OK;
}

enum rc schema_open(const struct settings *s, int statement_seconds, struct db **db,
                    struct err *err)
{
    enum rc rc = db_open(s, statement_seconds, db, err);
    if (rc != RC_OK)
        return rc;
    rc = schema_check(*db, err);
    if (rc == RC_RETRY) /* a node that is losing its cluster */
        rc = RC_UNAVAILABLE;
    if (rc != RC_OK) {
        db_close(*db);
        *db = NULL;
    }
    return rc;
}
