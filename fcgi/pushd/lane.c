#include "pushd/lane.h"

#include <inttypes.h>

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/random.h"
#include "target/files.h"

enum {
    QUEUE = 64, /* due messages read ahead */
    RETRY_AFTER_MAX_MS = 3600000,
    CLOSED_MS = 30000, /* until the hour is looked at again */
};

#define SLOT_ARENA ((size_t)8 << 20)
#define QUEUE_ARENA ((size_t)64 << 20)

void lane_init(struct lane *l, const struct target *t)
{
    *l = (struct lane){ .target = t, .arena = arena_new(QUEUE_ARENA) };
    for (int64_t i = 0; i < t->at_once; i++)
        l->slots[i] = (struct slot){ .lane = l, .arena = arena_new(SLOT_ARENA) };
}

void lane_free(struct lane *l)
{
    for (int64_t i = 0; i < l->target->at_once; i++)
        arena_free(l->slots[i].arena);
    arena_free(l->arena);
}

static bool resting(const struct lane *l)
{
    return clock_monotonic() < l->rest_until || !target_open_at(l->target, clock_now());
}

struct slot *lane_slot(struct lane *l)
{
    /* After a rest one message finds out for all. */
    bool trying = l->failures >= l->target->break_after;
    if (resting(l) || (trying && l->busy) ||
        (l->next == l->queued && clock_monotonic() < l->look_at))
        return NULL;
    for (int64_t i = 0; i < l->target->at_once; i++)
        if (!l->slots[i].busy)
            return &l->slots[i];
    return NULL;
}

/* What was delivered is compared when there is nothing to deliver. */
static enum rc read_queue(struct lane *l, struct db *db)
{
    const struct target *t = l->target;
    int64_t now = clock_now();
    enum rc rc = outbox_due(db, l->arena, t->name, now, QUEUE, &l->queue, &l->queued);
    if (rc == RC_OK && !l->queued && t->transport == TARGET_HTTPS && t->compare_days)
        rc = outbox_compare_due(db, l->arena, t->name, now, QUEUE, &l->queue, &l->queued);
    return rc;
}

enum rc lane_next(struct lane *l, struct db *db, const struct outbox_message **out)
{
    if (l->next == l->queued) {
        arena_reset(l->arena);
        lane_forget(l);
        if (l->target->transport == TARGET_FILES)
            files_take(l->arena, l->target);
        enum rc rc = read_queue(l, db);
        if (rc != RC_OK)
            return rc;
        l->empty = l->queued == 0;
        if (l->empty) {
            l->look_at = clock_monotonic() + l->target->idle_ms;
            return RC_DONE;
        }
    }
    *out = &l->queue[l->next++];
    return RC_OK;
}

void lane_forget(struct lane *l)
{
    l->next = 0;
    l->queued = 0;
    l->empty = false;
}

void lane_heard(struct lane *l, const struct answer *answer)
{
    int64_t ms = 0;
    if (answer->verdict == ANSWER_ABSENT || answer->verdict == ANSWER_WAITING)
        return;
    if (answer->verdict != ANSWER_UNTOUCHED && answer->verdict != ANSWER_UNKNOWN) {
        l->failures = 0;
        return;
    }
    if (++l->failures >= l->target->break_after)
        ms = l->target->break_ms + (int64_t)random_below((uint32_t)l->target->break_ms / 2);
    if (answer->retry_after_ms > ms)
        ms = answer->retry_after_ms < RETRY_AFTER_MAX_MS ? answer->retry_after_ms
                                                         : RETRY_AFTER_MAX_MS;
    if (!ms)
        return;
    l->rest_until = clock_monotonic() + ms;
    log_warn("target=%s failures=%" PRId64 ", left alone for %" PRId64 " ms", l->target->name,
             l->failures, ms);
}

bool lane_drained(const struct lane *l)
{
    return !l->busy && (resting(l) || l->empty);
}

int64_t lane_wakes_at(const struct lane *l)
{
    if (!target_open_at(l->target, clock_now()))
        return clock_monotonic() + CLOSED_MS;
    return l->rest_until > l->look_at ? l->rest_until : l->look_at;
}
