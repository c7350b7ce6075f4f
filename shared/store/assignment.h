/*
 * Inspectors of sections: what domain/match draws from, and what it drew.
 */
#ifndef LIANCHA_STORE_ASSIGNMENT_H
#define LIANCHA_STORE_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/match.h"
#include "sys/db.h"

/* A match_problem without rule, seed and window, and the rows its indexes stand for. */
struct assignment_problem {
    struct match_problem match;
    int64_t *section_ids;
    int64_t *inspector_ids;
    const char *const *specialties; /* names by bit */
};

/*
 * All sections of the campaign, and all inspectors of the kinds of departments among them; carried
 * is what an inspector was assigned since year_start (an instant) in other campaigns. Areas, recusals
 * and specialties included. RC_TOO_LARGE beyond the caps of domain/match.
 */
enum rc assignment_problem(struct db *db, struct arena *a, int64_t campaign_id, int64_t year_start,
                           struct assignment_problem *out, struct err *err) RC_CHECKED;

/* reasons: by section, NULL where nothing had to be explained. */
enum rc assignment_store(struct db *db, struct arena *a, const struct assignment_problem *problem,
                         const struct match_plan *plan, const char *const *reasons) RC_CHECKED;
enum rc assignment_count(struct db *db, int64_t campaign_id, int64_t *n) RC_CHECKED;

struct assignment {
    int64_t section_id;
    const char *card_no;
    const char *name;
    const char *department; /* of the inspector */
    const char *source;
    const char *reason;
};

/* The teams of a visit, by section and card number. */
enum rc assignment_of_visit(struct db *db, struct arena *a, int64_t visit_id,
                            struct assignment **assignments, size_t *n) RC_CHECKED;

#endif
