/*
 * What a publication would say if it were made public now: its fields as they are in the facts, and
 * masked, by the field names of the national publicity system.
 */
#ifndef LIANCHA_PLANNER_DRAFT_H
#define LIANCHA_PLANNER_DRAFT_H

#include "base/buf.h"
#include "domain/publish/personal.h"
#include "store/publish/publication.h"
#include "web/web.h"

enum { DRAFT_FIELDS_MAX = 16 + PUBLICATION_DETAILS_MAX };

struct draft_field {
    const char *key;
    const char *title;
    const char *text;
    const char *result;                /* of an item that was checked; NULL: no item */
    const char *masked;                /* on one line, or on lines, without blanks at its ends */
    const struct personal_span *spans; /* of text */
    size_t n;
    bool fixed; /* a code, a name of an office: never masked */
    bool lines; /* may have several */
};

struct draft {
    struct draft_field *fields;
    size_t n;
    const char *decision; /* number of a penalty's decision, else "" */
    struct buf payload;
};

/* In the route's transaction. RC_STATE where there is nothing to publish; the detail is set. */
enum rc draft_make(struct web_ctx *c, const struct publication *p, struct draft *d) RC_CHECKED;
/* The masked text of the field; "" when there is none. */
const char *draft_masked(const struct draft *d, const char *key);
/* The day of the check, as it is made public. */
int32_t draft_checked_on(const struct publication *p);

#endif
