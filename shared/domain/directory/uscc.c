#include "domain/directory/uscc.h"

#include <stdint.h>
#include <string.h>

#include "base/glyph.h"

/* GB 32100-2015: digits and letters without I, O, S, V, Z; a character's place is its value. */
static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
enum { MODULUS = 31, SOCIAL_SIZE = 18, REGISTRATION_SIZE = 15 };

static int value_of(char c)
{
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

char uscc_check_character(const char *first17)
{
    int sum = 0;
    int factor = 1; /* 3 to the power of i, modulo 31 */
    for (int i = 0; i < SOCIAL_SIZE - 1; i++) {
        int value = value_of(first17[i]);
        if (value < 0)
            return '\0';
        sum += value * factor;
        factor = factor * 3 % MODULUS;
    }
    return alphabet[(MODULUS - sum % MODULUS) % MODULUS];
}

/* GS 15-2006, which is ISO 7064 MOD 11,10: the last digit is the check. */
static bool registration_ok(const char *digits)
{
    int p = 10;
    for (int i = 0; i < REGISTRATION_SIZE - 1; i++) {
        int s = (p + digits[i] - '0') % 10;
        p = (s ? s : 10) * 2 % 11;
    }
    return (p + digits[REGISTRATION_SIZE - 1] - '0') % 10 == 1;
}

static void normalise(const char *text, struct uscc *code)
{
    size_t used = 0;
    for (size_t left = strlen(text), len; left > 0; text += len, left -= len) {
        uint32_t glyph;
        len = glyph_read(text, left, &glyph);
        if (glyph_blank(glyph))
            continue;
        uint32_t half = glyph_dash(glyph) ? '-' : glyph_half(glyph);
        size_t need = half < 0x80 ? 1 : len;
        if (used + need >= USCC_TEXT) {
            code->cut = true;
            break;
        }
        if (half >= 'a' && half <= 'z')
            half -= 'a' - 'A';
        if (need == 1 && half < 0x80)
            code->text[used] = (char)half;
        else
            memcpy(code->text + used, text, len);
        used += need;
    }
    code->text[used] = '\0';
}

static void classify(struct uscc *code)
{
    size_t n = strlen(code->text);
    if (n == SOCIAL_SIZE && strspn(code->text, alphabet) == n) {
        code->kind = USCC_SOCIAL_CREDIT;
        code->check_ok = uscc_check_character(code->text) == code->text[SOCIAL_SIZE - 1];
    } else if (n == REGISTRATION_SIZE && strspn(code->text, "0123456789") == n) {
        code->kind = USCC_REGISTRATION;
        code->check_ok = registration_ok(code->text);
    }
}

static void join(const struct uscc *code, struct uscc *joined)
{
    size_t n = 0;
    for (const char *p = code->text; *p; p++)
        if (*p != '-')
            joined->text[n++] = *p;
    joined->text[n] = '\0';
    classify(joined);
}

/* The only right social credit code among other text: a label before it, a remark behind it. */
static void pick(const struct uscc *code, struct uscc *picked)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t count = 0;
    size_t n;
    for (const char *p = code->text; *p; p += n ? n : 1) {
        struct uscc part = { .kind = USCC_OTHER };
        n = strspn(p, letters);
        if (n != SOCIAL_SIZE)
            continue;
        memcpy(part.text, p, n);
        classify(&part);
        if (part.check_ok && count++ == 0)
            *picked = part;
    }
    if (count > 1)
        picked->check_ok = false;
}

void uscc_read(const char *text, struct uscc *code)
{
    struct uscc other = { .kind = USCC_OTHER };
    *code = (struct uscc){ .kind = USCC_OTHER };
    normalise(text, code);
    classify(code);
    if (code->check_ok || code->cut)
        return;
    join(code, &other);
    if (!other.check_ok)
        pick(code, &other);
    if (other.check_ok)
        *code = other;
}

bool uscc_is_placeholder(const struct uscc *code)
{
    enum { SHORTEST = 6 };
    const char *text = code->text;
    size_t n = strlen(text);
    return n < SHORTEST || !text[strcspn(text, "0123456789")] ||
           strspn(text, (const char[]){ *text, '\0' }) == n ||
           (!code->check_ok && strstr(text, "XXXX"));
}

bool uscc_correct(const struct uscc *code, char out[USCC_TEXT])
{
    static const char alike[][2] = {
        { 'O', '0' }, { 'I', '1' }, { 'Z', '2' }, { 'S', '5' }, { 'V', 'U' }
    };
    struct uscc other = { .check_ok = false };
    bool changed = false;
    size_t n = strlen(code->text);
    if (code->check_ok || (n != SOCIAL_SIZE && n != REGISTRATION_SIZE))
        return false;
    memcpy(out, code->text, n + 1);
    for (char *p = out; *p; p++)
        for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++)
            if (*p == alike[i][0]) {
                *p = alike[i][1];
                changed = true;
            }
    if (changed)
        uscc_read(out, &other);
    return changed && other.check_ok;
}
