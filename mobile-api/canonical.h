/*
 * A JSON value as one text whatever its blanks and the order of its members (RFC 8785): members by
 * the bytes of their names, no blanks, shortest escapes and numbers. Two texts of the same operation
 * have the same digest.
 */
#ifndef LIANCHA_MOBILE_CANONICAL_H
#define LIANCHA_MOBILE_CANONICAL_H

#include "base/buf.h"
#include "sys/json.h"

/* Recursion is bounded by JSON_DEPTH_MAX. */
void canonical_put(struct buf *out, struct arena *a, const cJSON *node);

#endif
