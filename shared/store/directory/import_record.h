/* What became of imported files: counts, the lines that were flagged or refused, differences. */
#ifndef LIANCHA_STORE_IMPORT_RECORD_H
#define LIANCHA_STORE_IMPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

enum { IMPORT_LINES_MAX = 10000 }; /* lines that a report names; the counts go on */

struct import_counts {
    int64_t accepted; /* = created + changed + unchanged, once they are known */
    int64_t created;
    int64_t changed;
    int64_t unchanged;
    int64_t flagged; /* of the accepted */
    int64_t refused;
    int64_t skipped; /* notes below the table, which are no data */
};

struct import_record {
    int64_t id;
    const char *kind;
    int64_t department_id; /* 0: by lianchactl; so the next two */
    int64_t account_id;
    const char *account;   /* its login, or NULL */
    int64_t directory_id;  /* 0: none */
    const char *directory; /* its code, or NULL */
    const char *name;
    const char *encoding;
    const char *state; /* "running", "done", "review", "applied" */
    bool whole;        /* compared as a whole directory: the last two */
    int64_t last_line; /* stored so far; the header is line 1 */
    struct import_counts counts;
    int64_t started_at;
    int64_t ended_at; /* 0: not yet */
};

extern const struct row_set import_rows;
/* Those of one department (scope: its id). */
extern const struct list import_list;

struct import_line {
    int64_t line;
    const char *outcome; /* "refused", "skipped" or "flagged", when it was read */
    bool refused;
    bool skipped; /* neither: flagged */
    const char *field;
    const char *code;
    const char *reason;
};

/* The lines of one import (scope: its id); the first filter: refused ("1") or not ("0"). */
extern const struct list import_line_list;

enum rc import_by_id(struct db *db, struct arena *a, int64_t id,
                     struct import_record *out) RC_CHECKED;

/* ---- for shared/import ---- */

/* A new record, or (resume) that of the same content which broke off. */
enum rc import_record_open(struct db *db, struct arena *a, bool resume,
                           struct import_record *record, const char *sha256,
                           int64_t now) RC_CHECKED;
/*
 * Adds counts and lines, and moves last_line on; RC_STATE when another process did so meanwhile.
 * record itself is not changed.
 */
enum rc import_record_add(struct db *db, struct arena *a, const struct import_record *record,
                          const struct import_counts *more, int64_t last_line,
                          const struct import_line *lines, size_t count,
                          struct err *err) RC_CHECKED;
enum rc import_record_end(struct db *db, int64_t id, const char *state, int64_t now) RC_CHECKED;

#endif
