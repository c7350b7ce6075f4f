/* sys/json accepts what the second reader accepts and nothing else; what it prints of a tree is
   read again to an equal one. */
#include "fuzz.h"
#include "strict.h"
#include "sys/json.h"

static bool equal(const cJSON *a, const cJSON *b)
{
    if ((a->type & 0xFF) != (b->type & 0xFF))
        return false;
    if ((a->string != NULL) != (b->string != NULL) ||
        (a->string && strcmp(a->string, b->string) != 0))
        return false;
    if (cJSON_IsString(a) && strcmp(a->valuestring, b->valuestring) != 0)
        return false;
    if (cJSON_IsNumber(a) && (a->valuedouble < b->valuedouble || a->valuedouble > b->valuedouble))
        return false;
    const cJSON *x = a->child;
    const cJSON *y = b->child;
    for (; x && y; x = x->next, y = y->next)
        if (!equal(x, y))
            return false;
    return !x && !y;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    cJSON *tree;
    cJSON *again;
    char *text = fuzz_bytes(data, size);
    enum rc rc = json_parse(a, text, size, &tree, &err);
    FUZZ_EXPECT(rc == RC_OK || (rc == RC_MALFORMED && err.detail[0]));
    FUZZ_EXPECT((rc == RC_OK) == strict_json(text, size));
    free(text);
    if (rc == RC_OK) {
        const char *printed = json_print(a, tree);
        FUZZ_EXPECT(json_parse(a, printed, strlen(printed), &again, &err) == RC_OK);
        FUZZ_EXPECT(equal(tree, again));
        FUZZ_EXPECT(strcmp(printed, json_print(a, again)) == 0);
    }
    arena_free(a);
    return 0;
}
