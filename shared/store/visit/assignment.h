/*
 * Inspectors of sections: what domain/draw/match draws from, and what it drew.
 */
#ifndef LIANCHA_STORE_ASSIGNMENT_H
#define LIANCHA_STORE_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/draw/match.h"
#include "store/draw/pool.h"
#include "sys/db.h"

/* A match_problem without rule, seed and window, and the rows its indexes stand for. */
struct assignment_problem {
    struct match_problem match;
    int64_t *section_ids;
    int64_t *inspector_ids;
    size_t inspector_count; /* of those ids; the match may have more inspectors behind them */
    struct match_words *words;
};

/*
 * All sections of the campaign, and all inspectors of the kinds of departments among them; carried
 * is what an inspector was assigned since year_start in other campaigns. Areas, recusals and
 * specialties included; recused is who declared it, and by rule (R30) who found nothing at that
 * enterprise clean_limit times since clean_since. Both id lists ascend. RC_TOO_LARGE beyond the
 * caps of domain/draw/match.
 */
enum rc assignment_problem(struct db *db, struct arena *a, int64_t campaign_id,
                           const struct pool_terms *terms, struct assignment_problem *out,
                           struct err *err) RC_CHECKED;
/* The index of an id in one of the problem's ascending lists, or MATCH_NOBODY. */
size_t assignment_index(const int64_t *ids, size_t n, int64_t id);
/* All assignments of the campaign that stand, but for that of one inspector to one section. */
enum rc assignment_members(struct db *db, struct arena *a, int64_t campaign_id,
                           const struct assignment_problem *problem, int64_t but_section,
                           int64_t but_inspector, struct match_member **members,
                           size_t *n) RC_CHECKED;
enum rc assignment_remove(struct db *db, int64_t section_id, int64_t inspector_id) RC_CHECKED;
/* ticket: DIGEST_SIZE bytes. RC_CONFLICT when the inspector is in that team. */
enum rc assignment_add(struct db *db, int64_t section_id, int64_t inspector_id,
                       enum match_source source, const char *reason,
                       const uint8_t *ticket) RC_CHECKED;

/* What an inspector has beside a visit, that one included when it is his too. */
struct assignment_load {
    int32_t planned_on; /* of the visit */
    int64_t same_day;   /* entries of dispatched visits on its day */
    bool elsewhere;     /* one of them is in another district */
    int64_t max_daily;
    int64_t this_year; /* sections since year_start, of campaigns that hold */
    int64_t max_total;
};
enum rc assignment_load(struct db *db, int64_t visit_id, int64_t inspector_id, int64_t year_start,
                        struct assignment_load *out) RC_CHECKED;

/*
 * The teams of a match whose sections ascend by visit, then department. reasons: by section, NULL
 * where nothing had to be explained. RC_STATE when the campaign's sections are not those of the
 * match.
 */
enum rc assignment_store(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct match_problem *match, const struct match_plan *plan,
                         const char *const *reasons, struct err *err) RC_CHECKED;
enum rc assignment_count(struct db *db, int64_t campaign_id, int64_t *n) RC_CHECKED;

struct assignment {
    int64_t section_id;
    const char *card_no;
    const char *name;
    const char *department; /* of the inspector */
    const char *source;
    const char *reason;
};

extern const struct row_set assignment_rows;

/* The teams of a visit, by section and card number. */
enum rc assignment_of_visit(struct db *db, struct arena *a, int64_t visit_id,
                            struct row_page *team) RC_CHECKED;

#endif
