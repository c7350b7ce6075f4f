#include "unit.h"

#include "base/date.h"

static void every_day_of_300_years_comes_back(void **state)
{
    (void)state;
    int32_t last = date_of(2199, 12, 31);
    int year = 1900;
    for (int32_t date = date_of(1900, 1, 1); date <= last; date++) {
        char text[DATE_TEXT];
        int32_t back;
        date_format(text, date);
        assert_true(date_parse(text, &back));
        assert_int_equal(back, date);
        assert_true(date_year(date) == year || date_year(date) == year + 1);
        year = date_year(date);
    }
    assert_int_equal(date_of(1970, 1, 1), 0);
}

static void weekdays_are_right(void **state)
{
    (void)state;
    assert_int_equal(date_weekday(date_of(2023, 11, 10)), 4); /* a Friday */
    assert_int_equal(date_weekday(date_of(1970, 1, 1)), 3);
    assert_int_equal(date_weekday(date_of(1900, 1, 1)), 0);
}

static void days_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "2023-02-29", "2023-13-01", "2023-00-10",  "2023-04-31", "2023-1-01", "20230101",
        "1899-12-31", "2200-01-01", "2023-01-01 ", "2023-01-00", ""
    };
    int32_t date;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(date_parse(bad[i], &date));
    assert_true(date_parse("2024-02-29", &date));
    assert_false(date_parse("2100-02-29", &date));
}

static void an_instant_falls_on_the_official_date(void **state)
{
    (void)state;
    int64_t at;
    assert_true(instant_parse("2023-11-09T15:59:59.999Z", &at));
    assert_int_equal(date_at(at), date_of(2023, 11, 9));
    assert_true(instant_parse("2023-11-09T16:00:00Z", &at));
    assert_int_equal(date_at(at), date_of(2023, 11, 10));
    assert_int_equal(date_at(-1), date_of(1970, 1, 1));
}

static void instants_come_back(void **state)
{
    (void)state;
    static const char *const texts[] = { "2023-11-10T08:00:00.123Z", "1969-12-31T23:59:59.999Z",
                                         "2024-02-29T00:00:00.000Z" };
    for (size_t i = 0; i < COUNT(texts); i++) {
        char text[INSTANT_TEXT];
        int64_t at;
        assert_true(instant_parse(texts[i], &at));
        instant_format(text, at);
        assert_string_equal(text, texts[i]);
    }
    int64_t a;
    int64_t b;
    assert_true(instant_parse("2023-11-10T08:00:00+08:00", &a));
    assert_true(instant_parse("2023-11-10T00:00:00.0000001Z", &b));
    assert_int_equal(a, b);
}

static void bad_instants_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "2023-11-10T08:00:00",     "2023-11-10 08:00:00Z",
                                       "2023-11-10T24:00:00Z",    "2023-11-10T08:60:00Z",
                                       "2023-11-10T08:00:60Z",    "2023-11-10T08:00:00.Z",
                                       "2023-11-10T08:00:00+8:0", "2023-11-10T08:00:00+15:00",
                                       "2023-02-30T08:00:00Z",    "2023-11-10T08:00:00Zx" };
    int64_t at;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(instant_parse(bad[i], &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_300_years_comes_back),
        cmocka_unit_test(weekdays_are_right),
        cmocka_unit_test(days_that_do_not_exist_are_refused),
        cmocka_unit_test(an_instant_falls_on_the_official_date),
        cmocka_unit_test(instants_come_back),
        cmocka_unit_test(bad_instants_are_refused),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
