/* Rosters of draws: the inspectors as frozen with the draw, and committed to
   (domain/draw/roster.h). */
#ifndef LIANCHA_STORE_ROSTER_H
#define LIANCHA_STORE_ROSTER_H

#include "base/digest.h"
#include "domain/draw/roster.h"
#include "store/draw/draw.h"
#include "store/draw/pool.h"

#define ROSTER_MAX ((size_t)1 << 26) /* bytes of a roster */

struct roster_frozen {
    char sha256[DIGEST_HEX]; /* by the campaign's rule */
    size_t inspectors;
};

/* Freezes the roster of a draw whose row the caller has locked: writes its pieces, marks the
   draw. */
enum rc roster_freeze(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                      const struct pool_terms *terms, struct roster_frozen *out,
                      struct err *err) RC_CHECKED;
/*
 * The rosters of all draws as one, of the kinds of the problem's sections, each proved by its
 * digest: RC_STATE when one is not what was committed to. *complete is false, and nothing is read,
 * when a draw has none.
 */
enum rc roster_of_campaign(struct db *db, struct arena *a, int64_t campaign_id, enum draw_rule rule,
                           const struct match_problem *problem, struct match_words *words,
                           struct roster *out, bool *complete, struct err *err) RC_CHECKED;

#endif
