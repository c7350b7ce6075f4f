#include "base/tar.h"

#include <stdio.h>
#include <string.h>

/* Field offsets of the ustar header. */
enum {
    MODE = 100,
    UID = 108,
    GID = 116,
    SIZE = 124,
    MTIME = 136,
    CHECK = 148,
    TYPE = 156,
    MAGIC = 257
};

static unsigned checksum(const char block[TAR_BLOCK])
{
    unsigned sum = 0;
    for (int i = 0; i < TAR_BLOCK; i++)
        sum += i >= CHECK && i < CHECK + 8 ? ' ' : (unsigned char)block[i];
    return sum;
}

void tar_header(char out[TAR_BLOCK], const char *name, size_t size)
{
    memset(out, 0, TAR_BLOCK);
    (void)snprintf(out, TAR_NAME, "%s", name);
    memcpy(out + MODE, "0000644", 7);
    memcpy(out + UID, "0000000", 7);
    memcpy(out + GID, "0000000", 7);
    (void)snprintf(out + SIZE, 12, "%011zo", size);
    memcpy(out + MTIME, "00000000000", 11);
    out[TYPE] = '0';
    memcpy(out + MAGIC, "ustar\00000", 8);
    (void)snprintf(out + CHECK, 8, "%06o", checksum(out));
    out[CHECK + 7] = ' ';
}

size_t tar_padding(size_t size)
{
    return (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
}

static bool octal(const char *p, int n, size_t *value)
{
    *value = 0;
    for (int i = 0; i < n && p[i] != '\0' && p[i] != ' '; i++) {
        if (p[i] < '0' || p[i] > '7')
            return false;
        *value = *value * 8 + (size_t)(p[i] - '0');
    }
    return true;
}

bool tar_next(const char *archive, size_t size, size_t *offset, struct tar_file *file, bool *intact)
{
    static const char zero[TAR_BLOCK];
    *intact = false;
    if (*offset > size || size - *offset < TAR_BLOCK)
        return false;
    const char *block = archive + *offset;
    if (memcmp(block, zero, TAR_BLOCK) == 0) {
        *intact = true;
        return false;
    }
    size_t sum;
    size_t length;
    if (memcmp(block + MAGIC, "ustar", 5) != 0 || !octal(block + CHECK, 8, &sum) ||
        sum != checksum(block) || block[TYPE] != '0' || !octal(block + SIZE, 12, &length) ||
        !memchr(block, '\0', TAR_NAME))
        return false;
    size_t room = size - *offset - TAR_BLOCK;
    if (length > room || tar_padding(length) > room - length)
        return false;
    memcpy(file->name, block, TAR_NAME);
    file->data = block + TAR_BLOCK;
    file->size = length;
    *offset += TAR_BLOCK + length + tar_padding(length);
    return true;
}
