/*
 * JSON in: cJSON behind one strict reader. RFC 8259, and beyond it: the text is UTF-8 without NUL,
 * no key occurs twice in an object, an integer keeps its value (magnitude at most 2^53), nesting
 * and object size have caps. The tree lives in the arena and is never freed by itself.
 *
 * JSON out: the streaming writer of sys/jsonw.h.
 */
#ifndef LIANCHA_SYS_JSON_H
#define LIANCHA_SYS_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

/* Members of one object: as many as a draw may have strata. */
enum { JSON_DEPTH_MAX = 16, JSON_MEMBERS_MAX = 100000 };
#define JSON_INT_MAX INT64_C(9007199254740992)

/* RC_MALFORMED with the byte offset for anything that is not such a text. */
enum rc json_parse(struct arena *a, const char *text, size_t n, cJSON **root,
                   struct err *err) RC_CHECKED;

/* Whether text is one whole value in the grammar of json_parse_wide, for what this house wrote
   itself. */
bool json_whole(const char *text, size_t n);

/*
 * The same, but strings and names may hold what JavaScript's may and no text does: NUL and halves
 * of surrogate pairs, in the tree as bytes that no UTF-8 has (C0 80; ED A0…BF and one more). *odd:
 * there are some. For who has to name, not to use, such a text.
 */
enum rc json_parse_wide(struct arena *a, const char *text, size_t n, cJSON **root, bool *odd,
                        struct err *err) RC_CHECKED;
/* Whether a string of such a tree is odd. */
bool json_odd(const char *string);

/* The member of that exact name, or NULL. */
const cJSON *json_member(const cJSON *object, const char *name);
/* True and the value when node is a number without fraction. */
bool json_int(const cJSON *node, int64_t *value);
/* The tree as compact text, e.g. to hash or to keep fields that this version does not know. */
char *json_print(struct arena *a, const cJSON *node);

#endif
