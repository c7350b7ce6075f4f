/*
 * What makes the draw fair, measured on many small draws and on one of the size of the example.
 *
 * A small draw is one stratum. COPIES of them, each with subjects of its own, stand in one snapshot
 * that is drawn with SEEDS seeds: as many trials, as independent (a ticket is the hash of seed and
 * subject) and so of the same power as that many draws of one stratum, without making a draw's
 * tables for each, which cost far more than the hashes; and the lanes of draw_lanes.c are full.
 */
#include "unit.h"

#include <stdlib.h>

#include "base/text.h"
#include "domain/draw/draw.h"

enum { SUBJECTS_MAX = 8, COPIES = 200, SEEDS = 100, TRIALS = COPIES * SEEDS };

/* The seed of number i. */
static const char *seed_of(unsigned i, char hex[DIGEST_HEX])
{
    digest_hex(DIGEST_SHA256, &i, sizeof i, hex);
    return hex;
}

static void put_line(struct draw_writer *writer, const char *subject, const char *stratum,
                     unsigned weight)
{
    assert_int_equal(
        draw_write(writer, subject, stratum, weight, weight ? "" : "已注销", NULL, NULL), RC_OK);
}

struct small {
    const char *snapshot;
    struct draw_quota quotas[COPIES];
};

/* COPIES strata with subjects "…A", "…B", … of these weights. */
static struct small *small_draws(struct arena *a, const unsigned *weights, size_t count,
                                 uint32_t quota)
{
    struct small *small = arena_alloc(a, sizeof *small);
    struct buf out;
    struct draw_writer writer;
    buf_init(&out, a, (size_t)1 << 20);
    assert_int_equal(
        draw_write_start(&writer, &out,
                         &(struct draw_snapshot_head){ .draw_id = "D.1", .version = 1 }, NULL),
        RC_OK);
    for (unsigned copy = 0; copy < COPIES; copy++) {
        const char *stratum = arena_printf(a, "%06u.medical", copy);
        small->quotas[copy] = (struct draw_quota){ stratum, quota };
        for (size_t i = 0; i < count; i++)
            put_line(&writer, arena_printf(a, "%03u%c", copy, (char)('A' + i)), stratum,
                     weights[i]);
    }
    small->snapshot = out.p;
    return small;
}

static void draw_small(struct arena *a, const struct small *small, unsigned seed,
                       struct draw_result *result)
{
    char hex[DIGEST_HEX];
    arena_reset(a);
    assert_int_equal(draw_select(a, DRAW_SHA256, seed_of(seed, hex), small->snapshot,
                                 strlen(small->snapshot), small->quotas, COPIES, 1, result, NULL),
                     RC_OK);
}

/* Which of its small draw's subjects that is, from 0. */
static size_t letter(const struct draw_pick *pick)
{
    return (size_t)(pick->subject[3] - 'A');
}

/* Upper 0.1 % point of chi-square with 1 … 7 degrees of freedom. */
static const double limits[] = { 0, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32 };

static double chi_square(const size_t *seen, const double *expected, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double off = (double)seen[i] - expected[i];
        sum += off * off / expected[i];
    }
    return sum;
}

struct weighted {
    unsigned weights[SUBJECTS_MAX];
    size_t count;
};

/* How often each is expected at the first place, and at the second. */
static void expect_places(const struct weighted *w, double first[SUBJECTS_MAX],
                          double second[SUBJECTS_MAX])
{
    double total = 0;
    for (size_t i = 0; i < w->count; i++) {
        total += w->weights[i];
        second[i] = 0;
    }
    for (size_t i = 0; i < w->count; i++) {
        double p = w->weights[i] / total;
        first[i] = p * TRIALS;
        for (size_t j = 0; j < w->count; j++)
            if (j != i)
                second[j] += p * w->weights[j] / (total - w->weights[i]) * TRIALS;
    }
}

/* The first place goes by weight; the second by weight among the rest. */
static void weights_are_the_chances(void **state)
{
    static const struct weighted cases[] = { { { 1, 1 }, 2 },
                                             { { 1, 2, 5, 10 }, 4 },
                                             { { 1, 1, 1, 1, 1, 1 }, 6 },
                                             { { 1, 255 }, 2 },
                                             { { 3, 1, 4, 1, 5, 9, 2, 6 }, 8 },
                                             { { 10, 10, 1 }, 3 } };
    struct arena *a = arena_new((size_t)16 << 20);
    for (size_t c = 0; c < COUNT(cases); c++) {
        size_t n = cases[c].count;
        size_t seen[2][SUBJECTS_MAX] = { 0 };
        double want_first[SUBJECTS_MAX];
        double want_second[SUBJECTS_MAX];
        const struct small *small = small_draws(*state, cases[c].weights, n, 1);
        for (unsigned seed = 0; seed < SEEDS; seed++) {
            struct draw_result result;
            draw_small(a, small, seed, &result);
            assert_int_equal(result.count, 2 * COPIES);
            for (size_t i = 0; i < result.count; i++)
                seen[result.picks[i].position - 1][letter(&result.picks[i])]++;
        }
        expect_places(&cases[c], want_first, want_second);
        assert_true(chi_square(seen[0], want_first, n) < limits[n - 1]);
        assert_true(chi_square(seen[1], want_second, n) < limits[n - 1]);
    }
    arena_free(a);
}

/* Adds the set that each small draw selected to those seen. */
static void count_sets(const struct draw_result *result, size_t seen[1 << SUBJECTS_MAX])
{
    unsigned set = 0;
    for (size_t i = 0; i < result->count; i++) {
        const struct draw_pick *pick = &result->picks[i];
        if (!pick->reserve)
            set |= 1U << letter(pick);
        if (i + 1 == result->count || strcmp(pick[1].stratum, pick->stratum) != 0) {
            seen[set]++;
            set = 0;
        }
    }
}

/* Every set of n out of N comes out, evenly. */
static void every_combination_is_reachable_and_even(void **state)
{
    static const unsigned ones[SUBJECTS_MAX] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    static const struct {
        size_t subjects;
        unsigned quota;
        size_t sets;
        double limit; /* upper 0.1 % point for sets - 1 degrees of freedom */
    } cases[] = {
        { 4, 2, 6, 20.52 }, { 5, 2, 10, 27.88 }, { 6, 3, 20, 43.82 }, { 8, 4, 70, 111.1 }
    };
    struct arena *a = arena_new((size_t)16 << 20);
    for (size_t c = 0; c < COUNT(cases); c++) {
        size_t seen[1 << SUBJECTS_MAX] = { 0 };
        const struct small *small = small_draws(*state, ones, cases[c].subjects, cases[c].quota);
        for (unsigned seed = 0; seed < SEEDS; seed++) {
            struct draw_result result;
            draw_small(a, small, seed + SEEDS, &result);
            count_sets(&result, seen);
        }
        size_t sets = 0;
        double sum = 0;
        double expected = (double)TRIALS / (double)cases[c].sets;
        for (size_t i = 0; i < COUNT(seen); i++) {
            sets += seen[i] > 0;
            if (seen[i])
                sum += ((double)seen[i] - expected) * ((double)seen[i] - expected) / expected;
        }
        assert_int_equal(sets, cases[c].sets);
        assert_true(sum < cases[c].limit);
    }
    arena_free(a);
}

static void weight_0_is_never_drawn_and_quotas_are_kept(void **state)
{
    static const unsigned weights[] = { 0, 3, 0, 1, 7, 0 };
    struct arena *a = arena_new((size_t)16 << 20);
    struct draw_result result;
    for (unsigned quota = 0; quota < 6; quota++) {
        draw_small(a, small_draws(*state, weights, COUNT(weights), quota), quota, &result);
        assert_int_equal(result.selected, COPIES * (quota < 3 ? quota : 3));
        assert_int_equal(result.reserves, quota == 1 || quota == 2 ? COPIES : 0);
        for (size_t i = 0; i < result.count; i++) {
            const struct draw_pick *pick = &result.picks[i];
            assert_true(weights[letter(pick)] > 0);
            assert_int_equal(pick->reserve, pick->position > quota);
            if (pick->position > 1) {
                assert_string_equal(pick->stratum, pick[-1].stratum);
                assert_int_equal(pick->position, pick[-1].position + 1);
                assert_true(memcmp(pick[-1].score, pick->score, DIGEST_SIZE) < 0);
            }
        }
    }
    arena_free(a);
}

/* ---- a directory with several strata ---- */

enum { DIRECTORY = 3000, STRATA = 5 };

static const char *const stratum_names[STRATA] = { "410402.medical", "410402.school",
                                                   "410403.medical", "410404.blood",
                                                   "410481.tableware" };
static const struct draw_quota quotas[STRATA] = { { "410404.blood", 3 },
                                                  { "410402.school", 40 },
                                                  { "410481.tableware", 1000 },
                                                  { "410402.medical", 7 },
                                                  { "410403.medical", 0 } };

/* Weight of subject i in stratum s; pure, so that a subject keeps it in any directory. */
static unsigned weight_in(size_t i, size_t s)
{
    uint64_t seed = i * STRATA + s;
    return (unsigned)(unit_random(&seed) % 11);
}

/* Subjects [0, count) but the one left out; every third stands in all strata. */
static const char *directory(struct arena *a, size_t count, size_t left_out)
{
    struct buf out;
    struct draw_writer writer;
    buf_init(&out, a, (size_t)1 << 22);
    assert_int_equal(
        draw_write_start(&writer, &out,
                         &(struct draw_snapshot_head){ .draw_id = "D.1", .version = 1 }, NULL),
        RC_OK);
    for (size_t i = 0; i < count; i++) {
        if (i == left_out)
            continue;
        const char *subject = arena_printf(a, "91410400%010zu", i);
        for (size_t s = 0; s < STRATA; s++)
            if (i % 3 == 0 || i % STRATA == s)
                put_line(&writer, subject, stratum_names[s], weight_in(i, s));
    }
    return out.p;
}

/* The rule once more, the slow way: all scores of a stratum, sorted. */
struct scored {
    uint8_t score[DIGEST_SIZE];
    const char *subject;
};

static int by_score(const void *a, const void *b)
{
    return memcmp(((const struct scored *)a)->score, ((const struct scored *)b)->score,
                  DIGEST_SIZE);
}

static size_t slow_stratum(struct arena *a, const char *seed, size_t s, struct scored *all)
{
    size_t count = 0;
    for (size_t i = DIRECTORY; i-- > 0;) { /* another storage order: from the end */
        if (i % 3 != 0 && i % STRATA != s)
            continue;
        const char *subject = arena_printf(a, "91410400%010zu", i);
        memset(all[count].score, 0xFF, DIGEST_SIZE);
        for (unsigned j = 1; j <= weight_in(i, s); j++) {
            uint8_t ticket[DIGEST_SIZE];
            const char *text = arena_printf(a, "%s|%s|%u", seed, subject, j);
            digest_bytes(DIGEST_SHA256, text, strlen(text), ticket);
            if (memcmp(ticket, all[count].score, DIGEST_SIZE) < 0)
                memcpy(all[count].score, ticket, DIGEST_SIZE);
        }
        all[count].subject = subject;
        count += weight_in(i, s) > 0;
    }
    qsort(all, count, sizeof *all, by_score);
    return count;
}

static const struct draw_quota *quota_of(const char *stratum)
{
    for (size_t i = 0; i < STRATA; i++)
        if (strcmp(quotas[i].stratum, stratum) == 0)
            return &quotas[i];
    return NULL;
}

static void the_result_is_the_rule_whatever_the_order_of_storage(void **state)
{
    char hex[DIGEST_HEX];
    const char *seed = seed_of(1, hex);
    const char *text = directory(*state, DIRECTORY, SIZE_MAX);
    struct scored *all = arena_array(*state, DIRECTORY, sizeof *all);
    struct draw_result result;
    assert_int_equal(draw_select(*state, DRAW_SHA256, seed, text, strlen(text), quotas, STRATA, 1,
                                 &result, NULL),
                     RC_OK);
    size_t at = 0;
    for (size_t s = 0; s < STRATA; s++) { /* stratum_names are ascending, as the result is */
        size_t eligible = slow_stratum(*state, seed, s, all);
        size_t quota = quota_of(stratum_names[s])->quota;
        size_t want = eligible < 2 * quota ? eligible : 2 * quota;
        for (size_t i = 0; i < want; i++, at++) {
            const struct draw_pick *pick = &result.picks[at];
            assert_string_equal(pick->stratum, stratum_names[s]);
            assert_string_equal(pick->subject, all[i].subject);
            assert_memory_equal(pick->score, all[i].score, DIGEST_SIZE);
            assert_int_equal(pick->position, i + 1);
            assert_int_equal(pick->reserve, i >= quota);
        }
        assert_int_equal(result.strata[s].eligible, eligible);
    }
    assert_int_equal(at, result.count);
}

static bool among(const struct draw_result *result, const struct draw_pick *pick)
{
    for (size_t i = 0; i < result->count; i++)
        if (!result->picks[i].reserve && strcmp(result->picks[i].stratum, pick->stratum) == 0 &&
            strcmp(result->picks[i].subject, pick->subject) == 0)
            return true;
    return false;
}

static void one_subject_more_changes_at_most_one_place_per_stratum(void **state)
{
    struct draw_result whole;
    char hex[DIGEST_HEX];
    const char *text = directory(*state, 600, SIZE_MAX);
    assert_int_equal(draw_select(*state, DRAW_SHA256, seed_of(2, hex), text, strlen(text), quotas,
                                 STRATA, 1, &whole, NULL),
                     RC_OK);
    for (size_t left_out = 0; left_out < 600; left_out += 17) {
        struct draw_result without;
        text = directory(*state, 600, left_out);
        assert_int_equal(draw_select(*state, DRAW_SHA256, seed_of(2, hex), text, strlen(text),
                                     quotas, STRATA, 1, &without, NULL),
                         RC_OK);
        size_t gone[STRATA] = { 0 };
        for (size_t i = 0; i < without.count; i++)
            for (size_t s = 0; s < STRATA; s++)
                gone[s] += !without.picks[i].reserve &&
                           strcmp(without.picks[i].stratum, stratum_names[s]) == 0 &&
                           !among(&whole, &without.picks[i]);
        for (size_t s = 0; s < STRATA; s++)
            assert_true(gone[s] <= 1);
    }
}

/* 1,492 and 838 out of the same 15,822: the smaller draw lies inside the larger one, because a
   ticket does not depend on the draw (R17: one visit serves both). */
static void draws_of_one_seed_coincide(void **state)
{
    enum { FRAME = 15822, LARGE = 1492, SMALL = 838 };
    struct buf out;
    struct draw_writer writer;
    struct draw_result large;
    struct draw_result small;
    char hex[DIGEST_HEX];
    buf_init(&out, *state, (size_t)1 << 21);
    assert_int_equal(
        draw_write_start(&writer, &out,
                         &(struct draw_snapshot_head){ .draw_id = "D.1", .version = 1 }, NULL),
        RC_OK);
    for (unsigned i = 0; i < FRAME; i++)
        put_line(&writer, arena_printf(*state, "91410400%010u", i), "410402.medical", 1 + i % 10);
    const struct draw_quota large_quota = { "410402.medical", LARGE };
    const struct draw_quota small_quota = { "410402.medical", SMALL };
    assert_int_equal(draw_select(*state, DRAW_SHA256, seed_of(3, hex), out.p, out.n, &large_quota,
                                 1, 1, &large, NULL),
                     RC_OK);
    assert_int_equal(draw_select(*state, DRAW_SHA256, seed_of(3, hex), out.p, out.n, &small_quota,
                                 1, 1, &small, NULL),
                     RC_OK);
    assert_int_equal(large.selected, LARGE);
    assert_int_equal(small.selected, SMALL);
    for (size_t i = 0; i < SMALL; i++)
        assert_string_equal(small.picks[i].subject, large.picks[i].subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(weights_are_the_chances),
        WITH_ARENA(every_combination_is_reachable_and_even),
        WITH_ARENA(weight_0_is_never_drawn_and_quotas_are_kept),
        WITH_ARENA(the_result_is_the_rule_whatever_the_order_of_storage),
        WITH_ARENA(one_subject_more_changes_at_most_one_place_per_stratum),
        WITH_ARENA(draws_of_one_seed_coincide),
    };
    return cmocka_run_group_tests_name("draw fairness", tests, NULL, NULL);
}
