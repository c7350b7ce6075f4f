/* What makes the draw fair, measured on many small draws and on one of the size of the example. */
#include "unit.h"

#include <stdlib.h>

#include "base/text.h"
#include "domain/draw.h"

enum { SUBJECTS_MAX = 8 };

/* The seed of trial number i. */
static const char *seed_of(unsigned i, char hex[DIGEST_HEX])
{
    digest_hex(DIGEST_SHA256, &i, sizeof i, hex);
    return hex;
}

static void put_line(struct draw_writer *writer, const char *subject, const char *stratum,
                     unsigned weight)
{
    assert_int_equal(draw_write(writer, subject, stratum, weight, weight ? "" : "已注销", NULL),
                     RC_OK);
}

/* A snapshot of one stratum, with subjects "A", "B", … of these weights. */
static const char *small_snapshot(struct arena *a, const unsigned *weights, size_t count)
{
    struct buf out;
    struct draw_writer writer;
    buf_init(&out, a, 10000);
    assert_int_equal(draw_write_start(&writer, &out, "D.1", NULL), RC_OK);
    for (size_t i = 0; i < count; i++) {
        char subject[] = { (char)('A' + i), '\0' };
        put_line(&writer, subject, "410402.medical", weights[i]);
    }
    return out.p;
}

static void draw_once(struct arena *a, const char *snapshot, const char *seed, uint32_t quota,
                      struct draw_result *result)
{
    const struct draw_quota q = { "410402.medical", quota };
    assert_int_equal(
        draw_select(a, DRAW_SHA256, seed, snapshot, strlen(snapshot), &q, 1, 1, result, NULL),
        RC_OK);
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

/* The first place goes by weight; the second by weight among the rest. */
static void weights_are_the_chances(void **state)
{
    static const struct {
        unsigned weights[SUBJECTS_MAX];
        size_t count;
    } cases[] = { { { 1, 1 }, 2 },
                  { { 1, 2, 5, 10 }, 4 },
                  { { 1, 1, 1, 1, 1, 1 }, 6 },
                  { { 1, 255 }, 2 },
                  { { 3, 1, 4, 1, 5, 9, 2, 6 }, 8 },
                  { { 10, 10, 1 }, 3 } };
    enum { TRIALS = 20000 };
    for (size_t c = 0; c < COUNT(cases); c++) {
        size_t n = cases[c].count;
        size_t first[SUBJECTS_MAX] = { 0 };
        size_t second[SUBJECTS_MAX] = { 0 };
        double want_first[SUBJECTS_MAX] = { 0 };
        double want_second[SUBJECTS_MAX] = { 0 };
        double total = 0;
        const char *snapshot = small_snapshot(*state, cases[c].weights, n);
        for (size_t i = 0; i < n; i++)
            total += cases[c].weights[i];
        for (size_t i = 0; i < n; i++) {
            double p = cases[c].weights[i] / total;
            want_first[i] = p * TRIALS;
            for (size_t j = 0; j < n; j++)
                if (j != i)
                    want_second[j] +=
                        p * cases[c].weights[j] / (total - cases[c].weights[i]) * TRIALS;
        }
        for (unsigned t = 0; t < TRIALS; t++) {
            struct arena *a = arena_new(1 << 20);
            struct draw_result result;
            char hex[DIGEST_HEX];
            draw_once(a, snapshot, seed_of(t, hex), 1, &result);
            first[result.picks[0].subject[0] - 'A']++;
            second[result.picks[1].subject[0] - 'A']++;
            arena_free(a);
        }
        assert_true(chi_square(first, want_first, n) < limits[n - 1]);
        assert_true(chi_square(second, want_second, n) < limits[n - 1]);
    }
}

/* Every set of n out of N comes out, evenly. */
static void every_combination_is_reachable_and_even(void **state)
{
    enum { TRIALS = 20000 };
    static const unsigned ones[SUBJECTS_MAX] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    static const struct {
        size_t subjects;
        unsigned quota;
        size_t sets;
        double limit; /* upper 0.1 % point for sets - 1 degrees of freedom */
    } cases[] = {
        { 4, 2, 6, 20.52 }, { 5, 2, 10, 27.88 }, { 6, 3, 20, 43.82 }, { 8, 4, 70, 111.1 }
    };
    for (size_t c = 0; c < COUNT(cases); c++) {
        size_t seen[1 << SUBJECTS_MAX] = { 0 };
        const char *snapshot = small_snapshot(*state, ones, cases[c].subjects);
        for (unsigned t = 0; t < TRIALS; t++) {
            struct arena *a = arena_new(1 << 20);
            struct draw_result result;
            char hex[DIGEST_HEX];
            unsigned set = 0;
            draw_once(a, snapshot, seed_of(t + 100000, hex), cases[c].quota, &result);
            for (size_t i = 0; i < result.selected; i++)
                set |= 1U << (result.picks[i].subject[0] - 'A');
            seen[set]++;
            arena_free(a);
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
}

static void weight_0_is_never_drawn_and_quotas_are_kept(void **state)
{
    static const unsigned weights[] = { 0, 3, 0, 1, 7, 0 };
    const char *snapshot = small_snapshot(*state, weights, COUNT(weights));
    for (unsigned quota = 0; quota < 6; quota++) {
        for (unsigned t = 0; t < 200; t++) {
            struct draw_result result;
            char hex[DIGEST_HEX];
            draw_once(*state, snapshot, seed_of(t, hex), quota, &result);
            assert_int_equal(result.selected, quota < 3 ? quota : 3);
            assert_int_equal(result.reserves, quota == 1 ? 1 : quota == 2 ? 1 : 0);
            for (size_t i = 0; i < result.count; i++) {
                assert_true(weights[result.picks[i].subject[0] - 'A'] > 0);
                assert_int_equal(result.picks[i].position, i + 1);
                assert_int_equal(result.picks[i].reserve, i >= quota);
                assert_true(i == 0 || memcmp(result.picks[i - 1].score, result.picks[i].score,
                                             DIGEST_SIZE) < 0);
            }
        }
    }
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
    assert_int_equal(draw_write_start(&writer, &out, "D.1", NULL), RC_OK);
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
    assert_int_equal(draw_write_start(&writer, &out, "D.1", NULL), RC_OK);
    for (unsigned i = 0; i < FRAME; i++)
        put_line(&writer, arena_printf(*state, "91410400%010u", i), "410402.medical", 1 + i % 10);
    draw_once(*state, out.p, seed_of(3, hex), LARGE, &large);
    draw_once(*state, out.p, seed_of(3, hex), SMALL, &small);
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
