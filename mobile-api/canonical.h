/*
 * A JSON value as one text whatever its blanks and the order of its members (RFC 8785): members by
 * the UTF-16 units of their names, no blanks, shortest escapes, numbers as ECMAScript writes them.
 * Two texts of the same operation have the same digest, and a phone gets it by JSON.stringify. NUL
 * and halves of surrogate pairs, of which RFC 8785 says nothing, are escaped as JSON.stringify
 * does.
 */
#ifndef LIANCHA_MOBILE_CANONICAL_H
#define LIANCHA_MOBILE_CANONICAL_H

#include "base/buf.h"
#include "sys/json.h"

/* It has at most so many bytes for each byte of the text that was parsed: 1e20 becomes 21
   digits. */
enum { CANONICAL_GROWTH = 6 };

/* Recursion is bounded by JSON_DEPTH_MAX. */
void canonical_put(struct buf *out, struct arena *a, const cJSON *node);

#endif
