#include "unit.h"

#include "domain/draw/weight.h"

static const struct weight_facts plain = { .credit = WEIGHT_B, .today = 19000 };

static unsigned value(const struct weight_facts *facts)
{
    struct weight weight = weight_of(&weight_rules_default, facts);
    assert_int_equal(weight.exclusion, WEIGHT_ELIGIBLE);
    assert_string_equal(weight_reason(weight.exclusion), "");
    return weight.value;
}

static enum weight_exclusion exclusion(const struct weight_facts *facts)
{
    struct weight weight = weight_of(&weight_rules_default, facts);
    assert_int_equal(weight.value == 0, weight.exclusion != WEIGHT_ELIGIBLE);
    assert_int_equal(weight_reason(weight.exclusion)[0] == '\0', weight.value > 0);
    return weight.exclusion;
}

static void credit_class_sets_the_weight(void **state)
{
    (void)state;
    static const unsigned expected[] = { 1, 2, 5, 10, 2 };
    static const char *const names[] = { "A", "B", "C", "D", "" };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct weight_facts facts = plain;
        facts.credit = weight_credit_parse(names[i]);
        assert_int_equal(value(&facts), expected[i]);
    }
    assert_int_equal(weight_credit_parse("a"), WEIGHT_UNRATED);
    assert_int_equal(weight_credit_parse("AA"), WEIGHT_UNRATED);
    assert_int_equal(weight_credit_parse("E"), WEIGHT_UNRATED);
}

static void complaints_and_lists_raise_it(void **state)
{
    (void)state;
    struct weight_facts facts = plain;
    facts.complaints = 3;
    assert_int_equal(value(&facts), 5);
    facts.complaints = 100; /* five count at most */
    assert_int_equal(value(&facts), 7);
    facts.abnormal = true;
    assert_int_equal(value(&facts), 12);
    facts.serious = true;
    assert_int_equal(value(&facts), 22);
}

static void a_weight_stays_within_1_and_255(void **state)
{
    (void)state;
    struct weight_rules rules = weight_rules_default;
    struct weight_facts facts = plain;
    rules.credit[WEIGHT_B] = 0;
    assert_int_equal(weight_of(&rules, &facts).value, 1);
    rules.complaint = 4000000000U;
    rules.complaints_max = 4000000000U;
    facts.complaints = 4000000000U;
    assert_int_equal(weight_of(&rules, &facts).value, 255);
}

static void closed_drawn_and_capped_are_excluded_in_this_order(void **state)
{
    (void)state;
    struct weight_facts facts = plain;
    facts.checks = 2;
    assert_int_equal(exclusion(&facts), WEIGHT_CAP);
    facts.drawn = true;
    assert_int_equal(exclusion(&facts), WEIGHT_DRAWN);
    facts.closed = true;
    assert_int_equal(exclusion(&facts), WEIGHT_CLOSED);
}

static void key_items_know_no_cap_and_no_quiet(void **state)
{
    (void)state;
    struct weight_facts facts = plain;
    facts.key = true;
    facts.checks = 10;
    facts.credit = WEIGHT_A;
    facts.checked_clean = true;
    facts.clean_on = facts.today - 1;
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
}

static void the_cap_counts_checks_of_the_year(void **state)
{
    (void)state;
    struct weight_rules rules = weight_rules_default;
    struct weight_facts facts = plain;
    facts.checks = 1;
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
    rules.yearly_cap = 0;
    facts.checks = 100;
    assert_int_equal(weight_of(&rules, &facts).exclusion, WEIGHT_ELIGIBLE);
}

static void honest_and_recently_clean_is_left_in_peace(void **state)
{
    (void)state;
    struct weight_facts honest = plain;
    honest.credit = WEIGHT_A;
    honest.checked_clean = true;
    honest.clean_on = honest.today - 364;
    assert_int_equal(exclusion(&honest), WEIGHT_QUIET);
    struct weight_facts facts = honest;
    facts.clean_on = honest.today - 365;
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
    facts = honest;
    facts.protected_field = true; /* medical, tableware, drinking water */
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
    facts = honest;
    facts.credit = WEIGHT_B;
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
    facts = honest;
    facts.complaints = 1;
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
    facts = honest;
    facts.abnormal = true;
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
    facts = honest;
    facts.checked_clean = false;
    assert_int_equal(exclusion(&facts), WEIGHT_ELIGIBLE);
}

static void rules_and_facts_are_written_in_one_way(void **state)
{
    (void)state;
    static const char *const good[] = { "B,0,-,0,-,-", "A,3,as,2,2026-03-01,ckp",
                                        "-,65535,s,0,-,d" };
    static const char *const bad[] = { "",
                                       "B,0,-,0,-",
                                       "E,0,-,0,-,-",
                                       "B,00,-,0,-,-",
                                       "B,0,sa,0,-,-",
                                       "B,0,-,0,2026-02-30,-",
                                       "B,0,-,0,-,kc",
                                       "B,0,-,0,-,",
                                       "B,0,-,0,-,-,-",
                                       "b,0,-,0,-,-",
                                       "B,-1,-,0,-,-",
                                       "B,0,x,0,-,-" };
    char text[WEIGHT_RULES_TEXT];
    struct weight_rules rules;
    weight_rules_format(text, &weight_rules_default);
    assert_string_equal(text, "A=1,B=2,C=5,D=10,unrated=2,complaint=1,complaints_max=5,abnormal=5,"
                              "serious=10,yearly=2,quiet_days=365");
    assert_true(weight_rules_parse(text, &rules));
    assert_memory_equal(&rules, &weight_rules_default, sizeof rules);
    assert_false(weight_rules_parse("A=1", &rules));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct weight_facts facts = { .today = 0 };
        char again[WEIGHT_FACTS_TEXT];
        assert_true(weight_facts_parse(good[i], strlen(good[i]), &facts));
        weight_facts_format(again, &facts);
        assert_string_equal(again, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct weight_facts facts = { .today = 0 };
        if (weight_facts_parse(bad[i], strlen(bad[i]), &facts))
            fail_msg("taken: %s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credit_class_sets_the_weight),
        cmocka_unit_test(complaints_and_lists_raise_it),
        cmocka_unit_test(a_weight_stays_within_1_and_255),
        cmocka_unit_test(closed_drawn_and_capped_are_excluded_in_this_order),
        cmocka_unit_test(key_items_know_no_cap_and_no_quiet),
        cmocka_unit_test(the_cap_counts_checks_of_the_year),
        cmocka_unit_test(honest_and_recently_clean_is_left_in_peace),
        cmocka_unit_test(rules_and_facts_are_written_in_one_way),
    };
    return cmocka_run_group_tests_name("weight", tests, NULL, NULL);
}
