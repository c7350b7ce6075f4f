/*
 * Plans of a department, their quotas by region and specialty, and the printed task table that a
 * plan may have come with. A draft takes quotas; once filed, a plan never changes again.
 */
#ifndef LIANCHA_STORE_PLAN_H
#define LIANCHA_STORE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/json.h"
#include "sys/list.h"

/* Strata of one plan: a province has some 2,000. The published draw.json names them all in one
   object. */
enum { PLAN_QUOTAS_MAX = 8000 };
_Static_assert((int)PLAN_QUOTAS_MAX <= (int)JSON_MEMBERS_MAX, "a bundle names every stratum");

struct plan {
    int64_t id;
    const char *code; /* 14 digits: region, year, type, serial */
    int64_t department_id;
    const char *department;
    const char *kind;   /* of the department */
    const char *region; /* of the department */
    int64_t directory_id;
    const char *directory;
    const char *name;
    int32_t ends_on;
    int32_t refreshed_on; /* of the directory */
    const char *state;    /* "draft" or "filed" */
    bool filed;
    const char *items; /* "key" or "general" */
    bool key_items;    /* a plan of key items, else of general ones (R10) */
    bool has_table;
    int64_t strata;
    int64_t quota; /* of all strata */
};

struct plan_quota {
    const char *region;
    const char *specialty;
    int64_t count;      /* 1 … TASKTABLE_VALUE_MAX */
    const char *source; /* the printed cell, or the request that set it */
};

extern const struct row_set plan_rows;
extern const struct row_set plan_quota_rows;
/* Those of a department and of its kind below it (scope: its id). */
extern const struct list plan_list;

/* The directory of that code; RC_NOT_FOUND. */
enum rc plan_directory(struct db *db, const char *code, int64_t *id,
                       int64_t *department_id) RC_CHECKED;

/* A draft of id, department_id, directory_id, name, ends_on, key_items. RC_CONFLICT when the code
   exists. */
enum rc plan_create(struct db *db, const struct plan *plan, int64_t *id) RC_CHECKED;
/* RC_INVALID names the first region or specialty that the plan's department does not have;
   /quotas/N is its pointer. RC_CONFLICT when a stratum has a quota already. */
enum rc plan_add_quotas(struct db *db, struct arena *a, const struct plan *plan,
                        const struct plan_quota *quotas, size_t count, struct err *err) RC_CHECKED;

/*
 * Gives every stratum of the directory that has no quota yet one by ratio (domain/plan/ratio.h), of
 * its open subjects as they stand now; specialties, when there are any, name the only ones.
 * RC_STATE when there is no such stratum.
 */
enum rc plan_add_ratio(struct db *db, struct arena *a, const struct plan *plan, int64_t permille,
                       const char *const *specialties, size_t specialty_count, size_t *added,
                       struct err *err) RC_CHECKED;

enum rc plan_by_code(struct db *db, struct arena *a, const char *code, struct plan *out) RC_CHECKED;
/* Keeps the plan as it is to the end of the transaction. Comes before any other read, so that what
   is read afterwards is not older than the lock. RC_NOT_FOUND. */
enum rc plan_lock(struct db *db, const char *code) RC_CHECKED;
enum rc plan_quotas(struct db *db, struct arena *a, int64_t plan_id,
                    const struct plan_quota **quotas, size_t *count) RC_CHECKED;
/* The text of its table (import/plan_table); NULL when the plan came without one. */
enum rc plan_table_csv(struct db *db, struct arena *a, int64_t plan_id,
                       const char **csv) RC_CHECKED;
/* RC_STATE when a plan that was just read may not be filed, or is no draft any more. */
enum rc plan_fileable(const struct plan *plan, struct err *err) RC_CHECKED;
enum rc plan_is_draft(const struct plan *plan, struct err *err) RC_CHECKED;
/* Draft to filed; RC_STATE when it is filed already or has no quota. */
enum rc plan_file(struct db *db, const struct plan *plan, struct err *err) RC_CHECKED;

/* ---- for import/plan_table: the table of a plan ---- */

/* RC_STATE when a plan that was just read is filed or has a table. */
enum rc plan_takes_table(const struct plan *plan, struct err *err) RC_CHECKED;
/* Keeps the text of a draft's table; RC_STATE as plan_takes_table. */
enum rc plan_table_keep(struct db *db, const struct plan *plan, const char *csv,
                        struct err *err) RC_CHECKED;

#endif
