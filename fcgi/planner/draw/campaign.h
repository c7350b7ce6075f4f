/* What the campaign's handlers share: campaign.c shows, campaign_step.c announces and gives up,
   value.c takes public values, teams.c closes and draws teams. */
#ifndef LIANCHA_PLANNER_CAMPAIGN_H
#define LIANCHA_PLANNER_CAMPAIGN_H

#include "planner/action.h"
#include "store/draw/campaign_draw.h"
#include "store/draw/draw.h"
#include "web/web.h"

/* The reply that every step gives: the campaign and its draws as they are now. */
enum rc planner_campaign_reply(struct web_ctx *c, int status, const char *code) RC_CHECKED;
/* Locks the campaign that the path names, and has it audited. */
enum rc planner_campaign_take(struct web_ctx *c, struct campaign *out) RC_CHECKED;
/* RC_STATE: the campaign is not in the state of that step. */
enum rc planner_campaign_wrong(struct web_ctx *c, const struct campaign *m,
                               const char *step) RC_CHECKED;
/* Whether a filed plan (struct plan) may be drawn now. */
planner_check planner_plan_draw_check;
/* Whether the steps of a campaign (struct campaign), and of one of its draws, may be made now. */
planner_check planner_announce_check;
planner_check planner_abandon_check;
planner_check planner_value_check;
planner_check planner_teams_check;
planner_check planner_close_check;
planner_check planner_differ_check; /* to say and to approve what differs */
struct planner_draw_of {
    const struct draw *draw;
    const struct campaign *campaign;
};
planner_check planner_freeze_check;
planner_check planner_withdraw_check;
struct campaign_act planner_campaign_act(const struct web_ctx *c);
/* A detail of the audit event: {"key": "text"}. */
const char *planner_audit_text(struct web_ctx *c, const char *key, const char *text);

/* What was entered of a public value. */
struct planner_value {
    struct campaign campaign; /* that of the path, locked */
    struct announcement announced;
    const char *pulse; /* of a beacon, not looked at; else NULL */
    const char *value; /* as two departments typed it; NULL: another has to, or of a beacon */
};

/* The draw's value, or the teams': by a department that the announcement names, or as a pulse by
   any that takes part. */
enum rc planner_value_take(struct web_ctx *c, bool teams, struct planner_value *out) RC_CHECKED;

#endif
