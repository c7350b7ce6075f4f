/* Enrolment of devices and their tokens. */
#include "routes.h"

#include <string.h>

#include "store/field/device.h"
#include "store/field/feed.h"
#include "sys/random.h"
#include "token.h"

enum rc enrol_authenticate(struct web_ctx *c, const char *token)
{
    uint8_t hash[DIGEST_SIZE];
    struct feed_heads *heads = NULL;
    token_hash(token, hash);
    if (c->route->handler == pull_get) /* the poll: one round trip for all that it needs */
        c->own = heads = arena_alloc(c->arena, sizeof *heads);
    return device_actor(c->db, hash, c->now, &c->actor, heads, &c->err);
}

/* A renewal may be on its way for so long after others took its place, however many: it is refused,
   but nobody copied anything. Who did copy something gains nothing by coming then. */
#define LATE_MS (INT64_C(10) * 60 * 1000)

/* The device has proven itself: the request is its own, on its own chain of the audit log. */
static void act_as(struct web_ctx *c, int64_t device_id, const char *detail)
{
    c->actor.kind = ACTOR_DEVICE;
    c->actor.id = device_id;
    c->audit.target = arena_printf(c->arena, "device:%lld", (long long)device_id);
    c->audit.detail = detail; /* not the digest of a body that holds a secret */
}

/* The tokens of the holder's generation: whoever asks again gets the same. */
static enum rc reply_tokens(struct web_ctx *c, int status, const struct device_holder *holder)
{
    struct token_pair pair;
    token_make(c->arena, c->settings->token_keys.key[0], holder->salt, holder->id,
               holder->generation, &pair);
    act_as(c, holder->id, "{}");
    struct jsonw *w = web_json(c, status);
    jw_int(w, "device_id", holder->id);
    jw_text(w, "access_token", pair.access);
    jw_instant(w, "access_expires_at", holder->access_expires_at);
    jw_text(w, "refresh_token", pair.refresh);
    jw_instant(w, "refresh_expires_at", holder->refresh_expires_at);
    return web_json_end(c);
}

static enum rc read_signature(struct web_ctx *c, const char *text,
                              uint8_t signature[ECDSA_SIGNATURE_SIZE])
{
    if (token_signature_read(text, signature))
        return RC_OK;
    return web_fail(c, RC_INVALID, "/signature", "签名须为 64 字节（r、s）的 base64url");
}

static enum rc unproven(struct web_ctx *c)
{
    return web_fail(c, RC_PROOF, "/signature", "签名与设备的密钥不符");
}

/* ---- Enrolment ------------------------------------------------------------------------------- */

static enum rc read_key(struct web_ctx *c, uint8_t key[ECDSA_KEY_SIZE])
{
    const struct enrol_body *body = c->input;
    uint8_t signature[ECDSA_SIGNATURE_SIZE];
    if (!token_key_read(body->public_key, key))
        return web_fail(c, RC_INVALID, "/public_key",
                        "公钥须为 P-256 曲线上的点（未压缩，65 字节）的 base64url");
    enum rc rc = read_signature(c, body->signature, signature);
    if (rc != RC_OK)
        return rc;
    return token_proven(c->arena, "enrolment", body->code, key, signature) ? RC_OK : unproven(c);
}

/* The code was used: by the same key, and nothing came of it yet, when the reply was lost. */
static enum rc enrol_again(struct web_ctx *c, int64_t device_id, const uint8_t key[ECDSA_KEY_SIZE])
{
    struct device_holder holder;
    enum rc rc = device_lock_holder(c->db, device_id, &holder);
    if (rc != RC_OK)
        return rc;
    if (memcmp(holder.public_key, key, ECDSA_KEY_SIZE) != 0 || holder.generation != 1 ||
        holder.settled)
        return web_fail(c, RC_STATE, "/code", "注册码只能使用一次，这个注册码已使用，请重新申领");
    return holder.lost ? device_reported_lost(&c->err) : reply_tokens(c, 201, &holder);
}

static enum rc enrol_new(struct web_ctx *c, const uint8_t code_hash[DIGEST_SIZE],
                         int64_t inspector_id, const uint8_t key[ECDSA_KEY_SIZE])
{
    const struct enrol_body *body = c->input;
    struct device_enrolment e = { .inspector_id = inspector_id, .name = body->device_name };
    struct token_pair pair;
    struct device_holder holder;
    int64_t device_id;
    memcpy(e.public_key, key, sizeof e.public_key);
    random_bytes(e.salt, sizeof e.salt);
    token_make(c->arena, c->settings->token_keys.key[0], e.salt, 0, 1, &pair);
    memcpy(e.access_hash, pair.access_hash, sizeof e.access_hash);
    enum rc rc = device_enrol(c->db, code_hash, &e, c->now, &device_id);
    if (rc == RC_OK)
        rc = device_lock_holder(c->db, device_id, &holder);
    return rc == RC_OK ? reply_tokens(c, 201, &holder) : rc;
}

enum rc enrol_post(struct web_ctx *c)
{
    const struct enrol_body *body = c->input;
    uint8_t hash[DIGEST_SIZE];
    uint8_t key[ECDSA_KEY_SIZE];
    struct device_code code;
    enum rc rc = read_key(c, key);
    if (rc != RC_OK)
        return rc;
    token_hash(body->code, hash);
    rc = device_lock_code(c->db, hash, &code);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "/code", "没有这个注册码，请核对，或请管理部门重新发放");
    if (rc != RC_OK)
        return rc;
    if (code.device_id)
        return enrol_again(c, code.device_id, key);
    if (code.expires_at <= c->now)
        return web_fail(c, RC_GONE, "/code", "注册码已过期，请重新申领");
    return enrol_new(c, hash, code.inspector_id, key);
}

/* ---- Renewal --------------------------------------------------------------------------------- */

static enum rc no_token(struct web_ctx *c)
{
    return web_fail(c, RC_UNAUTHENTICATED, "/refresh_token",
                    "刷新令牌无效或已过期，请重新注册设备");
}

/* Issued by this server, under the key of now or one of before. */
static bool genuine(const struct web_ctx *c, const struct token_refresh *token,
                    const struct device_holder *holder)
{
    const struct keyring *keys = &c->settings->token_keys;
    for (size_t i = 0; i < keys->n; i++)
        if (token_genuine(token, keys->key[i], holder->salt))
            return true;
    return false;
}

/* Locks the device whose refresh token this is, sent by nobody but the holder of its key. */
static enum rc find_holder(struct web_ctx *c, struct token_refresh *token,
                           struct device_holder *holder)
{
    const struct enrol_renewal *body = c->input;
    uint8_t signature[ECDSA_SIGNATURE_SIZE];
    enum rc rc = read_signature(c, body->signature, signature);
    if (rc != RC_OK)
        return rc;
    if (!token_read(body->refresh_token, token))
        return no_token(c);
    rc = device_lock_holder(c->db, token->device_id, holder);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !genuine(c, token, holder)))
        return no_token(c);
    if (rc != RC_OK)
        return rc;
    if (holder->lost)
        return device_reported_lost(&c->err);
    if (!token_proven(c->arena, "renewal", body->refresh_token, holder->public_key, signature))
        return unproven(c);
    return holder->refresh_expires_at <= c->now ? no_token(c) : RC_OK;
}

/* A newer generation than the database knows was issued before it was restored from a backup. */
static enum rc renew(struct web_ctx *c, struct device_holder *holder, int64_t presented)
{
    struct token_pair pair;
    int64_t generation = presented + 1;
    token_make(c->arena, c->settings->token_keys.key[0], holder->salt, holder->id, generation,
               &pair);
    enum rc rc = device_renew(c->db, holder, generation, pair.access_hash, c->now);
    return rc == RC_OK ? reply_tokens(c, 200, holder) : rc;
}

/*
 * A token that others took the place of, and those were used: two hold what one device was given.
 * Which of them is the inspector's, nobody here can tell: neither gets any more.
 */
static enum rc superseded(struct web_ctx *c, const struct device_holder *holder)
{
    int64_t issued_at = holder->access_expires_at - DEVICE_ACCESS_MS;
    if (c->now - issued_at < LATE_MS)
        return no_token(c);
    enum rc rc = device_copied(c->db, holder->id, c->now);
    if (rc != RC_OK)
        return rc;
    act_as(c, holder->id, "{\"forked\":true}");
    return web_problem(c, RC_FORKED, "/refresh_token",
                       "刷新令牌早已更换：该设备的数据可能被复制或恢复，请重新注册设备");
}

enum rc enrol_tokens_post(struct web_ctx *c)
{
    struct token_refresh token = { .generation = 0 };
    struct device_holder holder = { .id = 0 };
    enum rc rc = find_holder(c, &token, &holder);
    if (rc != RC_OK)
        return rc;
    if (token.generation >= holder.generation)
        return renew(c, &holder, token.generation);
    if (token.generation == holder.generation - 1 && !holder.settled)
        return reply_tokens(c, 200, &holder);
    return superseded(c, &holder);
}
