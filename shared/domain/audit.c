#include "domain/audit.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

static void put_text(struct buf *out, const char *text)
{
    size_t n = strlen(text);
    buf_printf(out, "%zu:", n);
    buf_put(out, text, n);
    buf_putc(out, '\n');
}

void audit_canonical(struct buf *out, const struct audit_event *event)
{
    buf_puts(out, "liancha-audit/1\n");
    put_text(out, event->chain);
    buf_printf(out, "%" PRId64 "\n%" PRId64 "\n", event->seq, event->at);
    put_text(out, event->actor);
    put_text(out, event->remote);
    put_text(out, event->request_id);
    put_text(out, event->action);
    put_text(out, event->target);
    put_text(out, event->detail);
}

const char *const audit_writers[AUDIT_WRITERS] = {
    [AUDIT_PLANNER] = "planner", [AUDIT_MOBILE] = "mobile", [AUDIT_PUSHD] = "pushd",
    [AUDIT_DRAW] = "draw",       [AUDIT_ADMIN] = "admin",
};

enum audit_writer audit_writer_of(const char *chain)
{
    if (strncmp(chain, "dept:", 5) == 0)
        return AUDIT_PLANNER;
    if (strncmp(chain, "device:", 7) == 0)
        return AUDIT_MOBILE;
    int writer = 0;
    while (writer < AUDIT_WRITERS && strcmp(chain, audit_writers[writer]) != 0)
        writer++;
    return (enum audit_writer)writer;
}

enum rc audit_hash(struct arena *a, const uint8_t key[AUDIT_KEY], const uint8_t before[DIGEST_SIZE],
                   const struct audit_event *event, uint8_t out[DIGEST_SIZE])
{
    struct buf bytes;
    char hex[DIGEST_HEX];
    buf_init(&bytes, a, AUDIT_EVENT_MAX);
    hex_encode(hex, before, DIGEST_SIZE);
    buf_puts(&bytes, hex);
    buf_putc(&bytes, '\n');
    audit_canonical(&bytes, event);
    if (bytes.full)
        return RC_TOO_LARGE;
    hmac_sha256(key, AUDIT_KEY, bytes.p, bytes.n, out);
    return RC_OK;
}
