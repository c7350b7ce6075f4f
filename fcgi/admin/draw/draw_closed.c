/* Bundles of rule liancha-draw/2: what the teams were drawn from was closed before their value, and
   their value and seed are as announced. */
#include "admin/draw/draw_verify.h"

#include <string.h>

#include "base/date.h"
#include "domain/draw/closing.h"

static const char document[] = "draw.json";
static const char closing_file[] = "closing.txt";

struct stated {
    const char *closing;
    const char *value;
    const char *secret;
    int64_t drawn_at;
};

static void check_times(struct verify *v, const struct stated *s)
{
    if (!v->closed_at != !s->closing)
        verify_note(v, document, "/times/closed", "封存书和封存时间须一同公示");
    if (v->closed_at && v->closed_at < v->drawn_at)
        verify_note(v, document, "/times/closed", "早于前一步的时间");
    if (!s->drawn_at != !s->value)
        verify_note(v, document, "/times/teams", "检查组的公共随机值和抽取时间须一同公示");
    if (s->drawn_at && (s->drawn_at < v->closed_at || s->drawn_at < v->teams_at))
        verify_note(v, document, "/times/teams", "早于封存，或早于公告的第二个公共随机值时间");
}

static void check_members(struct verify *v, const struct stated *s)
{
    if (!s->value && v->teams_seed)
        verify_note(v, document, "/teams_value", "没有检查组的公共随机值，却有种子");
    if (!s->secret != !v->teams_seed)
        verify_note(v, document, "/teams_secret", "检查组的秘密值和种子须一同公示");
    if (s->value && !s->closing)
        verify_note(v, document, "/closing", "没有封存书，却有检查组的公共随机值");
    if (v->is_void && (s->closing || s->value))
        verify_note(v, document, "/closing", "作废的批次没有检查组");
}

/* The results of all draws, in the order of the announcement. */
static void check_results(struct verify *v, const struct closing *c)
{
    bool same = c->result_count == v->draw_count;
    for (size_t i = 0; i < v->draw_count && same; i++) {
        char hex[DIGEST_HEX];
        const char *name = arena_printf(v->arena, "result-%s.txt", v->draws[i].id);
        const struct tar_file *file = verify_file(v, name);
        same = strcmp(c->results[i].draw, v->draws[i].id) == 0;
        if (!same || !file)
            continue;
        digest_hex(draw_digest(v->rule), file->data, file->size, hex);
        if (strcmp(hex, c->results[i].digest) != 0)
            verify_note(v, name, "", "不是封存书写明的那一份：摘要是 %s，封存的是 %s", hex,
                        c->results[i].digest);
    }
    if (!same)
        verify_note(v, closing_file, "", "封存书中的抽取与公告不同");
}

/* A file that is there is the one that was closed. */
static void check_file(struct verify *v, const char *name, const char *digest)
{
    char hex[DIGEST_HEX];
    const struct tar_file *file = verify_file(v, name);
    if (!file)
        return;
    digest_hex(draw_digest(v->rule), file->data, file->size, hex);
    if (strcmp(hex, digest) != 0)
        verify_note(v, name, "", "不是封存书写明的那一份：摘要是 %s，封存的是 %s", hex, digest);
}

static void read_closing(struct verify *v, const struct stated *s, const char *announcement)
{
    const struct tar_file *file = verify_file(v, closing_file);
    struct closing *c = arena_alloc(v->arena, sizeof *c);
    struct err err = { .rc = RC_OK };
    char hex[DIGEST_HEX];
    if (!file != !v->teams_seed)
        verify_note(v, closing_file, "", "封存书和检查组的种子须一同公示");
    if (!file || !s->closing)
        return;
    digest_hex(draw_digest(v->rule), file->data, file->size, hex);
    if (strcmp(hex, s->closing) != 0)
        verify_note(v, closing_file, "", "不是公布的那一份：摘要是 %s，公布的是 %s", hex,
                    s->closing);
    if (closing_read(v->arena, file->data, file->size, c, &err) != RC_OK) {
        verify_note(v, closing_file, err.pointer, "%s", err.detail);
        return;
    }
    if (strcmp(c->campaign, v->campaign) != 0 || strcmp(c->announcement, announcement) != 0 ||
        c->closed_at != v->closed_at)
        verify_note(v, closing_file, "", "封存书的批次、公告或时间与公示文件不符");
    if (s->secret && strcmp(c->secret, s->secret) != 0)
        verify_note(v, closing_file, "", "封存书中的秘密值与公示文件不符");
    check_results(v, c);
    check_file(v, "visits.txt", c->visits);
    check_file(v, "inspectors.txt", c->inspectors);
    check_file(v, "differences.txt", c->differences);
}

static void check_secret(struct verify *v, const struct stated *s, const char *announced)
{
    char hash[DIGEST_HEX];
    struct err err = { .rc = RC_OK };
    if (!s->secret)
        return;
    if (draw_secret_hash(v->rule, s->secret, hash, &err) != RC_OK)
        verify_note(v, document, "/teams_secret", "%s", err.detail);
    else if (strcmp(hash, announced) != 0)
        verify_note(v, document, "/teams_secret", "不是公告的秘密值：摘要是 %s，公告的是 %s", hash,
                    announced);
}

static void check_seed(struct verify *v, const struct stated *s)
{
    char *hex = arena_alloc(v->arena, DIGEST_HEX);
    struct err err = { .rc = RC_OK };
    if (!v->teams_seed || !s->value || !s->closing || !s->secret)
        return;
    if (draw_seed_2(v->rule, s->secret, s->value, s->closing, hex, &err) != RC_OK) {
        verify_note(v, document, "/teams_seed", "无法算出检查组的种子：%s", err.detail);
        return;
    }
    v->match_seed = hex;
    if (strcmp(hex, v->teams_seed) != 0)
        verify_note(v, document, "/teams_seed",
                    "种子不是由秘密值、第二个公共随机值和封存书摘要合成的：算得 %s，公示的是 %s",
                    hex, v->teams_seed);
}

/* The second value is of its source; entered too late, it is the first one. */
static void check_value(struct verify *v, const struct stated *s, const struct announcement *of)
{
    static const char pulse[] = "teams-pulse.txt";
    const struct value_source source = announcement_teams(of);
    if (s->drawn_at <= announcement_teams_latest(of)) {
        verify_value(v, &source, pulse, "/teams_value", s->value);
        return;
    }
    if (!s->value || !v->public_value || strcmp(s->value, v->public_value) != 0)
        verify_note(v, document, "/teams_value",
                    "检查组的抽取晚于公告的录入期限，须用第一个公共随机值");
    if (verify_file(v, pulse))
        verify_note(v, pulse, "", "检查组的抽取晚于公告的录入期限，不应有这个文件");
}

void verify_closed(struct verify *v, const cJSON *root, const struct announcement *announced)
{
    const cJSON *times = json_member(root, "times");
    const struct stated s = { .closing = verify_text(v, root, "", "closing", true),
                              .value = verify_text(v, root, "", "teams_value", true),
                              .secret = verify_text(v, root, "", "teams_secret", true),
                              .drawn_at = verify_time(v, times, "teams", true) };
    v->closed_at = verify_time(v, times, "closed", true);
    v->teams_seed = verify_text(v, root, "", "teams_seed", true);
    check_members(v, &s);
    check_times(v, &s);
    read_closing(v, &s, json_member(root, "announcement")->valuestring);
    check_value(v, &s, announced);
    check_secret(v, &s, announced->teams_secret_hash);
    check_seed(v, &s);
}
