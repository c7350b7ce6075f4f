#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/json.h"
#include "sys/log.h"

enum { LINE_MAX_BYTES = 8192 };

static int at;        /* what is read */
static int kept = -1; /* the real standard error */

/* From here on what is logged comes to next_line. */
static int begin(void **state)
{
    int ends[2];
    *state = arena_new(1 << 20);
    kept = dup(STDERR_FILENO);
    if (kept < 0 || pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0)
        return -1;
    at = ends[0];
    (void)close(ends[1]);
    log_init("test", LOG_INFO);
    log_as_json(true);
    return 0;
}

static int end(void **state)
{
    log_request(NULL);
    (void)dup2(kept, STDERR_FILENO);
    (void)close(kept);
    (void)close(at);
    arena_free(*state);
    return 0;
}

/* One write is one line, and a whole object. */
static cJSON *next_line(struct arena *a)
{
    char line[LINE_MAX_BYTES];
    cJSON *root = NULL;
    struct err err;
    ssize_t n = read(at, line, sizeof line);
    assert_true(n > 1 && n <= 4096 && line[n - 1] == '\n');
    assert_null(memchr(line, '\n', (size_t)n - 1));
    assert_int_equal(json_parse(a, line, (size_t)n - 1, &root, &err), RC_OK);
    return root;
}

static const char *member(const cJSON *root, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, name));
}

static void a_line_is_one_object_whatever_it_says(void **state)
{
    log_request("0123456789abcdef0123456789abcdef");
    log_error("%s", "\"}\n{\"level\":\"info\\\x7f\xff 联查");
    const cJSON *root = next_line(*state);
    assert_string_equal(member(root, "level"), "error");
    assert_string_equal(member(root, "program"), "test");
    assert_string_equal(member(root, "request"), "0123456789abcdef0123456789abcdef");
    assert_string_equal(member(root, "message"), "\"}\n{\"level\":\"info\\\x7f 联查");
    assert_int_equal(strlen(member(root, "at")), strlen("2023-11-10T08:00:00.123Z"));
}

static void what_is_too_long_is_cut_and_whole(void **state)
{
    char text[4000];
    for (size_t cut = sizeof text - 4; cut < sizeof text; cut++) {
        for (size_t i = 0; i < cut; i++)
            text[i] = "\"\x01\xe8\x81\x94"[i % 5];
        text[cut] = '\0';
        log_warn("%s", text);
        assert_true(strlen(member(next_line(*state), "message")) > 400);
    }
}

static void members_of_an_event_are_members_and_numbers_are_numbers(void **state)
{
    log_event("access", "method=%s status=%d route=%s actor=device:%d ms=0%d", "GET", 200, "-", 7,
              5);
    const cJSON *root = next_line(*state);
    assert_string_equal(member(root, "message"), "access");
    assert_string_equal(member(root, "method"), "GET");
    assert_string_equal(member(root, "actor"), "device:7");
    assert_string_equal(member(root, "ms"), "05"); /* no number of JSON */
    assert_true(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(root, "status")) == 200);
    assert_null(cJSON_GetObjectItemCaseSensitive(root, "request"));
}

static void otherwise_it_is_a_line_of_text(void **state)
{
    char line[LINE_MAX_BYTES];
    (void)state;
    log_as_json(false);
    log_request("-");
    log_event("access", "method=%s status=%d", "GET", 200);
    ssize_t n = read(at, line, sizeof line - 1);
    assert_true(n > 24);
    line[n] = '\0';
    assert_string_equal(line + 24,
                        " level=info program=test request=- access method=GET status=200\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_is_one_object_whatever_it_says, begin, end),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_cut_and_whole, begin, end),
        cmocka_unit_test_setup_teardown(members_of_an_event_are_members_and_numbers_are_numbers,
                                        begin, end),
        cmocka_unit_test_setup_teardown(otherwise_it_is_a_line_of_text, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
