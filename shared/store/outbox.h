/*
 * The outbox: one message per publication and credit platform, accepted there exactly once.
 *
 *   ready ──lease──> uncertain ──> accepted, with the platform's receipt
 *     ^                  │    ╲──> rejected, with its reason
 *     └── surely not ────┘
 *
 * A message becomes uncertain in the very step that leases it, before anything is sent: whatever
 * kills the pusher then, the next one asks the platform for the receipt before it sends again. A
 * lease is also the message's next due time, so a lost pusher's messages fall due by themselves.
 */
#ifndef LIANCHA_STORE_OUTBOX_H
#define LIANCHA_STORE_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

#define OUTBOX_MESSAGE_ID 37 /* a UUID and a NUL */

struct outbox_message {
    int64_t id;
    const char *message_id;
    const char *body;
    bool uncertain;   /* it may have been accepted already */
    int64_t attempts; /* leases so far: also the mark by which a lease is known */
};

/* Within the transaction that publishes. */
enum rc outbox_add(struct db *db, int64_t publication_id, const char *target,
                   const char *message_id, const char *body, int64_t now) RC_CHECKED;

/* Messages that are due, at most limit: uncertain ones first, then by due time. */
enum rc outbox_due(struct db *db, struct arena *a, const char *target, int64_t now, int64_t limit,
                   struct outbox_message **messages, size_t *n) RC_CHECKED;
/* One statement. RC_CONFLICT when another pusher has it. Counts the attempt in *m. */
enum rc outbox_lease(struct db *db, struct outbox_message *m, int64_t until) RC_CHECKED;

/* A receipt holds whoever brings it. RC_DONE when it is stored already. */
enum rc outbox_accepted(struct db *db, const struct outbox_message *m, const char *receipt,
                        int64_t now) RC_CHECKED;
/* These two do nothing, RC_DONE, when the lease went to another pusher meanwhile. */
enum rc outbox_rejected(struct db *db, const struct outbox_message *m,
                        const char *reason) RC_CHECKED;
/* uncertain: the platform has to be asked first. */
enum rc outbox_later(struct db *db, const struct outbox_message *m, bool uncertain, int64_t next_at,
                     const char *reason) RC_CHECKED;

struct outbox_count {
    const char *state;
    int64_t count;
    int64_t oldest; /* instant of publication of the oldest */
};

/* All states that occur, of all targets. */
enum rc outbox_counts(struct db *db, struct arena *a, struct outbox_count **counts,
                      size_t *n) RC_CHECKED;

struct outbox_fault {
    const char *message_id;
    const char *state;
    int64_t attempts;
    const char *error;
};

/* Rejected messages, then those that were tried in vain most often; at most limit. */
enum rc outbox_faults(struct db *db, struct arena *a, int64_t limit, struct outbox_fault **faults,
                      size_t *n) RC_CHECKED;

#endif
