#include "unit.h"

#include <inttypes.h>

#include "base/buf.h"

static void it_grows_to_its_cap_and_stays_terminated(void **state)
{
    struct buf b;
    buf_init(&b, *state, 1000);
    for (int i = 0; i < 1000; i++) {
        buf_putc(&b, 'x');
        assert_int_equal(strlen(b.p), b.n);
    }
    assert_false(b.full);
    assert_int_equal(b.n, 1000);
}

static void past_its_cap_it_is_full_and_drops_the_rest(void **state)
{
    struct buf b;
    buf_init(&b, *state, 10);
    buf_puts(&b, "12345678");
    assert_false(b.full);
    buf_puts(&b, "abcdef");
    assert_true(b.full);
    assert_string_equal(b.p, "12345678ab");
    buf_printf(&b, "%d", 1);
    assert_string_equal(b.p, "12345678ab");
}

static void printf_is_cut_at_the_cap(void **state)
{
    struct buf b;
    buf_init(&b, *state, 4);
    buf_printf(&b, "%d", 123456);
    assert_true(b.full);
    assert_string_equal(b.p, "1234");
}

static void a_number_is_written_as_printf_writes_it(void **state)
{
    static const int64_t numbers[] = { 0, 7, -7, 10, 1234567890123, INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct buf b;
        char text[32];
        buf_init(&b, *state, 100);
        buf_int(&b, numbers[i]);
        (void)snprintf(text, sizeof text, "%" PRId64, numbers[i]);
        assert_string_equal(b.p, text);
    }
}

static void clear_makes_it_new(void **state)
{
    struct buf b;
    buf_init(&b, *state, 3);
    buf_puts(&b, "abcd");
    buf_clear(&b);
    assert_false(b.full);
    assert_string_equal(b.p, "");
    buf_puts(&b, "xyz");
    assert_string_equal(b.p, "xyz");
    assert_false(b.full);
}

static void zero_bytes_are_kept(void **state)
{
    struct buf b;
    buf_init(&b, *state, 100);
    buf_put(&b, "a\0b", 3);
    buf_put(&b, NULL, 0);
    assert_int_equal(b.n, 3);
    assert_memory_equal(b.p, "a\0b", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(it_grows_to_its_cap_and_stays_terminated),
        WITH_ARENA(past_its_cap_it_is_full_and_drops_the_rest),
        WITH_ARENA(printf_is_cut_at_the_cap),
        WITH_ARENA(a_number_is_written_as_printf_writes_it),
        WITH_ARENA(clear_makes_it_new),
        WITH_ARENA(zero_bytes_are_kept),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
