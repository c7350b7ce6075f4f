/* What follows the draw of objects in a bundle: substitutes, the draw of inspectors, adjustments. */
#include "admin/draw_verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/match_text.h"

static const char inspectors[] = "inspectors.txt";
static const char visits[] = "visits.txt";
static const char teams[] = "teams.txt";
static const char adjustments[] = "adjustments.txt";
static const char substitutes[] = "substitutes.txt";
static const char differences[] = "differences.txt";

const char *const verify_match_files[] = { inspectors,  visits,      teams, adjustments,
                                           substitutes, differences, NULL };

/* ---- places of the draws, and their substitutes ---- */

struct place {
    const char *draw;
    const char *stratum;
    const char *subject;
    unsigned position;
    bool selected; /* or stood in for one */
    bool replaced;
};

struct places {
    struct place *v;
    size_t n;
    bool intact;
};

static int by_subject(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    int order = strcmp(x->subject, y->subject);
    if (order == 0)
        order = strcmp(x->draw, y->draw);
    return order ? order : strcmp(x->stratum, y->stratum);
}

static struct place *find_place(const struct places *p, const char *draw, const char *stratum,
                                const char *subject)
{
    const struct place key = { .draw = draw, .stratum = stratum, .subject = subject };
    return p->n ? bsearch(&key, p->v, p->n, sizeof *p->v, by_subject) : NULL;
}

static size_t count_lines(const struct tar_file *file)
{
    size_t n = 0;
    for (size_t i = 0; file && i < file->size; i++)
        n += file->data[i] == '\n';
    return n;
}

/* All places of all draws; the results are known to be sound. */
static struct places read_places(struct verify *v)
{
    struct places out = { .intact = true };
    size_t room = 0;
    for (size_t i = 0; i < v->draw_count; i++)
        room +=
            count_lines(verify_file(v, arena_printf(v->arena, "result-%s.txt", v->draws[i].id)));
    out.v = arena_array(v->arena, room, sizeof *out.v);
    for (size_t i = 0; i < v->draw_count; i++) {
        const char *name = arena_printf(v->arena, "result-%s.txt", v->draws[i].id);
        const struct tar_file *file = verify_file(v, name);
        out.intact = out.intact && v->draws[i].intact && file;
        if (!v->draws[i].intact || !file)
            continue;
        struct verify_lines l = { .v = v, .file = name };
        l.next = arena_strndup(v->arena, file->data, file->size);
        while (verify_line(&l, 5)) {
            int64_t position = 0;
            (void)int_parse(l.f[1], 1, UINT32_MAX, &position);
            out.v[out.n++] = (struct place){ .draw = v->draws[i].id,
                                             .stratum = l.f[0],
                                             .subject = l.f[2],
                                             .position = (unsigned)position,
                                             .selected = strcmp(l.f[3], "selected") == 0 };
        }
    }
    if (out.n)
        qsort(out.v, out.n, sizeof *out.v, by_subject);
    return out;
}

/* The first reserve of a stratum that does not stand in yet. */
static const struct place *next_reserve(const struct places *p, const char *draw,
                                        const char *stratum)
{
    const struct place *best = NULL;
    for (size_t i = 0; i < p->n; i++)
        if (!p->v[i].selected && strcmp(p->v[i].stratum, stratum) == 0 &&
            strcmp(p->v[i].draw, draw) == 0 && (!best || p->v[i].position < best->position))
            best = &p->v[i];
    return best;
}

static void check_substitute(struct verify_lines *l, const struct places *p)
{
    struct place *from = find_place(p, l->f[0], l->f[1], l->f[2]);
    struct place *to = find_place(p, l->f[0], l->f[1], l->f[3]);
    const struct place *due = next_reserve(p, l->f[0], l->f[1]);
    int64_t position = 0;
    if (!from || !from->selected || from->replaced)
        verify_note_line(
            l, arena_printf(l->v->arena, "%s 不是这个抽查层抽中的对象，或已被替换", l->f[2]));
    else
        from->replaced = true;
    if (!due || due != to)
        verify_note_line(l, arena_printf(l->v->arena, "替换须按备选次序：应为 %s，公示的是 %s",
                                         due ? due->subject : "无", l->f[3]));
    else if (!int_parse(l->f[4], 1, UINT32_MAX, &position) || position != due->position)
        verify_note_line(l, "备选位次与抽取结果不符");
    if (!*l->f[5])
        verify_note_line(l, "没有理由");
    if (to)
        to->selected = true;
}

static void check_substitutes(struct verify *v, const struct places *p)
{
    struct verify_lines l;
    if (!verify_open(v, substitutes, "liancha-substitutes/1", &l))
        return;
    while (verify_line(&l, 6)) {
        v->substitutes++;
        if (p->intact)
            check_substitute(&l, p);
    }
}

/* ---- the draw of inspectors ---- */

/* Whether a subject stands in any of the draws, and whether it was replaced in each. */
static bool drawn(const struct places *p, const char *subject)
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

static int subject_of_section(const void *key, const void *element)
{
    return strcmp(key, ((const struct match_section *)element)->subject);
}

/* Visits are sorted by visit id, which is the campaign and the subject: so by subject. */
static void check_visits(struct verify *v, const struct places *p,
                         const struct match_problem *problem)
{
    for (size_t i = 0; i < problem->section_count; i++) {
        const struct match_section *s = &problem->sections[i];
        if (strcmp(s->visit, arena_printf(v->arena, "%s-%s", v->campaign, s->subject)) != 0 ||
            !drawn(p, s->subject))
            verify_note(v, visits, arena_printf(v->arena, "line %zu", i + 2),
                        "%s 不是抽中的检查对象，也不是替换对象", s->subject);
    }
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].selected && !p->v[i].replaced && v->substitutes == 0 &&
            !bsearch(p->v[i].subject, problem->sections, problem->section_count,
                     sizeof *problem->sections, subject_of_section))
            verify_note(v, visits, "", "抽中的 %s 没有入企检查", p->v[i].subject);
}

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
                from < text.n ? arena_strndup(v->arena, text.p + from, end - from) : "（无）");
}

static void check_match(struct verify *v, const struct places *p, struct roster *roster)
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
        problem.seed = v->computed_seed[0] ? v->computed_seed : v->stated_seed;
        rc = match_run(v->arena, &problem, &plan, &err);
    }
    if (rc != RC_OK) {
        verify_note(v, file, err.pointer, "%s", err.detail);
        return;
    }
    if (p->intact)
        check_visits(v, p, &problem);
    if (v->rosters_intact)
        verify_use(v, &problem, &words, roster);
    compare_teams(v, &problem, &plan);
    if (v->rosters_intact &&
        roster_displaced(v->arena, roster, &problem, &plan, &v->displaced, &err) != RC_OK)
        verify_note(v, inspectors, err.pointer, "%s", err.detail);
    v->sections = problem.section_count;
    v->assignments = plan.assignment_count;
    for (size_t i = 0; i < problem.inspector_count; i++)
        v->inspectors_drawn += plan.loads[i] > 0;
}

/* ---- adjustments ---- */

/* Who is in which team: "VISIT<TAB>DEPARTMENT<TAB>CARD". */
struct seats {
    const char **v;
    size_t n;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool take_seat(struct seats *s, const char *key)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i], key) == 0) {
            s->v[i] = s->v[--s->n];
            return true;
        }
    return false;
}

/* By the rule nobody joins whom no roster has. */
static void check_committed(const struct verify_lines *l, const struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++)
        if (strcmp(roster->inspectors[i].id, l->f[4]) == 0)
            return;
    if (strcmp(l->f[5], "direct") != 0)
        verify_note_line(
            l, arena_printf(l->v->arena, "%s 不在承诺的人员名单中，只能直接委派", l->f[4]));
}

static void check_ticket(const struct verify_lines *l, struct draw_tickets *tickets)
{
    uint8_t ticket[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    match_ticket(tickets, l->f[0], l->f[4], ticket);
    hex_encode(hex, ticket, sizeof ticket);
    if (strcmp(hex, l->f[6]) != 0)
        verify_note_line(l, arena_printf(l->v->arena, "%s 的抽签值应为 %s", l->f[4], hex));
}

static void check_adjustments(struct verify *v, const struct roster *roster)
{
    struct verify_lines team;
    struct verify_lines l;
    struct seats seats = { .n = 0 };
    size_t changed = 0;
    if (!verify_open(v, teams, "liancha-teams/1", &team) ||
        !verify_open(v, adjustments, "liancha-adjustments/1", &l))
        return;
    size_t room = count_lines(verify_file(v, teams)) + count_lines(verify_file(v, adjustments));
    seats.v = arena_array(v->arena, room, sizeof *seats.v);
    const char **leavers = arena_array(v->arena, room, sizeof *leavers);
    while (verify_line(&team, 5))
        seats.v[seats.n++] = arena_printf(v->arena, "%s\t%s\t%s", team.f[0], team.f[1], team.f[2]);
    struct draw_tickets *tickets = draw_tickets(v->arena, v->rule, v->stated_seed);
    while (verify_line(&l, 7)) {
        v->adjustments++;
        if (strcmp(l.f[3], "-") != 0) {
            if (!take_seat(&seats, arena_printf(v->arena, "%s\t%s\t%s", l.f[0], l.f[1], l.f[3])))
                verify_note_line(&l, arena_printf(v->arena, "%s 不在这个检查组中", l.f[3]));
            leavers[changed++] = l.f[3];
        }
        if (strcmp(l.f[4], "-") == 0)
            continue;
        check_ticket(&l, tickets);
        if (v->rosters_intact)
            check_committed(&l, roster);
        seats.v[seats.n++] = arena_printf(v->arena, "%s\t%s\t%s", l.f[0], l.f[1], l.f[4]);
    }
    if (changed)
        qsort(leavers, changed, sizeof *leavers, by_text);
    for (size_t i = 0; i < changed; i++)
        v->inspectors_changed += i == 0 || strcmp(leavers[i - 1], leavers[i]) != 0;
}

void verify_match(struct verify *v)
{
    uint8_t seed[DIGEST_SIZE];
    struct roster roster = { .count = 0 };
    struct places places = read_places(v);
    check_substitutes(v, &places);
    if (!verify_file(v, inspectors) && !verify_file(v, visits) && !verify_file(v, teams) &&
        !verify_file(v, adjustments) && !verify_file(v, differences))
        return;
    v->matched = true;
    if (!hex_decode(seed, sizeof seed, v->stated_seed))
        return; /* said already */
    check_match(v, &places, &roster);
    check_adjustments(v, &roster);
}
