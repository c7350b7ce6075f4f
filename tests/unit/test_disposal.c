/* What may follow a finding, and how it ends. */
#include "unit.h"

#include <string.h>

#include "domain/review/disposal.h"
#include "domain/review/number.h"

enum { CHECKED = 100, TODAY = 120 };

static void what_is_recorded_has_its_number_basis_and_days(void **state)
{
    static const struct {
        struct disposal_made made;
        const char *pointer; /* NULL: it is taken */
    } cases[] = {
        { { "order", "1号", NULL, CHECKED, CHECKED, TODAY + 1, TODAY }, NULL },
        { { "order", "1号", NULL, CHECKED, TODAY, TODAY + 1, TODAY }, NULL },
        { { "case", "2号", NULL, CHECKED, 110, 200, TODAY }, NULL },
        { { "lenient", NULL, "第三十三条", CHECKED, 110, 0, TODAY }, NULL },
        { { "order", NULL, NULL, CHECKED, 110, 121, TODAY }, "/number" },
        { { "lenient", NULL, NULL, CHECKED, 110, 0, TODAY }, "/basis" },
        { { "lenient", NULL, "第三十三条", CHECKED, 110, 121, TODAY }, "/due_on" },
        { { "order", "1号", NULL, CHECKED, CHECKED - 1, 121, TODAY }, "/issued_on" },
        { { "order", "1号", NULL, CHECKED, TODAY + 1, 130, TODAY }, "/issued_on" },
        { { "order", "1号", NULL, CHECKED, 110, 110, TODAY }, "/due_on" },
        { { "case", "2号", NULL, CHECKED, 110, 0, TODAY }, "/due_on" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *pointer = NULL;
        const char *why = disposal_made_fault(&cases[i].made, &pointer);
        if (!why != !cases[i].pointer || (why && strcmp(pointer, cases[i].pointer) != 0))
            fail_msg("case %zu: %s", i, why ? why : "taken");
    }
}

static void an_end_fits_its_kind_and_an_order_replaces_no_case(void **state)
{
    static const struct {
        struct disposal_ending end;
        const char *pointer;
    } cases[] = {
        { { "order", "corrected", "document", 110, 110, TODAY, false, false, 0, 0, 2 }, NULL },
        { { "order", "corrected", "visit", 110, TODAY, TODAY, false, false, 0, 2, 2 }, NULL },
        { { "order", "not_corrected", "visit", 110, TODAY, TODAY, true, false, TODAY - 1, 2, 2 },
          NULL },
        { { "order", "not_corrected", "visit", 110, TODAY, TODAY, true, false, TODAY, 2, 2 },
          "/ended_on" },
        { { "case", "penalized", NULL, 110, 115, TODAY, true, true, 0, 0, 2 }, NULL },
        { { "case", "penalized", NULL, 110, 115, TODAY, true, false, 0, 0, 2 }, "/outcome" },
        { { "case", "transferred", NULL, 110, 115, TODAY, true, false, 0, 0, 2 }, NULL },
        { { "order", "not_corrected", "visit", 110, TODAY, TODAY, false, false, 0, 2, 2 },
          "/outcome" },
        { { "order", "corrected", NULL, 110, 115, TODAY, false, false, 0, 0, 2 }, "/method" },
        { { "order", "penalized", "visit", 110, 115, TODAY, true, false, 0, 2, 2 }, "/outcome" },
        { { "case", "corrected", NULL, 110, 115, TODAY, true, false, 0, 0, 2 }, "/outcome" },
        { { "case", "no_penalty", "visit", 110, 115, TODAY, true, false, 0, 2, 2 }, "/method" },
        { { "order", "corrected", "visit", 110, 115, TODAY, false, false, 0, 2, 2 }, NULL },
        { { "order", "corrected", "visit", 110, 115, TODAY, false, false, 0, 1, 2 },
          "/inspectors" },
        { { "order", "corrected", "document", 110, 115, TODAY, false, false, 0, 1, 2 },
          "/inspectors" },
        { { "order", "corrected", "visit", 110, 109, TODAY, false, false, 0, 2, 2 }, "/ended_on" },
        { { "order", "corrected", "visit", 110, TODAY + 1, TODAY, false, false, 0, 2, 2 },
          "/ended_on" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *pointer = NULL;
        const char *why = disposal_end_fault(&cases[i].end, &pointer);
        if (!why != !cases[i].pointer || (why && strcmp(pointer, cases[i].pointer) != 0))
            fail_msg("case %zu: %s", i, why ? why : "taken");
    }
}

static void a_number_is_the_same_however_it_is_typed(void **state)
{
    static const char *const same[] = {
        "平卫医罚〔2023〕15号",     "平卫医罚（2023）15号",       "平卫医罚[2023]15号",
        "平卫医罚【2023】15号",     "平卫医罚(2023)15号",         "平卫医罚［２０２３］１５号",
        " 平卫医罚 〔2023〕 15 号", "平卫医罚\u200B〔2023〕15号", "平卫医罚〈2023〉15号",
        "平卫医罚〖2023〗15号",     "平卫医罚“2023”15号",
    };
    static const char *const others[][2] = {
        { "平卫医罚〔2024〕15号", "平卫医罚〔2024〕15号" },
        { "责改〔测试〕1号", "责改〔测试〕1号" },
        { "（豫）卫罚字－２０２３－１", "(豫)卫罚字-2023-1" },
        { "案2023(1)", "案2023(1)" },
        { "(202)1号", "(202)1号" },
        { "[2023", "[2023" },
        { "", "" },
    };
    for (size_t i = 0; i < COUNT(same); i++)
        assert_string_equal(document_number(*state, same[i]), same[0]);
    for (size_t i = 0; i < COUNT(others); i++)
        assert_string_equal(document_number(*state, others[i][0]), others[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_recorded_has_its_number_basis_and_days),
        cmocka_unit_test(an_end_fits_its_kind_and_an_order_replaces_no_case),
        WITH_ARENA(a_number_is_the_same_however_it_is_typed),
    };
    return cmocka_run_group_tests_name("disposal", tests, NULL, NULL);
}
