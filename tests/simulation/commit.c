/* The linker leads every call of db_commit here. */
#include "server.h"

enum rc __real_db_commit(struct db *db);
enum rc __wrap_db_commit(struct db *db);

static enum commit_fault planned;

void commit_plan(enum commit_fault fault)
{
    planned = fault;
}

/* A connection that ends takes back what it did, some time later: here at once. */
static void lose(struct db *db)
{
    db_rollback(db);
    db_drop(db);
}

enum rc __wrap_db_commit(struct db *db)
{
    enum commit_fault fault = planned;
    enum rc rc = RC_OK;
    planned = COMMIT_WELL;
    switch (fault) {
    case COMMIT_CRASH:
        lose(db);
        return RC_UNAVAILABLE;
    case COMMIT_DEADLOCK:
        db_rollback(db);
        return RC_RETRY;
    case COMMIT_UNCERTAIN:
        rc = __real_db_commit(db);
        db_drop(db);
        return rc == RC_OK ? RC_UNCERTAIN : rc;
    case COMMIT_UNCERTAIN_LOST:
        lose(db);
        return RC_UNCERTAIN;
    case COMMIT_WELL:
        break;
    }
    return __real_db_commit(db);
}
