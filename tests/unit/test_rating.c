/* What a rating may be. */
#include "unit.h"

#include <string.h>

#include "domain/visit/rating.h"

static void each_question_has_an_answer_and_the_text_is_bounded(void **state)
{
    char most[RATING_CONTENT_MAX * 3 + 1];
    char more[RATING_CONTENT_MAX * 3 + 4];
    (void)state;
    for (size_t i = 0; i <= RATING_CONTENT_MAX; i++)
        memcpy(more + 3 * i, "长", 3);
    more[sizeof more - 1] = '\0';
    memcpy(most, more, sizeof most - 1);
    most[sizeof most - 1] = '\0';
    const struct {
        struct rating rating;
        const char *member; /* NULL: it is taken */
    } cases[] = {
        { { 1, 1, 1, 1, NULL }, NULL },       { { 5, 5, 5, 5, "" }, NULL },
        { { 1, 2, 3, 4, most }, NULL },       { { 1, 2, 3, 4, more }, "content" },
        { { 0, 2, 3, 4, NULL }, "lawful" },   { { 6, 2, 3, 4, NULL }, "lawful" },
        { { 1, 0, 3, 4, NULL }, "burden" },   { { 1, -1, 3, 4, NULL }, "burden" },
        { { 1, 2, 0, 4, NULL }, "conduct" },  { { 1, 2, 3, 0, NULL }, "guidance" },
        { { 1, 2, 3, 6, more }, "guidance" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *member = NULL;
        const char *why = rating_fault(&cases[i].rating, &member);
        if (!why != !cases[i].member || (why && strcmp(member, cases[i].member) != 0))
            fail_msg("case %zu: %s", i, why ? why : "taken");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_question_has_an_answer_and_the_text_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
