#include "domain/directory/word.h"

#include <string.h>

const char *const word_fact_names[WORD_FACTS + 1] = {
    [WORD_NAME] = "name",           [WORD_TYPE] = "type",         [WORD_ADDRESS] = "address",
    [WORD_REGION] = "region",       [WORD_LOCATION] = "location", [WORD_STATE] = "state",
    [WORD_CREDIT] = "credit_class", [WORD_KEY] = "key",           [WORD_COMPLAINTS] = "complaints",
};

const struct word *word_standing(const struct word_case *c)
{
    return c->own ? c->own : &c->stored;
}

bool word_older(const struct word_case *c)
{
    bool said = c->own || c->holder || !c->shared;
    return said && c->line.verified_on < word_standing(c)->verified_on;
}

unsigned word_differs(const struct word *x, const struct word *y)
{
    unsigned facts = 0;
    facts |= strcmp(x->state, y->state) != 0 ? 1U << WORD_STATE : 0;
    facts |= strcmp(x->credit_class, y->credit_class) != 0 ? 1U << WORD_CREDIT : 0;
    facts |= x->is_key != y->is_key ? 1U << WORD_KEY : 0;
    facts |= x->complaints != y->complaints ? 1U << WORD_COMPLAINTS : 0;
    return facts;
}

void word_take(struct word *into, const struct word *from, unsigned facts)
{
    if (facts & 1U << WORD_STATE)
        into->state = from->state;
    if (facts & 1U << WORD_CREDIT)
        into->credit_class = from->credit_class;
    if (facts & 1U << WORD_KEY)
        into->is_key = from->is_key;
    if (facts & 1U << WORD_COMPLAINTS)
        into->complaints = from->complaints;
}
