#include "web/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/log.h"

void reply_reset(struct web_ctx *c)
{
    memset(&c->reply, 0, sizeof c->reply);
    memset(&c->audit, 0, sizeof c->audit);
    memset(&c->err, 0, sizeof c->err);
}

struct buf *web_body(struct web_ctx *c, int status, const char *content_type)
{
    c->reply.status = status;
    c->reply.content_type = content_type;
    buf_init(&c->reply.body, c->arena, SIZE_MAX / 4); /* the arena's ceiling bounds it */
    return &c->reply.body;
}

struct jsonw *web_json(struct web_ctx *c, int status)
{
    jw_init(&c->reply.json, web_body(c, status, "application/json"));
    jw_object(&c->reply.json, NULL);
    return &c->reply.json;
}

enum rc web_json_end(struct web_ctx *c)
{
    jw_end(&c->reply.json);
    if (c->reply.json.depth != 0)
        return web_fail(c, RC_INTERNAL, "", "unbalanced JSON reply");
    return RC_OK;
}

enum rc web_empty(struct web_ctx *c, int status)
{
    (void)web_body(c, status, NULL);
    return RC_OK;
}

void web_header(struct web_ctx *c, const char *name, const char *value)
{
    if (c->reply.header_count == WEB_HEADERS_MAX || strpbrk(value, "\r\n")) {
        log_error("header %s dropped", name);
        return;
    }
    c->reply.headers[c->reply.header_count].name = name;
    c->reply.headers[c->reply.header_count++].value = value;
}

static bool has_header(const struct web_ctx *c, const char *name)
{
    for (size_t i = 0; i < c->reply.header_count; i++)
        if (strcmp(c->reply.headers[i].name, name) == 0)
            return true;
    return false;
}

static enum rc put(struct web_ctx *c, const void *bytes, size_t n)
{
    FCGX_Request *fcgi = c->fcgi;
    while (n) {
        int piece = n > 1 << 20 ? 1 << 20 : (int)n;
        if (FCGX_PutStr(bytes, piece, fcgi->out) != piece)
            return RC_UNAVAILABLE; /* the client went away */
        bytes = (const char *)bytes + piece;
        n -= (size_t)piece;
    }
    return RC_OK;
}

enum rc web_send(struct web_ctx *c, const void *bytes, size_t n)
{
    return c->method == WEB_HEAD ? RC_OK : put(c, bytes, n);
}

static void put_header(struct buf *head, const char *name, const char *value)
{
    buf_puts(head, name);
    buf_puts(head, ": ");
    buf_puts(head, value);
    buf_puts(head, "\r\n");
}

static void write_head(struct web_ctx *c, struct buf *head)
{
    const struct web_reply *r = &c->reply;
    buf_puts(head, "Status: ");
    buf_int(head, r->status);
    buf_puts(head, "\r\n");
    if (r->content_type)
        put_header(head, "Content-Type", r->content_type);
    if (!r->stream && r->status != 204 && r->status != 304) {
        buf_puts(head, "Content-Length: ");
        buf_int(head, (int64_t)r->body.n);
        buf_puts(head, "\r\n");
    }
    if (!has_header(c, "Cache-Control"))
        put_header(head, "Cache-Control", "no-store");
    for (size_t i = 0; i < r->header_count; i++)
        put_header(head, r->headers[i].name, r->headers[i].value);
    put_header(head, "X-Request-Id", c->request_id);
    buf_puts(head, "\r\n");
}

enum rc reply_send_head(struct web_ctx *c)
{
    struct buf head;
    buf_init(&head, c->arena, 16384);
    write_head(c, &head);
    return put(c, head.p, head.n);
}

/* Head and body go out in one write: libfcgi flushes at 8 KB, each flush is a system call. */
void reply_send(struct web_ctx *c)
{
    enum rc rc = reply_send_head(c);
    if (rc == RC_OK)
        rc = web_send(c, c->reply.body.p, c->reply.body.n);
    if (rc != RC_OK)
        log_info("client went away");
}
