/* Results of a check: the four classes (R04), and what a platform's result code says of them. */
#ifndef LIANCHA_DOMAIN_RESULT_H
#define LIANCHA_DOMAIN_RESULT_H

#include <stdbool.h>
#include <stddef.h>

enum result_class {
    RESULT_NONE, /* the code alone does not say; the inspector does */
    RESULT_NO_PROBLEM,
    RESULT_CORRECTED,
    RESULT_PENALTY,
    RESULT_UNREACHABLE
};

/* "no_problem", "corrected", "penalty", "unreachable"; "" for RESULT_NONE. */
const char *result_class_name(enum result_class class);
/* RESULT_NONE when it is none of the four names. */
enum result_class result_class_parse(const char *name);

/* The class that a code of the market-regulation platforms (1 … 12, A … G) fixes: 1 no problem; E
   corrected; A penalty (the case is to follow); 6 and 7 unreachable; any other RESULT_NONE. The
   vocabulary itself is reference data (schema/reference/result-codes.csv) and may say more. */
enum result_class result_class_of(const char *code);

/* Whether something could be checked: not of 6 to 12 (nobody there, refused, no longer in business)
   and F (does not do this business). Only then a checklist has to be answered. */
bool result_checked(const char *code);

/* The class of a section: the worst of its checks, penalty > corrected > no problem. RESULT_NONE
   does not count; unreachable only where nothing else is, because then nothing was checked. */
enum result_class result_worst(const enum result_class *classes, size_t count);

#endif
