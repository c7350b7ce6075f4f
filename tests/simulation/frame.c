#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server.h"

enum { FRAME_MAX = 64 << 20 };

static bool read_all(void *to, size_t n)
{
    char *p = to;
    while (n) {
        ssize_t done = read(STDIN_FILENO, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static void write_all(const void *from, size_t n)
{
    const char *p = from;
    while (n) {
        ssize_t done = write(STDOUT_FILENO, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            exit(EXIT_FAILURE);
        p += done;
        n -= (size_t)done;
    }
}

uint32_t frame_u32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool frame_read(struct frame *out)
{
    unsigned char length[4];
    if (!read_all(length, sizeof length))
        return false;
    out->n = frame_u32(length);
    if (out->n == 0 || out->n > FRAME_MAX)
        return false;
    out->bytes = malloc(out->n + 1); /* a NUL behind it, for texts */
    if (!out->bytes)
        abort();
    out->bytes[out->n] = '\0';
    return read_all(out->bytes, out->n);
}

void frame_write(char kind, const void *bytes, size_t n)
{
    unsigned char head[5];
    for (unsigned i = 0; i < 4; i++)
        head[i] = (unsigned char)((n + 1) >> (8 * i));
    head[4] = (unsigned char)kind;
    write_all(head, sizeof head);
    write_all(bytes, n);
}
