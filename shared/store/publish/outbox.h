/*
 * The outbox: one message per version of a publication and credit platform, accepted there exactly
 * once, and one more that takes it back when it is retracted or corrected.
 *
 *   ready ──lease──> uncertain ──> accepted, with the platform's receipt
 *     ^                  │    ╲──> rejected, with its reason
 *     └── surely not ────┘
 *
 * Its id follows from what is published, so whoever publishes the same again, as after a restore,
 * makes the same message, and the platform is asked whether it has it before it is first sent.
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
    bool retracts;    /* takes another one back */
    bool retracted;   /* is taken back: not sent any more, but if the platform has it, so be it */
    bool uncertain;   /* it may have been accepted already */
    int64_t attempts; /* leases so far: also the mark by which a lease is known */

    bool compares; /* it is accepted; its target is asked what it has. What follows goes with it */
    const char *receipt;
    const char *difference; /* found before; NULL: none */
    int64_t accepted_at;
    int64_t compare_at; /* also the mark of its lease */
};

/* What the message is about: the same for ever, whatever its words. */
struct outbox_subject {
    const char *action;     /* "publish", "retract" */
    const char *visit;      /* code */
    const char *department; /* code */
    const char *kind;       /* "inspection", "penalty" */
    const char *decision;   /* number of a penalty's decision, else "" */
    int64_t version;        /* of the publication, from 1 */
};
void outbox_message_id(const char *target, const struct outbox_subject *subject,
                       char out[OUTBOX_MESSAGE_ID]);

/* Within the transaction that publishes that version. */
enum rc outbox_add(struct db *db, int64_t publication_id, int64_t version, const char *target,
                   const char *message_id, const char *body, int64_t now) RC_CHECKED;

/*
 * Within the transaction that retracts, or puts the next version in its place: tells every platform
 * that was told of subject->version, or may have been; what was surely not sent is withdrawn.
 * subject as in its publication.
 */
enum rc outbox_retract(struct db *db, struct arena *a, int64_t publication_id,
                       const struct outbox_subject *subject, const char *reason,
                       int64_t now) RC_CHECKED;

/* Messages that are due, at most limit: uncertain ones first, then by due time. */
enum rc outbox_due(struct db *db, struct arena *a, const char *target, int64_t now, int64_t limit,
                   struct outbox_message **messages, size_t *n) RC_CHECKED;
/* One statement. RC_CONFLICT when another pusher has it. Counts the attempt in *m. */
enum rc outbox_lease(struct db *db, struct outbox_message *m, int64_t until) RC_CHECKED;

/*
 * Accepted messages whose target is to be asked, once a day, whether it still has them under the
 * same receipt; without their bodies.
 */
enum rc outbox_compare_due(struct db *db, struct arena *a, const char *target, int64_t now,
                           int64_t limit, struct outbox_message **messages, size_t *n) RC_CHECKED;
/* RC_CONFLICT when another pusher has it. */
enum rc outbox_compare_lease(struct db *db, const struct outbox_message *m,
                             int64_t until) RC_CHECKED;
/* difference: "missing", "receipt" with the one that the target has, or NULL. again: once more in a
   day. RC_DONE when the message was accepted anew meanwhile. */
enum rc outbox_compared(struct db *db, const struct outbox_message *m, const char *difference,
                        const char *shown, bool again, int64_t now) RC_CHECKED;

/* A receipt holds whoever brings it. RC_DONE when it is stored already. */
enum rc outbox_accepted(struct db *db, const struct outbox_message *m, const char *receipt,
                        int64_t now) RC_CHECKED;
/* These do nothing, RC_DONE, when the lease went to another pusher meanwhile. */
enum rc outbox_withdrawn(struct db *db, const struct outbox_message *m) RC_CHECKED;
enum rc outbox_rejected(struct db *db, const struct outbox_message *m, const char *reason,
                        int64_t now) RC_CHECKED;
/* uncertain: the platform has to be asked first. reason NULL: it is not late yet. */
enum rc outbox_later(struct db *db, const struct outbox_message *m, bool uncertain, int64_t next_at,
                     const char *reason) RC_CHECKED;

struct outbox_count {
    const char *state;
    int64_t count;
    int64_t oldest; /* instant of publication of the oldest */
};

/* All states that occur, of all targets. */
enum rc outbox_counts(struct db *db, struct arena *a, struct row_page *counts) RC_CHECKED;

struct outbox_fault {
    const char *message_id;
    const char *state;
    int64_t attempts;
    const char *error;
};

extern const struct row_set outbox_fault_rows;

/* Rejected messages, then those that were tried in vain most often; at most limit. */
enum rc outbox_faults(struct db *db, struct arena *a, int64_t limit,
                      struct row_page *faults) RC_CHECKED;

#endif
