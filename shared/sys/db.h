/*
 * MariaDB through Connector/C: one connection per process, server-prepared statements only.
 *
 * A statement is declared once, beside the code that uses it, with the types of its parameters and
 * columns; the declaration also enters a table of all statements (db_statements), so that a test
 * can prepare every one against the migrated schema.
 *
 * Type characters: i integer, d real, t text (UTF-8, no NUL), b bytes, D date (days since
 * 1970-01-01), T instant (milliseconds UTC), and of parameters j text that is one whole JSON value:
 * every column that holds JSON is written through it. Any of them may be NULL.
 */
#ifndef LIANCHA_SYS_DB_H
#define LIANCHA_SYS_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/row.h"

struct settings;

struct db_stmt {
    const char *name;
    const char *in;  /* one type character per '?' */
    const char *out; /* one per column; "" for a statement without rows */
    const char *sql;
    const struct row_set *rows; /* instead of out: sql is what follows their SELECT list */
    bool alone; /* may run outside of a transaction although it is no plain SELECT */
};

/*
 * The pointers of all declared statements stand in one linker section, in no order. What writes or
 * locks rows is refused outside of a transaction, RC_INTERNAL, unless it is declared to be one
 * alone.
 */
#define DB_STMT(ident, in_types, out_types, text)                                                  \
    static const struct db_stmt ident = { #ident, in_types, out_types, text, NULL, false };        \
    DB_ENTRY(ident)
#define DB_STMT_ALONE(ident, in_types, out_types, text)                                            \
    static const struct db_stmt ident = { #ident, in_types, out_types, text, NULL, true };         \
    DB_ENTRY(ident)
/* A SELECT of a row set's columns; the text goes on behind them: " FROM … WHERE … LIMIT ?". */
#define DB_ROWS(ident, in_types, set, text)                                                        \
    static const struct db_stmt ident = { #ident, in_types, NULL, text, set, false };              \
    DB_ENTRY(ident)
#define DB_ENTRY(ident)                                                                            \
    static const struct db_stmt *const ident##_entry __attribute__((used, section("db_stmts"))) =  \
        &ident

struct db_val {
    char type; /* as above */
    bool null;
    int64_t i; /* i, D, T */
    double d;
    const void *p; /* t, j, b */
    size_t n;
};

struct db_val db_int(int64_t v);
struct db_val db_real(double v);
struct db_val db_text(const char *text); /* NULL is NULL */
struct db_val db_json(const char *text);
struct db_val db_bytes(const void *p, size_t n);
struct db_val db_date(int32_t days);
struct db_val db_instant(int64_t ms);
struct db_val db_null(char type);

/* The arguments of a call: DB_ARGS(db_int(1), db_text("x")), or DB_NONE. */
#define DB_ARGS(...)                                                                               \
    (const struct db_val[]){ __VA_ARGS__ },                                                        \
        sizeof((const struct db_val[]){ __VA_ARGS__ }) / sizeof(struct db_val)
#define DB_NONE NULL, 0

struct db;
struct db_query; /* an open result; one per statement */

/*
 * Connects over the unix socket with strict mode, utf8mb4, UTC, REPEATABLE READ; a statement may
 * run statement_seconds (0: without limit, for lianchactl). RC_UNAVAILABLE when the server does not
 * answer. On Galera, what any node acknowledged before is seen. Connector/C's own reconnect is off:
 * a connection that broke is opened anew by the next db_begin or by the next single SELECT, never
 * within a transaction.
 */
enum rc db_open(const struct settings *s, int statement_seconds, struct db **out,
                struct err *err) RC_CHECKED;
void db_close(struct db *db);
/* Gives up the connection, whatever state it is in; the next use opens another. */
void db_drop(struct db *db);

enum db_mode { DB_READ, DB_WRITE };
/* DB_READ takes one consistent snapshot. */
enum rc db_begin(struct db *db, enum db_mode mode) RC_CHECKED;
/*
 * RC_RETRY as any statement: on Galera this is where another node's transaction wins over one that
 * wrote the same row, and this one is gone. RC_UNCERTAIN for any other fault, e.g. a connection
 * that breaks.
 */
enum rc db_commit(struct db *db) RC_CHECKED;
void db_rollback(struct db *db);

/*
 * Runs one transaction in a process that is no web worker: begin, fn, commit; the whole again (at
 * most DB_ATTEMPTS times, with jitter) on RC_RETRY.
 */
enum { DB_ATTEMPTS = 8 };
typedef enum rc db_txn_fn(struct db *db, void *data, struct err *err);
enum rc db_transaction(struct db *db, db_txn_fn *fn, void *data, struct err *err) RC_CHECKED;
/* Waits a short random time before attempt n (from 1) of a transaction is repeated. */
void db_backoff(int n);

/*
 * A statement without rows. RC_CONFLICT for a duplicate or missing key, RC_RETRY after which the
 * transaction is gone, RC_UNAVAILABLE where the server does not serve at present (a lost
 * connection, read-only, an interrupted statement), RC_INTERNAL for all else (logged with the
 * statement's name, never with values).
 */
enum rc db_exec(struct db *db, const struct db_stmt *s, const struct db_val *args,
                size_t n) RC_CHECKED;
/* Rows that the last db_exec or db_bulk changed, and the AUTO_INCREMENT value it made first; 0
   after a fault. */
int64_t db_affected(const struct db *db);
int64_t db_insert_id(const struct db *db);

/*
 * The statement for rows × strlen(s->in) values, row after row, by array binding: one round trip
 * for up to some thousand rows.No subquery in a VALUES list: the server evaluates it for the first
 * row only and uses that value for all. INSERT … SELECT is refused (1295): join a JSON_TABLE
 * instead.
 */
enum rc db_bulk(struct db *db, const struct db_stmt *s, const struct db_val *values,
                size_t rows) RC_CHECKED;

/*
 * A statement with rows: the whole result is taken over before this returns, so that other
 * statements may run while it is read. db_query_stream leaves it on the server, for results too
 * large to hold: nothing else may run on the connection until db_done.
 */
enum rc db_query(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                 struct db_query **q) RC_CHECKED;
enum rc db_query_stream(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                        struct db_query **q) RC_CHECKED;
/* RC_OK with a row, RC_DONE behind the last (the query is then closed and *q NULL), or a fault. */
enum rc db_next(struct db_query **q) RC_CHECKED;
/* Closes early; NULL is allowed. */
void db_done(struct db_query **q);

/* The current row's columns, from 0. NULL columns: 0, NULL. Pointers live until the next db_next or
   db_done; the _dup forms copy into an arena. */
bool db_is_null(const struct db_query *q, unsigned column);
int64_t db_col_int(const struct db_query *q, unsigned column); /* i, T */
int32_t db_col_date(const struct db_query *q, unsigned column);
double db_col_real(const struct db_query *q, unsigned column);
const char *db_col_text(const struct db_query *q, unsigned column);
const void *db_col_bytes(const struct db_query *q, unsigned column, size_t *n);
char *db_col_dup(const struct db_query *q, unsigned column, struct arena *a);

/*
 * The first row of a query that has one, read by fn; RC_NOT_FOUND without. fn copies what it keeps.
 */
typedef void db_row_fn(const struct db_query *q, void *data);
enum rc db_one(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
               db_row_fn *fn, void *data) RC_CHECKED;
/* The first column of the first row as an integer; RC_NOT_FOUND without a row. */
enum rc db_one_int(struct db *db, const struct db_stmt *s, const struct db_val *args, size_t n,
                   int64_t *value) RC_CHECKED;

/*
 * The rows of a DB_ROWS statement that ends in "LIMIT ?", which is not among args. A page says
 * whether more follow; db_rows takes all there are, and more than max is a fault (RC_INTERNAL,
 * logged), never a silent cut. Rows are in the arena: page->v, or *rows, is an array of the set's
 * structs.
 */
enum rc db_page(struct db *db, struct arena *a, const struct db_stmt *s, const struct db_val *args,
                size_t n, int64_t limit, struct row_page *page) RC_CHECKED;
enum rc db_rows(struct db *db, struct arena *a, const struct db_stmt *s, const struct db_val *args,
                size_t n, size_t max, struct row_page *page) RC_CHECKED;
/* The first row of a DB_ROWS statement; RC_NOT_FOUND without, and *row then is as it was. */
enum rc db_row(struct db *db, struct arena *a, const struct db_stmt *s, const struct db_val *args,
               size_t n, void *row) RC_CHECKED;

/*
 * A statement of a text composed at run time from declared pieces (sys/list): columns by out, or by
 * rows as in DB_ROWS. Equal texts are prepared once; it lives until DB_COMPOSED_MAX others have
 * come.
 */
enum { DB_COMPOSED_MAX = 256 };
const struct db_stmt *db_compose(struct db *db, const char *name, const char *in, const char *out,
                                 const struct row_set *rows, const char *sql);

/* One statement of a migration or of the grants, not prepared; admin programs only. RC_CONFLICT:
   what it makes is there already, or what it drops is not; RC_INTERNAL for all else. */
enum rc db_script(struct db *db, const char *sql, struct err *err) RC_CHECKED;

/* For tests: every declared statement. */
const struct db_stmt *const *db_statements(size_t *count);
/* For tests: prepares s and compares its parameter and column types with the declaration. */
enum rc db_check_statement(struct db *db, const struct db_stmt *s, struct err *err) RC_CHECKED;

#endif
