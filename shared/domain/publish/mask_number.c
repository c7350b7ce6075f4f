#include <string.h>

#include "domain/publish/mask.h"

enum {
    GAP_MAX = 3,       /* separators between two groups of one number */
    GROUPS_MAX = 19,   /* groups of one number, each at least one digit */
    EXTENSION_MAX = 6, /* digits */
    SPELLED_MIN = 11   /* digits of a number in words */
};

struct group {
    size_t from;
    size_t to;
};

/* Of no number, or of which; PERSONAL_KINDS: none. */
#define NO_NUMBER PERSONAL_KINDS

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
static enum personal_kind classify(const char *digits, size_t n)
{
    if (n == 15 || n == 18)
        return PERSONAL_IDENTITY;
    if (n > 15)
        return PERSONAL_BANK;
    for (size_t i = 0; i + 11 <= n; i++)
        if (is_mobile(digits + i))
            return PERSONAL_PHONE;
    return is_fixed(digits, n) ? PERSONAL_PHONE : NO_NUMBER;
}

/* Groups that only together make a number; stricter, as figures often stand side by side. */
static enum personal_kind classify_joined(const struct group *groups, size_t count,
                                          const char *digits, size_t n)
{
    if (n == 11 && is_mobile(digits))
        return PERSONAL_PHONE;
    if (n == 13 && strncmp(digits, "86", 2) == 0 && is_mobile(digits + 2))
        return PERSONAL_PHONE;
    if (n == 12 && digits[0] == '0' && is_mobile(digits + 1))
        return PERSONAL_PHONE;
    size_t first = groups[0].to - groups[0].from;
    if ((first == 3 || first == 4) && is_fixed(digits, n))
        return PERSONAL_PHONE;
    if (n == 18 && (memcmp(digits + 6, "19", 2) == 0 || memcmp(digits + 6, "20", 2) == 0))
        return PERSONAL_IDENTITY;
    for (size_t i = 0; i + 1 < count; i++)
        if (groups[i].to - groups[i].from != 4)
            return NO_NUMBER;
    return n >= 16 && n <= 19 && count >= 4 ? PERSONAL_BANK : NO_NUMBER;
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

size_t mask_extension(const struct mask *m, size_t to)
{
    size_t i = to;
    while (m->code[i] == 0x8F6C /* 转 */ || m->code[i] == 0x5206 /* 分 */ ||
           m->code[i] == 0x673A /* 机 */ || mask_is_hyphen(m->code[i]))
        i++;
    size_t digits = i;
    while (i > to && mask_is_digit(m->code[i]))
        i++;
    return i > digits && i - digits <= EXTENSION_MAX ? i : to;
}

/* With the bracket of an area code. */
static void cover_number(struct mask *m, size_t from, size_t to, enum personal_kind kind)
{
    if (kind == PERSONAL_PHONE) {
        for (size_t i = from; i < to; i++)
            if (m->code[i] == ')' && from > 0 && m->code[from - 1] == '(') {
                from--;
                break;
            }
        to = mask_extension(m, to);
    }
    mask_cover(m, from, to, kind);
}

static void mask_single(struct mask *m)
{
    struct group group;
    for (size_t i = 0; next_group(m, i, &group); i = group.to) {
        char digits[16] = ""; /* of longer runs the length alone counts */
        size_t n = group.to - group.from;
        (void)copy_digits(m, group.from, group.to, digits, sizeof digits);
        bool x = n >= 17 && m->code[group.to] == 'X' && !m->mark[group.to];
        enum personal_kind number = n == 17 && x ? PERSONAL_IDENTITY : classify(digits, n);
        if (number != NO_NUMBER)
            cover_number(m, group.from, group.to + x, number);
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
                             enum personal_kind *number)
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
        bool x = n == 17 && m->code[groups[i].to] == 'X' && !m->mark[groups[i].to];
        if (x) {
            digits[n] = 'X';
            digits[n + 1] = '\0';
        }
        enum personal_kind now = classify_joined(groups, i + 1, digits, n + x);
        if (now != NO_NUMBER) {
            *number = now;
            best = i + 1;
        }
    }
    return best;
}

static void mask_joined(struct mask *m)
{
    struct group groups[GROUPS_MAX];
    for (size_t i = 0; next_group(m, i, &groups[0]); i = groups[0].to) {
        size_t count = 1;
        while (count < GROUPS_MAX && next_group(m, groups[count - 1].to, &groups[count]) &&
               joined_by_gap(m, groups[count - 1].to, groups[count].from))
            count++;
        enum personal_kind number = NO_NUMBER;
        size_t used = longest_joined(m, groups, count, &number);
        if (!used)
            continue;
        size_t end = groups[used - 1].to;
        bool x = number == PERSONAL_IDENTITY && m->code[end] == 'X';
        cover_number(m, groups[0].from, end + x, number);
        groups[0].to = end;
    }
}

/* 138/1234/5678 and 0375/1234567: whatever stands between such groups. */
static bool any_mark(const struct mask *m, size_t from, size_t to)
{
    uint32_t c = m->code[from];
    return to == from + 1 && c != '\n' && !mask_is_alnum(c) &&
           (c < 0x80 || (c >= 0x2000 && c < 0x3100));
}

/* Behind the groups of these sizes that begin with g, or 0. */
static size_t shape_to(const struct mask *m, const struct group *g, const size_t sizes[3])
{
    char digits[20] = "";
    struct group now = *g;
    size_t n = 0;
    for (size_t i = 0; i < 3 && sizes[i]; i++) {
        struct group next = now;
        if (i > 0 && (!next_group(m, now.to, &next) || !any_mark(m, now.to, next.from)))
            return 0;
        now = next;
        if (now.to - now.from != sizes[i])
            return 0;
        n += copy_digits(m, now.from, now.to, digits + n, sizeof digits - n);
    }
    return (sizes[2] ? is_mobile(digits) : is_fixed(digits, n)) ? now.to : 0;
}

static void mask_shapes(struct mask *m)
{
    static const size_t shapes[][3] = { { 3, 4, 4 }, { 3, 8, 0 }, { 4, 7, 0 }, { 4, 8, 0 } };
    struct group g;
    for (size_t i = 0; next_group(m, i, &g); i = g.to)
        for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
            size_t to = shape_to(m, &g, shapes[k]);
            if (to == 0)
                continue;
            mask_cover(m, g.from, to, PERSONAL_PHONE);
            g.to = to;
            break;
        }
}

/* ---- in words: 一三八… ---- */

char mask_spelled_digit(uint32_t c)
{
    static const struct {
        uint32_t code;
        char digit;
    } words[] = {
        { 0x3007, '0' }, { 0x25CB, '0' }, { 0x96F6, '0' }, { 0x4E00, '1' }, { 0x5E7A, '1' },
        { 0x58F9, '1' }, { 0x4E8C, '2' }, { 0x8D30, '2' }, { 0x4E09, '3' }, { 0x53C1, '3' },
        { 0x56DB, '4' }, { 0x8086, '4' }, { 0x4E94, '5' }, { 0x4F0D, '5' }, { 0x516D, '6' },
        { 0x9646, '6' }, { 0x4E03, '7' }, { 0x67D2, '7' }, { 0x516B, '8' }, { 0x634C, '8' },
        { 0x4E5D, '9' }, { 0x7396, '9' },
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].code == c)
            return words[i].digit;
    return mask_is_digit(c) ? (char)c : '\0';
}

static void mask_spelled(struct mask *m)
{
    for (size_t i = 0, to; i < m->n; i = to + 1) {
        char digits[16] = "";
        size_t n = 0;
        bool words = false;
        for (to = i; m->mark[to] == MASK_FREE; to++) {
            bool gap = n && mask_is_gap(m->code[to]) && mask_spelled_digit(m->code[to + 1]);
            if (!gap && !mask_spelled_digit(m->code[to]))
                break;
            words = words || !(gap || mask_is_digit(m->code[to]));
            if (!gap && n++ < sizeof digits - 1)
                digits[n - 1] = mask_spelled_digit(m->code[to]);
        }
        if (!words || n < SPELLED_MIN)
            continue;
        enum personal_kind number = classify(digits, n);
        if (number != NO_NUMBER)
            mask_cover(m, i, to, number);
    }
}

void mask_numbers(struct mask *m)
{
    mask_single(m);
    mask_joined(m);
    mask_shapes(m);
    mask_spelled(m); /* last: the 三 of 张三13812345678 is no digit of it */
}
