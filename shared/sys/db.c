#include "sys/db_internal.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/random.h"
#include "sys/settings.h"

#define uthash_fatal(msg) abort()
#include <uthash.h>

/* A lock that lasts holds a worker no longer; who changes tables waits for their readers. */
enum { CONNECT_SECONDS = 5, LOCK_WAIT_SECONDS = 4, DDL_WAIT_SECONDS = 86400 };

struct prepared {
    const struct db_stmt *def; /* the key: a declaration's address */
    struct db_query query;
    struct prepared *next_dead;
    UT_hash_handle hh;
};

/* A statement made at run time; the oldest is the first of the table. */
struct composed {
    struct db_stmt stmt;
    char *sql; /* the key */
    char in[DB_PARAMS_MAX + 1];
    UT_hash_handle hh;
};

struct db {
    MYSQL *mysql; /* NULL while the connection is lost */
    const struct settings *settings;
    int statement_seconds;
    bool in_transaction;
    struct prepared *prepared;
    struct composed *composed;
    struct prepared *dead; /* of a lost connection: a caller may still hold a query of them */
    int64_t affected;
    int64_t insert_id;
};

struct db_val db_int(int64_t v)
{
    return (struct db_val){ .type = 'i', .i = v };
}

struct db_val db_real(double v)
{
    return (struct db_val){ .type = 'd', .d = v };
}

struct db_val db_text(const char *text)
{
    return (struct db_val){ .type = 't', .null = !text, .p = text, .n = text ? strlen(text) : 0 };
}

struct db_val db_json(const char *text)
{
    struct db_val v = db_text(text);
    v.type = 'j';
    return v;
}

struct db_val db_bytes(const void *p, size_t n)
{
    return (struct db_val){ .type = 'b', .null = !p, .p = p, .n = n };
}

struct db_val db_date(int32_t days)
{
    return (struct db_val){ .type = 'D', .i = days };
}

struct db_val db_instant(int64_t ms)
{
    return (struct db_val){ .type = 'T', .i = ms };
}

struct db_val db_null(char type)
{
    return (struct db_val){ .type = type, .null = true };
}

static void disconnect(struct db *db)
{
    struct prepared *p;
    struct prepared *next;
    HASH_ITER(hh, db->prepared, p, next)
    {
        HASH_DEL(db->prepared, p);
        (void)mysql_stmt_close(p->query.stmt);
        p->query.stmt = NULL;
        p->query.open = false;
        p->next_dead = db->dead;
        db->dead = p;
    }
    if (db->mysql)
        mysql_close(db->mysql);
    db->mysql = NULL;
    db->in_transaction = false;
}

static void bury(struct db *db)
{
    while (db->dead) {
        struct prepared *p = db->dead;
        db->dead = p->next_dead;
        db_query_free(&p->query);
        free(p);
    }
}

static void forget(struct db *db, struct composed *c)
{
    struct prepared *p;
    const struct db_stmt *s = &c->stmt;
    HASH_FIND_PTR(db->prepared, &s, p);
    if (p) {
        HASH_DEL(db->prepared, p);
        (void)mysql_stmt_close(p->query.stmt);
        db_query_free(&p->query);
        free(p);
    }
    HASH_DEL(db->composed, c);
    free(c->sql);
    free(c);
}

const struct db_stmt *db_compose(struct db *db, const char *name, const char *in, const char *out,
                                 const struct row_set *rows, const char *sql)
{
    struct composed *c;
    HASH_FIND_STR(db->composed, sql, c);
    if (c)
        return &c->stmt;
    if (HASH_COUNT(db->composed) >= DB_COMPOSED_MAX)
        forget(db, db->composed);
    c = calloc(1, sizeof *c);
    char *copy = strdup(sql);
    if (!c || !copy)
        abort();
    c->sql = copy;
    (void)snprintf(c->in, sizeof c->in, "%s", in);
    c->stmt = (struct db_stmt){ .name = name, .in = c->in, .out = out, .sql = copy, .rows = rows };
    HASH_ADD_KEYPTR(hh, db->composed, c->sql, strlen(c->sql), c);
    return &c->stmt;
}

/*
 * On Galera a client's next request may meet a node that has not applied its last one yet: every
 * read, and the start of every transaction, waits until this node has what the cluster had when it
 * was asked. A server without Galera has the variable too, and does nothing about it, or lacks it.
 */
static enum rc wait_for_cluster(struct db *db)
{
    static const char sql[] = "SET SESSION wsrep_sync_wait=1";
    if (mysql_real_query(db->mysql, sql, sizeof sql - 1) == 0 ||
        mysql_errno(db->mysql) == ER_UNKNOWN_SYSTEM_VARIABLE)
        return RC_OK;
    log_error("database connection failed: %u %s", mysql_errno(db->mysql), mysql_error(db->mysql));
    disconnect(db);
    return RC_UNAVAILABLE;
}

static enum rc connect_server(struct db *db)
{
    disconnect(db);
    db->mysql = mysql_init(NULL);
    if (!db->mysql)
        abort();
    char init[512];
    (void)snprintf(init, sizeof init,
                   "SET time_zone='+00:00', sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,"
                   "ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY',"
                   "tx_isolation='REPEATABLE-READ', innodb_lock_wait_timeout=%d,"
                   "max_statement_time=%d, lock_wait_timeout=%d",
                   LOCK_WAIT_SECONDS, db->statement_seconds,
                   db->statement_seconds ? LOCK_WAIT_SECONDS : DDL_WAIT_SECONDS);
    unsigned seconds = CONNECT_SECONDS;
    unsigned io_seconds = db->statement_seconds ? (unsigned)db->statement_seconds + 5 : 0;
    (void)mysql_options(db->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    if (io_seconds) {
        (void)mysql_options(db->mysql, MYSQL_OPT_READ_TIMEOUT, &io_seconds);
        (void)mysql_options(db->mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_seconds);
    }
    (void)mysql_options(db->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    (void)mysql_options(db->mysql, MYSQL_INIT_COMMAND, init);
    const struct settings *s = db->settings;
    /* FOUND_ROWS: an UPDATE counts the rows it matched, so 0 always means "not in that state". */
    if (mysql_real_connect(db->mysql, NULL, s->db_user, s->db_password, s->db_name, 0, s->db_socket,
                           CLIENT_FOUND_ROWS))
        return wait_for_cluster(db);
    log_error("database connection failed: %u %s", mysql_errno(db->mysql), mysql_error(db->mysql));
    disconnect(db);
    return RC_UNAVAILABLE;
}

enum rc db_open(const struct settings *s, int statement_seconds, struct db **out, struct err *err)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        abort();
    db->settings = s;
    db->statement_seconds = statement_seconds;
    if (connect_server(db) != RC_OK) {
        free(db);
        *out = NULL;
        return err_set(err, RC_UNAVAILABLE, "", "无法连接数据库");
    }
    *out = db;
    return RC_OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    disconnect(db);
    bury(db);
    while (db->composed)
        forget(db, db->composed);
    free(db);
}

void db_drop(struct db *db)
{
    disconnect(db);
}

enum rc db_fault(struct db *db, const struct db_stmt *s, unsigned code, const char *text)
{
    const char *name = s ? s->name : "transaction";
    bool lost;
    enum rc rc = db_classify(code, &lost);
    if (rc == RC_RETRY)
        log_info("statement=%s must be retried: %u", name, code);
    else if (rc != RC_CONFLICT && rc != RC_INVALID)
        log_error("statement=%s %s: %u %s", name, rc_name(rc), code, text);
    if (lost) {
        bool was_in_transaction = db->in_transaction;
        disconnect(db);
        db->in_transaction = was_in_transaction; /* the caller's rollback clears it */
    }
    return rc;
}

enum rc db_allowed(const struct db *db, const struct db_query *q)
{
    if (db->in_transaction || !q->needs_transaction)
        return RC_OK;
    log_error("statement=%s outside of a transaction", q->def->name);
    return RC_INTERNAL;
}

enum rc db_still_in(const struct db *db)
{
    if (!db->in_transaction || !db->mysql || db->mysql->server_status & SERVER_STATUS_IN_TRANS)
        return RC_OK;
    log_info("the transaction must be retried: it gave way to another node's");
    return RC_RETRY;
}

void db_set_counts(struct db *db, int64_t affected, int64_t insert_id)
{
    db->affected = affected;
    db->insert_id = insert_id;
}

int64_t db_affected(const struct db *db)
{
    return db->affected;
}

int64_t db_insert_id(const struct db *db)
{
    return db->insert_id;
}

static bool is_select(const struct db_stmt *s)
{
    return s->rows || strncmp(s->sql, "SELECT", 6) == 0;
}

static bool needs_transaction(const struct db_stmt *s)
{
    return !s->alone && (!is_select(s) || strstr(s->sql, " FOR UPDATE") ||
                         strstr(s->sql, " LOCK IN SHARE MODE"));
}

/* What the server is asked to prepare, and the types of its columns. */
static const char *statement_text(struct arena *a, const struct db_stmt *s,
                                  char out[DB_COLUMNS_MAX + 1])
{
    if (!s->rows) {
        (void)snprintf(out, DB_COLUMNS_MAX + 1, "%s", s->out);
        return s->sql;
    }
    return arena_printf(a, "%s%s", row_select(a, s->rows, out), s->sql);
}

static MYSQL_STMT *prepare_text(struct db *db, const struct db_stmt *s, const char *sql,
                                enum rc *rc)
{
    MYSQL_STMT *stmt = mysql_stmt_init(db->mysql);
    if (!stmt)
        abort();
    if (mysql_stmt_prepare(stmt, sql, strlen(sql)) == 0)
        return stmt;
    unsigned code = mysql_stmt_errno(stmt);
    char text[256];
    (void)snprintf(text, sizeof text, "%s", mysql_stmt_error(stmt));
    (void)mysql_stmt_close(stmt);
    *rc = db_fault(db, s, code, text);
    return NULL;
}

static enum rc prepare(struct db *db, const struct db_stmt *s, struct db_query **q)
{
    char out[DB_COLUMNS_MAX + 1];
    enum rc rc = RC_OK;
    struct arena *scratch = arena_new(SIZE_MAX);
    MYSQL_STMT *stmt = prepare_text(db, s, statement_text(scratch, s, out), &rc);
    arena_free(scratch);
    if (!stmt)
        return rc;
    /* What RETURNING returns is known to the server from the first execution on. */
    unsigned columns = mysql_stmt_field_count(stmt);
    bool late = columns == 0 && strstr(s->sql, " RETURNING ") != NULL;
    if (mysql_stmt_param_count(stmt) != strlen(s->in) || (columns != strlen(out) && !late)) {
        log_error("statement=%s does not fit its declaration", s->name);
        (void)mysql_stmt_close(stmt);
        return RC_INTERNAL;
    }
    struct prepared *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->def = s;
    p->query = (struct db_query){
        .db = db,
        .def = s,
        .stmt = stmt,
        .columns = (unsigned)strlen(out),
        .unbound = late,
        .needs_transaction = needs_transaction(s),
    };
    (void)snprintf(p->query.out, sizeof p->query.out, "%s", out);
    HASH_ADD_PTR(db->prepared, def, p);
    *q = &p->query;
    return late ? RC_OK : db_query_bind(*q);
}

enum rc db_prepared(struct db *db, const struct db_stmt *s, struct db_query **q)
{
    struct prepared *p;
    if (!db->mysql)
        return RC_UNAVAILABLE;
    HASH_FIND_PTR(db->prepared, &s, p);
    if (p) {
        *q = &p->query;
        db_done(q); /* a result that a caller left behind */
        *q = &p->query;
        return RC_OK;
    }
    return prepare(db, s, q);
}

/* Outside a transaction a read may be sent again over a new connection. */
static bool may_reconnect(const struct db *db, const struct db_stmt *s)
{
    return !db->in_transaction && is_select(s);
}

static enum rc prepare_and_execute(struct db *db, const struct db_stmt *s,
                                   const struct db_val *args, size_t n, struct db_query **q)
{
    enum rc rc = db_prepared(db, s, q);
    if (rc == RC_OK)
        rc = db_allowed(db, *q);
    return rc == RC_OK ? db_execute(db, *q, args, n) : rc;
}

static enum rc run(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                   struct db_query **q)
{
    enum rc rc = prepare_and_execute(db, s, args, n, q);
    if (rc == RC_UNAVAILABLE && !db->mysql && may_reconnect(db, s) && connect_server(db) == RC_OK)
        rc = prepare_and_execute(db, s, args, n, q);
    if (rc != RC_OK)
        return rc;
    rc = db_still_in(db);
    if (rc != RC_OK)
        (void)mysql_stmt_free_result((*q)->stmt); /* else the rollback would be out of sync */
    return rc;
}

enum rc db_exec(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n)
{
    struct db_query *q;
    db_set_counts(db, 0, 0);
    return run(db, s, args, n, &q);
}

static enum rc query(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                     struct db_query **out, bool stored)
{
    struct db_query *q;
    *out = NULL;
    enum rc rc = run(db, s, args, n, &q);
    if (rc != RC_OK)
        return rc;
    if (stored && mysql_stmt_store_result(q->stmt) != 0)
        return db_fault(db, s, mysql_stmt_errno(q->stmt), mysql_stmt_error(q->stmt));
    rc = stored ? db_still_in(db) : RC_OK;
    if (rc != RC_OK) {
        (void)mysql_stmt_free_result(q->stmt);
        return rc;
    }
    q->open = true;
    *out = q;
    return RC_OK;
}

enum rc db_query(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                 struct db_query **q)
{
    return query(db, s, args, n, q, true);
}

enum rc db_query_stream(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                        struct db_query **q)
{
    return query(db, s, args, n, q, false);
}

static enum rc simple(struct db *db, const char *sql)
{
    if (mysql_real_query(db->mysql, sql, strlen(sql)) == 0)
        return RC_OK;
    return db_fault(db, NULL, mysql_errno(db->mysql), mysql_error(db->mysql));
}

enum rc db_begin(struct db *db, enum db_mode mode)
{
    const char *sql = mode == DB_READ ? "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
                                      : "START TRANSACTION READ WRITE";
    db->in_transaction = false;
    bury(db);
    enum rc rc = db->mysql ? simple(db, sql) : RC_UNAVAILABLE;
    if (rc == RC_UNAVAILABLE && !db->mysql && connect_server(db) == RC_OK)
        rc = simple(db, sql);
    db->in_transaction = rc == RC_OK;
    return rc;
}

enum rc db_commit(struct db *db)
{
    if (!db->mysql) {
        db->in_transaction = false;
        return RC_UNAVAILABLE; /* lost before COMMIT was sent: the server has rolled back */
    }
    enum rc rc = db_still_in(db);
    if (rc != RC_OK)
        return rc;
    rc = simple(db, "COMMIT");
    bool undone = rc == RC_RETRY || (db->mysql && db_refuses_writes(mysql_errno(db->mysql)));
    if (rc != RC_OK && !undone)
        rc = RC_UNCERTAIN;
    if (rc == RC_OK || !db->mysql)
        db->in_transaction = false;
    return rc;
}

void db_rollback(struct db *db)
{
    if (db->mysql && db->in_transaction && simple(db, "ROLLBACK") != RC_OK)
        disconnect(db); /* the server rolls back what a closed connection left */
    db->in_transaction = false;
}

void db_backoff(int n)
{
    clock_sleep((int64_t)random_below(8U << (n < 6 ? n : 6)));
}

enum rc db_transaction(struct db *db, db_txn_fn *fn, void *data, struct err *err)
{
    enum rc rc = RC_RETRY;
    for (int attempt = 1; rc == RC_RETRY && attempt <= DB_ATTEMPTS; attempt++) {
        if (attempt > 1)
            db_backoff(attempt - 1);
        rc = db_begin(db, DB_WRITE);
        if (rc == RC_OK)
            rc = fn(db, data, err);
        if (rc == RC_OK)
            rc = db_commit(db);
        if (rc != RC_OK)
            db_rollback(db);
    }
    return rc;
}

/* What the statement makes is there already, or what it drops is not. */
static bool was_done(MYSQL *mysql)
{
    switch (mysql_errno(mysql)) {
    case ER_TABLE_EXISTS_ERROR:
    case ER_DUP_FIELDNAME:
    case ER_DUP_KEYNAME:
    case ER_MULTIPLE_PRI_KEY:
    case ER_DUP_ENTRY:
    case ER_BAD_TABLE_ERROR:
    case ER_CANT_DROP_FIELD_OR_KEY:
        return true;
    case ER_CANT_CREATE_TABLE: /* InnoDB: a foreign key of that name */
        return strstr(mysql_error(mysql), "errno: 121 ") != NULL;
    default:
        return false;
    }
}

enum rc db_script(struct db *db, const char *sql, struct err *err)
{
    if (!db->mysql)
        return err_set(err, RC_UNAVAILABLE, "", "数据库连接已断开");
    if (mysql_real_query(db->mysql, sql, strlen(sql)) != 0)
        return err_set(err, was_done(db->mysql) ? RC_CONFLICT : RC_INTERNAL, "",
                       "SQL 语句失败：%u %s", mysql_errno(db->mysql), mysql_error(db->mysql));
    return RC_OK;
}

extern const struct db_stmt *const __start_db_stmts[];
extern const struct db_stmt *const __stop_db_stmts[];

const struct db_stmt *const *db_statements(size_t *count)
{
    /* cppcheck-suppress comparePointers ; both are ends of one section, laid out by the linker */
    *count = (size_t)(__stop_db_stmts - __start_db_stmts);
    return __start_db_stmts;
}
