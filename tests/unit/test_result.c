#include "unit.h"

#include "domain/review/result.h"

static void classes_have_names(void **state)
{
    (void)state;
    static const char *const names[] = { "no_problem", "corrected", "penalty", "unreachable" };
    for (size_t i = 0; i < COUNT(names); i++) {
        enum result_class class = result_class_parse(names[i]);
        assert_string_equal(result_class_name(class), names[i]);
    }
    assert_int_equal(result_class_parse(""), RESULT_NONE);
    assert_int_equal(result_class_parse("Penalty"), RESULT_NONE);
}

static void codes_fix_a_class_or_leave_it_to_the_inspector(void **state)
{
    (void)state;
    assert_int_equal(result_class_of("1"), RESULT_NO_PROBLEM);
    assert_int_equal(result_class_of("E"), RESULT_CORRECTED);
    assert_int_equal(result_class_of("A"), RESULT_PENALTY);
    assert_int_equal(result_class_of("6"), RESULT_UNREACHABLE);
    assert_int_equal(result_class_of("7"), RESULT_UNREACHABLE);
    static const char *const open[] = { "",  "2", "3", "8", "9", "10",    "11", "12",
                                        "B", "C", "D", "F", "G", "11111", "e" };
    for (size_t i = 0; i < COUNT(open); i++)
        assert_int_equal(result_class_of(open[i]), RESULT_NONE);
}

static void a_section_has_its_worst_class(void **state)
{
    (void)state;
    const enum result_class none[] = { RESULT_NONE, RESULT_NONE };
    const enum result_class clean[] = { RESULT_NONE, RESULT_NO_PROBLEM };
    const enum result_class corrected[] = { RESULT_CORRECTED, RESULT_NO_PROBLEM };
    const enum result_class penalty[] = { RESULT_CORRECTED, RESULT_PENALTY, RESULT_UNREACHABLE };
    const enum result_class partly[] = { RESULT_UNREACHABLE, RESULT_NO_PROBLEM };
    const enum result_class closed[] = { RESULT_UNREACHABLE, RESULT_UNREACHABLE };
    assert_int_equal(result_worst(NULL, 0), RESULT_NONE);
    assert_int_equal(result_worst(none, 2), RESULT_NONE);
    assert_int_equal(result_worst(clean, 2), RESULT_NO_PROBLEM);
    assert_int_equal(result_worst(corrected, 2), RESULT_CORRECTED);
    assert_int_equal(result_worst(penalty, 3), RESULT_PENALTY);
    assert_int_equal(result_worst(partly, 2), RESULT_NO_PROBLEM);
    assert_int_equal(result_worst(closed, 2), RESULT_UNREACHABLE);
}

static void nothing_was_checked_where_nobody_was_or_the_business_is_not_done(void **state)
{
    static const char *const nothing[] = { "6", "7", "8", "9", "10", "11", "12", "F" };
    static const char *const something[] = { "1", "3", "4", "5", "A", "B", "C", "D", "E", "G" };
    (void)state;
    for (size_t i = 0; i < COUNT(nothing); i++)
        assert_false(result_checked(nothing[i]));
    for (size_t i = 0; i < COUNT(something); i++)
        assert_true(result_checked(something[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_have_names),
        cmocka_unit_test(codes_fix_a_class_or_leave_it_to_the_inspector),
        cmocka_unit_test(a_section_has_its_worst_class),
        cmocka_unit_test(nothing_was_checked_where_nobody_was_or_the_business_is_not_done),
    };
    return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
