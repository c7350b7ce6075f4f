/* How old a directory may be, for the subjects that say so. */
#ifndef LIANCHA_PLANNER_DIRECTORY_H
#define LIANCHA_PLANNER_DIRECTORY_H

#include "web/web.h"

/* days: how old it may get in that region (R07); the rule row directory.max_age_days. */
enum rc planner_directory_age(struct web_ctx *c, const char *region, int64_t *days) RC_CHECKED;
/* Members refreshed_on, stale, and warnings: texts, none when all is well; more may be NULL. */
void planner_put_age(struct web_ctx *c, struct jsonw *w, int32_t refreshed_on, int64_t days,
                     const char *more);

#endif
