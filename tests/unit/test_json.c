/* Objects of many members; tests/fuzz/json.c holds the rest of the reader to its rules. */
#include "sys/json.h"

#include <time.h>

#include "base/buf.h"
#include "sys/json_parts.h"
#include "unit.h"

/* {"k0":0,…} of n members, the last one named by `last` unless that is NULL. */
static enum rc parse(struct arena *a, int n, const char *last, cJSON **root)
{
    struct buf text;
    struct err err = { .rc = RC_OK };
    buf_init(&text, a, (size_t)1 << 24);
    for (int i = 0; i < n; i++) {
        buf_puts(&text, i ? ",\"" : "{\"");
        if (last && i == n - 1)
            buf_puts(&text, last);
        else
            buf_printf(&text, "k%d", i);
        buf_printf(&text, "\":%d", i);
    }
    buf_puts(&text, "}");
    return json_parse(a, text.p, text.n, root, &err);
}

static void an_object_has_a_member_for_each_stratum(void **state)
{
    cJSON *root;
    int64_t value;
    assert_int_equal(RC_OK, parse(*state, JSON_MEMBERS_MAX, NULL, &root));
    assert_int_equal(cJSON_GetArraySize(root), JSON_MEMBERS_MAX);
    assert_true(json_int(json_member(root, "k99999"), &value));
    assert_int_equal(value, 99999);
    assert_int_equal(RC_MALFORMED, parse(*state, JSON_MEMBERS_MAX + 1, NULL, &root));
}

static void equal_keys_are_found_wherever_they_stand(void **state)
{
    cJSON *root;
    assert_int_equal(RC_MALFORMED, parse(*state, 2, "k0", &root));
    assert_int_equal(RC_MALFORMED, parse(*state, 5000, "k0", &root));
    assert_int_equal(RC_MALFORMED, parse(*state, 5000, "k4998", &root));
    assert_int_equal(RC_OK, parse(*state, 5000, "k5000", &root));
    assert_int_equal(RC_OK, parse(*state, 5000, "K0", &root));
}

/* Compared pairwise they would take minutes. */
static void the_most_keys_are_compared_within_a_second(void **state)
{
    cJSON *root;
    clock_t start = clock();
    assert_int_equal(RC_MALFORMED, parse(*state, JSON_MEMBERS_MAX, "k0", &root));
    assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
}

static void what_is_odd_is_read_where_it_is_asked_for(void **state)
{
    static const struct {
        const char *text;
        const char *value; /* NULL: none is read */
    } cases[] = {
        { "\"a\\ud83db\"", "a\xED\xA0\xBD"
                           "b" },
        { "\"\\uDE00\"", "\xED\xB8\x80" },
        { "\"\\u0000\"", "\xC0\x80" },
        { "\"\\ud83d\\ud83d\\ude00\"", "\xED\xA0\xBD😀" },
        { "\"\\\\ud83d\\u0000\"", "\\ud83d\xC0\x80" },
        { "\"\\ud83d\\n\"", "\xED\xA0\xBD\n" },
        { "\"\\ud83d\\u12\"", NULL },
        { "\"\xED\xA0\xBD\"", NULL },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err;
        cJSON *root;
        bool odd;
        size_t n = strlen(cases[i].text);
        assert_int_equal(RC_MALFORMED, json_parse(*state, cases[i].text, n, &root, &err));
        enum rc rc = json_parse_wide(*state, cases[i].text, n, &root, &odd, &err);
        assert_int_equal(rc, cases[i].value ? RC_OK : RC_MALFORMED);
        if (!cases[i].value)
            continue;
        assert_true(odd && json_odd(root->valuestring));
        assert_string_equal(root->valuestring, cases[i].value);
    }
}

static void parts_are_cut_by_brackets_and_quotes_alone(void **state)
{
    static const struct {
        const char *text;
        const char *parts[4]; /* of an array; NULL behind the last */
        bool broken;          /* after them */
    } cases[] = {
        { " [ ] ", { NULL }, false },
        { "[1, {\"a\":[2,3]} ,NaN]", { "1", "{\"a\":[2,3]}", "NaN" }, false },
        { "[\"]\\\",[\", '\x01', \xFF]", { "\"]\\\",[\"", "'\x01'", "\xFF" }, false },
        { "[1,]", { "1" }, true },
        { "[,1]", { NULL }, true },
        { "[1", { NULL }, true },
        { "[1}", { "1" }, true },
        { "[1]]", { "1" }, true },
        { "[{1,2]", { NULL }, true },
        { "[\"1]", { NULL }, true },
        { "[\"\\", { NULL }, true },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json_parts parts;
        struct json_part part;
        assert_true(json_parts_open(&parts, cases[i].text, strlen(cases[i].text), '['));
        for (const char *const *p = cases[i].parts; *p; p++) {
            assert_int_equal(json_parts_next(&parts, &part), JSON_PART);
            assert_int_equal(part.size, strlen(*p));
            assert_memory_equal(part.text, *p, part.size);
        }
        assert_int_equal(json_parts_next(&parts, &part),
                         cases[i].broken ? JSON_PARTS_BROKEN : JSON_PARTS_END);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(what_is_odd_is_read_where_it_is_asked_for),
        WITH_ARENA(parts_are_cut_by_brackets_and_quotes_alone),
        WITH_ARENA(an_object_has_a_member_for_each_stratum),
        WITH_ARENA(equal_keys_are_found_wherever_they_stand),
        WITH_ARENA(the_most_keys_are_compared_within_a_second),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
