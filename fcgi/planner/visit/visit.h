/* What the handlers of a campaign's visits share. */
#ifndef LIANCHA_PLANNER_VISIT_H
#define LIANCHA_PLANNER_VISIT_H

#include "planner/action.h"
#include "store/draw/campaign.h"
#include "store/visit/visit.h"
#include "web/web.h"

enum { VISIT_REPORT_MAX = 200 }; /* cases that a reply lists; it always counts all */

/*
 * The campaign of the path, locked: initiated by the actor's department, its results
 * revealed: nobody is visited on a draw that may still be abandoned, or that nobody can replay.
 * Otherwise the code and c->err.
 */
enum rc visit_own_campaign(struct web_ctx *c, struct campaign *campaign) RC_CHECKED;
/* Whether that holds of a campaign (struct campaign), and whether its visits may be made and dated
   now. */
planner_check visit_campaign_check;
planner_check visit_create_check;
planner_check visit_schedule_check;
planner_check visit_dispatch_check;
/* Of a struct visit: whether its day may be decided by hand, or kept from schedules. */
planner_check visit_move_check;
planner_check visit_cancel_check;
planner_check visit_pin_check;
/* Of a struct planner_draw_of: whether a subject may be given up. */
planner_check visit_substitute_check;
/* RC_STATE until the campaign's visits are made. */
enum rc visit_made(struct web_ctx *c, const struct campaign *campaign) RC_CHECKED;
/* RC_STATE where that section, or 0: one of the campaign, has more items than one can be published
   with. */
enum rc visit_check_length(struct web_ctx *c, int64_t campaign_id, int64_t section_id) RC_CHECKED;
/* What an inspector may do in a day, and how often an enterprise is visited, into window. */
enum rc visit_limits(struct web_ctx *c, const char *region, struct visit_stops *stops,
                     struct visitplan_window *window) RC_CHECKED;
/* How few inspectors a section may have. */
enum rc visit_team_minimum(struct web_ctx *c, const char *region, int64_t *minimum) RC_CHECKED;
/* What stands beside the stops, from the month before the window's first day to that behind its
   last; planned: dated visits that are no stops too. */
enum rc visit_stand(struct web_ctx *c, struct visit_stops *stops, bool planned,
                    struct visitplan_window *window) RC_CHECKED;

/* Stops, their days, and what comes of it. */
struct visit_planning {
    struct visit_stops stops; /* set before */
    struct visitplan_window window;
    struct visitplan_dates dates;
    struct visit_outcome outcome;
    size_t moved; /* that had another date before */
};

enum rc visit_working_days(struct web_ctx *c, int32_t first, int32_t last,
                           struct visitplan_window *out) RC_CHECKED;
/* Of dates: the outcome, and how many moved. */
void visit_settle(struct web_ctx *c, struct visit_planning *planning);
/* Of a set of rules (enum visitplan_rule) what each says. */
const char *visit_rules_text(struct web_ctx *c, unsigned set, const char *between);

/* Whether visits may be dated from one day to another one: RC_INVALID with the pointer. */
enum rc visit_period(struct web_ctx *c, int32_t from, int32_t to) RC_CHECKED;
/* Plans the stops by the region's rules; writes nothing. */
enum rc visit_plan(struct web_ctx *c, const char *region, int32_t from, int32_t to,
                   struct visit_planning *planning) RC_CHECKED;
/* "undated_visits": up to VISIT_REPORT_MAX, each with the rules that leave it no day. */
void visit_put_undated(struct web_ctx *c, struct jsonw *w, const struct visit_planning *planning);
/* A new code to be read out at the door. */
void visit_door_code(char out[VISIT_DOOR_CODE]);

#endif
