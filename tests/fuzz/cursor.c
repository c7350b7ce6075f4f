/*
 * Cursors: any text but an own one is refused, whatever is authentic reads within its bounds, and
 * what is encoded reads as it was.
 */
#include "base/digest.h"
#include "base/text.h"
#include "cursor.h"
#include "fuzz.h"

enum { MAC = 16, RAW_MAX = 4096 };

static const uint8_t key[SEAL_KEY_SIZE] = "the key of the fuzzer";

static void check(struct arena *a, const struct cursor *c)
{
    struct cursor again;
    FUZZ_EXPECT(c->visit_count <= CURSOR_VISITS_MAX);
    FUZZ_EXPECT(cursor_decode(cursor_encode(a, c, key), key, &again) == RC_OK);
    FUZZ_EXPECT(again.inspector_id == c->inspector_id && again.department_id == c->department_id);
    FUZZ_EXPECT(again.inspector == c->inspector && again.department == c->department);
    FUZZ_EXPECT(again.dictionary == c->dictionary && again.shared == c->shared);
    FUZZ_EXPECT(again.again == c->again);
    FUZZ_EXPECT(memcmp(again.epoch, c->epoch, CURSOR_EPOCH) == 0);
    FUZZ_EXPECT(again.visit_count <= c->visit_count); /* as many as fit */
    for (size_t i = 0; i < again.visit_count; i++)
        FUZZ_EXPECT(again.visits[i].owner_id == c->visits[i].owner_id &&
                    again.visits[i].seq == c->visits[i].seq);
}

/* Bytes of anybody's, under a seal that is right: as cursor.c makes it. */
static void sealed(struct arena *a, const uint8_t *data, size_t size)
{
    static const char label[] = "liancha cursor";
    uint8_t derived[DIGEST_SIZE];
    uint8_t full[DIGEST_SIZE];
    uint8_t raw[RAW_MAX + MAC];
    struct cursor c;
    if (size > RAW_MAX)
        return;
    if (size)
        memcpy(raw, data, size);
    hmac_sha256(key, SEAL_KEY_SIZE, label, sizeof label, derived);
    hmac_sha256(derived, sizeof derived, raw, size, full);
    memcpy(raw + size, full, MAC);
    enum rc rc = cursor_decode(base64url_encode(a, raw, size + MAC), key, &c);
    FUZZ_EXPECT(rc == RC_OK || rc == RC_MALFORMED || rc == RC_EPOCH);
    if (rc == RC_OK)
        check(a, &c);
}

/* A cursor out of the bytes, and each text beside its own. */
static void made(struct arena *a, const uint8_t *data, size_t size)
{
    struct cursor c = { .inspector_id = 1 };
    struct cursor other;
    size_t n = (size - 2) / (2 * sizeof(int64_t));
    c.visit_count = n < CURSOR_VISITS_MAX ? n : CURSOR_VISITS_MAX;
    for (size_t i = 0; i < c.visit_count; i++) {
        memcpy(&c.visits[i].owner_id, data + 2 + i * 16, sizeof(int64_t));
        memcpy(&c.visits[i].seq, data + 10 + i * 16, sizeof(int64_t));
        c.visits[i].owner_id &= INT64_MAX;
        c.visits[i].seq &= INT64_MAX;
    }
    check(a, &c);
    char *text = cursor_encode(a, &c, key);
    size_t at = (size_t)data[0] * 7 % strlen(text);
    char before = text[at];
    text[at] = (char)(data[1] % 94 + 33);
    if (text[at] != before)
        FUZZ_EXPECT(cursor_decode(text, key, &other) != RC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct cursor c;
    char *text = fuzz_text(data, size);
    FUZZ_EXPECT(cursor_decode(text, key, &c) == RC_MALFORMED);
    sealed(a, data, size);
    if (size >= 2)
        made(a, data, size);
    free(text);
    arena_free(a);
    return 0;
}
