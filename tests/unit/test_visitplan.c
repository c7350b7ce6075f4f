#include "unit.h"

#include "base/date.h"
#include "domain/visitplan.h"

static const struct visitplan_task tasks[] = {
    { "S2", "H410402", "medical", "D1" },       { "S1", "H410402", "school", "D2" },
    { "S1", "M410400", "food_service", "D3" },  { "S1", "H410402", "medical", "D1" },
    { "S1", "H410402", "medical", "D2" },       { "S3", "M410400", "food_service", "D3" },
    { "S3", "E410400", "school_safety", "D4" },
};

static void expect_plan(const struct visitplan *plan)
{
    assert_int_equal(plan->task_count, COUNT(tasks));
    assert_int_equal(plan->visit_count, 3);
    assert_int_equal(plan->section_count, 5);
    assert_int_equal(plan->joint, 2);
    /* S1: health by D1 and by D2, market by D3; S2: one; S3: two */
    assert_int_equal(plan->separate, 6);
    assert_int_equal(plan->saved, 3);
    const struct visitplan_visit *v = plan->visits;
    assert_string_equal(v[0].subject, "S1");
    assert_int_equal(v[0].task_count, 4);
    assert_int_equal(v[0].section_count, 2);
    assert_string_equal(v[0].sections[0].department, "H410402");
    assert_int_equal(v[0].sections[0].task_count, 3);
    assert_int_equal(v[0].sections[0].specialty_count, 2);
    assert_string_equal(v[0].sections[0].specialties[0], "medical");
    assert_string_equal(v[0].sections[0].specialties[1], "school");
    assert_int_equal(v[0].lead, 0);
    assert_string_equal(v[1].subject, "S2");
    assert_int_equal(v[1].section_count, 1);
    assert_string_equal(v[2].subject, "S3");
    assert_string_equal(v[2].sections[v[2].lead].department, "E410400"); /* a tie: smaller code */
}

static void one_visit_per_subject_one_section_per_department(void **state)
{
    struct visitplan plan;
    assert_int_equal(visitplan_merge(*state, tasks, COUNT(tasks), &plan, NULL), RC_OK);
    expect_plan(&plan);
}

static void the_order_of_the_tasks_does_not_matter(void **state)
{
    uint64_t seed = 3;
    struct visitplan_task shuffled[COUNT(tasks)];
    memcpy(shuffled, tasks, sizeof tasks);
    for (int round = 0; round < 200; round++) {
        struct visitplan plan;
        for (size_t i = COUNT(tasks); i > 1; i--) {
            size_t j = unit_below(&seed, i);
            struct visitplan_task t = shuffled[i - 1];
            shuffled[i - 1] = shuffled[j];
            shuffled[j] = t;
        }
        assert_int_equal(visitplan_merge(*state, shuffled, COUNT(tasks), &plan, NULL), RC_OK);
        expect_plan(&plan);
    }
}

static void every_task_is_in_exactly_one_section(void **state)
{
    enum { TASKS = 5000 };
    uint64_t seed = 9;
    struct visitplan plan;
    struct visitplan_task *many = arena_array(*state, TASKS, sizeof *many);
    bool *seen = arena_array(*state, TASKS, sizeof *seen);
    for (size_t i = 0; i < TASKS; i++)
        many[i] = (struct visitplan_task){
            arena_printf(*state, "S%zu", unit_below(&seed, 1000)),
            arena_printf(*state, "H%zu", unit_below(&seed, 5)),
            arena_printf(*state, "sp%zu", unit_below(&seed, 6)),
            arena_printf(*state, "D%zu", unit_below(&seed, 4)),
        };
    assert_int_equal(visitplan_merge(*state, many, TASKS, &plan, NULL), RC_OK);
    for (size_t v = 0; v < plan.visit_count; v++) {
        const struct visitplan_visit *visit = &plan.visits[v];
        assert_true(v == 0 || strcmp(plan.visits[v - 1].subject, visit->subject) < 0);
        for (size_t s = 0; s < visit->section_count; s++) {
            assert_true(visit->sections[visit->lead].task_count >= visit->sections[s].task_count);
            for (size_t t = 0; t < visit->sections[s].task_count; t++) {
                size_t index = visit->sections[s].tasks[t];
                assert_false(seen[index]);
                seen[index] = true;
                assert_string_equal(many[index].subject, visit->subject);
                assert_string_equal(many[index].department, visit->sections[s].department);
            }
        }
    }
    for (size_t i = 0; i < TASKS; i++)
        assert_true(seen[i]);
}

static void no_tasks_are_no_visits(void **state)
{
    struct visitplan plan;
    assert_int_equal(visitplan_merge(*state, NULL, 0, &plan, NULL), RC_OK);
    assert_int_equal(plan.visit_count, 0);
    assert_int_equal(plan.saved, 0);
    assert_int_equal(visitplan_merge(*state, NULL, VISITPLAN_TASKS_MAX + 1, &plan, NULL),
                     RC_TOO_LARGE);
}

/* ---- dates ---- */

enum { STOPS = 400, INSPECTORS = 12, DEPARTMENTS = 3, DAYS = 60 };

struct world {
    struct visitplan_stop stops[STOPS];
    size_t inspectors[STOPS][3];
    size_t departments[STOPS][1];
    int32_t days[DAYS];
    unsigned inspector_max[INSPECTORS];
    unsigned department_max[DEPARTMENTS];
    struct visitplan_window window;
};

static struct world *make_world(struct arena *a)
{
    static const char *const regions[] = { "410402", "410403", "410481" };
    uint64_t seed = 5;
    struct world *w = arena_alloc(a, sizeof *w);
    for (size_t i = 0; i < DAYS; i++)
        w->days[i] = date_of(2023, 9, 1) + (int32_t)i;
    for (size_t i = 0; i < INSPECTORS; i++)
        w->inspector_max[i] = 3;
    for (size_t i = 0; i < DEPARTMENTS; i++)
        w->department_max[i] = 5;
    for (size_t i = 0; i < STOPS; i++) {
        w->departments[i][0] = unit_below(&seed, DEPARTMENTS);
        for (size_t k = 0; k < 2; k++) /* four inspectors in each department */
            w->inspectors[i][k] = w->departments[i][0] * 4 + unit_below(&seed, 2) + 2 * k;
        w->stops[i] = (struct visitplan_stop){ arena_printf(a, "V%03zu", i),
                                               regions[unit_below(&seed, 3)],
                                               w->inspectors[i],
                                               2,
                                               w->departments[i],
                                               1 };
    }
    w->window =
        (struct visitplan_window){ w->days,           DAYS,       w->inspector_max, INSPECTORS,
                                   w->department_max, DEPARTMENTS };
    return w;
}

static void every_date_respects_loads_and_regions(void **state)
{
    struct world *w = make_world(*state);
    int32_t dates[STOPS];
    size_t missed;
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, dates, &missed, NULL),
                     RC_OK);
    assert_int_equal(missed, 0);
    for (size_t d = 0; d < DAYS; d++) {
        unsigned load[INSPECTORS] = { 0 };
        unsigned visits[DEPARTMENTS] = { 0 };
        const char *region[INSPECTORS] = { NULL };
        for (size_t i = 0; i < STOPS; i++) {
            if (dates[i] != w->days[d])
                continue;
            visits[w->departments[i][0]]++;
            for (size_t k = 0; k < 2; k++) {
                size_t who = w->inspectors[i][k];
                load[who]++;
                assert_true(!region[who] || strcmp(region[who], w->stops[i].region) == 0);
                region[who] = w->stops[i].region;
            }
        }
        for (size_t i = 0; i < INSPECTORS; i++)
            assert_true(load[i] <= 3);
        for (size_t i = 0; i < DEPARTMENTS; i++)
            assert_true(visits[i] <= 5);
    }
}

static void dates_do_not_depend_on_the_order_of_the_visits(void **state)
{
    struct world *w = make_world(*state);
    struct visitplan_stop reversed[STOPS];
    int32_t dates[STOPS];
    int32_t again[STOPS];
    size_t missed;
    for (size_t i = 0; i < STOPS; i++)
        reversed[i] = w->stops[STOPS - 1 - i];
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, dates, &missed, NULL),
                     RC_OK);
    assert_int_equal(visitplan_date(*state, reversed, STOPS, &w->window, again, &missed, NULL),
                     RC_OK);
    for (size_t i = 0; i < STOPS; i++)
        assert_int_equal(dates[i], again[STOPS - 1 - i]);
}

static void what_does_not_fit_is_counted_and_has_no_date(void **state)
{
    struct world *w = make_world(*state);
    int32_t dates[STOPS];
    size_t missed;
    size_t dated = 0;
    w->window.day_count = 5;
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, dates, &missed, NULL),
                     RC_OK);
    for (size_t i = 0; i < STOPS; i++)
        dated += dates[i] != VISITPLAN_NO_DATE;
    assert_int_equal(dated + missed, STOPS);
    assert_true(missed > 0 && dated > 0);
    w->inspector_max[0] = 0;
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, dates, &missed, NULL),
                     RC_OK);
    for (size_t i = 0; i < STOPS; i++)
        if (w->inspectors[i][0] == 0)
            assert_int_equal(dates[i], VISITPLAN_NO_DATE);
}

static void a_foreign_index_or_window_is_refused(void **state)
{
    struct world *w = make_world(*state);
    int32_t dates[STOPS];
    size_t missed;
    w->inspectors[7][1] = INSPECTORS;
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, dates, &missed, NULL),
                     RC_INVALID);
    w = make_world(*state);
    w->days[3] = w->days[2];
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, dates, &missed, NULL),
                     RC_INVALID);
    w = make_world(*state);
    w->window.day_count = VISITPLAN_DAYS_MAX + 1;
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, dates, &missed, NULL),
                     RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(one_visit_per_subject_one_section_per_department),
        WITH_ARENA(the_order_of_the_tasks_does_not_matter),
        WITH_ARENA(every_task_is_in_exactly_one_section),
        WITH_ARENA(no_tasks_are_no_visits),
        WITH_ARENA(every_date_respects_loads_and_regions),
        WITH_ARENA(dates_do_not_depend_on_the_order_of_the_visits),
        WITH_ARENA(what_does_not_fit_is_counted_and_has_no_date),
        WITH_ARENA(a_foreign_index_or_window_is_refused),
    };
    return cmocka_run_group_tests_name("visitplan", tests, NULL, NULL);
}
