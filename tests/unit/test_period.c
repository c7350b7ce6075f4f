/* The periods of reports: which there are, how they are numbered, and that they have ended. */
#include "domain/report/period.h"

#include <string.h>

#include "base/date.h"
#include "unit.h"

static int32_t day(const char *text)
{
    int32_t date = 0;
    assert_true(date_parse(text, &date));
    return date;
}

static void takes(enum report_kind kind, const char *from, const char *to, int64_t expected)
{
    int64_t number = 0;
    int32_t last = day(to);
    struct err err = { .rc = RC_OK };
    assert_int_equal(report_period(kind, day(from), last, last + 1, &number, &err), RC_OK);
    assert_int_equal(number, expected);
    assert_int_equal(report_period(kind, day(from), last, last, &number, &err), RC_INVALID);
    assert_string_equal(err.pointer, "/to");
    assert_non_null(strstr(err.detail, "尚未结束"));
}

static void refuses(enum report_kind kind, const char *from, const char *to, const char *pointer)
{
    int64_t number = 0;
    struct err err = { .rc = RC_OK };
    enum rc rc = report_period(kind, day(from), day(to), day("2199-12-31"), &number, &err);
    assert_int_equal(rc, RC_INVALID);
    assert_string_equal(err.pointer, pointer);
}

static void a_week_is_monday_to_sunday_and_belongs_to_the_year_of_its_thursday(void **state)
{
    (void)state;
    takes(REPORT_WEEKLY, "2026-11-23", "2026-11-29", 202648);
    takes(REPORT_WEEKLY, "2024-12-30", "2025-01-05", 202501);
    takes(REPORT_WEEKLY, "2026-12-28", "2027-01-03", 202653);
    refuses(REPORT_WEEKLY, "2026-11-22", "2026-11-28", "/from");
    refuses(REPORT_WEEKLY, "2026-11-24", "2026-11-30", "/from");
    refuses(REPORT_WEEKLY, "2026-11-23", "2026-11-28", "/to");
    refuses(REPORT_WEEKLY, "2026-11-23", "2026-11-30", "/to");
}

static void a_month_is_whole(void **state)
{
    (void)state;
    takes(REPORT_MONTHLY, "2026-11-01", "2026-11-30", 202611);
    takes(REPORT_MONTHLY, "2024-02-01", "2024-02-29", 202402);
    takes(REPORT_MONTHLY, "2026-12-01", "2026-12-31", 202612);
    refuses(REPORT_MONTHLY, "2026-11-02", "2026-11-30", "/from");
    refuses(REPORT_MONTHLY, "2026-02-01", "2026-02-27", "/to");
    refuses(REPORT_MONTHLY, "2026-02-01", "2026-03-01", "/to");
}

static void a_summary_begins_with_the_year_and_is_not_issued_months_too_early(void **state)
{
    (void)state;
    takes(REPORT_MIDYEAR, "2026-01-01", "2026-05-01", 2026);
    takes(REPORT_MIDYEAR, "2026-01-01", "2026-06-30", 2026);
    refuses(REPORT_MIDYEAR, "2026-01-01", "2026-04-30", "/to");
    refuses(REPORT_MIDYEAR, "2026-01-01", "2026-07-01", "/to");
    takes(REPORT_ANNUAL, "2023-01-01", "2023-11-09", 2023);
    takes(REPORT_ANNUAL, "2023-01-01", "2023-12-31", 2023);
    refuses(REPORT_ANNUAL, "2023-01-01", "2023-09-30", "/to");
    refuses(REPORT_ANNUAL, "2023-01-01", "2024-01-01", "/to");
    refuses(REPORT_ANNUAL, "2023-01-02", "2023-12-31", "/from");
}

static void a_special_report_is_about_a_year_at_most(void **state)
{
    (void)state;
    takes(REPORT_SPECIAL, "2026-11-30", "2026-11-30", 2026000);
    takes(REPORT_SPECIAL, "2024-01-01", "2024-12-31", 2024000);
    refuses(REPORT_SPECIAL, "2026-11-30", "2026-11-29", "/to");
    refuses(REPORT_SPECIAL, "2024-01-01", "2025-01-01", "/to");
}

static void a_summary_is_reminded_of_until_the_month_before_the_next_is_due(void **state)
{
    static const struct {
        int month_day;
        const char *today;
        const char *due;
    } cases[] = {
        { 1115, "2026-11-15", "2026-11-15" }, { 1115, "2026-10-16", "2026-11-15" },
        { 1115, "2026-10-15", "2025-11-15" }, { 1115, "2026-12-31", "2026-11-15" },
        { 1115, "2027-01-01", "2026-11-15" }, { 1110, "2027-10-10", "2026-11-10" },
        { 1110, "2027-10-11", "2027-11-10" }, { 620, "2027-01-01", "2026-06-20" },
        { 620, "2027-05-20", "2026-06-20" },  { 620, "2027-05-21", "2027-06-20" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(report_due(cases[i].month_day, day(cases[i].today)), day(cases[i].due));
    assert_int_equal(report_due(0, day("2026-12-31")), 0);
}

static void in_january_reports_are_of_the_year_that_ended(void **state)
{
    static const struct {
        enum report_kind kind;
        const char *from;
        const char *to;
        const char *today;
        int64_t number; /* 0: refused, by /to */
    } cases[] = {
        { REPORT_ANNUAL, "2026-01-01", "2026-12-31", "2026-12-31", 0 },
        { REPORT_ANNUAL, "2026-01-01", "2026-12-31", "2027-01-01", 2026 },
        { REPORT_ANNUAL, "2026-01-01", "2026-11-14", "2027-01-31", 2026 },
        { REPORT_ANNUAL, "2026-01-01", "2027-01-14", "2027-01-15", 0 },
        { REPORT_ANNUAL, "2027-01-01", "2027-01-14", "2027-01-15", 0 },
        { REPORT_ANNUAL, "2027-01-01", "2027-12-31", "2027-01-15", 0 },
        { REPORT_MIDYEAR, "2026-01-01", "2026-06-30", "2027-01-15", 2026 },
        { REPORT_MIDYEAR, "2027-01-01", "2027-01-14", "2027-01-15", 0 },
        { REPORT_MONTHLY, "2026-12-01", "2026-12-31", "2026-12-31", 0 },
        { REPORT_MONTHLY, "2026-12-01", "2026-12-31", "2027-01-01", 202612 },
        { REPORT_WEEKLY, "2026-12-28", "2027-01-03", "2027-01-03", 0 },
        { REPORT_WEEKLY, "2026-12-28", "2027-01-03", "2027-01-04", 202653 },
        { REPORT_WEEKLY, "2027-01-04", "2027-01-10", "2027-01-11", 202701 },
        { REPORT_SPECIAL, "2026-12-15", "2027-01-14", "2027-01-15", 2027000 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t number = 0;
        struct err err = { .rc = RC_OK };
        enum rc rc = report_period(cases[i].kind, day(cases[i].from), day(cases[i].to),
                                   day(cases[i].today), &number, &err);
        assert_int_equal(rc, cases[i].number ? RC_OK : RC_INVALID);
        if (cases[i].number)
            assert_int_equal(number, cases[i].number);
        else
            assert_string_equal(err.pointer, "/to");
    }
}

/* A reminder ends with the report of the year that its day is of. */
static void in_january_what_is_owed_is_of_the_year_that_ended(void **state)
{
    static const int month_days[] = { 620, 1110, 1115 };
    (void)state;
    for (size_t i = 0; i < sizeof month_days / sizeof *month_days; i++)
        for (int32_t today = day("2026-12-31"); today <= day("2027-01-31"); today++)
            assert_int_equal(date_year(report_due(month_days[i], today)), 2026);
}

static void a_summary_due_before_it_could_be_issued_is_of_the_year_before(void **state)
{
    static const struct {
        enum report_kind kind;
        const char *due;
        int year;
    } cases[] = {
        { REPORT_ANNUAL, "2027-01-15", 2026 },  { REPORT_ANNUAL, "2026-11-15", 2026 },
        { REPORT_ANNUAL, "2026-10-01", 2025 },  { REPORT_ANNUAL, "2026-10-02", 2026 },
        { REPORT_MIDYEAR, "2026-06-20", 2026 }, { REPORT_MIDYEAR, "2026-05-01", 2025 },
        { REPORT_MIDYEAR, "2026-05-02", 2026 }, { REPORT_MIDYEAR, "2026-12-31", 2026 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(report_due_year(cases[i].kind, day(cases[i].due)), cases[i].year);
    for (int32_t today = day("2026-12-16"); today < day("2027-12-16"); today++)
        assert_int_equal(report_due_year(REPORT_ANNUAL, report_due(115, today)), 2026);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_is_monday_to_sunday_and_belongs_to_the_year_of_its_thursday),
        cmocka_unit_test(a_month_is_whole),
        cmocka_unit_test(a_summary_begins_with_the_year_and_is_not_issued_months_too_early),
        cmocka_unit_test(a_special_report_is_about_a_year_at_most),
        cmocka_unit_test(a_summary_is_reminded_of_until_the_month_before_the_next_is_due),
        cmocka_unit_test(in_january_reports_are_of_the_year_that_ended),
        cmocka_unit_test(in_january_what_is_owed_is_of_the_year_that_ended),
        cmocka_unit_test(a_summary_due_before_it_could_be_issued_is_of_the_year_before),
    };
    return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
