#include "web/internal.h"

#include <setjmp.h>

#include "base/digest.h"
#include "base/text.h"
#include "store/audit.h"
#include "store/schema.h"
#include "sys/clock.h"
#include "sys/counters.h"
#include "sys/log.h"

/* What of it was asked for: {"query":"state=signed"}. */
static const char *asked(struct web_ctx *c)
{
    struct buf out;
    struct jsonw w;
    const char *query = web_request_header(c, "QUERY_STRING");
    char *shown = arena_printf(c->arena, "%.500s", query ? query : "");
    utf8_drop_broken(shown);
    buf_init(&out, c->arena, 4096);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "query", shown);
    jw_end(&w);
    return out.p;
}

static enum rc append_audit(struct web_ctx *c)
{
    const struct actor *who = &c->actor;
    struct audit_event event = {
        .at = c->now,
        .remote = c->remote,
        .request_id = c->request_id,
        .action = c->route->name,
        .target = c->audit.target ? c->audit.target : c->path,
        .detail = c->audit.detail,
    };
    if (who->kind == ACTOR_ACCOUNT) {
        event.chain = arena_printf(c->arena, "dept:%s", who->department);
        event.actor = arena_printf(c->arena, "account:%s", who->name);
    } else if (who->kind == ACTOR_DEVICE) {
        event.chain = arena_printf(c->arena, "device:%lld", (long long)who->id);
        event.actor = event.chain;
    } else {
        event.chain = c->program->section;
        event.actor = "anonymous";
    }
    if (c->audit.chain)
        event.chain = c->audit.chain;
    if (!event.detail && c->route->personal)
        event.detail = asked(c);
    if (!event.detail) {
        char hex[DIGEST_HEX];
        digest_hex(DIGEST_SHA256, c->body, c->body_size, hex);
        event.detail = arena_printf(c->arena, "{\"body_sha256\":\"%s\"}", hex);
    }
    return audit_append(c->db, c->arena, c->settings->audit_keys.key[0], &event);
}

/* A read that is on record: its event commits before a byte of the reply is sent. */
static enum rc audit_alone(struct web_ctx *c)
{
    enum rc rc = db_begin(c->db, DB_WRITE);
    if (rc == RC_OK)
        rc = append_audit(c);
    if (rc == RC_OK)
        rc = db_commit(c->db);
    return rc;
}

/* One attempt: transaction, handler, audit, commit. */
static enum rc attempt(struct web_ctx *c)
{
    enum web_txn txn = c->route->txn;
    if (txn == WEB_TXN_NONE)
        return c->route->handler(c);
    enum rc rc = db_begin(c->db, txn == WEB_TXN_WRITE ? DB_WRITE : DB_READ);
    if (rc == RC_OK)
        rc = c->route->handler(c);
    bool done = rc == RC_OK;
    if (rc == RC_OK && txn == WEB_TXN_WRITE && !c->audit.counted)
        rc = append_audit(c);
    if (rc == RC_OK && !c->reply.stream)
        rc = db_commit(c->db);
    if (rc == RC_OK && txn == WEB_TXN_READ && (c->audit.detail || c->route->personal))
        rc = audit_alone(c);
    if (rc != RC_OK) {
        db_rollback(c->db);
        if (done)
            c->reply.header_count = 0; /* they told of what did not come to pass, or may not have */
    }
    return rc;
}

/* No further attempt begins after so long, which is less than a lock is waited for: a node that
   lags answers by one that waited in vain. */
enum { INSIST_MS = 3000 };

/* The whole step again, bounded, when its transaction gave way to another one. */
static enum rc insist(struct web_ctx *c, enum rc (*step)(struct web_ctx *))
{
    enum rc rc = RC_RETRY;
    int64_t begun = clock_monotonic();
    for (int n = 1; rc == RC_RETRY && n <= DB_ATTEMPTS; n++) {
        if (n > 1 && clock_monotonic() - begun > INSIST_MS)
            break;
        if (n > 1) {
            counters_rerun(c->counters);
            db_backoff(n - 1);
            reply_reset(c);
        }
        c->attempt = n;
        rc = step(c);
    }
    return rc;
}

/* Without a database nothing is served, and whoever spreads requests asks another node, but for
   what says that this worker lives. Why is told to whoever asks for its health. */
static enum rc refused(struct web_ctx *c, enum rc rc)
{
    if (c->refuse.rc == RC_OK || (c->route && c->route->who & WEB_ALWAYS))
        return rc;
    c->err = c->route && c->route->handler == web_ready ? c->refuse : (struct err){ .rc = RC_OK };
    return RC_UNAVAILABLE;
}

/* A fault of ours may be that of another schema, which came under a worker that was at work. */
static enum rc or_outdated(struct web_ctx *c, enum rc rc)
{
    struct err err;
    if (rc != RC_INTERNAL || !c->db || schema_check(c->db, &err) != RC_STATE)
        return rc;
    log_error("%s", err.detail);
    c->err = (struct err){ .rc = RC_OK };
    return RC_UNAVAILABLE;
}

static enum rc handle(struct web_ctx *c, FCGX_Request *fcgi)
{
    enum rc rc = request_read(c, fcgi);
    log_request(c->request_id);
    if (rc == RC_OK)
        rc = route_find(c);
    if (rc == RC_OK || rc == RC_NOT_FOUND || rc == RC_METHOD)
        rc = refused(c, rc);
    if (rc == RC_OK)
        rc = insist(c, authorise);
    if (rc == RC_OK)
        rc = route_check_params(c);
    if (rc == RC_OK)
        rc = request_read_body(c, fcgi);
    if (rc == RC_OK)
        rc = request_parse(c);
    if (rc == RC_OK && c->route->prepare)
        rc = insist(c, c->route->prepare);
    if (rc == RC_OK)
        rc = insist(c, attempt);
    return or_outdated(c, rc);
}

static void send_stream(struct web_ctx *c)
{
    enum rc rc = reply_send_head(c);
    if (rc == RC_OK)
        rc = c->reply.stream(c);
    if (rc != RC_OK)
        log_warn("streamed reply broken off: %s", rc_name(rc));
    db_rollback(c->db);
}

struct overflow {
    jmp_buf back;
};

static void on_overflow(void *data)
{
    longjmp(((struct overflow *)data)->back, 1);
}

void serve_request(struct web_ctx *c, FCGX_Request *fcgi)
{
    int64_t start = clock_micros();
    int64_t waited = request_waited(fcgi);
    struct overflow overflow;
    arena_on_overflow(c->arena, on_overflow, &overflow);
    /* A request over its memory ceiling lands here: whatever the connection was doing is void. */
    if (setjmp(overflow.back) == 0) {
        enum rc rc = handle(c, fcgi);
        if (rc != RC_OK)
            problem_reply(c, rc);
    } else {
        db_drop(c->db);
        arena_reset(c->arena);
        reply_reset(c);
        (void)web_fail(c, RC_TOO_LARGE, "", "处理该请求所需的内存超出上限");
        problem_reply(c, RC_TOO_LARGE);
    }
    if (c->reply.stream)
        send_stream(c);
    else
        reply_send(c);
    int64_t took = clock_micros() - start;
    count_request(c, took, waited);
    log_event("access", "method=%s route=%s status=%d ms=%lld bytes=%zu actor=%s:%lld",
              method_names[c->method], c->route ? c->route->name : "-", c->reply.status,
              (long long)took / 1000, c->reply.body.n,
              c->actor.kind == ACTOR_DEVICE    ? "device"
              : c->actor.kind == ACTOR_ACCOUNT ? "account"
                                               : "-",
              (long long)c->actor.id);
    log_request(NULL);
}
