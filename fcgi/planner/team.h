/* Teams of sections after the draw of inspectors: what adjustments and substitutions share. */
#ifndef LIANCHA_PLANNER_TEAM_H
#define LIANCHA_PLANNER_TEAM_H

#include "store/adjustment.h"
#include "store/assignment.h"
#include "store/match_file.h"
#include "store/roster.h"
#include "web/web.h"

/* Rules and the year as of now. */
enum rc team_terms(struct web_ctx *c, const char *region, struct pool_terms *out) RC_CHECKED;

/* Sections and inspectors of a campaign. */
struct team_problem {
    struct assignment_problem drawn;   /* inspectors as the rosters let the rule see them … */
    const struct match_inspector *now; /* … and, at the same places, as they are */
    struct roster roster;
    bool committed; /* there are rosters; else both are the same */
};

/* Without seed and window. RC_STATE when a roster is not the one committed to. */
enum rc team_problem(struct web_ctx *c, int64_t campaign_id, const char *rule, const char *region,
                     struct team_problem *out) RC_CHECKED;

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
/* Whether somebody may be assigned by hand: RC_STATE with the reason why not. */
enum rc team_direct(struct web_ctx *c, const struct team *team, int64_t inspector_id,
                    int64_t leaver_id, uint8_t ticket[DIGEST_SIZE]) RC_CHECKED;
/* The plan's joiners: assignments, and records of this kind from the one numbered first on. */
enum rc team_join(struct web_ctx *c, const struct team *team, const struct match_plan *plan,
                  const char *kind, size_t first, const char *reason) RC_CHECKED;

#endif
