#include "base/glyph.h"

#include <string.h>

size_t glyph_read(const char *p, size_t n, uint32_t *code)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t len = u[0] < 0xC2 ? 1 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 1;
    *code = u[0];
    if (len == 1 || len > n)
        return 1;
    uint32_t value = u[0] & (0x7FU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (u[i] & 0x3FU);
    }
    *code = value;
    return len;
}

uint32_t glyph_half(uint32_t code)
{
    return code >= 0xFF01 && code <= 0xFF5E ? code - 0xFEE0 : code;
}

bool glyph_dash(uint32_t code)
{
    return (code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0xFE58 || code == 0xFE63;
}

/* Beside blanks: joiners, marks of direction, fillers, selectors of a glyph's form, tags. */
bool glyph_blank(uint32_t code)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {
        { 0x0000, 0x0020 },   { 0x007F, 0x00A0 }, { 0x00AD, 0x00AD }, { 0x034F, 0x034F },
        { 0x061C, 0x061C },   { 0x115F, 0x1160 }, { 0x1680, 0x1680 }, { 0x17B4, 0x17B5 },
        { 0x180B, 0x180F },   { 0x2000, 0x200F }, { 0x2028, 0x202F }, { 0x205F, 0x206F },
        { 0x2800, 0x2800 },   { 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F },
        { 0xFEFF, 0xFEFF },   { 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB }, { 0x1D173, 0x1D17A },
        { 0xE0000, 0xE0FFF },
    };
    if (code > 0x20 && code < 0x7F) /* most of what is asked */
        return false;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

bool text_blank(const char *text)
{
    size_t n = strlen(text);
    uint32_t code;
    while (n) {
        size_t step = glyph_read(text, n, &code);
        if (!glyph_blank(code))
            return false;
        text += step;
        n -= step;
    }
    return true;
}
