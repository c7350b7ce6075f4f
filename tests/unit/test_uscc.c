#include "unit.h"

#include "domain/directory/uscc.h"

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

static void hyphens_go_where_the_code_is_right_without_them(void **state)
{
    (void)state;
    assert_string_equal(read_code("91350100-M000100Y4-3").text, "91350100M000100Y43");
    assert_string_equal(read_code("91350100-M000100Y4-4").text, "91350100-M000100Y4-4");
    assert_string_equal(read_code("HN-0001").text, "HN-0001");
}

static void what_stands_around_a_code_goes_where_it_is_right_without(void **state)
{
    (void)state;
    static const char *const codes[] = {
        "统一社会信用代码：91350100M000100Y43",
        "代码:91350100m000100y43",
        "91350100M000100Y43（三证合一）",
        "“91350100M000100Y43”",
        "【91350100M000100Y43】",
        "91350100M000100Y43；",
        "91350100—M000100Y4–3",
        "91350100M000100Y43/无",
    };
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct uscc code = read_code(codes[i]);
        assert_string_equal(code.text, "91350100M000100Y43");
        assert_true(code.check_ok);
    }
    assert_false(read_code("91350100M000100Y43、91410402M0002220YQ").check_ok); /* which? */
    assert_false(read_code("号91350100M000100Y44").check_ok);
    assert_false(read_code("A91350100M000100Y43").check_ok); /* one character too many */
}

static void what_stands_for_no_code_is_none(void **state)
{
    (void)state;
    static const char *const none[] = { "0",          "000000000000000000", "12345",
                                        "ABCDEFGHIJ", "111111111111111",    "914104XXXXXXXXXXXX" };
    static const char *const codes[] = { "91350100M000100Y43", "91350100M000100Y44", "HN-0001",
                                         "110108000000016", "123456" };
    for (size_t i = 0; i < COUNT(none); i++) {
        struct uscc code = read_code(none[i]);
        assert_true(uscc_is_placeholder(&code));
    }
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct uscc code = read_code(codes[i]);
        assert_false(uscc_is_placeholder(&code));
    }
}

static void letters_for_digits_are_offered_as_the_code_that_would_be_right(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *right; /* NULL: nothing is offered */
    } cases[] = {
        { "9135O1OOMOOO1OOY43", "91350100M000100Y43" },
        { "9l350100m000l00y43", NULL }, /* a small L is the letter L, which codes have */
        { "9l350l00m000100y43", "91350100M000100Y43" }, /* but not where digits must stand */
        { "9135D1QQM000100Y43", "91350100M000100Y43" },
        { "91350100M000LOOY43", NULL },
        { "9135о1оом000100у43", "91350100M000100Y43" }, /* Cyrillic */
        { "9135Ο1ΟΟΜ000100Υ43", "91350100M000100Y43" }, /* Greek */
        { "91350\xCC\x81"
          "100M000100Y43",
          "91350100M000100Y43" }, /* an accent */
        { "9I350I00M000I00Y43", "91350100M000100Y43" },
        { "9i350100m000100y43", "91350100M000100Y43" },
        { "９１３５Ｏ１００Ｍ０００１００Ｙ４３", "91350100M000100Y43" },
        { "913S0100M000I0OY43", "91350100M000100Y43" },
        { "9141040ZM000ZZZ0YQ", "91410402M0002220YQ" },
        { "9i4io4ozMooozzzoYQ", "91410402M0002220YQ" },
        { "IIOIO8OOOOOOOI6", "110108000000016" },
        { "91350100M000100Y44", NULL }, /* no such letter: who knows which is wrong */
        { "9135O100M000100Y44", NULL }, /* it would not be right either */
        { "O1350100M000100Y43", NULL }, /* a 0 in the place of a 9 */
        { "91350100M000100Y43", NULL }, /* right as it is */
        { "O", NULL },
        { "", NULL },
    };
    char offered[USCC_TEXT];
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct uscc code = read_code(cases[i].text);
        bool any = uscc_correct(&code, offered);
        if (any != (cases[i].right != NULL))
            fail_msg("%s", cases[i].text);
        if (any)
            assert_string_equal(offered, cases[i].right);
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

static void no_code_is_made_by_the_cut(void **state)
{
    (void)state;
    char text[USCC_TEXT + 1];
    memset(text, '-', sizeof text);
    memcpy(text + USCC_TEXT - 1 - 18, "91350100M000100Y43", 18);
    text[USCC_TEXT - 1] = '\0';
    assert_true(read_code(text).check_ok);
    memcpy(text + USCC_TEXT - 1, "7", 2); /* of a longer word */
    struct uscc code = read_code(text);
    assert_true(code.cut);
    assert_int_equal(code.kind, USCC_OTHER);
    assert_false(code.check_ok);
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
        cmocka_unit_test(hyphens_go_where_the_code_is_right_without_them),
        cmocka_unit_test(what_stands_around_a_code_goes_where_it_is_right_without),
        cmocka_unit_test(what_stands_for_no_code_is_none),
        cmocka_unit_test(letters_for_digits_are_offered_as_the_code_that_would_be_right),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(no_code_is_made_by_the_cut),
        cmocka_unit_test(bytes_that_are_not_utf8_do_no_harm),
    };
    return cmocka_run_group_tests_name("uscc", tests, NULL, NULL);
}
