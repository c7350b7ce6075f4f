/*
 * Reference data as rows: regions, specialties, result vocabulary, holidays, rules, departments,
 * and which of these decide a fact for all. They come as CSV files of schema/reference or of the
 * site; loading the same file twice changes nothing. The files of holidays and of rules are the
 * whole: what they lack is gone.
 */
#ifndef LIANCHA_STORE_REFERENCE_H
#define LIANCHA_STORE_REFERENCE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

enum reference_kind {
    REFERENCE_REGION,
    REFERENCE_SPECIALTY,
    REFERENCE_RESULT_CODE,
    REFERENCE_CALENDAR_DAY,
    REFERENCE_RULE,
    REFERENCE_DEPARTMENT,
    REFERENCE_PASSWORD_WORD,
    REFERENCE_AUTHORITY,
    REFERENCE_COUNT
};

/* The kind's file in a reference folder, e.g. "regions.csv", and its Chinese name. */
const char *reference_file(enum reference_kind kind);
const char *reference_title(enum reference_kind kind);

/*
 * Loads one file within the caller's transaction; the whole file or nothing. RC_INVALID or
 * RC_MALFORMED names line and column.
 */
enum rc reference_load(struct db *db, struct arena *a, enum reference_kind kind, FILE *in,
                       int64_t *rows, struct err *err) RC_CHECKED;

/* A code list, to resolve the codes of large files without a query a line. */
struct reference_code {
    const char *code;
    int64_t id;    /* of departments and directories; 0 for regions and specialties */
    int64_t owner; /* of a directory: its department */
    const char *name;
    const char *region; /* of a department: where it is; of a region: its parent, or "" */
};

struct reference_codes {
    struct reference_code *rows; /* sorted by code */
    size_t count;
};

enum reference_list { CODES_REGION, CODES_SPECIALTY, CODES_DEPARTMENT, CODES_DIRECTORY };
enum rc reference_codes(struct db *db, struct arena *a, enum reference_list which,
                        struct reference_codes *out) RC_CHECKED;
/* The specialties of one department; ids are 0. */
enum rc reference_own_specialties(struct db *db, struct arena *a, int64_t department_id,
                                  struct reference_codes *out) RC_CHECKED;
/* NULL when there is no such code. */
const struct reference_code *reference_find(const struct reference_codes *codes, const char *code);

#endif
