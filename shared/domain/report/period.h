/* The period that a report is about, and by which it is numbered. */
#ifndef LIANCHA_DOMAIN_PERIOD_H
#define LIANCHA_DOMAIN_PERIOD_H

#include <stdint.h>

#include "base/rc.h"

enum report_kind {
    REPORT_BULLETIN, /* 通报: of a campaign, without a period */
    REPORT_WEEKLY,
    REPORT_MONTHLY,
    REPORT_MIDYEAR, /* due before the half-year ends: from 1 January to a day of its last months */
    REPORT_ANNUAL,  /* the same of a year */
    REPORT_SPECIAL,
    REPORT_KINDS
};
enum { REPORT_SPECIALS = 1000 }; /* numbers of a year */

/*
 * Days in China's time. RC_INVALID with /from or /to: no such period, or it has not ended. number:
 * year and week, year and month, or year; of a special report the one before the first of its
 * year.
 */
enum rc report_period(enum report_kind kind, int32_t from, int32_t to, int32_t today,
                      int64_t *number, struct err *err) RC_CHECKED;

/*
 * When the summary is due that one is to be reminded of: the next from a month before, until
 * then still the last, which may be owed. month_day: as the rule has it, 1115; 0:
 * none is due, which is answered with 0.
 */
int32_t report_due(int64_t month_day, int32_t today);
/* The year that a summary is about which is due that day: the year before where it could not be
   issued of this one yet. */
int report_due_year(enum report_kind kind, int32_t due);

#endif
