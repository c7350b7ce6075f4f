#include "unit.h"

#include "base/text.h"
#include "token.h"

static const uint8_t key[SEAL_KEY_SIZE] = { 1, 2, 3 };
static const uint8_t salt[DEVICE_SALT] = { 4, 5, 6 };

static struct arena *arena(void **state)
{
    return *state;
}

static void the_same_generation_gives_the_same_tokens(void **state)
{
    struct token_pair a;
    struct token_pair b;
    token_make(arena(state), key, salt, 7, 3, &a);
    token_make(arena(state), key, salt, 7, 3, &b);
    assert_string_equal(a.access, b.access);
    assert_string_equal(a.refresh, b.refresh);
    assert_memory_equal(a.access_hash, b.access_hash, DIGEST_SIZE);
}

static void another_generation_salt_or_server_gives_others(void **state)
{
    uint8_t other[SEAL_KEY_SIZE] = { 9 };
    struct token_pair a;
    struct token_pair b[3];
    token_make(arena(state), key, salt, 7, 3, &a);
    token_make(arena(state), key, salt, 7, 4, &b[0]);
    token_make(arena(state), key, other, 7, 3, &b[1]);
    token_make(arena(state), other, salt, 7, 3, &b[2]);
    for (size_t i = 0; i < 3; i++) {
        assert_string_not_equal(a.access, b[i].access);
        assert_string_not_equal(a.refresh, b[i].refresh);
    }
}

static void a_refresh_token_says_whose_it_is_and_cannot_be_made_up(void **state)
{
    struct token_pair pair;
    struct token_refresh t;
    uint8_t other[SEAL_KEY_SIZE] = { 9 };
    token_make(arena(state), key, salt, 7, INT64_MAX, &pair);
    assert_true(token_read(pair.refresh, &t));
    assert_int_equal(t.device_id, 7);
    assert_int_equal(t.generation, INT64_MAX);
    assert_true(token_genuine(&t, key, salt));
    assert_false(token_genuine(&t, other, salt));
    assert_false(token_genuine(&t, key, other));
    t.generation--;
    assert_false(token_genuine(&t, key, salt));
    t.generation++;
    t.authenticator[31] ^= 1;
    assert_false(token_genuine(&t, key, salt));
}

static void other_texts_are_no_refresh_tokens(void **state)
{
    static const uint8_t zero[48];
    static const uint8_t negative[48] = { 0x80 };
    struct token_pair pair;
    struct token_refresh t;
    token_make(arena(state), key, salt, 7, 3, &pair);
    char *text = arena_printf(arena(state), "%sAAAA", pair.refresh);
    assert_false(token_read("", &t));
    assert_false(token_read(text, &t));
    text[strlen(pair.refresh) - 1] = '\0';
    assert_false(token_read(text, &t));
    assert_false(token_read(pair.access, &t));
    assert_false(token_read("十六个字", &t));
    assert_false(token_read(base64url_encode(arena(state), zero, sizeof zero), &t));
    assert_false(token_read(base64url_encode(arena(state), negative, sizeof negative), &t));
}

static void keys_and_signatures_of_another_size_are_none(void **state)
{
    uint8_t bytes[ECDSA_KEY_SIZE + 32] = { 4 };
    uint8_t point[ECDSA_KEY_SIZE];
    uint8_t signature[ECDSA_SIGNATURE_SIZE];
    for (size_t n = 0; n <= sizeof bytes; n++) { /* 97: as long as a point of P-384 */
        const char *text = base64url_encode(arena(state), bytes, n);
        assert_false(token_key_read(text, point)); /* never one of the curve */
        assert_int_equal(token_signature_read(text, signature), n == ECDSA_SIGNATURE_SIZE);
    }
    assert_false(token_key_read("{}", point));
    assert_false(token_signature_read("MEUCIQDv1Isq==", signature));
}

/* Made by node:crypto with the key of RFC 6979, A.2.5. */
static void a_proof_holds_for_its_purpose_secret_and_key_alone(void **state)
{
    uint8_t point[ECDSA_KEY_SIZE];
    uint8_t signature[ECDSA_SIGNATURE_SIZE];
    assert_true(token_key_read(
        "BGD-1LolWp0xyWHrdMY1bWjASbiSO2H6bOZpYi5g8p-2eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk",
        point));
    assert_true(token_signature_read(
        "w06oSPQW3zoCJrsNYebt2JcPG2uNFVamHkAfxeVqQXf-gUXf3FU6MefgHOXFdVfnRojSnlw9k8btIY2-vLeIlQ",
        signature));
    assert_true(token_proven(arena(state), "renewal", "secret", point, signature));
    assert_false(token_proven(arena(state), "enrolment", "secret", point, signature));
    assert_false(token_proven(arena(state), "renewal", "secrets", point, signature));
    signature[0] ^= 1;
    assert_false(token_proven(arena(state), "renewal", "secret", point, signature));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_generation_gives_the_same_tokens),
        cmocka_unit_test(another_generation_salt_or_server_gives_others),
        cmocka_unit_test(a_refresh_token_says_whose_it_is_and_cannot_be_made_up),
        cmocka_unit_test(other_texts_are_no_refresh_tokens),
        cmocka_unit_test(keys_and_signatures_of_another_size_are_none),
        cmocka_unit_test(a_proof_holds_for_its_purpose_secret_and_key_alone),
    };
    return cmocka_run_group_tests_name("token", tests, unit_arena, unit_free);
}
