/* The database's schema against the one this program was built for. */
#ifndef LIANCHA_STORE_SCHEMA_H
#define LIANCHA_STORE_SCHEMA_H

#include "base/rc.h"
#include "sys/db.h"

/* RC_STATE when the database was not made, to the end, by the very files of schema/ that this
   program was built with: versioned files, views and grants. */
enum rc schema_check(struct db *db, struct err *err) RC_CHECKED;
/* That the database takes writes; else RC_UNAVAILABLE. */
enum rc schema_writable(struct db *db, struct err *err) RC_CHECKED;
/* Whether the server is a node of a cluster (Galera). */
enum rc schema_clustered(struct db *db, bool *clustered) RC_CHECKED;
/* db_open with that check. RC_UNAVAILABLE: may be tried again. */
enum rc schema_open(const struct settings *s, int statement_seconds, struct db **db,
                    struct err *err) RC_CHECKED;

#endif
