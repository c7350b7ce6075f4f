#include "sys/gunzip.h"

#include <limits.h>
#include <stdint.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/buf.h"

enum { PIECE = 16 * 1024, WINDOW_BITS = 15, GZIP_ONLY = 16 };

/* zlib's state lives in the arena: a request that is broken off leaves nothing behind. */
static void *take(void *arena, unsigned count, unsigned size)
{
    return arena_array(arena, count, size);
}

static void give(void *arena, void *p)
{
    (void)arena;
    (void)p;
}

static enum rc inflate_all(z_stream *z, struct buf *out)
{
    unsigned char piece[PIECE];
    int state = Z_OK;
    while (state == Z_OK) {
        z->next_out = piece;
        z->avail_out = sizeof piece;
        state = inflate(z, Z_NO_FLUSH);
        buf_put(out, piece, sizeof piece - z->avail_out);
        if (out->full)
            return RC_TOO_LARGE;
    }
    /* Z_BUF_ERROR: the input ended before the stream did. */
    return state == Z_STREAM_END && z->avail_in == 0 ? RC_OK : RC_MALFORMED;
}

enum rc gunzip(struct arena *a, const void *bytes, size_t n, size_t max, char **out, size_t *size)
{
    z_stream z = { .zalloc = take, .zfree = give, .opaque = a };
    struct buf content;
    if (n > UINT_MAX)
        return RC_TOO_LARGE;
    z.next_in = bytes;
    z.avail_in = (uInt)n;
    buf_init(&content, a, max);
    if (inflateInit2(&z, WINDOW_BITS + GZIP_ONLY) != Z_OK)
        return RC_INTERNAL;
    enum rc rc = inflate_all(&z, &content);
    (void)inflateEnd(&z);
    if (rc != RC_OK)
        return rc;
    *out = content.p;
    *size = content.n;
    return RC_OK;
}
