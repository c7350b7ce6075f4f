#include "push.h"

#include "base/date.h"

/* An instant of its form; false when there is none. */
static bool instant(const cJSON *clock, const char *name, int64_t *out)
{
    const cJSON *node = json_member(clock, name);
    return cJSON_IsString(node) && instant_parse(node->valuestring, out);
}

/* performance.now() has fractions. */
static bool monotonic(const cJSON *clock, int64_t *out)
{
    const cJSON *node = json_member(clock, "monotonic_ms");
    if (!cJSON_IsNumber(node) || node->valuedouble < 0 || node->valuedouble > (double)JSON_INT_MAX)
        return false;
    *out = (int64_t)node->valuedouble;
    return true;
}

void push_clock_read(struct push_batch *b, const char *text, size_t n)
{
    struct web_ctx *c = b->c;
    struct err err;
    cJSON *tree;
    struct device_clock clock = { .at = c->now };
    if (json_parse(c->arena, text, n, &tree, &err) != RC_OK || !cJSON_IsObject(tree) ||
        !instant(tree, "device_at", &clock.device_at) || !monotonic(tree, &clock.monotonic_ms))
        return;
    clock.has_gps = instant(tree, "gps_at", &clock.gps_at);
    clock.offset_ms = clock.device_at - c->now;
    b->clock = arena_memdup(c->arena, &clock, sizeof clock);
}

enum rc push_clock_store(struct push_batch *b)
{
    return b->clock ? device_add_clock(b->c->db, b->c->actor.id, b->clock) : RC_OK;
}
