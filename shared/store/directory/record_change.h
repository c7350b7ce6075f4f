/*
 * The history of subjects, inspectors and items: what each import changed of them, be it a file or
 * one record by a page. Who did it, and when, is the import's.
 */
#ifndef LIANCHA_STORE_RECORD_CHANGE_H
#define LIANCHA_STORE_RECORD_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

/* A field as texts; a list of them ends with a NULL name. */
struct record_field {
    const char *name;
    const char *before;
    const char *after;
};
/* Those that differ, as JSON: [["name","旧","新"],…]; NULL where none does. */
const char *record_differences(struct arena *a, const struct record_field *fields);

/* A date as texts have it. */
const char *record_date(struct arena *a, int32_t date);

struct record_note {
    const char *code;
    const char *act;     /* "created", "changed", "joined", "left" */
    const char *changes; /* of record_differences, or "[]" */
};
/* Within the transaction of the import. kind: "subject", "inspector" or "item". */
enum rc record_note(struct db *db, struct arena *a, int64_t import_id, const char *kind,
                    const struct record_note *notes, size_t count) RC_CHECKED;

struct record_change {
    int64_t id;
    const char *act;
    const char *changes;
    const char *directory; /* of the import; NULL: none */
    const char *account;   /* login; NULL: lianchactl */
    const char *department;
    int64_t import;
    const char *source; /* the file's name */
    int64_t at;
};
/* Of one record (scope: kind, code). */
extern const struct list record_change_list;

#endif
