#include "pushd/push.h"

#include <inttypes.h>

#include "base/arena.h"
#include "pushd/lane.h"
#include "pushd/outcome.h"
#include "sys/clock.h"
#include "sys/httpc.h"
#include "sys/log.h"
#include "target/files.h"
#include "target/https.h"

enum {
    REPLY_MAX = 65536,         /* bytes of an answer */
    WAIT_MS = 500,             /* longest deafness to a signal */
    LEASE_SPARE_MS = 5000,     /* beyond one question and one delivery */
    COMPARE_AGAIN_MS = 600000, /* after a comparison that the target did not answer */
    DB_PAUSE_FIRST_MS = 500,
    DB_PAUSE_MAX_MS = 30000,
};

struct pusher {
    struct db *db;
    const struct settings *settings;
    struct httpc *http;
    const volatile sig_atomic_t *stop;
    struct lane lanes[TARGETS_MAX];
    size_t lane_count;
    struct slot *slots[HTTPC_SLOTS_MAX]; /* by the number that httpc has for them */
    unsigned slot_count;
    int64_t db_pause; /* ms; 0: the database answers */
    int64_t db_at;    /* monotonic: it is left alone until then */
};

/* After a fault the database is left alone for a growing while; messages in hand go on. */
static void database_failed(struct pusher *p, enum rc rc)
{
    for (size_t i = 0; i < p->lane_count; i++)
        lane_forget(&p->lanes[i]);
    if (p->db_pause && clock_monotonic() < p->db_at)
        return; /* one more message in hand met the same fault */
    p->db_pause = p->db_pause ? p->db_pause * 2 : DB_PAUSE_FIRST_MS;
    if (p->db_pause > DB_PAUSE_MAX_MS)
        p->db_pause = DB_PAUSE_MAX_MS;
    p->db_at = clock_monotonic() + p->db_pause;
    log_warn("database: %s; next try in %" PRId64 " ms", rc_name(rc), p->db_pause);
}

/* ---- one message ---- */

static unsigned number_of(const struct pusher *p, const struct slot *s)
{
    unsigned i = 0;
    while (p->slots[i] != s)
        i++;
    return i;
}

static struct target_message shown(const struct slot *s)
{
    return (struct target_message){ s->message.message_id, s->message.body, s->message.retracts };
}

static void release(struct slot *s)
{
    s->busy = false;
    s->lane->busy--;
    arena_reset(s->arena);
}

static void settle(struct pusher *p, struct slot *s, const struct answer *answer, bool final,
                   bool uncertain)
{
    enum rc rc = final ? outcome_final(p->db, s, p->settings->audit_keys.key[0], answer)
                       : outcome_later(p->db, s, uncertain, answer);
    if (rc != RC_OK)
        database_failed(p, rc);
    release(s);
}

static enum rc handle_answer(struct pusher *p, struct slot *s, const struct answer *answer);

/* Files need no waiting. */
static enum rc exchange(struct pusher *p, struct slot *s, bool asking)
{
    struct answer answer;
    const struct target_message m = shown(s);
    if (asking)
        files_ask(s->arena, s->lane->target, &m, &answer);
    if (asking && answer.verdict == ANSWER_REFUSED && !s->message.uncertain) {
        /* Refused before its publisher had it sent again. */
        files_again(s->arena, s->lane->target, &m);
        files_ask(s->arena, s->lane->target, &m, &answer);
    }
    if (!asking)
        files_send(s->arena, s->lane->target, &m, &answer);
    return handle_answer(p, s, &answer);
}

static enum rc start_request(struct pusher *p, struct slot *s, bool asking)
{
    struct httpc_request request;
    struct err err = { .rc = RC_OK };
    const struct target_message m = shown(s);
    enum rc rc = RC_OK;
    s->asking = asking;
    if (s->lane->target->transport == TARGET_FILES)
        return exchange(p, s, asking);
    if (asking)
        https_ask(s->arena, s->lane->target, &m, clock_now(), &request);
    else
        rc = https_send(s->arena, s->lane->target, &m, clock_now(), &request, &err);
    if (rc == RC_OK)
        return httpc_start(p->http, number_of(p, s), &request);
    /* What its target has no form for is set aside and shown. */
    const struct answer answer = { .verdict = ANSWER_REFUSED,
                                   .reason =
                                       arena_printf(s->arena, "%s %s", err.pointer, err.detail) };
    settle(p, s, &answer, true, false);
    return RC_OK;
}

static void keep(struct slot *s, const struct outbox_message *m)
{
    s->message = *m;
    s->message.message_id = arena_strdup(s->arena, m->message_id);
    s->message.body = m->body ? arena_strdup(s->arena, m->body) : NULL;
    s->message.receipt = m->receipt ? arena_strdup(s->arena, m->receipt) : NULL;
    s->message.difference = m->difference ? arena_strdup(s->arena, m->difference) : NULL;
}

/* Leases the message and begins with it; RC_CONFLICT when another pusher has it. */
static enum rc begin(struct pusher *p, struct slot *s, const struct outbox_message *m)
{
    int64_t until = clock_now() + 2 * s->lane->target->timeout_ms + LEASE_SPARE_MS;
    keep(s, m);
    enum rc rc = m->compares ? outbox_compare_lease(p->db, m, until + COMPARE_AGAIN_MS)
                             : outbox_lease(p->db, &s->message, until);
    if (rc != RC_OK) {
        arena_reset(s->arena);
        return rc;
    }
    s->busy = true;
    s->lane->busy++;
    /* The platform may have it although nobody here sent it: from before a restore. */
    return start_request(p, s, true);
}

static enum rc handle_answer(struct pusher *p, struct slot *s, const struct answer *answer)
{
    lane_heard(s->lane, answer);
    if (s->message.compares) {
        enum rc rc = outcome_compared(p->db, s, p->settings->audit_keys.key[0], answer);
        if (rc != RC_OK)
            database_failed(p, rc);
        release(s);
        return RC_OK;
    }
    switch (answer->verdict) {
    case ANSWER_ACCEPTED:
    case ANSWER_REFUSED:
    case ANSWER_NOTHING:
        settle(p, s, answer, true, false);
        break;
    case ANSWER_ABSENT:
        if (!s->message.retracted)
            return start_request(p, s, false);
        settle(p, s, answer, true, false);
        break;
    case ANSWER_UNTOUCHED:
        settle(p, s, answer, false, false);
        break;
    case ANSWER_WAITING:
        settle(p, s, answer, false, true);
        break;
    case ANSWER_UNKNOWN: /* a question that was not answered makes nothing uncertain */
        settle(p, s, answer, false, !s->asking || s->message.uncertain);
        break;
    }
    return RC_OK;
}

static enum rc handle_reply(struct pusher *p, struct slot *s, const struct httpc_reply *reply)
{
    struct answer answer;
    const struct target_message m = shown(s);
    if (s->asking)
        https_read_ask(s->arena, s->lane->target, &m, reply, &answer);
    else
        https_read_send(s->arena, s->lane->target, &m, reply, &answer);
    return handle_answer(p, s, &answer);
}

/* ---- the loop ---- */

/* Gives the idle slots of a target what is due: as many in a turn as it has slots, for files need
   no waiting, and would hold up all other targets. */
static enum rc fill_lane(struct pusher *p, struct lane *l)
{
    struct slot *s;
    for (int64_t n = 0;
         n < l->target->at_once && !*p->stop && clock_monotonic() >= p->db_at && (s = lane_slot(l));
         n++) {
        const struct outbox_message *m;
        enum rc rc = lane_next(l, p->db, &m);
        if (rc == RC_OK || rc == RC_DONE)
            p->db_pause = 0;
        if (rc == RC_DONE)
            return RC_OK;
        if (rc == RC_OK)
            rc = begin(p, s, m);
        if (rc == RC_INTERNAL)
            return rc;
        if (rc != RC_OK && rc != RC_CONFLICT && rc != RC_RETRY)
            database_failed(p, rc);
    }
    return RC_OK;
}

/* How long there will be nothing to begin. */
static int64_t idle_ms(const struct pusher *p)
{
    int64_t at = clock_monotonic() + WAIT_MS;
    for (size_t i = 0; i < p->lane_count && !*p->stop; i++) {
        const struct lane *l = &p->lanes[i];
        int64_t wakes = (int64_t)l->busy < l->target->at_once ? lane_wakes_at(l) : at;
        if (wakes < p->db_at)
            wakes = p->db_at;
        if (wakes < at)
            at = wakes;
    }
    int64_t ms = at - clock_monotonic();
    return ms < 0 ? 0 : ms;
}

static enum rc wait_for_replies(struct pusher *p)
{
    struct httpc_reply reply;
    unsigned slot;
    enum rc rc = httpc_wait(p->http, idle_ms(p), &slot, &reply);
    return rc == RC_OK ? handle_reply(p, p->slots[slot], &reply) : rc == RC_DONE ? RC_OK : rc;
}

/* Nothing is due and may be begun, nothing is in hand, and the database answers. */
static bool drained(const struct pusher *p)
{
    bool all = p->db_pause == 0;
    for (size_t i = 0; i < p->lane_count; i++)
        all = all && lane_drained(&p->lanes[i]);
    return all;
}

static size_t in_hand(const struct pusher *p)
{
    size_t busy = 0;
    for (size_t i = 0; i < p->lane_count; i++)
        busy += p->lanes[i].busy;
    return busy;
}

static enum rc loop(struct pusher *p, bool once)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && (!*p->stop || in_hand(p))) {
        for (size_t i = 0; rc == RC_OK && i < p->lane_count; i++)
            rc = fill_lane(p, &p->lanes[i]);
        if (rc != RC_OK)
            break;
        if (in_hand(p))
            rc = wait_for_replies(p);
        else if (once && drained(p))
            break;
        else if (once && p->db_pause)
            rc = RC_UNAVAILABLE;
        else if (!*p->stop)
            clock_sleep(idle_ms(p));
    }
    return rc;
}

static enum rc open_lanes(struct pusher *p)
{
    struct httpc_options sides[TARGETS_MAX];
    size_t n = 0;
    for (; p->lane_count < p->settings->targets.n; p->lane_count++) {
        const struct target *t = &p->settings->targets.v[p->lane_count];
        struct lane *l = &p->lanes[p->lane_count];
        lane_init(l, t);
        if (t->transport == TARGET_FILES)
            continue;
        sides[n++] = (struct httpc_options){ .ca_file = t->ca_file,
                                             .client_cert = t->client_cert,
                                             .client_key = t->client_key,
                                             .timeout_ms = t->timeout_ms,
                                             .reply_max = REPLY_MAX,
                                             .slots = (unsigned)t->at_once };
        for (int64_t i = 0; i < t->at_once; i++)
            p->slots[p->slot_count++] = &l->slots[i];
    }
    return httpc_open(sides, n, &p->http);
}

enum rc push_run(struct db *db, const struct settings *s, bool once,
                 const volatile sig_atomic_t *stop)
{
    struct pusher p = { .db = db, .settings = s, .stop = stop };
    enum rc rc = open_lanes(&p);
    if (rc == RC_OK)
        rc = loop(&p, once);
    httpc_close(p.http);
    for (size_t i = 0; i < p.lane_count; i++)
        lane_free(&p.lanes[i]);
    return rc;
}
