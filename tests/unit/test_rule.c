/* The rules that code reads against those that schema/reference gives a value and a source. */
#include "store/directory/rule.h"

#include "unit.h"

enum { NAMES_MAX = 200, NAME_ROOM = 64 };

struct names {
    char v[NAMES_MAX][NAME_ROOM];
    size_t n;
};

static bool has(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->v[i], name) == 0)
            return true;
    return false;
}

/* The first field of each line but comments; header: the first line is none of them. */
static void read_names(const char *path, const char *ends, bool header, struct names *out)
{
    char line[1024];
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    out->n = 0;
    while (fgets(line, sizeof line, in)) {
        if (header || line[0] == '#') {
            header = false;
            continue;
        }
        size_t n = strcspn(line, ends);
        assert_true(n > 0 && n < NAME_ROOM && line[n] != '\0' && out->n < NAMES_MAX);
        line[n] = '\0';
        memcpy(out->v[out->n++], line, n + 1);
    }
    (void)fclose(in);
}

static bool is_read(const char *name)
{
    for (int i = 0; i < RULE_KEYS; i++)
        if (strcmp(rule_names[i], name) == 0)
            return true;
    return false;
}

static void every_rule_is_read_by_code_or_waits_for_the_work_it_is_for(void **state)
{
    (void)state;
    static struct names given;
    static struct names later;
    read_names(SOURCE_FOLDER "/schema/reference/rules.csv", ",", true, &given);
    read_names(SOURCE_FOLDER "/tests/unit/rules-later.txt", ":", false, &later);
    for (size_t i = 0; i < given.n; i++)
        if (is_read(given.v[i]) == has(&later, given.v[i]))
            fail_msg("%s is read by %s", given.v[i],
                     is_read(given.v[i]) ? "code, and listed as one for later" : "nobody");
    for (size_t i = 0; i < later.n; i++)
        if (!has(&given, later.v[i]))
            fail_msg("%s waits, and is no rule", later.v[i]);
}

static void every_rule_that_code_reads_has_a_value_and_a_source(void **state)
{
    (void)state;
    static struct names given;
    read_names(SOURCE_FOLDER "/schema/reference/rules.csv", ",", true, &given);
    for (int i = 0; i < RULE_KEYS; i++) {
        assert_non_null(rule_names[i]);
        if (!has(&given, rule_names[i]))
            fail_msg("%s is read, and rules.csv does not have it", rule_names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_read_by_code_or_waits_for_the_work_it_is_for),
        cmocka_unit_test(every_rule_that_code_reads_has_a_value_and_a_source),
    };
    return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
