#include "unit.h"

#include "base/digest.h"
#include "base/rc.h"
#include "base/text.h"

static void published_vectors_hold(void **state)
{
    (void)state;
    char hex[DIGEST_HEX];
    digest_hex(DIGEST_SHA256, "abc", 3, hex); /* FIPS 180-4 */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_hex(DIGEST_SM3, "abc", 3, hex); /* GB/T 32905-2016, example 1 */
    assert_string_equal(hex, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    uint8_t mac[DIGEST_SIZE];
    hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac); /* RFC 4231, case 2 */
    hex_encode(hex, mac, sizeof mac);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    uint8_t key[131]; /* longer than a block: case 6 */
    memset(key, 0xAA, sizeof key);
    hmac_sha256(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, mac);
    hex_encode(hex, mac, sizeof mac);
    assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void a_running_digest_starts_anew(void **state)
{
    (void)state;
    uint8_t once[DIGEST_SIZE];
    uint8_t parts[DIGEST_SIZE];
    struct digest *d = digest_new(DIGEST_SM3);
    digest_bytes(DIGEST_SM3, "abcabc", 6, once);
    for (int round = 0; round < 2; round++) {
        digest_update(d, "abc", 3);
        digest_update(d, "", 0);
        digest_update(d, "abc", 3);
        digest_final(d, parts);
        assert_memory_equal(parts, once, sizeof once);
    }
    digest_free(d);
}

static void a_fault_is_described_once_and_cut_to_size(void **state)
{
    (void)state;
    struct err err;
    char longer[1000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(err_set(&err, RC_INVALID, longer, "%s", longer), RC_INVALID);
    assert_int_equal(strlen(err.detail), sizeof err.detail - 1);
    assert_int_equal(strlen(err.pointer), sizeof err.pointer - 1);
    assert_int_equal(err_set(NULL, RC_GONE, NULL, "%s", ""), RC_GONE);
    for (int i = 0; i < RC_COUNT; i++)
        assert_non_null(rc_name((enum rc)i));
    assert_string_equal(rc_name(RC_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_hold),
        cmocka_unit_test(a_running_digest_starts_anew),
        cmocka_unit_test(a_fault_is_described_once_and_cut_to_size),
    };
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
