/*
 * Departments, and which of them one may look into: itself, and those of its own kind in the
 * regions below its own.
 */
#ifndef LIANCHA_STORE_DEPARTMENT_H
#define LIANCHA_STORE_DEPARTMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

/* The condition that a column holds the id of a department that the one of the '?' may look
   into. */
#define DEPARTMENT_OWN_OR_BELOW(column)                                                            \
    column " IN (SELECT below.id FROM department own JOIN department below ON below.id = own.id"   \
           " OR (below.kind = own.kind AND below.region_code IN (SELECT region.code FROM region"   \
           " WHERE region.parent = own.region_code)) WHERE own.id = ?)"

/* The code of its region; RC_NOT_FOUND. */
enum rc department_region(struct db *db, struct arena *a, int64_t id,
                          const char **region) RC_CHECKED;
enum rc department_by_code(struct db *db, const char *code, int64_t *id) RC_CHECKED;
enum rc department_oversees(struct db *db, int64_t own, int64_t other, bool *oversees) RC_CHECKED;

/* A line of the list of all departments. */
struct department_line {
    const char *code;
    const char *name;
    const char *kind;
    const char *region;
    const char *region_name;
    const char *level;
    const char *specialties; /* codes, comma-separated; NULL: none */
    const char *specialty_names;
    const char *telephone; /* "": none */
};

extern const struct list department_list;
/* The values of department.kind, for filters and forms. */
extern const struct row_label department_kinds[];

#endif
