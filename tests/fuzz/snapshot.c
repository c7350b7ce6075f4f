/* A snapshot of a draw: whatever is read whole is written again to the same bytes. */
#include "domain/draw/draw.h"
#include "fuzz.h"

static enum rc write_line(struct draw_writer *w, struct arena *a, const struct draw_line *line)
{
    return draw_write(w, arena_slice(a, line->subject, line->subject_size),
                      arena_slice(a, line->stratum, line->stratum_size), line->weight,
                      arena_slice(a, line->reason, line->reason_size),
                      line->facts ? arena_slice(a, line->facts, line->facts_size) : NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    struct draw_reader reader;
    struct draw_writer writer;
    struct draw_line line;
    struct buf out;
    char *bytes = fuzz_bytes(data, size);
    buf_init(&out, a, size + 1);
    enum rc rc = draw_read_start(&reader, bytes, size, &err);
    if (rc == RC_OK)
        FUZZ_EXPECT(draw_write_start(&writer, &out, &reader.head, &err) == RC_OK);
    while (rc == RC_OK && (rc = draw_read(&reader, &line, &err)) == RC_OK)
        FUZZ_EXPECT(write_line(&writer, a, &line) == RC_OK);
    FUZZ_EXPECT(rc == RC_DONE || rc == RC_MALFORMED);
    FUZZ_EXPECT(reader.line_offset <= reader.line_end && reader.line_end <= size);
    if (rc == RC_DONE)
        FUZZ_EXPECT(out.n == size && memcmp(out.p, bytes, size) == 0);
    else
        FUZZ_EXPECT(err.pointer[0] && err.detail[0]);
    free(bytes);
    arena_free(a);
    return 0;
}
