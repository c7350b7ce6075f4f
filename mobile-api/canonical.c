#include "canonical.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT = 32, POINT_MAX = 21, POINT_MIN = -6 };
#define ZEROS "000000000000000000000"

/* Of an odd text, as sys/json keeps it: one unit of UTF-16, escaped as JSON.stringify does. */
static const char *put_odd(struct buf *out, const char *p)
{
    unsigned high = (unsigned char)p[0] == 0xED ? (unsigned char)p[1] & 0x3F : 0;
    if (high < 0x20) {
        buf_puts(out, "\\u0000");
        return p + 1;
    }
    buf_printf(out, "\\u%04x", 0xD000U | high << 6 | ((unsigned char)p[2] & 0x3F));
    return p + 2;
}

static bool is_odd(const char *p)
{
    unsigned char c = (unsigned char)p[0];
    return c == 0xC0 || (c == 0xED && (unsigned char)p[1] >= 0xA0);
}

static void put_text(struct buf *out, const char *text)
{
    static const char plain[] = "\b\t\n\f\r\"\\";
    static const char letters[] = "btnfr\"\\";
    buf_putc(out, '"');
    for (const char *p = text; *p; p++) {
        const char *at = strchr(plain, *p);
        if (is_odd(p)) {
            p = put_odd(out, p);
        } else if (at) {
            buf_putc(out, '\\');
            buf_putc(out, letters[at - plain]);
        } else if ((unsigned char)*p < 0x20) {
            buf_printf(out, "\\u%04x", (unsigned)*p);
        } else {
            buf_putc(out, *p);
        }
    }
    buf_putc(out, '"');
}

/* The shortest digits that read as value again, without a point; *point is where it stands in
   them. */
static void shortest(double value, char digits[NUMBER_TEXT], long *point)
{
    char text[NUMBER_TEXT];
    for (int more = 0; more <= 16; more++) {
        (void)snprintf(text, sizeof text, "%.*e", more, value);
        if (strtod(text, NULL) >= value && strtod(text, NULL) <= value)
            break;
    }
    size_t n = 0;
    const char *p = text;
    for (; *p != 'e'; p++)
        if (*p != '.')
            digits[n++] = *p;
    digits[n] = '\0';
    *point = strtol(p + 1, NULL, 10) + 1;
}

/* As ECMAScript writes a number, which is what RFC 8785 asks for. */
static void put_number(struct buf *out, double value)
{
    char digits[NUMBER_TEXT];
    long point;
    if (fabs(value) <= (double)JSON_INT_MAX && trunc(value) == value) {
        buf_printf(out, "%" PRId64, (int64_t)value);
        return;
    }
    if (value < 0)
        buf_putc(out, '-');
    shortest(fabs(value), digits, &point);
    long n = (long)strlen(digits);
    if (n <= point && point <= POINT_MAX)
        buf_printf(out, "%s%.*s", digits, (int)(point - n), ZEROS);
    else if (0 < point && point <= POINT_MAX)
        buf_printf(out, "%.*s.%s", (int)point, digits, digits + point);
    else if (POINT_MIN < point && point <= 0)
        buf_printf(out, "0.%.*s%s", (int)-point, ZEROS, digits);
    else
        buf_printf(out, "%c%s%se%+ld", digits[0], n > 1 ? "." : "", digits + 1, point - 1);
}

/* RFC 8785 orders names by their UTF-16 units: what needs two of them stands before U+E000 and
   above. */
static int unit_order(char c)
{
    int byte = (unsigned char)c;
    return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
}

static int by_name(const void *x, const void *y)
{
    const cJSON *const *p = x;
    const cJSON *const *q = y;
    const char *a = (*p)->string;
    const char *b = (*q)->string;
    for (; *a && *a == *b; a++)
        b++;
    return unit_order(*a) - unit_order(*b);
}

static void put_object(struct buf *out, struct arena *a, const cJSON *object)
{
    size_t n = (size_t)cJSON_GetArraySize(object);
    const cJSON **members = arena_array(a, n, sizeof *members);
    size_t i = 0;
    for (const cJSON *m = object->child; m; m = m->next)
        members[i++] = m;
    qsort(members, n, sizeof *members, by_name);
    buf_putc(out, '{');
    for (i = 0; i < n; i++) {
        if (i)
            buf_putc(out, ',');
        put_text(out, members[i]->string);
        buf_putc(out, ':');
        canonical_put(out, a, members[i]);
    }
    buf_putc(out, '}');
}

void canonical_put(struct buf *out, struct arena *a, const cJSON *node)
{
    if (cJSON_IsObject(node)) {
        put_object(out, a, node);
    } else if (cJSON_IsArray(node)) {
        buf_putc(out, '[');
        for (const cJSON *e = node->child; e; e = e->next) {
            canonical_put(out, a, e);
            if (e->next)
                buf_putc(out, ',');
        }
        buf_putc(out, ']');
    } else if (cJSON_IsString(node)) {
        put_text(out, node->valuestring);
    } else if (cJSON_IsNumber(node)) {
        put_number(out, node->valuedouble);
    } else {
        buf_puts(out, cJSON_IsTrue(node) ? "true" : cJSON_IsFalse(node) ? "false" : "null");
    }
}
