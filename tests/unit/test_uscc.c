#include "unit.h"

#include "domain/uscc.h"

static struct uscc read_code(const char *text)
{
    struct uscc code;
    uscc_read(text, &code);
    return code;
}

static void blanks_width_and_case_are_normalised(void **state)
{
    (void)state;
    static const char *const spellings[] = {
        "91350100M000100Y43",
        " 91350100m000100y43\r\n",
        "9135 0100\tM000 100Y43",
        "\xE2\x80\x8B 91350100M000100Y43\xC2\xA0",
        "９１３５０１００Ｍ０００１００ｙ４３",
        "91350100　M000100Y43",
    };
    for (size_t i = 0; i < COUNT(spellings); i++) {
        struct uscc code = read_code(spellings[i]);
        assert_string_equal(code.text, "91350100M000100Y43");
        assert_int_equal(code.kind, USCC_SOCIAL_CREDIT);
        assert_true(code.check_ok);
        assert_false(code.cut);
    }
}

static void a_wrong_check_character_is_flagged_not_refused(void **state)
{
    (void)state;
    struct uscc code = read_code("91350100M000100Y44");
    assert_int_equal(code.kind, USCC_SOCIAL_CREDIT);
    assert_false(code.check_ok);
    assert_string_equal(code.text, "91350100M000100Y44");
}

static void every_single_wrong_character_is_flagged(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const char good[] = "91350100M000100Y43";
    for (size_t i = 0; i < 18; i++) {
        for (const char *c = alphabet; *c; c++) {
            char text[19];
            memcpy(text, good, sizeof text);
            text[i] = *c;
            assert_int_equal(read_code(text).check_ok, *c == good[i]);
        }
    }
}

static void the_check_character_is_computed(void **state)
{
    (void)state;
    assert_int_equal(uscc_check_character("91350100M000100Y4"), '3');
    assert_int_equal(uscc_check_character("91350100M000100I4"),
                     '\0'); /* I is not of the alphabet */
    assert_int_equal(uscc_check_character("9135"), '\0');
}

static void registration_numbers_of_15_digits_are_checked(void **state)
{
    (void)state;
    struct uscc code = read_code("110108000000016");
    assert_int_equal(code.kind, USCC_REGISTRATION);
    assert_true(code.check_ok);
    for (char c = '0'; c <= '9'; c++) {
        char text[] = "110108000000016";
        text[14] = c;
        assert_int_equal(read_code(text).check_ok, c == '6');
    }
}

static void anything_else_is_kept_as_other(void **state)
{
    (void)state;
    static const char *const codes[] = { "", "1234", "91350100M000100O43", "无证照-0012",
                                         "1101080000000160" };
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct uscc code = read_code(codes[i]);
        assert_int_equal(code.kind, USCC_OTHER);
        assert_false(code.check_ok);
        assert_string_equal(code.text, codes[i]);
    }
}

static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char text[301] = "";
    for (size_t i = 0; i < 300; i += 3)
        memcpy(text + i, "号", 3);
    struct uscc code = read_code(text);
    assert_true(code.cut);
    assert_int_equal(strlen(code.text), (USCC_TEXT - 1) / 3 * 3);
    memset(text, 'A', 64);
    text[64] = '\0';
    assert_false(read_code(text).cut);
}

static void bytes_that_are_not_utf8_do_no_harm(void **state)
{
    (void)state;
    assert_string_equal(read_code("12\xE5").text, "12\xE5");
    assert_string_equal(read_code("\xF0\x9F").text, "\xF0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_width_and_case_are_normalised),
        cmocka_unit_test(a_wrong_check_character_is_flagged_not_refused),
        cmocka_unit_test(every_single_wrong_character_is_flagged),
        cmocka_unit_test(the_check_character_is_computed),
        cmocka_unit_test(registration_numbers_of_15_digits_are_checked),
        cmocka_unit_test(anything_else_is_kept_as_other),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(bytes_that_are_not_utf8_do_no_harm),
    };
    return cmocka_run_group_tests_name("uscc", tests, NULL, NULL);
}
