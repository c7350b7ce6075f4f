#include "store/schema.h"

#include <string.h>

/* A file that is not known to be applied to its end makes any digest another one. */
DB_STMT(schema_state, "", "it",
        "SELECT COUNT(IF(name REGEXP '^[0-9]', 1, NULL)),"
        " SHA2(GROUP_CONCAT(IF(applied_at IS NULL, '', sha256), '  ', name, '\n'"
        " ORDER BY name SEPARATOR ''), 256) FROM schema_file");

DB_STMT(schema_read_only, "", "i", "SELECT @@GLOBAL.read_only");

DB_STMT(schema_wsrep, "", "i", "SELECT @@GLOBAL.wsrep_on");

enum rc schema_clustered(struct db *db, bool *clustered)
{
    int64_t on = 0;
    enum rc rc = db_one_int(db, &schema_wsrep, DB_NONE, &on);
    *clustered = on;
    return rc;
}

enum rc schema_writable(struct db *db, struct err *err)
{
    int64_t read_only;
    enum rc rc = db_one_int(db, &schema_read_only, DB_NONE, &read_only);
    if (rc != RC_OK || !read_only)
        return rc;
    return err_set(err, RC_UNAVAILABLE, "", "数据库目前只读，不能写入");
}

enum rc schema_check(struct db *db, struct err *err)
{
    struct db_query *q = NULL;
    enum rc rc = db_query(db, &schema_state, DB_NONE, &q);
    if (rc == RC_OK)
        rc = db_next(&q);
    if (rc != RC_OK)
        return err_set(err, rc, "", "无法读取数据库结构版本；请先运行 lianchactl migrate");
    const char *digest = db_col_text(q, 1);
    if (!digest || strcmp(digest, LIANCHA_SCHEMA_DIGEST) != 0)
        rc = err_set(err, RC_STATE, "",
                     "数据库结构（第 %lld 版，%.12s）不是本程序需要的（第 %d 版，%.12s）；"
                     "请用同一版本的 lianchactl migrate",
                     (long long)db_col_int(q, 0), digest ? digest : "-", LIANCHA_SCHEMA_VERSION,
                     LIANCHA_SCHEMA_DIGEST);
    db_done(&q);
    return rc;
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
