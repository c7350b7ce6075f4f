#include "domain/directory/identifier.h"

#include <stdint.h>
#include <string.h>

#include "base/glyph.h"

static bool alphanumeric(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool allowed(uint32_t c)
{
    return alphanumeric(c) || (c > 0 && c < 0x80 && strchr("-_.()", (int)c));
}

static bool control(uint32_t c)
{
    return (c < 0x20) || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

void identifier_read(const char *text, size_t max, struct identifier *out)
{
    size_t n = 0;
    bool broken = false; /* a control character behind the last character that counts */
    *out = (struct identifier){ .changed = false };
    for (size_t left = strlen(text), len; left > 0 && !out->fault; text += len, left -= len) {
        uint32_t glyph;
        len = glyph_read(text, left, &glyph);
        if (glyph_blank(glyph)) {
            broken = broken || (n > 0 && control(glyph));
            out->changed = true;
            continue;
        }
        uint32_t half = glyph_dash(glyph) ? '-' : glyph_half(glyph);
        out->changed = out->changed || half != glyph;
        if (broken)
            out->fault = "中间含有换行或制表符";
        else if (!allowed(half))
            out->fault = "只能由字母、数字和 - _ . ( ) 组成";
        else if (n == 0 && !alphanumeric(half))
            out->fault = "须以字母或数字开头";
        else if (n == max)
            out->fault = "过长";
        else
            out->text[n++] = (char)half;
    }
    if (!out->fault && n == 0)
        out->fault = "不得为空";
}

const char *identifier_fault(const char *text, size_t max)
{
    struct identifier i;
    identifier_read(text, max, &i);
    return i.fault ? i.fault : i.changed ? "含有空白、不可见字符或全角字符" : NULL;
}
