/*
 * Whose word holds where several departments have one subject in their directories.
 *
 * What bears on a draw (state, credit class, key, complaints) is each department's own word in its
 * own directories. What a subject is, and where (name, type, address, region, location), is one for
 * all. The authority for a fact decides it for all. Whatever else a department says about a subject
 * that others have too changes nothing for them: it is a proposal.
 */
#ifndef LIANCHA_DOMAIN_WORD_H
#define LIANCHA_DOMAIN_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum word_fact {
    WORD_NAME,
    WORD_TYPE,
    WORD_ADDRESS,
    WORD_REGION,
    WORD_LOCATION,
    WORD_STATE, /* from here on what bears on a draw */
    WORD_CREDIT,
    WORD_KEY,
    WORD_COMPLAINTS,
    WORD_FACTS
};
/* As the schema has them; ends with NULL. */
extern const char *const word_fact_names[WORD_FACTS + 1];

/* What bears on a draw, as one department has it. */
struct word {
    const char *state;        /* "open" or "closed" */
    const char *credit_class; /* "A" … "D" */
    bool is_key;
    int64_t complaints;
    int32_t verified_on;
};

/* How a line about a stored subject meets what is stored. */
struct word_case {
    struct word stored;     /* the subject's own */
    const struct word *own; /* the department's word, NULL: it has none … */
    bool holder;            /* … and whether it has the subject in a directory already */
    bool shared;            /* others have it in theirs */
    struct word line;
};

/* The word by which the department draws. */
const struct word *word_standing(const struct word_case *c);
/* Whether the line is older than what the department said last: then it is not taken over. Of what
   others say no date counts. */
bool word_older(const struct word_case *c);
/* Facts, by bit, that differ; verified_on aside. */
unsigned word_differs(const struct word *x, const struct word *y);
/* into, with the facts of the mask taken from from. */
void word_take(struct word *into, const struct word *from, unsigned facts);

#endif
