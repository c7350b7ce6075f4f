#include "unit.h"

#include <math.h>

#include "sys/jsonw.h"
#include "sys/row.h"

struct thing {
    int64_t id;
    const char *code;
    const char *plan;
    const char *plan_name;
    const char *state;
    const char *remark;
    int64_t sections;
    int64_t at;
    int32_t due_on;
    double lon;
    bool overdue;
    char sha256[5];
    const char *inside;
};

static const struct row_label states[] = { { "open", "待办" }, { "done", "已办" }, { NULL, NULL } };

static const struct row_set things = ROW_SET(
    struct thing, ROW_COL(struct thing, id, "t.id"), ROW_COL(struct thing, code, "t.code"),
    ROW_COL(struct thing, plan, "plan.code"), ROW_COL(struct thing, plan_name, "plan.name"),
    ROW_COL(struct thing, state, "t.state", .labels = states),
    ROW_COL(struct thing, remark, "t.remark", .nullable = true),
    ROW_COL(struct thing, sections, "(SELECT COUNT(*) FROM section) AS sections"),
    ROW_COL(struct thing, at, "t.at", .instant = true, .nullable = true),
    ROW_COL(struct thing, due_on, "t.due_on", .nullable = true),
    ROW_COL(struct thing, lon, "t.lon", .nullable = true), ROW_COL(struct thing, overdue, NULL),
    ROW_COL(struct thing, sha256, "t.sha256", .nullable = true),
    ROW_COL(struct thing, inside, "t.inside", .hidden = true));

static void a_column_is_read_as_its_members_type(void **state)
{
    char types[ROW_COLUMNS_MAX + 1];
    (void)state;
    struct arena *a = arena_new(1 << 20);
    assert_string_equal(
        row_select(a, &things, types),
        "SELECT t.id, t.code, plan.code, plan.name, t.state, t.remark,"
        " (SELECT COUNT(*) FROM section) AS sections, t.at, t.due_on, t.lon, t.sha256, t.inside");
    assert_string_equal(types, "ittttt"
                               "iTDdbt");
    arena_free(a);
}

static const char *json_of(struct arena *a, const struct thing *t)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, a, 4096);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    row_put(&w, &things, t);
    jw_end(&w);
    return out.p;
}

static void null_is_told_as_null_and_what_is_hidden_is_not_told(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct thing t = {
        .id = 7, .code = "A\"1", .state = "open", .lon = (double)NAN, .inside = "x"
    };
    assert_string_equal(json_of(a, &t),
                        "{\"id\":7,\"code\":\"A\\\"1\",\"plan\":null,\"plan_name\":null,"
                        "\"state\":\"open\",\"remark\":null,\"sections\":0,\"at\":null,"
                        "\"due_on\":null,\"lon\":null,\"overdue\":false,\"sha256\":null}");
    t.at = 1;
    t.due_on = 1;
    t.lon = 0;
    t.overdue = true;
    (void)snprintf(t.sha256, sizeof t.sha256, "00ff");
    assert_non_null(strstr(
        json_of(a, &t), "\"at\":\"1970-01-01T00:00:00.001Z\",\"due_on\":\"1970-01-02\",\"lon\":0,"
                        "\"overdue\":true,\"sha256\":\"00ff\"}"));
    arena_free(a);
}

static void an_expression_that_names_another_member_is_found(void **state)
{
    (void)state;
    assert_null(row_names_agree(&things));
    static const char *const wrong[] = {
        "t.plan_name",       /* another member's column */
        "plan.name",         /* the name in the place of the code */
        "t.id",              /* of one type only with others */
        "COUNT(*) AS plans", /* an alias of another name */
        "plan_.code",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct row_set set = ROW_SET(struct thing, ROW_COL(struct thing, plan, wrong[i]));
        assert_non_null(row_names_agree(&set));
    }
    const struct row_set twice = ROW_SET(struct thing, ROW_COL(struct thing, code, "t.code"),
                                         ROW_COL(struct thing, plan, "t.code AS plan"));
    assert_non_null(row_names_agree(&twice)); /* another member's column under an own name */
    static const char *const right[] = { "plan.code",
                                         "t.plan",
                                         "plan",
                                         "MAX(x) AS plan",
                                         "plan.login",
                                         "plan.card_no",
                                         "t.plan_code AS plan",
                                         "plan.number AS plan" };
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        struct row_set set = ROW_SET(struct thing, ROW_COL(struct thing, plan, right[i]));
        assert_null(row_names_agree(&set));
    }
}

static void a_label_stands_for_its_value_and_a_value_without_one_for_itself(void **state)
{
    (void)state;
    assert_string_equal(row_label(states, "open"), "待办");
    assert_string_equal(row_label(states, "lost"), "lost");
    assert_string_equal(row_label(NULL, "open"), "open");
    assert_null(row_label(states, NULL));
    assert_true(row_labelled(states, "done"));
    assert_false(row_labelled(states, "don"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_is_read_as_its_members_type),
        cmocka_unit_test(null_is_told_as_null_and_what_is_hidden_is_not_told),
        cmocka_unit_test(an_expression_that_names_another_member_is_found),
        cmocka_unit_test(a_label_stands_for_its_value_and_a_value_without_one_for_itself),
    };
    return cmocka_run_group_tests_name("row", tests, NULL, NULL);
}
