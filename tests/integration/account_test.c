#include "harness.h"

#include <string.h>

#include "store/account.h"
#include "sys/password.h"
#include "sys/random.h"

enum { NOW = 1000000, MAX_FAILURES = 5 };

static int begin(void **state)
{
    harness_sql("DELETE FROM session");
    harness_sql("DELETE FROM account WHERE login LIKE 'test-%'");
    struct harness *h = harness_open("admin");
    harness_reference(h);
    *state = h;
    return 0;
}

static int end(void **state)
{
    harness_close(*state);
    harness_sql("DELETE FROM session");
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

static void the_fifth_failure_in_a_row_locks(void **state)
{
    struct harness *h = *state;
    int64_t id = create(h, "test-c");
    for (int i = 1; i <= MAX_FAILURES; i++) {
        assert_int_equal(read(h, "test-c").locked_until, 0);
        assert_rc(RC_OK, account_failed(h->db, id, MAX_FAILURES, NOW + 900000));
    }
    assert_int_equal(read(h, "test-c").locked_until, NOW + 900000);
    assert_rc(RC_OK, account_unlock(h->db, "test-c"));
    assert_int_equal(read(h, "test-c").locked_until, 0);
    assert_int_equal(read(h, "test-c").failures, 0);
}

static void a_success_forgets_the_failures_before_it(void **state)
{
    struct harness *h = *state;
    int64_t id = create(h, "test-d");
    for (int i = 1; i < MAX_FAILURES; i++)
        assert_rc(RC_OK, account_failed(h->db, id, MAX_FAILURES, NOW + 900000));
    assert_rc(RC_OK, account_succeeded(h->db, id));
    assert_rc(RC_OK, account_failed(h->db, id, MAX_FAILURES, NOW + 900000));
    assert_int_equal(read(h, "test-d").locked_until, 0);
}

static void a_session_ends_by_time_by_logout_and_by_disabling(void **state)
{
    struct harness *h = *state;
    int64_t id = create(h, "test-e");
    uint8_t hash[DIGEST_SIZE];
    struct actor actor;
    (void)random_token(h->arena, hash);
    assert_rc(RC_OK, session_create(h->db, hash, id, NOW, NOW + 1000, "127.0.0.1"));
    assert_rc(RC_OK, session_actor(h->db, h->arena, hash, NOW + 999, &actor));
    assert_string_equal(actor.name, "test-e");
    assert_int_equal(actor.roles, ROLE_PLANNER);
    assert_rc(RC_UNAUTHENTICATED, session_actor(h->db, h->arena, hash, NOW + 1000, &actor));
    assert_rc(RC_OK, account_disable(h->db, "test-e"));
    assert_rc(RC_UNAUTHENTICATED, session_actor(h->db, h->arena, hash, NOW + 1, &actor));

    id = create(h, "test-f");
    (void)random_token(h->arena, hash);
    assert_rc(RC_OK, session_create(h->db, hash, id, NOW, NOW + 1000, "127.0.0.1"));
    assert_rc(RC_OK, session_delete(h->db, hash));
    assert_rc(RC_UNAUTHENTICATED, session_actor(h->db, h->arena, hash, NOW + 1, &actor));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_password_is_stored_as_argon2id_only, begin, end),
        cmocka_unit_test_setup_teardown(a_login_exists_once, begin, end),
        cmocka_unit_test_setup_teardown(the_fifth_failure_in_a_row_locks, begin, end),
        cmocka_unit_test_setup_teardown(a_success_forgets_the_failures_before_it, begin, end),
        cmocka_unit_test_setup_teardown(a_session_ends_by_time_by_logout_and_by_disabling, begin,
                                        end),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
