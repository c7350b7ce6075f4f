/* What a label names: telephones, accounts of messengers and banks; numbers that are nobody's. */
#include <string.h>

#include "domain/directory/citizen.h"
#include "domain/publish/mask.h"

enum {
    PHONE_MIN = 6,  /* digits behind a label; 12345 and 12315 are of the public service */
    HANDLE_MIN = 5, /* characters of an account's name */
    BANK_MIN = 9,   /* digits of an account */
    BANK_MAX = 30,
    BANK_AWAY = 30,  /* characters between 开户行 and its number */
    NUMBER_MAX = 30, /* characters of a number that is no person's */
    CITIZEN = 18,
    CARD_MIN = 16,
    CARD_MAX = 19,
    MOBILE = 11
};

/* Behind the digits that stand at i, with gaps between them, and their number. */
static size_t digits_to(const struct mask *m, size_t i, size_t *digits)
{
    size_t to = i;
    *digits = 0;
    for (; i < m->n && m->mark[i] == MASK_FREE; i++) {
        bool digit = mask_is_digit(m->code[i]);
        if (!digit && !(mask_is_gap(m->code[i]) && i - to < 2))
            break;
        *digits += digit;
        if (digit)
            to = i + 1;
    }
    return to;
}

/* ---- telephones ---- */

static bool is_between(uint32_t c)
{
    return c == '/' || c == ',' || c == 0x3001 || c == ';' || c == 0x6216 || c == 0x548C ||
           mask_is_gap(c);
}

/* 12320, 0375-12320: a number of the public service, alone or whole behind an area code. */
static bool is_service(const struct mask *m, size_t i, size_t to, size_t digits)
{
    enum { SHORT = 5 };
    if (digits == SHORT && to == i + SHORT)
        return m->code[i] == '1' && m->code[i + 1] == '2';
    return m->code[i] == '0' && (digits == 3 + SHORT || digits == 4 + SHORT) && to >= i + SHORT &&
           m->code[to - SHORT] == '1' && m->code[to - SHORT + 1] == '2' &&
           !mask_is_digit(m->code[to - SHORT - 1]);
}

/* Eight digits that begin with a year and are a day, or called 号: 拨打12345，20240012号投诉单. */
static bool is_dated(const struct mask *m, size_t i)
{
    enum { DATED = 8 };
    size_t digits;
    const uint32_t *c = m->code + i;
    size_t to = digits_to(m, i, &digits);
    if (digits != DATED || to != i + DATED || c[0] != '2' || c[1] != '0')
        return false;
    uint32_t month = (c[4] - '0') * 10 + c[5] - '0';
    uint32_t day = (c[6] - '0') * 10 + c[7] - '0';
    return (month >= 1 && month <= 12 && day >= 1 && day <= 31) ||
           (mask_stands(m, to, "号") && !mask_stands(m, to, "号码"));
}

/* A number, and those that follow it in a list. */
static void cover_phones(struct mask *m, size_t i)
{
    bool told;
    size_t digits;
    i = mask_links(m, i, &told);
    for (;;) {
        size_t from = i;
        i += m->code[i] == '(' || m->code[i] == '+';
        size_t to = digits_to(m, i, &digits);
        bool service = is_service(m, i, to, digits);
        if (digits < PHONE_MIN && !service)
            return;
        while (mask_is_alnum(m->code[to]))
            to++;
        to = mask_extension(m, to);
        for (size_t k = i; k < to; k++) /* the bracket of an area code */
            if (m->code[k] == ')' && from == i && i > 0 && m->code[i - 1] == '(')
                from--;
        if (!service)
            mask_cover(m, from, to, PERSONAL_PHONE);
        for (i = to; i < m->n && i - to < 2 && is_between(m->code[i]);)
            i++;
        if (i == to || !mask_is_digit(m->code[i]) || (service && is_dated(m, i)))
            return;
    }
}

/* ---- messengers ---- */

static bool is_handle(uint32_t c)
{
    return mask_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* A name with a digit, or one that a link says to follow. */
static void cover_handle(struct mask *m, size_t i)
{
    bool told;
    bool digit = false;
    i = mask_links(m, i, &told);
    i += m->code[i] == '@';
    size_t to = i;
    for (; to < m->n && is_handle(m->code[to]) && m->mark[to] == MASK_FREE; to++)
        digit = digit || mask_is_digit(m->code[to]);
    while (to > i && !mask_is_alnum(m->code[to - 1]) && m->code[to - 1] != '_')
        to--;
    if (to - i >= HANDLE_MIN && (told || digit))
        mask_cover(m, i, to, PERSONAL_HANDLE);
}

/* V:abc123, whose name begins with a letter; but V:220.5 is a voltage, and so is 5V:abc. */
static bool is_letter_v(const struct mask *m, size_t i)
{
    bool told;
    if (m->code[i] != 'V' || m->code[i + 1] != ':' || (i > 0 && mask_is_alnum(m->code[i - 1])))
        return false;
    size_t at = mask_links(m, i + 1, &told);
    return mask_is_alnum(m->code[at]) && !mask_is_digit(m->code[at]);
}

/* ---- banks ---- */

static void cover_bank(struct mask *m, size_t i)
{
    size_t end = i + BANK_AWAY;
    while (i < m->n && i < end && !mask_is_digit(m->code[i])) {
        if (mask_ends_sentence(m->code[i]) || m->code[i] == ';')
            return;
        i++;
    }
    size_t digits;
    size_t to = digits_to(m, i, &digits);
    if (digits >= BANK_MIN && digits <= BANK_MAX)
        mask_cover(m, i, to, PERSONAL_BANK);
}

/* WX within a number: 2023WX001; but 13812345678WX:meili2020 */
static bool is_inside(const struct mask *m, size_t i, size_t n)
{
    return i > 0 && mask_is_alnum(m->code[i]) && mask_is_alnum(m->code[i - 1]) &&
           m->code[i + n] != ':';
}

/* Behind the label of a number that is no person's, and the WX that the number begins with:
   编号：WX2023001, 批号WX230512. */
static size_t behind_public(const struct mask *m, size_t i)
{
    bool told;
    size_t from = mask_links(m, i, &told);
    size_t n = mask_is_alnum(m->code[from]) ? mask_word(m, from, MASK_HANDLE) : 0;
    told = told || m->code[i - 1] == 0x53F7 /* 号 */;
    return n && told && is_handle(m->code[from + n]) ? from + n : i;
}

void mask_accounts(struct mask *m)
{
    for (size_t i = 0; i < m->n; i++) {
        size_t public = mask_word(m, i, MASK_PUBLIC); /* 举报电话 */
        if (public) {
            i = behind_public(m, i + public) - 1;
            continue;
        }
        size_t bank = mask_word(m, i, MASK_BANK);
        size_t handle = is_letter_v(m, i) ? 1 : mask_word(m, i, MASK_HANDLE);
        size_t phone = mask_word(m, i, MASK_PHONE);
        if (handle && !is_inside(m, i, handle))
            cover_handle(m, i + handle);
        if (bank)
            cover_bank(m, i + bank);
        if (phone && (i == 0 || !mask_is_alnum(m->code[i]) || !mask_is_alnum(m->code[i - 1])))
            cover_phones(m, i + phone);
    }
}

/* ---- numbers that are no person's ---- */

/* The check digit of bank cards (ISO/IEC 7812). */
static bool is_card(const char *digits, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(digits[n - 1 - i] - '0');
        digit = i % 2 ? digit * 2 : digit;
        sum += digit > 9 ? digit - 9 : digit;
    }
    bool union_pay = digits[0] == '6' && digits[1] == '2' && n >= CARD_MIN && n <= CARD_MAX;
    bool other = n == CARD_MIN && (digits[0] == '4' || digits[0] == '5');
    return sum % 10 == 0 && (union_pay || other);
}

/* Certificates of physicians are numbered by year, province and identity number: it is one wherever
   it stands in the text. */
static bool has_citizen(const char *text, size_t n)
{
    char part[CITIZEN + 1] = "";
    bool both;
    for (size_t i = 0; i + CITIZEN <= n; i++) {
        memcpy(part, text + i, CITIZEN);
        if (citizen_number(part, &both))
            return true;
    }
    return false;
}

/* A label does not make a person's number another one's. */
static bool is_personal(const char *text, size_t n)
{
    if (has_citizen(text, n))
        return true;
    if (strspn(text, "0123456789") != n)
        return false;
    return (n == MOBILE && text[0] == '1' && text[1] >= '3') || is_card(text, n);
}

static bool is_public(uint32_t c)
{
    return mask_is_alnum(c) || mask_is_hyphen(c) || c == '/' || c == '_';
}

static void keep_number(struct mask *m, size_t i)
{
    char text[NUMBER_MAX + 1];
    size_t n = 0;
    bool told;
    i = mask_links(m, i, &told);
    size_t to = i;
    for (; to < m->n && to - i < NUMBER_MAX && is_public(m->code[to]); to++)
        if (mask_is_alnum(m->code[to]))
            text[n++] = (char)m->code[to];
    text[n] = '\0';
    if (is_personal(text, n))
        return;
    for (; i < to; i++)
        if (m->mark[i] == MASK_FREE)
            m->mark[i] = MASK_KEPT;
}

void mask_public_numbers(struct mask *m)
{
    for (size_t i = 0, n; i < m->n; i += n ? n : 1) {
        n = mask_word(m, i, MASK_PUBLIC);
        if (n)
            keep_number(m, i + n);
    }
}

/* ---- e-mail ---- */

static bool is_mail(uint32_t c)
{
    return mask_is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

void mask_mails(struct mask *m)
{
    static const char *const signs[] = { "@", "(AT)", "[AT]", NULL };
    for (size_t i = 1; i < m->n; i++) {
        size_t sign = mask_any(m, i, signs);
        if (!sign)
            continue;
        size_t from = m->code[i - 1] == ' ' ? i - 1 : i;
        size_t to = i + sign + (m->code[i + sign] == ' ');
        size_t left = from;
        size_t right = to;
        bool point = false;
        while (left > 0 && is_mail(m->code[left - 1]))
            left--;
        for (; right < m->n && is_mail(m->code[right]); right++)
            point = point || m->code[right] == '.';
        if (left < from && right > to && point)
            mask_cover(m, left, right, PERSONAL_MAIL);
    }
}
