/* The pages, one file per subject, and the table that maps URLs to them. */
#ifndef LIANCHA_PUBLIC_ROUTES_H
#define LIANCHA_PUBLIC_ROUTES_H

#include "web/web.h"

extern const struct web_route public_routes[];

/* results.c */
web_handler public_results;
extern const struct web_input public_results_query;

/* result.c */
web_handler public_result;

/* subject.c */
web_handler public_subject;

/* lists.c */
web_handler public_items;
web_handler public_plans;
extern const struct web_input public_items_query;
extern const struct web_input public_plans_query;

/* open.c */
web_handler public_results_csv;
web_handler public_results_json;
web_handler public_feed;
web_handler public_recent;
web_handler public_sitemap;

/* draws.c */
web_handler public_draws;
web_handler public_announcement;
web_handler public_announcement_qr;
web_handler public_closing;
web_handler public_picks;
web_handler public_drawn;
web_handler public_substitutes;
extern const struct web_input public_draws_query;
extern const struct web_input public_picks_query;

/* notice.c */
web_handler public_notice;

/* rating.c */
web_handler public_rating_form;
web_handler public_rating_add;

/* objection.c */
web_handler public_objection_form;
web_handler public_objection_add;
web_handler public_objection;

/* proof.c */
web_handler public_proof;

/* bundle.c */
web_handler public_bundle;

#endif
