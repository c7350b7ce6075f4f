/* Rosters of a bundle: whom the matching may draw from, bound by the secret. */
#include "admin/draw/draw_verify.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"

static const char document[] = "draw.json";
static const char differences[] = "differences.txt";

static const char *roster_name(const struct verify *v, const struct verify_draw *d)
{
    return arena_printf(v->arena, "roster-%s.txt", d->id);
}

/* Whether nonce and digests make the secret. */
static bool makes_secret(const struct verify *v, const char *const *digests)
{
    char secret[DIGEST_HEX];
    struct err err = { .rc = RC_OK };
    return draw_secret(v->rule, v->nonce, digests, v->draw_count, secret, &err) == RC_OK &&
           strcmp(secret, v->secret) == 0;
}

/* The digest of a roster as it lies here; NULL, noted, when it is missing. */
static const char *digest_of(struct verify *v, const struct verify_draw *d)
{
    const char *name = roster_name(v, d);
    const struct tar_file *file = verify_file(v, name);
    char *hex = arena_alloc(v->arena, DIGEST_HEX);
    if (!file) {
        verify_note(v, name, "", "公示包中没有这个文件");
        return NULL;
    }
    digest_hex(draw_digest(v->rule), file->data, file->size, hex);
    return hex;
}

/* Each roster against its stated digest, and the stated digests against the secret. */
static void check_digests(struct verify *v)
{
    const char **stated = arena_array(v->arena, v->draw_count, sizeof *stated);
    const char **found = arena_array(v->arena, v->draw_count, sizeof *found);
    bool complete = true;
    bool same = true;
    for (size_t i = 0; i < v->draw_count; i++) {
        stated[i] = v->draws[i].roster_sha256;
        found[i] = digest_of(v, &v->draws[i]);
        complete = complete && found[i];
        same = same && found[i] && strcmp(found[i], stated[i]) == 0;
    }
    bool bound = makes_secret(v, stated);
    for (size_t i = 0; i < v->draw_count; i++)
        if (found[i] && strcmp(found[i], stated[i]) != 0 && !(complete && makes_secret(v, found)))
            verify_note(v, roster_name(v, &v->draws[i]), "",
                        "人员名单不是承诺的那一份：摘要是 %s，承诺的是 %s", found[i], stated[i]);
        else if (found[i] && strcmp(found[i], stated[i]) != 0)
            verify_note(v, document, arena_printf(v->arena, "/draws/%zu/roster_sha256", i),
                        "秘密值由名单的摘要 %s 合成：被改动的是公示的摘要", found[i]);
    if (bound || !v->committed)
        return; /* another secret is named elsewhere */
    if (!same)
        verify_note(v, document, "/nonce", "秘密值不是由随机数和公示的人员名单摘要合成的");
    else if (v->draw_count == 1)
        verify_note(v, roster_name(v, &v->draws[0]), "",
                    "人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值");
    else
        verify_note(v, "roster-*.txt", "",
                    "至少一份人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值");
}

void verify_rosters(struct verify *v)
{
    size_t n = 0;
    if (draw_rule_version(v->rule) == 2) {
        verify_announced_rosters(v);
        return;
    }
    for (size_t i = 0; i < v->draw_count; i++)
        n += v->draws[i].roster_sha256 != NULL;
    v->rosters = n == v->draw_count && v->nonce;
    size_t before = v->finding_count;
    if (v->rosters)
        check_digests(v);
    else if (n || v->nonce)
        verify_note(v, document, "/nonce", "随机数和各次抽取的人员名单摘要须一同公示");
    v->rosters_intact = v->rosters && v->committed && v->finding_count == before;
}

/* ---- what the match used of them ---- */

static bool read_rosters(struct verify *v, const struct match_problem *problem,
                         struct match_words *words, struct roster *out)
{
    struct roster *rosters = arena_array(v->arena, v->draw_count, sizeof *rosters);
    for (size_t i = 0; i < v->draw_count; i++) {
        const char *name = roster_name(v, &v->draws[i]);
        const struct tar_file *file = verify_file(v, name);
        struct err err = { .rc = RC_OK };
        if (roster_read(v->arena, v->draws[i].id, file->data, file->size, words, &rosters[i],
                        &err) != RC_OK) {
            verify_note(v, name, err.pointer, "%s", err.detail);
            return false;
        }
    }
    v->draw_rosters = rosters;
    roster_join(v->arena, rosters, v->draw_count, problem, out);
    return true;
}

static const char *said(struct verify *v, const struct roster_difference *d)
{
    return arena_printf(v->arena, "%s\t%s\t%s\t%s", d->card, roster_field_name(d->field),
                        d->committed, d->used);
}

/* A difference that is used but not listed, or that nothing may use. */
static void note_use(struct verify *v, const struct roster_difference *d, bool listed)
{
    if (!listed)
        verify_note(v, "inspectors.txt", d->card,
                    "%s 的 %s 承诺时是“%s”，匹配时用的是“%s”，差异记录中没有这一处", d->card,
                    roster_field_name(d->field), d->committed, d->used);
    else if (!d->counts)
        verify_note(v, "inspectors.txt", d->card,
                    "%s 的 %s 由“%s”改为“%s”：承诺之后只能收窄，不能放宽", d->card,
                    roster_field_name(d->field), d->committed, d->used);
}

/* The cause fits the field; the time is one, or unknown. */
static void check_note(const struct verify_lines *l, const struct roster_difference *d)
{
    int64_t at = 0;
    int cause = text_index(roster_causes, l->f[4]);
    bool fits = d->field == ROSTER_RECUSAL   ? cause == 0 || cause == 1
                : d->field == ROSTER_CARRIED ? cause == ROSTER_CAUSES_SAID - 1
                                             : cause >= ROSTER_CAUSES_SAID;
    if (!fits)
        verify_note_line(l, "缘由与差异不符");
    bool dash = strcmp(l->f[5], "-") == 0;
    if (!dash && !verify_instant(l->f[5], &at))
        verify_note_line(l, "不是时间");
    else if (draw_rule_version(l->v->rule) == 2 &&
             (dash || at > l->v->closed_at || l->v->closed_at >= l->v->teams_at))
        verify_note_line(l, "批准须在封存之前，封存须在第二个公共随机值之前：否则差异不计");
}

/* Both ascend in the order of roster_compare. */
static void check_listed(struct verify *v, const struct roster_difference *found, size_t n)
{
    enum { FIELDS = 7 };
    struct verify_lines l;
    size_t i = 0;
    const char **texts = arena_array(v->arena, n, sizeof *texts);
    if (!verify_open(v, differences, "liancha-differences/1", &l))
        return;
    for (size_t k = 0; k < n; k++)
        texts[k] = said(v, &found[k]);
    while (verify_line(&l, FIELDS)) {
        const char *line = arena_printf(v->arena, "%s\t%s\t%s\t%s", l.f[0], l.f[1], l.f[2], l.f[3]);
        size_t at = i;
        while (at < n && strcmp(texts[at], line) != 0)
            at++;
        if (at == n) {
            verify_note_line(&l,
                             arena_printf(v->arena, "%s 没有这一处差异，或未按次序排列", l.f[0]));
            continue;
        }
        for (; i < at; i++)
            note_use(v, &found[i], false);
        note_use(v, &found[at], true);
        check_note(&l, &found[at]);
        i = at + 1;
    }
    for (; i < n; i++)
        note_use(v, &found[i], false);
}

void verify_use(struct verify *v, const struct match_problem *problem, struct match_words *words,
                struct roster *roster)
{
    struct roster_difference *found = NULL;
    char last[DATE_TEXT];
    if (!read_rosters(v, problem, words, roster))
        return;
    date_format(last, roster->last_day);
    if (problem->window_last != roster->last_day)
        verify_note(v, "visits.txt", "line 1", "检查的最后一天应为各计划截止日期中最早的 %s", last);
    roster_compare(v->arena, roster, problem, words->v, &found, &v->differences);
    check_listed(v, found, v->differences);
}
