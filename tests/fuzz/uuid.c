/* An operation's id: taken exactly when it is a UUIDv7 in its one form, and kept as its bytes. */
#include "fuzz.h"
#include "push.h"

/* RFC 9562, by the letter. */
static bool is_uuid7(const char *text)
{
    static const char form[] = "xxxxxxxx-xxxx-7xxx-Nxxx-xxxxxxxxxxxx";
    if (strlen(text) != strlen(form))
        return false;
    for (size_t i = 0; form[i]; i++) {
        const char *allowed = form[i] == 'x'   ? "0123456789abcdef"
                              : form[i] == 'N' ? "89ab"
                                               : (const char[]){ form[i], 0 };
        if (!strchr(allowed, text[i]))
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    char *text = fuzz_text(data, size);
    cJSON id = { .type = cJSON_String, .string = (char[]){ "id" }, .valuestring = text };
    cJSON counter = {
        .type = cJSON_Number, .string = (char[]){ "counter" }, .valueint = 1, .valuedouble = 1
    };
    cJSON tree = { .type = cJSON_Object, .child = &id };
    struct web_ctx c = { .arena = a, .body_size = size + 64 };
    struct push_op op = { .tree = NULL };
    id.next = &counter;
    counter.prev = &id;
    enum rc rc = push_op_identify(&c, &tree, 0, &op);
    FUZZ_EXPECT((rc == RC_OK) == is_uuid7(text));
    FUZZ_EXPECT(rc == RC_OK || strcmp(c.err.pointer, "/operations/0/id") == 0);
    if (rc == RC_OK) {
        char hex[2 * SYNCOP_ID + 1] = "";
        for (size_t i = 0; i < SYNCOP_ID; i++)
            (void)snprintf(hex + 2 * i, 3, "%02x", op.id[i]);
        size_t n = 0;
        for (const char *p = text; *p; p++)
            if (*p != '-')
                FUZZ_EXPECT(*p == hex[n++]);
        FUZZ_EXPECT(n == 2 * SYNCOP_ID && strcmp(op.id_text, text) == 0);
    }
    free(text);
    arena_free(a);
    return 0;
}
