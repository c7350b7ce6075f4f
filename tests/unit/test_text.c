#include "unit.h"

#include "base/text.h"

#define VALID(bytes) utf8_valid(bytes, sizeof(bytes) - 1)

static void utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    assert_true(VALID(""));
    assert_true(VALID("abc"));
    assert_true(VALID("平顶山\xF0\x9F\x8F\xA5"));
    assert_true(VALID("\xF4\x8F\xBF\xBF"));  /* U+10FFFF */
    assert_false(VALID("\xF4\x90\x80\x80")); /* above it */
    assert_false(VALID("\xC0\xAF"));         /* overlong */
    assert_false(VALID("\xE0\x9F\xBF"));
    assert_false(VALID("\xF0\x8F\xBF\xBF"));
    assert_false(VALID("\xED\xA0\x80")); /* surrogate */
    assert_false(VALID("\xE5\xB9"));     /* cut */
    assert_false(VALID("\x80"));
    assert_false(VALID("\xFF"));
    assert_true(VALID("a\0b"));
}

static void utf8_agrees_with_a_decoder_on_every_two_and_three_bytes(void **state)
{
    (void)state;
    size_t valid = 0;
    for (unsigned i = 0; i < 1U << 16; i++) {
        char two[2] = { (char)(i >> 8), (char)i };
        valid += utf8_valid(two, 2);
    }
    /* two ASCII characters, or one of U+0080 … U+07FF */
    assert_int_equal(valid, 128 * 128 + (0x800 - 0x80));
    valid = 0;
    for (unsigned i = 0xE0 << 16; i < 0xF0U << 16; i++) {
        char three[3] = { (char)(i >> 16), (char)(i >> 8), (char)i };
        valid += utf8_valid(three, 3);
    }
    assert_int_equal(valid, 0x10000 - 0x800 - 0x800); /* without surrogates */
}

static void length_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_length("平顶山 ok"), 6);
}

static void hex_comes_back(void **state)
{
    uint8_t bytes[256];
    uint8_t back[256];
    char hex[513];
    for (int i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    hex_encode(hex, bytes, sizeof bytes);
    assert_memory_equal(hex, "000102", 6);
    assert_true(hex_decode(back, sizeof back, hex));
    assert_memory_equal(back, bytes, sizeof bytes);
    assert_string_equal(hex_dup(*state, "\xAB\xCD", 2), "abcd");
    assert_false(hex_decode(back, 2, "abc"));
    assert_false(hex_decode(back, 2, "abcde"));
    assert_false(hex_decode(back, 2, "ABCD"));
    assert_false(hex_decode(back, 2, "ab g"));
}

static void base64url_comes_back_for_every_length(void **state)
{
    uint64_t seed = 1;
    uint8_t bytes[200];
    uint8_t back[200];
    for (size_t n = 0; n <= sizeof bytes; n++) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)unit_random(&seed);
        char *text = base64url_encode(*state, bytes, n);
        assert_int_equal(strlen(text), (n * 8 + 5) / 6);
        assert_int_equal(base64url_decode(back, sizeof back, text), n);
        assert_memory_equal(back, bytes, n);
    }
}

static void base64_of_rfc_4648(void **state)
{
    char out[16];
    assert_string_equal(base64url_encode(*state, "foobar", 6), "Zm9vYmFy");
    assert_string_equal(base64url_encode(*state, "fooba", 5), "Zm9vYmE");
    assert_string_equal(base64url_encode(*state, "\xFB\xFF", 2), "-_8");
    assert_int_equal(base64_decode(out, sizeof out, "Zm9vYg=="), 4);
    assert_memory_equal(out, "foob", 4);
    assert_int_equal(base64_decode(out, sizeof out, "+/8="), 2);
}

static void one_spelling_only(void **state)
{
    (void)state;
    char out[16];
    assert_int_equal(base64url_decode(out, sizeof out, "Zm9vYh"), -1); /* stray bits */
    assert_int_equal(base64url_decode(out, sizeof out, "Zm9vY"), -1);
    assert_int_equal(base64url_decode(out, sizeof out, "Zm9 "), -1);
    assert_int_equal(base64url_decode(out, sizeof out, "Zm9vYg=="), -1);
    assert_int_equal(base64_decode(out, sizeof out, "Zm9vYg="), -1);
    assert_int_equal(base64_decode(out, sizeof out, "Zg==="), -1);
    assert_int_equal(base64_decode(out, 3, "Zm9vYg=="), -1); /* does not fit */
}

static void integers_are_strict(void **state)
{
    (void)state;
    int64_t v = 99;
    assert_true(int_parse("0", 0, 10, &v));
    assert_int_equal(v, 0);
    assert_true(int_parse("-9223372036854775808", INT64_MIN, INT64_MAX, &v));
    assert_int_equal(v, INT64_MIN);
    assert_true(int_parse("9223372036854775807", 0, INT64_MAX, &v));
    static const char *const bad[] = { "",   "-",  "+1",  " 1",  "1 ",
                                       "01", "-0", "1.0", "0x1", "9223372036854775808",
                                       "11" };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(int_parse(bad[i], i == COUNT(bad) - 1 ? 0 : INT64_MIN,
                               i == COUNT(bad) - 1 ? 10 : INT64_MAX, &v));
}

static void decimals_are_strict(void **state)
{
    (void)state;
    double v = 0;
    assert_true(decimal_parse("113.25", -180, 180, &v));
    assert_true(v > 113.249 && v < 113.251);
    assert_true(decimal_parse("-33", -90, 90, &v));
    static const char *const bad[] = { "",    ".",   "1.", ".5", "1e3",
                                       "nan", "inf", " 1", "1 ", "1234567890123456",
                                       "200" };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(decimal_parse(bad[i], -180, 180, &v));
}

static void trim_strips_both_ends_wide_blanks_too(void **state)
{
    (void)state;
    char text[] = " \t\xE3\x80\x80 a\xE3\x80\x80 b\xE3\x80\x80\r\n";
    assert_string_equal(text_trim(text), "a\xE3\x80\x80 b");
    char blank[] = " \n";
    assert_string_equal(text_trim(blank), "");
}

static void split_tells_when_there_are_too_many(void **state)
{
    (void)state;
    char *parts[3];
    char three[] = "a;;c";
    assert_int_equal(text_split(three, ';', parts, 3), 3);
    assert_string_equal(parts[1], "");
    assert_string_equal(parts[2], "c");
    char four[] = "a;b;c;d";
    assert_int_equal(text_split(four, ';', parts, 3), 4);
    char none[] = "";
    assert_int_equal(text_split(none, ';', parts, 3), 0);
    char tail[] = "a;";
    assert_int_equal(text_split(tail, ';', parts, 3), 2);
    assert_string_equal(parts[1], "");
}

static void index_finds_whole_names(void **state)
{
    (void)state;
    static const char *const names[] = { "off", "work", NULL };
    assert_int_equal(text_index(names, "work"), 1);
    assert_int_equal(text_index(names, "wor"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_told_from_other_bytes),
        cmocka_unit_test(utf8_agrees_with_a_decoder_on_every_two_and_three_bytes),
        cmocka_unit_test(length_counts_characters),
        WITH_ARENA(hex_comes_back),
        WITH_ARENA(base64url_comes_back_for_every_length),
        WITH_ARENA(base64_of_rfc_4648),
        cmocka_unit_test(one_spelling_only),
        cmocka_unit_test(integers_are_strict),
        cmocka_unit_test(decimals_are_strict),
        cmocka_unit_test(trim_strips_both_ends_wide_blanks_too),
        cmocka_unit_test(split_tells_when_there_are_too_many),
        cmocka_unit_test(index_finds_whole_names),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
