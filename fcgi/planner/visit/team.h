/* Teams of sections after the draw of inspectors: what adjustments and substitutions share. */
#ifndef LIANCHA_PLANNER_TEAM_H
#define LIANCHA_PLANNER_TEAM_H

#include "store/draw/teams.h"
#include "store/visit/adjustment.h"
#include "store/visit/assignment.h"
#include "web/web.h"

/* A campaign whose inspectors were drawn, and one of its sections. */
struct team {
    const struct adjustment_section *section;
    struct match_draw draw;
    struct team_problem problem;
    size_t index; /* of the section in the problem */
};

/* RC_STATE when the campaign's inspectors were not drawn yet. */
enum rc team_load(struct web_ctx *c, const struct adjustment_section *section,
                  struct team *out) RC_CHECKED;
/* Who joins by the rule when leaver_id (0: nobody) is gone, up to size members. */
enum rc team_complete(struct web_ctx *c, const struct team *team, int64_t leaver_id, unsigned size,
                      struct match_plan *plan) RC_CHECKED;
/* Whether who joined a visit that was dispatched keeps his caps with it, by the day and the year:
   RC_STATE with the one that he does not. */
enum rc team_fits(struct web_ctx *c, const struct adjustment_section *section,
                  int64_t inspector_id) RC_CHECKED;
/* Whether somebody may be assigned by hand: RC_STATE with the reason why not. */
enum rc team_direct(struct web_ctx *c, const struct team *team, int64_t inspector_id,
                    int64_t leaver_id, uint8_t ticket[DIGEST_SIZE]) RC_CHECKED;
/* The plan's joiners: assignments, and records of this kind from the one numbered first on. */
enum rc team_join(struct web_ctx *c, const struct team *team, const struct match_plan *plan,
                  const char *kind, size_t first, const char *reason) RC_CHECKED;

#endif
