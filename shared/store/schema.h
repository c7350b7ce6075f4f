/* The version of the database's schema against the one this program was built for. */
#ifndef LIANCHA_STORE_SCHEMA_H
#define LIANCHA_STORE_SCHEMA_H

#include "base/rc.h"
#include "sys/db.h"

/* The number of the newest file in schema/ at build time. */
int schema_expected(void);
/* RC_STATE when the database is at another version. */
enum rc schema_check(struct db *db, struct err *err) RC_CHECKED;
/* db_open with that check. RC_UNAVAILABLE: may be tried again. */
enum rc schema_open(const struct settings *s, int statement_seconds, struct db **db,
                    struct err *err) RC_CHECKED;

#endif
