#include "domain/visit/visitplan.h"

#include <stdlib.h>
#include <string.h>

static int by_visit(const void *a, const void *b)
{
    const struct visitplan_task *x = *(const struct visitplan_task *const *)a;
    const struct visitplan_task *y = *(const struct visitplan_task *const *)b;
    int order = strcmp(x->subject, y->subject);
    if (!order)
        order = strcmp(x->department, y->department);
    if (!order)
        order = strcmp(x->specialty, y->specialty);
    if (!order)
        order = strcmp(x->draw, y->draw);
    return order ? order : (x > y) - (x < y); /* both stand in the caller's array */
}

static int by_draw(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Distinct draws of a section's tasks: the visits that the department would have made alone. */
static size_t count_draws(const struct visitplan_task *const *tasks, size_t count,
                          const char **scratch)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = tasks[i]->draw;
    qsort(scratch, count, sizeof(const char *), by_draw);
    size_t distinct = 1;
    for (size_t i = 1; i < count; i++)
        distinct += strcmp(scratch[i - 1], scratch[i]) != 0;
    return distinct;
}

static bool same_section(const struct visitplan_task *a, const struct visitplan_task *b)
{
    return strcmp(a->subject, b->subject) == 0 && strcmp(a->department, b->department) == 0;
}

static void fill_section(struct arena *a, struct visitplan_section *section,
                         const struct visitplan_task *const *tasks, size_t count,
                         const struct visitplan_task *first)
{
    const char **specialties = arena_array(a, count, sizeof(const char *));
    size_t *indexes = arena_array(a, count, sizeof *indexes);
    section->department = tasks[0]->department;
    for (size_t i = 0; i < count; i++) {
        indexes[i] = (size_t)(tasks[i] - first);
        size_t n = section->specialty_count;
        if (n == 0 || strcmp(specialties[n - 1], tasks[i]->specialty) != 0)
            specialties[section->specialty_count++] = tasks[i]->specialty;
    }
    section->specialties = specialties;
    section->tasks = indexes;
    section->task_count = count;
}

/* Appends a section to the visit that is in work, or to a new one when the subject changes. */
static void add_section(struct visitplan *plan, struct visitplan_visit *visits,
                        const struct visitplan_section *section, const char *subject)
{
    size_t at = plan->visit_count;
    if (at == 0 || strcmp(visits[at - 1].subject, subject) != 0) {
        visits[at].subject = subject;
        visits[at].sections = section;
        plan->visit_count++;
    }
    struct visitplan_visit *visit = &visits[plan->visit_count - 1];
    if (section->task_count > visit->sections[visit->lead].task_count)
        visit->lead = visit->section_count;
    visit->section_count++;
    visit->task_count += section->task_count;
    plan->section_count++;
}

enum rc visitplan_make(struct arena *a, const struct visitplan_task *tasks, size_t count,
                       struct visitplan *plan, struct err *err)
{
    if (count > VISITPLAN_TASKS_MAX)
        return err_set(err, RC_TOO_LARGE, "", "抽查任务超过 %d 个", VISITPLAN_TASKS_MAX);
    *plan = (struct visitplan){ .task_count = count };
    const struct visitplan_task **sorted =
        arena_array(a, count, sizeof(const struct visitplan_task *));
    for (size_t i = 0; i < count; i++)
        sorted[i] = &tasks[i];
    if (count)
        qsort(sorted, count, sizeof(const struct visitplan_task *), by_visit);
    struct visitplan_section *sections = arena_array(a, count, sizeof *sections);
    struct visitplan_visit *visits = arena_array(a, count, sizeof *visits);
    const char **scratch = arena_array(a, count, sizeof(const char *));
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && same_section(sorted[from], sorted[to]);)
            to++;
        struct visitplan_section *section = &sections[plan->section_count];
        fill_section(a, section, sorted + from, to - from, tasks);
        plan->separate += count_draws(sorted + from, to - from, scratch);
        add_section(plan, visits, section, sorted[from]->subject);
    }
    for (size_t i = 0; i < plan->visit_count; i++)
        plan->joint += visits[i].section_count > 1;
    plan->visits = visits;
    plan->saved = plan->separate - plan->visit_count;
    return RC_OK;
}
