#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Length of the UTF-8 sequence at p, or 0 when it is none. Table 3-7 of the Unicode standard. */
static size_t sequence(const unsigned char *p, size_t n)
{
    unsigned char lead = p[0];
    if (lead < 0x80)
        return 1;
    size_t len = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || n < len)
        return 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    return len;
}

bool utf8_valid(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    for (size_t i = 0; i < n;) {
        size_t len = u[i] < 0x80 ? 1 : sequence(u + i, n - i);
        if (!len)
            return false;
        i += len;
    }
    return true;
}

void utf8_drop_broken(char *text)
{
    char *to = text;
    while (*text) {
        unsigned char lead = (unsigned char)*text;
        size_t n = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (strnlen(text, n) == n && utf8_valid(text, n)) {
            memmove(to, text, n);
            to += n;
            text += n;
        } else {
            text++;
        }
    }
    *to = '\0';
}

size_t utf8_length(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

void hex_encode(char *out, const void *bytes, size_t n)
{
    enum { LETTERS = 'a' - '0' - 10 };
    const unsigned char *u = bytes;
    for (size_t i = 0; i < n; i++) { /* without a table, so that the compiler does many at once */
        unsigned char high = u[i] >> 4;
        unsigned char low = u[i] & 15;
        out[2 * i] = (char)('0' + high + (high > 9 ? LETTERS : 0));
        out[2 * i + 1] = (char)('0' + low + (low > 9 ? LETTERS : 0));
    }
    out[2 * n] = '\0';
}

char *hex_dup(struct arena *a, const void *bytes, size_t n)
{
    char *out = arena_alloc(a, 2 * n + 1);
    hex_encode(out, bytes, n);
    return out;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(void *out, size_t n, const char *hex)
{
    unsigned char *u = out;
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = high < 0 ? -1 : hex_digit(hex[2 * i + 1]);
        if (low < 0)
            return false;
        u[i] = (unsigned char)(high << 4 | low);
    }
    return hex[2 * n] == '\0';
}

static const char digits64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *base64url_encode(struct arena *a, const void *bytes, size_t n)
{
    const unsigned char *u = bytes;
    char *out = arena_alloc(a, n / 3 * 4 + 5);
    char *o = out;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | u[i];
        for (have += 8; have >= 6;) {
            have -= 6;
            *o++ = digits64url[bits >> have & 63];
        }
    }
    if (have)
        *o++ = digits64url[bits << (6 - have) & 63];
    return out;
}

static int digit64(char c, char c62, char c63)
{
    if (c >= 'a')
        return c <= 'z' ? c - 'a' + 26 : -1;
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == c62 ? 62 : c == c63 ? 63 : -1;
}

static long decode64(unsigned char *out, size_t size, const char *text, size_t n, const char *extra)
{
    uint32_t bits = 0;
    int have = 0;
    size_t count = 0;
    if (n % 4 == 1)
        return -1;
    for (size_t i = 0; i < n; i++) {
        int v = digit64(text[i], extra[0], extra[1]);
        if (v < 0)
            return -1;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            if (count == size)
                return -1;
            out[count++] = (unsigned char)(bits >> have);
            bits &= (1U << have) - 1;
        }
    }
    return bits ? -1 : (long)count; /* stray bits: a second spelling of the same bytes */
}

long base64url_decode(void *out, size_t size, const char *text)
{
    return decode64(out, size, text, strlen(text), "-_");
}

long base64_decode(void *out, size_t size, const char *text)
{
    size_t n = strlen(text);
    if (n % 4)
        return -1;
    for (int pad = 0; pad < 2 && n && text[n - 1] == '='; pad++)
        n--;
    return decode64(out, size, text, n, "+/");
}

/* Replies and lists are full of numbers, and printf takes ten times as long for one. */
char *int_format(char out[INT_TEXT], int64_t value)
{
    char digits[INT_TEXT];
    char *at = digits + sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    *--at = '\0';
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        *--at = '-';
    size_t n = (size_t)(digits + sizeof digits - at);
    memcpy(out, at, n);
    return out + n - 1;
}

bool int_parse(const char *text, int64_t min, int64_t max, int64_t *value)
{
    const char *digits = *text == '-' ? text + 1 : text;
    size_t n = strspn(digits, "0123456789");
    if (!n || digits[n] || n > 19 || (digits[0] == '0' && (n > 1 || digits != text)))
        return false;
    errno = 0;
    long long v = strtoll(text, NULL, 10);
    if (errno || v < min || v > max)
        return false;
    *value = v;
    return true;
}

bool decimal_parse(const char *text, double min, double max, double *value)
{
    const char *p = *text == '-' ? text + 1 : text;
    size_t whole = strspn(p, "0123456789");
    size_t fraction = p[whole] == '.' ? strspn(p + whole + 1, "0123456789") : 0;
    if (!whole || whole + fraction > 15 || (p[whole] == '.' && !fraction))
        return false;
    if (p[whole + (fraction ? fraction + 1 : 0)])
        return false;
    double v = strtod(text, NULL);
    if (v < min || v > max)
        return false;
    *value = v;
    return true;
}

static size_t blank(const char *p)
{
    if (strncmp(p, "\xE3\x80\x80", 3) == 0)
        return 3;
    return *p && strchr(" \t\r\n", *p) ? 1 : 0;
}

char *text_trim(char *text)
{
    size_t step;
    while ((step = blank(text)) > 0)
        text += step;
    size_t n = strlen(text);
    for (;;) {
        if (n >= 1 && blank(text + n - 1) == 1)
            n -= 1;
        else if (n >= 3 && blank(text + n - 3) == 3)
            n -= 3;
        else
            break;
    }
    text[n] = '\0';
    return text;
}

size_t text_split(char *text, char sep, char **parts, size_t max)
{
    size_t count = 0;
    if (!*text)
        return 0;
    while (text) {
        if (count == max)
            return max + 1;
        char *end = strchr(text, sep);
        if (end)
            *end++ = '\0';
        parts[count++] = text;
        text = end;
    }
    return count;
}

int text_index(const char *const *names, const char *text)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    return -1;
}
