/* A target is its settings: what it is sent follows from them alone. */
#include "unit.h"

#include <string.h>

#include "base/text.h"
#include "sys/settings.h"
#include "target/https.h"

#define ID "0196f0c0-0000-7000-8000-000000000001"
#define MINUTE INT64_C(60000)

static const char result[] =
    "{\"uscCode\":\"91410400MA00000000\",\"entName\":\"某,甲\\\"店\",\"insDate\":\"2026-03-02\","
    "\"details\":[{\"seqno\":1,\"raninsItemName\":\"从业人员\",\"raninsCheckResName\":"
    "\"未发现问题\"},"
    "{\"seqno\":2,\"raninsItemName\":\"水质\",\"raninsCheckResName\":\"未发现问题\"}]}";
static const struct target_message message = { .message_id = ID, .body = result };

/* Lines of "section|name|value"; NULL where all are taken, else why one is not. */
static const char *set(struct arena *a, struct targets *ts, const char *const *lines, size_t n)
{
    const char *why = NULL;
    for (size_t i = 0; !why && i < n; i++) {
        char *parts[3];
        assert_int_equal(text_split(arena_strdup(a, lines[i]), '|', parts, 3), 3);
        why = target_set(a, ts, parts[0], parts[1], parts[2]);
    }
    return why;
}

static struct target *example(struct arena *a, const char *const *more, size_t n)
{
    static const char *const lines[] = {
        "target.city|transport|https",
        "target.city|credential_file|/nowhere",
        "target.city|code_accepted|0",
        "target.city|code_absent|404",
        "target.city|receipt_form|R#@x",
        "target.city|url|https://city.invalid/base/",
        "target.city|publish_path|/put/{message}",
        "target.city|retract_path|/take",
        "target.city|receipt_path|/ask/{message}",
        "target.city|sign_text|{method} {path}\\n{timestamp}\\n{digest}",
        "target.city.headers|X-Sign|{app_id}:{signature}",
    };
    struct targets *ts = arena_alloc(a, sizeof *ts);
    struct err err = { .rc = RC_OK };
    assert_null(set(a, ts, lines, COUNT(lines)));
    assert_null(set(a, ts, more, n));
    assert_int_equal(targets_complete(a, ts, &err), RC_OK);
    ts->v[0].app_id = "app";
    ts->v[0].secret = "secret";
    return &ts->v[0];
}

static void a_line_that_means_nothing_is_refused(void **state)
{
    static const char *const lines[] = {
        "target.|transport|https",
        "target.A|transport|https",
        "target.a.b.c|x|y",
        "target.a.fields|x|y",
        "target.a|transport|ftp",
        "target.a|signature|md5",
        "target.a|kinds|inspection,retraction",
        "target.a|kinds|",
        "target.a|hours|20:00-08:00",
        "target.a|hours|8:00-20:00",
        "target.a|hours|00:00-24:01",
        "target.a|at_once|9",
        "target.a|adapter|henan",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct targets ts = { .n = 0 };
        if (!set(*state, &ts, &lines[i], 1))
            fail_msg("taken: %s", lines[i]);
    }
}

static void what_is_missing_is_named(void **state)
{
    static const char *const lines[] = { "target.city|transport|https",
                                         "target.city|credential_file|/nowhere" };
    struct targets ts = { .n = 0 };
    struct err err = { .rc = RC_OK };
    assert_null(set(*state, &ts, lines, COUNT(lines)));
    assert_int_equal(targets_complete(*state, &ts, &err), RC_INVALID);
    assert_string_equal(err.pointer, "[target.city] code_accepted");
}

/* Else it would be lost further on, or never be stored. */
static void what_is_beyond_a_cap_is_named(void **state)
{
    struct err err = { .rc = RC_OK };
    struct targets ts = { .n = 1 };
    ts.v[0] = *example(*state, NULL, 0);
    ts.v[0].receipt_form = arena_printf(*state, "%081d", 0);
    assert_int_equal(targets_complete(*state, &ts, &err), RC_INVALID);
    assert_string_equal(err.pointer, "[target.city] receipt_form");
    ts.v[0].receipt_form = "K#";
    for (int i = 0; i < TARGET_HEADERS_MAX; i++)
        assert_null(
            target_set(*state, &ts, "target.city.headers", arena_printf(*state, "X-%d", i), "x"));
    assert_int_equal(targets_complete(*state, &ts, &err), RC_INVALID);
    assert_string_equal(err.pointer, "[target.city] headers");
}

static void it_is_open_in_its_hours_of_chinas_day(void **state)
{
    static const char *const hours[] = { "target.city|hours|08:00-20:30" };
    const struct target *t = example(*state, hours, 1);
    const int64_t midnight = -480 * MINUTE; /* in China, of 1970-01-01 */
    assert_false(target_open_at(t, midnight + 480 * MINUTE - 1 + 86400000));
    assert_true(target_open_at(t, midnight + 480 * MINUTE + 86400000));
    assert_true(target_open_at(t, midnight + 1230 * MINUTE - 1 + 86400000));
    assert_false(target_open_at(t, midnight + 1230 * MINUTE + 86400000));
}

static void without_names_of_its_own_a_target_gets_what_was_published(void **state)
{
    const char *json;
    struct err err = { .rc = RC_OK };
    assert_int_equal(shape_json(*state, example(*state, NULL, 0), &message, &json, &err), RC_OK);
    assert_string_equal(json, result);
}

static const char *const names[] = {
    "target.city.inspection|message|id",
    "target.city.inspection|uscCode|code",
    "target.city.inspection|details|items",
    "target.city.inspection|raninsItemName|item",
    "target.city.inspection|raninsCheckResName|result",
    "target.city.words|raninsCheckResName.未发现问题|1",
};

static void its_fields_and_words_are_those_of_its_settings(void **state)
{
    const char *json;
    const char *csv;
    size_t rows;
    struct err err = { .rc = RC_OK };
    const struct target *t = example(*state, names, COUNT(names));
    assert_int_equal(shape_json(*state, t, &message, &json, &err), RC_OK);
    assert_string_equal(json, "{\"id\":\"" ID "\",\"code\":\"91410400MA00000000\",\"items\":["
                              "{\"item\":\"从业人员\",\"result\":\"1\"},"
                              "{\"item\":\"水质\",\"result\":\"1\"}]}");
    static const char *const columns[] = { "target.city.inspection|entName|名称",
                                           "target.city.inspection|seqno|序号",
                                           "target.city.inspection|raninsCheckResName|结果",
                                           "target.city.words|raninsCheckResName.未发现问题|1" };
    t = example(*state, columns, COUNT(columns));
    assert_int_equal(shape_csv(*state, t, &message, &csv, &rows, &err), RC_OK);
    assert_string_equal(csv, "名称,序号,结果\r\n\"某,甲\"\"店\",1,1\r\n\"某,甲\"\"店\",2,1\r\n");
    assert_int_equal(rows, 2);
}

static void a_word_that_it_has_not_is_a_refusal_with_its_name(void **state)
{
    static const char *const words[] = { "target.city.words|raninsCheckResName.无法联系|7" };
    const char *json;
    struct err err = { .rc = RC_OK };
    assert_int_equal(shape_json(*state, example(*state, words, 1), &message, &json, &err),
                     RC_INVALID);
    assert_string_equal(err.pointer, "raninsCheckResName");
    assert_non_null(strstr(err.detail, "未发现问题"));
}

static const char *header(const struct httpc_request *r, const char *name)
{
    for (size_t i = 0; i < HTTPC_HEADERS_MAX && r->headers[i]; i++)
        if (strncmp(r->headers[i], name, strlen(name)) == 0)
            return r->headers[i] + strlen(name);
    return NULL;
}

/* The signatures: openssl dgst -sha256|-sm3 -hmac secret over the text as below. */
static void a_request_is_signed_and_wrapped_as_its_settings_say(void **state)
{
    static const char *const more[] = {
        "target.city|signature|hmac-sm3",
        "target.city|envelope|{\"from\":\"{app_id}\",\"data\":{body}}"
    };
    static const struct target_message short_one = { .message_id = ID, .body = "{}" };
    struct httpc_request r;
    struct err err = { .rc = RC_OK };
    https_ask(*state, example(*state, NULL, 0), &short_one, 1000, &r);
    assert_string_equal(r.url, "https://city.invalid/base/ask/" ID);
    assert_null(r.body);
    assert_string_equal(header(&r, "X-Sign: "),
                        "app:"
                        "3c8f1d358547b697e6b8fa7022419b33beb1cb573f1cafd734e3ba940fe115ca");
    assert_int_equal(https_send(*state, example(*state, more, 2), &short_one, 1000, &r, &err),
                     RC_OK);
    assert_string_equal(r.url, "https://city.invalid/base/put/" ID);
    assert_string_equal(r.body, "{\"from\":\"app\",\"data\":{}}");
    assert_string_equal(header(&r, "X-Sign: "),
                        "app:"
                        "5afa2fe8b86c6c7f262b0227b9efa83dd1921a644e112de72ece7001a8d04fec");
}

static void a_receipt_has_its_form(void **state)
{
    (void)state;
    assert_true(answer_is_receipt("R#@x", "R9Fx"));
    assert_true(answer_is_receipt("R#@x", "R00x"));
    assert_false(answer_is_receipt("R#@x", "R9fx"));
    assert_false(answer_is_receipt("R#@x", "RF9x"));
    assert_false(answer_is_receipt("R#@x", "R9F"));
    assert_false(answer_is_receipt("R#@x", "R9Fxx"));
    assert_false(answer_is_receipt("R#@x", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_line_that_means_nothing_is_refused),
        WITH_ARENA(what_is_missing_is_named),
        WITH_ARENA(what_is_beyond_a_cap_is_named),
        WITH_ARENA(it_is_open_in_its_hours_of_chinas_day),
        WITH_ARENA(without_names_of_its_own_a_target_gets_what_was_published),
        WITH_ARENA(its_fields_and_words_are_those_of_its_settings),
        WITH_ARENA(a_word_that_it_has_not_is_a_refusal_with_its_name),
        WITH_ARENA(a_request_is_signed_and_wrapped_as_its_settings_say),
        cmocka_unit_test(a_receipt_has_its_form),
    };
    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
