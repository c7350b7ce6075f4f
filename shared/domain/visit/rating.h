/*
 * What an enterprise says of a visit (评价), once: four questions, each answered by 1 (very bad) to
 * 5 (very good), and a text that it may leave out.
 */
#ifndef LIANCHA_DOMAIN_RATING_H
#define LIANCHA_DOMAIN_RATING_H

#include <stdint.h>

enum {
    RATING_LOWEST = 1, /* these four as views/rating_entry.sql has them */
    RATING_HIGHEST = 5,
    RATING_CONTENT_MAX = 500, /* code points */
    RATING_STEP = 5           /* departments read sums of so many, or of a multiple of it */
};

struct rating {
    int64_t lawful;      /* cards shown, basis and items told, nothing beyond them; 0: left out */
    int64_t burden;      /* little of it */
    int64_t conduct;     /* civil, fair, clean */
    int64_t guidance;    /* what is wrong, and how to mend it, was explained */
    const char *content; /* NULL: nothing */
};

/* What is wrong with it, for a person, and with which member; NULL: nothing. */
const char *rating_fault(const struct rating *rating, const char **member);

#endif
