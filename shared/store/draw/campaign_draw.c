#include "store/draw/campaign_draw.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "sys/log.h"
#include "sys/seal.h"

enum { OPEN_MEMORY_MAX = 16 << 20 };

const char campaign_late[] = "至公告的最迟时间未抽取";

enum rc campaign_open_secret(struct db *db, struct arena *a, const struct campaign *campaign,
                             const struct announcement *announcement, bool teams,
                             const struct keyring *keys, char secret[DIGEST_HEX], struct err *err)
{
    struct campaign_sealed sealed[2];
    size_t n = 0;
    char hash[DIGEST_HEX];
    const char *announced = teams ? announcement->teams_secret_hash : announcement->secret_hash;
    enum rc rc = campaign_secret(db, a, campaign->id, &sealed[0], &sealed[1]);
    if (rc != RC_OK)
        return rc;
    char *opened = NULL;
    for (size_t i = 0; i < keys->n && !opened; i++)
        opened = seal_open(a, keys->key[i], sealed[teams].bytes, sealed[teams].size, &n);
    if (!opened || n != DIGEST_HEX - 1) {
        log_error("campaign=%s the secret cannot be opened", campaign->code);
        return RC_INTERNAL;
    }
    memcpy(secret, opened, DIGEST_HEX);
    explicit_bzero(opened, n);
    rc = draw_secret_hash(announcement->rule, secret, hash, err);
    if (rc == RC_OK && strcmp(hash, announced) != 0) {
        log_error("campaign=%s the secret is not the announced one", campaign->code);
        rc = RC_INTERNAL;
    }
    if (rc != RC_OK)
        explicit_bzero(secret, DIGEST_HEX);
    return rc;
}

/* Whether an earlier campaign is held back, of whose visits the snapshots tell. */
static enum rc earlier_held(struct db *db, struct arena *a, const struct announcement *announcement,
                            int32_t today, bool *held)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && !*held && i < announcement->earlier_count; i++) {
        struct campaign earlier = { .id = 0 };
        rc = campaign_by_code(db, a, announcement->earlier[i].campaign, &earlier);
        *held = rc == RC_OK && campaign_is(&earlier, CAMPAIGN_DRAWN) &&
                !earlier.results_public_at && today <= earlier.public_by;
    }
    return rc;
}

enum rc campaign_open_due(struct db *db, struct arena *a, const struct campaign *campaign,
                          const struct announcement *announcement, int64_t now, bool *changed)
{
    bool over = date_at(now) > campaign->public_by;
    bool visited = false;
    bool held = false;
    bool drawn = campaign_is(campaign, CAMPAIGN_DRAWN);
    *changed = false;
    enum rc rc = drawn ? campaign_visited(db, campaign->id, &visited) : RC_OK;
    if (rc == RC_OK && !over)
        rc = earlier_held(db, a, announcement, date_at(now), &held);
    bool results = !campaign->results_public_at &&
                   (!drawn || announcement->publish == PUBLISH_OPEN || visited || over);
    bool teams = !campaign->teams_public_at && drawn && (visited || over);
    if (rc != RC_OK || held || (!results && !teams))
        return rc;
    *changed = true;
    return campaign_publish(db, campaign->id, results, teams, now);
}

/* The campaign as it is now, after a step. */
static enum rc open_now(struct db *db, struct arena *a, const struct campaign *campaign,
                        const struct announcement *announcement, int64_t now)
{
    struct campaign is = { .id = 0 };
    bool changed = false;
    enum rc rc = campaign_by_code(db, a, campaign->code, &is);
    return rc == RC_OK ? campaign_open_due(db, a, &is, announcement, now, &changed) : rc;
}

static void release(void *data)
{
    arena_free(data);
}

/* With the draw it is public who was drawn, and no reserve. */
static bool drawn_once(const struct announcement *announcement, bool counts)
{
    return counts && announcement->publish == PUBLISH_ONCE;
}

/* One draw after the other, in the same memory, each from what was announced of it. */
static enum rc draw_all(struct db *db, struct arena *a, const struct announcement *announcement,
                        const struct draw *draws, const char *secret, const char *seed, bool counts,
                        unsigned threads, struct err *err)
{
    enum rc rc = RC_OK;
    struct arena *own = arena_new(DRAW_MEMORY_MAX);
    arena_defer(a, release, own);
    for (size_t i = 0; rc == RC_OK && i < announcement->draw_count; i++) {
        struct draw_result result;
        rc = draw_compute(db, own, &draws[i], &announcement->draws[i], announcement->rule, seed,
                          threads, &result, err);
        if (rc == RC_OK)
            rc = draw_store_result(db, own, draws[i].id, &result);
        if (rc == RC_OK && drawn_once(announcement, counts))
            rc = draw_store_drawn(db, own, draws[i].id, announcement->rule, secret, &result);
        if (rc == RC_OK && counts)
            rc = draw_store_rows(db, own, draws[i].id, &result);
        arena_reset(own);
    }
    return rc == RC_CHECKSUM ? RC_STATE : rc; /* the fault is not in the request */
}

/* The campaign's draws are those that were announced. */
static enum rc announced_draws(struct db *db, struct arena *a, const struct campaign *campaign,
                               const struct announcement *announcement, const struct draw **draws,
                               struct err *err)
{
    size_t n = 0;
    enum rc rc = draw_of_campaign(db, a, campaign->id, draws, &n);
    if (rc != RC_OK)
        return rc;
    bool same = n == announcement->draw_count;
    for (size_t i = 0; same && i < n; i++)
        same = strcmp((*draws)[i].code, announcement->draws[i].id) == 0;
    return same ? RC_OK : err_set(err, RC_STATE, "", "批次 %s 的抽取与公告不符", campaign->code);
}

enum rc campaign_draw(struct db *db, struct arena *a, const struct campaign *campaign,
                      const struct announcement *announcement, const char *value,
                      const struct campaign_act *act, struct err *err)
{
    char secret[DIGEST_HEX];
    char seed[DIGEST_HEX];
    const struct draw *draws = NULL;
    bool announced = campaign_is(campaign, CAMPAIGN_ANNOUNCED);
    bool counts = announced && act->now <= announcement->latest;
    if (act->now < announcement->value.at)
        return err_set(err, RC_STATE, "", "还没有到公告的公共随机值时间");
    if ((!announced && !campaign_is(campaign, CAMPAIGN_VOID)) || campaign->seed)
        return err_set(err, RC_STATE, "", "批次 %s 不在等待公共随机值", campaign->code);
    enum rc rc = announced_draws(db, a, campaign, announcement, &draws, err);
    if (rc == RC_OK)
        rc = campaign_open_secret(db, a, campaign, announcement, false, act->keys, secret, err);
    if (rc != RC_OK)
        return rc;
    rc = draw_seed_2(announcement->rule, secret, value, campaign->announcement, seed, err);
    if (rc == RC_OK)
        rc = draw_all(db, a, announcement, draws, secret, seed, counts, act->threads, err);
    /* Found late: void from here on, as if the job had come first. */
    if (rc == RC_OK && announced && !counts)
        rc = campaign_void(db, campaign->id, secret, campaign_late, act->now);
    if (rc == RC_OK) {
        const struct campaign as = { .id = campaign->id,
                                     .public_value = value,
                                     .seed = seed,
                                     .drawn_at = act->now,
                                     .secret = secret };
        rc = counts ? campaign_drawn(db, &as) : campaign_void_valued(db, &as);
    }
    for (size_t i = 0; rc == RC_OK && i < announcement->draw_count; i++)
        rc =
            draw_note_result(db, draws[i].id, announcement->rule, drawn_once(announcement, counts));
    explicit_bzero(secret, sizeof secret);
    return rc == RC_OK ? open_now(db, a, campaign, announcement, act->now) : rc;
}

enum rc campaign_pulse(struct db *db, struct arena *a, const struct campaign *campaign,
                       const struct announcement *announcement, const struct value_source *source,
                       const char *pulse, size_t size, const char **value, struct err *err)
{
    const char *key = NULL;
    size_t key_size = 0;
    char hex[DIGEST_HEX];
    struct pulse read = { .value = NULL };
    enum rc rc = campaign_text(db, a, campaign->id, "key", &key, &key_size);
    if (rc == RC_NOT_FOUND)
        return err_set(err, RC_INVALID, "/pulse", "公告的公共随机值不是信标");
    if (rc != RC_OK)
        return rc;
    digest_hex(draw_digest(announcement->rule), key, key_size, hex);
    if (!announcement->value.key || strcmp(hex, announcement->value.key) != 0)
        return err_set(err, RC_STATE, "", "存放的信标公钥不是公告的公钥");
    rc = pulse_read(a, pulse, size, key, &read, err);
    if (rc == RC_MALFORMED)
        rc = RC_INVALID;
    if (rc == RC_OK)
        rc = pulse_check(&read, source, err);
    *value = read.value;
    return rc;
}

enum rc campaign_draw_pulse(struct db *db, struct arena *a, const struct campaign *campaign,
                            const struct announcement *announcement, const char *pulse, size_t size,
                            const struct campaign_act *act, struct err *err)
{
    const char *value = NULL;
    enum rc rc = campaign_pulse(db, a, campaign, announcement, &announcement->value, pulse, size,
                                &value, err);
    if (rc == RC_OK)
        rc = campaign_draw(db, a, campaign, announcement, value, act, err);
    return rc == RC_OK ? campaign_store_text(db, campaign->id, "pulse", pulse, size) : rc;
}

enum rc campaign_give_up(struct db *db, struct arena *a, const struct campaign *campaign,
                         const struct announcement *announcement, const char *why,
                         const struct campaign_act *act, struct err *err)
{
    char secret[DIGEST_HEX];
    enum rc rc = campaign_open_secret(db, a, campaign, announcement, false, act->keys, secret, err);
    if (rc != RC_OK)
        return rc;
    rc = campaign_void(db, campaign->id, secret, why, act->now);
    explicit_bzero(secret, sizeof secret);
    return rc == RC_OK ? open_now(db, a, campaign, announcement, act->now) : rc;
}
