#include "harness.h"

#include <string.h>

#include "store/account/password_kept.h"
#include "store/account/session.h"
#include "store/account/sign_in.h"
#include "sys/password.h"
#include "sys/random.h"

enum { NOW = 1000000, MINUTE = 60000 };

static int begin(void **state)
{
    harness_sql("DELETE FROM session");
    harness_sql("DELETE FROM password_former");
    harness_sql("DELETE FROM account WHERE login LIKE 'test-%'");
    struct harness *admin = harness_open("admin");
    harness_reference(admin);
    harness_close(admin);
    struct harness *h = harness_open("planner");
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE)); /* as around a handler; never committed */
    *state = h;
    return 0;
}

static int end(void **state)
{
    harness_close(*state);
    harness_sql("DELETE FROM session");
    harness_sql("DELETE FROM password_former");
    harness_sql("DELETE FROM account WHERE login LIKE 'test-%'");
    return 0;
}

static int64_t create(struct harness *h, const char *login)
{
    int64_t id = 0;
    const struct account account = { .login = login,
                                     .name = "测试（合成）",
                                     .department_id = 1,
                                     .roles = ROLE_PLANNER,
                                     .password_hash =
                                         password_hash(h->arena, "correct horse battery") };
    assert_rc(RC_OK, account_create(h->db, &account, &id));
    return id;
}

static struct account read(struct harness *h, const char *login)
{
    struct account account;
    assert_rc(RC_OK, account_by_login(h->db, h->arena, login, &account));
    return account;
}

static void a_password_is_stored_as_argon2id_only(void **state)
{
    struct harness *h = *state;
    (void)create(h, "test-a");
    struct account account = read(h, "test-a");
    assert_memory_equal(account.password_hash, "$argon2id$", 10);
    assert_true(password_matches(account.password_hash, "correct horse battery"));
    assert_false(password_matches(account.password_hash, "correct horse batterz"));
}

static void a_login_exists_once(void **state)
{
    struct harness *h = *state;
    (void)create(h, "test-b");
    int64_t id;
    const struct account twice = { .login = "test-b",
                                   .name = "x",
                                   .department_id = 1,
                                   .roles = ROLE_PLANNER,
                                   .password_hash = "x" };
    assert_rc(RC_CONFLICT, account_create(h->db, &twice, &id));
}

static const struct sign_in_rules five = { .max_failures = 5, .lock_ms = 15 * MINUTE };

static bool fail_from(struct harness *h, const struct account *account, const char *source)
{
    struct sign_in s;
    bool locks;
    assert_rc(RC_OK,
              sign_in_failed(h->db, account->login, source, account, &five, NOW, &s, &locks));
    return locks;
}

static int64_t locked_until(struct harness *h, const char *login, const char *source)
{
    struct sign_in s;
    assert_rc(RC_OK, sign_in_read(h->db, login, source, &s));
    return s.locked_until;
}

static void failures_lock_their_address_out_and_nobody_else(void **state)
{
    struct harness *h = *state;
    (void)create(h, "test-c");
    struct account account = read(h, "test-c");
    for (int i = 1; i <= 5; i++)
        assert_int_equal(fail_from(h, &account, "10.0.0.1"), i == 5);
    assert_int_equal(locked_until(h, "test-c", "10.0.0.1"), NOW + 15 * MINUTE);
    assert_int_equal(locked_until(h, "test-c", "10.0.0.2"), 0);
    assert_false(fail_from(h, &account, "10.0.0.1")); /* locked already: counts no more */
    assert_int_equal(read(h, "test-c").failures, 5);
    assert_rc(RC_OK, sign_in_succeeded(h->db, &account, "10.0.0.2", "10.0.0.2", NOW));
    assert_int_equal(read(h, "test-c").failures, 0);
    assert_int_equal(read(h, "test-c").signed_in_at, NOW);
    assert_string_equal(read(h, "test-c").signed_in_from, "10.0.0.2");
    assert_int_equal(locked_until(h, "test-c", "10.0.0.1"), NOW + 15 * MINUTE);
    assert_rc(RC_OK, account_unlock(h->db, &account));
    assert_int_equal(locked_until(h, "test-c", "10.0.0.1"), 0);
}

static void a_success_forgets_the_failures_of_its_address(void **state)
{
    struct harness *h = *state;
    (void)create(h, "test-d");
    struct account account = read(h, "test-d");
    for (int i = 1; i < 5; i++)
        assert_false(fail_from(h, &account, "10.0.0.1"));
    assert_rc(RC_OK, sign_in_succeeded(h->db, &account, "10.0.0.1", "10.0.0.1", NOW));
    assert_false(fail_from(h, &account, "10.0.0.1"));
}

static const struct session_rules rules = { .idle_ms = 10 * MINUTE,
                                            .session_ms = 30 * MINUTE,
                                            .max = 3 };

static void open_session(struct harness *h, int64_t id, int64_t now, uint8_t hash[DIGEST_SIZE])
{
    (void)random_token(h->arena, hash);
    assert_rc(RC_OK, session_create(h->db, hash, id, now, &rules, "127.0.0.1"));
}

static enum rc use(struct harness *h, const uint8_t hash[DIGEST_SIZE], int64_t now)
{
    struct actor actor;
    return session_actor(h->db, h->arena, hash, now, rules.idle_ms, &actor);
}

static void a_session_ends_when_nobody_uses_it_and_at_the_latest_by_its_time(void **state)
{
    struct harness *h = *state;
    int64_t id = create(h, "test-e");
    uint8_t hash[DIGEST_SIZE];
    open_session(h, id, NOW, hash);
    assert_rc(RC_OK, use(h, hash, NOW + 10 * MINUTE - 1));
    assert_rc(RC_OK, use(h, hash, NOW + 20 * MINUTE - 2));
    assert_rc(RC_OK, use(h, hash, NOW + 30 * MINUTE - 3));
    assert_rc(RC_UNAUTHENTICATED, use(h, hash, NOW + 30 * MINUTE));
    open_session(h, id, NOW, hash);
    assert_rc(RC_UNAUTHENTICATED, use(h, hash, NOW + 10 * MINUTE));
}

static void a_session_ends_by_logout_by_disabling_and_by_a_reset(void **state)
{
    struct harness *h = *state;
    int64_t id = create(h, "test-f");
    struct account account = read(h, "test-f");
    uint8_t hash[DIGEST_SIZE];
    open_session(h, id, NOW, hash);
    assert_rc(RC_OK, session_delete(h->db, hash));
    assert_rc(RC_UNAUTHENTICATED, use(h, hash, NOW + 1));
    open_session(h, id, NOW, hash);
    assert_rc(RC_OK, account_reset(h->db, &account, "x"));
    assert_rc(RC_UNAUTHENTICATED, use(h, hash, NOW + 1));
    open_session(h, id, NOW, hash);
    assert_rc(RC_OK, account_disable(h->db, &account));
    assert_rc(RC_UNAUTHENTICATED, use(h, hash, NOW + 1));
    assert_rc(RC_STATE, account_disable(h->db, &account));
    assert_rc(RC_OK, account_retire(h->db, &account));
    assert_rc(RC_STATE, account_enable(h->db, &account));
    assert_rc(RC_STATE, account_reset(h->db, &account, "x"));
    assert_rc(RC_STATE, account_move(h->db, &account, 2));
}

static void of_too_many_sessions_the_one_used_least_recently_gives_way(void **state)
{
    struct harness *h = *state;
    int64_t id = create(h, "test-g");
    uint8_t hashes[4][DIGEST_SIZE];
    for (int i = 0; i < 3; i++)
        open_session(h, id, NOW + i, hashes[i]);
    assert_rc(RC_OK, use(h, hashes[0], NOW + 2 * MINUTE));
    open_session(h, id, NOW + 2 * MINUTE, hashes[3]);
    for (int i = 0; i < 4; i++)
        assert_rc(i == 1 ? RC_UNAUTHENTICATED : RC_OK, use(h, hashes[i], NOW + 2 * MINUTE));
}

static void one_s_own_new_password_ends_the_other_sessions(void **state)
{
    struct harness *h = *state;
    int64_t id = create(h, "test-h");
    struct account account = read(h, "test-h");
    uint8_t mine[DIGEST_SIZE];
    uint8_t other[DIGEST_SIZE];
    open_session(h, id, NOW, mine);
    open_session(h, id, NOW, other);
    assert_true(account.must_change);
    assert_rc(RC_OK, account_password(h->db, &account, password_hash(h->arena, "x"), mine));
    assert_rc(RC_OK, use(h, mine, NOW));
    assert_rc(RC_UNAUTHENTICATED, use(h, other, NOW));
    assert_false(read(h, "test-h").must_change);
}

static void none_of_the_last_five_passwords_comes_again(void **state)
{
    struct harness *h = *state;
    static const char *const had[] = { "Stapel-47-Korn", "Becher-11-Salz", "Wiege-93-Torf",
                                       "Lampe-26-Moor",  "Kanne-58-Harz",  "Feder-74-Lehm" };
    struct err err;
    (void)create(h, "test-i");
    for (int i = 0; i < 6; i++) {
        struct account account = read(h, "test-i");
        assert_rc(RC_OK, account_password(h->db, &account, password_hash(h->arena, had[i]),
                                          (const uint8_t[DIGEST_SIZE]){ 0 }));
    }
    struct account account = read(h, "test-i");
    for (int i = 0; i < 6; i++)
        assert_rc(i == 0 ? RC_OK : RC_INVALID,
                  password_accept(h->db, h->arena, &account, 20700, had[i], "/password", &err));
    assert_rc(RC_INVALID, password_accept(h->db, h->arena, &account, 20700, "Passw0rd-2026!",
                                          "/password", &err));
    assert_string_equal(err.pointer, "/password");
}

static void digests_are_made_in_few_places_and_a_lost_connection_gives_its_own_back(void **state)
{
    struct harness *h = *state;
    struct harness *other = harness_open("planner");
    int64_t place;
    int64_t second;
    assert_rc(RC_OK, password_place_take(h->db, 1, &place, NULL));
    assert_rc(RC_TOO_MANY, password_place_take(other->db, 1, &second, NULL));
    assert_rc(RC_OK, password_place_take(other->db, 2, &second, NULL));
    assert_int_equal(second, 2);
    password_place_give(h->db, place);
    assert_rc(RC_OK, password_place_take(h->db, 1, &place, NULL));
    password_place_give(h->db, place);
    harness_close(other);
    assert_rc(RC_OK, password_place_take(h->db, 2, &place, NULL));
    password_place_give(h->db, place);
}

static void duties_meet_in_an_account_while_an_exception_is_on_record(void **state)
{
    (void)state;
    const unsigned both = ROLE_PLANNER | ROLE_REVIEWER;
    struct harness *h = harness_open("admin");
    struct err err;
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE)); /* never committed */
    assert_rc(RC_INVALID, duty_check(h->db, 1, 20700, both, &err));
    assert_rc(RC_OK, duty_except(h->db, 1, both, "测试批复1号", "测试", 20700, NOW));
    assert_rc(RC_OK, duty_check(h->db, 1, 20700, both, &err));
    assert_rc(RC_INVALID, duty_check(h->db, 1, 20701, both, &err));
    assert_rc(RC_INVALID, duty_check(h->db, 2, 20700, both, &err));
    assert_rc(RC_INVALID, duty_check(h->db, 1, 20700, both | ROLE_PUBLISHER, &err));
    assert_rc(RC_INVALID, duty_check(h->db, 1, 20700, both | ROLE_AUDITOR, &err));
    harness_close(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_password_is_stored_as_argon2id_only),
        TEST(a_login_exists_once),
        TEST(failures_lock_their_address_out_and_nobody_else),
        TEST(a_success_forgets_the_failures_of_its_address),
        TEST(a_session_ends_when_nobody_uses_it_and_at_the_latest_by_its_time),
        TEST(a_session_ends_by_logout_by_disabling_and_by_a_reset),
        TEST(of_too_many_sessions_the_one_used_least_recently_gives_way),
        TEST(one_s_own_new_password_ends_the_other_sessions),
        TEST(none_of_the_last_five_passwords_comes_again),
        TEST(digests_are_made_in_few_places_and_a_lost_connection_gives_its_own_back),
        TEST(duties_meet_in_an_account_while_an_exception_is_on_record),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
