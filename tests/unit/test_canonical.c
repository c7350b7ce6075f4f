#include "unit.h"

#include <string.h>

#include "canonical.h"

static void assert_canonical(const char *text, const char *expected)
{
    struct arena *a = arena_new(1 << 20);
    struct buf out;
    struct err err;
    cJSON *root;
    assert_int_equal(json_parse(a, text, strlen(text), &root, &err), RC_OK);
    buf_init(&out, a, 4096);
    canonical_put(&out, a, root);
    assert_string_equal(out.p, expected);
    arena_free(a);
}

static void members_are_sorted_and_blanks_dropped(void **state)
{
    (void)state;
    assert_canonical("{ \"b\" : 1 , \"a\" : { \"z\" : [ ] , \"y\" : null } }",
                     "{\"a\":{\"y\":null,\"z\":[]},\"b\":1}");
    assert_canonical("{\"aa\":1,\"a\":2,\"B\":3}", "{\"B\":3,\"a\":2,\"aa\":1}");
    assert_canonical("{\"\uE000\":1,\"\xF0\x9F\x98\x80\":2,\"\u4e2d\":3}",
                     "{\"\u4e2d\":3,\"\xF0\x9F\x98\x80\":2,\"\uE000\":1}"); /* by UTF-16 units */
    assert_canonical("[3, 1,2 ]", "[3,1,2]");
    assert_canonical("[true,false,null,{}]", "[true,false,null,{}]");
}

static void escapes_are_the_shortest(void **state)
{
    (void)state;
    assert_canonical("\"\\u0041\\/\\u4e2d\\ud83d\\ude00\"", "\"A/中😀\"");
    assert_canonical("\"\\u000a\\u0009\\u0022\\u005c\\u0001\"", "\"\\n\\t\\\"\\\\\\u0001\"");
}

static void numbers_are_the_shortest(void **state)
{
    (void)state;
    assert_canonical("[1.0, -0, 1e3, 9007199254740992]", "[1,0,1000,9007199254740992]");
    assert_canonical("[113.25, 0.1, 33.741234567890123]", "[113.25,0.1,33.741234567890125]");
}

/* Expected values: JSON.stringify of the same numbers. */
static void numbers_are_written_as_ecmascript_does(void **state)
{
    (void)state;
    assert_canonical("[0.000001, 0.0000001, 1.5e-7, -2.5e-9]", "[0.000001,1e-7,1.5e-7,-2.5e-9]");
    assert_canonical("[5e-324, 1.7976931348623157e308]", "[5e-324,1.7976931348623157e+308]");
    assert_canonical("[0.1e-5, 123456.789e-10]", "[0.000001,0.0000123456789]");
    assert_canonical("[1.23456789012345e5, -0.5]", "[123456.789012345,-0.5]");
}

static void the_text_grows_no_more_than_is_said(void **state)
{
    (void)state;
    static const char *const elements[] = {
        "1e15", "9e15", "5e-324", "1e-7", "\"\\u0001\"", "-1e15"
    };
    for (size_t e = 0; e < COUNT(elements); e++) {
        struct arena *a = arena_new(1 << 20);
        struct buf text;
        struct buf out;
        struct err err;
        cJSON *root;
        buf_init(&text, a, 65536);
        for (int i = 0; i < 1000; i++)
            buf_printf(&text, "%c%s", i ? ',' : '[', elements[e]);
        buf_putc(&text, ']');
        assert_int_equal(json_parse(a, text.p, text.n, &root, &err), RC_OK);
        buf_init(&out, a, CANONICAL_GROWTH * text.n);
        canonical_put(&out, a, root);
        assert_false(out.full);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_sorted_and_blanks_dropped),
        cmocka_unit_test(escapes_are_the_shortest),
        cmocka_unit_test(numbers_are_the_shortest),
        cmocka_unit_test(numbers_are_written_as_ecmascript_does),
        cmocka_unit_test(the_text_grows_no_more_than_is_said),
    };
    return cmocka_run_group_tests_name("canonical", tests, NULL, NULL);
}
