/*
 * An HTTPS client over libcurl: a few requests at a time to each far side, over connections that
 * are kept, for a minute at most. TLS is verified against the given authorities, as their file has
 * them when a connection is made: what replaces it counts. Nothing is redirected, no proxy is
 * asked, a reply larger than the cap is a fault, and a request body is never sent twice by the
 * library itself.
 */
#ifndef LIANCHA_SYS_HTTPC_H
#define LIANCHA_SYS_HTTPC_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

enum { HTTPC_SLOTS_MAX = 128, HTTPC_HEADERS_MAX = 12 };

struct httpc;

/* Of one far side. */
struct httpc_options {
    const char *ca_file;
    const char *client_cert; /* who we are to it, as PEM, and its key; NULL or "": nobody */
    const char *client_key;
    int64_t timeout_ms; /* of a whole request */
    size_t reply_max;   /* bytes of a body */
    unsigned slots;     /* requests at a time */
};

struct httpc_request {
    const char *url;  /* https only */
    const char *body; /* NULL: GET, else POST; stays the caller's until the request has ended */
    size_t body_size;
    const char *headers[HTTPC_HEADERS_MAX]; /* "Name: value", copied; NULL ends them early */
};

enum httpc_end {
    HTTPC_REPLY,   /* a whole reply */
    HTTPC_UNSENT,  /* no connection, or not with whom we trust: no byte of the request left */
    HTTPC_UNKNOWN, /* the request may have arrived, there is no whole reply */
};

struct httpc_reply {
    enum httpc_end end;
    long status;
    const char *body; /* NUL-terminated; until the slot's next request */
    size_t size;
    int64_t retry_after_s; /* -1: not given as seconds or date */
    const char *fault;     /* libcurl's words when end is not HTTPC_REPLY */
};

/*
 * For n far sides, whose slots are numbered in their order, HTTPC_SLOTS_MAX in all. Options'
 * strings are copied. RC_INTERNAL when libcurl refuses an option.
 */
enum rc httpc_open(const struct httpc_options *options, size_t n, struct httpc **out) RC_CHECKED;
void httpc_close(struct httpc *h);

/* Begins a request on an idle slot, 0 … slots - 1. */
enum rc httpc_start(struct httpc *h, unsigned slot, const struct httpc_request *request) RC_CHECKED;
/*
 * Waits until a request ends, or so long: RC_OK with its slot, which is idle again; RC_DONE when
 * none did (a signal ends the wait early).
 */
enum rc httpc_wait(struct httpc *h, int64_t ms, unsigned *slot,
                   struct httpc_reply *reply) RC_CHECKED;

#endif
