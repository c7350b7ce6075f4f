/*
 * What is published, by when (R01 to R03), and what is masked before (R34).
 */
#ifndef LIANCHA_DOMAIN_PUBLICATION_H
#define LIANCHA_DOMAIN_PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
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

struct publication_masked {
    unsigned phones; /* mobile and fixed */
    unsigned ids;    /* identity cards of 18 or 15 characters */
    unsigned cards;  /* bank cards */
    unsigned emails;
    unsigned addresses; /* room and house numbers in an address */
};

#define PUBLICATION_TEXT_MAX 20000    /* bytes of a text */
#define PUBLICATION_EXCEPTIONS_MAX 64 /* texts */

/*
 * A copy of the UTF-8 text in which personal data is replaced by ＊, one for each character:
 *  - mobile numbers (11 digits from 13 to 19, also with 0, 86 or 0086 before them), fixed numbers
 *    with an area code, identity cards (18 or 15 characters), bank cards, and any other run of 15
 *    digits or more; digits may be full-width, and grouped by blanks, hyphens, points, brackets;
 *  - e-mail addresses; numbers and account names behind 电话, 手机, 传真, 微信, QQ, 联系方式;
 *  - what stands behind 住址, 家庭住址, 户籍地 … up to the end of the phrase, and in an address that
 *    goes down to a unit or room (12号 … 3号楼2单元501室) its numbers.
 * Names are not guessed. "501室" alone is a place of the check and stays.
 *
 * exceptions: the enterprise's own codes, permit numbers, address, which are published: where one
 * of them stands as a whole, it stays; only the first PUBLICATION_EXCEPTIONS_MAX count. masked may
 * be NULL. A text above the cap, or not UTF-8, is masked as a whole: one ＊ alone.
 */
char *publication_mask(struct arena *a, const char *text, const char *const *exceptions,
                       size_t exception_count, struct publication_masked *masked);

#endif
