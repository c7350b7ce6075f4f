/*
 * The content of a gzip stream (RFC 1952) that a stranger sent: never more than a cap, whatever the
 * stream claims, and never more work than that much output takes.
 */
#ifndef LIANCHA_SYS_GUNZIP_H
#define LIANCHA_SYS_GUNZIP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/rc.h"

/*
 * Exactly one member and nothing behind it, or RC_MALFORMED; RC_TOO_LARGE when the content has more
 * than max bytes. *out is NUL-terminated and lives in the arena, as does everything that is needed
 * on the way: some three times max.
 */
enum rc gunzip(struct arena *a, const void *bytes, size_t n, size_t max, char **out,
               size_t *size) RC_CHECKED;

#endif
