/*
 * What follows a finding of a section, until it has ended. A section with one that is open is not
 * closed: SECTION_CLOSED in store/review/section.h.
 */
#ifndef LIANCHA_STORE_DISPOSAL_H
#define LIANCHA_STORE_DISPOSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct disposal {
    int64_t id;
    int64_t section;
    int64_t department_id;
    const char *visit;
    const char *subject_code;
    const char *subject_name;
    const char *kind;   /* "order", "lenient", "case" */
    const char *number; /* of the document or case; NULL: none */
    const char *content;
    const char *basis; /* NULL: none */
    int32_t issued_on;
    int32_t due_on; /* of what ends at once the day that it was issued */
    bool overdue;   /* the caller's to compute, who knows the day */
    const char *state;
    int32_t ended_on; /* 0: open */
    const char *outcome;
    const char *method;     /* of the re-inspection: "document", "visit" */
    const char *inspectors; /* names of who looked again on the spot; NULL: nobody */
    const char *note;       /* of its end */
    int64_t subject_id;
    const char *region; /* of the subject */
};

extern const struct row_label disposal_kinds[];
extern const struct row_label disposal_outcomes[];
extern const struct row_label disposal_methods[];
extern const struct row_set disposal_rows;
/* Those of one department's sections (scope: its id). */
extern const struct list disposal_list;

struct disposal_step {
    int64_t account_id;
    int64_t now;
};

/* Ended at once when it has an outcome. RC_CONFLICT: the department has one of that kind and
   number, or, of those without a number, the section has the same. */
enum rc disposal_add(struct db *db, const struct disposal *d, const struct disposal_step *step,
                     int64_t *id) RC_CHECKED;
enum rc disposal_find(struct db *db, struct arena *a, int64_t id, struct disposal *out) RC_CHECKED;
/* RC_STATE when it has ended already. */
enum rc disposal_end(struct db *db, const struct disposal *d,
                     const struct disposal_step *step) RC_CHECKED;
/* Who looked again on the spot: RC_STATE unless the card is that of an inspector of its department
   on duty, was in force on that day, and there is nothing to recuse from; RC_CONFLICT: twice. */
enum rc disposal_add_inspector(struct db *db, const struct disposal *d,
                               const char *card_no) RC_CHECKED;
/* Whether the section has a case, open or ended. */
enum rc disposal_has_case(struct db *db, int64_t section_id, bool *has) RC_CHECKED;
enum rc disposal_has_penalty(struct db *db, int64_t section_id, bool *has) RC_CHECKED;

#endif
