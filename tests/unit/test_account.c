#include "unit.h"

#include "domain/account/password.h"
#include "domain/account/role.h"
#include "domain/account/sign_in.h"
#include "domain/account/totp.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

static void duties_that_exclude_one_another_do_not_meet_but_by_an_exception(void **state)
{
    (void)state;
    static const struct {
        unsigned roles;
        unsigned excepted;
        bool meet;
    } cases[] = {
        { ROLE_PLANNER, 0, true },
        { ROLE_PLANNER | ROLE_INSPECTOR, 0, true },
        { ROLE_REVIEWER | ROLE_INSPECTOR, 0, true },
        { ROLE_PLANNER | ROLE_REVIEWER, 0, false },
        { ROLE_PLANNER | ROLE_PUBLISHER, 0, false },
        { ROLE_REVIEWER | ROLE_PUBLISHER | ROLE_INSPECTOR, 0, false },
        { ROLE_PLANNER | ROLE_REVIEWER, ROLE_PLANNER | ROLE_REVIEWER, true },
        { ROLE_PLANNER | ROLE_REVIEWER | ROLE_INSPECTOR, ROLE_PLANNER | ROLE_REVIEWER, true },
        { ROLE_PLANNER | ROLE_REVIEWER | ROLE_PUBLISHER, ROLE_PLANNER | ROLE_REVIEWER, false },
        { ROLE_PLANNER | ROLE_REVIEWER | ROLE_PUBLISHER, ROLES_DIVIDED, true },
        { ROLE_AUDITOR, 0, true },
        { ROLE_AUDITOR | ROLE_INSPECTOR, 0, false },
        { ROLE_AUDITOR | ROLE_PLANNER, ROLES_DIVIDED, false },
        { ROLE_ADMINISTRATOR, 0, true },
        { ROLE_ADMINISTRATOR | ROLE_AUDITOR, 0xFF, false },
        { ROLE_ADMINISTRATOR | ROLE_INSPECTOR, 0xFF, false },
        { ROLE_REPORTER, 0, true },
        { ROLE_REPORTER | ROLE_PLANNER, 0xFF, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(role_conflict(cases[i].roles, cases[i].excepted) == 0, cases[i].meet);
}

static void a_password_is_long_mixed_its_own_and_no_word_of_the_list(void **state)
{
    (void)state;
    static const char *const words[] = { "123456789", "password", "123456", "liancha", "qwerty",
                                         "admin",     "2026",     "!@#$",   "123" };
    const struct password_rules rules = {
        .length = 12, .classes = 3, .words = words, .word_count = sizeof words / sizeof words[0]
    };
    static const struct {
        const char *password;
        enum password_fault fault;
    } cases[] = {
        { "Stapel-47-Korn", PASSWORD_GOOD },
        { "correct horse battery 7X", PASSWORD_GOOD },
        { "平顶山双随机抽查一公开2x好", PASSWORD_GOOD },
        { "Stapel-47-K", PASSWORD_SHORT },
        { "平顶山双随机抽查一2x", PASSWORD_SHORT },
        { "", PASSWORD_SHORT },
        { "correct horse battery", PASSWORD_PLAIN },
        { "correcthorse47battery", PASSWORD_PLAIN },
        { "Password123!", PASSWORD_KNOWN },
        { "P@ssw0rd123456!", PASSWORD_KNOWN },
        { "Admin@123456789", PASSWORD_KNOWN },
        { "Liancha2026!@#$", PASSWORD_KNOWN },
        { "Qwerty!@#$2026xx", PASSWORD_KNOWN },
        { "Aa1!Aa1!Aa1!Aa1!", PASSWORD_KNOWN },
        { "Zhang.San-4711-x", PASSWORD_NAMED },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (password_judge(&rules, cases[i].password, "zhang.san") != cases[i].fault)
            fail_msg("%s: %d", cases[i].password,
                     password_judge(&rules, cases[i].password, "zhang.san"));
    char longest[PASSWORD_MAX + 2] = "";
    for (size_t i = 0; i <= PASSWORD_MAX; i++)
        longest[i] = "aB3-"[i % 4];
    assert_int_equal(password_judge(&rules, longest, "zhang.san"), PASSWORD_LONG);
}

static const struct sign_in_rules five = { .max_failures = 5, .lock_ms = 15 * MINUTE };

/* How long the n failures from now on lock; 0: not at all. */
static int64_t fail_times(struct sign_in *s, int n, int64_t now)
{
    bool locks = false;
    for (int i = 0; i < n; i++)
        locks = sign_in_fail(s, &five, now);
    return locks ? s->locked_until - now : 0;
}

static void the_fifth_failure_locks_and_each_lock_is_twice_as_long_up_to_a_day(void **state)
{
    (void)state;
    struct sign_in s = { .failures = 0 };
    int64_t now = 1000 * HOUR;
    int64_t expected = 15 * MINUTE;
    assert_int_equal(fail_times(&s, 4, now), 0);
    assert_int_equal(fail_times(&s, 1, now), expected);
    for (int lock = 2; lock < 20; lock++) {
        now = s.locked_until;
        expected = expected * 2 < 24 * HOUR ? expected * 2 : 24 * HOUR;
        assert_int_equal(fail_times(&s, 4, now), 0); /* counted from nothing */
        assert_int_equal(fail_times(&s, 1, now), expected);
    }
}

static void a_day_without_a_failure_behind_the_last_lock_is_a_new_beginning(void **state)
{
    (void)state;
    struct sign_in s = { .failures = 0 };
    int64_t now = 1000 * HOUR;
    assert_int_equal(fail_times(&s, 4, now), 0);
    now += SIGN_IN_FORGET_MS + 1;
    assert_int_equal(fail_times(&s, 4, now), 0);
    assert_int_equal(fail_times(&s, 1, now), 15 * MINUTE);
    now = s.locked_until + SIGN_IN_FORGET_MS;
    assert_int_equal(fail_times(&s, 5, now), 30 * MINUTE);
    now = s.locked_until + SIGN_IN_FORGET_MS + 1;
    assert_int_equal(fail_times(&s, 5, now), 15 * MINUTE);
}

static void an_address_is_an_ipv4_address_or_the_network_of_an_ipv6_address(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "10.1.2.3", "10.1.2.3" },
        { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
        { "2001:DB8:1:2::ffff", "2001:db8:1:2::" },
        { "::ffff:10.1.2.3", "::ffff:10.1.2.3" },
        { "unix:", "unix:" },
        { "", "" },
    };
    char out[SIGN_IN_SOURCE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sign_in_source(cases[i][0], out);
        assert_string_equal(out, cases[i][1]);
    }
}

/* RFC 6238, appendix B, of SHA-1: the last six of its eight digits. */
static void the_digits_of_an_authenticator_are_those_of_the_rfc(void **state)
{
    (void)state;
    static const uint8_t secret[TOTP_SECRET + 1] = "12345678901234567890";
    static const struct {
        int64_t seconds;
        const char *digits;
    } cases[] = {
        { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
        { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
    };
    char out[TOTP_BASE32];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        totp_code(secret, cases[i].seconds / 30, out);
        assert_string_equal(out, cases[i].digits);
    }
    totp_base32(secret, out);
    assert_string_equal(out, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

static void digits_count_once_and_one_step_beside_their_own(void **state)
{
    (void)state;
    static const uint8_t secret[TOTP_SECRET + 1] = "12345678901234567890";
    const int64_t at = INT64_C(1111111111) * 1000; /* of step 37037037, to 1111111139.999 */
    int64_t step = 0;
    assert_true(totp_match(secret, "050471", at, 0, &step));
    assert_int_equal(step, 37037037);
    assert_true(totp_match(secret, "050471", at + 30000, 0, &step));
    assert_true(totp_match(secret, "050471", at - 30000, 0, &step));
    assert_false(totp_match(secret, "050471", at + 60000, 0, &step));
    assert_false(totp_match(secret, "050471", at - 60000, 0, &step));
    assert_false(totp_match(secret, "050471", at, 37037037, &step));
    assert_false(totp_match(secret, "50471", at, 0, &step));
    assert_false(totp_match(secret, "", at, 0, &step));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(duties_that_exclude_one_another_do_not_meet_but_by_an_exception),
        cmocka_unit_test(a_password_is_long_mixed_its_own_and_no_word_of_the_list),
        cmocka_unit_test(the_fifth_failure_locks_and_each_lock_is_twice_as_long_up_to_a_day),
        cmocka_unit_test(a_day_without_a_failure_behind_the_last_lock_is_a_new_beginning),
        cmocka_unit_test(the_digits_of_an_authenticator_are_those_of_the_rfc),
        cmocka_unit_test(digits_count_once_and_one_step_beside_their_own),
        cmocka_unit_test(an_address_is_an_ipv4_address_or_the_network_of_an_ipv6_address),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
