#include "planner/campaign.h"

#include <string.h>

#include "base/text.h"
#include "planner/routes.h"
#include "sys/processors.h"
#include "sys/random.h"
#include "sys/seal.h"

enum { SECRET_SIZE = 32, SECRET_HEX = 2 * SECRET_SIZE + 1, OPEN_MEMORY_MAX = 16 << 20 };

struct value_body {
    const char *value;
    const char *source;
    const char *witnesses;
};

static const struct web_field value_fields[] = {
    { "value", WEB_TEXT, offsetof(struct value_body, value), true, 1, 400, 0, NULL },
    { "source", WEB_TEXT, offsetof(struct value_body, source), true, 1, 200, 0, NULL },
    { "witnesses", WEB_TEXT, offsetof(struct value_body, witnesses), true, 1, 400, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_value_body = { value_fields, sizeof(struct value_body) };

struct abandon_body {
    const char *reason;
};

static const struct web_field abandon_fields[] = {
    { "reason", WEB_TEXT, offsetof(struct abandon_body, reason), true, 1, 400, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_abandon_body = { abandon_fields, sizeof(struct abandon_body) };

/* ---- what the steps share ---- */

/* Locks the campaign that the path names; only its initiating department moves it. */
static enum rc take(struct web_ctx *c, struct campaign *m)
{
    const char *code = web_param(c, "code");
    enum rc rc = campaign_lock(c->db, c->arena, code, m);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的批次", code);
    if (rc != RC_OK)
        return rc;
    if (m->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "批次 %s 由其他部门发起", m->code);
    c->audit.target = arena_printf(c->arena, "campaign:%s", m->code);
    return RC_OK;
}

static enum rc wrong_state(struct web_ctx *c, const struct campaign *m, const char *step)
{
    return web_fail(c, RC_STATE, "", "批次 %s 处于“%s”状态，不能%s", m->code,
                    planner_campaign_state(m->state), step);
}

static enum rc take_in(struct web_ctx *c, enum campaign_state state, const char *step,
                       struct campaign *m)
{
    enum rc rc = take(c, m);
    if (rc == RC_OK && m->state != state)
        return wrong_state(c, m, step);
    return rc;
}

static enum rc rule_of(struct web_ctx *c, const struct campaign *m, enum draw_rule *rule)
{
    if (draw_rule_parse(m->rule, rule))
        return RC_OK;
    return web_fail(c, RC_INTERNAL, "", "campaign %s has rule %s", m->code, m->rule);
}

/* What a campaign seals, and the secret that it makes together with the draws' rosters. */
struct sealed {
    char *nonce; /* NULL: a draw has no roster, and the secret itself is sealed */
    char secret[SECRET_HEX];
};

static void wipe(struct sealed *s)
{
    if (s->nonce)
        explicit_bzero(s->nonce, SECRET_HEX);
    explicit_bzero(s->secret, sizeof s->secret);
}

/* From 64 hex characters of chance to the secret; they are the secret where a draw has no roster. */
static enum rc make_secret(struct web_ctx *c, enum draw_rule rule, const struct draw *draws,
                           size_t n, char *chance, struct sealed *out)
{
    const char **rosters = arena_array(c->arena, n, sizeof *rosters);
    bool complete = true;
    for (size_t i = 0; i < n; i++) {
        rosters[i] = draws[i].roster_sha256;
        complete = complete && rosters[i];
    }
    out->nonce = complete ? chance : NULL;
    if (complete)
        return draw_secret(rule, chance, rosters, n, out->secret, &c->err);
    memcpy(out->secret, chance, SECRET_HEX);
    explicit_bzero(chance, SECRET_HEX);
    return RC_OK;
}

/* The secret, proved to be the one that was committed to. The caller wipes it. */
static enum rc open_secret(struct web_ctx *c, const struct campaign *m, enum draw_rule rule,
                           const struct draw *draws, size_t n, struct sealed *out)
{
    const uint8_t *sealed;
    size_t size;
    size_t length = 0;
    char hash[DIGEST_HEX];
    enum rc rc = campaign_secret(c->db, c->arena, m->id, &sealed, &size);
    if (rc != RC_OK)
        return rc;
    char *chance = seal_open(c->arena, c->settings->key, sealed, size, &length);
    if (!chance || length != SECRET_HEX - 1)
        return web_fail(c, RC_INTERNAL, "", "campaign %s: the secret cannot be opened", m->code);
    rc = make_secret(c, rule, draws, n, chance, out);
    if (rc == RC_OK)
        rc = draw_secret_hash(rule, out->secret, hash, &c->err);
    if (rc == RC_OK && strcmp(hash, m->secret_hash) != 0)
        rc = web_fail(c, RC_INTERNAL, "", "campaign %s: the secret is not the committed one",
                      m->code);
    if (rc != RC_OK)
        wipe(out);
    return rc;
}

static const char *audit_text(struct web_ctx *c, const char *key, const char *text)
{
    struct buf *out = arena_alloc(c->arena, sizeof *out);
    struct jsonw w;
    buf_init(out, c->arena, 8192);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, key, text);
    jw_end(&w);
    return out->p;
}

/* ---- commitment ---- */

static enum rc all_frozen(struct web_ctx *c, const struct campaign *m, const struct draw **draws,
                          size_t *n)
{
    enum rc rc = draw_of_campaign(c->db, c->arena, m->id, draws, n);
    for (size_t i = 0; rc == RC_OK && i < *n; i++)
        if (!(*draws)[i].frozen)
            return web_fail(c, RC_STATE, "", "抽取 %s（%s）尚未冻结名录，不能承诺",
                            (*draws)[i].code, (*draws)[i].department);
    return rc;
}

enum rc planner_campaign_commit(struct web_ctx *c)
{
    struct campaign m = { .id = 0 };
    enum draw_rule rule;
    const struct draw *draws = NULL;
    size_t n = 0;
    uint8_t raw[SECRET_SIZE];
    char chance[SECRET_HEX];
    char hash[DIGEST_HEX];
    size_t size;
    struct sealed made = { .nonce = NULL };
    enum rc rc = take_in(c, CAMPAIGN_OPEN, "承诺", &m);
    if (rc == RC_OK)
        rc = rule_of(c, &m, &rule);
    if (rc == RC_OK)
        rc = all_frozen(c, &m, &draws, &n);
    if (rc != RC_OK)
        return rc;
    random_bytes(raw, sizeof raw);
    hex_encode(chance, raw, sizeof raw);
    const uint8_t *sealed =
        seal_close(c->arena, c->settings->key, chance, sizeof chance - 1, &size);
    rc = make_secret(c, rule, draws, n, chance, &made);
    if (rc == RC_OK)
        rc = draw_secret_hash(rule, made.secret, hash, &c->err);
    if (rc == RC_OK)
        rc = campaign_commit(c->db, m.id, hash, sealed, size, c->now);
    explicit_bzero(raw, sizeof raw);
    wipe(&made);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"secret_hash\":\"%s\"}", hash);
    return planner_campaign_reply(c, 200, m.code);
}

/* ---- public value ---- */

enum rc planner_campaign_value(struct web_ctx *c)
{
    const struct value_body *in = c->input;
    struct campaign m = { .id = 0 };
    enum rc rc = draw_public_value(in->value, &c->err);
    if (rc == RC_OK)
        rc = take_in(c, CAMPAIGN_COMMITTED, "录入公共随机值", &m);
    if (rc == RC_OK)
        rc = campaign_value(c->db, m.id, in->value, in->source, in->witnesses, c->now);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = audit_text(c, "public_value", in->value);
    return planner_campaign_reply(c, 200, m.code);
}

/* ---- draw ---- */

static void release(void *data)
{
    arena_free(data);
}

static enum rc seed_of(struct web_ctx *c, const struct campaign *m, enum draw_rule rule,
                       const struct draw *draws, size_t n, char seed[DIGEST_HEX])
{
    struct sealed sealed = { .nonce = NULL };
    const char **snapshots = arena_array(c->arena, n, sizeof *snapshots);
    for (size_t i = 0; i < n; i++)
        snapshots[i] = draws[i].sha256;
    enum rc rc = open_secret(c, m, rule, draws, n, &sealed);
    if (rc != RC_OK)
        return rc;
    rc = draw_seed(rule, sealed.secret, m->public_value, snapshots, n, seed, &c->err);
    wipe(&sealed);
    return rc;
}

static enum rc draw_one(struct web_ctx *c, struct arena *a, enum draw_rule rule, const char *seed,
                        const struct draw *draw)
{
    struct draw_result result;
    enum rc rc = draw_compute(c->db, a, draw, rule, seed, processors(), &result, &c->err);
    if (rc == RC_CHECKSUM)
        return RC_STATE; /* the fault is not in the request; the detail says where it is */
    return rc == RC_OK ? draw_store_result(c->db, a, draw->id, &result) : rc;
}

enum rc planner_campaign_draw(struct web_ctx *c)
{
    struct campaign m = { .id = 0 };
    enum draw_rule rule;
    const struct draw *draws;
    size_t n;
    char seed[DIGEST_HEX];
    enum rc rc = take_in(c, CAMPAIGN_VALUED, "抽取", &m);
    if (rc == RC_OK)
        rc = rule_of(c, &m, &rule);
    if (rc == RC_OK)
        rc = draw_of_campaign(c->db, c->arena, m.id, &draws, &n);
    if (rc == RC_OK)
        rc = seed_of(c, &m, rule, draws, n, seed);
    if (rc != RC_OK)
        return rc;
    /* One draw after the other, in the same memory. */
    struct arena *a = arena_new(DRAW_MEMORY_MAX);
    arena_defer(c->arena, release, a);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        rc = draw_one(c, a, rule, seed, &draws[i]);
        arena_reset(a);
    }
    if (rc == RC_OK)
        rc = campaign_drawn(c->db, m.id, seed, c->now);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"seed\":\"%s\"}", seed);
    return planner_campaign_reply(c, 200, m.code);
}

/* ---- reveal, abandon ---- */

static enum rc open_results(struct web_ctx *c, const struct draw *draws, size_t n)
{
    enum rc rc = RC_OK;
    struct arena *a = arena_new(OPEN_MEMORY_MAX);
    arena_defer(c->arena, release, a);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        rc = draw_open_result(c->db, a, draws[i].id);
        arena_reset(a);
    }
    return rc;
}

enum rc planner_campaign_reveal(struct web_ctx *c)
{
    struct campaign m = { .id = 0 };
    enum draw_rule rule;
    const struct draw *draws = NULL;
    size_t n = 0;
    struct sealed sealed = { .nonce = NULL };
    enum rc rc = take_in(c, CAMPAIGN_DRAWN, "公开", &m);
    if (rc == RC_OK)
        rc = rule_of(c, &m, &rule);
    if (rc == RC_OK)
        rc = draw_of_campaign(c->db, c->arena, m.id, &draws, &n);
    if (rc == RC_OK)
        rc = open_results(c, draws, n);
    if (rc == RC_OK)
        rc = open_secret(c, &m, rule, draws, n, &sealed);
    if (rc == RC_OK)
        rc = campaign_reveal(c->db, m.id, sealed.secret, sealed.nonce, c->now);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = "{}";
    return planner_campaign_reply(c, 200, m.code);
}

/* Its draws and results stay on record; the secret stays sealed. */
enum rc planner_campaign_abandon(struct web_ctx *c)
{
    const struct abandon_body *in = c->input;
    struct campaign m = { .id = 0 };
    enum rc rc = take(c, &m);
    if (rc == RC_OK && (m.state == CAMPAIGN_REVEALED || m.state == CAMPAIGN_ABANDONED))
        return wrong_state(c, &m, "作废");
    if (rc == RC_OK)
        rc = campaign_abandon(c->db, m.id, in->reason, c->now);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = audit_text(c, "reason", in->reason);
    return planner_campaign_reply(c, 200, m.code);
}
