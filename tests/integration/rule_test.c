#include "harness.h"

#include <string.h>

#include "base/date.h"
#include "store/directory/rule.h"

/* The rule that these tests give values of their own; harness_reference gives it back. */
static const enum rule_key tested = RULE_LOAD_DAILY;

static void clear(void)
{
    harness_sql("DELETE FROM rule WHERE name = 'load.daily' OR region = '410402'");
}

static int64_t value_of(struct harness *h, const char *region, int32_t on)
{
    struct rule_set set;
    int64_t value = -1;
    assert_rc(RC_OK, rule_load(h->db, h->arena, region, on, &set));
    (void)rule_find(&set, tested, &value);
    return value;
}

static void the_nearest_region_holds_then_the_latest_date(void **state)
{
    (void)state;
    struct harness *h = harness_open("admin");
    harness_reference(h);
    clear();
    harness_sql(
        "INSERT INTO rule (name, region, effective_from, value, source) VALUES"
        " ('load.daily', '', '2024-01-01', 1, 'test'), ('load.daily', '', '2025-01-01', 2, 'test'),"
        " ('load.daily', '410400', '2023-01-01', 3, 'test'),"
        " ('load.daily', '410402', '2025-06-01', 4, 'test'),"
        " ('load.daily', '410403', '2020-01-01', 5, 'test')");
    assert_int_equal(value_of(h, "410402", date_of(2025, 6, 1)), 4);
    assert_int_equal(value_of(h, "410402", date_of(2025, 5, 31)), 3); /* its city */
    assert_int_equal(value_of(h, "410400", date_of(2026, 1, 1)), 3);
    assert_int_equal(value_of(h, "990000", date_of(2026, 1, 1)), 2); /* everywhere */
    assert_int_equal(value_of(h, "990000", date_of(2024, 12, 31)), 1);
    assert_int_equal(value_of(h, "990000", date_of(2023, 12, 31)), -1);
    clear();
    harness_reference(h);
    harness_close(h);
}

static void a_missing_rule_is_named(void **state)
{
    (void)state;
    struct harness *h = harness_open("admin");
    struct rule_set set;
    int64_t value;
    struct err err = { .rc = RC_OK };
    clear();
    assert_rc(RC_OK, rule_load(h->db, h->arena, "410402", date_of(2026, 1, 1), &set));
    assert_rc(RC_STATE, rule_value(&set, tested, &value, &err));
    assert_non_null(strstr(err.detail, "load.daily"));
    harness_reference(h);
    harness_close(h);
}

static void the_strictest_deadline_holds(void **state)
{
    (void)state;
    struct harness *h = harness_open("admin");
    struct rule_set set;
    struct publication_rules days;
    struct err err = { .rc = RC_OK };
    int32_t on = date_of(2026, 1, 1);
    harness_reference(h);
    clear();
    assert_rc(RC_OK, rule_load(h->db, h->arena, "410402", on, &set));
    assert_rc(RC_OK, rule_deadlines(&set, &days, &err));
    assert_int_equal(days.inspection_days, 20);
    assert_int_equal(days.penalty_days, 7);
    harness_sql("INSERT INTO rule (name, region, effective_from, value, source)"
                " VALUES ('deadline.collection', '410402', '2025-01-01', 5, 'test')");
    assert_rc(RC_OK, rule_load(h->db, h->arena, "410402", on, &set));
    assert_rc(RC_OK, rule_deadlines(&set, &days, &err));
    assert_int_equal(days.inspection_days, 5);
    assert_int_equal(days.penalty_days, 5);
    harness_sql("UPDATE rule SET value = -1 WHERE region = '410402'");
    assert_rc(RC_OK, rule_load(h->db, h->arena, "410402", on, &set));
    assert_rc(RC_STATE, rule_deadlines(&set, &days, &err));
    clear();
    harness_close(h);
}

static void the_calendar_knows_days_off_and_made_up(void **state)
{
    (void)state;
    struct harness *h = harness_open("admin");
    struct workday_calendar calendar;
    harness_reference(h);
    assert_rc(RC_OK, rule_calendar(h->db, h->arena, &calendar));
    assert_false(workday_is(&calendar, date_of(2023, 10, 2))); /* National Day, a Monday */
    assert_true(workday_is(&calendar, date_of(2023, 10, 7)));  /* a Saturday made up for */
    assert_true(workday_known(&calendar, date_of(2026, 1, 1)));
    assert_false(workday_known(&calendar, date_of(2035, 1, 1)));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_region_holds_then_the_latest_date),
        cmocka_unit_test(a_missing_rule_is_named),
        cmocka_unit_test(the_strictest_deadline_holds),
        cmocka_unit_test(the_calendar_knows_days_off_and_made_up),
    };
    return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
