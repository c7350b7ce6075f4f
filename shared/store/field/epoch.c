#include "store/field/epoch.h"

#include <stdio.h>

DB_STMT(epoch_stmt_read, "", "t", "SELECT epoch FROM sync_epoch WHERE id = 1");

DB_STMT(epoch_stmt_renew, "", "", "UPDATE sync_epoch SET epoch = UUID() WHERE id = 1");

DB_STMT(epoch_stmt_sections, "i", "", "UPDATE section SET version = version + ?");

DB_STMT(epoch_stmt_checks, "i", "", "UPDATE check_result SET version = version + ?");

/* Only these two are edited by the phones. */
DB_STMT(epoch_stmt_items, "i", "",
        "UPDATE feed_item SET version = version + ?"
        " WHERE kind = 2 AND entity IN ('section', 'check_result')");

static void take(const struct db_query *q, void *data)
{
    (void)snprintf(data, EPOCH_TEXT, "%s", db_col_text(q, 0));
}

enum rc epoch_read(struct db *db, char out[EPOCH_TEXT])
{
    return db_one(db, &epoch_stmt_read, DB_NONE, take, out);
}

enum rc epoch_renew(struct db *db)
{
    enum rc rc = db_exec(db, &epoch_stmt_renew, DB_NONE);
    if (rc == RC_OK)
        rc = db_exec(db, &epoch_stmt_sections, DB_ARGS(db_int(EPOCH_VERSIONS)));
    if (rc == RC_OK)
        rc = db_exec(db, &epoch_stmt_checks, DB_ARGS(db_int(EPOCH_VERSIONS)));
    if (rc == RC_OK)
        rc = db_exec(db, &epoch_stmt_items, DB_ARGS(db_int(EPOCH_VERSIONS)));
    return rc;
}
