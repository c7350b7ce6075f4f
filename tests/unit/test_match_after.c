/* Properties of whole matches, teams completed afterwards, and the match as text. */
#include "unit.h"

#include "domain/draw/match_text.h"

enum { SPECIALTIES = 6, WINDOW = 19900 };

static const char seed[] = "210a5db66ed9126e5682886663c646eded46df1d3f4f614e19699c90e6120012";
static const char *const words[] = { "s0", "s1", "s2", "s3", "s4", "s5" };
static const char *const departments[] = { "H410402", "H410403", "H410500", "M410402" };
static const char *const kinds[] = { "health", "health", "health", "market" };
static const char *const regions[] = { "410402", "410403", "410500", "410402" };

/* A world of chance: everything that can forbid a place occurs. */
static struct match_problem world(struct arena *a, uint64_t *chance, size_t inspectors,
                                  size_t visits)
{
    struct match_inspector *list = arena_array(a, inspectors, sizeof *list);
    struct match_section *sections = arena_array(a, visits * 2, sizeof *sections);
    for (size_t i = 0; i < inspectors; i++) {
        size_t d = unit_random(chance) % COUNT(departments);
        const char **areas = arena_array(a, 1, sizeof *areas);
        const char **recusals = arena_array(a, 1, sizeof *recusals);
        areas[0] = unit_random(chance) % 2 ? "410400" : regions[d];
        recusals[0] = arena_printf(a, "S%02zu", (size_t)(unit_random(chance) % visits));
        list[i] = (struct match_inspector){ .id = arena_printf(a, "I%02zu", i),
                                            .department = departments[d],
                                            .kind = kinds[d],
                                            .region = regions[d],
                                            .specialties = 1 + unit_random(chance) % 63,
                                            .areas = areas,
                                            .area_count = unit_random(chance) % 2,
                                            .recusals = recusals,
                                            .recusal_count = unit_random(chance) % 2,
                                            .card_expires_on =
                                                WINDOW - 1 + (int)(unit_random(chance) % 9),
                                            .on_duty = unit_random(chance) % 8 != 0,
                                            .max_daily = (unsigned)(unit_random(chance) % 3),
                                            .max_total = (unsigned)(unit_random(chance) % 12) };
    }
    for (size_t i = 0; i < visits * 2; i++) {
        size_t d = i % 2 ? 3 : unit_random(chance) % 2;
        sections[i] = (struct match_section){ .visit = arena_printf(a, "C-S%02zu", i / 2),
                                              .subject = arena_printf(a, "S%02zu", i / 2),
                                              .region = regions[d],
                                              .department = departments[d],
                                              .kind = kinds[d],
                                              .department_region = regions[d],
                                              .specialties = 1 + unit_random(chance) % 63 };
    }
    return (struct match_problem){ .seed = seed,
                                   .window_last = WINDOW,
                                   .working_days = 5,
                                   .inspectors = list,
                                   .inspector_count = inspectors,
                                   .sections = sections,
                                   .section_count = visits * 2 };
}

static const struct match_shortage *shortage_of(const struct match_plan *plan, size_t section)
{
    for (size_t i = 0; i < plan->shortage_count; i++)
        if (plan->shortages[i].section == section)
            return &plan->shortages[i];
    return NULL;
}

/* Every assignment is allowed, and every section is satisfied or reported as open. */
static void every_section_is_satisfied_or_reported(void **state)
{
    uint64_t chance = 7;
    for (int round = 0; round < 300; round++) {
        struct match_plan plan;
        struct match_problem p = world(*state, &chance, 1 + unit_random(&chance) % 40, 12);
        assert_int_equal(match_run(*state, &p, &plan, NULL), RC_OK);
        uint64_t *covered = arena_array(*state, p.section_count, sizeof *covered);
        unsigned *size = arena_array(*state, p.section_count, sizeof *size);
        bool *neighbour = arena_array(*state, p.section_count, sizeof *neighbour);
        for (size_t i = 0; i < plan.assignment_count; i++) {
            const struct match_assignment *m = &plan.assignments[i];
            const struct match_inspector *who = &p.inspectors[m->inspector];
            const struct match_section *s = &p.sections[m->section];
            assert_true(who->on_duty && who->card_expires_on >= WINDOW);
            assert_true(who->specialties & s->specialties);
            assert_false(who->recusal_count && strcmp(who->recusals[0], s->subject) == 0);
            assert_true(plan.loads[m->inspector] <= who->max_total);
            assert_true(plan.loads[m->inspector] <= who->max_daily * p.working_days);
            assert_string_equal(who->kind, s->kind);
            assert_int_equal(m->source == MATCH_DRAWN, strcmp(who->department, s->department) == 0);
            assert_int_not_equal(m->source, MATCH_DIRECT);
            for (size_t k = 0; k < i; k++) /* once at a visit */
                assert_false(plan.assignments[k].inspector == m->inspector &&
                             plan.assignments[k].section / 2 == m->section / 2);
            covered[m->section] |= who->specialties;
            size[m->section]++;
            neighbour[m->section] |= m->source == MATCH_NEIGHBOUR;
        }
        for (size_t i = 0; i < p.section_count; i++) {
            const struct match_shortage *s = shortage_of(&plan, i);
            uint64_t missing = p.sections[i].specialties & ~covered[i];
            bool satisfied = missing == 0 && size[i] >= MATCH_TEAM_MIN;
            assert_int_equal(satisfied, !s || !s->open);
            assert_true(!neighbour[i] || s); /* never silent */
            assert_true(!s || s->missing == missing);
        }
        arena_reset(*state);
    }
}

static void text_and_back_gives_the_same_teams(void **state)
{
    uint64_t chance = 11;
    struct match_plan plan;
    struct match_problem read;
    struct match_words known = { .n = 0 };
    struct buf in;
    struct buf where;
    struct buf out;
    struct buf again;
    const char *file;
    struct match_problem p = world(*state, &chance, 30, 12);
    assert_int_equal(match_run(*state, &p, &plan, NULL), RC_OK);
    buf_init(&in, *state, 1 << 20);
    buf_init(&where, *state, 1 << 20);
    buf_init(&out, *state, 1 << 20);
    buf_init(&again, *state, 1 << 20);
    match_inspectors_text(&in, "C", &p, words);
    match_visits_text(&where, "C", &p, words);
    match_teams_text(&out, "C", &p, &plan);
    const struct match_texts texts = { in.p, in.n, where.p, where.n };
    assert_int_equal(match_read(*state, "C", &texts, &known, &read, &file, NULL), RC_OK);
    read.seed = seed;
    assert_int_equal(match_run(*state, &read, &plan, NULL), RC_OK);
    match_teams_text(&again, "C", &read, &plan);
    assert_string_equal(out.p, again.p);
    assert_int_equal(match_read(*state, "D", &texts, &known, &read, &file, NULL), RC_MALFORMED);
}

/* Each broken line is named; none is read. */
static void broken_texts_are_refused(void **state)
{
    static const char head[] = "liancha-inspectors/1\tC\n";
    static const char good[] = "A\tH\thealth\t410402\t2030-01-01\t1\t2\t9\t0\ts1\t\t\n";
    static const char visit[] = "liancha-visits/1\tC\t2026-01-01\t5\nC-S\tS\t410402\tH\thealth\t"
                                "410402\ts1\n";
    static const char *const bad[] = {
        "A\tH\thealth\t410402\t2030-01-01\t1\t2\t9\t0\ts1\t\n",
        "A\tH\thealth\t410402\t2030-02-30\t1\t2\t9\t0\ts1\t\t\n",
        "A\tH\thealth\t410402\t2030-01-01\t2\t2\t9\t0\ts1\t\t\n",
        "A\tH\thealth\t410402\t2030-01-01\t1\t-2\t9\t0\ts1\t\t\n",
        "A\tH\thealth\t410402\t2030-01-01\t1\t2\t9\t0\t\t\t\n",
        "A\tH\thealth\t410402\t2030-01-01\t1\t2\t9\t0\ts1\t\t",
        "A\tH\tk\tr\t2030-01-01\t1\t2\t9\t0\ts\t\t\nA\tH\tk\tr\t2030-01-01\t1\t2\t9\t0\ts\t\t\n",
    };
    struct match_problem problem;
    struct match_words known = { .n = 0 };
    const char *file;
    for (size_t i = 0; i <= COUNT(bad); i++) {
        const char *text = arena_printf(*state, "%s%s", head, i < COUNT(bad) ? bad[i] : good);
        const struct match_texts texts = { text, strlen(text), visit, sizeof visit - 1 };
        enum rc rc = match_read(*state, "C", &texts, &known, &problem, &file, NULL);
        assert_int_equal(rc, i < COUNT(bad) ? RC_MALFORMED : RC_OK);
        assert_string_equal(file, i < COUNT(bad) ? "inspectors.txt" : "visits.txt");
    }
}

/* ---- completion ---- */

static struct match_problem office(struct arena *a, size_t inspectors, size_t visits)
{
    struct match_inspector *list = arena_array(a, inspectors, sizeof *list);
    struct match_section *sections = arena_array(a, visits, sizeof *sections);
    for (size_t i = 0; i < inspectors; i++)
        list[i] = (struct match_inspector){ .id = arena_printf(a, "I%02zu", i),
                                            .department = "H410402",
                                            .kind = "health",
                                            .region = "410402",
                                            .specialties = 1,
                                            .card_expires_on = WINDOW,
                                            .on_duty = true,
                                            .max_daily = 100,
                                            .max_total = 1000 };
    for (size_t i = 0; i < visits; i++)
        sections[i] = (struct match_section){ .visit = arena_printf(a, "C-S%04zu", i),
                                              .subject = arena_printf(a, "S%04zu", i),
                                              .region = "410402",
                                              .department = "H410402",
                                              .kind = "health",
                                              .department_region = "410402",
                                              .specialties = 1 };
    return (struct match_problem){ .seed = seed,
                                   .window_last = WINDOW,
                                   .working_days = 20,
                                   .inspectors = list,
                                   .inspector_count = inspectors,
                                   .sections = sections,
                                   .section_count = visits };
}

/* With equal loads the one who joins has the smallest ticket of those who are not in the team. */
static void the_next_by_the_rule_joins(void **state)
{
    enum { N = 8 };
    struct match_plan plan;
    struct match_plan more;
    struct match_problem p = office(*state, N, 1);
    assert_int_equal(match_run(*state, &p, &plan, NULL), RC_OK);
    size_t leaver = plan.assignments[0].inspector;
    struct match_member stays = { 0, plan.assignments[1].inspector };
    assert_int_equal(match_complete(*state, &p, &stays, 1, 0, leaver, 2, &more, NULL), RC_OK);
    assert_int_equal(more.assignment_count, 1);
    assert_int_equal(more.shortage_count, 0);
    size_t joiner = more.assignments[0].inspector;
    assert_true(joiner != leaver && joiner != stays.inspector);
    struct draw_tickets *tickets = draw_tickets(*state, DRAW_SHA256, seed);
    for (size_t i = 0; i < N; i++) {
        uint8_t ticket[DIGEST_SIZE];
        match_ticket(tickets, "C-S0000", p.inspectors[i].id, ticket);
        if (i != leaver && i != stays.inspector)
            assert_true(memcmp(more.assignments[0].ticket, ticket, DIGEST_SIZE) <= 0);
    }
}

static void a_team_keeps_its_size_and_the_loads_count(void **state)
{
    struct match_plan more;
    struct match_problem p = office(*state, 4, 3);
    /* I00 and I01 at the first visit; I02 has two others already, I03 none. */
    const struct match_member members[] = { { 0, 1 }, { 1, 2 }, { 2, 2 } };
    assert_int_equal(match_complete(*state, &p, members, 3, 0, 0, 2, &more, NULL), RC_OK);
    assert_int_equal(more.assignment_count, 1);
    assert_int_equal(more.assignments[0].inspector, 3);
    assert_int_equal(match_complete(*state, &p, members, 3, 0, 0, 3, &more, NULL), RC_OK);
    assert_int_equal(more.assignment_count, 2);
    /* Nobody is left: reported, nobody joins. */
    p.inspector_count = 2;
    assert_int_equal(match_complete(*state, &p, members, 1, 0, 0, 2, &more, NULL), RC_OK);
    assert_int_equal(more.assignment_count, 0);
    assert_int_equal(more.open_count, 1);
    assert_int_equal(more.shortages[0].refused[MATCH_TAKEN], 2);
}

/* A satisfied team needs nobody; a new one gets two. */
static void completion_adds_no_more_than_needed(void **state)
{
    struct match_plan more;
    struct match_problem p = office(*state, 5, 1);
    const struct match_member members[] = { { 0, 0 }, { 0, 1 } };
    assert_int_equal(match_complete(*state, &p, members, 2, 0, MATCH_NOBODY, 0, &more, NULL),
                     RC_OK);
    assert_int_equal(more.assignment_count, 0);
    assert_int_equal(more.shortage_count, 0);
    assert_int_equal(match_complete(*state, &p, NULL, 0, 0, MATCH_NOBODY, 0, &more, NULL), RC_OK);
    assert_int_equal(more.assignment_count, MATCH_TEAM_MIN);
}

/* ---- how pairs mix ---- */

/* Chi-square of the pairs of n inspectors over visits, and the rarest and the commonest pair. */
static double pairs(struct arena *a, size_t n, size_t visits, size_t *least, size_t *most)
{
    struct match_plan plan;
    struct match_problem p = office(a, n, visits);
    size_t *seen = arena_array(a, n * n, sizeof *seen);
    size_t count = n * (n - 1) / 2;
    double expected = (double)visits / (double)count;
    double sum = 0;
    assert_int_equal(match_run(a, &p, &plan, NULL), RC_OK);
    assert_int_equal(plan.assignment_count, 2 * visits);
    for (size_t i = 0; i < plan.assignment_count; i += 2) {
        size_t x = plan.assignments[i].inspector;
        size_t y = plan.assignments[i + 1].inspector;
        seen[x < y ? x * n + y : y * n + x]++;
    }
    *least = SIZE_MAX;
    *most = 0;
    for (size_t x = 0; x < n; x++)
        for (size_t y = x + 1; y < n; y++) {
            double off = (double)seen[x * n + y] - expected;
            *least = seen[x * n + y] < *least ? seen[x * n + y] : *least;
            *most = seen[x * n + y] > *most ? seen[x * n + y] : *most;
            sum += off * off / expected;
        }
    return sum;
}

/* 100 visits expected of each pair; upper 0.1 % points for n(n-1)/2 - 1 degrees of freedom. */
static void all_pairs_come_about_evenly(void **state)
{
    static const struct {
        size_t n;
        double limit;
    } offices[] = { { 4, 20.52 }, { 5, 27.88 }, { 6, 36.12 }, { 8, 55.48 }, { 10, 78.75 } };
    for (size_t i = 0; i < COUNT(offices); i++) {
        size_t least;
        size_t most;
        size_t n = offices[i].n;
        double sum = pairs(*state, n, 50 * n * (n - 1), &least, &most);
        print_message("%zu inspectors: chi-square %.1f of %.1f, a pair %zu to %zu times\n", n, sum,
                      offices[i].limit, least, most);
        assert_true(sum < offices[i].limit);
        assert_true(least >= 65 && most <= 140);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(every_section_is_satisfied_or_reported),
        WITH_ARENA(text_and_back_gives_the_same_teams),
        WITH_ARENA(broken_texts_are_refused),
        WITH_ARENA(the_next_by_the_rule_joins),
        WITH_ARENA(a_team_keeps_its_size_and_the_loads_count),
        WITH_ARENA(completion_adds_no_more_than_needed),
        WITH_ARENA(all_pairs_come_about_evenly),
    };
    return cmocka_run_group_tests_name("match_after", tests, NULL, NULL);
}
