/*
 * Campaigns: draws of one or several departments that share one announcement, one secret, one
 * public value, one seed (rule liancha-draw/2, fcgi/public/rule-2.md).
 *
 *   open -> announced -> drawn          the value came in time
 *                     -> void           given up before the value's time, or late; the secret is
 *                     opened
 *   open -> abandoned                   before anything was announced
 *
 * A drawn one is closed, before the time of the second value, and then has its teams drawn
 * (store/draw/teams.h): that it was is told by closing and teams_seed, not by the state.
 *
 * There is no state in which the seed is known and the draw can still be thrown away. A void
 * campaign may learn its value later: what it would have drawn is then on record beside the others.
 *
 * Each step is one transaction that starts with campaign_lock, so that it happens once and in
 * order, whoever else tries. Locks are taken campaign first, then draw.
 */
#ifndef LIANCHA_STORE_CAMPAIGN_H
#define LIANCHA_STORE_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/draw/announcement.h"
#include "sys/db.h"
#include "sys/list.h"

enum { CAMPAIGN_DRAWS_MAX = 50 };

enum campaign_state {
    CAMPAIGN_OPEN,
    CAMPAIGN_ANNOUNCED, /* all frozen, the announcement published */
    CAMPAIGN_DRAWN,     /* value, results and secret, at once and for ever */
    CAMPAIGN_VOID,      /* announced and not drawn in time; secret opened */
    CAMPAIGN_ABANDONED
};

extern const struct row_label campaign_states[]; /* by enum campaign_state */

/* Instants are 0 and texts NULL until the step that sets them. */
struct campaign {
    int64_t id;
    const char *code;
    const char *name;
    const char *region;
    int64_t department_id; /* the initiating one */
    const char *department;
    const char *rule;
    const char *state;
    const char *redraw_reason; /* why plans are drawn again */
    const char *announcement;  /* its digest */
    int64_t announced_at;
    int64_t value_at; /* as announced … */
    int64_t latest_at;
    const char *public_value;
    const char *seed;
    int64_t drawn_at;
    const char *secret; /* 64 lowercase hex characters */
    int64_t opened_at;
    int64_t abandoned_at; /* of a void one: given up, or found late */
    const char *abandoned_reason;
    int64_t teams_at;    /* of the second value, as announced */
    const char *closing; /* digest of what the teams are drawn from */
    int64_t closed_at;
    const char *teams_value;
    const char *teams_seed;
    const char *teams_secret;
    int64_t teams_drawn_at;
    enum announcement_publish publish; /* as announced; only to announce … */
    int32_t public_by;                 /* last day of all plans */
    int64_t results_public_at;
    int64_t teams_public_at;
};

bool campaign_is(const struct campaign *campaign, enum campaign_state state);

extern const struct row_set campaign_rows;
/* Those that a department (scope: its id, twice), or one of its kind below it, initiated, or that
   it takes part in, newest first. */
extern const struct list campaign_list;

/* Creates an open one of code, name, region, department_id, rule, redraw_reason. RC_CONFLICT when
   the code exists, RC_INVALID for an unknown region. */
enum rc campaign_create(struct db *db, const struct campaign *campaign, int64_t *id,
                        struct err *err) RC_CHECKED;
enum rc campaign_by_code(struct db *db, struct arena *a, const char *code,
                         struct campaign *out) RC_CHECKED;
/*
 * The same, kept as it is to the end of the transaction. Comes before any other read, so that what
 * is read afterwards is not older than the lock. It writes the row's guard: the nodes of a cluster
 * do not know each other's locks, but of two transactions that wrote one row the later is rolled
 * back.
 */
enum rc campaign_lock(struct db *db, struct arena *a, const char *code,
                      struct campaign *out) RC_CHECKED;
/* Writes the guard of a campaign whose row the caller has locked otherwise. */
enum rc campaign_guard(struct db *db, int64_t id) RC_CHECKED;
/* Its state as it is now; it keeps it to the end of the transaction, several may hold it. */
enum rc campaign_hold(struct db *db, int64_t id, enum campaign_state *state) RC_CHECKED;
/* Whether the department initiated it or takes part in it. */
enum rc campaign_takes_part(struct db *db, int64_t id, int64_t department_id,
                            bool *takes_part) RC_CHECKED;

/* Whether there is a department of that code. */
enum rc campaign_department(struct db *db, const char *code, bool *exists) RC_CHECKED;
/*
 * Codes, oldest first: announced campaigns, and void ones without a value, whose value's time has
 * come; drawn ones with visits and without teams whose second value's time comes within ahead ms.
 */
enum rc campaign_due(struct db *db, struct arena *a, int64_t now, int64_t ahead,
                     const char ***codes, size_t *count) RC_CHECKED;

/* Announced campaigns whose announcement no authority has stamped yet; codes, newest first. */
enum rc campaign_unstamped(struct db *db, struct arena *a, const char ***codes,
                           size_t *count) RC_CHECKED;

/* ---- steps: RC_STATE when the campaign is in another state than the step starts from ---- */

/* A secret, sealed by sys/seal. */
struct campaign_sealed {
    const uint8_t *bytes;
    size_t size;
};

/* announcement: its digest; the secrets of the draw and of the teams. RC_CONFLICT when that
   announcement exists. */
enum rc campaign_announce(struct db *db, const struct campaign *as,
                          const struct campaign_sealed *sealed,
                          const struct campaign_sealed *teams) RC_CHECKED;
/* public_value, seed, drawn_at and secret, which is opened with it, of `as`. */
enum rc campaign_drawn(struct db *db, const struct campaign *as) RC_CHECKED;
/* Opens the secret of one that will not be drawn. */
enum rc campaign_void(struct db *db, int64_t id, const char *secret, const char *why,
                      int64_t now) RC_CHECKED;
/* What a void one would have been drawn from: public_value, seed, drawn_at of `as`. */
enum rc campaign_void_valued(struct db *db, const struct campaign *as) RC_CHECKED;
/* Before it is announced. */
enum rc campaign_abandon(struct db *db, int64_t id, const char *why, int64_t now) RC_CHECKED;

/* Closed, and its teams drawn: each once. */
enum rc campaign_close(struct db *db, int64_t id, const char *closing, int64_t now) RC_CHECKED;
/* teams_value, teams_seed, teams_secret, teams_drawn_at of `as`. */
enum rc campaign_teams_drawn(struct db *db, const struct campaign *as) RC_CHECKED;

/* Codes, oldest first, of drawn and void campaigns of which something is held back. */
enum rc campaign_held_back(struct db *db, struct arena *a, const char ***codes,
                           size_t *count) RC_CHECKED;
/* Whether there are visits, all with a team and signed off, for good. */
enum rc campaign_visited(struct db *db, int64_t id, bool *visited) RC_CHECKED;
/* Opens what was held back, each once. */
enum rc campaign_publish(struct db *db, int64_t id, bool results, bool teams,
                         int64_t now) RC_CHECKED;

/* What was sealed with the announcement; sys/seal opens it. */
enum rc campaign_secret(struct db *db, struct arena *a, int64_t id, struct campaign_sealed *sealed,
                        struct campaign_sealed *teams) RC_CHECKED;

/* ---- texts that a campaign is bound to: written once ---- */

/* "announcement", "pulse", "key" (a beacon's public key), "closing", "teams-pulse". */
enum rc campaign_store_text(struct db *db, int64_t id, const char *name, const char *text,
                            size_t size) RC_CHECKED;
/* NUL-terminated behind its size; RC_NOT_FOUND. */
enum rc campaign_text(struct db *db, struct arena *a, int64_t id, const char *name,
                      const char **text, size_t *size) RC_CHECKED;

/* ---- values typed by two departments ---- */

struct campaign_entry {
    const char *department;
    int64_t account_id;
    const char *value;
    int64_t at;
};

/* teams: the second value. */
enum rc campaign_enter(struct db *db, int64_t id, bool teams, const struct campaign_entry *entry,
                       int64_t department_id) RC_CHECKED;
/* The latest of each department, by department. */
enum rc campaign_entries(struct db *db, struct arena *a, int64_t id, bool teams,
                         const struct campaign_entry **entries, size_t *count) RC_CHECKED;

#endif
