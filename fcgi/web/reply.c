#include "web/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sys/log.h"

void reply_reset(struct web_ctx *c)
{
    memset(&c->reply, 0, sizeof c->reply);
    memset(&c->audit, 0, sizeof c->audit);
    memset(&c->err, 0, sizeof c->err);
    c->present = NULL;
    c->faults = NULL;
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

enum rc web_row(struct web_ctx *c, int status, const struct row_set *set, const void *row)
{
    row_put(web_json(c, status), set, row);
    return web_json_end(c);
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

bool reply_has_header(const struct web_ctx *c, const char *name)
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

static int64_t body_size(const struct web_reply *r)
{
    struct stat st;
    if (!r->file)
        return (int64_t)r->body.n;
    return fstat(fileno(r->file), &st) == 0 ? (int64_t)st.st_size : 0;
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
        buf_int(head, body_size(r));
        buf_puts(head, "\r\n");
    }
    if (!reply_has_header(c, "Cache-Control"))
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

static enum rc send_file(struct web_ctx *c)
{
    char piece[65536];
    size_t n;
    enum rc rc = RC_OK;
    while (rc == RC_OK && (n = fread(piece, 1, sizeof piece, c->reply.file)) > 0)
        rc = web_send(c, piece, n);
    return rc;
}

/* Head and body go out in one write: libfcgi flushes at 8 KB, each flush is a system call. */
void reply_send(struct web_ctx *c)
{
    enum rc rc = reply_send_head(c);
    if (rc == RC_OK)
        rc = c->reply.file ? send_file(c) : web_send(c, c->reply.body.p, c->reply.body.n);
    if (rc != RC_OK)
        log_info("client went away");
}
