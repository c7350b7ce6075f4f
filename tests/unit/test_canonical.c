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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_sorted_and_blanks_dropped),
        cmocka_unit_test(escapes_are_the_shortest),
        cmocka_unit_test(numbers_are_the_shortest),
    };
    return cmocka_run_group_tests_name("canonical", tests, NULL, NULL);
}
