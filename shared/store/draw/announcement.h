/*
 * Announcements of campaigns (domain/draw/announcement.h): put together from what is frozen, kept
 * for ever, and read again with the proof that they are what was announced.
 */
#ifndef LIANCHA_STORE_ANNOUNCEMENT_H
#define LIANCHA_STORE_ANNOUNCEMENT_H

#include "domain/draw/announcement.h"
#include "store/draw/campaign.h"
#include "store/draw/draw.h"
#include "store/directory/rule.h"

/*
 * Keeps other campaigns of the same kinds of departments from being announced to the end of the
 * transaction, and finds one that is announced, not drawn, and has a stratum in common: its code,
 * else NULL. Two such side by side would leave a choice between them.
 */
enum rc announcement_overlap(struct db *db, struct arena *a, const struct draw *draws, size_t count,
                             int64_t campaign_id, const char **other) RC_CHECKED;
/* The same as it is now, without a lock. */
enum rc announcement_overlap_now(struct db *db, struct arena *a, int64_t campaign_id,
                                 const char **other) RC_CHECKED;

/* What is announced beside the campaign and its draws. */
struct announcement_terms {
    enum draw_rule rule;
    const char *secret_hash;
    const struct value_source *value;
    int64_t latest;
    const char *teams_issue; /* of the second value */
    int64_t teams_at;
    const char *teams_secret_hash;
    enum announcement_publish publish;
    const struct rule_set *rules;
    int64_t year_start; /* earlier campaigns of the same scope are named since then */
    int64_t now;
};

/* Writes the announcement of draws that are all frozen into out, which is empty. */
enum rc announcement_make(struct db *db, struct arena *a, const struct campaign *campaign,
                          const struct draw *draws, size_t count,
                          const struct announcement_terms *terms, struct buf *out,
                          struct err *err) RC_CHECKED;

/* RC_STATE, logged, when the stored text is not the one whose digest was announced. */
enum rc announcement_load(struct db *db, struct arena *a, const struct campaign *campaign,
                          struct announcement *out, struct err *err) RC_CHECKED;

#endif
