/*
 * The draw of inspectors on record: that it was made, from what, and what came out, as the text
 * that the bundle publishes (domain/draw/match_text). What it is made from is frozen with the
 * closing, the rest with the draw; later changes are adjustments.
 */
#ifndef LIANCHA_STORE_MATCH_FILE_H
#define LIANCHA_STORE_MATCH_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/visit/assignment.h"
#include "sys/db.h"

#define MATCH_FILE_PART ((size_t)1 << 20)
#define MATCH_FILE_MAX ((size_t)1 << 26)

struct match_draw {
    bool made;
    int32_t window_last;
    int64_t working_days;
    int64_t inspectors; /* different ones drawn, the neighbours' included */
};

/* Digests, as hex, of what the teams are drawn from. */
struct match_digests {
    char visits[DIGEST_HEX];
    char inspectors[DIGEST_HEX];
    char differences[DIGEST_HEX];
};

/* What the teams are drawn from, once. differences: from the rosters, as differences.txt. */
enum rc match_file_close(struct db *db, struct arena *a, int64_t campaign_id, const char *campaign,
                         const struct assignment_problem *problem, const struct buf *differences,
                         struct match_digests *digests, struct err *err) RC_CHECKED;
/* A text as it was stored: "inspectors", "visits", "differences". */
enum rc match_file_text(struct db *db, struct arena *a, int64_t campaign_id, const char *name,
                        struct buf *out) RC_CHECKED;
/* The teams. RC_CONFLICT when the campaign's inspectors were drawn already. */
enum rc match_file_store(struct db *db, struct arena *a, int64_t campaign_id, const char *campaign,
                         int64_t now, const struct match_problem *match,
                         const struct match_plan *plan, struct err *err) RC_CHECKED;
enum rc match_file_draw(struct db *db, int64_t campaign_id, struct match_draw *out) RC_CHECKED;

#endif
