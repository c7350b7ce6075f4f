/*
 * A growing byte buffer in an arena, always NUL-terminated, never longer than its cap.
 *
 * Writing past the cap sets full and drops the rest: test buf.full once at the end.
 */
#ifndef LIANCHA_BASE_BUF_H
#define LIANCHA_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct buf {
    char *p; /* never NULL */
    size_t n;
    size_t room; /* bytes allocated, without the NUL */
    size_t cap;
    bool full;
    struct arena *arena;
};

void buf_init(struct buf *b, struct arena *a, size_t cap);
void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_int(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *b);

#endif
