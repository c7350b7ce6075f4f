#include "unit.h"

#include "domain/plan/ratio.h"

static void rounds_half_up_and_leaves_no_stratum_out(void **state)
{
    (void)state;
    static const struct {
        int64_t objects;
        int64_t permille;
        int64_t quota;
    } cases[] = {
        { 0, 100, 0 }, { 25, 0, 0 },   { 25, 100, 3 }, { 24, 100, 2 },
        { 1, 1, 1 },   { 5, 1000, 5 }, { 5, 999, 5 },  { 15822, 94, 1487 },
        { 3, 500, 2 }, { 10, 149, 1 }, { 10, 150, 2 }, { 10000000, 1000, 10000000 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ratio_quota(cases[i].objects, cases[i].permille), cases[i].quota);
}

static void never_leaves_its_bounds(void **state)
{
    (void)state;
    for (int64_t n = 1; n < 300; n++) {
        int64_t before = 0;
        for (int64_t permille = 1; permille <= RATIO_MAX; permille++) {
            int64_t quota = ratio_quota(n, permille);
            assert_true(quota >= 1 && quota <= n && quota >= before);
            before = quota;
        }
        assert_int_equal(before, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_half_up_and_leaves_no_stratum_out),
        cmocka_unit_test(never_leaves_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
