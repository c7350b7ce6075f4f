/* The answers to checklists as a reviewer sees them: each question with its state. */
#ifndef LIANCHA_PLANNER_ANSWER_H
#define LIANCHA_PLANNER_ANSWER_H

#include "store/field/checklist.h"
#include "store/review/section.h"
#include "web/web.h"

struct answer_lists {
    struct checklist_pinned *lists;
    size_t n;
};

/* Reads the checklists of the checks. */
enum rc answer_load(struct web_ctx *c, const struct section_check *checks, size_t n,
                    struct answer_lists *out) RC_CHECKED;
/* Writes the members "checklist_version" and "answers" into an open object. */
enum rc answer_write(struct web_ctx *c, struct jsonw *w, const struct answer_lists *lists,
                     const struct section_check *check) RC_CHECKED;

#endif
