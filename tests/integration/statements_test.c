#include "harness.h"

static void every_declared_statement_fits_the_schema(void **state)
{
    (void)state;
    struct harness *h = harness_open("migrate");
    size_t count;
    const struct db_stmt *const *all = db_statements(&count);
    assert_true(count > 50);
    for (size_t i = 0; i < count; i++) {
        struct err err = { .rc = RC_OK };
        if (db_check_statement(h->db, all[i], &err) != RC_OK)
            fail_msg("statement %s %s", err.pointer, err.detail);
    }
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        every_declared_statement_fits_the_schema) };
    return cmocka_run_group_tests_name("statements", tests, NULL, NULL);
}
