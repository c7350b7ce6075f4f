/* Times of a check that cannot be true. */
#include "domain/review/times.h"

#include "base/date.h"
#include "unit.h"

static int64_t at(const char *text)
{
    int64_t instant = 0;
    if (text && !instant_parse(text, &instant))
        fail_msg("%s", text);
    return instant;
}

static void times_are_held_against_dispatch_and_signature(void **state)
{
    enum { F = TIMES_FUTURE, B = TIMES_BEFORE_DISPATCH, L = TIMES_LEFT_FIRST };
    /* Dispatched on the 2nd at 10:00, signed on the 4th at 11:00, Beijing time. */
    static const struct {
        const char *arrived;
        const char *left;
        unsigned faults;
    } cases[] = {
        { "2026-03-04T09:30:00+08:00", "2026-03-04T10:50:00+08:00", 0 },
        { "2026-03-04T09:30:00+08:00", NULL, 0 },
        { NULL, NULL, 0 },
        { "2026-03-02T08:00:00+08:00", "2026-03-02T09:00:00+08:00", 0 }, /* of the same day */
        { "2026-03-01T23:50:00+08:00", NULL, B },
        { "2026-03-01T09:30:00+08:00", "2026-03-01T10:00:00+08:00", B },
        { "1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z", B },
        { "2026-03-04T11:01:30+08:00", "2026-03-04T11:02:00+08:00", 0 }, /* as clocks go */
        { "2026-03-04T09:30:00+08:00", "2026-03-04T11:02:01+08:00", F },
        { "2026-03-05T09:30:00+08:00", NULL, F },
        { "2098-05-06T01:25:00Z", "2098-05-06T02:50:00Z", F },
        { "2098-05-06T01:25:00Z", "2026-03-04T10:00:00+08:00", F | L },
        { "2026-03-04T10:30:00+08:00", "2026-03-04T10:29:59+08:00", L },
        { "2026-03-04T10:30:00+08:00", "2026-03-04T10:30:00+08:00", 0 },
        { "2026-03-04T10:30:00+08:00", "1970-01-01T00:00:00Z", B | L },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct times t = { .dispatched_at = at("2026-03-02T10:00:00+08:00"),
                                 .signed_at = at("2026-03-04T11:00:00+08:00"),
                                 .arrived = cases[i].arrived != NULL,
                                 .left = cases[i].left != NULL,
                                 .arrived_at = at(cases[i].arrived),
                                 .left_at = at(cases[i].left) };
        const char *names[3];
        if (times_faults(&t) != cases[i].faults)
            fail_msg("%s, %s: %u", cases[i].arrived, cases[i].left, times_faults(&t));
        assert_int_equal(times_names(cases[i].faults, names) == 0, cases[i].faults == 0);
        assert_int_equal(*times_text(*state, cases[i].faults) == '\0', cases[i].faults == 0);
    }
}

static void what_the_server_does_not_know_is_no_fault(void **state)
{
    const struct times unsigned_yet = { .arrived = true, .arrived_at = at("2098-05-06T01:25:00Z") };
    const struct times night = { .dispatched_at = at("2026-03-02T00:10:00+08:00"),
                                 .arrived = true,
                                 .arrived_at = at("2026-03-01T23:30:00+08:00") };
    (void)state;
    assert_int_equal(times_faults(&unsigned_yet), 0);
    assert_int_equal(times_faults(&night), 0); /* sent by telephone, entered after midnight */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(times_are_held_against_dispatch_and_signature),
        WITH_ARENA(what_the_server_does_not_know_is_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
