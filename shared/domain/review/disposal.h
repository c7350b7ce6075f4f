/*
 * What follows a finding (R25): a correction order with a deadline, lenient treatment with its
 * basis, a case. An order never takes the place of a case: one that is not obeyed, which only its
 * deadline shows, ends only once there is a case; and a case that ended in a penalty ends only once
 * the penalty is on record, for it has to become public (R02).
 */
#ifndef LIANCHA_DOMAIN_DISPOSAL_H
#define LIANCHA_DOMAIN_DISPOSAL_H

#include <stdbool.h>
#include <stdint.h>

struct disposal_made {
    const char *kind;   /* "order", "lenient", "case" */
    const char *number; /* NULL: none */
    const char *basis;  /* NULL: none */
    int32_t checked_on;
    int32_t issued_on;
    int32_t due_on; /* 0: none */
    int32_t today;
};

struct disposal_ending {
    const char *kind;
    const char *outcome;
    const char *method; /* how an order was looked at again; NULL: it was not */
    int32_t issued_on;
    int32_t ended_on;
    int32_t today;
    bool has_case; /* of the same section, as what follows */
    bool has_penalty;
    int32_t due_on;
    int64_t inspectors; /* who looked again on the spot; of a department as many as at a check */
    int64_t inspectors_minimum;
};

/* Why it cannot be, for a person, with the JSON pointer of what is at fault; NULL: it can. */
const char *disposal_made_fault(const struct disposal_made *made, const char **pointer);
const char *disposal_end_fault(const struct disposal_ending *end, const char **pointer);

#endif
