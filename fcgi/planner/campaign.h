/* What the campaign's handlers share: campaign.c shows, campaign_step.c moves it on. */
#ifndef LIANCHA_PLANNER_CAMPAIGN_H
#define LIANCHA_PLANNER_CAMPAIGN_H

#include "store/campaign.h"
#include "store/draw.h"
#include "web/web.h"

/* "筹备中", "已承诺" … */
const char *planner_campaign_state(enum campaign_state state);
/* The reply that every step gives: the campaign and its draws as they are now. */
enum rc planner_campaign_reply(struct web_ctx *c, int status, const char *code) RC_CHECKED;

#endif
