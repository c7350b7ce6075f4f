/*
 * What a citizen objects to in what was made public (异议), and how it may end: it is right once the
 * publication was corrected or taken back since it came, so that nobody is told so and nothing
 * happens; and whoever made the version public does not reject what is said against it.
 */
#ifndef LIANCHA_DOMAIN_OBJECTION_H
#define LIANCHA_DOMAIN_OBJECTION_H

#include <stdbool.h>
#include <stdint.h>

enum {
    OBJECTION_CONTENT_MIN = 5, /* code points */
    OBJECTION_CONTENT_MAX = 500,
    OBJECTION_NAME_MAX = 40,
    OBJECTION_CONTACT_MIN = 5,
    OBJECTION_CONTACT_MAX = 60,
};

struct objection_form {
    const char *content; /* NULL: left empty */
    const char *name;
    const char *contact;
};

/* What is wrong with the form, for a person, and with which member of it; NULL: nothing. */
const char *objection_form_fault(const struct objection_form *form, const char **member);

struct objection_ending {
    bool upheld;  /* else rejected */
    bool changed; /* the publication, since the objection came */
    bool own;     /* who decides made it public */
};

/* Why it cannot end so; NULL: it can. */
const char *objection_end_fault(const struct objection_ending *end);

#endif
