/* One subject as it stands in one directory, to be looked at, changed, and taken out again. */
#ifndef LIANCHA_STORE_SUBJECT_RECORD_H
#define LIANCHA_STORE_SUBJECT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/row.h"

struct subject_record {
    const char *code;
    const char *name;
    const char *type;
    const char *address;
    const char *region;
    double lon; /* NAN: no place is known; so lat */
    double lat;
    const char *state; /* by the word of the directory's department; so the next three */
    const char *credit_class;
    bool is_key;
    int64_t complaints;
    const char *specialties; /* for which it stands there; codes, comma-separated, ascending */
    int32_t verified_on;
    const char *licence;
    bool natural_person;
};

extern const struct row_set subject_record_rows;

/* Locks the subject to the end of the transaction; RC_NOT_FOUND. */
enum rc subject_lock(struct db *db, const char *code) RC_CHECKED;
/* RC_NOT_FOUND where it does not stand in the directory. */
enum rc subject_record_by_code(struct db *db, struct arena *a, int64_t directory_id,
                               const char *code, struct subject_record *out) RC_CHECKED;
/* Takes it out of the directory, but for the specialties kept; that is told as of the import, on
   that day, in departures and in the subject's history. */
enum rc subject_record_leave(struct db *db, struct arena *a, int64_t directory_id,
                             int64_t import_id, const struct subject_record *subject,
                             const char *const *kept, size_t kept_count, int32_t on) RC_CHECKED;

#endif
