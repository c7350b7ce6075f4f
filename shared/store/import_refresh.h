/*
 * A directory taken anew from one whole file (R07): what confirming it would change is known before
 * anything changes. Entries that are not in the file leave the directory, their subjects stay.
 */
#ifndef LIANCHA_STORE_IMPORT_REFRESH_H
#define LIANCHA_STORE_IMPORT_REFRESH_H

#include "store/import_record.h"

enum { IMPORT_FIELDS = 12 };
extern const char *const import_field_names[]; /* of a difference; NULL at the end */

struct import_differences {
    int64_t created; /* new in the directory */
    int64_t changed;
    int64_t merged; /* stands in the directory under a former code */
    int64_t vanished;
    int64_t fields[IMPORT_FIELDS]; /* of the changed and merged, by field */
};

struct import_change {
    const char *code;
    const char *kind; /* "new", "changed", "merged", "vanished" */
    const char *name;
    const char *fields; /* comma-separated */
};

enum rc import_differences(struct db *db, int64_t id, struct import_differences *out) RC_CHECKED;
/* Changes by code, behind after; kind "" is all. */
enum rc import_changes(struct db *db, struct arena *a, int64_t id, const char *kind,
                       const char *after, int64_t limit, const struct import_change **changes,
                       size_t *count) RC_CHECKED;

/*
 * Does what was compared, within the caller's transaction; the directory counts as refreshed on the
 * day of now. RC_STATE when the import is not in review, when lines were refused (their subjects would
 * vanish), or when the directory has changed since it was compared.
 */
enum rc import_apply(struct db *db, struct arena *a, const struct import_record *record,
                     int64_t now, struct err *err) RC_CHECKED;

/* For import.c: compares what was staged, anew. */
enum rc import_compare(struct db *db, const struct import_record *record) RC_CHECKED;

#endif
