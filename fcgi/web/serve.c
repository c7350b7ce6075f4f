#include "web/internal.h"

#include <setjmp.h>

#include "base/digest.h"
#include "store/audit.h"
#include "sys/clock.h"
#include "sys/log.h"

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
        event.chain = "system";
        event.actor = "anonymous";
    }
    if (!event.detail) {
        char hex[DIGEST_HEX];
        digest_hex(DIGEST_SHA256, c->body, c->body_size, hex);
        event.detail = arena_printf(c->arena, "{\"body_sha256\":\"%s\"}", hex);
    }
    return audit_append(c->db, c->arena, &event);
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
    if (rc == RC_OK && txn == WEB_TXN_WRITE)
        rc = append_audit(c);
    if (rc == RC_OK && !c->reply.stream)
        rc = db_commit(c->db);
    if (rc != RC_OK) {
        db_rollback(c->db);
        if (done)
            c->reply.header_count = 0; /* they told of what did not come to pass, or may not have */
    }
    return rc;
}

/* The whole step again, bounded, when its transaction gave way to another one. */
static enum rc insist(struct web_ctx *c, enum rc (*step)(struct web_ctx *))
{
    enum rc rc = RC_RETRY;
    for (int n = 1; rc == RC_RETRY && n <= DB_ATTEMPTS; n++) {
        if (n > 1) {
            db_backoff(n - 1);
            reply_reset(c);
        }
        c->attempt = n;
        rc = step(c);
    }
    return rc;
}

static enum rc handle(struct web_ctx *c, FCGX_Request *fcgi)
{
    enum rc rc = request_read(c, fcgi);
    log_request(c->request_id);
    if (rc == RC_OK)
        rc = c->refuse;
    if (rc == RC_OK)
        rc = route_find(c);
    if (rc == RC_OK)
        rc = insist(c, authorise);
    if (rc == RC_OK)
        rc = request_read_body(c, fcgi);
    if (rc == RC_OK)
        rc = request_parse(c);
    if (rc == RC_OK)
        rc = insist(c, attempt);
    return rc;
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
    int64_t start = clock_monotonic();
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
    log_info("access method=%s route=%s status=%d ms=%lld bytes=%zu actor=%s:%lld",
             method_names[c->method], c->route ? c->route->name : "-", c->reply.status,
             (long long)(clock_monotonic() - start), c->reply.body.n,
             c->actor.kind == ACTOR_DEVICE    ? "device"
             : c->actor.kind == ACTOR_ACCOUNT ? "account"
                                              : "-",
             (long long)c->actor.id);
    log_request(NULL);
}
