/* The rules of checklists, by the vectors that the phone simulator keeps to as well. */
#include "store/field/checklist_json.h"

#include "base/text.h"
#include "unit.h"

enum { FILE_MAX = 1 << 20 };

static const cJSON *vectors(struct arena *a, const char *name)
{
    cJSON *root;
    struct err err = { .rc = RC_OK };
    FILE *in = fopen(SOURCE_FOLDER "/tests/support/checklist-vectors.json", "re");
    assert_non_null(in);
    char *text = arena_alloc(a, FILE_MAX);
    size_t n = fread(text, 1, FILE_MAX, in);
    (void)fclose(in);
    if (json_parse(a, text, n, &root, &err) != RC_OK)
        fail_msg("%s", err.detail);
    const cJSON *list = json_member(root, name);
    assert_non_null(list);
    assert_true(cJSON_GetArraySize(list) > 0);
    return list;
}

static struct checklist read_list(struct arena *a, const cJSON *tree)
{
    struct checklist c;
    struct err err = { .rc = RC_OK };
    if (checklist_read(a, tree, &c, &err) != RC_OK)
        fail_msg("%s: %s", err.pointer, err.detail);
    return c;
}

static void a_value_is_an_answer_in_one_form_only(void **state)
{
    struct arena *a = *state;
    for (const cJSON *v = vectors(a, "answers")->child; v; v = v->next) {
        cJSON *tree;
        struct err err;
        const char *text = arena_printf(a,
                                        "{\"item\":\"x\",\"version\":1,\"title\":\"x\","
                                        "\"questions\":[%s]}",
                                        json_print(a, json_member(v, "question")));
        assert_int_equal(RC_OK, json_parse(a, text, strlen(text), &tree, &err));
        struct checklist c = read_list(a, tree);
        for (const cJSON *k = json_member(v, "cases")->child; k; k = k->next) {
            const char *value = k->child->valuestring;
            enum checklist_fault fault = checklist_answer(&c.questions[0], value);
            if (strcmp(checklist_fault_names[fault], k->child->next->valuestring) != 0)
                fail_msg("%s “%s”: %s", checklist_type_names[c.questions[0].type], value,
                         checklist_fault_names[fault]);
        }
    }
}

static void a_review_says_how_each_question_stands(void **state)
{
    struct arena *a = *state;
    for (const cJSON *v = vectors(a, "reviews")->child; v; v = v->next) {
        struct checklist c = read_list(a, json_member(v, "checklist"));
        for (const cJSON *k = json_member(v, "cases")->child; k; k = k->next) {
            struct checklist_given given[CHECKLIST_QUESTIONS_MAX];
            enum checklist_state states[CHECKLIST_QUESTIONS_MAX];
            size_t n = 0;
            for (const cJSON *g = json_member(k, "answers")->child; g; g = g->next)
                given[n++] = (struct checklist_given){ g->string, g->valuestring };
            checklist_review(&c, given, n, states);
            const cJSON *expected = json_member(k, "states");
            for (size_t i = 0; i < c.n; i++)
                if (strcmp(json_member(expected, c.questions[i].id)->valuestring,
                           checklist_state_names[states[i]]) != 0)
                    fail_msg("%s: %s is %s", json_member(k, "why")->valuestring, c.questions[i].id,
                             checklist_state_names[states[i]]);
        }
    }
}

static void a_faulty_checklist_is_refused_with_its_place(void **state)
{
    struct arena *a = *state;
    for (const cJSON *v = vectors(a, "refused")->child; v; v = v->next) {
        struct checklist c;
        struct err err = { .rc = RC_OK };
        const char *pointer = json_member(v, "pointer")->valuestring;
        enum rc rc = checklist_read(a, json_member(v, "checklist"), &c, &err);
        if (rc != RC_INVALID || strcmp(err.pointer, pointer) != 0 || !err.detail[0])
            fail_msg("%s: %s %s %s", pointer, rc_name(rc), err.pointer, err.detail);
    }
}

static void what_is_written_is_read_as_the_same_and_written_the_same(void **state)
{
    struct arena *a = *state;
    cJSON *tree;
    struct err err;
    struct checklist c = read_list(a, json_member(vectors(a, "reviews")->child, "checklist"));
    const char *text = checklist_write(a, &c);
    assert_non_null(text);
    assert_int_equal(RC_OK, json_parse(a, text, strlen(text), &tree, &err));
    struct checklist again = read_list(a, tree);
    assert_string_equal(checklist_write(a, &again), text);
    assert_int_equal(again.n, c.n);
}

/* Whatever is answered: hidden questions are those whose condition does not hold, and taking an
   answer back never makes a problem. */
static void a_review_follows_the_conditions_whatever_is_answered(void **state)
{
    static const char *const values[] = { "yes", "no",  "na", "a", "b", "c_3", "a,b",
                                          "3",   "0.1", "99", "x", "",  NULL };
    struct arena *a = *state;
    uint64_t seed = 7;
    struct checklist c = read_list(a, json_member(vectors(a, "reviews")->child, "checklist"));
    for (int round = 0; round < 5000; round++) {
        struct checklist_given given[8];
        enum checklist_state states[8];
        enum checklist_state fewer[8];
        for (size_t i = 0; i < c.n; i++)
            given[i] = (struct checklist_given){ c.questions[i].id,
                                                 values[unit_random(&seed) % COUNT(values)] };
        checklist_review(&c, given, c.n, states);
        for (size_t i = 0; i < c.n; i++) {
            const struct checklist_question *q = &c.questions[i];
            bool fits = given[i].value && checklist_answer(q, given[i].value) == CHECKLIST_FITS;
            bool answered = states[i] == CHECKLIST_FINE || states[i] == CHECKLIST_PROBLEM;
            assert_true(states[i] == CHECKLIST_HIDDEN || answered == fits);
            if (!q->when)
                assert_true(states[i] != CHECKLIST_HIDDEN);
        }
        size_t back = unit_random(&seed) % c.n;
        given[back].value = NULL;
        checklist_review(&c, given, c.n, fewer);
        for (size_t i = 0; i < c.n; i++)
            assert_true(fewer[i] != CHECKLIST_PROBLEM || states[i] == CHECKLIST_PROBLEM);
    }
}

static void unknown_questions_take_any_text(void **state)
{
    struct arena *a = *state;
    char *text = arena_alloc(a, CHECKLIST_ANSWER_MAX + 2);
    memset(text, 'x', CHECKLIST_ANSWER_MAX);
    assert_int_equal(checklist_answer_unknown(text), CHECKLIST_FITS);
    text[CHECKLIST_ANSWER_MAX] = 'x';
    assert_int_equal(checklist_answer_unknown(text), CHECKLIST_BAD_LENGTH);
    assert_int_equal(checklist_answer_unknown(""), CHECKLIST_BAD_FORM);
    assert_true(checklist_id("a_1") && !checklist_id("1a") && !checklist_id(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_value_is_an_answer_in_one_form_only),
        WITH_ARENA(a_review_says_how_each_question_stands),
        WITH_ARENA(a_faulty_checklist_is_refused_with_its_place),
        WITH_ARENA(what_is_written_is_read_as_the_same_and_written_the_same),
        WITH_ARENA(a_review_follows_the_conditions_whatever_is_answered),
        WITH_ARENA(unknown_questions_take_any_text),
    };
    return cmocka_run_group_tests_name("checklist", tests, NULL, NULL);
}
