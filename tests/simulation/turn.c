/*
 * Turns. Of requests that are served at the same time, on a worker each, one goes on while the
 * others stand still between two of their statements, or wait in the database for a lock that it
 * holds. Who has let go of locks stands still too: whoever waited for them would run beside it. The
 * linker leads the calls of Connector/C here.
 */
#include <mysql.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

int __real_mysql_stmt_execute(MYSQL_STMT *stmt);
int __wrap_mysql_stmt_execute(MYSQL_STMT *stmt);
int __real_mysql_real_query(MYSQL *mysql, const char *sql, unsigned long n);
int __wrap_mysql_real_query(MYSQL *mysql, const char *sql, unsigned long n);
MYSQL *__real_mysql_real_connect(MYSQL *mysql, const char *host, const char *user,
                                 const char *password, const char *database, unsigned port,
                                 const char *path, unsigned long flags);
MYSQL *__wrap_mysql_real_connect(MYSQL *mysql, const char *host, const char *user,
                                 const char *password, const char *database, unsigned port,
                                 const char *path, unsigned long flags);
int __real_mysql_stmt_prepare(MYSQL_STMT *stmt, const char *sql, unsigned long n);
int __wrap_mysql_stmt_prepare(MYSQL_STMT *stmt, const char *sql, unsigned long n);
void __wrap_db_backoff(int n);

static uint32_t left = TURN_WHOLE; /* statements until it stands still */

void turn_take(uint32_t statements)
{
    left = statements;
}

/* Tells why it stands still, and does until it is told to go on. */
static void stand(enum turn_stop why, const MYSQL *mysql)
{
    struct frame frame;
    unsigned char told[5] = { (unsigned char)why };
    unsigned long id = mysql->thread_id;
    for (unsigned i = 1; i < sizeof told; i++, id >>= 8)
        told[i] = (unsigned char)id;
    frame_write('H', told, sizeof told);
    do {
        if (!frame_read(&frame) || frame.n != (frame.bytes[0] == 'C' ? 5 : 1))
            exit(EXIT_FAILURE);
        if (frame.bytes[0] == 'C')
            left = frame_u32(frame.bytes + 1);
        free(frame.bytes);
    } while (frame.n != 5);
}

static void before(const MYSQL *mysql)
{
    if (left == 0)
        stand(TURN_OVER, mysql);
    if (left != TURN_WHOLE)
        left--;
}

/* A frame P, which came while it waited for a lock. */
static bool asked_to_stand(void)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    struct frame frame;
    if (poll(&in, 1, 0) != 1)
        return false;
    if (!frame_read(&frame) || frame.bytes[0] != 'P')
        exit(EXIT_FAILURE);
    free(frame.bytes);
    return true;
}

static void behind(const MYSQL *mysql, bool committed, bool released)
{
    if (left == TURN_WHOLE)
        return;
    bool asked = asked_to_stand();
    if (committed || released || asked)
        stand(committed ? TURN_COMMITTED : TURN_RELEASED, mysql);
}

static bool in_transaction(const MYSQL *mysql)
{
    return mysql->server_status & SERVER_STATUS_IN_TRANS;
}

int __wrap_mysql_stmt_execute(MYSQL_STMT *stmt)
{
    MYSQL *mysql = stmt->mysql;
    before(mysql);
    bool was_in = in_transaction(mysql);
    int rc = __real_mysql_stmt_execute(stmt);
    bool alone = !in_transaction(mysql) && (was_in || mysql_stmt_field_count(stmt) == 0);
    behind(mysql, false, rc != 0 || alone);
    return rc;
}

int __wrap_mysql_real_query(MYSQL *mysql, const char *sql, unsigned long n)
{
    if (strncmp(sql, "SET ", 4) == 0) /* of a new connection: it says nothing to anybody else */
        return __real_mysql_real_query(mysql, sql, n);
    before(mysql);
    int rc = __real_mysql_real_query(mysql, sql, n);
    behind(mysql, rc == 0 && strcmp(sql, "COMMIT") == 0, rc != 0 || strcmp(sql, "ROLLBACK") == 0);
    return rc;
}

static char without[64];

void turn_without(const char *text)
{
    (void)snprintf(without, sizeof without, "%s", text);
}

int __wrap_mysql_stmt_prepare(MYSQL_STMT *stmt, const char *sql, unsigned long n)
{
    const char *found = *without ? strstr(sql, without) : NULL;
    if (!found)
        return __real_mysql_stmt_prepare(stmt, sql, n);
    char *rest = strdup(sql);
    if (!rest)
        abort();
    const char *behind = found + strlen(without);
    memmove(rest + (found - sql), behind, strlen(behind) + 1);
    int rc = __real_mysql_stmt_prepare(stmt, rest, strlen(rest));
    free(rest);
    return rc;
}

/* Who stands still may hold a lock for as long as it likes: time decides nothing here. */
MYSQL *__wrap_mysql_real_connect(MYSQL *mysql, const char *host, const char *user,
                                 const char *password, const char *database, unsigned port,
                                 const char *path, unsigned long flags)
{
    static const char patience[] = "SET SESSION innodb_lock_wait_timeout=100000";
    if (!__real_mysql_real_connect(mysql, host, user, password, database, port, path, flags) ||
        __real_mysql_real_query(mysql, patience, sizeof patience - 1) != 0)
        return NULL;
    return mysql;
}

/* Whom it gives way to goes on when its turn comes. */
void __wrap_db_backoff(int n)
{
    (void)n;
}
