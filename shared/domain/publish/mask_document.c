/* Identity documents beside the card of the mainland: by their label, or by a form of their own. */
#include "domain/publish/mask.h"

enum {
    RUN_MAX = 28,     /* characters of a number, its brackets included */
    LABELLED_MIN = 6, /* letters and digits behind a label; of them … */
    DIGITS_MIN = 4,
    CITIZEN = 18 /* digits of an identity card, the last of which may be an X */
};

static bool is_letter(uint32_t c)
{
    return mask_is_alnum(c) && !mask_is_digit(c);
}

/* ---- by label ---- */

static bool is_inner(const struct mask *m, size_t i)
{
    uint32_t c = m->code[i];
    bool blank = c == ' ' && mask_is_alnum(m->code[i + 1]);
    return mask_is_alnum(c) || mask_is_hyphen(c) || c == '(' || c == ')' || c == '/' || blank;
}

static void behind_label(struct mask *m, size_t i)
{
    size_t letters = 0;
    size_t digits = 0;
    bool told;
    i = mask_links(m, i, &told);
    if (mask_is_han(m->code[i]) && mask_stands(m, i + 1, "字第"))
        i += 3;                                                                 /* 南字第 */
    size_t to = i + (mask_is_han(m->code[i]) && mask_is_digit(m->code[i + 1])); /* 豫4104… */
    size_t last = i; /* behind the last letter or digit */
    for (; to < m->n && to - i < RUN_MAX && m->mark[to] == MASK_FREE && is_inner(m, to); to++) {
        letters += is_letter(m->code[to]);
        digits += mask_is_digit(m->code[to]);
        if (mask_is_alnum(m->code[to]))
            last = to + 1;
    }
    for (size_t k = i; k < last; k++)
        if (m->code[k] == '(' && m->code[last] == ')') {
            last++;
            break;
        }
    bool identity = letters + digits == CITIZEN && letters <= 1;
    if (digits >= DIGITS_MIN && letters + digits >= LABELLED_MIN)
        mask_cover(m, i, last, identity ? PERSONAL_IDENTITY : PERSONAL_DOCUMENT);
}

void mask_documents_labelled(struct mask *m)
{
    for (size_t i = 0, n; i < m->n; i += n ? n : 1) {
        n = mask_word(m, i, MASK_DOCUMENT);
        if (n)
            behind_label(m, i + n);
    }
}

/* ---- by form ---- */

static size_t count_letters(const struct mask *m, size_t i)
{
    size_t n = 0;
    while (is_letter(m->code[i + n]))
        n++;
    return n;
}

static size_t count_digits(const struct mask *m, size_t i)
{
    size_t n = 0;
    while (mask_is_digit(m->code[i + n]))
        n++;
    return n;
}

static bool begins_with(const struct mask *m, size_t i, const char *capitals)
{
    for (; *capitals; capitals++)
        if (m->code[i] == (uint32_t)*capitals)
            return true;
    return false;
}

/* "(7)" behind the number: the check digit of Hong Kong's and Macau's identity cards. */
static bool is_check(const struct mask *m, size_t i)
{
    return m->code[i] == '(' && mask_is_alnum(m->code[i + 1]) && m->code[i + 2] == ')';
}

static unsigned number_at(const struct mask *m, size_t i, size_t n)
{
    unsigned value = 0;
    for (; n > 0; n--, i++)
        value = value * 10 + (m->code[i] - '0');
    return value;
}

/* Batches are numbered by their day: P20230115. */
static bool is_day(const struct mask *m, size_t i)
{
    unsigned year = number_at(m, i, 4);
    unsigned month = number_at(m, i + 4, 2);
    unsigned day = number_at(m, i + 6, 2);
    return year >= 1990 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* The length of the document's number that is the whole run of letters and digits at i, or 0. */
static size_t by_form(const struct mask *m, size_t i)
{
    size_t letters = count_letters(m, i);
    size_t digits = count_digits(m, i + letters);
    size_t end = i + letters + digits;
    if (is_letter(m->code[end]))
        return 0;
    if ((letters == 1 || letters == 2) && digits == 6 && is_check(m, end)) /* Hong Kong */
        return letters + digits + 3;
    if (letters == 0 && digits == 7 && is_check(m, end)) /* Macau */
        return digits + 3;
    if (letters == 1 && digits == 8 && begins_with(m, i, "EGDSPHMK")) /* passport, home return */
        return is_day(m, i + 1) ? 0 : 1 + 8;
    if (letters == 2 && digits == 7 && begins_with(m, i, "EDSPK")) /* passport */
        return 2 + 7;
    if (letters == 1 && digits == 9 && begins_with(m, i + 1, "1289")) /* Taiwan */
        return 1 + 9;
    if (letters == 1 && digits == 10 && begins_with(m, i, "HM")) /* home return, with its issue */
        return 1 + 10;
    return letters == 3 && digits == 12 ? 3 + 12 : 0; /* permanent residence */
}

void mask_documents_formed(struct mask *m)
{
    for (size_t i = 0; i < m->n;) {
        bool starts = mask_is_alnum(m->code[i]) && (i == 0 || !mask_is_alnum(m->code[i - 1]));
        size_t n = starts && m->mark[i] == MASK_FREE ? by_form(m, i) : 0;
        mask_cover(m, i, i + n, PERSONAL_DOCUMENT);
        i += n ? n : 1;
    }
}

/* ---- plates of vehicles ---- */

enum { PLATE_MIN = 5, PLATE_MAX = 6, PLATE_LABELLED_MAX = 9 };

static bool is_region(uint32_t c)
{
    static const uint32_t regions[] = {
        0x4EAC, 0x6D25, 0x6CAA, 0x6E1D, 0x5180, 0x8C6B, 0x4E91, 0x8FBD, 0x9ED1, 0x6E58, 0x7696,
        0x9C81, 0x65B0, 0x82CF, 0x6D59, 0x8D63, 0x9102, 0x6842, 0x7518, 0x664B, 0x8499, 0x9655,
        0x5409, 0x95FD, 0x8D35, 0x7CA4, 0x9752, 0x85CF, 0x5DDD, 0x5B81, 0x743C, 0x4F7F,
    };
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
        if (regions[i] == c)
            return true;
    return false;
}

/* "豫D·12345", "豫DD12345", "豫D1234挂". */
static size_t plate_at(const struct mask *m, size_t i)
{
    size_t digits = 0;
    size_t letter = i + (m->code[i + 1] == ' ' ? 2 : 1);
    size_t to = letter + 1;
    if (!is_region(m->code[i]) || !is_letter(m->code[letter]))
        return 0;
    while (mask_is_gap(m->code[to]) || m->code[to] == 0x2022)
        to++;
    size_t from = to;
    for (; mask_is_alnum(m->code[to]); to++)
        digits += mask_is_digit(m->code[to]);
    size_t n = to - from;
    bool tail = m->code[to] == 0x6302 /* 挂 */ || m->code[to] == 0x5B66 /* 学 */ ||
                m->code[to] == 0x8B66 /* 警 */ || m->code[to] == 0x6E2F || m->code[to] == 0x6FB3;
    if (digits < 3 || n + tail < PLATE_MIN || n > PLATE_MAX)
        return 0;
    return to + tail - i;
}

static void behind_plate_label(struct mask *m, size_t i)
{
    bool told;
    bool digit = false;
    i = mask_links(m, i, &told);
    size_t to = i;
    while ((mask_is_han(m->code[to]) || (to > i && m->code[to] == ' ')) && to - i < 3)
        to++;
    for (; to - i < PLATE_LABELLED_MAX &&
           (mask_is_alnum(m->code[to]) || (mask_is_gap(m->code[to]) && m->code[to] != ' '));
         to++)
        digit = digit || mask_is_digit(m->code[to]);
    while (to > i && !mask_is_alnum(m->code[to - 1]))
        to--;
    if (told && digit && to - i >= PLATE_MIN)
        mask_cover(m, i, to, PERSONAL_PLATE);
}

void mask_plates(struct mask *m)
{
    for (size_t i = 0; i < m->n; i++) {
        size_t label = mask_word(m, i, MASK_PLATE);
        mask_cover(m, i, i + plate_at(m, i), PERSONAL_PLATE);
        if (label)
            behind_plate_label(m, i + label);
    }
}
