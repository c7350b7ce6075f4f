/* Run by grants.mjs: prepares the statements named on the input with the account of a section. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static const char *account_section;

static const struct db_stmt *find(const char *name)
{
    size_t count;
    const struct db_stmt *const *all = db_statements(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    fail_msg("no statement %s", name);
    return NULL;
}

static void the_account_may_run_each_statement(void **state)
{
    (void)state;
    struct harness *h = harness_open(account_section);
    char name[80];
    unsigned refused = 0;
    while (fgets(name, sizeof name, stdin)) {
        struct err err = { .rc = RC_OK };
        name[strcspn(name, "\n")] = '\0';
        if (db_check_statement(h->db, find(name), &err) == RC_OK)
            continue;
        print_error("%s may not run %s\n", account_section, name); /* why is in the log's line */
        refused++;
    }
    harness_close(h);
    assert_int_equal(refused, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_account_may_run_each_statement) };
    if (argc != 2) {
        (void)fputs("run by tests/integration/grants.mjs: ctest -R store_grants\n", stderr);
        return 2;
    }
    account_section = argv[1];
    return cmocka_run_group_tests_name("grants", tests, NULL, NULL);
}
