#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void buf_init(struct buf *b, struct arena *a, size_t cap)
{
    *b = (struct buf){ .arena = a, .cap = cap, .room = cap < 256 ? cap : 256 };
    b->p = arena_alloc(a, b->room + 1);
}

/* Returns how many of the n bytes there is room for. */
static size_t make_room(struct buf *b, size_t n)
{
    if (n > b->cap - b->n) {
        b->full = true;
        n = b->cap - b->n;
    }
    if (n <= b->room - b->n)
        return n;
    size_t room = b->room < b->cap / 2 ? b->room * 2 : b->cap;
    if (room < b->n + n)
        room = b->n + n;
    char *p = arena_alloc(b->arena, room + 1);
    memcpy(p, b->p, b->n);
    b->p = p;
    b->room = room;
    return n;
}

void buf_put(struct buf *b, const void *bytes, size_t n)
{
    n = make_room(b, n);
    if (n)
        memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_puts(struct buf *b, const char *text)
{
    buf_put(b, text, strlen(text));
}

void buf_putc(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_int(struct buf *b, int64_t value)
{
    char text[INT_TEXT];
    buf_put(b, text, (size_t)(int_format(text, value) - text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need > 0) {
        size_t n = make_room(b, (size_t)need);
        (void)vsnprintf(b->p + b->n, n + 1, format, again);
        b->n += n;
    }
    va_end(again);
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->full = false;
    b->p[0] = '\0';
}
