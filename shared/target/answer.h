/* What a target says of a message, however it says it. */
#ifndef LIANCHA_TARGET_ANSWER_H
#define LIANCHA_TARGET_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

enum answer_verdict {
    ANSWER_ACCEPTED,  /* with its receipt */
    ANSWER_REFUSED,   /* for good: sending it again would change nothing */
    ANSWER_UNTOUCHED, /* surely not accepted; may be sent again later */
    ANSWER_UNKNOWN,   /* it may have been accepted */
    ANSWER_WAITING,   /* handed over; an answer is not due yet */
    ANSWER_ABSENT,    /* asked for: the target never accepted it */
    ANSWER_NOTHING,   /* it has not what was to be taken back */
};

struct answer {
    enum answer_verdict verdict;
    const char *receipt;
    const char *reason;     /* for a person; NULL when accepted, absent or waiting */
    int64_t retry_after_ms; /* -1: the target did not say */
};

/* form: # is a digit, @ a capital hexadecimal digit, each other character itself. */
bool answer_is_receipt(const char *form, const char *text);
/* What the message's receipt or answer with this code means; NULL: no code was found. */
bool answer_is_code(const char *wanted, const char *code);

#endif
