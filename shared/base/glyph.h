/* Single characters of UTF-8 text. */
#ifndef LIANCHA_BASE_GLYPH_H
#define LIANCHA_BASE_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the character at p (n >= 1 bytes left) and returns its length; a byte that starts none
   stands for itself. */
size_t glyph_read(const char *p, size_t n, uint32_t *code);
/* Full-width ASCII (U+FF01 … U+FF5E) to half-width; anything else unchanged. */
uint32_t glyph_half(uint32_t code);
/* A dash or a minus of whatever length, which input methods and text processors write for '-'. */
bool glyph_dash(uint32_t code);
/* Nothing of it can be seen: a blank of any width, zero included, or a control character. */
bool glyph_blank(uint32_t code);
/* Nothing of the text can be seen. */
bool text_blank(const char *text);

#endif
