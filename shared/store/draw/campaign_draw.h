/*
 * The one act of rule liancha-draw/2: the value, the draw and the opened secret, in one
 * transaction; and its only other end, the secret opened without a draw that counts. Whoever calls
 * holds the campaign by campaign_lock.
 */
#ifndef LIANCHA_STORE_CAMPAIGN_DRAW_H
#define LIANCHA_STORE_CAMPAIGN_DRAW_H

#include "domain/draw/pulse.h"
#include "store/draw/announcement.h"
#include "sys/settings.h"

struct campaign_act {
    const struct keyring *keys; /* seal secrets */
    unsigned threads;
    int64_t now;
};

/*
 * Draws the campaign from its announced value, which the caller has found to be in order. Announced
 * and in time, it is drawn; late, or void before, it stays without effect, and what it would have
 * drawn is on record. RC_STATE when what was announced is not what is stored, or when it was drawn
 * already.
 */
enum rc campaign_draw(struct db *db, struct arena *a, const struct campaign *campaign,
                      const struct announcement *announcement, const char *value,
                      const struct campaign_act *act, struct err *err) RC_CHECKED;

/* The value of a beacon's pulse; RC_INVALID unless it is the one that was announced of that source,
   the draw's or the teams'. */
enum rc campaign_pulse(struct db *db, struct arena *a, const struct campaign *campaign,
                       const struct announcement *announcement, const struct value_source *source,
                       const char *pulse, size_t size, const char **value,
                       struct err *err) RC_CHECKED;

/* The same with a beacon's pulse, once it is found to be the announced one, and kept. */
enum rc campaign_draw_pulse(struct db *db, struct arena *a, const struct campaign *campaign,
                            const struct announcement *announcement, const char *pulse, size_t size,
                            const struct campaign_act *act, struct err *err) RC_CHECKED;

/* The secret of the draw, or of the teams, proved to be the one whose digest was announced. The
   caller wipes it. */
enum rc campaign_open_secret(struct db *db, struct arena *a, const struct campaign *campaign,
                             const struct announcement *announcement, bool teams,
                             const struct keyring *keys, char secret[DIGEST_HEX],
                             struct err *err) RC_CHECKED;

/* Opens the secret of an announced campaign that will not be drawn. */
enum rc campaign_give_up(struct db *db, struct arena *a, const struct campaign *campaign,
                         const struct announcement *announcement, const char *why,
                         const struct campaign_act *act, struct err *err) RC_CHECKED;

/*
 * Opens to the public what is due of a drawn or void campaign: what was drawn with the draw or
 * after the visits, as announced; the teams after the visits; all behind the plans' last day; but
 * nothing while an earlier campaign that the announcement names is held back, for the snapshots
 * tell of it. changed: whether something was opened.
 */
enum rc campaign_open_due(struct db *db, struct arena *a, const struct campaign *campaign,
                          const struct announcement *announcement, int64_t now,
                          bool *changed) RC_CHECKED;

/* Why a campaign is void that nobody gave up. */
extern const char campaign_late[];

#endif
