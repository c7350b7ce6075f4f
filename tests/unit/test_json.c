/* Objects of many members; tests/fuzz/json.c holds the rest of the reader to its rules. */
#include "sys/json.h"

#include <time.h>

#include "base/buf.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(an_object_has_a_member_for_each_stratum),
        WITH_ARENA(equal_keys_are_found_wherever_they_stand),
        WITH_ARENA(the_most_keys_are_compared_within_a_second),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
