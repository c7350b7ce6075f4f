#include "unit_dies.h"

struct jump {
    jmp_buf env;
    unsigned calls;
};

static void out(void *data)
{
    struct jump *jump = data;
    jump->calls++;
    longjmp(jump->env, 1);
}

static void memory_is_zeroed_and_aligned(void **state)
{
    for (size_t size = 1; size < 300; size += 7) {
        unsigned char *p = arena_alloc(*state, size);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
    }
}

static void memory_is_zeroed_again_after_a_reset(void **state)
{
    memset(arena_alloc(*state, 1000), 0xAA, 1000);
    arena_reset(*state);
    assert_int_equal(arena_used(*state), 0);
    const unsigned char *p = arena_alloc(*state, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(p[i], 0);
}

static void a_large_object_leaves_the_small_block_usable(void **state)
{
    char *before = arena_strdup(*state, "before");
    memset(arena_alloc(*state, 1 << 20), 1, 1 << 20);
    char *after = arena_strdup(*state, "after");
    assert_string_equal(before, "before");
    assert_string_equal(after, "after");
}

static void the_ceiling_calls_the_handler_and_never_returns(void **state)
{
    (void)state;
    struct arena *a = arena_new(200000);
    struct jump jump = { .calls = 0 };
    arena_on_overflow(a, out, &jump);
    if (setjmp(jump.env) == 0) {
        (void)arena_alloc(a, 300000);
        fail_msg("returned above the ceiling");
    }
    if (setjmp(jump.env) == 0) {
        (void)arena_array(a, SIZE_MAX / 2, 3);
        fail_msg("returned on overflow");
    }
    assert_int_equal(jump.calls, 2);
    assert_non_null(arena_alloc(a, 1000));
    arena_free(a);
}

/* The clean-ups that ran, one digit each. */
static int order;

static void note_1(void *data)
{
    (void)data;
    order = order * 10 + 1;
}

static void note_2(void *data)
{
    (void)data;
    order = order * 10 + 2;
}

static void clean_ups_run_once_last_registered_first(void **state)
{
    order = 0;
    arena_defer(*state, note_1, NULL);
    arena_defer(*state, note_2, NULL);
    arena_reset(*state);
    assert_int_equal(order, 21);
    arena_reset(*state);
    assert_int_equal(order, 21);
}

static void copies_are_copies(void **state)
{
    char text[] = "abcdef";
    char *copy = arena_slice(*state, text, 3);
    copy[0] = 'X';
    assert_string_equal(copy, "Xbc");
    assert_string_equal(text, "abcdef");
    assert_string_equal(arena_strndup(*state, text, 3), "abc");
    assert_string_equal(arena_strndup(*state, text, 60), "abcdef");
    assert_memory_equal(arena_slice(*state, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_printf(*state, "%d-%s", 7, "x"), "7-x");
    int numbers[] = { 1, 2, 3 };
    assert_memory_equal(arena_memdup(*state, numbers, sizeof numbers), numbers, sizeof numbers);
}

static void write_behind(struct arena *a)
{
    volatile char *first = arena_alloc(a, 24);
    (void)arena_alloc(a, 24);
    first[24] = 1;
}

static void write_far_behind(struct arena *a)
{
    volatile char *last = arena_alloc(a, 13);
    last[1000] = 1;
}

static void read_before(struct arena *a)
{
    (void)arena_alloc(a, 16);
    const volatile char *second = arena_alloc(a, 16);
    (void)second[-1];
}

static void read_after_reset(struct arena *a)
{
    const volatile char *p = arena_alloc(a, 16);
    arena_reset(a);
    (void)*p;
}

static void the_sanitizer_sees_who_leaves_an_allocation(void **state)
{
    if (!SANITIZED)
        skip();
    assert_true(unit_dies(write_behind, *state));
    assert_true(unit_dies(write_far_behind, *state));
    assert_true(unit_dies(read_before, *state));
    assert_true(unit_dies(read_after_reset, *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(memory_is_zeroed_and_aligned),
        WITH_ARENA(memory_is_zeroed_again_after_a_reset),
        WITH_ARENA(a_large_object_leaves_the_small_block_usable),
        cmocka_unit_test(the_ceiling_calls_the_handler_and_never_returns),
        WITH_ARENA(clean_ups_run_once_last_registered_first),
        WITH_ARENA(copies_are_copies),
        WITH_ARENA(the_sanitizer_sees_who_leaves_an_allocation),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
