#include "pushd/outcome.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "store/audit.h"
#include "store/publish/delivery_difference.h"
#include "sys/clock.h"
#include "sys/jsonw.h"
#include "sys/log.h"
#include "sys/random.h"

enum {
    BACKOFF_FIRST_MS = 1000,
    BACKOFF_MAX_MS = 300000,
    BACKOFF_DOUBLINGS = 9,
    RETRY_AFTER_MAX_MS = 3600000,
    AUDIT_MAX = 4096,
};

/* What a transaction stores of a final outcome. */
struct outcome {
    struct arena *arena;
    const uint8_t *audit_key;
    const struct outbox_message *message;
    const char *receipt; /* accepted */
    const char *reason;  /* else: rejected; neither: withdrawn */
    int64_t now;
};

static enum rc append(struct db *db, const struct outcome *o, const char *action, const char *key,
                      const char *text)
{
    struct buf detail;
    struct jsonw w;
    buf_init(&detail, o->arena, AUDIT_MAX);
    jw_init(&w, &detail);
    jw_object(&w, NULL);
    if (text)
        jw_text(&w, key, text);
    jw_end(&w);
    struct audit_event event = {
        .chain = "pushd",
        .at = o->now,
        .actor = "liancha-pushd",
        .remote = "local",
        .request_id = "",
        .action = action,
        .target = arena_printf(o->arena, "message:%s", o->message->message_id),
        .detail = detail.full ? "{}" : detail.p,
    };
    return audit_append(db, o->arena, o->audit_key, &event);
}

static enum rc store_outcome(struct db *db, void *data, struct err *err)
{
    const struct outcome *o = data;
    (void)err;
    enum rc rc = o->receipt  ? outbox_accepted(db, o->message, o->receipt, o->now)
                 : o->reason ? outbox_rejected(db, o->message, o->reason, o->now)
                             : outbox_withdrawn(db, o->message);
    if (rc != RC_OK)
        return rc == RC_DONE ? RC_OK : rc;
    if (o->receipt)
        return append(db, o, "outbox.accepted", "receipt", o->receipt);
    return append(db, o, o->reason ? "outbox.rejected" : "outbox.withdrawn", "reason", o->reason);
}

enum rc outcome_final(struct db *db, struct slot *s, const uint8_t *audit_key,
                      const struct answer *answer)
{
    struct outcome o = { .arena = s->arena,
                         .audit_key = audit_key,
                         .message = &s->message,
                         .receipt = answer->receipt,
                         .reason = answer->reason,
                         .now = clock_now() };
    enum rc rc = db_transaction(db, store_outcome, &o, NULL);
    const char *target = s->lane->target->name;
    if (!answer->receipt && !answer->reason)
        log_info("target=%s message=%s withdrawn", target, s->message.message_id);
    else if (answer->receipt)
        log_info("target=%s message=%s accepted receipt=%s", target, s->message.message_id,
                 answer->receipt);
    else
        log_error("target=%s message=%s rejected: %s", target, s->message.message_id,
                  answer->reason);
    return rc;
}

/* Doubles with each attempt, and lies in the upper half of that, so that messages spread. */
static int64_t backoff(int64_t attempts)
{
    int64_t doublings = attempts - 1 < BACKOFF_DOUBLINGS ? attempts - 1 : BACKOFF_DOUBLINGS;
    int64_t ms = (int64_t)BACKOFF_FIRST_MS << doublings;
    if (ms > BACKOFF_MAX_MS)
        ms = BACKOFF_MAX_MS;
    return ms / 2 + (int64_t)random_below((uint32_t)(ms / 2 + 1));
}

enum rc outcome_later(struct db *db, struct slot *s, bool uncertain, const struct answer *answer)
{
    int64_t ms = backoff(s->message.attempts);
    if (answer->retry_after_ms >= 0) {
        int64_t asked = answer->retry_after_ms < RETRY_AFTER_MAX_MS ? answer->retry_after_ms
                                                                    : RETRY_AFTER_MAX_MS;
        if (ms < asked)
            ms = asked + (int64_t)random_below(BACKOFF_FIRST_MS);
    }
    log_write(answer->reason ? LOG_WARN : LOG_INFO,
              "target=%s message=%s attempt=%" PRId64 " %s, again in %" PRId64 " ms: %s",
              s->lane->target->name, s->message.message_id, s->message.attempts,
              uncertain ? "uncertain" : "not accepted", ms,
              answer->reason ? answer->reason : "no receipt yet");
    enum rc rc = outbox_later(db, &s->message, uncertain, clock_now() + ms, answer->reason);
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- comparing ---- */

enum { DAY_MS = 24 * 3600 * 1000 };

struct comparison {
    struct outcome outcome;
    const char *difference; /* NULL: none */
    const char *shown;
    bool again;
};

static enum rc store_comparison(struct db *db, void *data, struct err *err)
{
    const struct comparison *x = data;
    const struct outbox_message *m = x->outcome.message;
    (void)err;
    enum rc rc = outbox_compared(db, m, x->difference, x->shown, x->again, x->outcome.now);
    bool same = !x->difference == !m->difference &&
                (!x->difference || strcmp(x->difference, m->difference) == 0);
    if (rc != RC_OK || same)
        return rc == RC_DONE ? RC_OK : rc;
    const struct delivery_ending agreed = { .ending = "agreed", .now = x->outcome.now };
    rc = delivery_difference_end(db, m->id, &agreed); /* or another one takes its place */
    if (rc == RC_OK && x->difference)
        rc = delivery_difference_found(db, m->id, x->difference, x->shown, x->outcome.now);
    if (rc != RC_OK)
        return rc;
    return append(db, &x->outcome, "outbox.compared", "difference",
                  x->difference ? x->difference : "");
}

enum rc outcome_compared(struct db *db, struct slot *s, const uint8_t *audit_key,
                         const struct answer *answer)
{
    const struct outbox_message *m = &s->message;
    const struct target *t = s->lane->target;
    struct comparison x = {
        .outcome = { .arena = s->arena, .audit_key = audit_key, .message = m, .now = clock_now() }
    };
    if (answer->verdict == ANSWER_ABSENT) {
        /* What is taken back may be gone there. */
        x.difference = m->retracted ? NULL : "missing";
    } else if (answer->verdict == ANSWER_ACCEPTED) {
        bool same = strcmp(answer->receipt, m->receipt) == 0;
        x.difference = same ? NULL : "receipt";
        x.shown = same ? NULL : answer->receipt;
    } else {
        return RC_OK;
    }
    x.again = x.difference || x.outcome.now < m->accepted_at + t->compare_days * DAY_MS;
    if (x.difference)
        log_warn("target=%s message=%s differs: %s", t->name, m->message_id, x.difference);
    return db_transaction(db, store_comparison, &x, NULL);
}
