#include "base/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Under AddressSanitizer what is not handed out is poisoned, and a zone stays poisoned behind each
 * allocation: one that runs over is reported as one of malloc's would be.
 */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
enum { ZONE = 2 * alignof(max_align_t) };
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
enum { ZONE = 0 };
#define POISON(p, n) (void)0
#define UNPOISON(p, n) (void)0
#endif

enum { BLOCK_MIN = 64 * 1024 };

struct block {
    struct block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *data;
};

struct arena {
    struct block *blocks; /* newest first */
    struct deferred *deferred;
    size_t limit;
    size_t held; /* bytes of all blocks */
    size_t used;
    void (*overflow)(void *);
    void *overflow_data;
};

static _Noreturn void out_of_memory(const char *what)
{
    (void)fprintf(stderr, "arena: %s, aborting\n", what);
    abort();
}

static _Noreturn void over_ceiling(struct arena *a)
{
    if (a->overflow)
        a->overflow(a->overflow_data);
    out_of_memory("ceiling reached");
}

struct arena *arena_new(size_t limit)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        out_of_memory("no memory");
    a->limit = limit;
    return a;
}

void arena_on_overflow(struct arena *a, void (*handler)(void *), void *data)
{
    a->overflow = handler;
    a->overflow_data = data;
}

static struct block *block_add(struct arena *a, size_t need)
{
    size_t size = need > BLOCK_MIN ? need : BLOCK_MIN;
    if (size > a->limit || a->held > a->limit - size)
        over_ceiling(a);
    struct block *b = malloc(sizeof *b + size);
    if (!b)
        out_of_memory("no memory");
    b->size = size;
    b->used = 0;
    POISON(b->data, size);
    /* A block made for one large object goes behind the current one, which still has room. */
    if (a->blocks && need > BLOCK_MIN) {
        b->next = a->blocks->next;
        a->blocks->next = b;
    } else {
        b->next = a->blocks;
        a->blocks = b;
    }
    a->held += size;
    return b;
}

static void block_free(struct block *b)
{
    UNPOISON(b->data, b->size); /* malloc's again, also for its next owner */
    free(b);
}

void *arena_alloc(struct arena *a, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align - ZONE)
        over_ceiling(a);
    size_t rounded = (size + align - 1) / align * align;
    struct block *b = a->blocks;
    if (!b || b->size - b->used < rounded + ZONE)
        b = block_add(a, rounded + ZONE);
    void *p = b->data + b->used;
    b->used += rounded + ZONE;
    a->used += rounded;
    UNPOISON(p, size);
    return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        over_ceiling(a);
    return arena_alloc(a, count * size);
}

char *arena_slice(struct arena *a, const char *bytes, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    memcpy(copy, bytes, n);
    return copy;
}

char *arena_strndup(struct arena *a, const char *text, size_t n)
{
    return arena_slice(a, text, strnlen(text, n));
}

char *arena_strdup(struct arena *a, const char *text)
{
    return arena_slice(a, text, strlen(text));
}

void *arena_memdup(struct arena *a, const void *p, size_t n)
{
    void *copy = arena_alloc(a, n);
    if (n)
        memcpy(copy, p, n);
    return copy;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        out_of_memory("bad format");
    char *text = arena_alloc(a, (size_t)n + 1);
    (void)vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *data)
{
    struct deferred *d = arena_alloc(a, sizeof *d);
    d->fn = fn;
    d->data = data;
    d->next = a->deferred;
    a->deferred = d;
}

static void run_deferred(struct arena *a)
{
    while (a->deferred) {
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->data);
    }
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    struct block *keep = NULL;
    for (struct block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        if (!keep && b->size == BLOCK_MIN)
            keep = b;
        else
            block_free(b);
    }
    a->blocks = keep;
    a->held = 0;
    a->used = 0;
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
        POISON(keep->data, keep->size);
        a->held = keep->size;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_deferred(a);
    for (struct block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        block_free(b);
    }
    free(a);
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
