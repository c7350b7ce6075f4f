#include "domain/visit/joint.h"

#include <stdlib.h>

#include "base/date.h"
#include "domain/visit/joint_internal.h"

struct making {
    struct arena *arena;
    const struct joint_problem *problem;
    struct joint_exact *exact;
    const struct joint_task **open; /* room for the tasks of one enterprise */
    struct joint_pick *picks;
    struct joint_entry *entries;
    size_t *entry_of;
    unsigned *rules;
    struct joint_plan *plan;
};

static int by_subject(const void *a, const void *b)
{
    const struct joint_task *x = *(const struct joint_task *const *)a;
    const struct joint_task *y = *(const struct joint_task *const *)b;
    int order = (x->subject > y->subject) - (x->subject < y->subject);
    if (!order)
        order = (x->last > y->last) - (x->last < y->last);
    if (!order)
        order = (x->first > y->first) - (x->first < y->first);
    return order ? order : (x > y) - (x < y); /* both stand in the caller's array */
}

size_t joint_latest(const struct joint_problem *problem, int32_t date)
{
    size_t low = 0;
    size_t high = problem->day_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (problem->days[middle] <= date)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : problem->day_count;
}

static void count_day(int32_t entry, int32_t date, struct visitplan_caps *n)
{
    n->daily += entry == date;
    n->weekly += entry - date_weekday(entry) == date - date_weekday(date);
    n->monthly += date_month(entry) == date_month(date);
}

static bool within_caps(const struct joint_case *c, int32_t date)
{
    const struct visitplan_caps *caps = &c->problem->caps;
    struct visitplan_caps n = { 0, 0, 0 };
    for (size_t i = 0; i < c->standing_count; i++)
        count_day(c->standing[i].date, date, &n);
    for (size_t i = 0; i < c->pick_count; i++)
        count_day(c->picks[i].date, date, &n);
    return n.daily < caps->daily && n.weekly < caps->weekly && n.monthly < caps->monthly;
}

static bool serves(const struct joint_pick *pick, const struct joint_task *task)
{
    return pick->kind == task->kind && pick->date >= task->first && pick->date <= task->last;
}

static bool picked(const struct joint_case *c, const struct joint_task *task)
{
    for (size_t i = c->pick_count; i-- > 0;)
        if (serves(&c->picks[i], task))
            return true;
    return false;
}

/* Stabs the windows from the left, each task that nothing serves on the latest day there is: with
   capped the latest that the caps leave. False when one finds no day. */
static bool stab(struct joint_case *c, bool capped)
{
    const struct joint_problem *p = c->problem;
    c->pick_count = 0;
    for (size_t i = 0; i < c->task_count; i++) {
        const struct joint_task *task = c->tasks[i];
        if (picked(c, task))
            continue;
        size_t day = joint_latest(p, task->last);
        while (day < p->day_count && p->days[day] >= task->first && capped &&
               !within_caps(c, p->days[day]))
            day = day ? day - 1 : p->day_count;
        if (day == p->day_count || p->days[day] < task->first)
            return false;
        c->picks[c->pick_count++] = (struct joint_pick){ p->days[day], task->kind };
    }
    return true;
}

static void add_entry(struct making *m, const struct joint_entry *entry)
{
    m->entries[m->plan->entry_count++] = *entry;
    m->plan->fresh += !entry->stands;
}

/* Takes what standing entries serve out of the tasks; returns how many are left in m->open. */
static size_t serve_standing(struct making *m, const struct joint_task *const *tasks, size_t n,
                             const struct joint_case *c)
{
    const struct joint_task *first = m->problem->tasks;
    size_t left = 0;
    size_t entries = m->plan->entry_count;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (
            k < c->standing_count &&
            !(c->standing[k].open &&
              serves(&(struct joint_pick){ c->standing[k].date, c->standing[k].kind }, tasks[i])))
            k++;
        if (k == c->standing_count) {
            m->open[left++] = tasks[i];
            continue;
        }
        const struct joint_standing *s = &c->standing[k];
        size_t at = entries;
        while (at < m->plan->entry_count &&
               (m->entries[at].date != s->date || m->entries[at].kind != s->kind))
            at++;
        if (at == m->plan->entry_count)
            add_entry(m, &(struct joint_entry){ s->subject, s->date, s->kind, true });
        m->entry_of[tasks[i] - first] = at;
    }
    return left;
}

/* The tasks that can be served together, one after the other: the others learn why not. */
static enum rc serve_some(struct making *m, struct joint_case *c, struct err *err)
{
    size_t n = c->task_count;
    bool possible = true;
    enum rc rc = RC_OK;
    c->task_count = 0;
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        const struct joint_task *task = m->open[i];
        m->open[c->task_count++] = task;
        rc = joint_exact_run(m->exact, c, &possible, err);
        if (rc != RC_OK || possible)
            continue;
        rc = joint_exact_why(m->exact, c, &m->rules[task - m->problem->tasks], err);
        m->plan->missed++;
        c->task_count--;
    }
    return rc == RC_OK ? joint_exact_run(m->exact, c, &possible, err) : rc;
}

static enum rc pick_days(struct making *m, struct joint_case *c, struct err *err)
{
    if (stab(c, false)) {
        size_t bound = c->pick_count;
        if (stab(c, true) && c->pick_count == bound)
            return RC_OK;
    }
    if (!m->exact)
        m->exact = joint_exact_new(m->arena);
    bool possible;
    enum rc rc = joint_exact_run(m->exact, c, &possible, err);
    return rc == RC_OK && !possible ? serve_some(m, c, err) : rc;
}

static enum rc serve_subject(struct making *m, const struct joint_task *const *tasks, size_t n,
                             const struct joint_standing *standing, size_t standing_count,
                             struct err *err)
{
    struct joint_case c = { .problem = m->problem,
                            .tasks = m->open,
                            .standing = standing,
                            .standing_count = standing_count,
                            .rules = JOINT_ALL,
                            .picks = m->picks };
    c.task_count = serve_standing(m, tasks, n, &c);
    enum rc rc = pick_days(m, &c, err);
    if (rc != RC_OK)
        return rc;
    size_t entries = m->plan->entry_count;
    for (size_t i = 0; i < c.pick_count; i++)
        add_entry(
            m, &(struct joint_entry){ tasks[0]->subject, c.picks[i].date, c.picks[i].kind, false });
    for (size_t i = 0; i < c.task_count; i++) {
        size_t k = 0;
        while (k < c.pick_count && !serves(&c.picks[k], c.tasks[i]))
            k++;
        m->entry_of[c.tasks[i] - m->problem->tasks] = entries + k;
    }
    return RC_OK;
}

static enum rc check_problem(const struct joint_problem *p, struct err *err)
{
    for (size_t i = 1; i < p->day_count; i++)
        if (p->days[i] <= p->days[i - 1])
            return err_set(err, RC_INVALID, "", "工作日没有按先后排列");
    for (size_t i = 0; i < p->task_count; i++)
        if (p->tasks[i].last < p->tasks[i].first)
            return err_set(err, RC_INVALID, "", "检查期间的截止日期早于起始日期");
    for (size_t i = 1; i < p->standing_count; i++)
        if (p->standing[i].subject < p->standing[i - 1].subject)
            return err_set(err, RC_INVALID, "", "已有的检查没有按检查对象排列");
    return RC_OK;
}

static const struct joint_task **sort_tasks(struct arena *a, const struct joint_problem *p)
{
    const struct joint_task **sorted =
        arena_array(a, p->task_count, sizeof(const struct joint_task *));
    for (size_t i = 0; i < p->task_count; i++)
        sorted[i] = &p->tasks[i];
    if (p->task_count)
        qsort(sorted, p->task_count, sizeof(const struct joint_task *), by_subject);
    return sorted;
}

enum rc joint_make(struct arena *a, const struct joint_problem *problem, struct joint_plan *plan,
                   struct err *err)
{
    size_t n = problem->task_count;
    enum rc rc = check_problem(problem, err);
    if (rc != RC_OK)
        return rc;
    struct making m = { .arena = a,
                        .problem = problem,
                        .open = arena_array(a, n, sizeof(const struct joint_task *)),
                        .picks = arena_array(a, n, sizeof *m.picks),
                        .entries = arena_array(a, n, sizeof *m.entries),
                        .entry_of = arena_array(a, n, sizeof *m.entry_of),
                        .rules = arena_array(a, n, sizeof *m.rules),
                        .plan = plan };
    *plan = (struct joint_plan){ .entries = m.entries, .entry_of = m.entry_of, .rules = m.rules };
    for (size_t i = 0; i < n; i++)
        m.entry_of[i] = JOINT_NONE;
    const struct joint_task **sorted = sort_tasks(a, problem);
    size_t stands = 0;
    for (size_t from = 0, to; rc == RC_OK && from < n; from = to) {
        size_t subject = sorted[from]->subject;
        for (to = from + 1; to < n && sorted[to]->subject == subject;)
            to++;
        while (stands < problem->standing_count && problem->standing[stands].subject < subject)
            stands++;
        size_t first = stands;
        while (stands < problem->standing_count && problem->standing[stands].subject == subject)
            stands++;
        rc = serve_subject(&m, sorted + from, to - from,
                           stands > first ? problem->standing + first : NULL, stands - first, err);
    }
    return rc;
}
