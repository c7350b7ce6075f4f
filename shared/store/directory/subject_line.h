/* Subjects as lists and pages show them. */
#ifndef LIANCHA_STORE_SUBJECT_LINE_H
#define LIANCHA_STORE_SUBJECT_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct subject_line {
    int64_t id;
    const char *code;
    bool code_flagged;   /* its check character does not hold */
    bool natural_person; /* code stands for an identity number that is nowhere shown */
    const char *licence; /* as printed; "": none is known */
    const char *name;
    const char *type;
    const char *address;
    const char *region;
    const char *region_name;
    const char *state;
    const char *credit_class;
    bool is_key;
    int64_t complaints;
    int32_t verified_on;
    const char *specialties; /* of all directories, comma-separated codes; NULL: none */
    const char *specialty_names;
    const char *merged_into; /* the code that this one now stands for; NULL: none */
};

extern const struct row_set subject_line_rows;
/* Those of one directory (scope: its id), in the order in which they came. */
extern const struct list subject_list;

/* Any subject, in a directory or not, as that department has it; RC_NOT_FOUND. */
enum rc subject_line_by_code(struct db *db, struct arena *a, int64_t department_id,
                             const char *code, struct subject_line *out) RC_CHECKED;

#endif
