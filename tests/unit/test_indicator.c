/* Rates and laggards (R27, R28). */
#include "unit.h"

#include "domain/report/indicator.h"

static void a_rate_of_100_means_all(void **state)
{
    (void)state;
    assert_true(indicator_percent(9999999, 10000000) == 99.99);
    assert_true(indicator_percent(7, 7) == 100);
    assert_true(indicator_percent(1, 3) == 33.33);
    assert_true(indicator_percent(0, 0) == 0);
}

static void who_is_below_the_whole_or_has_late_tasks_lags(void **state)
{
    (void)state;
    const struct indicator all = { .tasks = 30, .completed = 20 };
    static const struct {
        struct indicator own;
        bool lags;
    } cases[] = {
        { { .tasks = 3, .completed = 2 }, false },
        { { .tasks = 3, .completed = 1 }, true },
        { { .tasks = 3, .completed = 3 }, false },
        { { .tasks = 300, .completed = 199 }, true },
        { { .tasks = 300, .completed = 299, .late = 1 }, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(indicator_lags(&cases[i].own, &all), cases[i].lags);
    const struct indicator none = { .tasks = 30 };
    assert_false(indicator_lags(&(struct indicator){ .tasks = 5 }, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_of_100_means_all),
        cmocka_unit_test(who_is_below_the_whole_or_has_late_tasks_lags),
    };
    return cmocka_run_group_tests_name("indicator", tests, NULL, NULL);
}
