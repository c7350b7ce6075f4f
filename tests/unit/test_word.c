#include "domain/directory/word.h"

#include <string.h>

#include "unit.h"

static const struct word said = { "open", "B", false, 2, 100 };

static void without_a_word_of_its_own_a_department_goes_by_the_subject_s(void **state)
{
    (void)state;
    struct word_case c = { .stored = said, .line = said };
    assert_ptr_equal(word_standing(&c), &c.stored);
    const struct word own = { "closed", "D", true, 9, 90 };
    c.own = &own;
    assert_ptr_equal(word_standing(&c), &own);
}

static void a_line_is_old_beside_the_own_word_alone(void **state)
{
    (void)state;
    const struct word own = { "open", "B", false, 2, 90 };
    const struct {
        bool holder;
        bool shared;
        const struct word *own;
        int32_t verified_on;
        bool older;
    } cases[] = {
        { true, false, NULL, 99, true }, /* nobody else: its own earlier word */
        { true, false, NULL, 100, false }, { false, false, NULL, 99, true },
        { true, true, NULL, 99, true },  /* it said so before others came */
        { false, true, NULL, 1, false }, /* its first word: what others say has no date for it */
        { true, true, &own, 89, true },    { true, true, &own, 90, false },
        { true, true, &own, 95, false }, /* older than what another says, and yet it holds */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct word_case c = { .stored = said,
                               .own = cases[i].own,
                               .holder = cases[i].holder,
                               .shared = cases[i].shared,
                               .line = said };
        c.line.verified_on = cases[i].verified_on;
        assert_int_equal(word_older(&c), cases[i].older);
    }
}

static void facts_are_compared_and_taken_one_by_one(void **state)
{
    (void)state;
    const struct word other = { "closed", "D", true, 9, 100 };
    struct word into = said;
    assert_int_equal(word_differs(&said, &said), 0);
    assert_int_equal(word_differs(&said, &other),
                     1U << WORD_STATE | 1U << WORD_CREDIT | 1U << WORD_KEY | 1U << WORD_COMPLAINTS);
    word_take(&into, &other, 1U << WORD_CREDIT);
    assert_string_equal(into.credit_class, "D");
    assert_int_equal(word_differs(&said, &into), 1U << WORD_CREDIT);
    word_take(&into, &other, ~0U);
    assert_int_equal(word_differs(&into, &other), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_of_its_own_a_department_goes_by_the_subject_s),
        cmocka_unit_test(a_line_is_old_beside_the_own_word_alone),
        cmocka_unit_test(facts_are_compared_and_taken_one_by_one),
    };
    return cmocka_run_group_tests_name("word", tests, NULL, NULL);
}
