#include "base/date.h"

#include <string.h>

enum { DAY_MS = 86400000, OFFICIAL_OFFSET_MS = 8 * 3600 * 1000 };

/* Days from civil and back: years start in March, so that the leap day is a year's last day. */
int32_t date_of(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static void civil(int32_t date, int *year, int *month, int *day)
{
    int z = date + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

int date_year(int32_t date)
{
    int y;
    int m;
    int d;
    civil(date, &y, &m, &d);
    return y;
}

int32_t date_month(int32_t date)
{
    int y;
    int m;
    int d;
    civil(date, &y, &m, &d);
    return date - d + 1;
}

int date_weekday(int32_t date)
{
    return (int)(((date % 7) + 7 + 3) % 7);
}

static bool digits(const char *p, int n, int *value)
{
    *value = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *value = *value * 10 + (p[i] - '0');
    }
    return true;
}

/* Reads YYYY-MM-DD at the start of text. */
static bool read_date(const char *text, int32_t *date)
{
    int y;
    int m;
    int d;
    if (strnlen(text, 10) < 10 || !digits(text, 4, &y) || text[4] != '-' ||
        !digits(text + 5, 2, &m) || text[7] != '-' || !digits(text + 8, 2, &d))
        return false;
    if (y < 1900 || y > 2199 || m < 1 || m > 12 || d < 1)
        return false;
    *date = date_of(y, m, d);
    int y2;
    int m2;
    int d2;
    civil(*date, &y2, &m2, &d2);
    return y == y2 && m == m2 && d == d2;
}

bool date_parse(const char *text, int32_t *date)
{
    return strlen(text) == 10 && read_date(text, date);
}

/* The last digits of a number, each line of the log has some; returns the place behind them. */
static char *put_number(char *out, unsigned number, int digits)
{
    for (int i = digits; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

void date_format(char out[DATE_TEXT], int32_t date)
{
    int y;
    int m;
    int d;
    civil(date, &y, &m, &d);
    char *end = put_number(out, (unsigned)y, 4);
    *end++ = '-';
    end = put_number(end, (unsigned)m, 2);
    *end++ = '-';
    *put_number(end, (unsigned)d, 2) = '\0';
}

static int64_t floor_days(int64_t ms)
{
    return ms >= 0 ? ms / DAY_MS : -((-ms + DAY_MS - 1) / DAY_MS);
}

int32_t date_at(int64_t instant)
{
    return (int32_t)floor_days(instant + OFFICIAL_OFFSET_MS);
}

int64_t date_start(int32_t date)
{
    return (int64_t)date * DAY_MS - OFFICIAL_OFFSET_MS;
}

int64_t date_year_start(int64_t instant)
{
    return date_start(date_of(date_year(date_at(instant)), 1, 1));
}

void instant_format(char out[INSTANT_TEXT], int64_t instant)
{
    int64_t days = floor_days(instant);
    unsigned ms = (unsigned)(instant - days * DAY_MS);
    date_format(out, (int32_t)days);
    char *end = out + DATE_TEXT - 1;
    *end++ = 'T';
    end = put_number(end, ms / 3600000, 2);
    *end++ = ':';
    end = put_number(end, ms / 60000 % 60, 2);
    *end++ = ':';
    end = put_number(end, ms / 1000 % 60, 2);
    *end++ = '.';
    end = put_number(end, ms % 1000, 3);
    *end++ = 'Z';
    *end = '\0';
}

/* Reads ".123" to milliseconds, if it is there; returns the characters read, -1 for a fault. */
static int read_fraction(const char *p, int *ms)
{
    *ms = 0;
    if (*p != '.')
        return 0;
    int n = (int)strspn(p + 1, "0123456789");
    if (n < 1 || n > 9)
        return -1;
    for (int i = 0; i < 3; i++)
        *ms = *ms * 10 + (i < n ? p[1 + i] - '0' : 0);
    return n + 1;
}

static bool read_offset(const char *p, int *minutes)
{
    *minutes = 0;
    if (strcmp(p, "Z") == 0)
        return true;
    int h;
    int m;
    if ((*p != '+' && *p != '-') || strlen(p) != 6 || !digits(p + 1, 2, &h) || p[3] != ':' ||
        !digits(p + 4, 2, &m) || h > 14 || m > 59)
        return false;
    *minutes = (*p == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

bool instant_parse(const char *text, int64_t *instant)
{
    int32_t date;
    int h;
    int m;
    int s;
    int ms;
    int offset;
    size_t n = strlen(text);
    if (n < 20 || n > 35 || !read_date(text, &date) || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || !digits(text + 11, 2, &h) || !digits(text + 14, 2, &m) ||
        !digits(text + 17, 2, &s) || h > 23 || m > 59 || s > 59)
        return false;
    int used = read_fraction(text + 19, &ms);
    if (used < 0 || !read_offset(text + 19 + used, &offset))
        return false;
    *instant = (int64_t)date * DAY_MS + ((h * 60 + m - offset) * 60 + s) * (int64_t)1000 + ms;
    return true;
}
