/* A target as the pusher works at it: what is due there, what is in hand, and whether it is left
   alone for now. */
#ifndef LIANCHA_PUSHD_LANE_H
#define LIANCHA_PUSHD_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/publish/outbox.h"
#include "sys/db.h"
#include "sys/target.h"
#include "target/answer.h"

struct slot {
    struct lane *lane;
    struct arena *arena; /* of the message in hand */
    bool busy;
    bool asking;
    struct outbox_message message;
};

struct lane {
    const struct target *target;
    struct slot slots[TARGET_AT_ONCE_MAX];
    size_t busy;
    struct arena *arena; /* of the queue */
    struct outbox_message *queue;
    size_t queued;
    size_t next;        /* in the queue */
    bool empty;         /* nothing was due when it was last looked at */
    int64_t look_at;    /* monotonic: the database is not asked for work before */
    int64_t rest_until; /* monotonic: nothing is begun before */
    int64_t failures;   /* in a row */
};

void lane_init(struct lane *l, const struct target *t);
void lane_free(struct lane *l);
/* A slot for which there may be work now; NULL: none, or the target is left alone. */
struct slot *lane_slot(struct lane *l);
/* The next message that is due, read anew when the queue is empty; RC_DONE when none is. */
enum rc lane_next(struct lane *l, struct db *db, const struct outbox_message **out) RC_CHECKED;
/* What was read ahead is read again. */
void lane_forget(struct lane *l);
/* Counts an answer: enough failures in a row, or its own word, and the target is left alone. */
void lane_heard(struct lane *l, const struct answer *answer);
/* Nothing is in hand, and nothing is due or may be begun. */
bool lane_drained(const struct lane *l);
/* Monotonic: when there may be something to begin. */
int64_t lane_wakes_at(const struct lane *l);

#endif
