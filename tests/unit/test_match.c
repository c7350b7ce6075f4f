#include "unit.h"

#include "unit_match.h"

static const char *const next_door[] = { "410403" };
static const char *const own_subject[] = { "S1" };

static const struct match_inspector clerk = { .department = "H410402",
                                              .kind = "health",
                                              .region = "410402",
                                              .specialties = MEDICAL | SCHOOL,
                                              .card_expires_on = 20000,
                                              .on_duty = true,
                                              .max_daily = 2,
                                              .max_total = 100 };

/* Inspectors I00, I01 … as clerk. */
static struct match_inspector *staff(struct arena *a, size_t count)
{
    struct match_inspector *list = arena_array(a, count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = clerk;
        list[i].id = arena_printf(a, "I%02zu", i);
    }
    return list;
}

/* Sections of visits C1-S1, C1-S2 … as sheet. */
static struct match_section *sheets(struct arena *a, size_t count)
{
    struct match_section *list = arena_array(a, count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = sheet;
        list[i].subject = arena_printf(a, "S%zu", i + 1);
        list[i].visit = arena_printf(a, "C1-S%zu", i + 1);
    }
    return list;
}

static struct match_plan run(struct arena *a, const struct match_inspector *inspectors,
                             size_t inspector_count, const struct match_section *sections,
                             size_t section_count)
{
    struct match_plan plan;
    const struct match_problem problem = { DRAW_SHA256,     seed,     19900,        20, inspectors,
                                           inspector_count, sections, section_count };
    assert_int_equal(match_run(a, &problem, &plan, NULL), RC_OK);
    return plan;
}

static bool in_team(const struct match_plan *plan, size_t section, size_t inspector)
{
    for (size_t i = 0; i < plan->assignment_count; i++)
        if (plan->assignments[i].section == section && plan->assignments[i].inspector == inspector)
            return true;
    return false;
}

static void two_are_drawn_by_ticket(void **state)
{
    struct match_inspector *list = staff(*state, 10);
    struct match_plan plan = run(*state, list, 10, &sheet, 1);
    assert_int_equal(plan.assignment_count, 2);
    assert_int_equal(plan.shortage_count, 0);
    struct draw_tickets *tickets = draw_tickets(*state, DRAW_SHA256, seed);
    size_t below = 0; /* inspectors whose ticket is below the second's */
    for (size_t i = 0; i < 10; i++) {
        uint8_t ticket[DIGEST_SIZE];
        const char *text = arena_printf(*state, "visit|C1-S1|inspector|%s", list[i].id);
        draw_ticket(tickets, text, strlen(text), 1, ticket);
        below += memcmp(ticket, plan.assignments[1].ticket, DIGEST_SIZE) < 0;
        if (i == plan.assignments[0].inspector)
            assert_memory_equal(ticket, plan.assignments[0].ticket, DIGEST_SIZE);
    }
    assert_int_equal(below, 1);
    assert_int_equal(plan.assignments[0].source, MATCH_DRAWN);
}

static void the_order_of_the_rows_does_not_matter(void **state)
{
    enum { N = 9, M = 40 };
    struct match_inspector *list = staff(*state, N);
    struct match_section *sections = sheets(*state, M);
    struct match_inspector reversed[N];
    struct match_section backwards[M];
    for (size_t i = 0; i < N; i++)
        reversed[i] = list[N - 1 - i];
    for (size_t i = 0; i < M; i++)
        backwards[i] = sections[M - 1 - i];
    struct match_plan a = run(*state, list, N, sections, M);
    struct match_plan b = run(*state, reversed, N, backwards, M);
    assert_int_equal(a.assignment_count, b.assignment_count);
    for (size_t i = 0; i < a.assignment_count; i++) {
        assert_string_equal(list[a.assignments[i].inspector].id,
                            reversed[b.assignments[i].inspector].id);
        assert_string_equal(sections[a.assignments[i].section].visit,
                            backwards[b.assignments[i].section].visit);
    }
}

static void a_team_covers_every_specialty(void **state)
{
    struct match_inspector *list = staff(*state, 6);
    struct match_section section = sheet;
    section.specialties = MEDICAL | SCHOOL | BLOOD;
    for (size_t i = 0; i < 6; i++)
        list[i].specialties = (uint64_t)1 << (i % 3);
    struct match_plan plan = run(*state, list, 6, &section, 1);
    assert_int_equal(plan.assignment_count, 3);
    assert_int_equal(plan.shortage_count, 0);
    uint64_t covered = 0;
    for (size_t i = 0; i < 3; i++)
        covered |= list[plan.assignments[i].inspector].specialties;
    assert_int_equal(covered, section.specialties);
}

/* Inspector 0 gets one impediment; the others stay free. Over many visits 0 must never be drawn. */
static void expect_never(struct arena *a, struct match_inspector *list, enum match_refusal why)
{
    enum { VISITS = 30 };
    struct match_section *sections = sheets(a, VISITS);
    for (size_t i = 0; i < VISITS; i++)
        sections[i].subject = "S1";
    struct match_plan plan = run(a, list, 4, sections, VISITS);
    assert_int_equal(plan.loads[0], 0);
    assert_int_equal(plan.shortage_count, 0);
    struct match_plan alone = run(a, list, 1, sections, 1);
    assert_int_equal(alone.shortage_count, 1);
    assert_int_equal(alone.shortages[0].refused[why], 1);
    assert_int_equal(alone.shortages[0].drawn, 0);
}

static void nobody_unfit_is_drawn(void **state)
{
    struct match_inspector *list = staff(*state, 4);
    list[0].specialties = BLOOD;
    expect_never(*state, list, MATCH_UNQUALIFIED);
    list = staff(*state, 4);
    list[0].on_duty = false;
    expect_never(*state, list, MATCH_OFF_DUTY);
    list = staff(*state, 4);
    list[0].card_expires_on = 19899; /* a day before the window's last */
    expect_never(*state, list, MATCH_CARD_EXPIRED);
    list = staff(*state, 4);
    list[0].recusals = own_subject;
    list[0].recusal_count = 1;
    expect_never(*state, list, MATCH_RECUSED);
    list = staff(*state, 4);
    list[0].areas = next_door;
    list[0].area_count = 1;
    expect_never(*state, list, MATCH_AREA);
    list = staff(*state, 4);
    list[0].carried = list[0].max_total;
    expect_never(*state, list, MATCH_LOAD);
    list = staff(*state, 4);
    list[0].max_daily = 0;
    expect_never(*state, list, MATCH_LOAD);
}

static void a_city_code_covers_its_districts(void **state)
{
    static const char *const city[] = { "410400" };
    struct match_inspector *list = staff(*state, 2);
    list[0].areas = list[1].areas = city;
    list[0].area_count = list[1].area_count = 1;
    assert_int_equal(run(*state, list, 2, &sheet, 1).shortage_count, 0);
    static const char *const other_city[] = { "410500" };
    list[0].areas = other_city;
    assert_int_equal(run(*state, list, 2, &sheet, 1).shortage_count, 1);
}

static void loads_are_balanced_and_never_exceeded(void **state)
{
    enum { N = 7, M = 70 };
    struct match_inspector *list = staff(*state, N);
    struct match_plan plan = run(*state, list, N, sheets(*state, M), M);
    assert_int_equal(plan.shortage_count, 0);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(plan.loads[i], 2 * M / N);
    list[3].max_total = 5;
    plan = run(*state, list, N, sheets(*state, M), M);
    assert_int_equal(plan.loads[3], 5);
}

/* All pairs of seven inspectors come about evenly: chi-square with 20 degrees of freedom. */
static void pairs_mix_evenly(void **state)
{
    enum { N = 7, M = 2100 };
    size_t seen[N][N] = { { 0 } };
    double sum = 0;
    struct match_inspector *list = staff(*state, N);
    for (size_t i = 0; i < N; i++) {
        list[i].max_total = 1000;
        list[i].max_daily = 100;
    }
    struct match_plan plan = run(*state, list, N, sheets(*state, M), M);
    assert_int_equal(plan.assignment_count, 2 * M);
    for (size_t i = 0; i < plan.assignment_count; i += 2) {
        size_t a = plan.assignments[i].inspector;
        size_t b = plan.assignments[i + 1].inspector;
        seen[a < b ? a : b][a < b ? b : a]++;
    }
    for (size_t a = 0; a < N; a++)
        for (size_t b = a + 1; b < N; b++)
            sum += ((double)seen[a][b] - 100) * ((double)seen[a][b] - 100) / 100;
    assert_true(sum < 45.31); /* upper 0.1 % point */
}

static void neighbours_help_and_are_recorded(void **state)
{
    struct match_inspector *list = staff(*state, 4);
    for (size_t i = 1; i < 4; i++) {
        list[i].department = "H410403";
        list[i].region = "410403";
    }
    list[3].region = "410500"; /* another city */
    struct match_plan plan = run(*state, list, 4, &sheet, 1);
    assert_int_equal(plan.assignment_count, 2);
    assert_int_equal(plan.assignments[0].source, MATCH_DRAWN);
    assert_int_equal(plan.assignments[1].source, MATCH_NEIGHBOUR);
    assert_false(in_team(&plan, 0, 3));
    assert_int_equal(plan.shortage_count, 1);
    assert_int_equal(plan.shortages[0].drawn, 1);
    assert_int_equal(plan.shortages[0].neighbours, 1);
    assert_false(plan.shortages[0].open);
    assert_string_equal(match_shortage_text(*state, &plan.shortages[0]),
                        "本部门抽得 1 名，不足 2 名；邻近区域匹配 1 名");
}

static void nobody_is_assigned_by_hand(void **state)
{
    struct match_inspector *list = staff(*state, 3);
    list[0].carried = list[0].max_total; /* full */
    list[1].specialties = BLOOD;         /* another field */
    list[2].on_duty = false;
    struct match_plan plan = run(*state, list, 3, &sheet, 1);
    assert_int_equal(plan.assignment_count, 0);
    assert_int_equal(plan.shortages[0].missing_drawn, MEDICAL);
    assert_int_equal(plan.shortages[0].missing, MEDICAL);
    assert_true(plan.shortages[0].open);
    assert_string_equal(
        match_shortage_text(*state, &plan.shortages[0]),
        "本部门抽得 0 名，专业未覆盖齐全，不足 2 名；未能参加抽取：无相应专业 1 名、"
        "不在岗 1 名、任务已满 1 名；仍不足，须直接委派");
}

static void what_stays_short_is_open(void **state)
{
    struct match_inspector *list = staff(*state, 2);
    struct match_section section = sheet;
    section.specialties = MEDICAL | BLOOD;
    struct match_plan plan = run(*state, list, 2, &section, 1);
    assert_int_equal(plan.assignment_count, 2);
    assert_int_equal(plan.open_count, 1);
    assert_int_equal(plan.shortages[0].missing, BLOOD);
    plan = run(*state, list, 0, &section, 1);
    assert_int_equal(plan.assignment_count, 0);
    assert_true(plan.shortages[0].open);
}

static void nobody_is_in_two_teams_of_a_visit(void **state)
{
    struct match_inspector *list = staff(*state, 4);
    struct match_section sections[2] = { sheet, sheet };
    sections[1].department = "H410403"; /* has nobody: takes its neighbours, of the other team */
    sections[1].department_region = "410403";
    struct match_plan plan = run(*state, list, 4, sections, 2);
    assert_int_equal(plan.assignment_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(plan.loads[i], 1);
    plan = run(*state, list, 3, sections, 2);
    assert_int_equal(plan.assignment_count, 3);
    assert_int_equal(plan.open_count, 1);
}

static enum rc outcome(struct arena *a, const struct match_inspector *inspectors, size_t count,
                       const struct match_section *sections, size_t section_count)
{
    struct match_plan plan;
    const struct match_problem problem = { DRAW_SHA256, seed,  19900,    20,
                                           inspectors,  count, sections, section_count };
    return match_run(a, &problem, &plan, NULL);
}

static void doubles_and_bad_ids_are_refused(void **state)
{
    struct match_inspector *list = staff(*state, 2);
    struct match_section sections[2] = { sheet, sheet };
    assert_int_equal(outcome(*state, list, 2, sections, 2), RC_INVALID);
    sections[1].department = "H410403";
    assert_int_equal(outcome(*state, list, 2, sections, 2), RC_OK);
    sections[1].specialties = 0;
    assert_int_equal(outcome(*state, list, 2, sections, 2), RC_INVALID);
    sections[1] = sheet;
    sections[1].visit = "C|1";
    assert_int_equal(outcome(*state, list, 2, sections, 2), RC_INVALID);
    list[1].id = list[0].id;
    assert_int_equal(outcome(*state, list, 2, sections, 1), RC_INVALID);
    list[1].id = "";
    assert_int_equal(outcome(*state, list, 2, sections, 1), RC_INVALID);
    struct match_plan plan;
    const struct match_problem short_seed = { .seed = "210a5d" };
    assert_int_equal(match_run(*state, &short_seed, &plan, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(two_are_drawn_by_ticket),
        WITH_ARENA(the_order_of_the_rows_does_not_matter),
        WITH_ARENA(a_team_covers_every_specialty),
        WITH_ARENA(nobody_unfit_is_drawn),
        WITH_ARENA(a_city_code_covers_its_districts),
        WITH_ARENA(loads_are_balanced_and_never_exceeded),
        WITH_ARENA(pairs_mix_evenly),
        WITH_ARENA(neighbours_help_and_are_recorded),
        WITH_ARENA(nobody_is_assigned_by_hand),
        WITH_ARENA(what_stays_short_is_open),
        WITH_ARENA(nobody_is_in_two_teams_of_a_visit),
        WITH_ARENA(doubles_and_bad_ids_are_refused),
    };
    return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
