#include "unit.h"

#include <string.h>

#include "base/ecdsa.h"
#include "base/text.h"

/* RFC 6979, A.2.5: the key, and its signature of "sample" with SHA-256. */
#define X "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
#define Y "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define R "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
#define S "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
/* SEC 2, 2.4.2 and 2.4.1: the order of P-256; the generator of secp256k1, another curve. */
#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define K1_X "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
#define K1_Y "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
#define PRIME "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

static bool key_valid(const char *hex)
{
    uint8_t key[ECDSA_KEY_SIZE];
    assert_true(hex_decode(key, sizeof key, hex));
    return ecdsa_key_valid(key);
}

static bool verified(const char *key_hex, const char *text, const char *signature_hex)
{
    uint8_t key[ECDSA_KEY_SIZE];
    uint8_t signature[ECDSA_SIGNATURE_SIZE];
    assert_true(hex_decode(key, sizeof key, key_hex));
    assert_true(hex_decode(signature, sizeof signature, signature_hex));
    return ecdsa_verify(key, text, strlen(text), signature);
}

static void a_published_signature_is_accepted(void **state)
{
    (void)state;
    assert_true(key_valid("04" X Y));
    assert_true(verified("04" X Y, "sample", R S));
}

static void another_text_or_key_or_any_other_bit_is_refused(void **state)
{
    uint8_t key[ECDSA_KEY_SIZE];
    uint8_t signature[ECDSA_SIGNATURE_SIZE];
    (void)state;
    assert_false(verified("04" X Y, "Sample", R S));
    assert_false(verified("04" X Y, "", R S));
    assert_false(verified("04" X Y, "sample", S R));
    assert_true(hex_decode(key, sizeof key, "04" X Y));
    assert_true(hex_decode(signature, sizeof signature, R S));
    for (size_t bit = 0; bit < sizeof signature * 8; bit++) {
        signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(ecdsa_verify(key, "sample", 6, signature));
        signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t bit = 0; bit < sizeof key * 8; bit++) {
        key[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(ecdsa_verify(key, "sample", 6, signature));
        key[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void numbers_out_of_range_sign_nothing(void **state)
{
    (void)state;
    assert_false(verified("04" X Y, "sample", ZERO ZERO));
    assert_false(verified("04" X Y, "sample", ZERO S));
    assert_false(verified("04" X Y, "sample", R ZERO));
    assert_false(verified("04" X Y, "sample", ORDER S));
    assert_false(verified("04" X Y, "sample", R ORDER));
}

static void what_is_no_point_of_the_curve_is_no_key(void **state)
{
    (void)state;
    assert_false(key_valid("04" X X));       /* not on the curve */
    assert_false(key_valid("04" K1_X K1_Y)); /* on another one */
    assert_false(key_valid("04" PRIME Y));   /* a coordinate that is not reduced */
    assert_false(key_valid("04" ZERO ZERO)); /* an attempt at infinity */
    assert_false(key_valid("00" ZERO ZERO)); /* what a device without a key has */
    assert_false(key_valid("02" X Y));       /* compressed, with something behind it */
    assert_false(key_valid("06" X Y));       /* the hybrid form */
    assert_false(key_valid("07" X Y));
    assert_false(key_valid("30" X Y)); /* the beginning of a DER structure */
    assert_false(verified("04" X X, "sample", R S));
    assert_false(verified("00" ZERO ZERO, "sample", R S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_signature_is_accepted),
        cmocka_unit_test(another_text_or_key_or_any_other_bit_is_refused),
        cmocka_unit_test(numbers_out_of_range_sign_nothing),
        cmocka_unit_test(what_is_no_point_of_the_curve_is_no_key),
    };
    return cmocka_run_group_tests_name("ecdsa", tests, NULL, NULL);
}
