/* The linker leads every call of db_commit here. */
#include <stdlib.h>

#include "server.h"

enum rc __real_db_commit(struct db *db);
enum rc __wrap_db_commit(struct db *db);

static enum commit_fault planned;

void commit_plan(enum commit_fault fault)
{
    planned = fault;
}

/* Tells that it waits, and waits. */
static void hold(void)
{
    struct frame frame;
    frame_write('H', "", 0);
    if (!frame_read(&frame))
        exit(EXIT_SUCCESS);
    free(frame.bytes);
}

enum rc __wrap_db_commit(struct db *db)
{
    enum commit_fault fault = planned;
    enum rc rc = RC_OK;
    planned = COMMIT_WELL;
    switch (fault) {
    case COMMIT_CRASH:
        db_drop(db);
        return RC_UNAVAILABLE;
    case COMMIT_DEADLOCK:
        db_rollback(db);
        return RC_RETRY;
    case COMMIT_UNCERTAIN:
        rc = __real_db_commit(db);
        db_drop(db);
        return rc == RC_OK ? RC_UNCERTAIN : rc;
    case COMMIT_UNCERTAIN_LOST:
        db_drop(db);
        return RC_UNCERTAIN;
    case COMMIT_HOLD:
        hold();
        break;
    case COMMIT_WELL:
        break;
    }
    return __real_db_commit(db);
}
