/* Reference data (store/directory/reference.h) as lists for people and forms. */
#ifndef LIANCHA_STORE_VOCABULARY_H
#define LIANCHA_STORE_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

/* The values of region.level and department.level; of result classes; of an item's category and
   method; of a subject's state and credit class. */
extern const struct row_label region_levels[];
extern const struct row_label result_classes[];
extern const struct row_label item_categories[];
extern const struct row_label item_methods[];
extern const struct row_label subject_states[];
extern const struct row_label credit_classes[];

struct region_line {
    const char *code;
    const char *name;
    const char *parent; /* NULL: none above it here */
    const char *level;
};
extern const struct list region_list;

struct specialty_line {
    const char *code;
    const char *name;
    const char *department_kind;
    bool protected; /* honest enterprises are not exempt here (R11) */
    int64_t position;
};
extern const struct list specialty_list;

struct result_code_line {
    const char *code;
    const char *name;
    const char *result_class; /* NULL: of no class */
};
extern const struct list result_code_list;

struct calendar_line {
    int32_t day;
    const char *kind;
    const char *name;
    int64_t notice_year;
    const char *notice_url;
};
extern const struct list calendar_list;

struct rule_line {
    int64_t id;
    const char *name;
    const char *region; /* "": everywhere */
    int64_t value;
    int32_t effective_from;
    const char *source;
};
extern const struct list rule_list;

/* A version of an inspection item. */
struct item_line {
    int64_t id;
    const char *code;
    int64_t version;
    const char *name;
    const char *specialty;
    const char *specialty_name;
    const char *category;
    const char *method;
    const char *legal_basis;
    const char *content;
    bool retired; /* from this version on */
};
extern const struct row_set item_line_rows;
/* The newest versions, unless newest=0 asks for all. */
extern const struct list item_list;
/* Locks the item's newest version to the end of the transaction; RC_NOT_FOUND. */
enum rc item_lock(struct db *db, const char *code) RC_CHECKED;
/* The newest version; RC_NOT_FOUND. */
enum rc item_line_by_code(struct db *db, struct arena *a, const char *code,
                          struct item_line *out) RC_CHECKED;

#endif
