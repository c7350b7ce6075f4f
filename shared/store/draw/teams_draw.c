/* The draw of the teams; declared in store/draw/teams.h. */
#include <string.h>

#include "domain/draw/closing.h"
#include "store/draw/campaign_draw.h"
#include "store/draw/teams.h"
#include "sys/log.h"

/* What was closed, as it is stored, and the proof that it is that. */
struct closed {
    struct closing closing;
    struct buf inspectors;
    struct buf visits;
    struct buf differences;
    struct match_words words;
};

static enum rc changed(const struct campaign *campaign, const char *what, struct err *err)
{
    log_error("campaign=%s %s is not what was closed", campaign->code, what);
    return err_set(err, RC_STATE, "", "批次 %s 存放的 %s 不是封存的那一份", campaign->code, what);
}

static enum rc load_text(struct db *db, struct arena *a, const struct campaign *campaign,
                         enum draw_rule rule, const char *name, const char *digest, struct buf *out,
                         struct err *err)
{
    char hex[DIGEST_HEX];
    enum rc rc = match_file_text(db, a, campaign->id, name, out);
    if (rc != RC_OK)
        return rc;
    digest_hex(draw_digest(rule), out->p, out->n, hex);
    return strcmp(hex, digest) == 0 ? RC_OK : changed(campaign, name, err);
}

static enum rc load(struct db *db, struct arena *a, const struct campaign *campaign,
                    enum draw_rule rule, const char *digest, struct closed *out, struct err *err)
{
    const char *text = NULL;
    size_t size = 0;
    char hex[DIGEST_HEX];
    struct err why = { .rc = RC_OK };
    enum rc rc = campaign_text(db, a, campaign->id, "closing", &text, &size);
    if (rc != RC_OK)
        return rc;
    digest_hex(draw_digest(rule), text, size, hex);
    if (strcmp(hex, digest) != 0 || closing_read(a, text, size, &out->closing, &why) != RC_OK)
        return changed(campaign, "closing", err);
    rc = load_text(db, a, campaign, rule, "inspectors", out->closing.inspectors, &out->inspectors,
                   err);
    if (rc == RC_OK)
        rc = load_text(db, a, campaign, rule, "visits", out->closing.visits, &out->visits, err);
    if (rc == RC_OK)
        rc = load_text(db, a, campaign, rule, "differences", out->closing.differences,
                       &out->differences, err);
    return rc;
}

static size_t lines_of(const struct buf *text)
{
    size_t n = 0;
    for (size_t i = 0; i < text->n; i++)
        n += text->p[i] == '\n';
    return n;
}

/* The problem as it was closed, and its teams by that seed. */
static enum rc run(struct db *db, struct arena *a, const struct campaign *campaign,
                   enum draw_rule rule, const char *seed, struct closed *closed,
                   struct teams_drawn *out, struct err *err)
{
    const char *file = "";
    bool complete = false;
    struct roster roster = { .count = 0 };
    const struct match_texts texts = { closed->inspectors.p, closed->inspectors.n, closed->visits.p,
                                       closed->visits.n };
    enum rc rc = match_read(a, campaign->code, &texts, &closed->words, &out->match, &file, err);
    if (rc != RC_OK)
        return changed(campaign, file, err);
    out->match.rule = rule;
    out->match.seed = seed;
    rc = match_run(a, &out->match, &out->plan, err);
    if (rc == RC_OK)
        rc = roster_of_campaign(db, a, campaign->id, rule, &out->match, &closed->words, &roster,
                                &complete, err);
    if (rc == RC_OK)
        rc = roster_displaced(a, &roster, &out->match, &out->plan, &out->displaced, err);
    out->differences = lines_of(&closed->differences) - 1;
    out->reasons = arena_array(a, out->match.section_count, sizeof *out->reasons);
    for (size_t i = 0; rc == RC_OK && i < out->plan.shortage_count; i++)
        out->reasons[out->plan.shortages[i].section] =
            match_shortage_text(a, &out->plan.shortages[i]);
    return rc;
}

static enum rc check_state(const struct campaign *campaign, const struct announcement *announced,
                           int64_t now, bool late, struct err *err)
{
    if (!campaign_is(campaign, CAMPAIGN_DRAWN))
        return err_set(err, RC_STATE, "", "该活动尚未抽取，不能抽取检查组");
    if (campaign->teams_seed)
        return err_set(err, RC_STATE, "", "该活动的执法检查人员已经抽取");
    if (now < announced->teams_at)
        return err_set(err, RC_STATE, "", "还没有到公告的检查组公共随机值时间");
    if (late != (now > announcement_teams_latest(announced)))
        return err_set(err, RC_STATE, "",
                       late ? "第二个公共随机值的录入期限还没有过"
                            : "第二个公共随机值的录入期限已过，检查组改按第一个公共随机值抽取");
    return RC_OK;
}

/* late: from the first value, for the second is not entered any more. */
static enum rc draw_from(struct db *db, struct arena *a, const struct campaign *campaign,
                         const struct announcement *announced, const char *value, bool late,
                         const struct campaign_act *act, struct teams_drawn *out, struct err *err)
{
    char *seed = arena_alloc(a, DIGEST_HEX);
    struct closed *closed = arena_alloc(a, sizeof *closed);
    struct teams_closed made;
    const char *digest = campaign->closing;
    enum draw_rule rule = announced->rule;
    *out = (struct teams_drawn){ .reasons = NULL };
    *closed = (struct closed){ .words = { .n = 0 } };
    enum rc rc = check_state(campaign, announced, act->now, late, err);
    if (rc == RC_OK && !digest) {
        rc = teams_close(db, a, campaign, announced, act, &made, err);
        digest = made.digest;
    }
    if (rc == RC_OK)
        rc = load(db, a, campaign, rule, digest, closed, err);
    if (rc == RC_OK)
        rc = draw_seed_2(rule, closed->closing.secret, value, digest, seed, err);
    if (rc == RC_OK)
        rc = run(db, a, campaign, rule, seed, closed, out, err);
    if (rc == RC_OK)
        rc = match_file_store(db, a, campaign->id, campaign->code, act->now, &out->match,
                              &out->plan, err);
    if (rc == RC_OK)
        rc = assignment_store(db, a, campaign->id, &out->match, &out->plan, out->reasons, err);
    const struct campaign as = { .id = campaign->id,
                                 .teams_value = value,
                                 .teams_seed = seed,
                                 .teams_secret = closed->closing.secret,
                                 .teams_drawn_at = act->now };
    return rc == RC_OK ? campaign_teams_drawn(db, &as) : rc;
}

enum rc teams_draw(struct db *db, struct arena *a, const struct campaign *campaign,
                   const struct announcement *announced, const char *value,
                   const struct campaign_act *act, struct teams_drawn *out, struct err *err)
{
    return draw_from(db, a, campaign, announced, value, false, act, out, err);
}

enum rc teams_draw_late(struct db *db, struct arena *a, const struct campaign *campaign,
                        const struct announcement *announced, const struct campaign_act *act,
                        struct teams_drawn *out, struct err *err)
{
    return draw_from(db, a, campaign, announced, campaign->public_value, true, act, out, err);
}

enum rc teams_draw_pulse(struct db *db, struct arena *a, const struct campaign *campaign,
                         const struct announcement *announced, const char *pulse, size_t size,
                         const struct campaign_act *act, struct teams_drawn *out, struct err *err)
{
    const char *value = NULL;
    const struct value_source source = announcement_teams(announced);
    enum rc rc = campaign_pulse(db, a, campaign, announced, &source, pulse, size, &value, err);
    if (rc == RC_OK)
        rc = teams_draw(db, a, campaign, announced, value, act, out, err);
    return rc == RC_OK ? campaign_store_text(db, campaign->id, "teams-pulse", pulse, size) : rc;
}
