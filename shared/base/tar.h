/*
 * The part of POSIX ustar that a published bundle needs: regular files with short names.
 *
 * Writing: tar_header, the file's bytes, tar_padding; after the last file tar_end. Times and owners
 * are fixed, so that the same files give the same archive.
 */
#ifndef LIANCHA_BASE_TAR_H
#define LIANCHA_BASE_TAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define TAR_BLOCK 512
#define TAR_NAME 100 /* with its NUL */
#define TAR_SIZE_MAX (((size_t)8 << 30) - 1)

/* name is ASCII, shorter than TAR_NAME; size at most TAR_SIZE_MAX. */
void tar_header(char out[TAR_BLOCK], const char *name, size_t size);
/* Zero bytes that follow a file of this size: 0 … 511. */
size_t tar_padding(size_t size);
/* Two zero blocks end an archive. */
#define TAR_END_SIZE ((size_t)2 * TAR_BLOCK)

struct tar_file {
    char name[TAR_NAME];
    const char *data; /* inside the archive's bytes */
    size_t size;
};

/*
 * Reads the file at *offset and moves *offset behind it. False at the end, or where the archive is
 * not what the functions above write, byte by byte; *intact tells which (true: the end). So nothing
 * is hidden in a header, in padding or behind the end.
 */
bool tar_next(const char *archive, size_t size, size_t *offset, struct tar_file *file,
              bool *intact);

#endif
