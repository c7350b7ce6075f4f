#include "domain/draw/match_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/draw/match_internal.h"

static const char teams_head[] = "liancha-teams/1";

static void put_set(struct buf *out, uint64_t set, const char *const *words)
{
    const char *before = "";
    for (int bit = 0; bit < MATCH_SPECIALTIES_MAX; bit++) {
        if (!(set >> bit & 1))
            continue;
        buf_printf(out, "%s%s", before, words[bit]);
        before = ",";
    }
}

void match_put_list(struct buf *out, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%s", i ? "," : "", list[i]);
}

static int by_card(const void *a, const void *b)
{
    return strcmp((*(const struct match_inspector *const *)a)->id,
                  (*(const struct match_inspector *const *)b)->id);
}

static void put_inspector(struct buf *out, const struct match_inspector *who,
                          const char *const *specialties)
{
    char expires[DATE_TEXT];
    date_format(expires, who->card_expires_on);
    buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%d\t%u\t%u\t%u\t", who->id, who->department, who->kind,
               who->region, expires, who->on_duty, who->max_daily, who->max_total, who->carried);
    put_set(out, who->specialties, specialties);
    buf_putc(out, '\t');
    match_put_list(out, who->areas, who->area_count);
    buf_putc(out, '\t');
    match_put_list(out, who->recusals, who->recusal_count);
    buf_putc(out, '\n');
}

void match_put_inspectors(struct buf *out, const struct match_inspector *inspectors, size_t n,
                          const char *const *specialties)
{
    const struct match_inspector **sorted =
        arena_array(out->arena, n, sizeof(const struct match_inspector *));
    size_t listed = 0;
    for (size_t i = 0; i < n; i++)
        if (!inspectors[i].uncommitted)
            sorted[listed++] = &inspectors[i];
    if (listed)
        qsort(sorted, listed, sizeof(const struct match_inspector *), by_card);
    for (size_t i = 0; i < listed; i++)
        put_inspector(out, sorted[i], specialties);
}

void match_inspectors_text(struct buf *out, const char *campaign,
                           const struct match_problem *problem, const char *const *specialties)
{
    buf_printf(out, "%s\t%s\n", match_inspectors_head, campaign);
    match_put_inspectors(out, problem->inspectors, problem->inspector_count, specialties);
}

static int by_visit(const void *a, const void *b)
{
    const struct match_section *x = *(const struct match_section *const *)a;
    const struct match_section *y = *(const struct match_section *const *)b;
    int order = strcmp(x->visit, y->visit);
    return order ? order : strcmp(x->department, y->department);
}

void match_visits_text(struct buf *out, const char *campaign, const struct match_problem *problem,
                       const char *const *specialties)
{
    size_t n = problem->section_count;
    char last[DATE_TEXT];
    const struct match_section **sorted =
        arena_array(out->arena, n, sizeof(const struct match_section *));
    for (size_t i = 0; i < n; i++)
        sorted[i] = &problem->sections[i];
    if (n)
        qsort(sorted, n, sizeof(const struct match_section *), by_visit);
    date_format(last, problem->window_last);
    buf_printf(out, "%s\t%s\t%s\t%u\n", match_visits_head, campaign, last, problem->working_days);
    for (size_t i = 0; i < n; i++) {
        const struct match_section *s = sorted[i];
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t", s->visit, s->subject, s->region, s->department,
                   s->kind, s->department_region);
        put_set(out, s->specialties, specialties);
        buf_putc(out, '\n');
    }
}

void match_teams_text(struct buf *out, const char *campaign, const struct match_problem *problem,
                      const struct match_plan *plan)
{
    buf_printf(out, "%s\t%s\n", teams_head, campaign);
    for (size_t i = 0; i < plan->assignment_count; i++) {
        const struct match_assignment *m = &plan->assignments[i];
        char ticket[DIGEST_HEX];
        hex_encode(ticket, m->ticket, sizeof m->ticket);
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\n", problem->sections[m->section].visit,
                   problem->sections[m->section].department, problem->inspectors[m->inspector].id,
                   match_source_name(m->source), ticket);
    }
}
