/*
 * Published checklists. A version never changes: publishing the same again changes nothing, and
 * another content under the same version is refused. Phones get every version by the dictionary's
 * feed, for the visits of before keep theirs.
 */
#ifndef LIANCHA_STORE_CHECKLIST_H
#define LIANCHA_STORE_CHECKLIST_H

#include "domain/checklist.h"
#include "sys/db.h"

enum { CHECKLIST_FILE_MAX = 500 }; /* checklists of one file */

struct checklist_row {
    int64_t id;
    const char *item;
    int64_t version;
    const char *title;
    const char *sha256; /* hexadecimal digits */
    const char *body;   /* canonical JSON; NULL in a list */
    int64_t published_at;
};

struct checklist_counts {
    int64_t created;
    int64_t unchanged;
};

/*
 * Publishes {"checklists": [...]}, all or nothing, within the caller's transaction; the feed is its
 * last step. department_id: whose specialties the items must be of, 0: any. RC_INVALID with the
 * pointer, RC_NOT_FOUND for an unknown item, RC_FORBIDDEN, RC_CONFLICT for a version that was
 * published with another content.
 */
enum rc checklist_publish(struct db *db, struct arena *a, const char *text, size_t size,
                          int64_t department_id, int64_t now, struct checklist_counts *counts,
                          struct err *err) RC_CHECKED;

/* By id behind after; of one item unless it is NULL. */
enum rc checklist_list(struct db *db, struct arena *a, const char *item, int64_t after,
                       int64_t limit, struct checklist_row **rows, size_t *n) RC_CHECKED;
/* RC_NOT_FOUND when there is none. */
enum rc checklist_show(struct db *db, struct arena *a, const char *item, int64_t version,
                       struct checklist_row *out) RC_CHECKED;

struct checklist_pinned {
    int64_t id;
    struct checklist list;
};

/* Those of the ids, which may repeat. */
enum rc checklist_load(struct db *db, struct arena *a, const int64_t *ids, size_t count,
                       struct checklist_pinned **lists, size_t *n) RC_CHECKED;

#endif
