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
#include "domain/draw/announcement.h"
#include "domain/draw/chance.h"
#include "domain/draw/draw.h"
#include "sys/db.h"
#include "sys/row.h"

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
    const char *plan_name;
    int32_t ends_on; /* the plan's last day */
    int64_t directory_id;
    int32_t refreshed_on; /* of the directory */
    int64_t department_id;
    const char *department;
    const char *kind;   /* of the department */
    const char *region; /* of the department */
    const char *state;  /* "open", "frozen" */
    bool frozen;
    int64_t frozen_at;
    const char *snapshot_sha256; /* by the campaign's rule; NULL: not frozen */
    int64_t snapshot_bytes;
    int64_t snapshot_lines;
    const char *roster_sha256; /* NULL: frozen before there were rosters */
    int64_t roster_lines;      /* inspectors */
    int64_t eligible;          /* by the frozen quotas: … */
    int64_t strata;            /* … how many they are … */
    int64_t quota;             /* … and their sum */
    int64_t selected;          /* results … */
    int64_t reserves;
};

extern const struct row_set draw_rows;

/* How many draws the plan has, how many of them were not withdrawn, and whether one of these is in
   a campaign that is not finished. */
enum rc draw_history(struct db *db, int64_t plan_id, int64_t *made, int64_t *standing,
                     bool *unfinished) RC_CHECKED;
enum rc draw_create(struct db *db, int64_t campaign_id, int64_t plan_id, int64_t department_id,
                    const char *code) RC_CHECKED;
/* RC_NOT_FOUND when it was withdrawn, as everywhere below. */
enum rc draw_by_code(struct db *db, struct arena *a, const char *code, struct draw *out) RC_CHECKED;
/* Whether it is frozen as of now; its row stays locked to the end of the transaction. */
enum rc draw_lock(struct db *db, int64_t id, bool *frozen) RC_CHECKED;
/* Takes the draw out of its campaign, which the caller holds open; the record stays. */
enum rc draw_withdraw(struct db *db, int64_t id, const char *reason, int64_t now) RC_CHECKED;
/* All draws of a campaign bytewise by code, which is the order of the seed. */
enum rc draw_of_campaign(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct draw **draws, size_t *count) RC_CHECKED;
/* The frozen quotas of a draw, bytewise by stratum. eligible may be NULL. */
enum rc draw_quotas(struct db *db, struct arena *a, int64_t draw_id, struct draw_quota **quotas,
                    int64_t **eligible, size_t *count) RC_CHECKED;

/*
 * Drawing a plan again: what an earlier draw of the plan sent out (a task whose visit was
 * dispatched) stays with that draw. Such an entry is excluded from the later snapshot, and the
 * stratum's quota is lower by it, so that the plan comes to its numbers and nobody is visited
 * twice. All else of the earlier draw is superseded, as long as the later campaign is not abandoned
 * or void: it is not planned, substituted or dispatched.
 */
#define DRAW_SUPERSEDED /* the draw w */                                                           \
    "EXISTS (SELECT 1 FROM draw later JOIN campaign again ON again.id = later.campaign_id"         \
    " WHERE later.plan_id = w.plan_id AND later.id > w.id AND again.state NOT IN"                  \
    " ('abandoned', 'void'))"

enum rc draw_superseded(struct db *db, int64_t draw_id, bool *superseded) RC_CHECKED;
/* The earlier campaigns of a plan, locked against what dispatches and plans there. */
enum rc draw_guard_earlier(struct db *db, int64_t plan_id) RC_CHECKED;
/* Visits not dispatched that hold tasks superseded by this campaign beside others that are not:
   neither could they go out nor be left. */
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

/* What a freeze would come to now: of each quota's stratum who has which weight, and the chances
   (domain/draw/chance). Nothing is written; draw->id is above those of the plan's earlier draws. */
struct draw_chances {
    const char *stratum;
    uint32_t quota;
    const struct chance *chances;
    size_t count;
};
enum rc draw_preview(struct db *db, struct arena *a, const struct draw *draw, int64_t now,
                     const struct draw_chances **out, size_t *count, struct err *err) RC_CHECKED;

/* Draws from the stored snapshot. RC_CHECKSUM when its pieces do not have the digest that was
   announced. Picks live in the arena. */
enum rc draw_compute(struct db *db, struct arena *a, const struct draw *draw,
                     const struct announcement_draw *announced, enum draw_rule rule,
                     const char *seed, unsigned threads, struct draw_result *result,
                     struct err *err) RC_CHECKED;

/* The result as the document that is published: the bytes of the bundle's file, once and for
   ever. */
enum rc draw_store_result(struct db *db, struct arena *a, int64_t draw_id,
                          const struct draw_result *result) RC_CHECKED;

/* The same with its reserves as digests, where that is public with the draw. */
enum rc draw_store_drawn(struct db *db, struct arena *a, int64_t draw_id, enum draw_rule rule,
                         const char *secret, const struct draw_result *result) RC_CHECKED;

/* Notes its digest with the draw, and where there is one that of the other document, once, when
   its campaign has its seed. */
enum rc draw_note_result(struct db *db, int64_t draw_id, enum draw_rule rule,
                         bool drawn) RC_CHECKED;
/* The digest of that document, as hex. */
enum rc draw_result_digest(struct db *db, int64_t draw_id, enum draw_rule rule,
                           char out[DIGEST_HEX]) RC_CHECKED;

/*
 * A row of each pick, for whoever looks a subject up (pages, visits, substitutes), with the
 * subject's name as it is now, masked. Subjects are looked up in the order of their codes, for in a
 * large directory the picks of a stratum lie all over it, and each of its pages is then read once
 * instead of many times; rows are stored in the order of their key, for the same reason.
 */
enum rc draw_store_rows(struct db *db, struct arena *a, int64_t draw_id,
                        const struct draw_result *result) RC_CHECKED;

#endif
