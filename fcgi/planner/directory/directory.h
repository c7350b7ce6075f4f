/* What the paths of directories name; how old a directory may be, for those that say so. */
#ifndef LIANCHA_PLANNER_DIRECTORY_H
#define LIANCHA_PLANNER_DIRECTORY_H

#include "store/directory/directory.h"
#include "store/directory/subject_line.h"
#include "web/web.h"

/* The directory that the path names as {code}; it must be one of the actor's department. */
enum rc planner_own_directory(struct web_ctx *c, struct directory *directory) RC_CHECKED;
/* The subject that the path names as {code}, or by the identity number of a natural person. */
enum rc planner_path_subject(struct web_ctx *c, struct subject_line *subject) RC_CHECKED;
/* days: how old it may get in that region (R07); the rule row directory.max_age_days. */
enum rc planner_directory_age(struct web_ctx *c, const char *region, int64_t *days) RC_CHECKED;
/* Members refreshed_on, stale, and warnings: texts, none when all is well; more may be NULL. */
void planner_put_age(struct web_ctx *c, struct jsonw *w, int32_t refreshed_on, int64_t days,
                     const char *more);

#endif
