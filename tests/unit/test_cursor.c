#include "unit.h"

#include <string.h>

#include "cursor.h"

static const uint8_t key[SEAL_KEY_SIZE] = { 1, 2, 3 };

static struct cursor sample(size_t visits)
{
    struct cursor c = { .inspector_id = 7,
                        .department_id = 3,
                        .inspector = 300,
                        .department = 0,
                        .dictionary = INT64_MAX,
                        .shared = 77,
                        .again = 5000,
                        .again_floor = 9,
                        .partial = 6000,
                        .partial_floor = 8 };
    cursor_epoch("9e0f", c.epoch);
    for (size_t i = 1; i <= visits; i++)
        cursor_set_visit(&c, (int64_t)(i * 1000), (int64_t)i);
    return c;
}

static void assert_same(const struct cursor *a, const struct cursor *b)
{
    assert_memory_equal(a->epoch, b->epoch, CURSOR_EPOCH);
    assert_int_equal(a->inspector_id, b->inspector_id);
    assert_int_equal(a->department_id, b->department_id);
    assert_int_equal(a->inspector, b->inspector);
    assert_int_equal(a->department, b->department);
    assert_int_equal(a->dictionary, b->dictionary);
    assert_int_equal(a->shared, b->shared);
    assert_int_equal(a->again, b->again);
    assert_int_equal(a->again_floor, b->again_floor);
    assert_int_equal(a->partial, b->partial);
    assert_int_equal(a->partial_floor, b->partial_floor);
    assert_int_equal(a->visit_count, b->visit_count);
    for (size_t i = 0; i < a->visit_count; i++) {
        assert_int_equal(a->visits[i].owner_id, b->visits[i].owner_id);
        assert_int_equal(a->visits[i].seq, b->visits[i].seq);
    }
}

static void what_was_encoded_is_decoded(void **state)
{
    struct arena *a = arena_new(1 << 20);
    (void)state;
    for (size_t visits = 0; visits <= CURSOR_VISITS_MAX; visits += 16) {
        struct cursor before = sample(visits);
        struct cursor after;
        char *text = cursor_encode(a, &before, key);
        assert_in_range(strlen(text), 1, 4000);
        assert_int_equal(cursor_decode(text, key, &after), RC_OK);
        assert_same(&before, &after);
    }
    arena_free(a);
}

static void every_changed_or_cut_cursor_is_refused(void **state)
{
    struct arena *a = arena_new(1 << 22);
    struct cursor c = sample(5);
    struct cursor after;
    uint8_t other[SEAL_KEY_SIZE] = { 9 };
    char *text = cursor_encode(a, &c, key);
    size_t n = strlen(text);
    (void)state;
    for (size_t i = 0; i < n; i++) {
        char *bad = arena_strdup(a, text);
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        assert_int_equal(cursor_decode(bad, key, &after), RC_MALFORMED);
        assert_int_equal(cursor_decode(arena_slice(a, text, i), key, &after), RC_MALFORMED);
    }
    assert_int_equal(cursor_decode(text, other, &after), RC_MALFORMED);
    assert_int_equal(cursor_decode(arena_printf(a, "%sAAAA", text), key, &after), RC_MALFORMED);
    assert_int_equal(cursor_decode("", key, &after), RC_MALFORMED);
    assert_int_equal(cursor_decode("not base64url!", key, &after), RC_MALFORMED);
    arena_free(a);
}

static void the_visits_that_changed_last_are_kept(void **state)
{
    struct cursor c = sample(CURSOR_VISITS_MAX);
    (void)state;
    assert_int_equal(cursor_visit(&c, 1000), 1);
    cursor_set_visit(&c, 1000, 50); /* known: moves to the front */
    assert_int_equal(c.visit_count, CURSOR_VISITS_MAX);
    assert_int_equal(c.visits[0].owner_id, 1000);
    assert_int_equal(cursor_visit(&c, 1000), 50);
    cursor_set_visit(&c, 5, 6); /* new: the oldest falls out */
    assert_int_equal(cursor_visit(&c, 5), 6);
    assert_int_equal(cursor_visit(&c, 2000), 0);
    assert_int_equal(cursor_visit(&c, 3000), 3);
    cursor_drop_visit(&c, 5);
    cursor_drop_visit(&c, 5);
    assert_int_equal(c.visit_count, CURSOR_VISITS_MAX - 1);
    assert_int_equal(c.visits[0].owner_id, 1000);
}

/* Ids of a city's visits, some changes each. */
static void hundreds_of_visits_are_known(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct cursor before = { .inspector_id = 7 };
    struct cursor after;
    (void)state;
    for (int64_t i = 0; i < CURSOR_VISITS_MAX; i++)
        cursor_set_visit(&before, 1000000 + 37 * i, 20 + i % 500);
    assert_int_equal(cursor_decode(cursor_encode(a, &before, key), key, &after), RC_OK);
    assert_same(&before, &after);
    arena_free(a);
}

static void of_visits_with_large_numbers_those_that_changed_last_are_known(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct cursor before = { .inspector_id = 7, .shared = INT64_MAX };
    struct cursor after;
    (void)state;
    before.again = before.again_floor = before.partial = before.partial_floor = INT64_MAX;
    for (int64_t i = 0; i < CURSOR_VISITS_MAX; i++)
        cursor_set_visit(&before, INT64_MAX - i, INT64_MAX);
    char *text = cursor_encode(a, &before, key);
    assert_in_range(strlen(text), 3900, CURSOR_TEXT_MAX);
    assert_int_equal(cursor_decode(text, key, &after), RC_OK);
    assert_in_range(after.visit_count, 128, CURSOR_VISITS_MAX - 1);
    assert_int_equal(after.visits[0].owner_id, before.visits[0].owner_id);
    before.visit_count = after.visit_count;
    assert_same(&before, &after);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hundreds_of_visits_are_known),
        cmocka_unit_test(of_visits_with_large_numbers_those_that_changed_last_are_known),
        cmocka_unit_test(what_was_encoded_is_decoded),
        cmocka_unit_test(every_changed_or_cut_cursor_is_refused),
        cmocka_unit_test(the_visits_that_changed_last_are_kept),
    };
    return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
