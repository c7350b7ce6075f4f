/* Rosters: their text, what counts of what changed since, and what a reader finds between the
   two. */
#include "unit.h"

#include "domain/draw/roster.h"
#include "unit_match.h"

enum { DAY = 19900 };

static const char *const words[] = { "medical", "school", "blood" };
static const char *const city[] = { "410400" };
static const char *const districts[] = { "410402", "410403" };
static const char *const other[] = { "410500" };
static const char *const one_subject[] = { "S1" };
static const char *const two_subjects[] = { "S1", "S2" };

static const struct match_inspector clerk = { .id = "A",
                                              .department = "H410402",
                                              .kind = "health",
                                              .region = "410402",
                                              .specialties = MEDICAL | SCHOOL,
                                              .areas = city,
                                              .area_count = 1,
                                              .recusals = one_subject,
                                              .recusal_count = 1,
                                              .card_expires_on = DAY,
                                              .on_duty = true,
                                              .max_daily = 2,
                                              .max_total = 100,
                                              .carried = 7 };

static struct match_problem problem_of(const struct match_inspector *list, size_t n)
{
    return (struct match_problem){ .seed = seed,
                                   .window_last = DAY,
                                   .working_days = 5,
                                   .inspectors = list,
                                   .inspector_count = n,
                                   .sections = &sheet,
                                   .section_count = 1 };
}

static void text_and_back_is_the_same(void **state)
{
    struct match_inspector list[2] = { clerk, clerk };
    struct roster roster = { DAY, list, 2 };
    struct roster read;
    struct match_words known = { .n = 0 };
    struct buf text;
    struct buf again;
    list[0].id = "B";
    list[0].recusal_count = list[0].area_count = 0;
    buf_init(&text, *state, 1 << 16);
    buf_init(&again, *state, 1 << 16);
    roster_text(&text, "D.1", &roster, words);
    assert_int_equal(strncmp(text.p, "liancha-roster/1\tD.1\t2024-06-26\nA\t", 34), 0);
    assert_int_equal(roster_read(*state, "D.1", text.p, text.n, &known, &read, NULL), RC_OK);
    assert_int_equal(read.count, 2);
    roster_text(&again, "D.1", &read, known.v);
    assert_string_equal(text.p, again.p);
}

static void a_broken_text_is_refused(void **state)
{
    static const char good[] = "liancha-roster/1\tD.1\t2024-06-26\n";
    static const char *const bad[] = {
        "liancha-roster/1\tD.2\t2024-06-26\n",
        "liancha-roster/1\tD.1\t2024-06-31\n",
        "liancha-roster/1\tD.1\n",
        "liancha-inspectors/1\tD.1\t2024-06-26\n",
        "liancha-roster/1\tD.1\t2024-06-26\nA",
        "",
        "liancha-roster/1\tD.1\t2024-06-26\nA\tH\thealth\t410402\t2030-01-01\t1\t2\t9\t0\t\t\t\n",
    };
    struct match_words known = { .n = 0 };
    struct roster read;
    assert_int_equal(roster_read(*state, "D.1", good, strlen(good), &known, &read, NULL), RC_OK);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(roster_read(*state, "D.1", bad[i], strlen(bad[i]), &known, &read, NULL),
                         RC_MALFORMED);
}

static void the_first_roster_that_has_a_card_says_its_facts(void **state)
{
    struct match_inspector first = clerk;
    struct match_inspector second[3] = { clerk, clerk, clerk };
    struct roster joined;
    second[0].on_duty = false;
    second[0].recusals = two_subjects + 1;
    second[1].id = "B";
    second[2].id = "C";
    second[2].kind = "market"; /* has no section */
    const struct roster rosters[] = { { DAY + 5, &first, 1 }, { DAY, second, 3 } };
    struct match_problem problem = problem_of(NULL, 0);
    roster_join(*state, rosters, 2, &problem, &joined);
    assert_int_equal(joined.last_day, DAY);
    assert_int_equal(joined.count, 2);
    assert_true(joined.inspectors[0].on_duty);
    assert_int_equal(joined.inspectors[0].recusal_count, 2);
    assert_string_equal(joined.inspectors[1].id, "B");
}

/* The one difference between the clerk and what is used when the facts are now those; NULL:
   none. */
static const struct roster_difference *difference(struct arena *a,
                                                  const struct match_inspector *now)
{
    const struct roster roster = { DAY, &clerk, 1 };
    struct roster_difference *found;
    size_t n;
    struct match_problem problem = problem_of(now, now ? 1 : 0);
    roster_narrow(a, &roster, &problem);
    roster_compare(a, &roster, &problem, words, &found, &n);
    assert_true(n <= 1);
    assert_true(n == 0 || found[0].counts);
    return n ? found : NULL;
}

static void expect(struct arena *a, const struct match_inspector *now, enum roster_field field,
                   const char *committed, const char *used)
{
    const struct roster_difference *d = difference(a, now);
    assert_non_null(d);
    assert_int_equal(d->field, field);
    assert_string_equal(d->committed, committed);
    assert_string_equal(d->used, used);
}

static void what_narrows_counts(void **state)
{
    struct match_inspector now = clerk;
    assert_null(difference(*state, &now));
    now.on_duty = false;
    expect(*state, &now, ROSTER_DUTY, "1", "0");
    now = clerk;
    now.department = "H410403";
    expect(*state, &now, ROSTER_DUTY, "1", "0");
    expect(*state, NULL, ROSTER_DUTY, "1", "0");
    now = clerk;
    now.specialties = BLOOD;
    expect(*state, &now, ROSTER_DUTY, "1", "0");
    now.specialties = BLOOD | SCHOOL;
    expect(*state, &now, ROSTER_SPECIALTIES, "medical,school", "school");
    now = clerk;
    now.areas = districts;
    now.area_count = 2;
    expect(*state, &now, ROSTER_AREAS, "410400", "410402,410403");
    now.area_count = 0; /* the department's region */
    expect(*state, &now, ROSTER_AREAS, "410400", "410402");
    now.areas = other;
    now.area_count = 1;
    expect(*state, &now, ROSTER_DUTY, "1", "0");
    now = clerk;
    now.card_expires_on = DAY - 1;
    expect(*state, &now, ROSTER_CARD, "2024-06-26", "2024-06-25");
    now = clerk;
    now.max_daily = 1;
    expect(*state, &now, ROSTER_DAILY, "2", "1");
    now = clerk;
    now.max_total = 99;
    expect(*state, &now, ROSTER_TOTAL, "100", "99");
    now = clerk;
    now.recusals = two_subjects;
    now.recusal_count = 2;
    expect(*state, &now, ROSTER_RECUSAL, "-", "S2");
}

static void visits_elsewhere_are_as_they_are_now(void **state)
{
    struct match_inspector now = clerk;
    now.carried = 0;
    expect(*state, &now, ROSTER_CARRIED, "7", "0");
    now.carried = 8;
    expect(*state, &now, ROSTER_CARRIED, "7", "8");
}

static void what_widens_does_not(void **state)
{
    struct match_inspector now = clerk;
    now.specialties |= BLOOD;
    now.card_expires_on++;
    now.max_daily++;
    now.max_total++;
    now.recusal_count = 0;
    assert_null(difference(*state, &now));
}

static void nobody_new_is_drawn(void **state)
{
    struct match_inspector list[3] = { clerk, clerk, clerk };
    const struct roster roster = { DAY, &clerk, 1 };
    struct match_plan plan;
    list[1].id = "B";
    list[2].id = "C";
    for (size_t i = 0; i < 3; i++)
        list[i].recusal_count = 0;
    struct match_problem problem = problem_of(list, 3);
    struct match_inspector free = clerk;
    free.recusal_count = 0;
    const struct roster without = { DAY, &free, 1 };
    roster_narrow(*state, &without, &problem);
    assert_int_equal(match_run(*state, &problem, &plan, NULL), RC_OK);
    assert_int_equal(plan.assignment_count, 1);
    assert_int_equal(plan.assignments[0].inspector, 0);
    assert_int_equal(plan.shortages[0].refused[MATCH_UNCOMMITTED], 2);
    assert_non_null(
        strstr(match_shortage_text(*state, &plan.shortages[0]), "承诺时不在人员名单 2 名"));
    struct buf text;
    buf_init(&text, *state, 1 << 16);
    match_inspectors_text(&text, "C", &problem, words);
    assert_null(strstr(text.p, "\nB\t"));
    problem = problem_of(list, 3);
    roster_narrow(*state, &roster, &problem); /* recused as of the roster */
    assert_int_equal(match_run(*state, &problem, &plan, NULL), RC_OK);
    assert_int_equal(plan.assignment_count, 0);
}

/* What a department might write into inspectors.txt. */
static void whatever_is_forged_is_found(void **state)
{
    const struct roster roster = { DAY, &clerk, 1 };
    struct match_inspector forged[8];
    for (size_t i = 0; i < COUNT(forged); i++)
        forged[i] = clerk;
    forged[0].specialties |= BLOOD;
    forged[1].card_expires_on++;
    forged[2].max_daily++;
    forged[3].max_total++;
    forged[4].recusal_count = 0;
    forged[5].areas = other;
    forged[6].department = "H410403";
    forged[7].id = "B"; /* and A is gone */
    for (size_t i = 0; i < COUNT(forged); i++) {
        struct roster_difference *found;
        size_t n;
        struct match_problem problem = problem_of(&forged[i], 1);
        roster_compare(*state, &roster, &problem, words, &found, &n);
        assert_int_equal(n, i == 7 ? 2 : 1);
        assert_false(found[0].counts);
    }
}

static const char *const kinds[] = { "health", "market" };

static struct match_inspector chance_inspector(struct arena *a, uint64_t *chance, size_t number)
{
    struct match_inspector one = clerk;
    one.id = arena_printf(a, "I%02zu", number);
    one.kind = kinds[unit_random(chance) % 2];
    one.specialties = 1 + unit_random(chance) % 7;
    one.areas = unit_random(chance) % 2 ? city : districts;
    one.area_count = unit_random(chance) % 2;
    one.recusals = two_subjects + unit_random(chance) % 2;
    one.recusal_count = unit_random(chance) % 2;
    one.card_expires_on = DAY - 1 + (int)(unit_random(chance) % 3);
    one.on_duty = unit_random(chance) % 4 != 0;
    one.max_daily = (unsigned)(unit_random(chance) % 3);
    return one;
}

/* Whatever becomes of the inspectors: what is used only narrows, and narrows no further. */
static void whatever_changes_only_narrows(void **state)
{
    enum { N = 12, ROUNDS = 500 };
    uint64_t chance = 3;
    size_t differences = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct match_inspector then[N];
        struct match_inspector now[N];
        struct roster_difference *found;
        struct roster joined;
        size_t n;
        for (size_t i = 0; i < N; i++) {
            then[i] = chance_inspector(*state, &chance, i);
            now[i] = unit_random(&chance) % 2 ? then[i] : chance_inspector(*state, &chance, i);
            now[i].kind = then[i].kind;
        }
        const struct roster roster = { DAY, then, N };
        struct match_problem problem = problem_of(now + 2, N - 4);
        roster_join(*state, &roster, 1, &problem, &joined);
        roster_narrow(*state, &joined, &problem);
        roster_compare(*state, &joined, &problem, words, &found, &n);
        for (size_t i = 0; i < n; i++)
            assert_true(found[i].counts);
        differences += n;
        const struct match_problem once = problem;
        roster_narrow(*state, &joined, &problem);
        assert_int_equal(problem.inspector_count, once.inspector_count);
        struct buf a;
        struct buf b;
        buf_init(&a, *state, 1 << 16);
        buf_init(&b, *state, 1 << 16);
        match_inspectors_text(&a, "C", &once, words);
        match_inspectors_text(&b, "C", &problem, words);
        assert_string_equal(a.p, b.p);
        arena_reset(*state);
    }
    assert_true(differences > ROUNDS);
}

/* Three, of whom one is off duty since: displaced if two places would have been his, by ticket. */
static void who_would_have_been_drawn_is_counted(void **state)
{
    struct match_inspector then[3] = { clerk, clerk, clerk };
    for (size_t i = 0; i < 3; i++) {
        then[i].id = arena_printf(*state, "I%zu", i);
        then[i].recusal_count = 0;
    }
    const struct roster roster = { DAY, then, 3 };
    struct match_problem before = problem_of(then, 3);
    struct match_plan plan;
    assert_int_equal(match_run(*state, &before, &plan, NULL), RC_OK);
    for (size_t gone = 0; gone < 3; gone++) {
        struct match_inspector now[3] = { then[0], then[1], then[2] };
        struct match_problem problem = problem_of(now, 3);
        struct match_plan made;
        size_t displaced;
        now[gone].on_duty = false;
        roster_narrow(*state, &roster, &problem);
        assert_int_equal(match_run(*state, &problem, &made, NULL), RC_OK);
        assert_int_equal(roster_displaced(*state, &roster, &problem, &made, &displaced, NULL),
                         RC_OK);
        assert_int_equal(displaced, plan.loads[gone] > 0);
        now[gone].on_duty = true; /* recused instead: no fact of the department's */
        now[gone].recusals = one_subject;
        now[gone].recusal_count = 1;
        problem = problem_of(now, 3);
        roster_narrow(*state, &roster, &problem);
        assert_int_equal(match_run(*state, &problem, &made, NULL), RC_OK);
        assert_int_equal(roster_displaced(*state, &roster, &problem, &made, &displaced, NULL),
                         RC_OK);
        assert_int_equal(displaced, 0);
    }
}

/* Somebody who only gives way to another is not displaced. */
static void who_gives_way_is_not_counted(void **state)
{
    static const uint64_t fields[] = { MEDICAL | SCHOOL, MEDICAL, SCHOOL };
    struct match_section section = sheet;
    struct match_plan plan = { .assignment_count = 0 };
    struct match_inspector then[3];
    struct match_problem before;
    section.specialties = MEDICAL | SCHOOL;
    for (size_t k = 0;; k++) { /* until the first, then the second, are drawn */
        for (size_t i = 0; i < 3; i++) {
            then[i] = clerk;
            then[i].id = arena_printf(*state, "I%zu-%zu", k, i);
            then[i].specialties = fields[i];
            then[i].recusal_count = 0;
        }
        before = problem_of(then, 3);
        before.sections = &section;
        assert_int_equal(match_run(*state, &before, &plan, NULL), RC_OK);
        if (plan.assignments[0].inspector == 0 && plan.assignments[1].inspector == 1)
            break;
    }
    const struct roster roster = { DAY, then, 3 };
    struct match_inspector now[3] = { then[0], then[1], then[2] };
    struct match_problem problem = before;
    size_t displaced;
    now[0].specialties = MEDICAL;
    problem.inspectors = now;
    roster_narrow(*state, &roster, &problem);
    assert_int_equal(match_run(*state, &problem, &plan, NULL), RC_OK);
    assert_int_equal(plan.loads[1], 0);
    assert_int_equal(roster_displaced(*state, &roster, &problem, &plan, &displaced, NULL), RC_OK);
    assert_int_equal(displaced, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(text_and_back_is_the_same),
        WITH_ARENA(a_broken_text_is_refused),
        WITH_ARENA(the_first_roster_that_has_a_card_says_its_facts),
        WITH_ARENA(what_narrows_counts),
        WITH_ARENA(visits_elsewhere_are_as_they_are_now),
        WITH_ARENA(what_widens_does_not),
        WITH_ARENA(nobody_new_is_drawn),
        WITH_ARENA(whatever_is_forged_is_found),
        WITH_ARENA(whatever_changes_only_narrows),
        WITH_ARENA(who_would_have_been_drawn_is_counted),
        WITH_ARENA(who_gives_way_is_not_counted),
    };
    return cmocka_run_group_tests_name("roster", tests, NULL, NULL);
}
