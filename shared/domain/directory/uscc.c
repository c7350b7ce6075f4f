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

/* Letters of other scripts as the Latin ones that they look like; accents are nothing. */
static void latin(const char *text, char out[USCC_TEXT])
{
    static const char *const alike[][2] = {
        { "АВЕКМНОРСТУХІЅ", "ABEKMHOPCTYXIS" },
        { "авекмнорстухіѕ", "ABEKMHOPCTYXIS" },
        { "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX" },
        { "αβεζηικμνορτυχ", "ABEZHIKMNOPTYX" },
    };
    size_t used = 0;
    for (size_t left = strlen(text), len; left > 0; text += len, left -= len) {
        uint32_t glyph;
        len = glyph_read(text, left, &glyph);
        const char *at = NULL;
        size_t row = 0;
        for (; len == 2 && !at && row < sizeof alike / sizeof *alike; row++)
            for (const char *p = alike[row][0]; !at && *p; p += 2)
                at = memcmp(p, text, 2) == 0 ? p : NULL;
        if (at)
            out[used++] = alike[row - 1][1][(at - alike[row - 1][0]) / 2];
        else if (glyph < 0x300 || glyph > 0x36F) {
            memcpy(out + used, text, len);
            used += len;
        }
    }
    out[used] = '\0';
}

/* What the letter is for, if none can stand there: nowhere, or where a region's digits are. */
static char meant(char letter, bool digit)
{
    static const char never[][2] = {
        { 'O', '0' }, { 'I', '1' }, { 'Z', '2' }, { 'S', '5' }, { 'V', 'U' }
    };
    static const char as_digit[][2] = { { 'L', '1' }, { 'B', '8' }, { 'D', '0' },
                                        { 'Q', '0' }, { 'G', '6' }, { 'T', '7' } };
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        if (never[i][0] == letter)
            return never[i][1];
    for (size_t i = 0; digit && i < sizeof as_digit / sizeof as_digit[0]; i++)
        if (as_digit[i][0] == letter)
            return as_digit[i][1];
    return letter;
}

bool uscc_correct(const struct uscc *code, char out[USCC_TEXT])
{
    enum { KIND = 1, REGION_END = 8 }; /* the kind of organisation, the region's six digits */
    struct uscc other = { .check_ok = false };
    if (code->check_ok)
        return false;
    latin(code->text, out);
    size_t n = strlen(out);
    if (n != SOCIAL_SIZE && n != REGISTRATION_SIZE)
        return false;
    for (size_t i = 0; i < n; i++)
        out[i] = meant(out[i], n == SOCIAL_SIZE && i >= KIND && i < REGION_END);
    uscc_read(out, &other);
    return other.check_ok && strcmp(out, code->text) != 0;
}
