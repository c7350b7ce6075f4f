/* Text: UTF-8, hex, base64url, numbers. No function reads past n, none allocates but by arena. */
#ifndef LIANCHA_BASE_TEXT_H
#define LIANCHA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* True when the n bytes are UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF). */
bool utf8_valid(const char *p, size_t n);
/* Drops in place what is not UTF-8, e.g. a character that a cut went through. */
void utf8_drop_broken(char *text);
/* Number of code points of valid UTF-8. */
size_t utf8_length(const char *text);

/* out holds 2n + 1 bytes; lowercase, NUL-terminated. */
void hex_encode(char *out, const void *bytes, size_t n);
char *hex_dup(struct arena *a, const void *bytes, size_t n);
/* Exactly n bytes from 2n lowercase digits and a NUL; false otherwise. */
bool hex_decode(void *out, size_t n, const char *hex);

/* RFC 4648 base64url without padding. */
char *base64url_encode(struct arena *a, const void *bytes, size_t n);
/* Returns the number of bytes, or -1 when text is not base64url or does not fit in size. */
long base64url_decode(void *out, size_t size, const char *text);
/* Standard base64 with padding, as HTTP and tus headers use it. Same result as above. */
long base64_decode(void *out, size_t size, const char *text);

#define INT_TEXT 21 /* "-9223372036854775808" */
/* Writes the number in decimal; returns where its NUL stands. */
char *int_format(char out[INT_TEXT], int64_t value);
/* The whole text is a decimal integer in [min, max]; no sign but '-', no blanks, no leading
   zeros. */
bool int_parse(const char *text, int64_t min, int64_t max, int64_t *value);
/* The whole text is a plain decimal number such as 113.25 (at most 15 digits) in [min, max]. */
bool decimal_parse(const char *text, double min, double max, double *value);

/* Strips ASCII blanks, and U+3000, from both ends, in place; returns the new start. */
char *text_trim(char *text);
/* Splits in place at each sep into at most max parts; returns their number, or max + 1 if more. */
size_t text_split(char *text, char sep, char **parts, size_t max);
/* The position of text in the NULL-terminated list of names, or -1. */
int text_index(const char *const *names, const char *text);

#endif
