#include "public/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* U+202A-U+202E and U+2066-U+2069 turn the order of what stands behind them: a name could pose as
   another one. */
static bool turns_order(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return u[0] == 0xE2 && ((u[1] == 0x80 && u[2] >= 0xAA && u[2] <= 0xAE) ||
                            (u[1] == 0x81 && u[2] >= 0xA6 && u[2] <= 0xA9));
}

static void escape(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (turns_order(text)) {
            text += 2;
            continue;
        }
        switch (*text) {
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '>':
            buf_puts(out, "&gt;");
            break;
        case '"':
            buf_puts(out, "&quot;");
            break;
        case '\'':
            buf_puts(out, "&#39;");
            break;
        default:
            if ((unsigned char)*text < 0x20 && !strchr("\t\r\n", *text))
                buf_puts(out, "\xEF\xBF\xBD"); /* U+FFFD: controls are not allowed in HTML */
            else
                buf_putc(out, *text);
        }
    }
}

static void put_tag(struct html *h, const char *element, va_list attributes)
{
    buf_putc(h->out, '<');
    buf_puts(h->out, element);
    const char *name;
    while ((name = va_arg(attributes, const char *)) != NULL) {
        const char *value = va_arg(attributes, const char *);
        if (!value)
            continue;
        buf_putc(h->out, ' ');
        buf_puts(h->out, name);
        if (!*value)
            continue;
        buf_puts(h->out, "=\"");
        escape(h->out, value);
        buf_putc(h->out, '"');
    }
    buf_putc(h->out, '>');
}

void html_doctype(struct html *h)
{
    buf_puts(h->out, "<!DOCTYPE html>\n");
}

void html_open(struct html *h, const char *element, ...)
{
    va_list attributes;
    va_start(attributes, element);
    put_tag(h, element, attributes);
    va_end(attributes);
}

/* A line end behind a block; behind a piece of a sentence it would be a blank. */
void html_close(struct html *h, const char *element)
{
    bool inside = strcmp(element, "a") == 0 || strcmp(element, "code") == 0;
    buf_puts(h->out, "</");
    buf_puts(h->out, element);
    buf_puts(h->out, inside ? ">" : ">\n");
}

void html_void(struct html *h, const char *element, ...)
{
    va_list attributes;
    va_start(attributes, element);
    put_tag(h, element, attributes);
    va_end(attributes);
    buf_putc(h->out, '\n');
}

void html_element(struct html *h, const char *element, const char *text, ...)
{
    va_list attributes;
    va_start(attributes, text);
    put_tag(h, element, attributes);
    va_end(attributes);
    if (text)
        escape(h->out, text);
    html_close(h, element);
}

void html_text(struct html *h, const char *text)
{
    escape(h->out, text);
}

void html_textf(struct html *h, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n < 0)
        return;
    char *text = arena_alloc(h->out->arena, (size_t)n + 1);
    va_start(arguments, format);
    (void)vsnprintf(text, (size_t)n + 1, format, arguments);
    va_end(arguments);
    escape(h->out, text);
}

void html_query(struct buf *url, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_puts(url, name);
    buf_putc(url, '=');
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            strchr("-._~", c))
            buf_putc(url, (char)c);
        else
            buf_printf(url, "%%%02X", c);
    }
    buf_putc(url, '&');
}
