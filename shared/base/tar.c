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

/* Nothing stands behind the end, or before a file's next block. */
static bool zeros(const char *p, size_t n)
{
    static const char zero[TAR_END_SIZE];
    return memcmp(p, zero, n) == 0;
}

/* The header says nothing but the name and the size. */
static bool header_says(const char *block, size_t *length)
{
    char again[TAR_BLOCK];
    if (block[0] == '\0' || !memchr(block, '\0', TAR_NAME) || !octal(block + SIZE, 11, length) ||
        *length > TAR_SIZE_MAX)
        return false;
    tar_header(again, block, *length);
    return memcmp(block, again, TAR_BLOCK) == 0;
}

bool tar_next(const char *archive, size_t size, size_t *offset, struct tar_file *file, bool *intact)
{
    size_t length;
    *intact = false;
    if (*offset > size || size - *offset < TAR_BLOCK)
        return false;
    const char *block = archive + *offset;
    if (size - *offset == TAR_END_SIZE && zeros(block, TAR_END_SIZE)) {
        *intact = true;
        return false;
    }
    if (!header_says(block, &length))
        return false;
    size_t room = size - *offset - TAR_BLOCK;
    size_t padding = tar_padding(length);
    if (length > room || padding > room - length || !zeros(block + TAR_BLOCK + length, padding))
        return false;
    memcpy(file->name, block, TAR_NAME);
    file->data = block + TAR_BLOCK;
    file->size = length;
    *offset += TAR_BLOCK + length + padding;
    return true;
}
