/* The beginning of a file that calls itself a JPEG: what is read of it is a time and a place. */
#include "photo.h"

#include <math.h>

#include "base/date.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct evidence_origin origin;
    char *bytes = fuzz_bytes(data, size);
    photo_read(bytes, size, &origin);
    free(bytes);
    if (origin.timed) {
        char text[INSTANT_TEXT];
        int64_t again;
        instant_format(text, origin.taken_at);
        FUZZ_EXPECT(instant_parse(text, &again) && again == origin.taken_at);
    }
    FUZZ_EXPECT(!origin.placed || (fabs(origin.lat) <= 90 && fabs(origin.lon) <= 180));
    return 0;
}
