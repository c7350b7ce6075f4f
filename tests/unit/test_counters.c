/* Counts of several workers in one file, and files that are none. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/counters_internal.h"
#include "sys/log.h"

static const char *const names[] = { "none", "plan.list", "plan.show", "plan.list" };
static const char *const later[] = { "none", "plan.list", "plan.add" };

static const char *folder(struct arena *a)
{
    char *path = arena_strdup(a, "/tmp/liancha-counters-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

static void drop(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        (void)execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static const struct counters_program *only_program(struct arena *a, const char *path)
{
    struct counters_program *programs;
    size_t n;
    assert_int_equal(counters_read(a, path, &programs, &n), RC_OK);
    assert_int_equal(n, 1);
    return programs;
}

static const struct counters_row *row(const struct counters_program *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->rows[i].name, name) == 0)
            return &p->rows[i];
    return NULL;
}

static void workers_at_once_lose_no_count(void **state)
{
    enum { WORKERS = 4, EACH = 20000 };
    const char *path = folder(*state);
    for (int i = 0; i < WORKERS; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct counters *c = counters_open(*state, path, "planner", names, COUNT(names));
            for (int k = 0; k < EACH; k++)
                counters_request(c, 1 + (size_t)(k % 2), 200 + 204 * (k % 2), k, 2 * k);
            counters_rerun(c);
            _exit(0);
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    const struct counters_program *p = only_program(*state, path);
    const struct counters_row *list = row(p, "plan.list");
    assert_int_equal(p->starts, WORKERS);
    assert_int_equal(p->reruns, WORKERS);
    assert_int_equal(p->n, 2);
    assert_int_equal(list->outcomes[1], WORKERS * EACH / 2);
    assert_int_equal(row(p, "plan.show")->outcomes[3], WORKERS * EACH / 2);
    assert_int_equal(list->micros, (uint64_t)WORKERS * (EACH / 2) * (EACH / 2 - 1));
    assert_int_equal(list->waited, 2 * list->micros);
    assert_int_equal(list->within[0], WORKERS * 501); /* 0, 2, … 1000 µs */
    drop(path);
}

static void routes_of_one_name_are_one_row(void **state)
{
    const char *path = folder(*state);
    struct counters *c = counters_open(*state, path, "planner", names, COUNT(names));
    counters_request(c, 1, 200, 5, 0);
    counters_request(c, 3, 503, 20000000, -1);
    counters_request(c, COUNT(names), 200, 5, 0); /* none of its rows */
    const struct counters_program *p = only_program(*state, path);
    assert_int_equal(p->n, 1);
    assert_int_equal(p->rows->outcomes[1], 1);
    assert_int_equal(p->rows->outcomes[4], 1);
    assert_int_equal(p->rows->within[COUNTERS_BUCKETS], 1);
    assert_int_equal(p->rows->waited, 0); /* a clock was set back */
    drop(path);
}

static void versions_with_other_routes_are_added_up(void **state)
{
    const char *path = folder(*state);
    struct counters *old = counters_open(*state, path, "planner", names, COUNT(names));
    struct counters *new = counters_open(*state, path, "planner", later, COUNT(later));
    counters_request(old, 1, 200, 5, 7);
    counters_request(new, 1, 200, 5, 8);
    counters_request(new, 2, 201, 5, 0);
    const struct counters_program *p = only_program(*state, path);
    assert_int_equal(p->starts, 2);
    assert_int_equal(row(p, "plan.list")->outcomes[1], 2);
    assert_int_equal(row(p, "plan.list")->waited, 15);
    assert_int_equal(row(p, "plan.add")->outcomes[1], 1);
    drop(path);
}

static void put(const char *path, const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    assert_int_equal(close(fd), 0);
}

static void what_is_no_file_of_counters_is_passed_over(void **state)
{
    struct arena *a = *state;
    const char *path = folder(a);
    struct counters *c = counters_open(a, path, "planner", names, COUNT(names));
    counters_request(c, 1, 200, 5, 0);
    struct counters_file *bad = arena_alloc(a, counters_size(2));
    memcpy(bad->magic, COUNTERS_MAGIC, sizeof bad->magic);
    bad->n = 1;
    bad->starts = 1000;
    memcpy(bad->rows[0].name, "a\"} 1\nx", 8); /* a label that ends itself */
    bad->rows[0].outcomes[1] = 7;
    put(arena_printf(a, "%s/planner/label", path), bad, counters_size(1));
    memset(bad->rows[0].name, 'a', sizeof bad->rows[0].name); /* no end */
    put(arena_printf(a, "%s/planner/endless", path), bad, counters_size(1));
    memcpy(bad->rows[0].name, "plan.list", 10);
    put(arena_printf(a, "%s/planner/short", path), bad, counters_size(1) - 1);
    put(arena_printf(a, "%s/planner/long", path), bad, counters_size(2));
    bad->n = UINT64_MAX / sizeof bad->rows[0] + 2; /* whose size comes round */
    put(arena_printf(a, "%s/planner/many", path), bad, counters_size(1));
    put(arena_printf(a, "%s/planner/empty", path), "", 0);
    assert_int_equal(mkfifo(arena_printf(a, "%s/planner/pipe", path), 0600), 0);
    assert_int_equal(symlink("/dev/zero", arena_printf(a, "%s/planner/link", path)), 0);
    const struct counters_program *p = only_program(a, path);
    assert_int_equal(p->starts, 1);
    assert_int_equal(p->n, 1);
    assert_int_equal(p->rows->outcomes[1], 1);
    drop(path);
}

static void without_a_folder_requests_are_served_all_the_same(void **state)
{
    struct counters_program *programs;
    size_t n;
    struct counters *c = counters_open(*state, "/nowhere/at/all", "planner", names, COUNT(names));
    counters_request(c, 1, 200, 5, 0);
    counters_rerun(c);
    counters_request(NULL, 1, 200, 5, 0);
    assert_int_equal(counters_read(*state, "/nowhere/at/all", &programs, &n), RC_UNAVAILABLE);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(workers_at_once_lose_no_count, unit_arena, unit_free),
        cmocka_unit_test_setup_teardown(routes_of_one_name_are_one_row, unit_arena, unit_free),
        cmocka_unit_test_setup_teardown(versions_with_other_routes_are_added_up, unit_arena,
                                        unit_free),
        cmocka_unit_test_setup_teardown(what_is_no_file_of_counters_is_passed_over, unit_arena,
                                        unit_free),
        cmocka_unit_test_setup_teardown(without_a_folder_requests_are_served_all_the_same,
                                        unit_arena, unit_free),
    };
    log_init("test_counters", LOG_ERROR);
    return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
