#include "strict.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sys/json.h"

enum { NUMBER_MAX = 39, MEMBER_MIN = 4 }; /* characters: "":0 */
static const char integer_max[] = "9007199254740992";

/* A decoded key of an object that is still open. */
struct key {
    const char *text;
    size_t size;
};

struct level {
    bool object;
    size_t first_key;
};

struct reader {
    const char *at;
    const char *end;
    struct level levels[JSON_DEPTH_MAX];
    int depth;
    struct key *keys; /* as many as the text has room for */
    size_t key_count;
    char *decoded;
    size_t decoded_size;
};

static bool take(struct reader *r, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(r->end - r->at) < n || strncmp(r->at, word, n) != 0)
        return false;
    r->at += n;
    return true;
}

static void blanks(struct reader *r)
{
    while (take(r, " ") || take(r, "\t") || take(r, "\r") || take(r, "\n"))
        ;
}

static void put_utf8(struct reader *r, uint32_t c)
{
    char *o = r->decoded + r->decoded_size;
    if (c < 0x80) {
        *o++ = (char)c;
    } else {
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const unsigned lead[] = { 0, 0xC0, 0xE0, 0xF0 };
        *o++ = (char)(lead[more] | c >> 6 * more);
        while (more--)
            *o++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    }
    r->decoded_size = (size_t)(o - r->decoded);
}

/* Four hexadecimal digits; -1 for anything else. */
static int32_t unit(struct reader *r)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        const char *d = r->at < r->end && *r->at ? strchr(digits, *r->at) : NULL;
        if (!d)
            return -1;
        value = value * 16 + (int32_t)((d - digits) % 16);
        r->at++;
    }
    return value;
}

static bool escape(struct reader *r)
{
    static const char *const names = "\"\\/bfnrt";
    static const char *const means = "\"\\/\b\f\n\r\t";
    if (r->at == r->end)
        return false;
    const char *name = *r->at ? strchr(names, *r->at) : NULL;
    if (name) {
        r->at++;
        put_utf8(r, (uint32_t)means[name - names]);
        return true;
    }
    if (!take(r, "u"))
        return false;
    int32_t high = unit(r);
    if (high <= 0)
        return false;
    if (high < 0xD800 || high > 0xDFFF) {
        put_utf8(r, (uint32_t)high);
        return true;
    }
    if (high > 0xDBFF || !take(r, "\\u"))
        return false;
    int32_t low = unit(r);
    if (low < 0xDC00 || low > 0xDFFF)
        return false;
    put_utf8(r, 0x10000 + (((uint32_t)high - 0xD800) << 10) + ((uint32_t)low - 0xDC00));
    return true;
}

/* Behind the opening quote; the decoded text stands in key. */
static bool string(struct reader *r, struct key *key)
{
    size_t start = r->decoded_size;
    while (!take(r, "\"")) {
        if (r->at == r->end || (unsigned char)*r->at < 0x20)
            return false;
        if (take(r, "\\")) {
            if (!escape(r))
                return false;
        } else {
            r->decoded[r->decoded_size++] = *r->at++;
        }
    }
    *key = (struct key){ r->decoded + start, r->decoded_size - start };
    return true;
}

static size_t digits(struct reader *r)
{
    const char *start = r->at;
    while (r->at < r->end && strchr("0123456789", *r->at) && *r->at)
        r->at++;
    return (size_t)(r->at - start);
}

static bool number(struct reader *r)
{
    const char *start = r->at;
    (void)take(r, "-");
    const char *whole = r->at;
    size_t n = digits(r);
    bool integer = true;
    if (n == 0 || (n > 1 && *whole == '0'))
        return false;
    if (take(r, ".")) {
        integer = false;
        if (!digits(r))
            return false;
    }
    if (take(r, "e") || take(r, "E")) {
        integer = false;
        if (!take(r, "+"))
            (void)take(r, "-");
        if (!digits(r))
            return false;
    }
    size_t size = (size_t)(r->at - start);
    char text[NUMBER_MAX + 1] = "";
    if (size > NUMBER_MAX)
        return false;
    memcpy(text, start, size);
    if (!integer)
        return isfinite(strtod(text, NULL));
    size_t most = sizeof integer_max - 1;
    return n < most || (n == most && strncmp(whole, integer_max, most) <= 0);
}

static bool open(struct reader *r, bool object)
{
    if (r->depth == JSON_DEPTH_MAX)
        return false;
    r->levels[r->depth++] = (struct level){ object, r->key_count };
    return true;
}

/* A key with its colon; false too for one that the object has already. */
static bool member(struct reader *r)
{
    const struct level *level = &r->levels[r->depth - 1];
    struct key key;
    if (!take(r, "\"") || !string(r, &key) || r->key_count - level->first_key == JSON_MEMBERS_MAX)
        return false;
    for (size_t i = level->first_key; i < r->key_count; i++)
        if (r->keys[i].size == key.size && memcmp(r->keys[i].text, key.text, key.size) == 0)
            return false;
    r->keys[r->key_count++] = key;
    blanks(r);
    return take(r, ":");
}

/* Closes levels as long as brackets close; true with *more when a comma asks for another value. */
static bool close_levels(struct reader *r, bool *more)
{
    *more = false;
    for (blanks(r); r->depth > 0; blanks(r)) {
        const struct level *level = &r->levels[r->depth - 1];
        if (take(r, ",")) {
            *more = true;
            return true;
        }
        if (!take(r, level->object ? "}" : "]"))
            return false;
        r->key_count = level->first_key;
        r->depth--;
    }
    return true;
}

/* One value that is no container, or the opening of one; *opened tells which. */
static bool value(struct reader *r, bool *opened)
{
    struct key ignored;
    *opened = true;
    if (take(r, "{"))
        return open(r, true);
    if (take(r, "["))
        return open(r, false);
    *opened = false;
    if (take(r, "\""))
        return string(r, &ignored);
    return take(r, "true") || take(r, "false") || take(r, "null") || number(r);
}

static bool document(struct reader *r)
{
    bool more = true;
    while (more) {
        bool opened;
        blanks(r);
        if (r->depth && r->levels[r->depth - 1].object && !member(r))
            return false;
        blanks(r);
        if (!value(r, &opened))
            return false;
        blanks(r);
        if (opened) {
            const char *empty = r->levels[r->depth - 1].object ? "}" : "]";
            if (r->at == r->end || *r->at != *empty)
                continue;
        }
        if (!close_levels(r, &more))
            return false;
    }
    return r->at == r->end;
}

bool strict_json(const char *text, size_t n)
{
    if (!utf8_valid(text, n) || memchr(text, '\0', n))
        return false;
    struct reader *r = calloc(1, sizeof *r);
    char *decoded = malloc(n + 1);
    struct key *keys = calloc(n / MEMBER_MIN + 2, sizeof *keys);
    if (!r || !decoded || !keys)
        abort();
    r->keys = keys;
    r->at = text;
    r->end = text + n;
    r->decoded = decoded;
    bool good = document(r);
    free(keys);
    free(decoded);
    free(r);
    return good;
}
