#include "domain/directory/citizen.h"

#include <string.h>

#include "base/date.h"
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

bool citizen_number(const char *code, bool *both)
{
    struct uscc other;
    size_t n = strlen(code);
    size_t digits = strspn(code, "0123456789");
    bool person = false;
    *both = false;
    if (n == SIZE && digits >= SIZE - 1)
        person = is_region(code) && is_day(number(code + REGION, 4), code + REGION + 4) &&
                 check_ok(code);
    else if (n == OLD_SIZE && digits == OLD_SIZE)
        person = is_region(code) && is_day(CENTURY + number(code + REGION, 2), code + REGION + 2);
    if (!person)
        return false;
    uscc_read(code, &other);
    *both = other.check_ok;
    return n == SIZE || !other.check_ok;
}
