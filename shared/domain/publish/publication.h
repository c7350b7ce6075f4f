/*
 * What is published, by when (R01 to R03). What is masked before: personal.h.
 */
#ifndef LIANCHA_DOMAIN_PUBLICATION_H
#define LIANCHA_DOMAIN_PUBLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/workday.h"

enum publication_kind {
    PUBLICATION_INSPECTION, /* no-problem, corrected and unreachable results; from completion */
    PUBLICATION_PENALTY     /* from the decision */
};

struct publication_rules {
    unsigned inspection_days; /* working days, R01: 20 */
    unsigned penalty_days;    /* working days, R02: 7 */
};

/* "inspection", "penalty". */
const char *publication_kind_name(enum publication_kind kind);
bool publication_kind_parse(const char *name, enum publication_kind *kind);

/* The last day to publish what was triggered (completed, decided) on that day. */
struct workday_due publication_due(const struct workday_calendar *calendar,
                                   const struct publication_rules *rules,
                                   enum publication_kind kind, int32_t triggered_on);

/* What a field of a publication is called in Chinese, by its name in the national publicity system;
   a field that is not published by these rules keeps its name. */
const char *publication_field_title(const char *name);

#endif
