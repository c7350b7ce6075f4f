/* Days as people and spreadsheets write them. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/glyph.h"
#include "base/text.h"
#include "import/cell.h"

enum {
    TEXT = 64,
    EXCEL_EPOCH = 25569, /* 1970-01-01 in a spreadsheet's days */
    EXCEL_FIRST = 18264, /* 1950 … */
    EXCEL_LAST = 73415   /* … 2100 */
};

/* ---- one spelling ---------------------------------------------------------------------------- */

/* The digit that an ideograph is, 10 for 十; -1 for none. */
static int numeral(uint32_t c)
{
    static const uint32_t numerals[][2] = { { 0x3007, 0 }, { 0x25CB, 0 }, { 0x96F6, 0 },
                                            { 0x4E00, 1 }, { 0x4E8C, 2 }, { 0x4E09, 3 },
                                            { 0x56DB, 4 }, { 0x4E94, 5 }, { 0x516D, 6 },
                                            { 0x4E03, 7 }, { 0x516B, 8 }, { 0x4E5D, 9 },
                                            { 0x5341, 10 } };
    for (size_t i = 0; i < sizeof numerals / sizeof numerals[0]; i++)
        if (numerals[i][0] == c)
            return (int)numerals[i][1];
    return -1;
}

/* The mark that another stands for: dashes for a hyphen, dots and commas for a point, strokes for
   /; 0 for none. */
static char mark(uint32_t c)
{
    if (glyph_dash(c) || c == '~' || c == '_' || c == 0xFF5E || c == 0xFF3F)
        return '-';
    if (c == '\\' || c == 0xFF3C || c == 0x2044 || c == 0x2215)
        return '/';
    return c == ',' || c == 0xFF0C || c == 0x3001 || c == 0x3002 || c == 0xB7 || c == 0x30FB ? '.'
                                                                                             : '\0';
}

/* 十 before and behind other numerals: 十五, 二十, 二十五. Returns the digits that it adds. */
static const char *ten(bool behind, bool before)
{
    if (behind)
        return before ? "" : "0";
    return before ? "1" : "10";
}

/* Half-width, with plain marks, Arabic digits and single blanks; false when it does not fit. */
static bool plain(const char *text, char out[TEXT])
{
    size_t used = 0;
    bool counted = false; /* what stands before is a numeral */
    uint32_t code;
    uint32_t next;
    for (size_t n = strlen(text), step; n; text += step, n -= step) {
        step = glyph_read(text, n, &code);
        char own[5] = "";
        int digit = numeral(code);
        if (n > step)
            (void)glyph_read(text + step, n - step, &next);
        if (digit == 10)
            (void)snprintf(own, sizeof own, "%s", ten(counted, n > step && numeral(next) >= 0));
        else if (digit >= 0)
            own[0] = (char)('0' + digit);
        else if (glyph_blank(code))
            own[0] = ' ';
        else if (mark(code) || glyph_half(code) < 0x80)
            own[0] = (char)(mark(code) ? (uint32_t)mark(code) : glyph_half(code));
        else
            memcpy(own, text, step);
        size_t size = strlen(own);
        if (used + size >= TEXT)
            return false;
        memcpy(out + used, own, size + 1);
        used += size;
        counted = digit >= 0;
    }
    out[used] = '\0';
    return true;
}

/* ---- what follows a day ---------------------------------------------------------------------- */

static bool skip(const char **p, const char *const *words)
{
    for (; *words; words++) {
        size_t n = strlen(*words);
        if (strncmp(*p, *words, n) == 0) {
            *p += n;
            return true;
        }
    }
    return false;
}

/* Nothing, a day of the week, a time of day: nothing of these is used. */
static bool no_more(const char *p)
{
    static const char *const words[] = { "上午", "下午", "中午", "凌晨", "晚上", "时", "点",
                                         "分",   "秒",   "AM",   "PM",   "am",   "pm", NULL };
    static const char *const weeks[] = { "星期", "周", "礼拜", NULL };
    static const char *const days[] = { "1", "2", "3", "4", "5", "6", "日", "天", NULL };
    if (*p == '.' && p[1 + strspn(p + 1, " ")]) /* 2023-5-1、3 is two days */
        return false;
    p += strspn(p, " ");
    bool bracket = *p == '(';
    const char *week = p + bracket;
    if (skip(&week, weeks)) {
        if (!skip(&week, days) || (bracket && *week++ != ')'))
            return false;
        p = week;
    }
    p += *p == 'T';
    while (*p) {
        size_t n = strspn(p, "0123456789:. ");
        const char *point = memchr(p, '.', n);
        if (point && !memchr(p, ':', (size_t)(point - p)) && point[1] >= '0' && point[1] <= '9')
            return false; /* 2024.8.29 2029.8.28; a second has parts behind a colon */
        p += n;
        if (!n && !skip(&p, words))
            return false;
    }
    return true;
}

/* ---- days ------------------------------------------------------------------------------------ */

static bool read_digits(const char **p, int most, int *out)
{
    int n = 0;
    *p += strspn(*p, " ");
    for (*out = 0; n < most && **p >= '0' && **p <= '9'; n++)
        *out = *out * 10 + *(*p)++ - '0';
    bool whole = n > 0 && !(**p >= '0' && **p <= '9');
    *p += strspn(*p, " ");
    return whole;
}

/* 2023 5 1: blanks are marks, where nothing else stands between. */
static void mark_blanks(char *p)
{
    char *first = p + strspn(p, "0123456789");
    char *second = *first == ' ' ? first + 1 + strspn(first + 1, "0123456789") : first;
    if (second > first + 1 && *second == ' ' && second[1] >= '0' && second[1] <= '9')
        *first = *second = '-';
}

/* One of the marks between two numbers, by its place; its length, or 0. */
static size_t mark_at(const char *p, const char *chinese)
{
    size_t n = strlen(chinese);
    if (strncmp(p, chinese, n) == 0)
        return n;
    return *p && strchr("-/.", *p) ? 1 : 0;
}

/* 20230501, 20230501.0, 20230501083000: what follows the day is no part of a longer number. */
static bool is_compact(const char *p)
{
    enum { DAY = 8, MINUTES = 12, SECONDS = 14 };
    size_t n = strspn(p, "0123456789");
    if (n == DAY)
        return !p[n] || (p[n] == '.' && !p[n + 1 + strspn(p + n + 1, "0")]);
    return (n == MINUTES || n == SECONDS) && !p[n] && strncmp(p + DAY, "24", 2) < 0 &&
           p[DAY + 2] < '6' && (n == MINUTES || p[DAY + 4] < '6');
}

static bool by_calendar(const char *text, int32_t *date)
{
    static const char *const day_words[] = { "日", "号", NULL };
    int y;
    int m;
    int d;
    char whole[40];
    const char *p = text;
    if (is_compact(p))
        return snprintf(whole, sizeof whole, "%.4s-%.2s-%.2s", p, p + 4, p + 6) > 0 &&
               date_parse(whole, date);
    if (strspn(p, "0123456789") != 4 || !read_digits(&p, 4, &y))
        return false;
    const char *first = p;
    size_t between = mark_at(p, "年");
    p += between;
    if (!between || !read_digits(&p, 2, &m))
        return false;
    size_t second = mark_at(p, "月");
    if (!second || second != between || (between == 1 && *first != *p))
        return false;
    p += second;
    if (!read_digits(&p, 2, &d))
        return false;
    if (!skip(&p, day_words) && *p == *first && strchr("-/.", *p) && !p[1 + strspn(p + 1, " ")])
        p++; /* 2023/5/1/, but not the days 2023/5/1/3 */
    (void)snprintf(whole, sizeof whole, "%04d-%02d-%02d", y, m, d);
    return no_more(p) && date_parse(whole, date);
}

static bool by_days(const char *text, int32_t *date)
{
    int64_t days = 0;
    size_t n = strspn(text, "0123456789");
    if (n != 5 ||
        (text[n] && (text[n] != '.' || strspn(text + n + 1, "0123456789") != strlen(text + n + 1))))
        return false;
    for (size_t i = 0; i < n; i++)
        days = days * 10 + text[i] - '0';
    *date = (int32_t)(days - EXCEL_EPOCH);
    return days >= EXCEL_FIRST && days <= EXCEL_LAST;
}

/* 08:00:00 +08:00, +0800 and +08 as +08:00. */
static void plain_offset(char text[TEXT])
{
    char *blank = strrchr(text, ' ');
    if (blank && (blank[1] == '+' || blank[1] == '-'))
        memmove(blank, blank + 1, strlen(blank));
    char *sign = strrchr(text, '+');
    if (!sign)
        sign = strrchr(text, '-');
    size_t digits = sign ? strspn(sign + 1, "0123456789") : 0;
    size_t n = strlen(text);
    if (!digits || sign < text + sizeof "2023-04-30T" || sign[1 + digits] || n + 4 > TEXT)
        return;
    if (digits == 2)
        memcpy(text + n, ":00", sizeof ":00");
    else if (digits == 4) {
        memmove(sign + 4, sign + 3, 3);
        sign[3] = ':';
    }
}

/* With an offset it is a moment, which in China may be of the day after: 2023-04-30T16:00:00Z. */
static bool by_moment(char text[TEXT], int32_t *date)
{
    int64_t instant;
    if (strlen(text) < sizeof "2023-04-30T16:00:00")
        return false;
    char between = text[10];
    if (between == ' ')
        text[10] = 'T';
    plain_offset(text);
    bool read = instant_parse(text, &instant);
    text[10] = between;
    if (read)
        *date = date_at(instant);
    return read;
}

bool cell_date(const char *text, int32_t *date)
{
    char whole[TEXT] = "";
    if (date_parse(text, date))
        return true;
    if (!plain(text, whole))
        return false;
    mark_blanks(whole);
    return by_moment(whole, date) || by_calendar(whole, date) || by_days(whole, date);
}

/* ---- the end of a period --------------------------------------------------------------------- */

static char *without(char *text, const char *const *begins, const char *const *ends)
{
    for (size_t i = 0; begins[i]; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            text += strlen(begins[i]);
    for (size_t i = 0; ends[i]; i++) {
        size_t n = strlen(text);
        size_t size = strlen(ends[i]);
        if (n > size && strcmp(text + n - size, ends[i]) == 0)
            text[n - size] = '\0';
    }
    return text_trim(text);
}

bool cell_until(const char *text, int32_t *date)
{
    static const char *const begins[] = { "有效期", "截至", "截止", "至", "到", ":", "：", NULL };
    static const char *const starts[] = { "自", "从", NULL };
    static const char *const ends[] = { "截止", "到期", "为止", "止", NULL };
    static const char *const marks[] = { "至", "到", "——", "--", "-", "—",
                                         "–",  "－", "~",  "～", NULL };
    char whole[TEXT];
    int32_t from;
    if (cell_date(text, date))
        return true;
    if (strlen(text) >= sizeof whole)
        return false;
    memcpy(whole, text, strlen(text) + 1);
    char *last = without(whole, begins, ends);
    char *period = without(last, starts, ends);
    if (period == last && cell_date(period, date))
        return true; /* 自2024年8月29日 alone is the first day */
    for (size_t i = 0; marks[i]; i++)
        for (char *at = strstr(period, marks[i]); at; at = strstr(at + 1, marks[i])) {
            char first[TEXT];
            (void)snprintf(first, sizeof first, "%.*s", (int)(at - period), period);
            if (cell_date(text_trim(first), &from) &&
                cell_date(text_trim(at + strlen(marks[i])), date) && from <= *date)
                return true;
        }
    return false;
}
