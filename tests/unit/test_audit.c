#include "unit.h"

#include "base/text.h"
#include "domain/audit.h"

static const uint8_t first_before[DIGEST_SIZE];
static const uint8_t key[AUDIT_KEY] = "the key of the test, synthetic";

static const struct audit_event event = { .chain = "dept:H410402",
                                          .seq = 7,
                                          .at = 1699574400123,
                                          .actor = "account:zhang",
                                          .remote = "10.0.0.8",
                                          .request_id = "",
                                          .action = "draw.freeze",
                                          .target = "draw:41040020231001.1",
                                          .detail = "{\"行\":3}" };

static void the_canonical_bytes_are_as_documented(void **state)
{
    struct buf out;
    buf_init(&out, *state, 1000);
    audit_canonical(&out, &event);
    assert_string_equal(out.p, "liancha-audit/1\n12:dept:H410402\n7\n1699574400123\n"
                               "13:account:zhang\n8:10.0.0.8\n0:\n11:draw.freeze\n"
                               "21:draw:41040020231001.1\n9:{\"行\":3}\n");
}

/* A boundary between two fields cannot be moved without changing the hash. */
static void fields_cannot_run_into_each_other(void **state)
{
    struct audit_event a = event;
    struct audit_event b = event;
    uint8_t first[DIGEST_SIZE];
    uint8_t second[DIGEST_SIZE];
    a.action = "dr";
    a.target = "aw1";
    b.action = "dr\n3:aw1";
    b.target = "";
    assert_int_equal(audit_hash(*state, key, first_before, &a, first), RC_OK);
    assert_int_equal(audit_hash(*state, key, first_before, &b, second), RC_OK);
    assert_memory_not_equal(first, second, DIGEST_SIZE);
}

static void every_field_changes_the_hash(void **state)
{
    uint8_t whole[DIGEST_SIZE];
    assert_int_equal(audit_hash(*state, key, first_before, &event, whole), RC_OK);
    for (int i = 0; i < 9; i++) {
        struct audit_event e = event;
        uint8_t hash[DIGEST_SIZE];
        const char **texts[] = { &e.chain,  &e.actor,  &e.remote, &e.request_id,
                                 &e.action, &e.target, &e.detail };
        if (i < 7)
            *texts[i] = arena_printf(*state, "%s ", *texts[i]);
        e.seq += i == 7;
        e.at += i == 8;
        assert_int_equal(audit_hash(*state, key, first_before, &e, hash), RC_OK);
        assert_memory_not_equal(hash, whole, DIGEST_SIZE);
    }
}

static void the_hash_depends_on_the_one_before(void **state)
{
    uint8_t first[DIGEST_SIZE];
    uint8_t second[DIGEST_SIZE];
    uint8_t expected[DIGEST_SIZE];
    struct buf whole;
    assert_int_equal(audit_hash(*state, key, first_before, &event, first), RC_OK);
    assert_int_equal(audit_hash(*state, key, first, &event, second), RC_OK);
    buf_init(&whole, *state, 1000);
    buf_puts(&whole, hex_dup(*state, first, sizeof first));
    buf_putc(&whole, '\n');
    audit_canonical(&whole, &event);
    hmac_sha256(key, sizeof key, whole.p, whole.n, expected);
    assert_memory_equal(second, expected, DIGEST_SIZE);
}

static void the_hash_depends_on_the_key(void **state)
{
    const uint8_t other[AUDIT_KEY] = { 1 };
    uint8_t first[DIGEST_SIZE];
    uint8_t second[DIGEST_SIZE];
    assert_int_equal(audit_hash(*state, key, first_before, &event, first), RC_OK);
    assert_int_equal(audit_hash(*state, other, first_before, &event, second), RC_OK);
    assert_memory_not_equal(first, second, DIGEST_SIZE);
}

static void each_chain_is_one_program_s(void **state)
{
    (void)state;
    static const struct {
        const char *chain;
        enum audit_writer writer;
    } cases[] = {
        { "dept:H410400", AUDIT_PLANNER }, { "planner", AUDIT_PLANNER },
        { "device:17", AUDIT_MOBILE },     { "mobile", AUDIT_MOBILE },
        { "pushd", AUDIT_PUSHD },          { "draw", AUDIT_DRAW },
        { "admin", AUDIT_ADMIN },          { "", AUDIT_WRITERS },
        { "system", AUDIT_WRITERS },       { "dept", AUDIT_WRITERS },
        { "pushd:1", AUDIT_WRITERS },      { "Planner", AUDIT_WRITERS },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(audit_writer_of(cases[i].chain), cases[i].writer);
}

static void an_event_over_the_cap_is_refused(void **state)
{
    struct audit_event e = event;
    uint8_t hash[DIGEST_SIZE];
    char *detail = arena_alloc(*state, AUDIT_EVENT_MAX + 1);
    memset(detail, 'x', AUDIT_EVENT_MAX);
    e.detail = detail;
    assert_int_equal(audit_hash(*state, key, first_before, &e, hash), RC_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(the_canonical_bytes_are_as_documented),
        WITH_ARENA(fields_cannot_run_into_each_other),
        WITH_ARENA(every_field_changes_the_hash),
        WITH_ARENA(the_hash_depends_on_the_one_before),
        WITH_ARENA(the_hash_depends_on_the_key),
        cmocka_unit_test(each_chain_is_one_program_s),
        WITH_ARENA(an_event_over_the_cap_is_refused),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
