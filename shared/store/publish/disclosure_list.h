/*
 * What is checked, and by which plan: items and filed plans, as citizens read them (R24: 未经公布不检查).
 */
#ifndef LIANCHA_STORE_DISCLOSURE_LIST_H
#define LIANCHA_STORE_DISCLOSURE_LIST_H

#include "sys/db.h"
#include "sys/row.h"

/* In its present version. */
struct disclosure_item {
    const char *code;
    int64_t version;
    const char *specialty_name;
    const char *name;
    const char *category;
    const char *method;
    const char *legal_basis;
    const char *content;
};
extern const struct row_set disclosure_item_rows;

struct disclosure_plan {
    const char *code;
    const char *name;
    const char *department_name;
    int32_t ends_on;
    const char *items;
    int64_t quota;
};
extern const struct row_set disclosure_plan_rows;

/* Of a specialty, or of all (""), ascending by code behind one (""). */
enum rc disclosure_items(struct db *db, struct arena *a, const char *specialty, const char *after,
                         int64_t limit, struct row_page *items) RC_CHECKED;
/* Descending by code, before one (NULL: all). */
enum rc disclosure_plans(struct db *db, struct arena *a, const char *before, int64_t limit,
                         struct row_page *plans) RC_CHECKED;

#endif
