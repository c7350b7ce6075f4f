#include "harness.h"

#include <string.h>

#include "store/audit.h"

#define EVENT_AT INT64_C(1700000000123)

static struct keyring keys[AUDIT_WRITERS];

/* Every program's key, as the settings name them. */
static int load_keys(void **state)
{
    (void)state;
    for (int i = 0; i < AUDIT_WRITERS; i++) {
        if (i == AUDIT_PUSHD) /* its settings want the credit platform's credential */
            continue;
        struct harness *h = harness_open(audit_writers[i]);
        keys[i] = h->settings.audit_keys;
        harness_close(h);
    }
    return 0;
}

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

struct appended {
    const char *chain;
    const uint8_t *key;
};

static enum rc append(struct db *db, void *data, struct err *err)
{
    const struct appended *t = data;
    (void)err;
    struct arena *a = arena_new(1 << 20);
    struct audit_event event = { .chain = t->chain,
                                 .at = EVENT_AT,
                                 .actor = "account:test",
                                 .remote = "127.0.0.1",
                                 .request_id = "ab12",
                                 .action = "test.write",
                                 .target = "对象:1",
                                 .detail = "{\"n\":1}" };
    enum rc rc = audit_append(db, a, t->key, &event);
    arena_free(a);
    return rc;
}

static void append_with(struct harness *h, const char *chain, const uint8_t *key, int n)
{
    struct appended t = { chain, key };
    for (int i = 0; i < n; i++)
        assert_rc(RC_OK, db_transaction(h->db, append, &t, NULL));
}

static void append_some(struct harness *h, const char *chain, int n)
{
    append_with(h, chain, h->settings.audit_keys.key[0], n);
}

static enum rc verify_with(const struct audit_heads *known, struct err *err, int64_t *events)
{
    struct harness *h = harness_open("admin");
    struct audit_count count;
    enum rc rc = audit_verify(h->db, h->arena, keys, known, &count, err);
    *events = count.events;
    harness_close(h);
    return rc;
}

static enum rc verify(struct err *err, int64_t *events)
{
    return verify_with(NULL, err, events);
}

static void an_untouched_log_verifies(void **state)
{
    int64_t events;
    struct harness *mobile = harness_open("mobile");
    append_some(*state, "dept:A", 5);
    append_some(mobile, "device:1", 3);
    harness_close(mobile);
    assert_rc(RC_OK, verify(NULL, &events));
    assert_int_equal(events, 8);
}

static void expect_break_of(const struct audit_heads *known, const char *link)
{
    struct err err = { .rc = RC_OK };
    int64_t events;
    assert_rc(RC_CHECKSUM, verify_with(known, &err, &events));
    assert_string_equal(err.pointer, link);
}

static void expect_break(const char *link)
{
    expect_break_of(NULL, link);
}

static void a_chain_written_without_the_program_s_key_is_named(void **state)
{
    static const uint8_t own[AUDIT_KEY] = "the key of the database's owner";
    append_some(*state, "dept:A", 2);
    append_with(*state, "dept:A", own, 1);
    append_with(*state, "dept:A", own, 1);
    expect_break("dept:A#3");
}

static void events_of_an_earlier_key_still_count(void **state)
{
    int64_t events;
    struct keyring now = { .n = 2, .until = { INT64_MAX, INT64_MAX } };
    memcpy(now.key[1], keys[AUDIT_PLANNER].key[0], SEAL_KEY_SIZE);
    now.key[0][0] = 1;
    append_some(*state, "dept:A", 2);
    append_with(*state, "dept:A", now.key[0], 2);
    struct keyring before = keys[AUDIT_PLANNER];
    keys[AUDIT_PLANNER] = now;
    assert_rc(RC_OK, verify(NULL, &events));
    keys[AUDIT_PLANNER] = before;
    expect_break("dept:A#3");
}

static void an_event_behind_the_retirement_of_its_key_is_named(void **state)
{
    struct keyring before = keys[AUDIT_PLANNER];
    struct keyring now = { .n = 2, .until = { INT64_MAX, EVENT_AT } };
    int64_t events;
    memcpy(now.key[1], before.key[0], SEAL_KEY_SIZE);
    now.key[0][0] = 1;
    append_some(*state, "dept:A", 2);
    keys[AUDIT_PLANNER] = now;
    assert_rc(RC_OK, verify(NULL, &events));
    keys[AUDIT_PLANNER].until[1] = EVENT_AT - 1;
    expect_break("dept:A#1");
    keys[AUDIT_PLANNER] = before;
}

/* The heads as they are now, read as those who export them do. */
static struct audit_heads heads_now(struct harness *h)
{
    struct audit_heads heads;
    struct harness *admin = harness_open("admin");
    assert_rc(RC_OK, audit_heads_read(admin->db, h->arena, &heads));
    harness_close(admin);
    return heads;
}

static void a_chain_cut_rewritten_or_removed_since_its_head_was_exported_is_named(void **state)
{
    struct harness *h = *state;
    int64_t events;
    append_some(h, "dept:A", 3);
    append_some(h, "dept:B", 1);
    struct audit_heads heads = heads_now(h);
    append_some(h, "dept:A", 2);
    assert_rc(RC_OK, verify_with(&heads, NULL, &events));

    /* Whoever had the key too: cut and written on. */
    harness_sql("DELETE FROM audit_event WHERE chain = 'dept:A' AND seq > 1");
    harness_sql("DELETE FROM audit_chain WHERE chain = 'dept:A'");
    harness_sql("INSERT INTO audit_chain SELECT chain, seq, hash FROM audit_event"
                " WHERE chain = 'dept:A'");
    assert_rc(RC_OK, verify(NULL, &events));
    expect_break_of(&heads, "dept:A#2");
    heads.v[0].hash[0] ^= 1;
    append_some(h, "dept:A", 2);
    assert_rc(RC_OK, verify(NULL, &events));
    expect_break_of(&heads, "dept:A#3");
    heads.v[0].hash[0] ^= 1;

    harness_sql("DELETE FROM audit_event WHERE chain = 'dept:B'");
    harness_sql("DELETE FROM audit_chain WHERE chain = 'dept:B'");
    assert_rc(RC_OK, verify(NULL, &events));
    expect_break_of(&heads, "dept:B#1");
}

static void no_program_appends_to_a_chain_of_another(void **state)
{
    (void)state;
    static const struct {
        const char *section;
        const char *own;
        const char *others[3];
    } cases[] = {
        { "planner", "dept:A", { "device:1", "admin", "draw" } },
        { "mobile", "device:1", { "dept:A", "admin", "planner" } },
        { "draw", "draw", { "dept:A", "admin", "planner" } },
        { "admin", "admin", { "dept:A", "device:1", "draw" } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct harness *h = harness_open(cases[i].section);
        append_some(h, cases[i].own, 1);
        for (size_t j = 0; j < 3; j++) {
            struct appended t = { cases[i].others[j], h->settings.audit_keys.key[0] };
            assert_int_not_equal(db_transaction(h->db, append, &t, NULL), RC_OK);
        }
        harness_close(h);
    }
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_untouched_log_verifies),
        TEST(a_chain_written_without_the_program_s_key_is_named),
        TEST(events_of_an_earlier_key_still_count),
        TEST(an_event_behind_the_retirement_of_its_key_is_named),
        TEST(a_chain_cut_rewritten_or_removed_since_its_head_was_exported_is_named),
        TEST(no_program_appends_to_a_chain_of_another),
        TEST(a_changed_event_is_named),
        TEST(a_removed_event_is_named),
        TEST(a_removed_tail_is_named),
        TEST(a_removed_chain_head_is_named),
        TEST(a_program_may_neither_change_nor_remove_events),
    };
    return cmocka_run_group_tests_name("audit", tests, load_keys, NULL);
}
