/*
 * Rosters: the inspectors whom a draw's visits may be matched with, frozen and committed to with
 * the draw's snapshot, so that nobody who knows the seed can choose who is there to be drawn.
 *
 *   roster-<draw>.txt  liancha-roster/1<TAB>DRAW<TAB>LAST-DAY, then lines as in inspectors.txt
 *                      (domain/draw/match_text.h)
 *
 * LAST-DAY is the last day of the draw's plan. The lines are those of all inspectors of the kind of
 * the draw's department in the cities of its strata, with their recusals from subjects of its
 * scope.
 *
 * The rosters of a campaign are one: an inspector's line is that of the first draw, by id, whose
 * roster has the card; the recusals are those of all.
 *
 * The match draws from the rosters, of the kinds that have sections. A change since the freeze
 * counts where it narrows, taking somebody out of reach, and never where it widens. An inspector
 * who now
 *
 *   is another department's, or gone         is taken as off duty
 *   is off duty                              is off duty
 *   has a card that ends earlier             has it
 *   may make fewer visits a day or a year    makes no more
 *   has fewer specialties or areas           has these; without any left, is taken as off duty
 *   is recused from more subjects            is recused from them
 *
 * Later days, more specialties, return to duty, and inspectors who stand in no roster do not count.
 * Only the visits of other campaigns are as they are now, more or fewer: others' draws make them.
 * Every difference that counts is listed.
 *
 *   differences.txt    liancha-differences/1<TAB>CAMPAIGN, then ascending by card, then in the
 *   order of
 *                      enum roster_field, recusals bytewise by subject
 *                      CARD FIELD COMMITTED USED CAUSE TIME BY
 */
#ifndef LIANCHA_DOMAIN_ROSTER_H
#define LIANCHA_DOMAIN_ROSTER_H

#include "base/buf.h"
#include "domain/draw/match_text.h"

struct roster {
    int32_t last_day;                         /* of several rosters the earliest */
    const struct match_inspector *inspectors; /* ascending by card */
    size_t count;
};

/* The inspectors may come in any order. The caller looks at out->full. */
void roster_text(struct buf *out, const char *draw, const struct roster *roster,
                 const char *const *specialties);
/* RC_MALFORMED with "line N" as err->pointer. */
enum rc roster_read(struct arena *a, const char *draw, const char *text, size_t size,
                    struct match_words *words, struct roster *out, struct err *err) RC_CHECKED;
/* Rosters in the order of their draws as one, of the kinds of the problem's sections. */
void roster_join(struct arena *a, const struct roster *rosters, size_t count,
                 const struct match_problem *problem, struct roster *out);

/*
 * What the match may use of the problem's inspectors, who are as they are now: at the same places
 * those narrowed to the roster, or uncommitted; behind them, off duty, those who are in the roster
 * alone.
 */
void roster_narrow(struct arena *a, const struct roster *roster, struct match_problem *problem);

enum roster_field {
    ROSTER_LISTED, /* whether there is a line */
    ROSTER_DEPARTMENT,
    ROSTER_CARD, /* its last day */
    ROSTER_DUTY,
    ROSTER_DAILY,
    ROSTER_TOTAL,
    ROSTER_CARRIED,
    ROSTER_SPECIALTIES,
    ROSTER_AREAS,
    ROSTER_RECUSAL,
    ROSTER_FIELD_COUNT
};

struct roster_difference {
    const char *card;
    enum roster_field field;
    const char *committed; /* as the text has it; a recusal: "-", or the subject that is left out */
    const char *used;
    bool counts; /* false: nothing that narrows, so it may not be used */
};

const char *roster_field_name(enum roster_field field);

/* What differs between a roster and what a match used of it, in the order of the text. */
void roster_compare(struct arena *a, const struct roster *roster,
                    const struct match_problem *problem, const char *const *specialties,
                    struct roster_difference **out, size_t *count);

/*
 * How many inspectors the match would have drawn by the facts of the roster, and did not because
 * these are narrower now: recusals and the visits of other campaigns are no such facts. problem and
 * plan are those of the match that was made.
 */
enum rc roster_displaced(struct arena *a, const struct roster *roster,
                         const struct match_problem *problem, const struct match_plan *plan,
                         size_t *count, struct err *err) RC_CHECKED;

/* Why a difference is there: declared or by rule (recusals), elsewhere (visits of other campaigns),
   or as its department says: left, absent, card, duty, correction. */
extern const char *const roster_causes[]; /* ends with NULL */
enum { ROSTER_CAUSES_SAID = 3 };          /* the first of those that a department says */

struct roster_note {
    const char *cause;
    int64_t at;             /* when a second account approved it; 0: nobody has, or unknown */
    const char *department; /* whose word it is; NULL: nobody */
};

void roster_differences_text(struct buf *out, const char *campaign,
                             const struct roster_difference *differences, size_t count,
                             const struct roster_note *notes);

#endif
