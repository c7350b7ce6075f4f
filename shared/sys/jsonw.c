#include "sys/jsonw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "sys/log.h"

void jw_init(struct jsonw *w, struct buf *out)
{
    memset(w, 0, sizeof *w);
    w->out = out;
}

/* The short forms, so that a text of what forms allow (tab, CR, LF) at most doubles: callers count
   on it. */
static void quoted(struct buf *b, const char *text)
{
    static const char plain[] = "\"\\\b\t\n\f\r";
    static const char escaped[] = "\"\\btnfr";
    buf_putc(b, '"');
    const char *run = text;
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_put(b, run, (size_t)(p - run));
        run = p + 1;
        const char *form = strchr(plain, c);
        if (form) {
            buf_putc(b, '\\');
            buf_putc(b, escaped[form - plain]);
        } else {
            buf_printf(b, "\\u%04x", c);
        }
    }
    buf_puts(b, run);
    buf_putc(b, '"');
}

/* Our own documents are flat and closed in order: anything else is a fault in the code. */
static _Noreturn void fault(const char *what)
{
    log_error("JSON writer: %s", what);
    abort();
}

/* Comma and key before a value. */
static void lead(struct jsonw *w, const char *key)
{
    if ((key != NULL) != (w->close[w->depth] == '}'))
        fault(key ? "a key outside of an object" : "a member without a key");
    if (w->filled[w->depth])
        buf_putc(w->out, ',');
    w->filled[w->depth] = true;
    if (key) {
        quoted(w->out, key);
        buf_putc(w->out, ':');
    }
}

static void begin(struct jsonw *w, const char *key, char opening, char closing)
{
    lead(w, key);
    buf_putc(w->out, opening);
    if (++w->depth >= JSONW_DEPTH_MAX)
        fault("too deep");
    w->filled[w->depth] = false;
    w->close[w->depth] = closing;
}

void jw_object(struct jsonw *w, const char *key)
{
    begin(w, key, '{', '}');
}

void jw_array(struct jsonw *w, const char *key)
{
    begin(w, key, '[', ']');
}

void jw_end(struct jsonw *w)
{
    if (w->depth == 0)
        fault("an end too many");
    buf_putc(w->out, w->close[w->depth]);
    w->depth--;
}

void jw_text(struct jsonw *w, const char *key, const char *text)
{
    lead(w, key);
    if (text)
        quoted(w->out, text);
    else
        buf_put(w->out, "null", 4);
}

void jw_int(struct jsonw *w, const char *key, int64_t value)
{
    lead(w, key);
    buf_int(w->out, value);
}

void jw_real(struct jsonw *w, const char *key, double value)
{
    /* The fewest digits that are read again as this value, and never a whole number's look: above
       2^53 sys/json refuses one. */
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    lead(w, key);
    buf_puts(w->out, text);
    if (!strpbrk(text, ".e") && fabs(value) > 9007199254740992.0)
        buf_puts(w->out, ".0");
}

void jw_bool(struct jsonw *w, const char *key, bool value)
{
    lead(w, key);
    buf_puts(w->out, value ? "true" : "false");
}

void jw_null(struct jsonw *w, const char *key)
{
    lead(w, key);
    buf_put(w->out, "null", 4);
}

void jw_date(struct jsonw *w, const char *key, int32_t date)
{
    char text[DATE_TEXT];
    date_format(text, date);
    jw_text(w, key, text);
}

void jw_instant(struct jsonw *w, const char *key, int64_t instant)
{
    char text[INSTANT_TEXT];
    instant_format(text, instant);
    jw_text(w, key, text);
}

const char *jw_ids(struct arena *a, const int64_t *ids, size_t n)
{
    struct buf list;
    buf_init(&list, a, JSONW_IDS_BYTES);
    buf_putc(&list, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_putc(&list, ',');
        buf_int(&list, ids[i]);
    }
    buf_putc(&list, ']');
    return list.full ? NULL : list.p;
}

void jw_raw(struct jsonw *w, const char *key, const char *json)
{
    lead(w, key);
    buf_puts(w->out, json);
}
