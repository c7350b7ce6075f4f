/* What the parts of sys/db share; nobody else includes this. */
#ifndef LIANCHA_SYS_DB_INTERNAL_H
#define LIANCHA_SYS_DB_INTERNAL_H

#include <mysql.h>

#include "sys/db.h"

enum { DB_PARAMS_MAX = 130, DB_COLUMNS_MAX = ROW_COLUMNS_MAX };

/* One column's landing place; text and bytes grow as needed and stay. */
struct db_column {
    unsigned long length;
    my_bool null;
    my_bool truncated;
    union {
        int64_t i;
        double d;
        MYSQL_TIME time;
    } fixed;
    char *bytes;
    unsigned long room;
};

struct db_query {
    struct db *db;
    const struct db_stmt *def;
    MYSQL_STMT *stmt;
    unsigned columns;
    char out[DB_COLUMNS_MAX + 1]; /* their type characters */
    struct db_column column[DB_COLUMNS_MAX];
    MYSQL_BIND bind[DB_COLUMNS_MAX];
    bool open;
    bool needs_transaction;
    bool unbound; /* its columns wait for the first execution */
};

/* The prepared form of s on this connection. */
enum rc db_prepared(struct db *db, const struct db_stmt *s, struct db_query **q) RC_CHECKED;
/* RC_INTERNAL, logged, when q needs a transaction and there is none. */
enum rc db_allowed(const struct db *db, const struct db_query *q) RC_CHECKED;
/* Whether v may stand for parameter i of s: it has the declared type and, as JSON, is whole. */
enum rc db_fits(const struct db_stmt *s, size_t i, const struct db_val *v) RC_CHECKED;
/* Binds and executes; the arguments must have the declared types. */
enum rc db_execute(struct db *db, struct db_query *q, const struct db_val *args,
                   size_t n) RC_CHECKED;
/* What an error's number means; *lost: the connection is of no use any more. */
enum rc db_classify(unsigned code, bool *lost);
/* The server writes nothing at present: what it refuses to commit, it undoes. */
bool db_refuses_writes(unsigned code);
/* Maps the statement's last error, logs it, and marks a lost connection. */
enum rc db_fault(struct db *db, const struct db_stmt *s, unsigned code, const char *text);

/*
 * RC_RETRY when the server says that the transaction is over. On Galera it may be aborted while a
 * statement with an array of values is at work, which then succeeds all the same (MariaDB
 * 10.11.19): only the status that comes with each answer tells, and what followed would be in no
 * transaction.
 */
enum rc db_still_in(const struct db *db) RC_CHECKED;

void db_time_of_date(MYSQL_TIME *t, int32_t days);
void db_time_of_instant(MYSQL_TIME *t, int64_t ms);
enum enum_field_types db_field_type(char type);

/* Releases a prepared statement's column buffers. */
void db_query_free(struct db_query *q);
/* Binds the result columns, once. */
enum rc db_query_bind(struct db_query *q) RC_CHECKED;

void db_set_counts(struct db *db, int64_t affected, int64_t insert_id);

#endif
