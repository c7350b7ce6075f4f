/* The fewest entries of one enterprise where its caps stand against the bound; see joint.h. */
#include "domain/visit/joint_internal.h"

#include "base/date.h"

enum { LIVE_MAX = 4096, PICKS_MAX = 1 << 18 };

/* How one comes to a set of served tasks. */
struct step {
    struct joint_pick pick;
    uint32_t before; /* index of the step before it; 0: there is none */
};

struct state {
    uint64_t served;
    uint16_t today;
    uint16_t week;
    uint16_t month;
    uint16_t total;
    uint32_t step;
};

struct joint_exact {
    struct state live[LIVE_MAX];
    size_t live_count;
    struct step steps[PICKS_MAX];
    uint32_t step_count;
};

/* What the day of the walk allows beside what stands. */
struct day {
    int32_t date;
    unsigned today;
    unsigned week;
    unsigned month;
};

struct joint_exact *joint_exact_new(struct arena *a)
{
    return arena_alloc(a, sizeof(struct joint_exact));
}

static unsigned room(unsigned cap, bool holds, unsigned taken)
{
    if (!holds)
        return UINT16_MAX;
    return cap > taken ? cap - taken : 0;
}

static struct day open_day(const struct joint_case *c, int32_t date)
{
    const struct joint_problem *p = c->problem;
    struct visitplan_caps n = { 0, 0, 0 };
    for (size_t i = 0; i < c->standing_count; i++) {
        int32_t entry = c->standing[i].date;
        n.daily += entry == date;
        n.weekly += entry - date_weekday(entry) == date - date_weekday(date);
        n.monthly += date_month(entry) == date_month(date);
    }
    size_t latest = joint_latest(p, date);
    bool works =
        !(c->rules & VISITPLAN_WORKDAYS) || (latest < p->day_count && p->days[latest] == date);
    return (struct day){
        .date = date,
        .today = works ? room(p->caps.daily, c->rules & VISITPLAN_DAILY, n.daily) : 0,
        .week = room(p->caps.weekly, c->rules & VISITPLAN_WEEKLY, n.weekly),
        .month = room(p->caps.monthly, c->rules & VISITPLAN_MONTHLY, n.monthly),
    };
}

/* The tasks of the task's kind that an entry on this day serves; none when an earlier task of the
   kind says the same. */
static uint64_t cover(const struct joint_case *c, size_t task, int32_t date)
{
    uint64_t set = 0;
    for (size_t i = 0; i < c->task_count; i++) {
        const struct joint_task *t = c->tasks[i];
        if (t->kind != c->tasks[task]->kind)
            continue;
        if (i < task)
            return 0;
        if (t->first <= date && date <= t->last)
            set |= (uint64_t)1 << i;
    }
    return set;
}

static uint64_t ending(const struct joint_case *c, int32_t date)
{
    uint64_t set = 0;
    for (size_t i = 0; i < c->task_count; i++)
        if (c->tasks[i]->last == date)
            set |= (uint64_t)1 << i;
    return set;
}

static enum rc try_kind(struct joint_exact *x, const struct day *day, unsigned kind, uint64_t set,
                        struct err *err)
{
    size_t n = x->live_count;
    for (size_t i = 0; i < n; i++) {
        const struct state *s = &x->live[i];
        if (!(set & ~s->served) || s->today >= day->today || s->week >= day->week ||
            s->month >= day->month)
            continue;
        if (x->live_count == LIVE_MAX || x->step_count + 1 >= PICKS_MAX)
            return err_set(err, RC_TOO_LARGE, "", "同一企业的检查过多，无法合并");
        x->steps[++x->step_count] = (struct step){ { day->date, kind }, s->step };
        x->live[x->live_count++] =
            (struct state){ s->served | set,          (uint16_t)(s->today + 1),
                            (uint16_t)(s->week + 1),  (uint16_t)(s->month + 1),
                            (uint16_t)(s->total + 1), x->step_count };
    }
    return RC_OK;
}

/* Whatever b can still do, a can with no more entries. */
static bool surpasses(const struct state *a, const struct state *b)
{
    return a->total <= b->total && a->week <= b->week && a->month <= b->month &&
           !(b->served & ~a->served);
}

/* Ends a day: who left a task behind is out, and so is who is surpassed. */
static void close_day(struct joint_exact *x, uint64_t due, int32_t date)
{
    size_t kept = 0;
    for (size_t i = 0; i < x->live_count; i++) {
        struct state s = x->live[i];
        size_t k = 0;
        if (due & ~s.served)
            continue;
        s.today = 0;
        s.week = date_weekday(date + 1) == 0 ? 0 : s.week;
        s.month = date_month(date + 1) == date + 1 ? 0 : s.month;
        while (k < kept && !surpasses(&x->live[k], &s))
            k++;
        if (k < kept)
            continue;
        size_t left = 0;
        for (k = 0; k < kept; k++)
            if (!surpasses(&s, &x->live[k]))
                x->live[left++] = x->live[k];
        kept = left;
        x->live[kept++] = s;
    }
    x->live_count = kept;
}

enum rc joint_exact_run(struct joint_exact *x, struct joint_case *c, bool *possible,
                        struct err *err)
{
    enum rc rc = RC_OK;
    c->pick_count = 0;
    *possible = true;
    if (c->task_count == 0)
        return RC_OK;
    if (c->task_count > JOINT_EXACT_MAX)
        return err_set(err, RC_TOO_LARGE, "", "同一企业待合并的检查超过 %d 次", JOINT_EXACT_MAX);
    int32_t first = c->tasks[0]->first;
    for (size_t i = 1; i < c->task_count; i++)
        if (c->tasks[i]->first < first)
            first = c->tasks[i]->first;
    x->live[0] = (struct state){ 0 };
    x->live_count = 1;
    x->step_count = 0;
    for (int32_t date = first; date <= c->tasks[c->task_count - 1]->last; date++) {
        struct day day = open_day(c, date);
        for (size_t i = 0; day.today && i < c->task_count && rc == RC_OK; i++)
            rc = try_kind(x, &day, c->tasks[i]->kind, cover(c, i, date), err);
        if (rc != RC_OK)
            return rc;
        close_day(x, ending(c, date), date);
    }
    const struct state *best = NULL;
    for (size_t i = 0; i < x->live_count; i++)
        if (!best || x->live[i].total < best->total)
            best = &x->live[i];
    *possible = best != NULL;
    for (uint32_t s = best ? best->step : 0; s; s = x->steps[s].before)
        c->picks[c->pick_count++] = x->steps[s].pick;
    return RC_OK;
}

static unsigned members(unsigned set)
{
    unsigned n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

enum rc joint_exact_why(struct joint_exact *x, struct joint_case *c, unsigned *rules,
                        struct err *err)
{
    unsigned all = c->rules;
    unsigned least = all;
    enum rc rc = RC_OK;
    for (unsigned set = 0; rc == RC_OK && set <= JOINT_ALL; set++) {
        bool possible = true;
        if (members(set) >= members(least))
            continue;
        c->rules = set;
        rc = joint_exact_run(x, c, &possible, err);
        if (rc == RC_OK && !possible)
            least = set;
    }
    c->rules = all;
    *rules = least;
    return rc;
}
