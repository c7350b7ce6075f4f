/*
 * The match of inspectors as text: what it was drawn from and what came out, as it is frozen at the
 * draw and published in the bundle (fcgi/public/README.md has the format for strangers).
 *
 * UTF-8, LF, fields separated by TAB, lists by ','. No field holds a TAB, LF or ','.
 *
 *   inspectors.txt  liancha-inspectors/1<TAB>CAMPAIGN, then ascending bytewise by card
 *                   CARD DEPARTMENT KIND REGION EXPIRES ON-DUTY MAX-DAILY MAX-TOTAL CARRIED
 *                   SPECIALTIES AREAS RECUSALS
 *   visits.txt      liancha-visits/1<TAB>CAMPAIGN<TAB>WINDOW-LAST<TAB>WORKING-DAYS, then ascending
 *                   bytewise by visit, then department
 *                   VISIT SUBJECT REGION DEPARTMENT KIND DEPARTMENT-REGION SPECIALTIES
 *   teams.txt       liancha-teams/1<TAB>CAMPAIGN, then in the order of the rule
 *                   VISIT DEPARTMENT CARD SOURCE TICKET-HEX
 */
#ifndef LIANCHA_DOMAIN_MATCH_TEXT_H
#define LIANCHA_DOMAIN_MATCH_TEXT_H

#include "base/buf.h"
#include "domain/draw/match.h"

/* specialties: codes by bit, as many as any set needs. The caller looks at out->full. */
void match_inspectors_text(struct buf *out, const char *campaign,
                           const struct match_problem *problem, const char *const *specialties);
void match_visits_text(struct buf *out, const char *campaign, const struct match_problem *problem,
                       const char *const *specialties);
void match_teams_text(struct buf *out, const char *campaign, const struct match_problem *problem,
                      const struct match_plan *plan);

/* Specialties by bit: texts that are compared are read with the same words. */
struct match_words {
    const char *v[MATCH_SPECIALTIES_MAX];
    size_t n;
};

/*
 * Reads the first two files back into a problem without rule and seed. RC_MALFORMED with the file's
 * name in *file and "line N" as err->pointer; what match_run refuses is not looked for.
 */
struct match_texts {
    const char *inspectors;
    size_t inspectors_size;
    const char *visits;
    size_t visits_size;
};

enum rc match_read(struct arena *a, const char *campaign, const struct match_texts *texts,
                   struct match_words *words, struct match_problem *problem, const char **file,
                   struct err *err) RC_CHECKED;

#endif
