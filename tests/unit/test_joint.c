#include "unit.h"

#include "base/date.h"
#include "domain/visit/joint.h"

enum { DAYS = 10, TASKS = 6, KINDS = 2, STANDING = 3, SLOTS = DAYS * KINDS };

/* One enterprise, around the end of a month that is in the middle of a week. */
struct small {
    int32_t first;
    int32_t days[DAYS];
    struct joint_task tasks[TASKS];
    struct joint_standing standing[STANDING];
    struct joint_problem problem;
};

static void make_small(struct small *s, uint64_t *seed)
{
    *s = (struct small){ .first = date_of(2026, 9, 26) + (int32_t)unit_below(seed, 6) };
    struct joint_problem *p = &s->problem;
    for (int32_t d = 0; d < DAYS; d++)
        if (unit_below(seed, 6))
            s->days[p->day_count++] = s->first + d;
    p->task_count = 1 + unit_below(seed, TASKS);
    unsigned kinds = 1 + (unsigned)unit_below(seed, KINDS);
    for (size_t i = 0; i < p->task_count; i++) {
        int32_t from = (int32_t)unit_below(seed, DAYS);
        int32_t to = from + (int32_t)unit_below(seed, (size_t)(DAYS - from));
        s->tasks[i] = (struct joint_task){ 7, s->first + from, s->first + to,
                                           (unsigned)unit_below(seed, kinds) };
    }
    p->standing_count = unit_below(seed, 2) * unit_below(seed, STANDING + 1);
    for (size_t i = 0; i < p->standing_count; i++)
        s->standing[i] =
            (struct joint_standing){ 7, s->first - 3 + (int32_t)unit_below(seed, DAYS + 6),
                                     (unsigned)unit_below(seed, kinds), unit_below(seed, 2) != 0 };
    p->tasks = s->tasks;
    p->standing = s->standing;
    p->days = s->days;
    p->caps = (struct visitplan_caps){ 1 + (unsigned)unit_below(seed, 2),
                                       1 + (unsigned)unit_below(seed, 3),
                                       2 + (unsigned)unit_below(seed, 3) };
}

/* ---- brute force: all sets of entries of a size ---- */

struct choice {
    const struct small *world;
    const struct joint_task *tasks[TASKS]; /* that have to be served */
    size_t task_count;
    unsigned rules;
    size_t slots[TASKS]; /* day * KINDS + kind */
    size_t size;
};

static bool works(const struct small *s, int32_t date)
{
    for (size_t i = 0; i < s->problem.day_count; i++)
        if (s->days[i] == date)
            return true;
    return false;
}

static void count(int32_t entry, int32_t date, unsigned n[3])
{
    n[0] += entry == date;
    n[1] += entry - date_weekday(entry) == date - date_weekday(date);
    n[2] += date_month(entry) == date_month(date);
}

static bool keeps_rules(const struct choice *c, const int32_t *dates)
{
    const struct joint_problem *p = &c->world->problem;
    for (size_t i = 0; i < c->size; i++) {
        unsigned n[3] = { 0 };
        for (size_t k = 0; k < c->size; k++)
            count(dates[k], dates[i], n);
        for (size_t k = 0; k < p->standing_count; k++)
            count(p->standing[k].date, dates[i], n);
        if ((c->rules & VISITPLAN_WORKDAYS && !works(c->world, dates[i])) ||
            (c->rules & VISITPLAN_DAILY && n[0] > p->caps.daily) ||
            (c->rules & VISITPLAN_WEEKLY && n[1] > p->caps.weekly) ||
            (c->rules & VISITPLAN_MONTHLY && n[2] > p->caps.monthly))
            return false;
    }
    return true;
}

static bool in_window(const struct joint_task *t, int32_t date, unsigned kind)
{
    return t->kind == kind && t->first <= date && date <= t->last;
}

static bool serves_all(const struct choice *c, const int32_t *dates)
{
    const struct joint_problem *p = &c->world->problem;
    for (size_t i = 0; i < c->task_count; i++) {
        bool served = false;
        for (size_t k = 0; k < c->size; k++)
            served |= in_window(c->tasks[i], dates[k], (unsigned)(c->slots[k] % KINDS));
        for (size_t k = 0; k < p->standing_count; k++)
            served |= p->standing[k].open &&
                      in_window(c->tasks[i], p->standing[k].date, p->standing[k].kind);
        if (!served)
            return false;
    }
    return true;
}

static bool some_choice(struct choice *c, size_t chosen, size_t from)
{
    if (chosen == c->size) {
        int32_t dates[TASKS] = { 0 };
        for (size_t i = 0; i < c->size; i++)
            dates[i] = c->world->first + (int32_t)(c->slots[i] / KINDS);
        return serves_all(c, dates) && keeps_rules(c, dates);
    }
    for (size_t slot = from; slot < SLOTS; slot++) {
        c->slots[chosen] = slot;
        if (some_choice(c, chosen + 1, slot + 1))
            return true;
    }
    return false;
}

/* TASKS + 1 when there is none: more entries than tasks are never needed. */
static size_t fewest(struct choice *c, unsigned rules)
{
    c->rules = rules;
    for (c->size = 0; c->size <= c->task_count; c->size++)
        if (some_choice(c, 0, 0))
            return c->size;
    return TASKS + 1;
}

/* ---- */

static bool comes_before(const struct joint_task *a, const struct joint_task *b)
{
    if (a->last != b->last)
        return a->last < b->last;
    return a->first != b->first ? a->first < b->first : a < b;
}

/* The excluded task with those that came before it and have an entry: no choice under the named
   rules, one as soon as any of them is dropped. */
static void expect_named_rules(const struct small *s, const struct joint_plan *plan, size_t missed)
{
    struct choice c = { .world = s, .tasks = { &s->tasks[missed] }, .task_count = 1 };
    unsigned rules = plan->rules[missed];
    for (size_t i = 0; i < s->problem.task_count; i++)
        if (plan->entry_of[i] != JOINT_NONE && comes_before(&s->tasks[i], &s->tasks[missed]))
            c.tasks[c.task_count++] = &s->tasks[i];
    assert_int_not_equal(rules, 0);
    assert_int_equal(fewest(&c, rules), TASKS + 1);
    for (unsigned rule = 1; rule <= JOINT_ALL; rule <<= 1)
        if (rules & rule)
            assert_int_not_equal(fewest(&c, rules & ~rule), TASKS + 1);
}

/* What the plan says holds by itself. */
static void expect_kept(const struct small *s, const struct joint_plan *plan)
{
    struct choice c = { .world = s, .rules = JOINT_ALL };
    int32_t dates[TASKS] = { 0 };
    for (size_t i = 0; i < plan->entry_count; i++)
        if (!plan->entries[i].stands)
            dates[c.size++] = plan->entries[i].date;
    assert_int_equal(c.size, plan->fresh);
    assert_true(keeps_rules(&c, dates));
    for (size_t i = 0; i < s->problem.task_count; i++) {
        if (plan->entry_of[i] == JOINT_NONE)
            continue;
        const struct joint_entry *e = &plan->entries[plan->entry_of[i]];
        assert_true(in_window(&s->tasks[i], e->date, e->kind));
    }
}

static void entries_are_as_few_as_brute_force_finds_and_what_is_impossible_is_named(void **state)
{
    enum { ROUNDS = SANITIZED ? 60 : 6000 };
    uint64_t seed = 14;
    size_t impossible = 0;
    size_t exact = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct small s;
        struct joint_plan plan;
        struct choice c = { .world = &s };
        make_small(&s, &seed);
        assert_int_equal(joint_make(*state, &s.problem, &plan, NULL), RC_OK);
        for (size_t i = 0; i < s.problem.task_count; i++)
            if (plan.entry_of[i] != JOINT_NONE)
                c.tasks[c.task_count++] = &s.tasks[i];
        assert_int_equal(c.task_count + plan.missed, s.problem.task_count);
        expect_kept(&s, &plan);
        assert_int_equal(fewest(&c, JOINT_ALL), plan.fresh);
        exact += plan.fresh > fewest(&c, 0);
        impossible += plan.missed != 0;
        for (size_t i = 0; plan.missed && i < s.problem.task_count; i++)
            if (plan.entry_of[i] == JOINT_NONE)
                expect_named_rules(&s, &plan, i);
        arena_reset(*state);
    }
    assert_true(impossible > ROUNDS / 100 && (SANITIZED || exact > ROUNDS / 200));
}

/* A year of a province: what the caps do not touch is never searched. */
static void many_tasks_become_the_entries_that_they_were_made_from(void **state)
{
    enum { SUBJECTS = SANITIZED ? 2000 : 40000, EACH = 5 };
    uint64_t seed = 3;
    struct joint_task *tasks = arena_array(*state, SUBJECTS * EACH, sizeof *tasks);
    int32_t days[366];
    struct joint_plan plan;
    for (size_t i = 0; i < COUNT(days); i++)
        days[i] = date_of(2026, 1, 1) + (int32_t)i;
    for (size_t i = 0; i < (size_t)SUBJECTS * EACH; i++) {
        int32_t day = days[30 + unit_below(&seed, 20) + 200 * (i % 2)]; /* twice a year */
        tasks[i] = (struct joint_task){ i / EACH, day - 25, day + 25, 0 };
    }
    struct joint_problem p = { .tasks = tasks,
                               .task_count = (size_t)SUBJECTS * EACH,
                               .days = days,
                               .day_count = COUNT(days),
                               .caps = { 1, 2, 3 } };
    assert_int_equal(joint_make(*state, &p, &plan, NULL), RC_OK);
    assert_int_equal(plan.missed, 0);
    assert_int_equal(plan.fresh, 2 * SUBJECTS);
}

static void nothing_to_do_is_no_entry_and_a_broken_input_is_refused(void **state)
{
    struct joint_plan plan;
    struct joint_problem p = { .caps = { 1, 2, 3 } };
    assert_int_equal(joint_make(*state, &p, &plan, NULL), RC_OK);
    assert_int_equal(plan.entry_count, 0);
    const struct joint_task backward = { 0, 5, 4, 0 };
    p.tasks = &backward;
    p.task_count = 1;
    assert_int_equal(joint_make(*state, &p, &plan, NULL), RC_INVALID);
    const int32_t days[] = { 4, 4 };
    p = (struct joint_problem){ .days = days, .day_count = 2 };
    assert_int_equal(joint_make(*state, &p, &plan, NULL), RC_INVALID);
    const struct joint_standing standing[] = { { 1, 4, 0, true }, { 0, 4, 0, true } };
    p = (struct joint_problem){ .standing = standing, .standing_count = 2 };
    assert_int_equal(joint_make(*state, &p, &plan, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(entries_are_as_few_as_brute_force_finds_and_what_is_impossible_is_named),
        WITH_ARENA(many_tasks_become_the_entries_that_they_were_made_from),
        WITH_ARENA(nothing_to_do_is_no_entry_and_a_broken_input_is_refused),
    };
    return cmocka_run_group_tests_name("joint", tests, NULL, NULL);
}
