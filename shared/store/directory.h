/* A department's directories, as a list shows them. */
#ifndef LIANCHA_STORE_DIRECTORY_H
#define LIANCHA_STORE_DIRECTORY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

struct directory {
    int64_t id;
    const char *code;
    int64_t department_id;
    const char *region; /* of the department */
    const char *name;
    int32_t refreshed_on;
    int64_t entries; /* a subject once for each specialty */
};

enum rc directory_by_code(struct db *db, struct arena *a, const char *code,
                          struct directory *out) RC_CHECKED;
/* Ascending by code, behind after. */
enum rc directory_list(struct db *db, struct arena *a, int64_t department_id, const char *after,
                       int64_t limit, const struct directory **list, size_t *count) RC_CHECKED;

#endif
