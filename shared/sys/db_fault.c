/* What an error of the server or the client library means for the caller: the one place. */
#include "sys/db_internal.h"

#include <errmsg.h>
#include <mysqld_error.h>

static const struct meaning {
    unsigned code;
    enum rc rc;
    bool lost; /* the connection is of no use any more */
} meanings[] = {
    /* Gave way to another transaction, or met a table that was being changed. */
    { ER_LOCK_DEADLOCK, RC_RETRY, false },
    { ER_LOCK_WAIT_TIMEOUT, RC_RETRY, false },
    { ER_CHECKREAD, RC_RETRY, false },
    { ER_TABLE_DEF_CHANGED, RC_RETRY, false },
    { ER_AUTOINC_READ_FAILED, RC_RETRY, false }, /* a deadlock over the next number */

    { ER_DUP_ENTRY, RC_CONFLICT, false },
    { ER_ROW_IS_REFERENCED_2, RC_CONFLICT, false },
    { ER_NO_REFERENCED_ROW_2, RC_CONFLICT, false },

    { ER_CANT_AGGREGATE_2COLLATIONS, RC_INVALID, false }, /* text beyond ASCII against a code */
    { ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, RC_INVALID, false },

    { ER_DISK_FULL, RC_NO_SPACE, false },
    { ER_RECORD_FILE_FULL, RC_NO_SPACE, false },

    /* The server does not serve this at present: read-only, interrupted, overloaded. */
    { ER_OPTION_PREVENTS_STATEMENT, RC_UNAVAILABLE, false },
    { ER_READ_ONLY_MODE, RC_UNAVAILABLE, false },
    { ER_STATEMENT_TIMEOUT, RC_UNAVAILABLE, false },
    { ER_QUERY_INTERRUPTED, RC_UNAVAILABLE, false },
    { ER_FILSORT_ABORT, RC_UNAVAILABLE, false },
    { ER_LOCK_ABORTED, RC_UNAVAILABLE, false },
    { ER_LOCK_TABLE_FULL, RC_UNAVAILABLE, false },
    { ER_TOO_MANY_CONCURRENT_TRXS, RC_UNAVAILABLE, false },
    { ER_MAX_PREPARED_STMT_COUNT_REACHED, RC_UNAVAILABLE, false },
    { ER_OUT_OF_RESOURCES, RC_UNAVAILABLE, false },
    { ER_OUTOFMEMORY, RC_UNAVAILABLE, false },
    { ER_ENGINE_OUT_OF_MEMORY, RC_UNAVAILABLE, false },
    { ER_TEMP_FILE_WRITE_FAILURE, RC_UNAVAILABLE, false },
    { ER_UNKNOWN_COM_ERROR, RC_UNAVAILABLE, false }, /* Galera: no quorum, or not in step yet */
    { ER_ERROR_DURING_COMMIT, RC_UNAVAILABLE,
      false }, /* Galera: cut off while it asked its group */

    /* The connection is gone, or will be. */
    { CR_SERVER_GONE_ERROR, RC_UNAVAILABLE, true },
    { CR_SERVER_LOST, RC_UNAVAILABLE, true },
    { CR_SERVER_LOST_EXTENDED, RC_UNAVAILABLE, true },
    { ER_CONNECTION_KILLED, RC_UNAVAILABLE, true },
    { ER_SERVER_SHUTDOWN, RC_UNAVAILABLE, true },
    { ER_NORMAL_SHUTDOWN, RC_UNAVAILABLE, true },
    { ER_ABORTING_CONNECTION, RC_UNAVAILABLE, true },
    { ER_NEW_ABORTING_CONNECTION, RC_UNAVAILABLE, true },
    { ER_FORCING_CLOSE, RC_UNAVAILABLE, true },
    { ER_NET_READ_ERROR, RC_UNAVAILABLE, true },
    { ER_NET_READ_INTERRUPTED, RC_UNAVAILABLE, true },
    { ER_NET_ERROR_ON_WRITE, RC_UNAVAILABLE, true },
    { ER_NET_WRITE_INTERRUPTED, RC_UNAVAILABLE, true },
    { ER_UNKNOWN_STMT_HANDLER, RC_UNAVAILABLE, true }, /* a statement of another connection */
};

enum rc db_classify(unsigned code, bool *lost)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].code == code) {
            *lost = meanings[i].lost;
            return meanings[i].rc;
        }
    }
    *lost = false;
    return RC_INTERNAL;
}

bool db_refuses_writes(unsigned code)
{
    return code == ER_OPTION_PREVENTS_STATEMENT || code == ER_READ_ONLY_MODE;
}
