/*
 * The public value of a draw: where it comes from, what it has to look like, whether it does.
 *
 *   lottery  a numbered public lottery; typed by accounts of two of the departments
 *   dice     thrown before witnesses, the n-th number by the n-th department; typed by two of them
 *   beacon   a round of a beacon that signs its pulses (domain/draw/pulse.h); typed by nobody
 *
 * Form of lottery and dice: groups joined by '+', each COUNTxLOW-HIGH, with '<' behind it when its
 * numbers are distinct and ascend. LOW and HIGH have the same number of digits, and so has each
 * number. The value is all numbers, one blank between two: by "6x01-33<+1x01-16" e.g. "03 08 14 19
 * 25 31 07". The form of a beacon is "hex64": 64 lowercase hex digits.
 */
#ifndef LIANCHA_DOMAIN_DRAW_VALUE_H
#define LIANCHA_DOMAIN_DRAW_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

enum value_kind { VALUE_LOTTERY, VALUE_DICE, VALUE_BEACON };
extern const char *const value_kind_names[]; /* ends with NULL */

#define VALUE_TEXT_MAX 400       /* bytes of a source, an issue, a place, a value */
#define VALUE_NUMBERS_MAX 64     /* numbers of a value */
#define VALUE_DIGITS_MAX 6       /* of a number */
#define VALUE_DEPARTMENTS_MAX 16 /* that type, or throw */
/* A form with fewer outcomes could be waited for, or bought: three dice have 216. */
#define VALUE_OUTCOMES_MIN 216
#define VALUE_BEACON_FORM "hex64"

/* What is announced of the value before it exists. */
struct value_source {
    enum value_kind kind;
    const char *source; /* "双色球", a beacon's name, where the dice are thrown */
    const char
        *issue; /* of the lottery; a beacon's round, decimal; of dice what the minutes call it */
    const char *form;
    int64_t at;                     /* instant of the value */
    const char *place;              /* where it is published */
    const char *key;                /* beacon: digest of the file with its public key; else NULL */
    const char *const *departments; /* lottery and dice: two at least, all different; else none */
    size_t department_count;
};

/* RC_INVALID with the member at fault as pointer, "/form" … */
enum rc value_source_check(const struct value_source *source, struct err *err) RC_CHECKED;
/* RC_INVALID unless the text has the form that was announced. */
enum rc value_check(const struct value_source *source, const char *value,
                    struct err *err) RC_CHECKED;

#endif
