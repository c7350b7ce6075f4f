/* visits.txt against what was drawn: by rule 2 each of its lines follows from the places that stood
   at the closing, the department from the rosters. */
#include "admin/draw/draw_verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"

static const char visits[] = "visits.txt";

enum { REGION = 6, SPECIALTY = 7 /* behind "410402." */ };

#define NO_SECTION SIZE_MAX

/* ---- rule 1: whose visits they are ---- */

static int subject_of_section(const void *key, const void *element)
{
    return strcmp(key, ((const struct match_section *)element)->subject);
}

/* Whether a subject was drawn by any draw, or stands in for one that was. */
static bool drawn(const struct verify_places *p, const char *subject)
{
    size_t low = 0;
    size_t high = p->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(p->v[middle].subject, subject) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < p->n && strcmp(p->v[low].subject, subject) == 0; low++)
        if (p->v[low].selected)
            return true;
    return false;
}

static void note_section(struct verify *v, size_t i, const char *what)
{
    verify_note(v, visits, i == NO_SECTION ? "" : arena_printf(v->arena, "line %zu", i + 2), "%s",
                what);
}

/* Visits are sorted by their ids, which are the campaign and the subject: so by subject. False when
   one is called otherwise, or its subject was not drawn. */
static bool check_subjects(struct verify *v, const struct verify_places *p,
                           const struct match_problem *problem)
{
    bool sound = true;
    for (size_t i = 0; i < problem->section_count; i++) {
        const struct match_section *s = &problem->sections[i];
        if (strcmp(s->visit, arena_printf(v->arena, "%s-%s", v->campaign, s->subject)) == 0 &&
            drawn(p, s->subject))
            continue;
        sound = false;
        note_section(v, i,
                     arena_printf(v->arena, "%s 不是抽中的检查对象，也不是替换对象", s->subject));
    }
    return sound;
}

static void check_complete(struct verify *v, const struct verify_places *p,
                           const struct match_problem *problem)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].selected && !p->v[i].replaced && v->substitutes == 0 &&
            !sorted_find(p->v[i].subject, problem->sections, problem->section_count,
                         sizeof *problem->sections, subject_of_section))
            verify_note(v, visits, "", "抽中的 %s 没有入企检查", p->v[i].subject);
}

/* ---- rule 2: departments ---- */

/* A department as a roster or a line of the visits has it. */
struct office {
    const char *code;
    const char *kind;
    const char *region;
    size_t section; /* NO_SECTION: of a roster */
};

struct offices {
    struct office *v;
    size_t n;
};

/* Those of rosters first, then as the visits have them. */
static int by_source(const struct office *x, const struct office *y)
{
    size_t a = x->section + 1;
    size_t b = y->section + 1;
    return (a > b) - (a < b);
}

static int by_code(const void *a, const void *b)
{
    const struct office *x = a;
    const struct office *y = b;
    int order = strcmp(x->code, y->code);
    return order ? order : by_source(x, y);
}

static int by_place(const void *a, const void *b)
{
    const struct office *x = a;
    const struct office *y = b;
    int order = strcmp(x->kind, y->kind);
    if (order == 0)
        order = strcmp(x->region, y->region);
    if (order == 0)
        order = by_source(x, y);
    return order ? order : strcmp(x->code, y->code);
}

/* All that rosters and lines say. */
static struct offices all_offices(const struct verify *v, const struct match_problem *problem)
{
    size_t n = problem->section_count;
    for (size_t d = 0; d < v->draw_count; d++)
        n += v->draw_rosters[d].count;
    struct offices all = { .v = arena_array(v->arena, n, sizeof *all.v) };
    for (size_t d = 0; d < v->draw_count; d++)
        for (size_t i = 0; i < v->draw_rosters[d].count; i++) {
            const struct match_inspector *who = &v->draw_rosters[d].inspectors[i];
            all.v[all.n++] = (struct office){ who->department, who->kind, who->region, NO_SECTION };
        }
    for (size_t i = 0; i < problem->section_count; i++) {
        const struct match_section *s = &problem->sections[i];
        all.v[all.n++] = (struct office){ s->department, s->kind, s->department_region, i };
    }
    return all;
}

/* Each department once, sorted by kind and region; noted where one is said to be another's, or two
   share both. */
static struct offices read_offices(struct verify *v, const struct match_problem *problem)
{
    const struct offices all = all_offices(v, problem);
    struct offices out = { .v = all.v };
    if (all.n)
        qsort(all.v, all.n, sizeof *all.v, by_code);
    for (size_t i = 0; i < all.n; i++) {
        const struct office o = all.v[i];
        const struct office *had = out.n ? &out.v[out.n - 1] : NULL;
        if (!had || strcmp(had->code, o.code) != 0)
            out.v[out.n++] = o;
        else if (strcmp(had->kind, o.kind) != 0 || strcmp(had->region, o.region) != 0)
            note_section(v, o.section,
                         arena_printf(v->arena, "部门 %s 的类别和区域应为 %s、%s", o.code,
                                      had->kind, had->region));
    }
    if (out.n)
        qsort(out.v, out.n, sizeof *out.v, by_place);
    for (size_t i = 1; i < out.n; i++)
        if (strcmp(out.v[i - 1].kind, out.v[i].kind) == 0 &&
            strcmp(out.v[i - 1].region, out.v[i].region) == 0)
            note_section(v, out.v[i].section,
                         arena_printf(v->arena, "部门 %s 与 %s 的类别和区域相同", out.v[i].code,
                                      out.v[i - 1].code));
    return out;
}

/* Who inspects the strata of a draw in a region. */
struct home {
    const char *draw;
    const char *stratum; /* one of the region */
    const char *department;
};

static int by_draw_region(const void *a, const void *b)
{
    const struct home *x = a;
    const struct home *y = b;
    int order = strcmp(x->draw, y->draw);
    return order ? order : strncmp(x->stratum, y->stratum, REGION);
}

static bool in_rosters(const struct verify *v, const char *kind)
{
    for (size_t d = 0; d < v->draw_count; d++)
        if (v->draw_rosters[d].count && strcmp(v->draw_rosters[d].inspectors[0].kind, kind) == 0)
            return true;
    return false;
}

/* The department of the draw's kind there, or else the draw's own. A draw whose roster is empty has
   a kind that no roster has. */
static const char *department_of(const struct verify *v, const struct offices *o, size_t draw,
                                 const char *stratum)
{
    const struct roster *roster = &v->draw_rosters[draw];
    for (size_t i = 0; i < o->n; i++) {
        if (strncmp(o->v[i].region, stratum, REGION) != 0 || o->v[i].region[REGION])
            continue;
        if (roster->count ? strcmp(o->v[i].kind, roster->inspectors[0].kind) == 0
                          : !in_rosters(v, o->v[i].kind))
            return o->v[i].code;
    }
    return v->draws[draw].department;
}

static struct home *read_homes(struct verify *v, const struct offices *offices, size_t *n)
{
    size_t room = 0;
    for (size_t d = 0; d < v->draw_count; d++)
        room += v->draws[d].quota_count;
    struct home *homes = arena_array(v->arena, room, sizeof *homes);
    *n = 0;
    for (size_t d = 0; d < v->draw_count; d++)
        for (size_t q = 0; q < v->draws[d].quota_count; q++) {
            struct home home = { v->draws[d].id, v->draws[d].quotas[q].stratum, NULL };
            if (*n && by_draw_region(&homes[*n - 1], &home) == 0)
                continue;
            home.department = department_of(v, offices, d, home.stratum);
            homes[(*n)++] = home;
        }
    return homes;
}

/* ---- rule 2: sections ---- */

/* A place that is visited, and by whom. */
struct task {
    const char *subject;
    const char *department;
    const char *stratum;
};

static int by_section(const void *a, const void *b)
{
    const struct task *x = a;
    const struct task *y = b;
    int order = strcmp(x->subject, y->subject);
    if (order == 0)
        order = strcmp(x->department, y->department);
    return order ? order : strcmp(x->stratum, y->stratum);
}

/* Of the places that stood at the closing, or of those who stand in since. */
static struct task *read_tasks(struct verify *v, const struct verify_places *p, bool later,
                               const struct home *homes, size_t count, size_t *n)
{
    struct task *tasks = arena_array(v->arena, p->n, sizeof *tasks);
    *n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct home key = { p->v[i].draw, p->v[i].stratum, NULL };
        const struct home *home = sorted_find(&key, homes, count, sizeof *homes, by_draw_region);
        if ((later ? p->v[i].later : p->v[i].visited) && home)
            tasks[(*n)++] = (struct task){ p->v[i].subject, home->department, p->v[i].stratum };
    }
    if (*n)
        qsort(tasks, *n, sizeof *tasks, by_section);
    return tasks;
}

/* The section against the tasks that are one: the region of the first, the specialties of all. */
static void check_section(struct verify *v, size_t i, const struct match_section *s,
                          const struct match_words *words, const struct task *tasks, size_t n)
{
    uint64_t set = 0;
    bool known = true;
    for (size_t t = 0; t < n; t++) {
        size_t w = 0;
        while (w < words->n && strcmp(words->v[w], tasks[t].stratum + SPECIALTY) != 0)
            w++;
        known = known && w < words->n;
        if (w < words->n)
            set |= UINT64_C(1) << w;
    }
    if (strlen(s->region) != REGION || strncmp(s->region, tasks[0].stratum, REGION) != 0)
        note_section(
            v, i,
            arena_printf(v->arena, "%s 的区划应为其抽查层的 %.6s", s->subject, tasks[0].stratum));
    if (!known || set != s->specialties)
        note_section(
            v, i,
            arena_printf(v->arena, "%s 由 %s 检查的专业与其抽查层不同", s->subject, s->department));
}

static int section_order(const struct match_section *s, const struct task *t)
{
    int order = strcmp(s->subject, t->subject);
    return order ? order : strcmp(s->department, t->department);
}

/* Sections and tasks ascend by subject and department. */
static void check_sections(struct verify *v, const struct match_problem *problem,
                           const struct match_words *words, const struct task *tasks, size_t n)
{
    size_t i = 0;
    for (size_t t = 0; t < n || i < problem->section_count;) {
        const struct match_section *s = i < problem->section_count ? &problem->sections[i] : NULL;
        size_t end = t;
        while (end < n && strcmp(tasks[end].subject, tasks[t].subject) == 0 &&
               strcmp(tasks[end].department, tasks[t].department) == 0)
            end++;
        int order = !s ? 1 : t == n ? -1 : section_order(s, &tasks[t]);
        if (order > 0)
            verify_note(v, visits, "", "抽中的 %s 没有由 %s 进行的检查", tasks[t].subject,
                        tasks[t].department);
        else if (order < 0)
            note_section(
                v, i,
                arena_printf(v->arena, "%s 没有由 %s 检查的抽查层", s->subject, s->department));
        else
            check_section(v, i, s, words, &tasks[t], end - t);
        i += order <= 0;
        t = order >= 0 ? end : t;
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void note_known(struct verify *v, const struct match_problem *problem,
                       const struct task *later, size_t n)
{
    const char **known = arena_array(v->arena, problem->section_count + n, sizeof *known);
    size_t count = 0;
    for (size_t i = 0; i < problem->section_count; i++)
        known[count++] = arena_printf(v->arena, "%s\t%s", problem->sections[i].visit,
                                      problem->sections[i].department);
    for (size_t i = 0; i < n; i++)
        known[count++] =
            arena_printf(v->arena, "%s-%s\t%s", v->campaign, later[i].subject, later[i].department);
    if (count)
        qsort(known, count, sizeof *known, by_text);
    v->sections_known = known;
    v->sections_known_count = count;
}

void verify_visits(struct verify *v, const struct verify_places *p,
                   const struct match_problem *problem, const struct match_words *words)
{
    bool sound = check_subjects(v, p, problem);
    if (draw_rule_version(v->rule) == 1) {
        check_complete(v, p, problem);
        return;
    }
    if (!sound || !v->draw_rosters)
        return;
    size_t count = 0;
    size_t n = 0;
    const struct offices offices = read_offices(v, problem);
    const struct home *homes = read_homes(v, &offices, &count);
    const struct task *tasks = read_tasks(v, p, false, homes, count, &n);
    check_sections(v, problem, words, tasks, n);
    tasks = read_tasks(v, p, true, homes, count, &n);
    note_known(v, problem, tasks, n);
}
