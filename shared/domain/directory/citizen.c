#include "domain/directory/citizen.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/glyph.h"
#include "domain/directory/uscc.h"

enum { SIZE = 18, OLD_SIZE = 15, REGION = 6, YEAR_MIN = 1900, YEAR_MAX = 2099, CENTURY = 1900 };

/* GB 11643-1999, which is ISO 7064 MOD 11-2. */
static bool check_ok(const char *code)
{
    static const char characters[] = "10X98765432";
    static const unsigned factors[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    unsigned sum = 0;
    for (size_t i = 0; i < SIZE - 1; i++)
        sum += (unsigned)(code[i] - '0') * factors[i];
    return characters[sum % 11] == code[SIZE - 1];
}

static int number(const char *digits, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + digits[i] - '0';
    return value;
}

static bool is_day(int year, const char *month_day)
{
    int month = number(month_day, 2);
    int day = number(month_day + 2, 2);
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1)
        return false;
    int32_t first = date_of(year, month, 1);
    int32_t next = month == 12 ? date_of(year + 1, 1, 1) : date_of(year, month + 1, 1);
    return day <= next - first;
}

/* The provinces' codes are 11 … 82. */
static bool is_region(const char *code)
{
    int province = number(code, 2);
    return province >= 11 && province <= 82;
}

/* Of 18 characters: a citizen's, or that of a foreigner who lives here, which is 9 and the province
   before the number of the country. */
static bool is_card(const char *code, bool *foreign)
{
    *foreign = *code == '9';
    return is_region(code + *foreign) && is_day(number(code + REGION, 4), code + REGION + 4) &&
           check_ok(code);
}

/*
 * Passports, permits of Hong Kong, Macau, and of residence as they were until 2023: what the
 * letters at the head make one of, and no serial number that begins with a day.
 */
static bool is_document(const char *code, size_t n)
{
    enum { DATED = 8, PERMIT = 10, RESIDENCE = 12 };
    size_t letters = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const char *serial = code + letters;
    size_t digits = strspn(serial, "0123456789");
    if (letters + digits != n)
        return false;
    if (letters == 3)
        return digits == RESIDENCE && memcmp(code, "CHN", 3) == 0;
    if (letters == 2)
        return digits == DATED - 1 && *code == 'E';
    bool permit = letters == 1 && strchr("HM", *code);
    bool passport = letters == 1 && strchr("EG", *code);
    return ((permit || passport) && digits == DATED && !is_day(number(serial, 4), serial + 4)) ||
           (permit && digits == PERMIT);
}

bool citizen_number(const char *code, bool *both)
{
    struct uscc other;
    size_t n = strlen(code);
    size_t digits = strspn(code, "0123456789");
    bool foreign = false;
    *both = false;
    if (is_document(code, n))
        return true;
    if (n == SIZE && digits >= SIZE - 1
            ? !is_card(code, &foreign)
            : n != OLD_SIZE || digits != OLD_SIZE || !is_region(code) ||
                  !is_day(CENTURY + number(code + REGION, 2), code + REGION + 2))
        return false;
    uscc_read(code, &other);
    *both = other.check_ok;
    return (n == SIZE && !foreign) || !other.check_ok;
}

/* ---- in a text ------------------------------------------------------------------------------- */

void citizen_shown(const char *number, char out[CITIZEN_TEXT])
{
    enum { HEAD = 6, TAIL = 4 };
    size_t n = strlen(number);
    if (n >= OLD_SIZE && *number < 'A')
        (void)snprintf(out, CITIZEN_TEXT, "%.6s********%s", number, number + n - TAIL);
    else
        (void)snprintf(out, CITIZEN_TEXT, "%.1s********", number);
}

static bool alphanumeric(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

static uint32_t plain(uint32_t c)
{
    uint32_t half = glyph_half(c);
    return half >= 'a' && half <= 'z' ? half - ('a' - 'A') : half;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* Beside a number that says by its last character that it is one, letters may stand: SFZ1101…. */
static bool goes_on(uint32_t next, size_t n)
{
    return n == SIZE ? is_digit(next) : alphanumeric(next);
}

/* The longest number that begins at p, however it is spaced; its size in bytes, or 0. */
static size_t number_at(const char *p, char out[SIZE + 1])
{
    char run[SIZE + 1] = "";
    size_t left = strlen(p);
    size_t size = 0;
    bool both;
    for (size_t at = 0, n = 0, step; at < left; at += step) {
        uint32_t c;
        uint32_t next = 0;
        step = glyph_read(p + at, left - at, &c);
        if (n && (c == '-' || glyph_blank(c) || glyph_dash(c)))
            continue;
        if (!alphanumeric(plain(c)) || n == SIZE)
            break;
        run[n++] = (char)plain(c);
        if (at + step < left)
            (void)glyph_read(p + at + step, left - at - step, &next);
        if (goes_on(plain(next), n) || !citizen_number(run, &both))
            continue;
        size = at + step;
        memcpy(out, run, sizeof run);
    }
    return size;
}

const char *citizen_cover(struct arena *a, const char *text)
{
    enum { SHORTEST = 8 };
    struct buf out;
    size_t digits = 0;
    uint32_t before = 0;
    for (const char *p = text; *p; p++)
        digits += (*p >= '0' && *p <= '9') || (unsigned char)*p == 0xEF; /* full-width */
    if (digits < SHORTEST)
        return text;
    buf_init(&out, a, strlen(text) + CITIZEN_TEXT);
    for (size_t left = strlen(text), step; left; text += step, left -= step) {
        char number[SIZE + 1];
        char shown[CITIZEN_TEXT];
        uint32_t c;
        step = glyph_read(text, left, &c);
        size_t size = alphanumeric(plain(c)) ? number_at(text, number) : 0;
        bool whole = size && !goes_on(before, strlen(number));
        before = plain(c);
        if (!whole) {
            buf_put(&out, text, step);
            continue;
        }
        citizen_shown(number, shown);
        buf_puts(&out, shown);
        step = size;
    }
    return out.p;
}
