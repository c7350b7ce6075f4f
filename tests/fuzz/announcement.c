/* An announcement: whatever is read is written again to the same bytes. */
#include "domain/draw/announcement.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    struct announcement read;
    struct buf out;
    char *bytes = fuzz_bytes(data, size);
    enum rc rc = announcement_read(a, bytes, size, &read, &err);
    FUZZ_EXPECT(rc == RC_OK || rc == RC_MALFORMED);
    buf_init(&out, a, ANNOUNCEMENT_MAX);
    if (rc == RC_OK) {
        FUZZ_EXPECT(announcement_write(&out, &read, &err) == RC_OK);
        FUZZ_EXPECT(out.n == size && memcmp(out.p, bytes, size) == 0);
        FUZZ_EXPECT(read.draw_count > 0 && read.value.at > read.announced_at);
    } else {
        FUZZ_EXPECT(err.pointer[0] && err.detail[0]);
    }
    free(bytes);
    arena_free(a);
    return 0;
}
