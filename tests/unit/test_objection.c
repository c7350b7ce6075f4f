/* What is wrong with an objection, and how one may end. */
#include "unit.h"

#include <string.h>

#include "domain/publish/objection.h"

static const char *repeated(char *out, const char *character, size_t n)
{
    size_t size = strlen(character);
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * size, character, size);
    out[n * size] = '\0';
    return out;
}

static void a_form_says_what_who_and_where_within_bounds(void **state)
{
    char most[OBJECTION_CONTENT_MAX * 3 + 1];
    char more[OBJECTION_CONTENT_MAX * 3 + 4];
    char name[OBJECTION_NAME_MAX * 3 + 4];
    (void)repeated(most, "长", OBJECTION_CONTENT_MAX);
    (void)repeated(more, "长", OBJECTION_CONTENT_MAX + 1);
    (void)repeated(name, "名", OBJECTION_NAME_MAX + 1);
    const struct {
        struct objection_form form;
        const char *member; /* NULL: it is taken */
    } cases[] = {
        { { "检查日期错", "甲", "12345" }, NULL },
        { { most, "甲", "12345" }, NULL },
        { { NULL, "甲", "12345" }, "content" },
        { { "日期有误", "甲", "12345" }, "content" },
        { { more, "甲", "12345" }, "content" },
        { { "\xE3\x80\x80 \xE3\x80\x80 \t\n", "甲", "12345" }, "content" },
        { { "检查日期错", NULL, "12345" }, "name" },
        { { "检查日期错", " ", "12345" }, "name" },
        { { "检查日期错", name, "12345" }, "name" },
        { { "检查日期错", "甲", NULL }, "contact" },
        { { "检查日期错", "甲", "1234" }, "contact" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *member = NULL;
        const char *why = objection_form_fault(&cases[i].form, &member);
        if (!why != !cases[i].member || (why && strcmp(member, cases[i].member) != 0))
            fail_msg("case %zu: %s", i, why ? why : "taken");
    }
}

static void it_is_right_once_something_changed_and_wrong_by_another_person(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 8; bits++) {
        const struct objection_ending end = { .upheld = bits & 1U,
                                              .changed = bits & 2U,
                                              .own = bits & 4U };
        bool may = end.upheld ? end.changed : !end.own;
        if (!objection_end_fault(&end) != may)
            fail_msg("upheld %d changed %d own %d", end.upheld, end.changed, end.own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_says_what_who_and_where_within_bounds),
        cmocka_unit_test(it_is_right_once_something_changed_and_wrong_by_another_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
