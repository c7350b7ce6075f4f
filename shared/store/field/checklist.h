/*
 * Published checklists. A version never changes: publishing the same again changes nothing, and
 * another content under the same version is refused. Phones get every version by the dictionary's
 * feed, for the visits of before keep theirs.
 */
#ifndef LIANCHA_STORE_CHECKLIST_H
#define LIANCHA_STORE_CHECKLIST_H

#include "base/digest.h"
#include "domain/field/checklist.h"
#include "sys/db.h"
#include "sys/list.h"

enum { CHECKLIST_FILE_MAX = 500 }; /* checklists of one file */

struct checklist_row {
    int64_t id;
    const char *item;
    int64_t version;
    const char *title;
    char sha256[DIGEST_HEX];
    const char *checklist; /* canonical JSON; NULL in a list */
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

extern const struct row_set checklist_rows;
extern const struct list checklist_list;
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
