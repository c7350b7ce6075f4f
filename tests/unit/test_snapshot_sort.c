#include "unit.h"

#include "domain/draw/snapshot_sort.h"

enum { STRATA = 7 };

/* Every code of count has lines in some of the strata; they come in an order of their own. */
static void add(struct snapshot_sort *sort, size_t count)
{
    for (size_t i = 0; i < count * STRATA; i++) {
        size_t n = i * 7919 % (count * STRATA); /* a prime that is no divisor: each once */
        char code[32];
        struct snapshot_row *row = snapshot_sort_add(sort);
        (void)snprintf(code, sizeof code, "%08zu", n / STRATA);
        memcpy(row->code, code, strlen(code));
        row->stratum = (uint16_t)(n % STRATA);
        row->credit = (uint8_t)n;
    }
}

static void check(struct arena *a, size_t count)
{
    struct snapshot_sort *sort = snapshot_sort(a);
    const struct snapshot_row *row;
    size_t n = 0;
    add(sort, count);
    assert_int_equal(snapshot_sort_count(sort), count * STRATA);
    for (; (row = snapshot_sort_take(sort)); n++) {
        char code[32];
        memset(code, 0, sizeof code);
        (void)snprintf(code, sizeof code, "%08zu", n / STRATA);
        assert_memory_equal(row->code, code, SNAPSHOT_CODE);
        assert_int_equal(row->stratum, n % STRATA);
        assert_int_equal(row->credit, (uint8_t)n);
    }
    assert_int_equal(n, count * STRATA);
    assert_null(snapshot_sort_take(sort));
}

static void lines_come_out_by_code_and_stratum_and_none_is_lost(void **state)
{
    static const size_t counts[] = { 0, 1, 2, 9362, 9363, 100000 }; /* a run ends at 9362.3 codes */
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        check(*state, counts[i]);
        arena_reset(*state);
    }
}

static void a_million_lines_take_their_own_size(void **state)
{
    struct snapshot_sort *sort = snapshot_sort(*state);
    add(sort, 1000000 / STRATA);
    while (snapshot_sort_take(sort))
        ;
    assert_true(arena_used(*state) < 1000000 * sizeof(struct snapshot_row) * 11 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(lines_come_out_by_code_and_stratum_and_none_is_lost),
        WITH_ARENA(a_million_lines_take_their_own_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
