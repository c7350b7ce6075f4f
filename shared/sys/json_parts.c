#include "sys/json_parts.h"

#include <string.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blank(struct json_parts *p)
{
    while (p->at < p->end && blank(*p->at))
        p->at++;
}

/* From its first quote to behind its last. */
static bool skip_string(struct json_parts *p)
{
    for (p->at++; p->at < p->end; p->at++) {
        if (*p->at == '"') {
            p->at++;
            return true;
        }
        if (*p->at == '\\')
            p->at++;
    }
    p->at = p->end; /* a backslash may be the last byte */
    return false;
}

/* Up to the comma or bracket that ends the value; false when quotes or brackets do not close. */
static bool skip_value(struct json_parts *p)
{
    for (size_t depth = 0; p->at < p->end;) {
        char c = *p->at;
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return true;
        if (c == '"') {
            if (!skip_string(p))
                return false;
            continue;
        }
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        p->at++;
    }
    return false;
}

bool json_parts_open(struct json_parts *parts, const char *text, size_t n, char bracket)
{
    *parts =
        (struct json_parts){ .at = text, .end = text + n, .close = bracket == '{' ? '}' : ']' };
    skip_blank(parts);
    if (parts->at == parts->end || *parts->at != bracket)
        return false;
    parts->at++;
    return true;
}

/* The end of the text is the end of the parts. */
static enum json_parts_step close(struct json_parts *p)
{
    p->at++;
    skip_blank(p);
    return p->at == p->end ? JSON_PARTS_END : JSON_PARTS_BROKEN;
}

static bool read_name(struct json_parts *p, struct json_part *out)
{
    skip_blank(p);
    out->name = p->at;
    if (p->at == p->end || *p->at != '"' || !skip_string(p))
        return false;
    out->name_size = (size_t)(p->at - out->name);
    skip_blank(p);
    return p->at < p->end && *p->at++ == ':';
}

enum json_parts_step json_parts_next(struct json_parts *parts, struct json_part *out)
{
    *out = (struct json_part){ .name = NULL };
    skip_blank(parts);
    if (parts->at == parts->end)
        return JSON_PARTS_BROKEN;
    if (*parts->at == parts->close)
        return close(parts);
    if (parts->begun && *parts->at++ != ',')
        return JSON_PARTS_BROKEN;
    parts->begun = true;
    if (parts->close == '}' && !read_name(parts, out))
        return JSON_PARTS_BROKEN;
    skip_blank(parts);
    out->text = parts->at;
    if (!skip_value(parts))
        return JSON_PARTS_BROKEN;
    const char *end = parts->at;
    while (end > out->text && blank(end[-1]))
        end--;
    out->size = (size_t)(end - out->text);
    return out->size ? JSON_PART : JSON_PARTS_BROKEN;
}

bool json_part_is(const struct json_part *part, const char *name)
{
    size_t n = strlen(name);
    return part->name && part->name_size == n + 2 && memcmp(part->name + 1, name, n) == 0;
}
