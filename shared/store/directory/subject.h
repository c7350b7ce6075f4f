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
    const char *licence; /* as printed, or the number of registration; "": none is known */
};

/* The columns that come with a file, code and verified_on aside, for statements that write them:
   each as is("column") says it, their types, and their values in this order. */
/* clang-format off */
#define SUBJECT_FIELDS(is)                                                                         \
    is("code_flagged") ", " is("name") ", " is("type") ", " is("address") ", " is("region_code")   \
    ", " is("lon") ", " is("lat") ", " is("state") ", " is("credit_class") ", " is("is_key") ", "  \
    is("complaints") ", " is("synthetic") ", " is("licence")
/* clang-format on */
#define SUBJECT_FIELD_TYPES "ittttddttiiit"
enum { SUBJECT_FIELD_COUNT = sizeof SUBJECT_FIELD_TYPES - 1 };
void subject_fields(const struct subject *s, struct db_val v[SUBJECT_FIELD_COUNT]);
/* Of a row that begins with code, SUBJECT_FIELDS, verified_on. */
void subject_read(const struct db_query *q, struct arena *a, struct subject *out);
/* Whether both say the same, code aside. */
bool subject_same(const struct subject *x, const struct subject *y);

/* One specialty for which a subject stands in a directory. */
struct directory_entry {
    int64_t directory_id;
    const char *subject_code;
    const char *specialty;
};

/*
 * Within the caller's transaction: new ones, RC_RETRY when somebody else has added one of them
 * meanwhile; or those that are stored.
 */
enum rc subject_add(struct db *db, const struct subject *subjects, size_t count) RC_CHECKED;
enum rc subject_put(struct db *db, const struct subject *subjects, size_t count) RC_CHECKED;
/* Adds entries that are not there yet. */
enum rc directory_entry_put(struct db *db, const struct directory_entry *entries,
                            size_t count) RC_CHECKED;

/* Notes that a department put these into its directories. */
enum rc directory_entry_note(struct db *db, const struct directory_entry *entries, size_t count,
                             int64_t department_id, int64_t now) RC_CHECKED;

/* Of the codes those that are stored, ascending by code. */
struct subject_stored {
    int64_t id;
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
enum rc subject_merge_codes(struct db *db, const struct subject_merger *mergers,
                            size_t count) RC_CHECKED;

/* Inserts or updates a directory by code. RC_CONFLICT when it belongs to another department. */
enum rc directory_put(struct db *db, const char *code, int64_t department_id, const char *name,
                      int32_t refreshed_on, enum store_change *change) RC_CHECKED;

#endif
