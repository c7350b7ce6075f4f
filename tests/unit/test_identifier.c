#include "domain/directory/identifier.h"

#include <string.h>

#include "domain/directory/citizen.h"
#include "unit.h"

static void what_is_allowed_stays_as_it_is(void **state)
{
    static const char *const good[] = { "HN-G1", "T_health.2", "9", "HN(2026)07", "a" };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct identifier id;
        identifier_read(good[i], 32, &id);
        assert_null(id.fault);
        assert_false(id.changed);
        assert_string_equal(id.text, good[i]);
        assert_null(identifier_fault(good[i], 32));
    }
}

static void what_cannot_be_seen_and_full_width_make_no_difference(void **state)
{
    static const char *const same[] = {
        " HN-0079 ",      "HN-0079\n",           "\tHN-0079",           "HN -0079",
        "ＨＮ－００７９", "HN\u200B-0079",       "\u202AHN-0079\u202C", "\u2066HN-0079\u2069",
        "HN\u00AD-0079",  "\uFEFFHN-0079",       "HN-00\u206079",       "HN-\u206179",
        "HN\u3000-0079",  "\u200EHN-0079\u200F", "HN\u20130079",        "HN\u20140079",
        "HN\u22120079",   "HN\u20110079",
    };
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct identifier id;
        identifier_read(same[i], 32, &id);
        assert_null(id.fault);
        assert_true(id.changed);
        assert_string_equal(id.text, strstr(same[i], "\u2061") ? "HN-79" : "HN-0079");
        assert_non_null(identifier_fault(same[i], 32));
    }
}

static void what_cannot_stand_in_an_address_or_a_file_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "HN\n0079",
        "HN\t0078",
        "HN\r\n1",
        "HN|1",
        "HN/2026-07",
        "..",
        ".",
        ".a",
        "-1",
        "a,b",
        "a;b",
        "a:b",
        "a+b",
        "豫卫监证字第0375012号",
        "新华区名录",
        "医疗-01",
        "a\177b",
        "a%b",
        "a?b",
        "a#b",
        "a\\b",
        "a\"b",
        "é1",
        "1é",
        "12345678901234567890123456789012345",
        "a\u2028b",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct identifier id;
        identifier_read(bad[i], 32, &id);
        if (!id.fault)
            fail_msg("taken: %s", bad[i]);
        assert_non_null(identifier_fault(bad[i], 32));
    }
}

/* ---- persons ---- */

static bool person(const char *code)
{
    bool both;
    return citizen_number(code, &both);
}

static void an_identity_number_is_a_person_s(void **state)
{
    bool both;
    (void)state;
    assert_true(citizen_number("11010519491231002X", &both));
    assert_false(both);
    assert_true(citizen_number("430407199312020025", &both));
    assert_true(both);
    assert_true(person("110105491231003")); /* of before 1999 */
}

static void another_code_is_none(void **state)
{
    (void)state;
    assert_false(person("110105194912310021")); /* the check character */
    assert_false(person("11010519490231002X")); /* no day */
    assert_false(person("91410402MAFLD0004Q"));
    assert_false(person("410402000097041"));
    assert_false(person("99010519491231002X"));
    assert_false(person(""));
    assert_false(person("1101051949123100"));
    assert_false(person("911124198108030023")); /* a foreigner's, but for the check character */
    assert_false(person("E1234567"));
    assert_false(person("G20230115")); /* numbered by a day */
    assert_false(person("MA1234567"));
    assert_false(person("CHN11018001010"));
    assert_false(person("LC0123456789ABCDEF"));
    assert_false(person("410402000"));
}

static void documents_of_those_who_are_no_citizens_are_persons_too(void **state)
{
    static const char *const numbers[] = {
        "911124198108030024",                             /* a card of residence since 2023 */
        "CHN110180010101",                                /* and before */
        "810000199408230021",                             /* of Hong Kong, who live here */
        "E12345678",          "EA1234567",   "G12345678", /* passports */
        "H01234567",          "M0123456700",              /* permits of Hong Kong and Macau */
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!person(numbers[i]))
            fail_msg("%s is nobody's", numbers[i]);
}

static void a_text_is_kept_without_the_numbers_of_people(void **state)
{
    static const char *const cases[][2] = {
        { "（身份证11010519491231002X）", "（身份证110105********002X）" },
        { "１１０１０５１９４９１２３１００２ｘ", "110105********002X" },
        { "110105-19491231-002X、110105 19491231 002x", "110105********002X、110105********002X" },
        { "护照E12345678。", "护照E********。" },
        { "甲110105491231003", "甲110105********1003" },
        { "CHN110180010101", "C********" },
        { "SFZ11010519491231002X", "SFZ110105********002X" },
        { "11010519491231002XA", "110105********002XA" },
        { "ID110105194912310021", "ID110105194912310021" },
        { "“统一社会信用代码”（91410402MAFLD0004Q）", "“统一社会信用代码”（91410402MAFLD0004Q）" },
        { "914104020000123000", "914104020000123000" },
        { "2026-10-01 10:00:00，0375-1234567", "2026-10-01 10:00:00，0375-1234567" },
        { "110105194912310021", "110105194912310021" },
        { "1101051949123100212", "1101051949123100212" },
        { "LC0123456789ABCDEF", "LC0123456789ABCDEF" },
        { "", "" },
    };
    struct arena *a = arena_new((size_t)1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(citizen_cover(a, cases[i][0]), cases[i][1]);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_allowed_stays_as_it_is),
        cmocka_unit_test(what_cannot_be_seen_and_full_width_make_no_difference),
        cmocka_unit_test(what_cannot_stand_in_an_address_or_a_file_is_refused),
        cmocka_unit_test(an_identity_number_is_a_person_s),
        cmocka_unit_test(another_code_is_none),
        cmocka_unit_test(documents_of_those_who_are_no_citizens_are_persons_too),
        cmocka_unit_test(a_text_is_kept_without_the_numbers_of_people),
    };
    return cmocka_run_group_tests_name("identifier", tests, NULL, NULL);
}
