/* A checklist that is read is written to one text, which is read as the same; whatever is answered
   to it gets a verdict, and a review is the same with the unfit answers left out. The first line is
   the document, the others are "question=value". */
#include "domain/field/checklist.h"

#include "base/text.h"
#include "fuzz.h"
#include "store/field/checklist_json.h"

enum { GIVEN_MAX = 64 };

static size_t read_given(char *lines, struct checklist_given *given)
{
    char *parts[GIVEN_MAX];
    size_t n = text_split(lines, '\n', parts, GIVEN_MAX);
    if (n > GIVEN_MAX)
        return 0;
    for (size_t i = 0; i < n; i++) {
        char *value = strchr(parts[i], '=');
        if (value)
            *value++ = '\0';
        given[i] = (struct checklist_given){ parts[i], value };
    }
    return n;
}

static void answer(const struct checklist *c, const struct checklist_given *given, size_t n)
{
    enum checklist_state states[CHECKLIST_QUESTIONS_MAX];
    enum checklist_state without[CHECKLIST_QUESTIONS_MAX];
    struct checklist_given fit[GIVEN_MAX];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct checklist_question *q = checklist_find(c, given[i].question);
        bool fits = q && given[i].value && checklist_answer(q, given[i].value) == CHECKLIST_FITS;
        bool again = false; /* of two values for one question the first counts, fit or not */
        for (size_t j = 0; j < i; j++)
            again = again || strcmp(given[i].question, given[j].question) == 0;
        if (fits && !again)
            fit[count++] = given[i];
        FUZZ_EXPECT(!fits || strlen(given[i].value) > 0);
    }
    checklist_review(c, given, n, states);
    checklist_review(c, fit, count, without);
    FUZZ_EXPECT(memcmp(states, without, c->n * sizeof *states) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    struct checklist c;
    struct checklist again;
    struct checklist_given given[GIVEN_MAX];
    cJSON *tree;
    char *text = fuzz_text(data, size);
    char *rest = strchr(text, '\n');
    size_t n = rest ? (size_t)(rest - text) : strlen(text);
    size_t given_count = rest ? read_given(rest + 1, given) : 0;
    if (json_parse(a, text, n, &tree, &err) == RC_OK) {
        enum rc rc = checklist_read(a, tree, &c, &err);
        FUZZ_EXPECT(rc == RC_OK || (rc == RC_INVALID && err.detail[0]));
        const char *written = rc == RC_OK ? checklist_write(a, &c) : NULL;
        if (written) {
            FUZZ_EXPECT(json_parse(a, written, strlen(written), &tree, &err) == RC_OK);
            FUZZ_EXPECT(checklist_read(a, tree, &again, &err) == RC_OK);
            FUZZ_EXPECT(strcmp(checklist_write(a, &again), written) == 0);
            answer(&c, given, given_count);
        }
    }
    free(text);
    arena_free(a);
    return 0;
}
