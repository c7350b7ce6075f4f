/* A department's directories of inspection objects. */
#ifndef LIANCHA_STORE_DIRECTORY_H
#define LIANCHA_STORE_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct directory {
    int64_t id;
    const char *code;
    int64_t department_id;
    const char *region; /* of the department */
    const char *name;
    int32_t refreshed_on;
    bool stale;      /* older than it may get (R07): the caller's to say */
    int64_t entries; /* a subject once for each specialty */
};

/* Those of one department (scope: its id). */
extern const struct list directory_list;

enum rc directory_by_code(struct db *db, struct arena *a, const char *code,
                          struct directory *out) RC_CHECKED;

#endif
