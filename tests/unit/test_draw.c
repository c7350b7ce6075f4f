#include "unit.h"

#include "base/text.h"
#include "domain/draw/draw.h"

/*
 * The worked example. Every figure was computed on a shell, e.g. the seed by
 *   printf '%s' "$secret|$value|$snapshot_hash" | sha256sum
 * and the ticket of A4, number 2, by printf '%s' "$seed|A4|2" | sha256sum; for SM3 with
 * openssl dgst -sm3 in its place.
 */
static const char secret[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char value[] = "双色球 2023045 期 03 08 14 19 25 31 + 07";
static const char snapshot[] = "liancha-snapshot/1\tEXAMPLE.1\n"
                               "A1\t410402.medical\t1\t\n"
                               "A2\t410402.medical\t2\t\n"
                               "A3\t410402.medical\t0\t本年度检查次数已达上限\n"
                               "A4\t410402.medical\t3\t\n";

static const struct example {
    enum draw_rule rule;
    const char *secret_hash;
    const char *snapshot_hash;
    const char *seed;
    const char *tickets[6]; /* A1|1  A2|1  A2|2  A4|1  A4|2  A4|3 */
    const char *inspector;  /* visit|V1|inspector|I1|1 */
    const char *result;
} examples[] = {
    { DRAW_SHA256,
      "6c86c6aac5fb24bcf5d9939cb7d7d5645ce39418f449e03b262dd4fa14b4b92b",
      "4a81bd168a75dad20dcb5d6e6fbf0ad01860639b962d001e6da0a8d6d02be1c5",
      "210a5db66ed9126e5682886663c646eded46df1d3f4f614e19699c90e6120012",
      { "ae16e49e7e1167b481d30b2558e41bd91b288623f74dc6b24034b61d9f251477",
        "e4e82e404b23c0ad2cdaf8ebbc81342d75678d65353ae42dcb0f8a25d3ca6674",
        "c90d62e52f4555d1e435d7495d38d112b95b1e93f2d6bed969e00ea66864c4c6",
        "d2022789f2d9dad6ed940b1460afb4d292bdf835d4b275ba7464be5f31a9e4bc",
        "8819dfa7db80f45627bcb4fcc36658d74587b6e77d7a0370e8763060ee753378",
        "daa5243e7e9d00829209f6f92f220e4dd0bc2992e1e54e4bc207cc2683901338" },
      "e85be9a72b63b479ada2e0480730c513593350f8bae7f5676b6be8a41955e173",
      "410402.medical\t1\tA4\tselected\t"
      "8819dfa7db80f45627bcb4fcc36658d74587b6e77d7a0370e8763060ee753378\n"
      "410402.medical\t2\tA1\treserve\t"
      "ae16e49e7e1167b481d30b2558e41bd91b288623f74dc6b24034b61d9f251477\n" },
    { DRAW_SM3,
      "40d385e27f2319d1dfaabe37443ebe2ea9f6122cac835d11fb13af091b74dd40",
      "900cdb93cb4ff6ef3e0a9c1cf1b79fa86d08463225a8df4f15212ac1e76319f6",
      "e43a47e52c173a99baf0588898f7323d7e7b79a49af5329fe8ca567727297a1d",
      { "3b0b29e4122e4aeee6702ea676e48769a030e0ce95b979645f2cf43677141759",
        "0a7c454cf2fcf283f6d259cbe6ebe48ab399c85b37d4850e26711e0d3549ba3c",
        "9f372eced02e4c1fa590b4a0540d65ddc8a5e89f82fa0ee210d11956a4076ea1",
        "e3bd88d081a8e4db6acda9cbce97e53eb477b61a962e3f3a94b27f348cec62fe",
        "3d590372ed94f7226695c56d6c71f365d296881453609bb56c4cdf3561436f2f",
        "bd78850d13a210b41b534862db5a4fc0a4ecfa23ce41c2e02e91b1ce0be70ec3" },
      "f7505ff7b04a98ca935f4ca01cbbaa76cebf56b3dbfa17f50dc51515d7294e42",
      "410402.medical\t1\tA2\tselected\t"
      "0a7c454cf2fcf283f6d259cbe6ebe48ab399c85b37d4850e26711e0d3549ba3c\n"
      "410402.medical\t2\tA1\treserve\t"
      "3b0b29e4122e4aeee6702ea676e48769a030e0ce95b979645f2cf43677141759\n" },
};

static const struct draw_quota one_medical = { "410402.medical", 1 };

static void the_commitment_and_the_seed_are_what_a_shell_computes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];
        const char *snapshots[] = { e->snapshot_hash };
        char hex[DIGEST_HEX];
        assert_int_equal(draw_secret_hash(e->rule, secret, hex, NULL), RC_OK);
        assert_string_equal(hex, e->secret_hash);
        digest_hex(draw_digest(e->rule), snapshot, sizeof snapshot - 1, hex);
        assert_string_equal(hex, e->snapshot_hash);
        assert_int_equal(draw_seed(e->rule, secret, value, snapshots, 1, hex, NULL), RC_OK);
        assert_string_equal(hex, e->seed);
    }
}

static void the_secret_binds_each_roster(void **state)
{
    (void)state;
    const char *rosters[] = { secret, examples[0].secret_hash };
    const char *turned[] = { rosters[1], rosters[0] };
    for (size_t i = 0; i < COUNT(examples); i++) {
        char text[3 * DIGEST_HEX];
        char plain[DIGEST_HEX];
        char hex[DIGEST_HEX];
        (void)snprintf(text, sizeof text, "%s|%s|%s", secret, rosters[0], rosters[1]);
        digest_hex(draw_digest(examples[i].rule), text, strlen(text), plain);
        assert_int_equal(draw_secret(examples[i].rule, secret, rosters, 2, hex, NULL), RC_OK);
        assert_string_equal(hex, plain);
        assert_int_equal(draw_secret(examples[i].rule, secret, turned, 2, hex, NULL), RC_OK);
        assert_string_not_equal(hex, plain);
        assert_int_equal(draw_secret(examples[i].rule, secret, rosters, 1, hex, NULL), RC_OK);
        assert_string_not_equal(hex, plain);
        assert_int_equal(draw_secret(examples[i].rule, secret, rosters, 0, hex, NULL), RC_INVALID);
        assert_int_equal(draw_secret(examples[i].rule, "00", rosters, 2, hex, NULL), RC_INVALID);
    }
    rosters[1] = "00";
    char hex[DIGEST_HEX];
    assert_int_equal(draw_secret(DRAW_SHA256, secret, rosters, 2, hex, NULL), RC_INVALID);
}

static void expect_ticket(struct draw_tickets *tickets, const char *text, unsigned number,
                          const char *expected)
{
    uint8_t ticket[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    draw_ticket(tickets, text, strlen(text), number, ticket);
    hex_encode(hex, ticket, sizeof ticket);
    assert_string_equal(hex, expected);
}

static void tickets_are_what_a_shell_computes(void **state)
{
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];
        struct draw_tickets *tickets = draw_tickets(*state, e->rule, e->seed);
        expect_ticket(tickets, "A1", 1, e->tickets[0]);
        expect_ticket(tickets, "A2", 1, e->tickets[1]);
        expect_ticket(tickets, "A2", 2, e->tickets[2]);
        expect_ticket(tickets, "A4", 1, e->tickets[3]);
        expect_ticket(tickets, "A4", 2, e->tickets[4]);
        expect_ticket(tickets, "A4", 3, e->tickets[5]);
        expect_ticket(tickets, "visit|V1|inspector|I1", 1, e->inspector);
    }
}

/* The fast path of one block, and the slow one, against a plain digest of the whole text. */
static void tickets_of_every_length_equal_the_plain_digest(void **state)
{
    char text[200];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('!' + i % 90);
    for (size_t r = 0; r < COUNT(examples); r++) {
        struct draw_tickets *tickets = draw_tickets(*state, examples[r].rule, examples[r].seed);
        for (size_t n = 1; n < sizeof text; n++) {
            static const unsigned numbers[] = { 1, 9, 10, 99, 255, 4294967295U };
            for (size_t k = 0; k < COUNT(numbers); k++) {
                char hex[DIGEST_HEX];
                const char *whole =
                    arena_printf(*state, "%s|%.*s|%u", examples[r].seed, (int)n, text, numbers[k]);
                uint8_t ticket[DIGEST_SIZE];
                draw_ticket(tickets, text, n, numbers[k], ticket);
                digest_hex(draw_digest(examples[r].rule), whole, strlen(whole), hex);
                assert_string_equal(hex_dup(*state, ticket, sizeof ticket), hex);
            }
        }
    }
}

static void a_score_is_the_smallest_of_its_tickets(void **state)
{
    static const char *const subjects[] = {
        "91410400MA00000001", "a-subject-whose-code-is-so-long-that-no-single-block-takes-it-00"
    };
    for (size_t r = 0; r < COUNT(examples); r++) {
        struct draw_tickets *tickets = draw_tickets(*state, examples[r].rule, examples[r].seed);
        for (size_t s = 0; s < COUNT(subjects); s++) {
            uint8_t smallest[DIGEST_SIZE];
            memset(smallest, 0xFF, sizeof smallest);
            for (unsigned weight = 1; weight <= DRAW_WEIGHT_MAX; weight++) {
                uint8_t ticket[DIGEST_SIZE];
                uint8_t score[DIGEST_SIZE];
                draw_ticket(tickets, subjects[s], strlen(subjects[s]), weight, ticket);
                if (memcmp(ticket, smallest, DIGEST_SIZE) < 0)
                    memcpy(smallest, ticket, DIGEST_SIZE);
                draw_score(tickets, subjects[s], strlen(subjects[s]), weight, score);
                assert_memory_equal(score, smallest, DIGEST_SIZE);
            }
        }
    }
}

static void the_example_is_drawn_and_written_as_published(void **state)
{
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct draw_result result;
        struct buf out;
        assert_int_equal(draw_select(*state, examples[i].rule, examples[i].seed, snapshot,
                                     sizeof snapshot - 1, &one_medical, 1, 1, &result, NULL),
                         RC_OK);
        buf_init(&out, *state, 10000);
        for (size_t k = 0; k < result.count; k++)
            draw_result_line(&out, &result.picks[k]);
        assert_string_equal(out.p, examples[i].result);
        assert_string_equal(result.draw_id, "EXAMPLE.1");
        assert_int_equal(result.selected, 1);
        assert_int_equal(result.reserves, 1);
        assert_int_equal(result.lines, 4);
        assert_int_equal(result.eligible, 3);
        assert_int_equal(draw_result_compare(*state, out.p, out.n, &result, NULL), RC_OK);
    }
}

static void a_changed_result_file_is_named_by_line(void **state)
{
    struct draw_result result;
    struct err err;
    const char *file = examples[0].result;
    assert_int_equal(draw_select(*state, DRAW_SHA256, examples[0].seed, snapshot,
                                 sizeof snapshot - 1, &one_medical, 1, 1, &result, NULL),
                     RC_OK);
    size_t size = strlen(file);
    size_t first_line = (size_t)(strchr(file, '\n') - file) + 1;
    for (size_t i = 0; i < size; i++) {
        char *changed = arena_strdup(*state, file);
        changed[i] ^= 1;
        assert_int_equal(draw_result_compare(*state, changed, size, &result, &err), RC_CHECKSUM);
        assert_memory_equal(err.pointer, i < first_line ? "line 1, " : "line 2, ", 8);
        assert_int_equal(draw_result_compare(*state, file, i, &result, &err), RC_CHECKSUM);
    }
    char *longer = arena_printf(*state, "%s%s", file, "410402.medical\t3\tA2\treserve\t\n");
    assert_int_equal(draw_result_compare(*state, longer, strlen(longer), &result, &err),
                     RC_CHECKSUM);
    assert_memory_equal(err.pointer, "line 3, ", 8);
}

/* The lines of fcgi/public/rule-2.md, for both digests. */
static void a_reserve_is_public_as_a_digest_that_only_its_own_opening_opens(void **state)
{
    static const struct {
        enum draw_rule rule;
        const char *opening;
        const char *digest;
    } rules[] = { { DRAW_2_SHA256,
                    "112a3e9ef9fe75cbc8a52ee465495a340e62377734b0b26c4dde24bca189ee1e",
                    "37458f3cfe72e051aa3f3c68dcced4a5dd79d8f82acb78db78e418f3c3aee131" },
                  { DRAW_2_SM3, "c0e27efd7955026e2261cbc7488be7294b11f91567a60b8844b8759267d7a852",
                    "2a78db18124f34ae0f238f38d33ccd441d36037aab6774b80bb05adf429b4374" } };
    static const uint8_t score[DIGEST_SIZE];
    const struct draw_pick picks[] = { { "410402.medical", "A2", score, 1, false },
                                       { "410402.medical", "A4", score, 2, true } };
    const struct draw_result result = { .picks = picks, .count = 2, .draw_id = "EXAMPLE.1" };
    struct err err;
    for (size_t i = 0; i < COUNT(rules); i++) {
        char hex[DIGEST_HEX];
        struct buf out;
        draw_opening(rules[i].rule, secret, "EXAMPLE.1", "410402.medical", 2, hex);
        assert_string_equal(hex, rules[i].opening);
        buf_init(&out, *state, 10000);
        draw_drawn_head(&out, "EXAMPLE.1");
        for (size_t k = 0; k < COUNT(picks); k++)
            draw_drawn_line(&out, rules[i].rule, secret, "EXAMPLE.1", &picks[k]);
        assert_string_equal(out.p, arena_printf(*state,
                                                "liancha-drawn/1\tEXAMPLE.1\n"
                                                "410402.medical\t1\tA2\tselected\n"
                                                "410402.medical\t2\t%s\treserve\n",
                                                rules[i].digest));
        assert_int_equal(
            draw_drawn_compare(*state, out.p, out.n, rules[i].rule, secret, &result, &err), RC_OK);
        for (size_t k = 0; k < out.n; k++) {
            char *changed = arena_strdup(*state, out.p);
            changed[k] ^= 1;
            assert_int_equal(
                draw_drawn_compare(*state, changed, out.n, rules[i].rule, secret, &result, &err),
                RC_CHECKSUM);
            assert_int_equal(
                draw_drawn_compare(*state, out.p, k, rules[i].rule, secret, &result, &err),
                RC_CHECKSUM);
        }
        buf_puts(&out, "\n");
        assert_int_equal(
            draw_drawn_compare(*state, out.p, out.n, rules[i].rule, secret, &result, &err),
            RC_CHECKSUM);
        assert_string_equal(err.pointer, "line 4");
    }
}

static void bad_secrets_values_and_hashes_are_refused(void **state)
{
    (void)state;
    char hex[DIGEST_HEX];
    const char *good[] = { examples[0].snapshot_hash };
    const char *bad[] = { "4A81bd168a75dad20dcb5d6e6fbf0ad01860639b962d001e6da0a8d6d02be1c5" };
    assert_int_equal(draw_secret_hash(DRAW_SHA256, "00", hex, NULL), RC_INVALID);
    assert_int_equal(draw_seed(DRAW_SHA256, "00", value, good, 1, hex, NULL), RC_INVALID);
    assert_int_equal(draw_seed(DRAW_SHA256, secret, value, bad, 1, hex, NULL), RC_INVALID);
    assert_int_equal(draw_seed(DRAW_SHA256, secret, value, good, 0, hex, NULL), RC_INVALID);
    static const char *const values[] = { "", " 1", "1 ", "1|2", "1\n", "\xFF", "　1", "1　" };
    for (size_t i = 0; i < COUNT(values); i++)
        assert_int_equal(draw_public_value(values[i], NULL), RC_INVALID);
    char longer[DRAW_PUBLIC_VALUE_MAX + 2];
    memset(longer, '1', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(draw_public_value(longer, NULL), RC_INVALID);
    assert_int_equal(draw_public_value(longer + 1, NULL), RC_OK);
}

static void rules_are_known_by_name(void **state)
{
    (void)state;
    enum draw_rule rule = DRAW_SHA256;
    assert_true(draw_rule_parse("liancha-draw/1-sm3", &rule));
    assert_int_equal(rule, DRAW_SM3);
    assert_true(draw_rule_parse(draw_rule_name(DRAW_SHA256), &rule));
    assert_int_equal(rule, DRAW_SHA256);
    assert_int_equal(draw_rule_version(rule), 1);
    assert_true(draw_rule_parse("liancha-draw/2-sm3", &rule));
    assert_int_equal(draw_rule_version(rule), 2);
    assert_int_equal(draw_digest(rule), DIGEST_SM3);
    assert_false(draw_rule_parse("liancha-draw/3", &rule));
}

static void bad_quotas_are_refused(void **state)
{
    struct draw_result result;
    static const struct draw_quota doubled[] = { { "410402.medical", 1 }, { "410402.medical", 1 } };
    static const struct draw_quota unknown = { "41040.medical", 1 };
    static const struct draw_quota huge = { "410402.medical", DRAW_QUOTA_MAX + 1 };
    assert_int_equal(draw_select(*state, DRAW_SHA256, examples[0].seed, snapshot,
                                 sizeof snapshot - 1, doubled, 2, 1, &result, NULL),
                     RC_INVALID);
    assert_int_equal(draw_select(*state, DRAW_SHA256, examples[0].seed, snapshot,
                                 sizeof snapshot - 1, &unknown, 1, 1, &result, NULL),
                     RC_INVALID);
    assert_int_equal(draw_select(*state, DRAW_SHA256, examples[0].seed, snapshot,
                                 sizeof snapshot - 1, &huge, 1, 1, &result, NULL),
                     RC_INVALID);
    assert_int_equal(draw_select(*state, DRAW_SHA256, "seed", snapshot, sizeof snapshot - 1,
                                 &one_medical, 1, 1, &result, NULL),
                     RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_commitment_and_the_seed_are_what_a_shell_computes),
        cmocka_unit_test(the_secret_binds_each_roster),
        WITH_ARENA(tickets_are_what_a_shell_computes),
        WITH_ARENA(tickets_of_every_length_equal_the_plain_digest),
        WITH_ARENA(a_score_is_the_smallest_of_its_tickets),
        WITH_ARENA(the_example_is_drawn_and_written_as_published),
        WITH_ARENA(a_changed_result_file_is_named_by_line),
        WITH_ARENA(a_reserve_is_public_as_a_digest_that_only_its_own_opening_opens),
        cmocka_unit_test(bad_secrets_values_and_hashes_are_refused),
        cmocka_unit_test(rules_are_known_by_name),
        WITH_ARENA(bad_quotas_are_refused),
    };
    return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
