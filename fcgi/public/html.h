/*
 * HTML out: every text and every attribute value goes through here and is escaped; there is no way
 * to write markup that was not spelled out in the source. Names of elements and attributes are
 * literals. Attributes are pairs of name and value behind the element's name and end with NULL; an
 * attribute whose value is NULL is left out, and one whose value is "" is written without a value.
 */
#ifndef LIANCHA_PUBLIC_HTML_H
#define LIANCHA_PUBLIC_HTML_H

#include "base/buf.h"

struct html {
    struct buf *out;
};

/* "<!DOCTYPE html>" and a new line. */
void html_doctype(struct html *h);
void html_open(struct html *h, const char *element, ...) __attribute__((sentinel));
void html_close(struct html *h, const char *element);
/* An element that has no end tag: input, meta, link, br. */
void html_void(struct html *h, const char *element, ...) __attribute__((sentinel));
/* An element that holds a text; NULL holds none. */
void html_element(struct html *h, const char *element, const char *text, ...)
    __attribute__((sentinel));
void html_text(struct html *h, const char *text);
void html_textf(struct html *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends "name=value&" with the value percent-encoded; nothing for NULL. */
void html_query(struct buf *url, const char *name, const char *value);

#endif
