#include <string.h>

#include "domain/mask.h"

enum {
    GAP_MAX = 3,    /* separators between two groups of one number */
    GROUPS_MAX = 19 /* groups of one number, each at least one digit */
};

struct group {
    size_t from;
    size_t to;
};

enum number { NO_NUMBER, PHONE, IDENTITY, CARD };

static bool is_mobile(const char *digits)
{
    return digits[0] == '1' && digits[1] >= '3' && digits[1] <= '9';
}

/* An area code and a subscriber's number, 10 to 12 digits: 010-12345678, 0375-1234567. */
static bool is_fixed(const char *digits, size_t n)
{
    return n >= 10 && n <= 12 && digits[0] == '0' && digits[1] != '0';
}

/* A run of digits on its own. In 12 to 14 digits a mobile number may stand anywhere, with 0, 86 or
   0086 before it; 15 and more are hardly anything but an identity or a bank card. */
static enum number classify(const char *digits, size_t n)
{
    if (n == 15 || n == 18)
        return IDENTITY;
    if (n > 15)
        return CARD;
    for (size_t i = 0; i + 11 <= n; i++)
        if (is_mobile(digits + i))
            return PHONE;
    return is_fixed(digits, n) ? PHONE : NO_NUMBER;
}

/* Groups that only together make a number; stricter, as figures often stand side by side. */
static enum number classify_joined(const struct group *groups, size_t count, const char *digits,
                                   size_t n)
{
    if (n == 11 && is_mobile(digits))
        return PHONE;
    if (n == 13 && strncmp(digits, "86", 2) == 0 && is_mobile(digits + 2))
        return PHONE;
    size_t first = groups[0].to - groups[0].from;
    if (count == 2 && first <= 4 && is_fixed(digits, n))
        return PHONE;
    if (n == 18 && (memcmp(digits + 6, "19", 2) == 0 || memcmp(digits + 6, "20", 2) == 0))
        return IDENTITY;
    for (size_t i = 0; i + 1 < count; i++)
        if (groups[i].to - groups[i].from != 4)
            return NO_NUMBER;
    return n >= 16 && n <= 19 && count >= 4 ? CARD : NO_NUMBER;
}

static void tally(struct mask *m, enum number number)
{
    m->found.phones += number == PHONE;
    m->found.ids += number == IDENTITY;
    m->found.cards += number == CARD;
}

/* The digits of [from, to) as half-width text, at most size - 1; returns their number. */
static size_t copy_digits(const struct mask *m, size_t from, size_t to, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = from; i < to && n + 1 < size; i++)
        out[n++] = (char)m->code[i];
    out[n] = '\0';
    return n;
}

/* The next run of free digits at or behind i; one X behind 17 digits belongs to it. */
static bool next_group(const struct mask *m, size_t i, struct group *group)
{
    while (i < m->n && (!mask_is_digit(m->code[i]) || m->mark[i]))
        i++;
    group->from = i;
    while (i < m->n && mask_is_digit(m->code[i]) && !m->mark[i])
        i++;
    group->to = i;
    return group->to > group->from;
}

static void mask_single(struct mask *m)
{
    struct group group;
    for (size_t i = 0; next_group(m, i, &group); i = group.to) {
        char digits[16] = ""; /* of longer runs the length alone counts */
        size_t n = group.to - group.from;
        (void)copy_digits(m, group.from, group.to, digits, sizeof digits);
        bool x = n == 17 && mask_upper(m->code[group.to]) == 'X' && !m->mark[group.to];
        enum number number = x ? IDENTITY : classify(digits, n);
        if (number) {
            mask_cover(m, group.from, group.to + x);
            tally(m, number);
        }
    }
}

static bool joined_by_gap(const struct mask *m, size_t from, size_t to)
{
    if (to - from > GAP_MAX)
        return false;
    for (; from < to; from++)
        if (!mask_is_gap(m->code[from]))
            return false;
    return true;
}

/* The longest number that starts with the first of the groups; 0 groups when there is none. */
static size_t longest_joined(const struct mask *m, const struct group *groups, size_t count,
                             enum number *number)
{
    char digits[20] = "";
    size_t n = 0;
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = groups[i].to - groups[i].from;
        if (n + size >= sizeof digits)
            break;
        n += copy_digits(m, groups[i].from, groups[i].to, digits + n, sizeof digits - n);
        if (i == 0)
            continue;
        bool x = n == 17 && mask_upper(m->code[groups[i].to]) == 'X' && !m->mark[groups[i].to];
        if (x) {
            digits[n] = 'X';
            digits[n + 1] = '\0';
        }
        enum number now = classify_joined(groups, i + 1, digits, n + x);
        if (now) {
            *number = now;
            best = i + 1;
        }
    }
    return best;
}

static void cover_digits(struct mask *m, size_t from, size_t to)
{
    for (; from < to; from++)
        if (mask_is_alnum(m->code[from]))
            mask_cover(m, from, from + 1);
}

static void mask_joined(struct mask *m)
{
    struct group groups[GROUPS_MAX];
    for (size_t i = 0; next_group(m, i, &groups[0]); i = groups[0].to) {
        size_t count = 1;
        while (count < GROUPS_MAX && next_group(m, groups[count - 1].to, &groups[count]) &&
               joined_by_gap(m, groups[count - 1].to, groups[count].from))
            count++;
        enum number number = NO_NUMBER;
        size_t used = longest_joined(m, groups, count, &number);
        if (!used)
            continue;
        size_t end = groups[used - 1].to;
        bool x = number == IDENTITY && mask_upper(m->code[end]) == 'X';
        cover_digits(m, groups[0].from, end + x);
        tally(m, number);
        groups[0].to = end;
    }
}

void mask_numbers(struct mask *m)
{
    mask_single(m);
    mask_joined(m);
}
