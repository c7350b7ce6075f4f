/* Enrolment of devices and their tokens. */
#include "routes.h"

#include "store/device.h"
#include "sys/random.h"

enum rc enrol_authenticate(struct web_ctx *c, const char *token)
{
    uint8_t hash[DIGEST_SIZE];
    token_hash(token, hash);
    return device_actor(c->db, c->arena, hash, c->now, &c->actor, &c->err);
}

enum rc health_get(struct web_ctx *c)
{
    jw_text(web_json(c, 200), "status", "ok");
    return web_json_end(c);
}

/* A fresh pair and how it is stored. */
struct pair {
    const char *access;
    const char *refresh;
    struct device_tokens stored;
};

static void make_pair(struct web_ctx *c, struct pair *pair)
{
    pair->access = random_token(c->arena, pair->stored.access_hash);
    pair->refresh = random_token(c->arena, pair->stored.refresh_hash);
    pair->stored.access_expires_at = c->now + DEVICE_ACCESS_MS;
    pair->stored.refresh_expires_at = c->now + DEVICE_REFRESH_MS;
}

static enum rc reply_pair(struct web_ctx *c, int status, int64_t device_id, const struct pair *pair)
{
    c->audit.target = arena_printf(c->arena, "device:%lld", (long long)device_id);
    c->audit.detail = "{}"; /* not the digest of a body that holds a secret */
    struct jsonw *w = web_json(c, status);
    jw_int(w, "device_id", device_id);
    jw_text(w, "access_token", pair->access);
    jw_instant(w, "access_expires_at", pair->stored.access_expires_at);
    jw_text(w, "refresh_token", pair->refresh);
    jw_instant(w, "refresh_expires_at", pair->stored.refresh_expires_at);
    return web_json_end(c);
}

enum rc enrol_post(struct web_ctx *c)
{
    const struct enrol_body *body = c->input;
    uint8_t code[DIGEST_SIZE];
    struct pair pair = { .access = NULL };
    int64_t device_id;
    token_hash(body->code, code);
    make_pair(c, &pair);
    enum rc rc =
        device_enrol(c->db, code, body->device_name, &pair.stored, c->now, &device_id, &c->err);
    return rc == RC_OK ? reply_pair(c, 201, device_id, &pair) : rc;
}

enum rc enrol_tokens_post(struct web_ctx *c)
{
    const struct enrol_renewal *body = c->input;
    uint8_t refresh[DIGEST_SIZE];
    struct pair pair = { .access = NULL };
    int64_t device_id;
    token_hash(body->refresh_token, refresh);
    make_pair(c, &pair);
    enum rc rc = device_renew(c->db, refresh, &pair.stored, c->now, &device_id, &c->err);
    return rc == RC_OK ? reply_pair(c, 200, device_id, &pair) : rc;
}
