/*
 * Memory that lives as long as one request, one row or one command, and is freed at once.
 *
 * An allocation never returns NULL. When the system has no memory, the process logs and aborts (the
 * supervisor restarts it and InnoDB has rolled back). When the arena's own ceiling is reached, the
 * overflow handler runs: it must not return (the runtime jumps out of the request and answers 413);
 * without a handler the process aborts.
 */
#ifndef LIANCHA_BASE_ARENA_H
#define LIANCHA_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* limit: bytes this arena may hold at most, all blocks together. */
struct arena *arena_new(size_t limit);
void arena_on_overflow(struct arena *a, void (*handler)(void *), void *data);

/* Zeroed, aligned for any object. */
void *arena_alloc(struct arena *a, size_t size);
/* As arena_alloc, for count objects; a product that overflows counts as over the ceiling. */
void *arena_array(struct arena *a, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t n); /* at most n bytes of it */
/* All of n bytes, NULs among them too, and a NUL behind them. */
char *arena_slice(struct arena *a, const char *bytes, size_t n);
void *arena_memdup(struct arena *a, const void *p, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Runs fn(data) at the next reset, last registered first. */
void arena_defer(struct arena *a, void (*fn)(void *), void *data);

/* Runs the clean-ups and forgets every allocation; keeps one block for the next use. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#endif
