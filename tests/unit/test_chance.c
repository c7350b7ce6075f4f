#include "unit.h"

#include <stdlib.h>

#include "domain/draw/chance.h"
#include "domain/draw/draw.h"

enum { SEEDS = 200000, SUBJECTS = 24, CLASSES = 4 };

static const unsigned weights[CLASSES] = { 1, 2, 5, 10 };

static void the_chances_add_up_to_the_quota(void **state)
{
    (void)state;
    for (int64_t quota = 0; quota <= 1000; quota += 50) {
        struct chance list[CLASSES] = {
            { 1, 400, 0 }, { 2, 300, 0 }, { 5, 200, 0 }, { 10, 100, 0 }
        };
        double sum = 0;
        chance_of(list, CLASSES, quota);
        for (size_t i = 0; i < CLASSES; i++) {
            sum += (double)list[i].subjects * list[i].chance;
            if (i && quota)
                assert_true(list[i].chance >= list[i - 1].chance);
        }
        assert_true(sum > (double)quota - 0.001 && sum < (double)quota + 0.001);
    }
}

/* Half of weight 10, half of weight 2. */
static void a_weight_counts_the_less_the_more_are_drawn(void **state)
{
    (void)state;
    static const struct {
        int64_t quota;
        double ratio;
    } cases[] = { { 5000, 4.83 }, { 20000, 4.30 }, { 50000, 3.08 }, { 80000, 1.63 } };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct chance list[] = { { 10, 50000, 0 }, { 2, 50000, 0 } };
        chance_of(list, 2, cases[i].quota);
        double ratio = list[0].chance / list[1].chance;
        assert_true(ratio > cases[i].ratio - 0.01 && ratio < cases[i].ratio + 0.01);
    }
}

/* ---- against the draw itself ---- */

struct scored {
    uint8_t score[DIGEST_SIZE];
    size_t who;
};

static int by_score(const void *a, const void *b)
{
    return memcmp(((const struct scored *)a)->score, ((const struct scored *)b)->score,
                  DIGEST_SIZE);
}

static const size_t quotas[] = { 4, 12 };

/* How often each class is drawn, by the tickets of as many seeds. */
static void draw_often(size_t seeds, double drawn[COUNT(quotas)][CLASSES])
{
    struct arena *a = arena_new(1 << 20);
    for (uint64_t n = 0; n < seeds; n++) {
        struct scored all[SUBJECTS];
        char seed[DIGEST_HEX];
        digest_hex(DIGEST_SHA256, &n, sizeof n, seed);
        struct draw_tickets *tickets = draw_tickets(a, DRAW_2_SHA256, seed);
        for (size_t i = 0; i < SUBJECTS; i++) {
            char name[8];
            int size = snprintf(name, sizeof name, "S%zu", i);
            all[i].who = i;
            draw_score(tickets, name, (size_t)size, weights[i % CLASSES], all[i].score);
        }
        qsort(all, SUBJECTS, sizeof *all, by_score);
        for (size_t q = 0; q < COUNT(quotas); q++)
            for (size_t i = 0; i < quotas[q]; i++)
                drawn[q][all[i].who % CLASSES] += (double)CLASSES / SUBJECTS / (double)seeds;
        arena_reset(a);
    }
    arena_free(a);
}

/* Of 24 subjects: what is off comes of there being so few, and is below two per cent. */
static void the_chances_are_those_of_200000_seeds(void **state)
{
    (void)state;
    double drawn[COUNT(quotas)][CLASSES] = { { 0 } };
    draw_often(SANITIZED ? SEEDS / 20 : SEEDS, drawn);
    for (size_t q = 0; q < COUNT(quotas); q++) {
        struct chance list[CLASSES];
        for (size_t i = 0; i < CLASSES; i++)
            list[i] = (struct chance){ weights[i], SUBJECTS / CLASSES, 0 };
        chance_of(list, CLASSES, (int64_t)quotas[q]);
        for (size_t i = 0; i < CLASSES; i++) {
            double off = drawn[q][i] - list[i].chance;
            if (off > 0.02 || off < -0.02)
                fail_msg("weight %u, %zu drawn: %f, computed %f", weights[i], quotas[q],
                         drawn[q][i], list[i].chance);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chances_add_up_to_the_quota),
        cmocka_unit_test(a_weight_counts_the_less_the_more_are_drawn),
        cmocka_unit_test(the_chances_are_those_of_200000_seeds),
    };
    return cmocka_run_group_tests_name("chance", tests, NULL, NULL);
}
