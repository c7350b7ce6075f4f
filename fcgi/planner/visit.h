/* What the handlers of a campaign's visits share. */
#ifndef LIANCHA_PLANNER_VISIT_H
#define LIANCHA_PLANNER_VISIT_H

#include "store/campaign.h"
#include "store/visit.h"
#include "web/web.h"

enum { VISIT_REPORT_MAX = 200 }; /* cases that a reply lists; it always counts all */

/*
 * The campaign of the path, locked: initiated by the actor's department, its results
 * revealed: nobody is visited on a draw that may still be abandoned, or that nobody can replay. Otherwise
 * the code and c->err.
 */
enum rc visit_own_campaign(struct web_ctx *c, struct campaign *campaign) RC_CHECKED;
/* A new code to be read out at the door. */
void visit_door_code(char out[VISIT_DOOR_CODE]);

#endif
