#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "store/audit.h"

static int begin(void **state)
{
    harness_sql("DELETE FROM audit_event");
    harness_sql("DELETE FROM audit_chain");
    *state = harness_open("planner");
    return 0;
}

static int end(void **state)
{
    harness_close(*state);
    return 0;
}

static enum rc append(struct db *db, void *data, struct err *err)
{
    (void)err;
    struct arena *a = arena_new(1 << 20);
    struct audit_event event = { .chain = data,
                                 .at = 1700000000123,
                                 .actor = "account:test",
                                 .remote = "127.0.0.1",
                                 .request_id = "ab12",
                                 .action = "test.write",
                                 .target = "对象:1",
                                 .detail = "{\"n\":1}" };
    enum rc rc = audit_append(db, a, &event);
    arena_free(a);
    return rc;
}

static void append_some(struct harness *h, const char *chain, int n)
{
    for (int i = 0; i < n; i++)
        assert_rc(RC_OK, db_transaction(h->db, append, (void *)(uintptr_t)chain, NULL));
}

static enum rc verify(struct err *err, int64_t *events)
{
    struct harness *h = harness_open("admin");
    int64_t chains;
    enum rc rc = audit_verify(h->db, &chains, events, err);
    harness_close(h);
    return rc;
}

static void an_untouched_log_verifies(void **state)
{
    int64_t events;
    append_some(*state, "dept:A", 5);
    append_some(*state, "device:1", 3);
    assert_rc(RC_OK, verify(NULL, &events));
    assert_int_equal(events, 8);
}

static void expect_break(const char *link)
{
    struct err err = { .rc = RC_OK };
    int64_t events;
    assert_rc(RC_CHECKSUM, verify(&err, &events));
    assert_string_equal(err.pointer, link);
}

static void a_changed_event_is_named(void **state)
{
    append_some(*state, "dept:A", 5);
    harness_sql("UPDATE audit_event SET target = '对象:2' WHERE chain = 'dept:A' AND seq = 3");
    expect_break("dept:A#3");
}

static void a_removed_event_is_named(void **state)
{
    append_some(*state, "dept:A", 5);
    harness_sql("DELETE FROM audit_event WHERE chain = 'dept:A' AND seq = 4");
    expect_break("dept:A#4");
}

static void a_removed_tail_is_named(void **state)
{
    append_some(*state, "dept:A", 5);
    harness_sql("DELETE FROM audit_event WHERE chain = 'dept:A' AND seq = 5");
    expect_break("dept:A#5");
}

static void a_removed_chain_head_is_named(void **state)
{
    append_some(*state, "dept:A", 2);
    harness_sql("DELETE FROM audit_chain WHERE chain = 'dept:A'");
    struct err err = { .rc = RC_OK };
    int64_t events;
    assert_rc(RC_CHECKSUM, verify(&err, &events));
    assert_memory_equal(err.pointer, "dept:A#", 7);
}

static void a_program_may_neither_change_nor_remove_events(void **state)
{
    struct harness *h = *state;
    struct err err = { .rc = RC_OK };
    append_some(h, "dept:A", 1);
    assert_rc(RC_INTERNAL, db_script(h->db, "UPDATE audit_event SET detail = '{}'", &err));
    assert_non_null(strstr(err.detail, "denied"));
    assert_rc(RC_INTERNAL, db_script(h->db, "DELETE FROM audit_event", &err));
    assert_non_null(strstr(err.detail, "denied"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_untouched_log_verifies, begin, end),
        cmocka_unit_test_setup_teardown(a_changed_event_is_named, begin, end),
        cmocka_unit_test_setup_teardown(a_removed_event_is_named, begin, end),
        cmocka_unit_test_setup_teardown(a_removed_tail_is_named, begin, end),
        cmocka_unit_test_setup_teardown(a_removed_chain_head_is_named, begin, end),
        cmocka_unit_test_setup_teardown(a_program_may_neither_change_nor_remove_events, begin, end),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
