#include "domain/visit/visitplan_group.h"

#include <stdlib.h>
#include <string.h>

#include "domain/visit/joint.h"

struct grouping {
    struct arena *arena;
    const struct visitplan_stop *stops;
    size_t count;
    const struct visitplan_window *window;
    struct visitplan_group *groups;
    size_t group_count;
    unsigned *rules;
};

static int by_region(const void *a, const void *b)
{
    const struct visitplan_stop *x = *(const struct visitplan_stop *const *)a;
    const struct visitplan_stop *y = *(const struct visitplan_stop *const *)b;
    int order = strcmp(x->region, y->region);
    if (!order)
        order = strcmp(x->visit, y->visit);
    return order ? order : (x > y) - (x < y); /* both stand in the caller's array */
}

const struct visitplan_stop **visitplan_sorted(struct arena *a, const struct visitplan_stop *stops,
                                               size_t count)
{
    const struct visitplan_stop **sorted =
        arena_array(a, count, sizeof(const struct visitplan_stop *));
    for (size_t i = 0; i < count; i++)
        sorted[i] = &stops[i];
    if (count)
        qsort(sorted, count, sizeof(const struct visitplan_stop *), by_region);
    return sorted;
}

static int by_subject(const void *a, const void *b)
{
    const struct joint_standing *x = a;
    const struct joint_standing *y = b;
    int order = (x->subject > y->subject) - (x->subject < y->subject);
    return order ? order : (x->date > y->date) - (x->date < y->date);
}

static void standing_of(struct arena *a, const struct visitplan_window *window,
                        struct joint_problem *out)
{
    struct joint_standing *standing = arena_array(a, window->entry_count, sizeof *standing);
    for (size_t i = 0; i < window->entry_count; i++) {
        const struct visitplan_entry *e = &window->entries[i];
        if (e->subject != VISITPLAN_NO_SUBJECT)
            standing[out->standing_count++] =
                (struct joint_standing){ e->subject, e->date, e->unannounced, e->open };
    }
    if (out->standing_count)
        qsort(standing, out->standing_count, sizeof *standing, by_subject);
    out->standing = standing;
}

void visitplan_group_add(struct arena *a, struct visitplan_group *g,
                         const struct visitplan_stop *stop)
{
    struct diary_place *p = &g->place;
    size_t *inspectors =
        arena_array(a, p->inspector_count + stop->inspector_count, sizeof *inspectors);
    for (size_t i = 0; i < p->inspector_count; i++)
        inspectors[i] = p->inspectors[i];
    for (size_t i = 0; i < stop->inspector_count; i++) {
        size_t k = 0;
        while (k < p->inspector_count && inspectors[k] != stop->inspectors[i])
            k++;
        inspectors[k] = stop->inspectors[i];
        p->inspector_count += k == p->inspector_count;
    }
    p->inspectors = inspectors;
    g->first = stop->first > g->first ? stop->first : g->first;
    g->last = stop->last < g->last ? stop->last : g->last;
    g->stands = stop->stands == g->stands ? g->stands : VISITPLAN_NO_DATE;
}

void visitplan_group_begin(struct visitplan_group *g, const struct visitplan_stop *stop)
{
    g->place = (struct diary_place){ .subject = stop->subject,
                                     .region = stop->region,
                                     .unannounced = stop->unannounced,
                                     .open = true };
    g->first = stop->first;
    g->last = stop->last;
    g->stands = stop->stands;
    g->day = VISITPLAN_NO_DAY;
}

static void make_groups(struct grouping *d, const struct visitplan_stop **sorted,
                        const struct joint_plan *plan, const size_t *stop_of_task)
{
    size_t *entry_of = arena_array(d->arena, d->count, sizeof *entry_of);
    size_t *group_of = arena_array(d->arena, plan->entry_count, sizeof *group_of);
    size_t *sizes = arena_array(d->arena, plan->entry_count, sizeof *sizes);
    size_t tasks = 0;
    for (size_t i = 0; i < d->count; i++) {
        bool asked = stop_of_task[tasks] == i;
        entry_of[i] = asked ? plan->entry_of[tasks] : JOINT_NONE;
        if (asked && entry_of[i] == JOINT_NONE)
            d->rules[i] = plan->rules[tasks];
        else if (asked)
            sizes[entry_of[i]]++;
        else
            d->rules[i] = VISITPLAN_WORKDAYS;
        tasks += asked;
    }
    d->groups = arena_array(d->arena, plan->entry_count + d->count, sizeof *d->groups);
    for (size_t i = 0; i < d->count; i++) {
        size_t stop = (size_t)(sorted[i] - d->stops);
        size_t entry = entry_of[stop];
        if (entry == JOINT_NONE)
            continue;
        if (sizes[entry]) {
            group_of[entry] = d->group_count++;
            visitplan_group_begin(&d->groups[group_of[entry]], sorted[i]);
            d->groups[group_of[entry]].members =
                arena_array(d->arena, sizes[entry], sizeof(size_t));
            sizes[entry] = 0;
        }
        struct visitplan_group *g = &d->groups[group_of[entry]];
        ((size_t *)g->members)[g->member_count++] = stop;
        visitplan_group_add(d->arena, g, sorted[i]);
    }
}

static enum rc join_stops(struct grouping *d, struct err *err)
{
    struct joint_task *tasks = arena_array(d->arena, d->count, sizeof *tasks);
    size_t *stop_of_task = arena_array(d->arena, d->count + 1, sizeof *stop_of_task);
    struct joint_problem problem = { .tasks = tasks,
                                     .days = d->window->days,
                                     .day_count = d->window->day_count,
                                     .caps = d->window->caps };
    struct joint_plan plan;
    for (size_t i = 0; i < d->count; i++) {
        const struct visitplan_stop *s = &d->stops[i];
        if (s->first > s->last)
            continue;
        stop_of_task[problem.task_count] = i;
        tasks[problem.task_count++] =
            (struct joint_task){ s->subject, s->first, s->last, s->unannounced };
    }
    stop_of_task[problem.task_count] = d->count;
    standing_of(d->arena, d->window, &problem);
    enum rc rc = joint_make(d->arena, &problem, &plan, err);
    if (rc == RC_OK)
        make_groups(d, visitplan_sorted(d->arena, d->stops, d->count), &plan, stop_of_task);
    return rc;
}

enum rc visitplan_groups(struct arena *a, const struct visitplan_stop *stops, size_t count,
                         const struct visitplan_window *window, struct visitplan_group **groups,
                         size_t *group_count, unsigned *rules, struct err *err)
{
    struct grouping g = { .arena = a, .stops = stops, .count = count, .window = window };
    g.rules = rules;
    enum rc rc = join_stops(&g, err);
    *groups = g.groups;
    *group_count = g.group_count;
    return rc;
}
