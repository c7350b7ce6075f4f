/* What moves a campaign on: its announcement, and its end without a draw. */
#include "planner/draw/campaign.h"

#include <string.h>

#include "base/date.h"
#include "base/rsa.h"
#include "base/text.h"
#include "planner/routes.h"
#include "store/draw/campaign_draw.h"
#include "sys/processors.h"
#include "sys/random.h"
#include "sys/seal.h"

#define DAY_MS INT64_C(86400000)

enum { SECRET_SIZE = 32, LATEST_DAYS_MAX = 31 };

struct announce_body {
    const char *kind;
    const char *source;
    const char *issue;
    const char *form;
    const char *place;
    struct web_texts departments;
    int64_t at;
    int64_t latest;
    const char *teams_issue;
    int64_t teams_at;
};

const struct web_input planner_announce_body = WEB_INPUT(
    struct announce_body,
    WEB_FIELD(struct announce_body, kind, "来源种类", .required = true, .max = 16),
    WEB_FIELD(struct announce_body, source, "来源", .required = true, .max = 100,
              .published = true),
    WEB_FIELD(struct announce_body, issue, "期号或轮次", .required = true, .max = 100),
    WEB_FIELD(struct announce_body, form, "形式", .max = 100),
    WEB_FIELD(struct announce_body, place, "公布处", .required = true, .max = 100,
              .published = true),
    WEB_FIELD(struct announce_body, departments, "录入部门", .max = VALUE_DEPARTMENTS_MAX),
    WEB_FIELD(struct announce_body, at, "公共随机值的时间", .required = true, .instant = true),
    WEB_FIELD(struct announce_body, latest, "最迟抽取时间", .instant = true),
    WEB_FIELD(struct announce_body, teams_issue, "检查组的期号或轮次", .required = true,
              .max = 100),
    WEB_FIELD(struct announce_body, teams_at, "检查组的公共随机值的时间", .required = true,
              .instant = true));

struct abandon_body {
    const char *reason;
};

const struct web_input planner_abandon_body =
    WEB_INPUT(struct abandon_body, WEB_FIELD(struct abandon_body, reason, "理由", .required = true,
                                             .max = 400, .published = true));

/* ---- what the steps share ---- */

/* Only its initiating department moves it. */
static enum rc own(struct web_ctx *c, const struct campaign *m)
{
    if (m->department_id == c->actor.department_id)
        return RC_OK;
    return web_fail(c, RC_FORBIDDEN, "", "批次 %s 由其他部门发起", m->code);
}

/* ---- announcement ---- */

static enum rc all_frozen(struct web_ctx *c, const struct campaign *m, const struct draw **draws,
                          size_t *n)
{
    enum rc rc = draw_of_campaign(c->db, c->arena, m->id, draws, n);
    for (size_t i = 0; rc == RC_OK && i < *n; i++)
        if (!(*draws)[i].frozen)
            return web_fail(c, RC_STATE, "", "抽取 %s（%s）尚未冻结名录，不能公告",
                            (*draws)[i].code, (*draws)[i].department);
    return rc;
}

static enum rc may_announce(struct web_ctx *c, const struct campaign *m)
{
    enum rc rc = own(c, m);
    if (rc == RC_OK && !campaign_is(m, CAMPAIGN_OPEN))
        return planner_campaign_wrong(c, m, "公告");
    return rc;
}

/* Two plans over the same subjects, announced at the same time, would leave a choice between
   them. */
static enum rc check_overlap(struct web_ctx *c, enum rc rc, const char *other)
{
    if (rc == RC_OK && other)
        return web_fail(c, RC_STATE, "", "批次 %s 已就相同的抽查层公告，尚未抽取", other);
    return rc;
}

enum rc planner_announce_check(struct web_ctx *c, const void *object)
{
    const struct campaign *m = object;
    const struct draw *draws = NULL;
    const char *other = NULL;
    size_t n = 0;
    enum rc rc = may_announce(c, m);
    if (rc == RC_OK)
        rc = all_frozen(c, m, &draws, &n);
    if (rc == RC_OK)
        rc = announcement_overlap_now(c->db, c->arena, m->id, &other);
    return check_overlap(c, rc, other);
}

static enum rc check_departments(struct web_ctx *c, const struct web_texts *departments)
{
    for (size_t i = 0; i < departments->n; i++) {
        bool exists = false;
        enum rc rc = campaign_department(c->db, departments->v[i], &exists);
        if (rc != RC_OK)
            return rc;
        if (!exists)
            return web_fail(c, RC_INVALID, arena_printf(c->arena, "/departments/%zu", i),
                            "没有部门“%.40s”", departments->v[i]);
    }
    return RC_OK;
}

/* The beacon is the one of the settings, by whose key its pulses will be told from others'. */
static enum rc take_beacon(struct web_ctx *c, enum draw_rule rule, struct value_source *value,
                           const char **key)
{
    char *hex = arena_alloc(c->arena, DIGEST_HEX);
    *key = rsa_public_key(c->arena, c->settings->beacon_certificate);
    if (!*key || strcmp(value->source, c->settings->beacon_name) != 0)
        return web_fail(c, RC_INVALID, "/source", "没有设置信标“%.60s”", value->source);
    digest_hex(draw_digest(rule), *key, strlen(*key), hex);
    value->key = hex;
    if (!value->form)
        value->form = VALUE_BEACON_FORM;
    return RC_OK;
}

static enum rc source_of(struct web_ctx *c, enum draw_rule rule, struct value_source *value,
                         const char **key)
{
    const struct announce_body *in = c->input;
    int kind = text_index(value_kind_names, in->kind);
    *key = NULL;
    if (kind < 0)
        return web_fail(c, RC_INVALID, "/kind", "公共随机值的来源须为 lottery、dice 或 beacon");
    *value = (struct value_source){ .kind = (enum value_kind)kind,
                                    .source = in->source,
                                    .issue = in->issue,
                                    .form = in->form,
                                    .at = in->at,
                                    .place = in->place,
                                    .departments = in->departments.v,
                                    .department_count = in->departments.n };
    if (value->kind == VALUE_BEACON)
        return take_beacon(c, rule, value, key);
    if (!value->form)
        return web_fail(c, RC_INVALID, "/form", "须写明公共随机值的形式");
    return check_departments(c, &in->departments);
}

/* The value may not exist yet, nor soon: who announces must not be able to know it. Nor may the
   second, while its teams' differences are closed. */
static enum rc check_times(struct web_ctx *c, const struct rule_set *rules,
                           const struct announcement_terms *terms)
{
    int64_t seconds = 0;
    int64_t at = terms->value->at;
    int64_t latest = terms->latest;
    enum rc rc = rule_value(rules, RULE_DRAW_VALUE_SECONDS, &seconds, &c->err);
    if (rc != RC_OK)
        return rc;
    if (at < c->now + seconds * 1000 || at <= c->now)
        return web_fail(c, RC_INVALID, "/at", "公共随机值的时间须至少在公告之后 %lld 秒",
                        (long long)seconds);
    if (latest <= at || latest > at + LATEST_DAYS_MAX * DAY_MS)
        return web_fail(c, RC_INVALID, "/latest", "最迟抽取时间须在公共随机值之后 %d 天以内",
                        LATEST_DAYS_MAX);
    if (terms->teams_at < at + seconds * 1000 || terms->teams_at > at + LATEST_DAYS_MAX * DAY_MS)
        return web_fail(c, RC_INVALID, "/teams_at",
                        "检查组的公共随机值的时间须在前一个之后至少 %lld 秒、%d 天以内",
                        (long long)seconds, LATEST_DAYS_MAX);
    return RC_OK;
}

/* A new secret, sealed, and its digest. */
static enum rc make_secret(struct web_ctx *c, enum draw_rule rule, const char **hash,
                           struct campaign_sealed *sealed)
{
    uint8_t raw[SECRET_SIZE];
    char secret[DIGEST_HEX];
    char *hex = arena_alloc(c->arena, DIGEST_HEX);
    random_bytes(raw, sizeof raw);
    hex_encode(secret, raw, sizeof raw);
    explicit_bzero(raw, sizeof raw);
    sealed->bytes =
        seal_close(c->arena, c->settings->draw_keys.key[0], secret, DIGEST_HEX - 1, &sealed->size);
    enum rc rc = draw_secret_hash(rule, secret, hex, &c->err);
    explicit_bzero(secret, sizeof secret);
    *hash = hex;
    return rc;
}

static enum rc announce(struct web_ctx *c, struct campaign *m, const struct draw *draws, size_t n,
                        struct announcement_terms *terms, const char *key)
{
    char *digest = arena_alloc(c->arena, DIGEST_HEX);
    struct campaign_sealed sealed;
    struct campaign_sealed teams;
    struct buf text;
    buf_init(&text, c->arena, ANNOUNCEMENT_MAX);
    enum rc rc = make_secret(c, terms->rule, &terms->secret_hash, &sealed);
    if (rc == RC_OK)
        rc = make_secret(c, terms->rule, &terms->teams_secret_hash, &teams);
    if (rc == RC_OK)
        rc = announcement_make(c->db, c->arena, m, draws, n, terms, &text, &c->err);
    if (rc != RC_OK)
        return rc;
    digest_hex(draw_digest(terms->rule), text.p, text.n, digest);
    m->announcement = digest;
    m->announced_at = c->now;
    m->value_at = terms->value->at;
    m->latest_at = terms->latest;
    m->teams_at = terms->teams_at;
    m->publish = terms->publish;
    for (size_t i = 0; i < n; i++)
        m->public_by = draws[i].ends_on > m->public_by ? draws[i].ends_on : m->public_by;
    rc = campaign_announce(c->db, m, &sealed, &teams);
    if (rc == RC_OK)
        rc = campaign_store_text(c->db, m->id, "announcement", text.p, text.n);
    if (rc == RC_OK && key)
        rc = campaign_store_text(c->db, m->id, "key", key, strlen(key));
    c->audit.detail = arena_printf(c->arena, "{\"announcement\":\"%s\"}", digest);
    return rc;
}

/* POST campaigns/{code}/announce */
enum rc planner_campaign_announce(struct web_ctx *c)
{
    const struct announce_body *in = c->input;
    struct campaign m = { .id = 0 };
    const struct draw *draws = NULL;
    const char *key = NULL;
    const char *other = NULL;
    size_t n = 0;
    int64_t publish = 0;
    struct rule_set rules;
    struct value_source value;
    struct announcement_terms terms = { .value = &value,
                                        .latest = in->latest ? in->latest : in->at + DAY_MS,
                                        .teams_issue = in->teams_issue,
                                        .teams_at = in->teams_at,
                                        .rules = &rules,
                                        .now = c->now };
    terms.year_start = date_year_start(c->now);
    enum rc rc = planner_campaign_take(c, &m);
    if (rc == RC_OK)
        rc = may_announce(c, &m);
    if (rc == RC_OK && !draw_rule_parse(m.rule, &terms.rule))
        return web_fail(c, RC_INTERNAL, "", "campaign %s has rule %s", m.code, m.rule);
    if (rc == RC_OK)
        rc = rule_load(c->db, c->arena, m.region, date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = source_of(c, terms.rule, &value, &key);
    if (rc == RC_OK)
        rc = check_times(c, &rules, &terms);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_DRAW_PUBLISH_ONCE, &publish, &c->err);
    terms.publish = publish == PUBLISH_ONCE || publish == PUBLISH_OPEN
                        ? (enum announcement_publish)publish
                        : PUBLISH_VISITS;
    if (rc == RC_OK)
        rc = value_source_check(&value, &c->err);
    if (rc == RC_OK)
        rc = all_frozen(c, &m, &draws, &n);
    if (rc == RC_OK)
        rc = announcement_overlap(c->db, c->arena, draws, n, m.id, &other);
    rc = check_overlap(c, rc, other);
    if (rc == RC_OK)
        rc = announce(c, &m, draws, n, &terms, key);
    return rc == RC_OK ? planner_campaign_reply(c, 200, m.code) : rc;
}

/* ---- the end without a draw ---- */

enum rc planner_abandon_check(struct web_ctx *c, const void *object)
{
    const struct campaign *m = object;
    enum rc rc = own(c, m);
    if (rc == RC_OK && !campaign_is(m, CAMPAIGN_OPEN) && !campaign_is(m, CAMPAIGN_ANNOUNCED))
        return planner_campaign_wrong(c, m, "作废");
    if (rc == RC_OK && campaign_is(m, CAMPAIGN_ANNOUNCED) && c->now >= m->value_at)
        return web_fail(c, RC_STATE, "", "公告的公共随机值时间已到，批次 %s 不能再作废", m->code);
    return rc;
}

/*
 * POST campaigns/{code}/abandon. Once announced, this opens the secret: what would have been drawn
 * is there for all to see. When the value is due it is too late: it may be known already.
 */
enum rc planner_campaign_abandon(struct web_ctx *c)
{
    const struct abandon_body *in = c->input;
    struct campaign m = { .id = 0 };
    struct announcement a;
    const struct campaign_act act = planner_campaign_act(c);
    enum rc rc = planner_campaign_take(c, &m);
    if (rc == RC_OK)
        rc = planner_abandon_check(c, &m);
    if (rc == RC_OK && campaign_is(&m, CAMPAIGN_OPEN))
        rc = campaign_abandon(c->db, m.id, in->reason, c->now);
    else if (rc == RC_OK) {
        rc = announcement_load(c->db, c->arena, &m, &a, &c->err);
        if (rc == RC_OK)
            rc = campaign_give_up(c->db, c->arena, &m, &a, in->reason, &act, &c->err);
    }
    if (rc != RC_OK)
        return rc;
    c->audit.detail = planner_audit_text(c, "reason", in->reason);
    return planner_campaign_reply(c, 200, m.code);
}
