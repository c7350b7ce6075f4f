/*
 * Campaigns: draws of one or several departments that share one secret, one public value, one seed.
 *
 *   open -> committed -> valued -> drawn -> revealed; any but revealed -> abandoned
 *
 * Each step is one transaction that starts with campaign_lock, so that it happens once and in order,
 * whoever else tries. Locks are taken campaign first, then draw.
 */
#ifndef LIANCHA_STORE_CAMPAIGN_H
#define LIANCHA_STORE_CAMPAIGN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"

enum { CAMPAIGN_DRAWS_MAX = 50 };

enum campaign_state {
    CAMPAIGN_OPEN,
    CAMPAIGN_COMMITTED, /* all snapshots frozen, the secret's hash published */
    CAMPAIGN_VALUED,    /* the public value entered */
    CAMPAIGN_DRAWN,
    CAMPAIGN_REVEALED, /* the secret published with the results */
    CAMPAIGN_ABANDONED
};

extern const char *const campaign_state_names[]; /* ends with NULL */

/* Instants are 0 and texts NULL until the step that sets them. */
struct campaign {
    int64_t id;
    const char *code;
    const char *name;
    const char *region;
    int64_t department_id; /* the initiating one */
    const char *department;
    const char *rule;
    enum campaign_state state;
    const char *redraw_why; /* why plans are drawn again */
    const char *secret_hash;
    int64_t committed_at;
    const char *public_value;
    const char *public_source;
    const char *witnesses;
    int64_t valued_at;
    const char *seed;
    int64_t drawn_at;
    const char *secret; /* 64 lowercase hex characters */
    const char *nonce;  /* what the secret is made of; NULL without rosters */
    int64_t revealed_at;
    int64_t abandoned_at;
    const char *abandoned_why;
};

/* Creates an open one of code, name, region, department_id, rule, redraw_why. RC_CONFLICT when the
   code exists, RC_INVALID for an unknown region. */
enum rc campaign_create(struct db *db, const struct campaign *campaign, int64_t *id,
                        struct err *err) RC_CHECKED;
enum rc campaign_by_code(struct db *db, struct arena *a, const char *code,
                         struct campaign *out) RC_CHECKED;
/*
 * The same, kept as it is to the end of the transaction. Comes before any other read, so that what is
 * read afterwards is not older than the lock. It writes the row's guard: the nodes of a cluster do not
 * know each other's locks, but of two transactions that wrote one row the later is rolled back.
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
/* Those the department initiated or takes part in, newest first; before: an id, 0 for the start. */
enum rc campaign_list(struct db *db, struct arena *a, int64_t department_id, int64_t before,
                      int64_t limit, const struct campaign **campaigns, size_t *count) RC_CHECKED;

/* ---- steps: RC_STATE when the campaign is in another state than the step starts from ---- */

/* sealed: the nonce, or without rosters the secret. */
enum rc campaign_commit(struct db *db, int64_t id, const char *secret_hash, const uint8_t *sealed,
                        size_t sealed_size, int64_t now) RC_CHECKED;
enum rc campaign_value(struct db *db, int64_t id, const char *value, const char *source,
                       const char *witnesses, int64_t now) RC_CHECKED;
enum rc campaign_drawn(struct db *db, int64_t id, const char *seed, int64_t now) RC_CHECKED;
enum rc campaign_reveal(struct db *db, int64_t id, const char *secret, const char *nonce,
                        int64_t now) RC_CHECKED;
enum rc campaign_abandon(struct db *db, int64_t id, const char *why, int64_t now) RC_CHECKED;

/* What was sealed with the commitment; sys/seal opens it. */
enum rc campaign_secret(struct db *db, struct arena *a, int64_t id, const uint8_t **sealed,
                        size_t *size) RC_CHECKED;

#endif
