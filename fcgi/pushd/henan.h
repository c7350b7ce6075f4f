/*
 * The adapter of the provincial collaborative supervision platform: JSON over HTTPS, each request
 * signed with HMAC-SHA256. The wire contract stands at the head of tests/support/platform.mjs.
 */
#ifndef LIANCHA_PUSHD_HENAN_H
#define LIANCHA_PUSHD_HENAN_H

#include <stdint.h>

#include "base/arena.h"
#include "store/outbox.h"
#include "sys/httpc.h"
#include "sys/settings.h"

#define HENAN_TARGET "henan" /* its name in the settings and the outbox */

enum henan_verdict {
    HENAN_ACCEPTED,  /* with its receipt */
    HENAN_REFUSED,   /* for good: sending it again would change nothing */
    HENAN_UNTOUCHED, /* surely not accepted; may be sent again later */
    HENAN_UNKNOWN,   /* it may have been accepted */
    HENAN_ABSENT,    /* asked for: the platform never accepted it */
};

struct henan_answer {
    enum henan_verdict verdict;
    const char *receipt;
    const char *reason;     /* for a person; NULL when accepted or absent */
    int64_t retry_after_ms; /* -1: the platform did not say */
};

/* The request that delivers the message; strings live in the arena, the body is the message's. */
void henan_send(struct arena *a, const struct settings *s, const struct outbox_message *m,
                int64_t now, struct httpc_request *out);
/* The request that asks for its receipt. */
void henan_ask(struct arena *a, const struct settings *s, const struct outbox_message *m,
               int64_t now, struct httpc_request *out);

/* What the replies to them mean; anything that is not to the letter is HENAN_UNKNOWN. */
void henan_read_send(struct arena *a, const struct outbox_message *m,
                     const struct httpc_reply *reply, struct henan_answer *out);
void henan_read_ask(struct arena *a, const struct outbox_message *m,
                    const struct httpc_reply *reply, struct henan_answer *out);

#endif
