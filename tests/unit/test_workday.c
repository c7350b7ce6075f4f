#include "unit.h"

#include "base/date.h"
#include "domain/publish/publication.h"
#include "domain/workday.h"

/* From the State Council's notices for 2023 and 2024, out of order as rows may come. */
static void load(struct workday_calendar *calendar, struct arena *a)
{
    static const struct {
        int month;
        int day;
        bool work;
    } rows[] = {
        { 10, 8, true },  { 10, 7, true },  { 9, 29, false }, { 9, 30, false }, { 10, 1, false },
        { 10, 2, false }, { 10, 3, false }, { 10, 4, false }, { 10, 5, false }, { 10, 6, false },
    };
    static const int years[] = { 2023, 2024 };
    struct workday_day days[COUNT(rows) + 1];
    for (size_t i = 0; i < COUNT(rows); i++)
        days[i] = (struct workday_day){ date_of(2023, rows[i].month, rows[i].day), rows[i].work };
    days[COUNT(rows)] = (struct workday_day){ date_of(2024, 1, 1), false };
    workday_calendar(calendar, a, days, COUNT(days), years, COUNT(years));
}

static int32_t day(const char *text)
{
    int32_t date = 0;
    assert_true(date_parse(text, &date));
    return date;
}

static void days_off_and_made_up_days_go_before_weekdays(void **state)
{
    struct workday_calendar calendar;
    load(&calendar, *state);
    assert_false(workday_is(&calendar, day("2023-09-29"))); /* a Friday off */
    assert_true(workday_is(&calendar, day("2023-10-07")));  /* a Saturday made up for */
    assert_true(workday_is(&calendar, day("2023-10-09")));
    assert_false(workday_is(&calendar, day("2023-10-14")));
}

static void the_start_does_not_count_and_made_up_days_do(void **state)
{
    struct workday_calendar calendar;
    load(&calendar, *state);
    struct workday_due due = workday_add(&calendar, day("2023-09-28"), 1);
    assert_int_equal(due.date, day("2023-10-07"));
    due = workday_add(&calendar, day("2023-09-28"), 2);
    assert_int_equal(due.date, day("2023-10-08"));
    due = workday_add(&calendar, day("2023-09-28"), 7);
    assert_int_equal(due.date, day("2023-10-13"));
    assert_false(due.provisional);
    due = workday_add(&calendar, day("2023-10-01"), 1); /* started on a day off */
    assert_int_equal(due.date, day("2023-10-07"));
}

static void no_days_is_the_start_itself(void **state)
{
    struct workday_calendar calendar;
    load(&calendar, *state);
    assert_int_equal(workday_add(&calendar, day("2023-10-01"), 0).date, day("2023-10-01"));
    assert_false(workday_add(&calendar, day("2023-10-01"), 0).provisional);
    assert_true(workday_add(&calendar, day("2025-10-01"), 0).provisional);
}

static void a_year_without_its_notice_makes_it_provisional(void **state)
{
    struct workday_calendar calendar;
    load(&calendar, *state);
    struct workday_due due = workday_add(&calendar, day("2023-12-29"), 1);
    assert_int_equal(due.date, day("2024-01-02"));
    assert_false(due.provisional);
    due = workday_add(&calendar, day("2024-12-30"), 1);
    assert_int_equal(due.date, day("2024-12-31"));
    assert_false(due.provisional);
    due = workday_add(&calendar, day("2024-12-30"), 2);
    assert_int_equal(due.date, day("2025-01-01")); /* nobody knows yet that it is off */
    assert_true(due.provisional);
}

static void an_empty_calendar_is_weekdays_and_provisional(void **state)
{
    struct workday_calendar calendar;
    workday_calendar(&calendar, *state, NULL, 0, NULL, 0);
    struct workday_due due = workday_add(&calendar, day("2023-11-10"), 5);
    assert_int_equal(due.date, day("2023-11-17"));
    assert_true(due.provisional);
}

static void a_period_is_capped(void **state)
{
    struct workday_calendar calendar;
    load(&calendar, *state);
    assert_int_equal(workday_add(&calendar, day("2023-01-02"), 1000000).date,
                     workday_add(&calendar, day("2023-01-02"), WORKDAY_MAX).date);
}

static void adding_agrees_with_listing(void **state)
{
    struct workday_calendar calendar;
    int32_t days[300];
    load(&calendar, *state);
    size_t count = workday_list(&calendar, day("2023-06-02"), day("2024-06-01"), days, COUNT(days));
    for (unsigned n = 1; n <= count; n++)
        assert_int_equal(workday_add(&calendar, day("2023-06-01"), n).date, days[n - 1]);
    assert_int_equal(workday_list(&calendar, day("2023-06-02"), day("2024-06-01"), days, 3), 3);
    assert_int_equal(workday_list(&calendar, day("2023-06-02"), day("2023-06-01"), days, 3), 0);
}

static void publication_is_due_by_kind(void **state)
{
    static const struct publication_rules rules = { .inspection_days = 20, .penalty_days = 7 };
    struct workday_calendar calendar;
    enum publication_kind kind = PUBLICATION_INSPECTION;
    load(&calendar, *state);
    int32_t start = day("2023-09-28");
    assert_int_equal(publication_due(&calendar, &rules, PUBLICATION_INSPECTION, start).date,
                     day("2023-11-01"));
    assert_int_equal(publication_due(&calendar, &rules, PUBLICATION_PENALTY, start).date,
                     day("2023-10-13"));
    assert_true(publication_kind_parse("penalty", &kind));
    assert_int_equal(kind, PUBLICATION_PENALTY);
    assert_false(publication_kind_parse("Penalty", &kind));
    assert_string_equal(publication_kind_name(PUBLICATION_INSPECTION), "inspection");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(days_off_and_made_up_days_go_before_weekdays),
        WITH_ARENA(the_start_does_not_count_and_made_up_days_do),
        WITH_ARENA(no_days_is_the_start_itself),
        WITH_ARENA(a_year_without_its_notice_makes_it_provisional),
        WITH_ARENA(an_empty_calendar_is_weekdays_and_provisional),
        WITH_ARENA(a_period_is_capped),
        WITH_ARENA(adding_agrees_with_listing),
        WITH_ARENA(publication_is_due_by_kind),
    };
    return cmocka_run_group_tests_name("workday", tests, NULL, NULL);
}
