/*
 * A directory taken anew from one whole file (R07): what confirming it would change is known before
 * anything changes. Entries that are not in the file leave the directory, their subjects stay.
 */
#ifndef LIANCHA_STORE_IMPORT_REFRESH_H
#define LIANCHA_STORE_IMPORT_REFRESH_H

#include "store/directory/import_record.h"
#include "store/directory/subject.h"

enum { IMPORT_FIELDS_MAX = 32 };
extern const char *const import_field_names[]; /* of a difference; NULL at the end */

struct import_differences {
    int64_t created; /* new in the directory */
    int64_t changed;
    int64_t merged; /* stands in the directory under a former code */
    int64_t vanished;
    int64_t fields[IMPORT_FIELDS_MAX]; /* of the changed and merged, by field */
};

struct import_change {
    const char *code;
    const char *kind; /* "new", "changed", "merged", "vanished" */
    const char *name;
    const char *fields; /* comma-separated */
};

enum rc import_differences(struct db *db, int64_t id, struct import_differences *out) RC_CHECKED;
/* What confirming one import would do (scope: its id). */
extern const struct list import_change_list;

/*
 * Does what was compared, within the caller's transaction; the directory counts as refreshed on the
 * day of now. RC_STATE when the import is not in review, when lines were refused (their subjects
 * would vanish), or when the directory has changed since it was compared.
 */
enum rc import_apply(struct db *db, struct arena *a, const struct import_record *record,
                     int64_t now, struct err *err) RC_CHECKED;

/* ---- for shared/import ---- */

/* A line of the file. */
struct import_staged {
    const char *code;   /* under which it is stored */
    const char *former; /* or NULL */
    const struct subject *subject;
};
/* Stores lines beside what stands; of two with one code the later date holds. */
enum rc import_stage_subjects(struct db *db, struct arena *a, int64_t id,
                              const struct import_staged *rows, size_t count) RC_CHECKED;
/* A line that was staged before under the code: what is compared of it alone. RC_NOT_FOUND. */
enum rc import_staged_before(struct db *db, struct arena *a, int64_t id, const char *code,
                             struct subject *out) RC_CHECKED;
/* Their directory is the import's. */
enum rc import_stage_entries(struct db *db, struct arena *a, int64_t id,
                             const struct directory_entry *entries, size_t count) RC_CHECKED;
/* Compares what was staged, anew. */
enum rc import_compare(struct db *db, const struct import_record *record) RC_CHECKED;

#endif
