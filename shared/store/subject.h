/* Inspection objects and the directories in which they stand. */
#ifndef LIANCHA_STORE_SUBJECT_H
#define LIANCHA_STORE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/change.h"
#include "sys/db.h"

struct subject {
    const char *code;  /* normalised; unified social credit code or registration number */
    bool code_flagged; /* its check character does not hold */
    const char *name;
    const char *type;
    const char *address;
    const char *region_code;
    bool located;
    double lon;
    double lat;
    const char *state;        /* "open" or "closed" */
    const char *credit_class; /* "A" … "D" */
    bool is_key;
    int64_t complaints;
    int32_t verified_on;
    bool synthetic;
};

/* One specialty for which a subject stands in a directory. */
struct directory_entry {
    int64_t directory_id;
    const char *subject_code;
    const char *specialty;
};

/*
 * Inserts or updates by code, and adds entries that are not there yet, within the caller's
 * transaction; the same rows again change nothing.
 */
enum rc subject_put(struct db *db, const struct subject *subjects, size_t count) RC_CHECKED;
enum rc directory_entry_put(struct db *db, const struct directory_entry *entries,
                            size_t count) RC_CHECKED;

/* Of the codes those that are stored, ascending by code. */
struct subject_stored {
    struct subject subject;
    const char *present; /* the code that this one was merged into, or NULL */
};
enum rc subject_load(struct db *db, struct arena *a, const char *const *codes, size_t count,
                     const struct subject_stored **stored, size_t *found) RC_CHECKED;
/* All entries of the subjects of these codes, in no order. */
enum rc directory_entry_load(struct db *db, struct arena *a, const char *const *codes, size_t count,
                             const struct directory_entry **entries, size_t *found) RC_CHECKED;

/* former stands for present from now on; present is stored, and merged into no other. */
struct subject_merger {
    const char *former;
    const char *present;
};
enum rc subject_merge(struct db *db, const struct subject_merger *mergers, size_t count) RC_CHECKED;

/* Inserts or updates a directory by code. RC_CONFLICT when it belongs to another department. */
enum rc directory_put(struct db *db, const char *code, int64_t department_id, const char *name,
                      int32_t refreshed_on, enum store_change *change) RC_CHECKED;

#endif
