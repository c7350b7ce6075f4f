/*
 * One plan's draw within a campaign: its frozen snapshot, quotas and results.
 *
 * Scope: every entry of the plan's directory whose stratum (the subject's region and the entry's
 * specialty) has a quota in the plan. Each has its line in the snapshot, an excluded one with its
 * reason; entries of other strata are none of this draw's business.
 */
#ifndef LIANCHA_STORE_DRAW_H
#define LIANCHA_STORE_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/draw.h"
#include "sys/db.h"

#define DRAW_PART_SIZE ((size_t)1 << 20)    /* bytes of a stored piece of a text at most */
#define DRAW_SNAPSHOT_MAX ((size_t)1 << 29) /* bytes of a snapshot … */
#define DRAW_LINES_MAX 10000000             /* … and its lines */
#define DRAW_SELECTED_MAX 1000000           /* quotas of a draw, together */
/* What one draw may take in memory: some 500 bytes a selected subject; a freeze 25 bytes a line. */
#define DRAW_MEMORY_MAX ((size_t)1 << 30)

struct draw {
    int64_t id;
    const char *code; /* "<plan code>.<n>" */
    int64_t campaign_id;
    const char *campaign;
    int64_t plan_id;
    const char *plan;
    int64_t directory_id;
    int32_t refreshed_on; /* of the directory */
    int64_t department_id;
    const char *department;
    const char *kind;   /* of the department */
    const char *region; /* of the department */
    bool frozen;
    int64_t frozen_at;
    const char *sha256; /* of the snapshot, by the campaign's rule */
    int64_t bytes;
    int64_t lines;
    const char *roster_sha256; /* NULL: frozen before there were rosters */
    int64_t inspectors;        /* lines of the roster */
    int64_t strata;            /* frozen quotas … */
    int64_t quota;             /* … and their sum */
    int64_t eligible;
    int64_t selected; /* results … */
    int64_t reserves;
};

/* How many draws the plan has, how many of them were not withdrawn, and whether one of these is in a
   campaign that is not finished. */
enum rc draw_history(struct db *db, int64_t plan_id, int64_t *made, int64_t *standing,
                     bool *unfinished) RC_CHECKED;
enum rc draw_create(struct db *db, int64_t campaign_id, int64_t plan_id, int64_t department_id,
                    const char *code) RC_CHECKED;
/* One draw without its counts. RC_NOT_FOUND when it was withdrawn, as everywhere below. */
enum rc draw_by_code(struct db *db, struct arena *a, const char *code, struct draw *out) RC_CHECKED;
/* Whether it is frozen as of now; its row stays locked to the end of the transaction. */
enum rc draw_lock(struct db *db, int64_t id, bool *frozen) RC_CHECKED;
/* Takes the draw out of its campaign, which the caller holds open; the record stays. */
enum rc draw_withdraw(struct db *db, int64_t id, const char *why, int64_t now) RC_CHECKED;
/* All draws of a campaign bytewise by code, which is the order of the seed. */
enum rc draw_of_campaign(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct draw **draws, size_t *count) RC_CHECKED;
/* The frozen quotas of a draw, bytewise by stratum. eligible may be NULL. */
enum rc draw_quotas(struct db *db, struct arena *a, int64_t draw_id, struct draw_quota **quotas,
                    int64_t **eligible, size_t *count) RC_CHECKED;

/*
 * Drawing a plan again: what an earlier draw of the plan sent out (a task whose visit was dispatched) stays
 * with that draw. Such an entry is excluded from the later snapshot, and the stratum's quota is lower by
 * it, so that the plan comes to its numbers and nobody is visited twice. All else of the earlier draw is
 * superseded, as long as the later campaign is not abandoned: it is not planned, substituted or dispatched.
 */
#define DRAW_SUPERSEDED /* the draw w */                                                           \
    "EXISTS (SELECT 1 FROM draw later JOIN campaign again ON again.id = later.campaign_id"         \
    " WHERE later.plan_id = w.plan_id AND later.id > w.id AND again.state <> 'abandoned')"

enum rc draw_superseded(struct db *db, int64_t draw_id, bool *superseded) RC_CHECKED;
/* The earlier campaigns of a plan, locked against what dispatches and plans there. */
enum rc draw_guard_earlier(struct db *db, int64_t plan_id) RC_CHECKED;
/* Visits not dispatched that hold tasks superseded by this campaign beside others that are not: neither
   could they go out nor be left. */
enum rc draw_torn_visits(struct db *db, int64_t campaign_id, int64_t *count) RC_CHECKED;

struct draw_frozen {
    char sha256[DIGEST_HEX];
    size_t bytes;
    size_t lines;
    size_t eligible;
    size_t staying; /* entries of the plan that stay with an earlier draw */
    const struct draw_stratum *strata;
    size_t stratum_count;
};

/*
 * Freezes the scope of a draw whose row the caller has locked: writes the snapshot's pieces and the
 * quotas, and marks the draw. RC_STATE, before anything is written, when quotas exceed what is
 * eligible: the detail names the strata.
 */
enum rc draw_freeze(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                    int64_t now, struct draw_frozen *out, struct err *err) RC_CHECKED;

/* Draws from the stored snapshot. RC_CHECKSUM when its pieces do not have the digest that the draw was
   committed with. Picks live in the arena. */
enum rc draw_compute(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                     const char *seed, unsigned threads, struct draw_result *result,
                     struct err *err) RC_CHECKED;

/* The result as the document that is published: the bytes of the bundle's file, once and for ever. */
enum rc draw_store_result(struct db *db, struct arena *a, int64_t draw_id,
                          const struct draw_result *result) RC_CHECKED;

/* With the reveal, a row of each line of the document, for whoever looks a subject up: pages, visits,
   substitutes. */
enum rc draw_open_result(struct db *db, struct arena *a, int64_t draw_id) RC_CHECKED;

#endif
