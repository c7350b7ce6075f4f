/*
 * Rosters: the inspectors whom a draw's visits may be matched with, frozen and committed to with the
 * draw's snapshot, so that nobody who knows the seed can choose who is there to be drawn.
 *
 *   roster-<draw>.txt  liancha-roster/1<TAB>DRAW<TAB>LAST-DAY, then lines as in inspectors.txt
 *                      (domain/match_text.h)
 *
 * LAST-DAY is the last day of the draw's plan. The lines are those of all inspectors of the kind of
 * the draw's department in the cities of its strata, with their recusals from subjects of its scope.
 */
#ifndef LIANCHA_DOMAIN_ROSTER_H
#define LIANCHA_DOMAIN_ROSTER_H

#include "base/buf.h"
#include "domain/match_text.h"

struct roster {
    int32_t last_day;
    const struct match_inspector *inspectors; /* ascending by card */
    size_t count;
};

/* The inspectors may come in any order. The caller looks at out->full. */
void roster_text(struct buf *out, const char *draw, const struct roster *roster,
                 const char *const *specialties);
/* RC_MALFORMED with "line N" as err->pointer. */
enum rc roster_read(struct arena *a, const char *draw, const char *text, size_t size,
                    struct match_words *words, struct roster *out, struct err *err) RC_CHECKED;

#endif
