/* What should not stand in a name. */
#include <string.h>
#include <strings.h>

#include "base/glyph.h"
#include "domain/publish/personal.h"
#include "import/cell.h"

enum { DIGITS_MIN = 4, SERVICE = 10 };

/* What publication would mask: one rule says what a telephone number is. */
static const char *personal(struct arena *a, const char *text, size_t digits)
{
    struct personal_span *spans;
    bool found[PERSONAL_KINDS] = { false };
    if (digits < DIGITS_MIN && !strchr(text, '@'))
        return NULL;
    for (size_t n = personal_spans(a, text, NULL, &spans), i = 0; i < n; i++)
        found[spans[i].kind] = true;
    if (found[PERSONAL_PHONE] || found[PERSONAL_HANDLE])
        return "含有电话号码或联系方式";
    if (found[PERSONAL_IDENTITY] || found[PERSONAL_DOCUMENT] || found[PERSONAL_BANK])
        return "含有证件号码或卡号";
    return found[PERSONAL_MAIL] ? "含有电子邮箱" : NULL;
}

/* 400 and 800: nobody's own, so that they are published, but no part of a name. */
static bool has_service_number(const char *text)
{
    for (const char *p = text; *p; p++) {
        size_t n = 0;
        const char *first = p;
        if (*p < '0' || *p > '9')
            continue;
        for (; (*p >= '0' && *p <= '9') || (*p && strchr("- ", *p)); p++)
            n += *p >= '0' && *p <= '9';
        if (n == SERVICE && (memcmp(first, "400", 3) == 0 || memcmp(first, "800", 3) == 0))
            return true;
        p--;
    }
    return false;
}

static bool stands(const char *text, const char *lower)
{
    size_t n = strlen(lower);
    for (; *text; text++)
        if (strncasecmp(text, lower, n) == 0)
            return true;
    return false;
}

static bool has_markup(const char *text)
{
    static const char *const places[] = { "://", "www.", "javascript:", "data:text" };
    for (const char *p = strchr(text, '<'); p; p = strchr(p + 1, '<'))
        if (p[1] == '/' || p[1] == '!' || (p[1] >= 'a' && p[1] <= 'z') ||
            (p[1] >= 'A' && p[1] <= 'Z'))
            return true;
    for (const char *p = strchr(text, '&'); p; p = strchr(p + 1, '&')) {
        size_t n = strspn(p + 1, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        if (n > 1 && p[1 + n] == ';')
            return true;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (stands(text, places[i]))
            return true;
    return false;
}

/* Marks of a text that went through a wrong encoding, and characters that only one font knows. */
static bool is_damage(uint32_t code)
{
    return code == 0xFFFD || (code & 0xFFFE) == 0xFFFE || (code >= 0xE000 && code <= 0xF8FF) ||
           code >= 0xF0000;
}

/* What GB18030 or UTF-8 becomes by a wrong encoding: letters of Latin-1 side by side, ? for what
   was not known, and the words that everybody knows. */
static bool is_mangled(const char *text)
{
    static const char *const words[] = { "锟斤", "烫烫烫", "屯屯屯", "浣犲", "?" };
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(text, words[i]))
            return true;
    for (; *p; p++)
        if ((*p & 0xFE) == 0xC2 && p[1] && (p[2] & 0xFE) == 0xC2)
            return true;
    return false;
}

const char *cell_name_oddity(struct arena *a, const char *text)
{
    char half[4 * CELL_NAME];
    bool wide = false; /* full-width ASCII */
    bool suspect = false;
    size_t digits = 0; /* 13812345678, １３８…, ①③⑧…, 一三八… */
    uint32_t code;
    for (size_t n = strlen(text), i = 0, step; i < n; i += step) {
        unsigned char lead = (unsigned char)text[i];
        step = glyph_read(text + i, n - i, &code);
        digits += personal_digit(code);
        if ((lead >= 0xE4 && lead <= 0xE9) || (lead > 0x20 && lead < 0x7F)) {
            suspect = suspect || step == 1; /* else an ideograph */
            continue;
        }
        if (code < 0x20 || (glyph_blank(code) && code != ' ' && code != 0x3000 && code != 0xA0))
            return "含有控制字符或不可见字符";
        if (is_damage(code))
            return "含有乱码";
        wide = wide || (code >= 0xFF01 && code <= 0xFF5E);
    }
    if (is_mangled(text))
        return "含有乱码";
    if (cell_says_nothing(text))
        return "不像名称";
    if (!suspect && !wide && digits < DIGITS_MIN)
        return NULL;
    if (wide && cell_half(text, true, half, sizeof half))
        text = half;
    if (has_service_number(text))
        return "含有电话号码或联系方式";
    return has_markup(text) ? "含有网页标记或网址" : personal(a, text, digits);
}
