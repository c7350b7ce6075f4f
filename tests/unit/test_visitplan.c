#include "unit.h"

#include "base/date.h"
#include "domain/visit/visitplan.h"

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
    assert_int_equal(visitplan_make(*state, tasks, COUNT(tasks), &plan, NULL), RC_OK);
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
        assert_int_equal(visitplan_make(*state, shuffled, COUNT(tasks), &plan, NULL), RC_OK);
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
    assert_int_equal(visitplan_make(*state, many, TASKS, &plan, NULL), RC_OK);
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
    assert_int_equal(visitplan_make(*state, NULL, 0, &plan, NULL), RC_OK);
    assert_int_equal(plan.visit_count, 0);
    assert_int_equal(plan.saved, 0);
    assert_int_equal(visitplan_make(*state, NULL, VISITPLAN_TASKS_MAX + 1, &plan, NULL),
                     RC_TOO_LARGE);
}

/* ---- dates ---- */

enum { STOPS = 400, INSPECTORS = 12, DAYS = 60, DAILY = 3 };

struct world {
    struct visitplan_stop stops[STOPS];
    size_t inspectors[STOPS][2];
    int32_t days[DAYS];
    unsigned inspector_max[INSPECTORS];
    struct visitplan_entry entries[STOPS]; /* what stands, when a test says so */
    struct visitplan_window window;
};

/* Each subject twice, as two campaigns would have it. */
static struct world *make_world(struct arena *a)
{
    static const char *const regions[] = { "410402", "410403", "410481" };
    uint64_t seed = 5;
    struct world *w = arena_alloc(a, sizeof *w);
    for (size_t i = 0; i < DAYS; i++)
        w->days[i] = date_of(2023, 9, 1) + (int32_t)i;
    for (size_t i = 0; i < INSPECTORS; i++)
        w->inspector_max[i] = DAILY;
    for (size_t i = 0; i < STOPS; i++) {
        size_t department = unit_below(&seed, 3); /* four inspectors in each */
        for (size_t k = 0; k < 2; k++)
            w->inspectors[i][k] = department * 4 + unit_below(&seed, 2) + 2 * k;
        w->stops[i] = (struct visitplan_stop){ .visit = arena_printf(a, "V%03zu", i),
                                               .region = regions[(i % (STOPS / 2)) % 3],
                                               .subject = i % (STOPS / 2),
                                               .first = w->days[0],
                                               .last = w->days[DAYS - 1],
                                               .stands = VISITPLAN_NO_DATE,
                                               .inspectors = w->inspectors[i],
                                               .inspector_count = 2 };
    }
    w->window = (struct visitplan_window){ .days = w->days,
                                           .day_count = DAYS,
                                           .inspector_max = w->inspector_max,
                                           .inspector_count = INSPECTORS,
                                           .entries = w->entries,
                                           .subject_count = STOPS / 2,
                                           .caps = { 1, 2, 3 } };
    return w;
}

static struct visitplan_dates date_all(struct arena *a, const struct world *w,
                                       const struct visitplan_stop *stops, size_t n)
{
    struct visitplan_dates out;
    assert_int_equal(visitplan_date(a, stops, n, &w->window, &out, NULL), RC_OK);
    return out;
}

/* What an inspector and a subject have on a day, of entries: the same subject counts once. */
struct seen {
    unsigned load;
    const char *region;
    bool two_regions;
};

static bool goes(const struct visitplan_stop *s, size_t who)
{
    return s->inspectors[0] == who || s->inspectors[1] == who;
}

static struct seen look(const struct visitplan_stop *stops, size_t n, const int32_t *dates,
                        size_t who, int32_t date)
{
    struct seen seen = { 0 };
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        if (dates[i] != date || !goes(&stops[i], who))
            continue;
        while (k < i &&
               !(dates[k] == date && stops[k].subject == stops[i].subject && goes(&stops[k], who)))
            k++;
        seen.load += k == i;
        seen.two_regions |= seen.region && strcmp(seen.region, stops[i].region) != 0;
        seen.region = stops[i].region;
    }
    return seen;
}

static unsigned entered(const struct visitplan_stop *stops, size_t n, const int32_t *dates,
                        size_t subject, int32_t date, int32_t (*period)(int32_t))
{
    unsigned entries = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        if (stops[i].subject != subject || dates[i] == VISITPLAN_NO_DATE ||
            period(dates[i]) != period(date))
            continue;
        while (k < i && !(stops[k].subject == subject && dates[k] == dates[i]))
            k++;
        entries += k == i;
    }
    return entries;
}

static int32_t week(int32_t date)
{
    return date - date_weekday(date);
}

/* By itself: no inspector above his limit or in two regions, no subject above its caps. */
static void expect_kept(const struct world *w, const struct visitplan_stop *stops, size_t n,
                        const int32_t *dates)
{
    for (size_t who = 0; who < INSPECTORS; who++) {
        for (size_t d = 0; d < DAYS; d++) {
            struct seen seen = look(stops, n, dates, who, w->days[d]);
            assert_true(seen.load <= w->inspector_max[who] && !seen.two_regions);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (dates[i] == VISITPLAN_NO_DATE)
            continue;
        assert_true(dates[i] >= stops[i].first && dates[i] <= stops[i].last);
        assert_true(entered(stops, n, dates, stops[i].subject, dates[i], week) <= 2);
        assert_true(entered(stops, n, dates, stops[i].subject, dates[i], date_month) <= 3);
    }
}

static void dates_keep_all_rules_and_the_campaigns_of_a_subject_go_together(void **state)
{
    struct world *w = make_world(*state);
    struct visitplan_dates out = date_all(*state, w, w->stops, STOPS);
    assert_int_equal(out.missed, 0);
    expect_kept(w, w->stops, STOPS, out.dates);
    for (size_t i = 0; i < STOPS / 2; i++)
        assert_int_equal(out.dates[i], out.dates[i + STOPS / 2]);
}

static void nobody_has_much_more_than_his_mean_on_a_day(void **state)
{
    struct world *w = make_world(*state);
    struct visitplan_dates out = date_all(*state, w, w->stops, STOPS);
    size_t above = 0;
    for (size_t who = 0; who < INSPECTORS; who++) {
        unsigned all = 0;
        unsigned most = 0;
        for (size_t d = 0; d < DAYS; d++) {
            unsigned load = look(w->stops, STOPS, out.dates, who, w->days[d]).load;
            all += load;
            most = load > most ? load : most;
        }
        above += most > (all + DAYS - 1) / DAYS + 1;
    }
    assert_int_equal(above, 0);
}

static void dates_do_not_depend_on_the_order_of_the_visits(void **state)
{
    struct world *w = make_world(*state);
    struct visitplan_stop reversed[STOPS];
    for (size_t i = 0; i < STOPS; i++)
        reversed[i] = w->stops[STOPS - 1 - i];
    struct visitplan_dates out = date_all(*state, w, w->stops, STOPS);
    struct visitplan_dates again = date_all(*state, w, reversed, STOPS);
    for (size_t i = 0; i < STOPS; i++)
        assert_int_equal(out.dates[i], again.dates[STOPS - 1 - i]);
}

/* The rules that a stop would break on a day beside what is dated. */
static unsigned broken(const struct world *w, const int32_t *dates, size_t stop, int32_t date)
{
    const struct visitplan_stop *s = &w->stops[stop];
    unsigned rules = 0;
    bool joins = false;
    for (size_t i = 0; i < STOPS; i++)
        joins |= w->stops[i].subject == s->subject && dates[i] == date;
    if (!joins && entered(w->stops, STOPS, dates, s->subject, date, week) >= 2)
        rules |= VISITPLAN_WEEKLY;
    if (!joins && entered(w->stops, STOPS, dates, s->subject, date, date_month) >= 3)
        rules |= VISITPLAN_MONTHLY;
    for (size_t k = 0; k < 2; k++) {
        struct seen seen = look(w->stops, STOPS, dates, s->inspectors[k], date);
        bool there = false;
        for (size_t i = 0; i < STOPS; i++)
            there |= w->stops[i].subject == s->subject && dates[i] == date &&
                     goes(&w->stops[i], s->inspectors[k]);
        if (!there && seen.load >= w->inspector_max[s->inspectors[k]])
            rules |= VISITPLAN_LOAD;
        if (!there && seen.region && strcmp(seen.region, s->region) != 0)
            rules |= VISITPLAN_REGION;
    }
    return rules;
}

static void what_fits_no_day_is_told_by_the_rules_that_shut_every_day(void **state)
{
    struct world *w = make_world(*state);
    size_t dated = 0;
    w->window.day_count = 12;
    w->inspector_max[0] = 0;
    struct visitplan_dates out = date_all(*state, w, w->stops, STOPS);
    expect_kept(w, w->stops, STOPS, out.dates);
    for (size_t i = 0; i < STOPS; i++) {
        dated += out.dates[i] != VISITPLAN_NO_DATE;
        if (goes(&w->stops[i], 0))
            assert_int_equal(out.rules[i], VISITPLAN_LOAD);
        if (out.dates[i] != VISITPLAN_NO_DATE)
            continue;
        unsigned needed = out.rules[i];
        for (size_t d = 0; d < w->window.day_count; d++) {
            unsigned rules = broken(w, out.dates, i, w->days[d]) & out.rules[i];
            assert_int_not_equal(rules, 0);
            if ((rules & (rules - 1)) == 0)
                needed &= ~rules;
        }
        assert_int_equal(needed, 0); /* each is the only one to shut some day */
    }
    assert_int_equal(dated + out.missed, STOPS);
    assert_true(out.missed > 0 && dated > 0);
    w->stops[5].last = w->days[0] - 1;
    assert_int_equal(date_all(*state, w, w->stops, STOPS).rules[5], VISITPLAN_WORKDAYS);
}

/* How many of the first half are left out when each, region by region, takes the first free day. */
static size_t first_fit(const struct world *w)
{
    int32_t dates[STOPS];
    size_t missed = 0;
    for (size_t i = 0; i < STOPS; i++)
        dates[i] = VISITPLAN_NO_DATE;
    for (size_t region = 0; region < 3; region++) {
        for (size_t i = 0; i < STOPS / 2; i++) {
            size_t d = 0;
            if (i % 3 != region)
                continue;
            while (d < w->window.day_count && broken(w, dates, i, w->days[d]))
                d++;
            if (d < w->window.day_count)
                dates[i] = w->days[d];
            missed += d == w->window.day_count;
        }
    }
    return missed;
}

static void a_tight_window_takes_no_fewer_than_the_first_free_days_would(void **state)
{
    struct world *w = make_world(*state);
    size_t tight = 0;
    for (w->window.day_count = 8; w->window.day_count < 30; w->window.day_count += 3) {
        size_t missed = first_fit(w);
        assert_true(date_all(*state, w, w->stops, STOPS / 2).missed <= missed);
        tight += missed > 0;
    }
    assert_true(tight > 0);
}

/* The dates of the first half of the stops, as if another campaign had them. */
static void stand(struct world *w, const int32_t *dates)
{
    for (size_t i = 0; i < STOPS / 2; i++)
        w->entries[i] = (struct visitplan_entry){ .entry = (int64_t)i,
                                                  .subject = w->stops[i].subject,
                                                  .date = dates[i],
                                                  .region = w->stops[i].region,
                                                  .open = true,
                                                  .inspectors = w->stops[i].inspectors,
                                                  .inspector_count = 2 };
    w->window.entry_count = STOPS / 2;
}

static void a_day_that_somebody_chooses_breaks_what_the_rules_say_and_no_more(void **state)
{
    struct world *w = make_world(*state);
    const size_t half = STOPS / 2;
    int32_t all[STOPS];
    size_t fit = 0;
    memcpy(all, date_all(*state, w, w->stops, half).dates, half * sizeof *all);
    stand(w, all);
    for (size_t i = half; i < STOPS; i++)
        all[i] = VISITPLAN_NO_DATE;
    for (size_t i = half; i < STOPS; i++) {
        struct visitplan_stop *s = &w->stops[i];
        for (size_t d = 0; d < DAYS; d++) {
            unsigned rules = VISITPLAN_RULES;
            struct visitplan_window day = w->window;
            day.days = &w->days[d];
            day.day_count = 1;
            assert_int_equal(visitplan_breaks(*state, s, &day, w->days[d], &rules, NULL), RC_OK);
            assert_int_equal(rules, broken(w, all, i, w->days[d]));
            fit += rules == 0;
        }
        unsigned rules = 0;
        struct visitplan_window none = w->window;
        none.day_count = 0;
        assert_int_equal(visitplan_breaks(*state, s, &none, w->days[0], &rules, NULL), RC_OK);
        assert_int_equal(rules, VISITPLAN_WORKDAYS);
    }
    assert_true(fit > 0 && fit < half * DAYS);
}

static void what_stands_is_joined_where_the_teams_are_free_and_fills_their_days(void **state)
{
    struct world *w = make_world(*state);
    const size_t half = STOPS / 2;
    struct visitplan_stop *rest = w->stops + half;
    int32_t all[STOPS];
    bool booked[STOPS];
    size_t joined = 0;
    size_t n;
    memcpy(all, date_all(*state, w, w->stops, half).dates, half * sizeof *all);
    stand(w, all);
    struct visitplan_dates out = date_all(*state, w, rest, half);
    assert_int_equal(out.missed, 0);
    memcpy(all + half, out.dates, half * sizeof *all);
    expect_kept(w, w->stops, STOPS, all);
    for (size_t i = 0; i < half; i++) {
        joined += all[i] == all[half + i];
        rest[i].stands = all[half + i];
        rest[i].entry = (int64_t)(all[i] == all[half + i] ? i : half + i);
    }
    assert_true(joined > half / 3);
    assert_int_equal(visitplan_recheck(*state, rest, half, &w->window, booked, &n, NULL), RC_OK);
    assert_int_equal(n, 0);
    /* Dated as if nobody else were there: what does not fit is named, the rest is not. */
    for (size_t i = 0; i < half; i++)
        rest[i].stands = w->days[0];
    assert_int_equal(visitplan_recheck(*state, rest, half, &w->window, booked, &n, NULL), RC_OK);
    assert_true(n > 0);
    for (size_t i = 0; i < half; i++)
        n -= booked[i];
    assert_int_equal(n, 0);
}

static void
one_without_notice_joins_none_that_had_it_and_none_joins_one_that_has_begun(void **state)
{
    for (int begun = 0; begun < 2; begun++) {
        struct world *w = make_world(*state);
        int32_t dates[STOPS / 2];
        for (size_t i = 0; i < STOPS / 2; i++)
            dates[i] = w->days[i % DAYS];
        stand(w, dates);
        for (size_t i = 0; i < STOPS / 2; i++) {
            w->entries[i].inspector_count = 0;
            w->entries[i].open = !begun;
            w->stops[i].unannounced = !begun;
        }
        struct visitplan_dates out = date_all(*state, w, w->stops, STOPS / 2);
        for (size_t i = 0; i < STOPS / 2; i++)
            assert_int_not_equal(out.dates[i], dates[i]);
    }
}

static void a_change_of_one_team_moves_hardly_another_visit(void **state)
{
    struct world *w = make_world(*state);
    struct visitplan_dates out = date_all(*state, w, w->stops, STOPS);
    for (size_t i = 0; i < STOPS; i++)
        w->stops[i].stands = out.dates[i];
    for (size_t changed = 0; changed < STOPS; changed += 7) {
        size_t left = w->inspectors[changed][0];
        size_t moved = 0;
        w->inspectors[changed][0] = left ^ 1;
        struct visitplan_dates again = date_all(*state, w, w->stops, STOPS);
        expect_kept(w, w->stops, STOPS, again.dates);
        assert_int_equal(again.missed, 0);
        for (size_t i = 0; i < STOPS; i++)
            moved +=
                again.dates[i] != out.dates[i] && w->stops[i].subject != w->stops[changed].subject;
        assert_true(moved <= STOPS / 100);
        w->inspectors[changed][0] = left;
    }
}

static void no_enterprise_is_visited_more_often_than_the_caps_say(void **state)
{
    /* 2023-09-04 is a Monday. */
    static const struct {
        int stands[3]; /* days of September that have a visit already; 0: none */
        int dated;     /* the first that is left */
    } cases[] = {
        { { 0 }, 1 },         /* Friday the 1st */
        { { 1 }, 2 },         /* a visit a day */
        { { 1, 2 }, 4 },      /* two a week, Monday begins another */
        { { 4, 5 }, 1 },      /* which the days before do not belong to */
        { { 1, 4, 12 }, 31 }, /* three a month: the 1st of October */
        { { 20, 21, 29 }, 31 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world *w = make_world(*state);
        size_t n = 0;
        w->entries[n++] = (struct visitplan_entry){ .subject = 3, .date = w->days[0] };
        for (size_t k = 0; k < 3 && cases[i].stands[k]; k++)
            w->entries[n++] = (struct visitplan_entry){ .subject = 7,
                                                        .date = w->days[cases[i].stands[k] - 1],
                                                        .region = "410403" };
        w->window.entry_count = n;
        w->stops[7].last = w->days[cases[i].dated - 1];
        assert_int_equal(date_all(*state, w, &w->stops[7], 1).dates[0], w->stops[7].last);
        w->stops[7].last--;
        assert_int_equal(date_all(*state, w, &w->stops[7], 1).missed, 1);
    }
}

static void a_foreign_index_or_window_is_refused(void **state)
{
    struct world *w = make_world(*state);
    struct visitplan_dates out;
    w->inspectors[7][1] = INSPECTORS;
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, &out, NULL), RC_INVALID);
    w = make_world(*state);
    w->days[3] = w->days[2];
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, &out, NULL), RC_INVALID);
    w = make_world(*state);
    w->window.day_count = VISITPLAN_DAYS_MAX + 1;
    assert_int_equal(visitplan_date(*state, w->stops, STOPS, &w->window, &out, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(one_visit_per_subject_one_section_per_department),
        WITH_ARENA(the_order_of_the_tasks_does_not_matter),
        WITH_ARENA(every_task_is_in_exactly_one_section),
        WITH_ARENA(no_tasks_are_no_visits),
        WITH_ARENA(dates_keep_all_rules_and_the_campaigns_of_a_subject_go_together),
        WITH_ARENA(nobody_has_much_more_than_his_mean_on_a_day),
        WITH_ARENA(dates_do_not_depend_on_the_order_of_the_visits),
        WITH_ARENA(what_fits_no_day_is_told_by_the_rules_that_shut_every_day),
        WITH_ARENA(a_tight_window_takes_no_fewer_than_the_first_free_days_would),
        WITH_ARENA(a_day_that_somebody_chooses_breaks_what_the_rules_say_and_no_more),
        WITH_ARENA(what_stands_is_joined_where_the_teams_are_free_and_fills_their_days),
        WITH_ARENA(one_without_notice_joins_none_that_had_it_and_none_joins_one_that_has_begun),
        WITH_ARENA(a_change_of_one_team_moves_hardly_another_visit),
        WITH_ARENA(no_enterprise_is_visited_more_often_than_the_caps_say),
        WITH_ARENA(a_foreign_index_or_window_is_refused),
    };
    return cmocka_run_group_tests_name("visitplan", tests, NULL, NULL);
}
