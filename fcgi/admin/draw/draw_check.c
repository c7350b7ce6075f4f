#include "admin/draw/draw_verify.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"
#include "sys/processors.h"

static const char document[] = "draw.json";

/* ---- draw.json ---- */

const char *verify_text(struct verify *v, const cJSON *object, const char *base, const char *name,
                        bool may_be_null)
{
    const cJSON *node = json_member(object, name);
    if (cJSON_IsString(node))
        return node->valuestring;
    if (!may_be_null || !cJSON_IsNull(node))
        verify_note(v, document, arena_printf(v->arena, "%s/%s", base, name), "缺少，或不是文本");
    return NULL;
}

static const char *text_of(struct verify *v, const cJSON *object, const char *base,
                           const char *name)
{
    return verify_text(v, object, base, name, false);
}

/* A text that older bundles do not have. */
static const char *text_or_null(struct verify *v, const cJSON *object, const char *base,
                                const char *name)
{
    return json_member(object, name) ? verify_text(v, object, base, name, true) : NULL;
}

static void check_times(struct verify *v, const cJSON *root)
{
    static const char *const names[] = { "committed", "valued", "drawn", "revealed" };
    const cJSON *times = json_member(root, "times");
    int64_t before = INT64_MIN;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int64_t at;
        const char *text = text_of(v, times, "/times", names[i]);
        const char *where = arena_printf(v->arena, "/times/%s", names[i]);
        if (!text)
            continue;
        if (!verify_instant(text, &at))
            verify_note(v, document, where, "不是时间");
        else if (at < before)
            verify_note(v, document, where, "早于前一步的时间");
        else
            before = at;
    }
}

static void read_quotas(struct verify *v, const cJSON *node, const char *base,
                        struct verify_draw *d)
{
    const cJSON *quotas = json_member(node, "quotas");
    struct draw_quota *list;
    if (!cJSON_IsObject(quotas)) {
        verify_note(v, document, arena_printf(v->arena, "%s/quotas", base), "缺少，或不是对象");
        return;
    }
    list = arena_array(v->arena, (size_t)cJSON_GetArraySize(quotas), sizeof *list);
    d->quotas = list;
    for (const cJSON *m = quotas->child; m; m = m->next) {
        int64_t n;
        if (json_int(m, &n) && n >= 0 && n <= DRAW_QUOTA_MAX)
            list[d->quota_count++] = (struct draw_quota){ m->string, (uint32_t)n };
        else
            verify_note(v, document, arena_printf(v->arena, "%s/quotas/%s", base, m->string),
                        "不是任务数");
    }
}

static bool read_draw(struct verify *v, const cJSON *node, size_t i)
{
    struct verify_draw *d = &v->draws[i];
    const char *base = arena_printf(v->arena, "/draws/%zu", i);
    d->id = text_of(v, node, base, "draw");
    d->sha256 = text_of(v, node, base, "snapshot_sha256");
    d->roster_sha256 = text_or_null(v, node, base, "roster_sha256");
    if (!d->id || !d->sha256)
        return false;
    if (i && strcmp(v->draws[i - 1].id, d->id) >= 0)
        verify_note(v, document, arena_printf(v->arena, "%s/draw", base),
                    "抽取未按编号排列，或重复：种子按这个顺序合成");
    read_quotas(v, node, base, d);
    return true;
}

static bool read_draws(struct verify *v, const cJSON *root)
{
    const cJSON *draws = json_member(root, "draws");
    int n = cJSON_IsArray(draws) ? cJSON_GetArraySize(draws) : 0;
    if (n < 1 || n > DRAW_SNAPSHOTS_MAX) {
        verify_note(v, document, "/draws", "没有抽取，或超过 %d 项", DRAW_SNAPSHOTS_MAX);
        return false;
    }
    v->draws = arena_array(v->arena, (size_t)n, sizeof *v->draws);
    size_t i = 0;
    for (const cJSON *node = draws->child; node; node = node->next, i++)
        if (!read_draw(v, node, i))
            return false;
    v->draw_count = i;
    return true;
}

static void check_commitment(struct verify *v, const char *stated)
{
    char hash[DIGEST_HEX];
    struct err err = { .rc = RC_OK };
    if (draw_secret_hash(v->rule, v->secret, hash, &err) != RC_OK)
        verify_note(v, document, "/secret", "%s", err.detail);
    else if (strcmp(hash, stated) != 0)
        verify_note(v, document, "/secret_hash", "承诺与秘密值不符：秘密值的摘要是 %s，承诺的是 %s",
                    hash, stated);
    else
        v->committed = true;
}

static void check_seed(struct verify *v)
{
    const char **snapshots = arena_array(v->arena, v->draw_count, sizeof *snapshots);
    struct err err = { .rc = RC_OK };
    for (size_t i = 0; i < v->draw_count; i++)
        snapshots[i] = v->draws[i].sha256;
    if (draw_seed(v->rule, v->secret, v->public_value, snapshots, v->draw_count, v->computed_seed,
                  &err) != RC_OK) {
        v->computed_seed[0] = '\0';
        verify_note(v, document, err.pointer, "无法算出种子：%s", err.detail);
    } else if (strcmp(v->computed_seed, v->stated_seed) != 0) {
        verify_note(v, document, "/seed",
                    "种子不是由秘密值、公共随机值和快照摘要合成的：算得 %s，公示的是 %s",
                    v->computed_seed, v->stated_seed);
    }
}

static bool read_rule(struct verify *v, const cJSON *root)
{
    const char *format = text_of(v, root, "", "format");
    const char *rule = text_of(v, root, "", "rule");
    if (!format || !rule)
        return false;
    static const char *const formats[] = { "liancha-bundle/1", "liancha-bundle/2", NULL };
    int version = text_index(formats, format) + 1;
    if (version == 0) {
        verify_note(v, document, "/format", "不认识的格式“%.60s”", format);
        return false;
    }
    if (!draw_rule_parse(rule, &v->rule) || draw_rule_version(v->rule) != version) {
        verify_note(v, document, "/rule", "不认识的规则“%.60s”", rule);
        return false;
    }
    return true;
}

bool verify_document(struct verify *v)
{
    const struct tar_file *file = verify_file(v, document);
    struct err err = { .rc = RC_OK };
    cJSON *root;
    if (!file) {
        verify_note(v, document, "", "公示包中没有这个文件");
        return false;
    }
    if (json_parse(v->arena, file->data, file->size, &root, &err) != RC_OK) {
        verify_note(v, document, err.pointer, "%s", err.detail);
        return false;
    }
    if (!read_rule(v, root))
        return false;
    if (draw_rule_version(v->rule) == 2)
        return verify_announced(v, root);
    if (v->kept)
        verify_note(v, document, "/rule", "规则 %s 没有公告", draw_rule_name(v->rule));
    if (!read_draws(v, root))
        return false;
    v->campaign = text_of(v, root, "", "campaign");
    v->secret = text_of(v, root, "", "secret");
    v->nonce = text_or_null(v, root, "", "nonce");
    v->public_value = text_of(v, root, "", "public_value");
    v->stated_seed = text_of(v, root, "", "seed");
    const char *hash = text_of(v, root, "", "secret_hash");
    if (!v->campaign || !v->secret || !v->public_value || !v->stated_seed || !hash)
        return false;
    check_commitment(v, hash);
    check_seed(v);
    check_times(v, root);
    return true;
}

/* ---- one draw ---- */

static size_t line_at(const struct tar_file *file, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < file->size; i++)
        line += file->data[i] == '\n';
    return line;
}

static void note_range(struct verify *v, const struct tar_file *file, size_t from, size_t to)
{
    verify_note(v, file->name, arena_printf(v->arena, "bytes %zu-%zu", from, to),
                "这一段（字节 %zu 至 %zu，第 %zu 至 %zu 行）与公示时的分段摘要不符", from, to,
                line_at(file, from), line_at(file, to ? to - 1 : 0));
}

/* Where the snapshot differs from its blocks' digests; false when it nowhere does. */
static bool note_blocks(struct verify *v, const struct tar_file *file,
                        const struct tar_file *blocks)
{
    enum { BLOCK = 4096, LINE = 10 + 1 + 4 + 1 + 64 + 1, RANGES_MAX = 8 };
    size_t from = SIZE_MAX;
    size_t ranges = 0;
    for (size_t offset = 0, at = 0; offset < file->size || at + LINE <= blocks->size;
         offset += BLOCK, at += LINE) {
        size_t left = offset < file->size ? file->size - offset : 0;
        size_t n = left < BLOCK ? left : BLOCK;
        char hex[DIGEST_HEX];
        char line[128];
        digest_hex(draw_digest(v->rule), file->data + (n ? offset : 0), n, hex);
        (void)snprintf(line, sizeof line, "%010zu\t%04zu\t%s\n", offset, n, hex);
        bool same = n && at + LINE <= blocks->size && memcmp(blocks->data + at, line, LINE) == 0;
        if (!same && from == SIZE_MAX)
            from = offset;
        if (same && from != SIZE_MAX) {
            if (ranges++ < RANGES_MAX)
                note_range(v, file, from, offset);
            from = SIZE_MAX;
        }
    }
    if (from != SIZE_MAX && ranges++ < RANGES_MAX)
        note_range(v, file, from, file->size);
    return ranges > 0 || blocks->size % LINE != 0;
}

/* False when the snapshot is not the one that was committed to. */
static bool check_snapshot(struct verify *v, const struct verify_draw *d,
                           const struct tar_file *file)
{
    char hex[DIGEST_HEX];
    const char *name = arena_printf(v->arena, "blocks-%s.txt", d->id);
    const struct tar_file *blocks = verify_file(v, name);
    digest_hex(draw_digest(v->rule), file->data, file->size, hex);
    bool same = strcmp(hex, d->sha256) == 0;
    if (!same)
        verify_note(v, file->name, "", "名录快照不是承诺的那一份：摘要是 %s，承诺的是 %s", hex,
                    d->sha256);
    if (!blocks)
        verify_note(v, name, "", "公示包中没有这个文件");
    else if (same && note_blocks(v, file, blocks))
        verify_note(v, name, "", "名录快照的整份摘要相符，被改动的是这份分段摘要");
    else if (!same && !note_blocks(v, file, blocks))
        verify_note(v, file->name, "", "分段摘要与快照相符，因此无法指出改动在哪一段");
    return same;
}

static bool check_quotas(struct verify *v, const struct draw_result *result)
{
    bool filled = true;
    for (size_t i = 0; i < result->stratum_count; i++) {
        const struct draw_stratum *s = &result->strata[i];
        if (s->quota <= s->eligible)
            continue;
        filled = false;
        verify_note(v, document, "/draws", "抽取 %s 的抽查层 %s：任务 %u，可抽的只有 %zu",
                    result->draw_id, s->name, (unsigned)s->quota, s->eligible);
    }
    return filled;
}

/* Draws again from that seed and compares every result and reserve. */
static enum rc compare(struct verify *v, struct arena *own, struct verify_draw *d, const char *seed,
                       const struct tar_file *snapshot, const struct tar_file *results,
                       struct draw_result *result, struct err *err)
{
    enum rc rc = draw_select(own, v->rule, seed, snapshot->data, snapshot->size, d->quotas,
                             d->quota_count, processors(), result, err);
    if (rc != RC_OK)
        return rc;
    return draw_result_compare(own, results->data, results->size, result, err);
}

/* What was public with the draw, the reserves as digests, is what the result says. */
static void check_drawn(struct verify *v, struct arena *own, const struct draw_result *result)
{
    const char *name = arena_printf(v->arena, "drawn-%s.txt", result->draw_id);
    const struct tar_file *file = verify_file(v, name);
    struct err err = { .rc = RC_OK };
    if (!file)
        verify_note(v, name, "", "公示包中没有这个文件");
    else if (draw_drawn_compare(own, file->data, file->size, v->rule, v->secret, result, &err) !=
             RC_OK)
        verify_note(v, name, err.pointer, "%s", err.detail);
}

static bool check_results(struct verify *v, struct arena *own, struct verify_draw *d,
                          const struct tar_file *snapshot, const struct tar_file *results)
{
    struct draw_result result = { .count = 0 };
    struct err err = { .rc = RC_OK };
    struct err other = { .rc = RC_OK };
    const char *seed = v->computed_seed[0] ? v->computed_seed : v->stated_seed;
    enum rc rc = compare(v, own, d, seed, snapshot, results, &result, &err);
    /* Where the seeds differ, that is said already: the results may follow from either. */
    if (rc == RC_CHECKSUM && strcmp(seed, v->stated_seed) != 0) {
        seed = v->stated_seed;
        rc = compare(v, own, d, seed, snapshot, results, &result, &other);
    }
    v->from_computed |= rc == RC_OK && seed == v->computed_seed;
    v->from_stated |= rc == RC_OK && seed != v->computed_seed;
    if (rc != RC_OK) {
        verify_note(v,
                    rc == RC_CHECKSUM    ? results->name
                    : rc == RC_MALFORMED ? snapshot->name
                                         : document,
                    err.pointer, "%s", err.detail);
        return false;
    }
    d->lines = result.lines;
    d->selected = result.selected;
    d->reserves = result.reserves;
    if (strcmp(result.draw_id, d->id) != 0) {
        verify_note(v, snapshot->name, "line 1", "快照属于抽取 %s，不是 %s", result.draw_id, d->id);
        return false;
    }
    if (v->drawn_once)
        check_drawn(v, own, &result);
    return check_quotas(v, &result);
}

/* The first line that breaks the format, when the snapshot is not the committed one. */
static void check_format(struct verify *v, const struct tar_file *snapshot)
{
    struct draw_reader reader;
    struct draw_line line;
    struct err err = { .rc = RC_OK };
    enum rc rc = draw_read_start(&reader, snapshot->data, snapshot->size, &err);
    while (rc == RC_OK)
        rc = draw_read(&reader, &line, &err);
    if (rc != RC_DONE)
        verify_note(v, snapshot->name, err.pointer, "%s", err.detail);
}

static void release(void *data)
{
    arena_free(data);
}

void verify_one(struct verify *v, struct verify_draw *d)
{
    const char *snapshot_name = arena_printf(v->arena, "snapshot-%s.txt", d->id);
    const char *result_name = arena_printf(v->arena, "result-%s.txt", d->id);
    const struct tar_file *snapshot = verify_file(v, snapshot_name);
    const struct tar_file *results = verify_file(v, result_name);
    bool drawn = v->stated_seed != NULL;
    if (!snapshot)
        verify_note(v, snapshot_name, "", "公示包中没有这个文件");
    if (!results && drawn)
        verify_note(v, result_name, "", "公示包中没有这个文件");
    if (!snapshot || (!results && drawn))
        return;
    size_t before = v->finding_count;
    if (!check_snapshot(v, d, snapshot)) {
        v->other_snapshot = true;
        /* What another snapshot would lead to says nothing about the results. */
        check_format(v, snapshot);
        return;
    }
    verify_weights(v, d, snapshot);
    if (!drawn) {
        check_format(v, snapshot);
        d->intact = v->finding_count == before;
        return;
    }
    struct arena *own = arena_new(SIZE_MAX);
    arena_defer(v->arena, release, own);
    d->intact = check_results(v, own, d, snapshot, results) && v->finding_count == before;
    arena_reset(own);
}

/* Results follow from the stated seed, and the secret is sound: what else the seed is made of. */
static void note_value(struct verify *v)
{
    if (draw_rule_version(v->rule) == 2)
        verify_note(v, document, "/public_value",
                    "结果由公示的种子得出，秘密值与公告相符：被改动的是公共随机值或公告");
    else if (!v->other_snapshot)
        verify_note(v, document, "/public_value",
                    "结果由公示的种子得出，秘密值和快照均与承诺相符：被改动的是公共随机值");
}

void verify_cause(struct verify *v)
{
    if (!v->computed_seed[0])
        return;
    if (strcmp(v->computed_seed, v->stated_seed) == 0) {
        if (!v->committed)
            verify_note(v, document, "/secret_hash",
                        "种子与这个秘密值相符：被改动的是承诺，不是秘密值");
    } else if (v->from_computed) {
        verify_note(v, document, "/seed", "结果由算得的种子得出：被改动的是公示的种子");
    } else if (v->from_stated && !v->committed) {
        verify_note(v, document, "/secret",
                    "结果由公示的种子得出，秘密值与承诺和种子都不符：被改动的是秘密值");
    } else if (v->from_stated) {
        note_value(v);
    }
}
