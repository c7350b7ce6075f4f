/* Canonical JSON: fits its bound, is JSON, and is its own canonical form. */
#include "canonical.h"
#include "fuzz.h"

static struct buf canonical(struct arena *a, const cJSON *tree, size_t size)
{
    struct buf out;
    buf_init(&out, a, CANONICAL_GROWTH * size);
    canonical_put(&out, a, tree);
    FUZZ_EXPECT(!out.full);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    cJSON *tree;
    char *text = fuzz_bytes(data, size);
    if (json_parse(a, text, size, &tree, &err) == RC_OK) {
        struct buf once = canonical(a, tree, size);
        enum rc rc = json_parse(a, once.p, once.n, &tree, &err);
        FUZZ_EXPECT(rc == RC_OK || fuzz_large_integer(once.p));
        struct buf twice = rc == RC_OK ? canonical(a, tree, once.n) : once;
        FUZZ_EXPECT(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
    }
    free(text);
    arena_free(a);
    return 0;
}
