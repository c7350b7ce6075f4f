/* An archive from anywhere: every file lies within it. Random bytes seldom have a checksum that
   holds, so each input is read a second time with checksums put right. */
#include "base/tar.h"
#include "fuzz.h"

enum { CHECK = 148, MAGIC = 257 };

static void walk(const char *archive, size_t size)
{
    size_t offset = 0;
    size_t before = 0;
    struct tar_file file;
    bool intact;
    while (tar_next(archive, size, &offset, &file, &intact)) {
        FUZZ_EXPECT(offset > before && offset <= size && offset % TAR_BLOCK == 0);
        FUZZ_EXPECT(strnlen(file.name, TAR_NAME) < TAR_NAME);
        FUZZ_EXPECT(file.data == archive + before + TAR_BLOCK);
        FUZZ_EXPECT(file.size <= offset - before - TAR_BLOCK);
        free(fuzz_bytes(file.data, file.size)); /* reads all of it */
        before = offset;
    }
    FUZZ_EXPECT(!intact || size - offset >= TAR_BLOCK);
}

static void put_checksum(unsigned char *block)
{
    unsigned sum = 0;
    memset(block + CHECK, ' ', 8);
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += block[i];
    char digits[8];
    (void)snprintf(digits, sizeof digits, "%06o", sum);
    memcpy(block + CHECK, digits, sizeof digits - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *archive = fuzz_bytes(data, size);
    walk(archive, size);
    for (size_t i = 0; i + TAR_BLOCK <= size; i += TAR_BLOCK)
        if (memcmp(archive + i + MAGIC, "ustar", 5) == 0)
            put_checksum((unsigned char *)archive + i);
    walk(archive, size);
    free(archive);
    return 0;
}
