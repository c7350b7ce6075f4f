/*
 * The teams of a campaign by rule liancha-draw/2 (fcgi/public/rule-2.md): first what they are drawn
 * from is closed, before the second public value exists; then that value is entered and the teams
 * are drawn, in one transaction. Whoever calls holds the campaign by campaign_lock.
 */
#ifndef LIANCHA_STORE_TEAMS_H
#define LIANCHA_STORE_TEAMS_H

#include "store/draw/campaign_draw.h"
#include "store/draw/match_file.h"
#include "store/draw/roster.h"
#include "store/draw/roster_change.h"

/* Sections and inspectors of a campaign. */
struct team_problem {
    struct assignment_problem drawn;   /* inspectors as the rosters let the rule see them … */
    const struct match_inspector *now; /* … and, at the same places, as they are */
    struct roster roster;
};

/* Rules and the year as of now. */
enum rc teams_terms(struct db *db, struct arena *a, const char *region, int64_t now,
                    struct pool_terms *out, struct err *err) RC_CHECKED;

/* Without seed and window. RC_STATE when a roster is not the one committed to. */
enum rc teams_problem(struct db *db, struct arena *a, const struct campaign *campaign, int64_t now,
                      struct team_problem *out, struct err *err) RC_CHECKED;

/* Where the inspectors as they are now differ from the rosters. */
struct teams_differences {
    struct roster_difference *v;
    struct roster_note *notes;
    size_t n;
    size_t unexplained; /* facts of which no department has said why they differ */
    size_t unapproved;  /* said, and not approved by a second account */
};

enum rc teams_differences(struct db *db, struct arena *a, const struct campaign *campaign,
                          const struct team_problem *problem, int64_t now,
                          struct teams_differences *out) RC_CHECKED;

struct teams_closed {
    char digest[DIGEST_HEX]; /* of the closing */
    size_t differences;
    size_t left_out; /* differences that nobody had approved: they do not count */
};

/*
 * Closes what the teams are drawn from, with the differences that are approved. From the second
 * value's time on it may be known, so that nothing counts any more but what was announced: the
 * rosters alone. RC_STATE without visits, when it is closed already, or without a day left.
 */
enum rc teams_close(struct db *db, struct arena *a, const struct campaign *campaign,
                    const struct announcement *announced, const struct campaign_act *act,
                    struct teams_closed *out, struct err *err) RC_CHECKED;

struct teams_drawn {
    struct match_problem match;
    struct match_plan plan;
    const char **reasons; /* of each section that is short; NULL for the others */
    size_t differences;
    size_t displaced;
};

/* Draws the teams from the announced second value, which the caller has found to be in order;
   closes first what nobody closed. RC_STATE before its time or after its latest, when they are
   drawn, or when what was closed is not what is stored. */
enum rc teams_draw(struct db *db, struct arena *a, const struct campaign *campaign,
                   const struct announcement *announced, const char *value,
                   const struct campaign_act *act, struct teams_drawn *out,
                   struct err *err) RC_CHECKED;
/* The same once the announced time for that value is over: from the campaign's first value, which
   was public before anything was closed, with the teams' secret, which is not. RC_STATE before. */
enum rc teams_draw_late(struct db *db, struct arena *a, const struct campaign *campaign,
                        const struct announcement *announced, const struct campaign_act *act,
                        struct teams_drawn *out, struct err *err) RC_CHECKED;
/* The same with a beacon's pulse, once it is found to be the announced one, and kept. */
enum rc teams_draw_pulse(struct db *db, struct arena *a, const struct campaign *campaign,
                         const struct announcement *announced, const char *pulse, size_t size,
                         const struct campaign_act *act, struct teams_drawn *out,
                         struct err *err) RC_CHECKED;

#endif
