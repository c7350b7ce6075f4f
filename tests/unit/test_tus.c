#include "unit.h"

#include <stdio.h>

#include "tus.h"

/* The base64 of 64 hexadecimal digits, all of them 'a' or all '0'. */
#define DIGEST_A                                                                                   \
    "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ=="

static void takes_pairs_of_unique_keys_and_base64(void **state)
{
    (void)state;
    static const char *const good[] = {
        "sha256 " DIGEST_A,
        "filename 5oiR,sha256 " DIGEST_A,
        "sha256 " DIGEST_A ",is_confidential",
        "empty ,sha256 " DIGEST_A,
        "filetype aW1hZ2UvcG5n, sha256 " DIGEST_A,
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint8_t sha256[DIGEST_SIZE] = { 0 };
        assert_int_equal(tus_metadata_read(good[i], sha256), TUS_METADATA_OK);
        for (size_t k = 0; k < DIGEST_SIZE; k++)
            assert_int_equal(sha256[k], 0xAA);
    }
}

static void refuses_what_is_no_metadata(void **state)
{
    (void)state;
    static const char *const bad[] = {
        ",sha256 " DIGEST_A,
        "sha256 " DIGEST_A ",",
        "sha256 " DIGEST_A ",sha256 " DIGEST_A,
        "a b c,sha256 " DIGEST_A,
        "a YQ== YQ==,sha256 " DIGEST_A,
        "a %,sha256 " DIGEST_A,
        "a YQ,sha256 " DIGEST_A,
        "\xE6\x96\x87 YQ==,sha256 " DIGEST_A,
        "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,sha256 " DIGEST_A,
    };
    uint8_t sha256[DIGEST_SIZE];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(tus_metadata_read(bad[i], sha256), TUS_METADATA_MALFORMED);
    char long_value[TUS_METADATA_MAX + 2];
    memset(long_value, 'A', sizeof long_value);
    long_value[1] = ' ';
    long_value[TUS_METADATA_MAX + 1] = '\0';
    assert_int_equal(tus_metadata_read(long_value, sha256), TUS_METADATA_MALFORMED);
}

static void asks_for_the_digest(void **state)
{
    (void)state;
    static const char *const without[] = { "", "sha256", "sha256 eA==", ("SHA256 " DIGEST_A),
                                           "filename eA==" };
    uint8_t sha256[DIGEST_SIZE];
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        assert_int_equal(tus_metadata_read(without[i], sha256), TUS_METADATA_NO_DIGEST);
}

static void compares_checksums_of_both_algorithms(void **state)
{
    (void)state;
    static const char abc[] = "abc";
    assert_int_equal(tus_checksum_compare("sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", abc, 3),
                     TUS_CHECKSUM_SAME);
    assert_int_equal(
        tus_checksum_compare("sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", abc, 3),
        TUS_CHECKSUM_SAME);
    assert_int_equal(tus_checksum_compare("sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", abc, 2),
                     TUS_CHECKSUM_DIFFERS);
    static const char *const bad[] = { "",
                                       "sha1",
                                       "sha1 ",
                                       "md5 kAFQmDzST7DWlj99KOF/cg==",
                                       "sha256 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
                                       "sha1  qZk+NkcGgWq6PiVxeFDCbJzQ2J0=" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(tus_checksum_compare(bad[i], abc, 3), TUS_CHECKSUM_MALFORMED);
}

static void writes_dates_as_http_has_them(void **state)
{
    (void)state;
    char text[TUS_DATE];
    tus_date(text, INT64_C(1403712000) * 1000);
    assert_string_equal(text, "Wed, 25 Jun 2014 16:00:00 GMT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_pairs_of_unique_keys_and_base64),
        cmocka_unit_test(refuses_what_is_no_metadata),
        cmocka_unit_test(asks_for_the_digest),
        cmocka_unit_test(compares_checksums_of_both_algorithms),
        cmocka_unit_test(writes_dates_as_http_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
