#include "push.h"

#include <stddef.h>

struct clock_body {
    int64_t device_at;
    int64_t monotonic_ms;
    int64_t gps_at;
    bool has_gps;
};

static const struct web_field clock_fields[] = {
    { "device_at", WEB_INSTANT, offsetof(struct clock_body, device_at), true, 0, 0, 0, NULL },
    { "monotonic_ms", WEB_INT, offsetof(struct clock_body, monotonic_ms), true, 0, JSON_INT_MAX, 0,
      NULL },
    { "gps_at", WEB_INSTANT, offsetof(struct clock_body, gps_at), false, 0, 0,
      offsetof(struct clock_body, has_gps), NULL },
    { .name = NULL },
};
static const struct web_input clock_input = { clock_fields, sizeof(struct clock_body) };

enum rc push_clock_read(struct push_batch *b, const cJSON *tree)
{
    struct web_ctx *c = b->c;
    struct clock_body body = { .device_at = 0 };
    enum rc rc = web_input_json(c->arena, &clock_input, tree, "/clock", &body, &c->err);
    if (rc != RC_OK)
        return rc;
    struct device_clock *clock = arena_alloc(c->arena, sizeof *clock);
    *clock = (struct device_clock){ .at = c->now,
                                    .device_at = body.device_at,
                                    .monotonic_ms = body.monotonic_ms,
                                    .gps_at = body.gps_at,
                                    .has_gps = body.has_gps,
                                    .offset_ms = body.device_at - c->now };
    b->clock = clock;
    return RC_OK;
}

enum rc push_clock_store(struct push_batch *b)
{
    return b->clock ? device_add_clock(b->c->db, b->c->actor.id, b->clock) : RC_OK;
}
