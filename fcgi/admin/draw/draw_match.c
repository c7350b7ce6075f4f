/* What follows the draw of objects in a bundle: substitutes, the draw of inspectors,
   adjustments. */
#include "admin/draw/draw_verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/sorted.h"
#include "base/text.h"
#include "domain/draw/match_text.h"

static const char inspectors[] = "inspectors.txt";
static const char visits[] = "visits.txt";
static const char teams[] = "teams.txt";
static const char adjustments[] = "adjustments.txt";
static const char substitutes[] = "substitutes.txt";
static const char differences[] = "differences.txt";

const char *const verify_match_files[] = { inspectors,  visits,      teams, adjustments,
                                           substitutes, differences, NULL };

/* ---- places of the draws, and their substitutes ---- */

static int by_subject(const void *a, const void *b)
{
    const struct verify_place *x = a;
    const struct verify_place *y = b;
    int order = strcmp(x->subject, y->subject);
    if (order == 0)
        order = strcmp(x->draw, y->draw);
    return order ? order : strcmp(x->stratum, y->stratum);
}

static struct verify_place *find_place(const struct verify_places *p, const char *draw,
                                       const char *stratum, const char *subject)
{
    const struct verify_place key = { .draw = draw, .stratum = stratum, .subject = subject };
    return sorted_find(&key, p->v, p->n, sizeof *p->v, by_subject);
}

/* All places of all draws; the results are known to be sound. */
static struct verify_places read_places(struct verify *v)
{
    struct verify_places out = { .intact = true };
    size_t room = 0;
    for (size_t i = 0; i < v->draw_count; i++)
        room += verify_count_lines(
            verify_file(v, arena_printf(v->arena, "result-%s.txt", v->draws[i].id)));
    out.v = arena_array(v->arena, room, sizeof *out.v);
    for (size_t i = 0; i < v->draw_count; i++) {
        const char *name = arena_printf(v->arena, "result-%s.txt", v->draws[i].id);
        const struct tar_file *file = verify_file(v, name);
        out.intact = out.intact && v->draws[i].intact && file;
        if (!v->draws[i].intact || !file)
            continue;
        struct verify_lines l = { .v = v, .file = name };
        l.next = arena_slice(v->arena, file->data, file->size);
        while (verify_line(&l, 5)) {
            int64_t position = 0;
            (void)int_parse(l.f[1], 1, UINT32_MAX, &position);
            out.v[out.n++] = (struct verify_place){ .draw = v->draws[i].id,
                                                    .stratum = l.f[0],
                                                    .subject = l.f[2],
                                                    .position = (unsigned)position,
                                                    .selected = strcmp(l.f[3], "selected") == 0 };
            out.v[out.n - 1].visited = out.v[out.n - 1].selected;
        }
    }
    if (out.n)
        qsort(out.v, out.n, sizeof *out.v, by_subject);
    return out;
}

/* The first reserve of a stratum that does not stand in yet. */
static const struct verify_place *next_reserve(const struct verify_places *p, const char *draw,
                                               const char *stratum)
{
    const struct verify_place *best = NULL;
    for (size_t i = 0; i < p->n; i++)
        if (!p->v[i].selected && strcmp(p->v[i].stratum, stratum) == 0 &&
            strcmp(p->v[i].draw, draw) == 0 && (!best || p->v[i].position < best->position))
            best = &p->v[i];
    return best;
}

/* The reason is the last field of a line of substitutes.txt, of rule 1 and of rule 2. */
enum { LAST_1 = 5, LAST_2 = 8, OPENING = 7, PERCENT = 100 };

/* in_time: before the closing, so that the visits are already those of the substitute. */
static void check_substitute(struct verify_lines *l, const struct verify_places *p, bool in_time)
{
    struct verify_place *from = find_place(p, l->f[0], l->f[1], l->f[2]);
    struct verify_place *to = find_place(p, l->f[0], l->f[1], l->f[3]);
    const struct verify_place *due = next_reserve(p, l->f[0], l->f[1]);
    int64_t position = 0;
    if (!from || !from->selected || from->replaced)
        verify_note_line(
            l, arena_printf(l->v->arena, "%s 不是这个抽查层抽中的对象，或已被替换", l->f[2]));
    else
        from->replaced = true;
    if (from && in_time)
        from->visited = false;
    if (!due || due != to)
        verify_note_line(l, arena_printf(l->v->arena, "替换须按备选次序：应为 %s，公示的是 %s",
                                         due ? due->subject : "无", l->f[3]));
    else if (!int_parse(l->f[4], 1, UINT32_MAX, &position) || position != due->position)
        verify_note_line(l, "备选位次与抽取结果不符");
    if (!*l->f[draw_rule_version(l->v->rule) == 2 ? LAST_2 : LAST_1])
        verify_note_line(l, "没有理由");
    if (to)
        to->selected = true;
    if (to)
        *(in_time ? &to->visited : &to->later) = true;
}

/* When it was approved, after the one before it, and whether within the limit. */
static void check_approval(struct verify_lines *l, int64_t *before)
{
    int64_t at;
    bool limit = strcmp(l->f[6], "limit") == 0;
    if (!limit && strcmp(l->f[6], "exception") != 0)
        verify_note_line(l, "须为 limit 或 exception");
    if (!verify_instant(l->f[5], &at))
        verify_note_line(l, "不是时间");
    else if (at < *before)
        verify_note_line(l, "早于前一次替换或抽取");
    else
        *before = at;
    for (size_t i = 0; limit && i < l->v->draw_count; i++)
        if (strcmp(l->v->draws[i].id, l->f[0]) == 0)
            l->v->draws[i].substitutes++;
}

/* That it opens the digest of its place, as the announced secret has it. */
static void check_opening(struct verify_lines *l)
{
    char hex[DIGEST_HEX];
    int64_t position = 0;
    (void)int_parse(l->f[4], 1, UINT32_MAX, &position);
    draw_opening(l->v->rule, l->v->secret, l->f[0], l->f[1], (uint32_t)position, hex);
    if (strcmp(hex, l->f[OPENING]) != 0)
        verify_note_line(l, arena_printf(l->v->arena, "备选的启封值应为 %s", hex));
}

static void check_limits(struct verify *v)
{
    for (size_t i = 0; i < v->draw_count; i++) {
        const struct verify_draw *d = &v->draws[i];
        if (d->substitutes * PERCENT > d->selected * v->substitute_percent)
            verify_note(v, substitutes, "",
                        "抽取 %s 未作为例外的替换有 %zu 个，超过抽中 %zu 个的 %zu%%", d->id,
                        d->substitutes, d->selected, v->substitute_percent);
    }
}

static void check_substitutes(struct verify *v, const struct verify_places *p)
{
    struct verify_lines l;
    int64_t before = v->drawn_at;
    bool announced = draw_rule_version(v->rule) == 2;
    if (!verify_open(v, substitutes, announced ? "liancha-substitutes/3" : "liancha-substitutes/1",
                     &l))
        return;
    while (verify_line(&l, (announced ? LAST_2 : LAST_1) + 1)) {
        v->substitutes++;
        if (announced)
            check_approval(&l, &before);
        if (announced)
            check_opening(&l);
        if (p->intact)
            check_substitute(&l, p, before <= v->closed_at);
    }
    if (announced && p->intact)
        check_limits(v);
}

/* ---- the draw of inspectors ---- */

static void compare_teams(struct verify *v, const struct match_problem *problem,
                          const struct match_plan *plan)
{
    enum { CAP = 1 << 30 };
    const struct tar_file *file = verify_file(v, teams);
    struct buf text;
    buf_init(&text, v->arena, CAP);
    match_teams_text(&text, v->campaign, problem, plan);
    size_t n = text.n < file->size ? text.n : file->size;
    size_t at = 0;
    size_t line = 1;
    size_t from = 0;
    for (; at < n && text.p[at] == file->data[at]; at++)
        if (text.p[at] == '\n') {
            line++;
            from = at + 1;
        }
    if (at == text.n && at == file->size)
        return;
    size_t end = from;
    while (end < text.n && text.p[end] != '\n')
        end++;
    verify_note(v, teams, arena_printf(v->arena, "line %zu", line),
                "检查组不是按规则抽取的：这一行应为“%s”",
                from < text.n ? arena_slice(v->arena, text.p + from, end - from) : "（无）");
}

static void check_match(struct verify *v, const struct verify_places *p, struct roster *roster)
{
    const struct tar_file *a = verify_file(v, inspectors);
    const struct tar_file *b = verify_file(v, visits);
    struct match_words words = { .n = 0 };
    struct match_problem problem;
    struct match_plan plan;
    struct err err = { .rc = RC_OK };
    const char *file = "";
    if (!a || !b || !verify_file(v, teams)) {
        verify_note(v, !a ? inspectors : !b ? visits : teams, "", "公示包中没有这个文件");
        return;
    }
    const struct match_texts texts = { a->data, a->size, b->data, b->size };
    enum rc rc = match_read(v->arena, v->campaign, &texts, &words, &problem, &file, &err);
    if (rc == RC_OK) {
        file = inspectors;
        problem.rule = v->rule;
        problem.seed = v->match_seed;
        rc = match_run(v->arena, &problem, &plan, &err);
    }
    if (rc != RC_OK) {
        verify_note(v, file, err.pointer, "%s", err.detail);
        return;
    }
    if (v->rosters_intact)
        verify_use(v, &problem, &words, roster);
    if (p->intact)
        verify_visits(v, p, &problem, &words);
    compare_teams(v, &problem, &plan);
    if (v->rosters_intact &&
        roster_displaced(v->arena, roster, &problem, &plan, &v->displaced, &err) != RC_OK)
        verify_note(v, inspectors, err.pointer, "%s", err.detail);
    v->sections = problem.section_count;
    v->assignments = plan.assignment_count;
    for (size_t i = 0; i < problem.inspector_count; i++)
        v->inspectors_drawn += plan.loads[i] > 0;
}

/* By rule 2 these files are there with the teams' seed, and not before. */
static bool drawn_teams(struct verify *v)
{
    static const char *const names[] = { inspectors, visits, teams, adjustments, differences };
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool here = verify_file(v, names[i]) != NULL;
        any = any || here;
        if (here && draw_rule_version(v->rule) == 2 && !v->teams_seed)
            verify_note(v, names[i], "", "检查组尚未抽取，不应有这个文件");
    }
    return draw_rule_version(v->rule) == 2 ? v->teams_seed != NULL : any;
}

void verify_match(struct verify *v)
{
    uint8_t seed[DIGEST_SIZE];
    struct roster roster = { .count = 0 };
    struct verify_places places = read_places(v);
    check_substitutes(v, &places);
    if (draw_rule_version(v->rule) == 1)
        v->match_seed = v->computed_seed[0] ? v->computed_seed : v->stated_seed;
    if (!drawn_teams(v))
        return;
    v->matched = true;
    if (!v->match_seed || !hex_decode(seed, sizeof seed, v->match_seed))
        return; /* said already */
    check_match(v, &places, &roster);
    verify_adjustments(v, &roster);
}
