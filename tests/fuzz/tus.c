/* The headers of tus: one line is the metadata, the next a checksum, the rest the bytes that it is
   of. */
#include "tus.h"

#include <strings.h>

#include "base/text.h"
#include "fuzz.h"

static void try_metadata(const char *text)
{
    uint8_t sha256[DIGEST_SIZE];
    uint8_t again[DIGEST_SIZE];
    if (tus_metadata_read(text, sha256) != TUS_METADATA_OK)
        return;
    size_t pairs = 1;
    for (const char *p = text; *p; p++) {
        FUZZ_EXPECT((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7F);
        pairs += *p == ',';
    }
    FUZZ_EXPECT(strlen(text) <= TUS_METADATA_MAX && pairs <= TUS_PAIRS_MAX);
    FUZZ_EXPECT(strstr(text, "sha256 "));
    FUZZ_EXPECT(tus_metadata_read(text, again) == TUS_METADATA_OK);
    FUZZ_EXPECT(memcmp(sha256, again, DIGEST_SIZE) == 0);
}

static void try_checksum(const char *text, const void *bytes, size_t n)
{
    uint8_t digest[DIGEST_SIZE];
    enum tus_checksum result = tus_checksum_compare(text, bytes, n);
    bool sha1 = strncasecmp(text, "sha1 ", 5) == 0;
    if (result == TUS_CHECKSUM_MALFORMED)
        return;
    FUZZ_EXPECT(sha1 || strncasecmp(text, "sha256 ", 7) == 0);
    long size = base64_decode(digest, sizeof digest, strchr(text, ' ') + 1);
    FUZZ_EXPECT(size == (sha1 ? SHA1_SIZE : DIGEST_SIZE));
    uint8_t actual[DIGEST_SIZE];
    if (sha1)
        sha1_bytes(bytes, n, actual);
    else
        digest_bytes(DIGEST_SHA256, bytes, n, actual);
    FUZZ_EXPECT((memcmp(digest, actual, (size_t)size) == 0) == (result == TUS_CHECKSUM_SAME));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = memchr(data, '\n', size);
    size_t first = line ? (size_t)(line - data) : size;
    const uint8_t *rest = data + first + (line ? 1 : 0);
    size_t left = size - first - (line ? 1 : 0);
    const uint8_t *next = left ? memchr(rest, '\n', left) : NULL;
    size_t second = next ? (size_t)(next - rest) : left;
    char *metadata = fuzz_text(data, first);
    char *checksum = fuzz_text(rest, second);
    char *bytes = fuzz_bytes(rest + second, left - second);
    try_metadata(metadata);
    try_checksum(checksum, bytes, left - second);
    free(bytes);
    free(checksum);
    free(metadata);
    return 0;
}
