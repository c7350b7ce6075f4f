#include "canonical.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_text(struct buf *out, const char *text)
{
    static const char plain[] = "\b\t\n\f\r\"\\";
    static const char letters[] = "btnfr\"\\";
    buf_putc(out, '"');
    for (const char *p = text; *p; p++) {
        const char *at = strchr(plain, *p);
        if (at) {
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

static void put_number(struct buf *out, double value)
{
    char text[32];
    if (fabs(value) <= (double)JSON_INT_MAX && trunc(value) == value) {
        buf_printf(out, "%" PRId64, (int64_t)value);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) >= value && strtod(text, NULL) <= value)
            break;
    }
    buf_puts(out, text);
}

static int by_name(const void *x, const void *y)
{
    const cJSON *const *p = x;
    const cJSON *const *q = y;
    return strcmp((*p)->string, (*q)->string);
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
