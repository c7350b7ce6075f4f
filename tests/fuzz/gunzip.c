/* A compressed body: whatever it claims, at most the cap comes out of it: all of one stream, or a
   refusal. */
#include "sys/gunzip.h"

#include <zlib.h>

#include "fuzz.h"

enum { MAX = 64 * 1024 };

/* The same in one call of zlib, into room that is large enough. */
static void expect_same(const char *content, size_t n, const uint8_t *data, size_t size)
{
    unsigned char other[MAX];
    z_stream z = { .next_in = (Bytef *)fuzz_bytes(data, size), .avail_in = (uInt)size };
    Bytef *copy = z.next_in;
    FUZZ_EXPECT(inflateInit2(&z, 15 + 16) == Z_OK);
    z.next_out = other;
    z.avail_out = sizeof other;
    FUZZ_EXPECT(inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0);
    FUZZ_EXPECT(z.total_out == n && memcmp(other, content, n) == 0);
    (void)inflateEnd(&z);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    char *copy = fuzz_bytes(data, size);
    char *content;
    size_t n;
    enum rc rc = gunzip(a, copy, size, MAX, &content, &n);
    FUZZ_EXPECT(rc == RC_OK || rc == RC_MALFORMED || rc == RC_TOO_LARGE);
    if (rc == RC_OK) {
        FUZZ_EXPECT(n <= MAX && content[n] == '\0');
        expect_same(content, n, data, size);
    }
    free(copy);
    arena_free(a);
    return 0;
}
