/*
 * JSON by its quotes and brackets alone: cuts an object or array into its parts, whatever those
 * hold. For a text of which one part may be broken while the others count; sys/json says what a
 * part is worth.
 */
#ifndef LIANCHA_SYS_JSON_PARTS_H
#define LIANCHA_SYS_JSON_PARTS_H

#include <stdbool.h>
#include <stddef.h>

struct json_part {
    const char *name; /* of a member, with its quotes; NULL: an element */
    size_t name_size;
    const char *text; /* without blanks around it */
    size_t size;
};

struct json_parts {
    const char *at;
    const char *end;
    char close;
    bool begun;
};

enum json_parts_step { JSON_PART, JSON_PARTS_END, JSON_PARTS_BROKEN };

/* bracket: '{' or '['. False when the text, but for blanks, does not begin by it. */
bool json_parts_open(struct json_parts *parts, const char *text, size_t n, char bracket);
/* JSON_PARTS_END only where nothing but blanks follows the closing bracket. */
enum json_parts_step json_parts_next(struct json_parts *parts, struct json_part *out);
/* Whether it is the member of that name, as it is written without escapes. */
bool json_part_is(const struct json_part *part, const char *name);

#endif
