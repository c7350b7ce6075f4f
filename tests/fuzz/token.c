/* What a phone sends to get tokens: key, signature and refresh token, each base64url. */
#include "token.h"

#include "base/text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t server_key[SEAL_KEY_SIZE] = { 1 };
    static const uint8_t salt[DEVICE_SALT] = { 2 };
    struct arena *a = arena_new(FUZZ_ARENA);
    char *text = fuzz_text(data, size);
    uint8_t key[ECDSA_KEY_SIZE];
    uint8_t signature[ECDSA_SIGNATURE_SIZE];
    struct token_refresh t;
    struct token_pair pair;
    if (token_key_read(text, key)) {
        FUZZ_EXPECT(strcmp(base64url_encode(a, key, sizeof key), text) == 0);
        /* Nobody signs by chance. */
        FUZZ_EXPECT(!token_proven(a, "renewal", "x", key, key + 1));
    }
    if (token_signature_read(text, signature))
        FUZZ_EXPECT(strcmp(base64url_encode(a, signature, sizeof signature), text) == 0);
    if (token_read(text, &t)) {
        token_make(a, server_key, salt, t.device_id, t.generation, &pair);
        FUZZ_EXPECT(token_genuine(&t, server_key, salt) == (strcmp(pair.refresh, text) == 0));
    }
    free(text);
    arena_free(a);
    return 0;
}
