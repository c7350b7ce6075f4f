#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "store/directory/reference.h"

static int64_t count(struct harness *h, enum reference_list which)
{
    struct reference_codes codes;
    assert_rc(RC_OK, reference_codes(h->db, h->arena, which, &codes));
    return (int64_t)codes.count;
}

static void loading_the_same_files_twice_changes_nothing(void **state)
{
    (void)state;
    struct harness *h = harness_open("admin");
    harness_reference(h);
    int64_t regions = count(h, CODES_REGION);
    int64_t departments = count(h, CODES_DEPARTMENT);
    harness_reference(h);
    assert_int_equal(count(h, CODES_REGION), regions);
    assert_int_equal(count(h, CODES_DEPARTMENT), departments);
    assert_int_equal(regions, 11);
    harness_close(h);
}

struct text {
    struct harness *h;
    const char *csv;
};

static enum rc load_text(struct db *db, void *data, struct err *err)
{
    struct text *t = data;
    int64_t rows;
    FILE *in = fmemopen((void *)(uintptr_t)t->csv, strlen(t->csv), "r");
    assert_non_null(in);
    enum rc rc = reference_load(db, t->h->arena, REFERENCE_REGION, in, &rows, err);
    (void)fclose(in);
    return rc;
}

static void a_bad_line_is_named_and_the_whole_file_refused(void **state)
{
    (void)state;
    static const struct {
        const char *csv;
        const char *names;
    } bad[] = {
        { "code,name,parent,level\n990000,甲,,city\n990001,乙,999999,district\n", "第 3 行" },
        { "code,name,parent,level\n990000,甲,,city\n990001,乙,\n", "第 3 行" },
        { "code,name,parent,level\n990000,甲,,city\n990001,乙,,village\n", "第 3 行" },
        { "code,name,level\n990000,甲,city\n", "parent" },
        { "code,name,parent,level,extra\n", "extra" },
        { "code,name,parent,level\n990000,\"甲,,city\n", "引号" },
        { "code,name,parent,level\n990000,\xff,,city\n", "UTF-8" },
    };
    struct harness *h = harness_open("admin");
    harness_reference(h);
    int64_t before = count(h, CODES_REGION);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = { .rc = RC_OK };
        struct text t = { h, bad[i].csv };
        enum rc rc = db_transaction(h->db, load_text, &t, &err);
        assert_true(rc == RC_INVALID || rc == RC_MALFORMED);
        if (!strstr(err.detail, bad[i].names))
            fail_msg("case %zu: %s", i, err.detail);
        assert_int_equal(count(h, CODES_REGION), before);
    }
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_the_same_files_twice_changes_nothing),
        cmocka_unit_test(a_bad_line_is_named_and_the_whole_file_refused),
    };
    return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
