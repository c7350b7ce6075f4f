/* Bundles of rule liancha-draw/2: what is announced, and whether what came of it is that. */
#include "admin/draw/draw_verify.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "domain/draw/announcement.h"
#include "domain/draw/pulse.h"

static const char document[] = "draw.json";
static const char announcement_file[] = "announcement.txt";
static const char pulse_file[] = "pulse.txt";
static const char key_file[] = "beacon.pem";
static const char stamp_file[] = "announcement.tsr";

const char *const verify_announced_files[] = {
    announcement_file, stamp_file, pulse_file, key_file, "closing.txt", "teams-pulse.txt", NULL
};

/* ---- draw.json ---- */

/* Nothing that this verifier does not look at. */
static void check_members(struct verify *v, const cJSON *object, const char *base,
                          const char *const *names)
{
    for (const cJSON *m = object ? object->child : NULL; m; m = m->next)
        if (text_index(names, m->string) < 0)
            verify_note(v, document, arena_printf(v->arena, "%s/%.60s", base, m->string),
                        "不认识的成员");
}

int64_t verify_time(struct verify *v, const cJSON *times, const char *name, bool may_be_null)
{
    const cJSON *node = json_member(times, name);
    int64_t at = 0;
    if (may_be_null && cJSON_IsNull(node))
        return 0;
    if (cJSON_IsString(node) && verify_instant(node->valuestring, &at))
        return at;
    verify_note(v, document, arena_printf(v->arena, "/times/%s", name), "不是时间");
    return 0;
}

/* The order of what happened, and that nothing happened outside what was announced. */
static void check_times(struct verify *v, const cJSON *root, const struct announcement *a)
{
    static const char *const names[] = { "announced", "opened", "drawn", "closed", "teams", NULL };
    const cJSON *times = json_member(root, "times");
    check_members(v, times, "/times", names);
    int64_t announced = verify_time(v, times, "announced", false);
    int64_t opened = verify_time(v, times, "opened", false);
    int64_t drawn = verify_time(v, times, "drawn", v->stated_seed == NULL);
    v->drawn_at = drawn;
    if (announced != a->announced_at)
        verify_note(v, document, "/times/announced", "与公告中的时间不同");
    if (opened < announced)
        verify_note(v, document, "/times/opened", "早于前一步的时间");
    if (v->stated_seed && drawn < a->value.at)
        verify_note(v, document, "/times/drawn", "早于公告的公共随机值时间");
    if (!v->stated_seed && drawn)
        verify_note(v, document, "/times/drawn", "没有抽取，却有抽取时间");
    if (!v->is_void && drawn > a->latest)
        verify_note(v, document, "/times/drawn", "晚于公告的最迟抽取时间，应为作废");
    if (!v->is_void && drawn != opened)
        verify_note(v, document, "/times/opened", "抽取和公开秘密值须是同一个动作");
    if (v->is_void && drawn && drawn < opened)
        verify_note(v, document, "/times/drawn", "早于前一步的时间");
}

static void check_state(struct verify *v, const char *state, const char *why)
{
    v->is_void = strcmp(state, "void") == 0;
    if (!v->is_void && strcmp(state, "drawn") != 0)
        verify_note(v, document, "/state", "不认识的状态“%.60s”", state);
    if (v->is_void != (why != NULL))
        verify_note(v, document, "/void_why", "作废须有理由，抽取的没有");
    if (!v->is_void && !v->stated_seed)
        verify_note(v, document, "/seed", "已抽取的批次没有种子");
    if (!v->public_value != !v->stated_seed)
        verify_note(v, document, "/public_value", "公共随机值和种子须一同公示");
}

/* ---- the timestamp ---- */

/* A timestamp is of these bytes, whoever signed it; whether it is believed is up to who asks. */
static void check_stamp(struct verify *v, const struct tar_file *text, const struct announcement *a)
{
    const struct tar_file *stamp = verify_file(v, stamp_file);
    struct err err = { .rc = RC_OK };
    int64_t at = 0;
    const struct timestamp_wanted wanted = { .bytes = text->data,
                                             .n = text->size,
                                             .authorities = v->authorities };
    if (!stamp) {
        if (v->authorities)
            verify_note(v, stamp_file, "", "公示包中没有这个文件");
        return;
    }
    if (timestamp_read(stamp->data, stamp->size, &wanted, &at, &err) != RC_OK)
        verify_note(v, stamp_file, "", "%s", err.detail);
    else if (v->authorities && at >= a->value.at)
        verify_note(v, stamp_file, "", "时间戳晚于公共随机值");
    else if (v->authorities)
        v->stamped_at = at;
}

/* ---- the value ---- */

/* The pulse of that source, signed with the announced key. */
static void check_pulse(struct verify *v, const struct value_source *source, const char *file,
                        const char *member, const char *value)
{
    const struct tar_file *key = verify_file(v, key_file);
    const struct tar_file *pulse = verify_file(v, file);
    char hex[DIGEST_HEX];
    struct pulse read;
    struct err err = { .rc = RC_OK };
    if (!key || !pulse) {
        verify_note(v, key ? file : key_file, "", "公示包中没有这个文件");
        return;
    }
    digest_hex(draw_digest(v->rule), key->data, key->size, hex);
    if (strcmp(hex, source->key) != 0)
        verify_note(v, key_file, "", "不是公告的信标公钥：摘要是 %s，公告的是 %s", hex,
                    source->key);
    else if (pulse_read(v->arena, pulse->data, pulse->size,
                        arena_slice(v->arena, key->data, key->size), &read, &err) != RC_OK ||
             pulse_check(&read, source, &err) != RC_OK)
        verify_note(v, file, "", "%s", err.detail);
    else if (strcmp(read.value, value) != 0)
        verify_note(v, document, member, "不是信标这一轮的值：应为 %s", read.value);
}

void verify_value(struct verify *v, const struct value_source *source, const char *file,
                  const char *member, const char *value)
{
    struct err err = { .rc = RC_OK };
    bool beacon = source->kind == VALUE_BEACON;
    if (beacon && value)
        check_pulse(v, source, file, member, value);
    else if (verify_file(v, file))
        verify_note(v, file, "", "公告的公共随机值不是信标，或尚未取得");
    if (!beacon && value && value_check(source, value, &err) != RC_OK)
        verify_note(v, document, member, "%s", err.detail);
}

static void check_key(struct verify *v, const struct announcement *a)
{
    bool beacon = a->value.kind == VALUE_BEACON;
    if (beacon && !v->public_value && !verify_file(v, key_file))
        verify_note(v, key_file, "", "公示包中没有这个文件");
    if (!beacon && verify_file(v, key_file))
        verify_note(v, key_file, "", "公告的公共随机值不是信标");
}

static void check_secret(struct verify *v, const struct announcement *a)
{
    char hash[DIGEST_HEX];
    struct err err = { .rc = RC_OK };
    if (draw_secret_hash(v->rule, v->secret, hash, &err) != RC_OK)
        verify_note(v, document, "/secret", "%s", err.detail);
    else if (strcmp(hash, a->secret_hash) != 0)
        verify_note(v, document, "/secret", "不是公告的秘密值：摘要是 %s，公告的是 %s", hash,
                    a->secret_hash);
    else
        v->committed = true;
}

static void check_seed(struct verify *v, const char *announcement)
{
    struct err err = { .rc = RC_OK };
    if (!v->stated_seed || !v->public_value)
        return;
    if (draw_seed_2(v->rule, v->secret, v->public_value, announcement, v->computed_seed, &err) !=
        RC_OK) {
        v->computed_seed[0] = '\0';
        verify_note(v, document, err.pointer, "无法算出种子：%s", err.detail);
    } else if (strcmp(v->computed_seed, v->stated_seed) != 0) {
        verify_note(v, document, "/seed",
                    "种子不是由秘密值、公共随机值和公告摘要合成的：算得 %s，公示的是 %s",
                    v->computed_seed, v->stated_seed);
    }
}

/* ---- the announcement ---- */

/* Whether the announcement is the one whose digest the verifying person kept. */
static void check_kept(struct verify *v, const char *digest)
{
    if (v->kept && strcmp(v->kept, digest) != 0)
        verify_note(v, announcement_file, "", "公告不是您事先记下的那一份：您记下的摘要是 %s",
                    v->kept);
}

static bool read_announcement(struct verify *v, const char *digest, struct announcement *out)
{
    const struct tar_file *file = verify_file(v, announcement_file);
    char hex[DIGEST_HEX];
    struct err err = { .rc = RC_OK };
    if (!file) {
        verify_note(v, announcement_file, "", "公示包中没有这个文件");
        return false;
    }
    digest_hex(draw_digest(v->rule), file->data, file->size, hex);
    if (strcmp(hex, digest) != 0)
        verify_note(v, announcement_file, "", "公告不是公布的那一份：摘要是 %s，公布的是 %s", hex,
                    digest);
    check_kept(v, hex);
    if (announcement_read(v->arena, file->data, file->size, out, &err) != RC_OK) {
        verify_note(v, announcement_file, err.pointer, "%s", err.detail);
        return false;
    }
    if (strcmp(out->campaign, v->campaign) != 0)
        verify_note(v, document, "/campaign", "公告属于批次 %s", out->campaign);
    if (out->rule != v->rule)
        verify_note(v, document, "/rule", "公告的规则是 %s", draw_rule_name(out->rule));
    check_stamp(v, file, out);
    return true;
}

/* More than all is no limit: bounded, so that products with it are small. */
static size_t percent_of(const struct announcement *a, const char *name)
{
    enum { MAX = 1000000 };
    int64_t percent = announcement_parameter(a, name);
    return percent < 0 ? 0 : percent > MAX ? MAX : (size_t)percent;
}

static void take_draws(struct verify *v, const struct announcement *a)
{
    v->substitute_percent = percent_of(a, "substitute.percent");
    v->adjustment_percent = percent_of(a, "adjustment.percent");
    v->teams_at = a->teams_at;
    v->draws = arena_array(v->arena, a->draw_count, sizeof *v->draws);
    v->draw_count = a->draw_count;
    for (size_t i = 0; i < a->draw_count; i++)
        v->draws[i] = (struct verify_draw){ .id = a->draws[i].id,
                                            .sha256 = a->draws[i].snapshot,
                                            .roster_sha256 = a->draws[i].roster,
                                            .frozen_at = a->draws[i].frozen_at,
                                            .department = a->draws[i].department,
                                            .quotas = a->draws[i].quotas,
                                            .quota_count = a->draws[i].quota_count };
}

bool verify_announced(struct verify *v, const cJSON *root)
{
    static const char *const names[] = { "format",       "rule",         "campaign",
                                         "state",        "announcement", "secret",
                                         "public_value", "seed",         "void_why",
                                         "closing",      "teams_value",  "teams_seed",
                                         "teams_secret", "times",        NULL };
    struct announcement *a = arena_alloc(v->arena, sizeof *a);
    check_members(v, root, "", names);
    v->campaign = verify_text(v, root, "", "campaign", false);
    v->secret = verify_text(v, root, "", "secret", false);
    v->public_value = verify_text(v, root, "", "public_value", true);
    v->stated_seed = verify_text(v, root, "", "seed", true);
    const char *state = verify_text(v, root, "", "state", false);
    const char *why = verify_text(v, root, "", "void_why", true);
    const char *digest = verify_text(v, root, "", "announcement", false);
    if (!v->campaign || !v->secret || !state || !digest || !read_announcement(v, digest, a))
        return false;
    take_draws(v, a);
    check_state(v, state, why);
    v->drawn_once = a->publish == PUBLISH_ONCE && !v->is_void;
    check_times(v, root, a);
    check_secret(v, a);
    verify_value(v, &a->value, pulse_file, "/public_value", v->public_value);
    check_key(v, a);
    check_seed(v, digest);
    verify_closed(v, root, a);
    return true;
}

void verify_announced_rosters(struct verify *v)
{
    v->rosters = true;
    v->rosters_intact = true;
    for (size_t i = 0; i < v->draw_count; i++) {
        char hex[DIGEST_HEX];
        const char *name = arena_printf(v->arena, "roster-%s.txt", v->draws[i].id);
        const struct tar_file *file = verify_file(v, name);
        if (file)
            digest_hex(draw_digest(v->rule), file->data, file->size, hex);
        if (file && strcmp(hex, v->draws[i].roster_sha256) == 0)
            continue;
        v->rosters_intact = false;
        if (file)
            verify_note(v, name, "", "人员名单不是公告的那一份：摘要是 %s，公告的是 %s", hex,
                        v->draws[i].roster_sha256);
        else
            verify_note(v, name, "", "公示包中没有这个文件");
    }
}
