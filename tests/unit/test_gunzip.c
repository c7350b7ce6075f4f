#include "sys/gunzip.h"

#include <string.h>

#include <zlib.h>

#include "unit.h"

enum { MAX = 100000, ROOM = 4 * MAX };

/* The gzip stream of size bytes; its length. */
static size_t pack(const void *bytes, size_t size, unsigned char *out)
{
    z_stream z = { .avail_in = (uInt)size, .avail_out = ROOM };
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.next_out = out;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = ROOM - z.avail_out;
    (void)deflateEnd(&z);
    return n;
}

static enum rc unpack(struct arena *a, const void *bytes, size_t n)
{
    char *out;
    size_t size;
    return gunzip(a, bytes, n, MAX, &out, &size);
}

static void content_of_any_size_comes_out_as_it_went_in(void **state)
{
    static const size_t sizes[] = { 0, 1, 16384, 16385, 65537, MAX };
    struct arena *a = *state;
    unsigned char *in = arena_alloc(a, MAX);
    unsigned char *packed = arena_alloc(a, ROOM);
    for (size_t i = 0; i < MAX; i++)
        in[i] = (unsigned char)(i * i / 7);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char *out;
        size_t size;
        assert_int_equal(gunzip(a, packed, pack(in, sizes[i], packed), MAX, &out, &size), RC_OK);
        assert_int_equal(size, sizes[i]);
        assert_memory_equal(out, in, size);
        assert_int_equal(out[size], 0);
    }
}

static void a_stream_that_holds_more_than_the_cap_is_too_large(void **state)
{
    struct arena *a = *state;
    unsigned char *in = arena_alloc(a, ROOM);
    unsigned char *packed = arena_alloc(a, ROOM);
    assert_int_equal(unpack(a, packed, pack(in, MAX + 1, packed)), RC_TOO_LARGE);
    size_t before = arena_used(a);
    assert_int_equal(unpack(a, packed, pack(in, ROOM, packed)), RC_TOO_LARGE);
    assert_true(arena_used(a) - before < (size_t)3 * MAX + 65536);
}

static void one_whole_stream_and_nothing_else_is_taken(void **state)
{
    struct arena *a = *state;
    unsigned char *packed = arena_alloc(a, ROOM);
    size_t n = pack("content", 7, packed);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(unpack(a, packed, i), RC_MALFORMED);
    assert_int_equal(unpack(a, packed, n + 1), RC_MALFORMED); /* a byte behind it */
    (void)pack("more", 4, packed + n);
    assert_int_equal(unpack(a, packed, n * 2 - 3), RC_MALFORMED); /* a second one */
    packed[n - 1] ^= 1;                                           /* its length */
    assert_int_equal(unpack(a, packed, n), RC_MALFORMED);
    packed[n - 1] ^= 1;
    packed[n - 8] ^= 1; /* its check sum */
    assert_int_equal(unpack(a, packed, n), RC_MALFORMED);
    assert_int_equal(unpack(a, "{\"operations\":[]}", 17), RC_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(content_of_any_size_comes_out_as_it_went_in),
        WITH_ARENA(a_stream_that_holds_more_than_the_cap_is_too_large),
        WITH_ARENA(one_whole_stream_and_nothing_else_is_taken),
    };
    return cmocka_run_group_tests_name("gunzip", tests, NULL, NULL);
}
