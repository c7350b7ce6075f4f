#include "pushd/push.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "pushd/henan.h"
#include "store/audit.h"
#include "store/outbox.h"
#include "sys/clock.h"
#include "sys/httpc.h"
#include "sys/jsonw.h"
#include "sys/log.h"
#include "sys/random.h"

enum {
    SLOTS = 8,             /* requests at a time */
    QUEUE = 64,            /* due messages read ahead */
    REPLY_MAX = 65536,     /* bytes, as the platform's contract says */
    WAIT_MS = 500,         /* longest deafness to a signal */
    LEASE_SPARE_MS = 5000, /* beyond one question and one delivery */
    BACKOFF_FIRST_MS = 1000,
    BACKOFF_MAX_MS = 300000,
    BACKOFF_DOUBLINGS = 9,
    RETRY_AFTER_MAX_MS = 3600000,
    DB_PAUSE_FIRST_MS = 500,
    DB_PAUSE_MAX_MS = 30000,
    AUDIT_MAX = 4096,
};

#define SLOT_ARENA ((size_t)4 << 20)
#define QUEUE_ARENA ((size_t)64 << 20)

struct slot {
    struct arena *arena; /* of the message in hand */
    bool busy;
    bool asking;
    struct outbox_message message;
};

struct pusher {
    struct db *db;
    const struct settings *settings;
    struct httpc *http;
    const volatile sig_atomic_t *stop;
    struct slot slots[SLOTS];
    unsigned busy;
    struct arena *queue_arena;
    struct outbox_message *queue;
    size_t queued;
    size_t next;      /* in the queue */
    int64_t look_at;  /* monotonic: the database is not asked for work before */
    int64_t db_pause; /* ms; 0: the database answers */
};

/* ---- the database ---- */

/* After a fault the database is left alone for a growing while; messages in hand go on. */
static void database_failed(struct pusher *p, enum rc rc)
{
    p->next = p->queued; /* what was read ahead is read again */
    if (p->db_pause && clock_monotonic() < p->look_at)
        return; /* one more message in hand met the same fault */
    p->db_pause = p->db_pause ? p->db_pause * 2 : DB_PAUSE_FIRST_MS;
    if (p->db_pause > DB_PAUSE_MAX_MS)
        p->db_pause = DB_PAUSE_MAX_MS;
    p->look_at = clock_monotonic() + p->db_pause;
    log_warn("database: %s; next try in %" PRId64 " ms", rc_name(rc), p->db_pause);
}

static enum rc read_queue(struct pusher *p)
{
    arena_reset(p->queue_arena);
    p->next = 0;
    p->queued = 0;
    enum rc rc = outbox_due(p->db, p->queue_arena, p->settings->credit_target, clock_now(), QUEUE,
                            &p->queue, &p->queued);
    if (rc != RC_OK)
        return rc;
    p->db_pause = 0;
    if (p->queued == 0)
        p->look_at = clock_monotonic() + p->settings->credit_idle_ms;
    return RC_OK;
}

/* What a transaction stores of a final outcome. */
struct outcome {
    struct arena *arena;
    const struct outbox_message *message;
    const char *receipt; /* accepted */
    const char *reason;  /* else: rejected */
    int64_t now;
};

static enum rc store_outcome(struct db *db, void *data, struct err *err)
{
    const struct outcome *o = data;
    struct buf detail;
    struct jsonw w;
    (void)err;
    enum rc rc = o->receipt ? outbox_accepted(db, o->message, o->receipt, o->now)
                            : outbox_rejected(db, o->message, o->reason);
    if (rc != RC_OK)
        return rc == RC_DONE ? RC_OK : rc;
    buf_init(&detail, o->arena, AUDIT_MAX);
    jw_init(&w, &detail);
    jw_object(&w, NULL);
    jw_text(&w, o->receipt ? "receipt" : "reason", o->receipt ? o->receipt : o->reason);
    jw_end(&w);
    struct audit_event event = {
        .chain = "pushd",
        .at = o->now,
        .actor = "liancha-pushd",
        .remote = "local",
        .request_id = "",
        .action = o->receipt ? "outbox.accepted" : "outbox.rejected",
        .target = arena_printf(o->arena, "message:%s", o->message->message_id),
        .detail = detail.full ? "{}" : detail.p,
    };
    return audit_append(db, o->arena, &event);
}

static void finish(struct pusher *p, struct slot *s, const struct henan_answer *answer)
{
    struct outcome o = { .arena = s->arena,
                         .message = &s->message,
                         .receipt = answer->receipt,
                         .reason = answer->reason,
                         .now = clock_now() };
    enum rc rc = db_transaction(p->db, store_outcome, &o, NULL);
    if (answer->receipt)
        log_info("message=%s accepted receipt=%s", s->message.message_id, answer->receipt);
    else
        log_error("message=%s rejected: %s", s->message.message_id, answer->reason);
    /* Not stored: it stays uncertain, and is asked about when its lease has ended. */
    if (rc != RC_OK)
        database_failed(p, rc);
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

static void later(struct pusher *p, struct slot *s, bool uncertain,
                  const struct henan_answer *answer)
{
    int64_t ms = backoff(s->message.attempts);
    if (answer->retry_after_ms >= 0) {
        int64_t asked = answer->retry_after_ms < RETRY_AFTER_MAX_MS ? answer->retry_after_ms
                                                                    : RETRY_AFTER_MAX_MS;
        if (ms < asked)
            ms = asked + (int64_t)random_below(BACKOFF_FIRST_MS);
    }
    log_warn("message=%s attempt=%" PRId64 " %s, again in %" PRId64 " ms: %s",
             s->message.message_id, s->message.attempts, uncertain ? "uncertain" : "not accepted",
             ms, answer->reason);
    enum rc rc = outbox_later(p->db, &s->message, uncertain, clock_now() + ms, answer->reason);
    if (rc != RC_OK && rc != RC_DONE)
        database_failed(p, rc);
}

/* ---- one message ---- */

static enum rc start_request(struct pusher *p, struct slot *s, bool asking)
{
    struct httpc_request request;
    s->asking = asking;
    if (asking)
        henan_ask(s->arena, p->settings, &s->message, clock_now(), &request);
    else
        henan_send(s->arena, p->settings, &s->message, clock_now(), &request);
    return httpc_start(p->http, (unsigned)(s - p->slots), &request);
}

/* Leases the message and begins with it; RC_CONFLICT when another pusher has it. */
static enum rc begin(struct pusher *p, struct slot *s, const struct outbox_message *m)
{
    bool asking = m->uncertain;
    int64_t until = clock_now() + 2 * p->settings->credit_timeout_ms + LEASE_SPARE_MS;
    s->message = *m;
    s->message.message_id = arena_strdup(s->arena, m->message_id);
    s->message.body = arena_strdup(s->arena, m->body);
    enum rc rc = outbox_lease(p->db, &s->message, until);
    if (rc != RC_OK) {
        arena_reset(s->arena);
        return rc;
    }
    s->busy = true;
    p->busy++;
    return start_request(p, s, asking);
}

static void release(struct pusher *p, struct slot *s)
{
    s->busy = false;
    p->busy--;
    arena_reset(s->arena);
}

static enum rc handle_reply(struct pusher *p, struct slot *s, const struct httpc_reply *reply)
{
    struct henan_answer answer;
    if (s->asking)
        henan_read_ask(s->arena, &s->message, reply, &answer);
    else
        henan_read_send(s->arena, &s->message, reply, &answer);
    switch (answer.verdict) {
    case HENAN_ACCEPTED:
    case HENAN_REFUSED:
        finish(p, s, &answer);
        break;
    case HENAN_ABSENT:
        return start_request(p, s, false);
    case HENAN_UNTOUCHED:
        later(p, s, false, &answer);
        break;
    case HENAN_UNKNOWN:
        later(p, s, true, &answer);
        break;
    }
    release(p, s);
    return RC_OK;
}

/* ---- the loop ---- */

static struct slot *idle_slot(struct pusher *p)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (!p->slots[i].busy)
            return &p->slots[i];
    return NULL;
}

/* Gives the idle slots what is due. */
static enum rc fill_slots(struct pusher *p)
{
    for (struct slot *s; !*p->stop && (s = idle_slot(p));) {
        enum rc rc = RC_OK;
        if (p->next == p->queued) {
            if (clock_monotonic() < p->look_at)
                return RC_OK;
            rc = read_queue(p);
            if (rc == RC_OK && p->queued == 0)
                return RC_OK;
        }
        if (rc == RC_OK)
            rc = begin(p, s, &p->queue[p->next++]);
        if (rc == RC_INTERNAL)
            return rc;
        if (rc != RC_OK && rc != RC_CONFLICT && rc != RC_RETRY)
            database_failed(p, rc);
    }
    return RC_OK;
}

static enum rc wait_for_replies(struct pusher *p)
{
    struct httpc_reply reply;
    unsigned slot;
    int64_t wait = WAIT_MS;
    if (!*p->stop && p->busy < SLOTS) {
        int64_t until_look = p->look_at - clock_monotonic();
        wait = until_look < 0 ? 0 : until_look < WAIT_MS ? until_look : WAIT_MS;
    }
    enum rc rc = httpc_wait(p->http, wait, &slot, &reply);
    return rc == RC_OK ? handle_reply(p, &p->slots[slot], &reply) : rc == RC_DONE ? RC_OK : rc;
}

/* Nothing is due, nothing is in hand, and the database answers. */
static bool drained(const struct pusher *p)
{
    return p->busy == 0 && p->next == p->queued && p->queued == 0 && p->db_pause == 0;
}

static void rest(const struct pusher *p)
{
    int64_t ms = p->look_at - clock_monotonic();
    if (ms > 0)
        clock_sleep(ms < WAIT_MS ? ms : WAIT_MS);
}

static enum rc loop(struct pusher *p, bool once)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && (!*p->stop || p->busy)) {
        rc = fill_slots(p);
        if (rc != RC_OK)
            break;
        if (p->busy)
            rc = wait_for_replies(p);
        else if (once && drained(p))
            break;
        else if (once && p->db_pause)
            rc = RC_UNAVAILABLE;
        else if (!*p->stop)
            rest(p);
    }
    return rc;
}

enum rc push_run(struct db *db, const struct settings *s, bool once,
                 const volatile sig_atomic_t *stop)
{
    struct pusher p = {
        .db = db, .settings = s, .stop = stop, .queue_arena = arena_new(QUEUE_ARENA)
    };
    struct httpc_options options = { .ca_file = s->credit_ca_file,
                                     .timeout_ms = s->credit_timeout_ms,
                                     .reply_max = REPLY_MAX,
                                     .slots = SLOTS };
    for (unsigned i = 0; i < SLOTS; i++)
        p.slots[i].arena = arena_new(SLOT_ARENA);
    enum rc rc = httpc_open(&options, &p.http);
    if (rc == RC_OK)
        rc = loop(&p, once);
    httpc_close(p.http);
    for (unsigned i = 0; i < SLOTS; i++)
        arena_free(p.slots[i].arena);
    arena_free(p.queue_arena);
    return rc;
}
