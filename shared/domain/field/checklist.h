/*
 * Checklists: the questions of an inspection item, and the rules of their answers.
 *
 * A checklist is published in versions that never change; a check result keeps the version that its
 * visit was planned with. An answer is a text in one form for each type, so that two equal answers
 * are equal bytes and merge as any field:
 *
 *     yes_no    "yes", "no" or "na" (not applicable)
 *     choice    the id of an option
 *     multi     ids of options, each once, in the checklist's order, separated by commas
 *     integer   -12      shortest form: no superfluous zeros, no plus sign, no "-0"
 *     decimal   0.35     the same, with at most so many decimals
 *     text      1 to max_length code points, no control characters but tab, CR, LF
 *     date      2026-03-02
 *     photo     the SHA-256 of a file, 64 lowercase hexadecimal digits
 *
 * A question with a condition is asked only while an earlier question is asked itself and answered
 * by one of some values. An answer to a question that is not asked is kept and does not count.
 */
#ifndef LIANCHA_DOMAIN_CHECKLIST_H
#define LIANCHA_DOMAIN_CHECKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

enum {
    CHECKLIST_ITEM_MAX = 32, /* characters, as the next ones */
    CHECKLIST_TITLE_MAX = 120,
    CHECKLIST_ID_MAX = 24,
    CHECKLIST_TEXT_MAX = 300,
    CHECKLIST_OPTION_MAX = 100,
    CHECKLIST_UNIT_MAX = 20,
    CHECKLIST_ANSWER_MAX = 2000,
    CHECKLIST_LENGTH = 500, /* of a text without max_length */
    CHECKLIST_VERSION_MAX = 65535,
    CHECKLIST_QUESTIONS_MAX = 100,
    CHECKLIST_OPTIONS_MAX = 30,
    CHECKLIST_DECIMALS_MAX = 6,
    CHECKLIST_DEPTH_MAX = 8 /* conditions that hang on each other */
};

enum checklist_type {
    CHECKLIST_YES_NO,
    CHECKLIST_CHOICE,
    CHECKLIST_MULTI,
    CHECKLIST_INTEGER,
    CHECKLIST_DECIMAL,
    CHECKLIST_TEXT,
    CHECKLIST_DATE,
    CHECKLIST_PHOTO
};
extern const char *const checklist_type_names[]; /* "yes_no" …, ends with NULL */

struct checklist_option {
    const char *id;
    const char *text;
};

struct checklist_values {
    const char **v;
    size_t n;
};

struct checklist_question {
    const char *id; /* [a-z][a-z0-9_]*, once in a checklist */
    enum checklist_type type;
    const char *text;
    const char *basis;                      /* legal basis; NULL: that of the item */
    bool required;                          /* at the sign-off, as long as it is asked */
    const struct checklist_option *options; /* of choice and multi */
    size_t option_count;
    const char *unit; /* of a number, as are the next ones; NULL: none */
    const char *min;  /* an answer outside is refused */
    const char *max;
    const char *normal_min; /* an answer outside marks a problem */
    const char *normal_max;
    int64_t decimals;                /* of a decimal */
    int64_t max_length;              /* of a text; 0: CHECKLIST_LENGTH */
    struct checklist_values problem; /* answers that mark a problem */
    const char *when;                /* the earlier question that it hangs on, or NULL … */
    struct checklist_values when_in; /* … and the answers for which it is asked */
};

struct checklist {
    const char *item; /* code of the inspection item */
    int64_t version;
    const char *title;
    const struct checklist_question *questions;
    size_t n;
};

/* Whether the checklist can be published; a fault has its pointer into the document. */
enum rc checklist_check(const struct checklist *c, struct err *err) RC_CHECKED;

/* NULL when the checklist has no such question. */
const struct checklist_question *checklist_find(const struct checklist *c, const char *id);

/* Whether text has the form of a question's id. */
bool checklist_id(const char *text);

enum checklist_fault {
    CHECKLIST_FITS,
    CHECKLIST_BAD_FORM,
    CHECKLIST_BAD_OPTION,
    CHECKLIST_BAD_RANGE,
    CHECKLIST_BAD_LENGTH
};
extern const char *const checklist_fault_names[]; /* "fits", "form", "option", "range", "length" */

/* Whether a value is an answer to the question, whatever the other answers are. */
enum checklist_fault checklist_answer(const struct checklist_question *q, const char *value);
/* The same of a question that this version does not have: any text of at most
   CHECKLIST_ANSWER_MAX. */
enum checklist_fault checklist_answer_unknown(const char *value);

struct checklist_given {
    const char *question;
    const char *value; /* NULL: none */
};

enum checklist_state {
    CHECKLIST_HIDDEN,  /* its condition does not hold */
    CHECKLIST_OPEN,    /* may be answered and is not */
    CHECKLIST_MISSING, /* must be answered and is not */
    CHECKLIST_FINE,
    CHECKLIST_PROBLEM
};
extern const char *const checklist_state_names[]; /* "hidden" …, ends with NULL */

/* How each question stands; states has room for all of them. A value that does not fit counts as
   none, and of two values for one question the first counts. */
void checklist_review(const struct checklist *c, const struct checklist_given *given, size_t n,
                      enum checklist_state *states);

#endif
