#include "domain/mask.h"

#include <string.h>

#include "base/buf.h"
#include "domain/glyph.h"

enum {
    LINKS_MAX = 4, /* between a label and its number: 号码, a colon, a blank … */
    HANDLE_MIN = 6 /* shortest number or account name behind a label */
};

/* ---- characters ---- */

bool mask_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

bool mask_is_alnum(uint32_t c)
{
    return mask_is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

uint32_t mask_upper(uint32_t c)
{
    return c >= 'a' && c <= 'z' ? c - 32 : c;
}

bool mask_is_hyphen(uint32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x00AD;
}

bool mask_is_gap(uint32_t c)
{
    return mask_is_hyphen(c) || c == '(' || c == ')' || c == '.' || c == 0xB7 ||
           (c != '\n' && c != '\r' && glyph_blank(c));
}

bool mask_ends_phrase(uint32_t c)
{
    return c == 0 || c == '\n' || c == '\r' || c == ',' || c == ';' || c == 0x3002 /* 。 */ ||
           c == 0x3001 /* 、 */;
}

void mask_load(struct mask *m, struct arena *a, const char *text, size_t size)
{
    *m = (struct mask){ .n = 0 };
    m->code = arena_array(a, size + 1, sizeof *m->code);
    m->offset = arena_array(a, size + 1, sizeof *m->offset);
    m->mark = arena_array(a, size + 1, sizeof *m->mark);
    for (size_t at = 0; at < size;) {
        uint32_t code;
        m->offset[m->n] = at;
        at += glyph_read(text + at, size - at, &code);
        m->code[m->n++] = glyph_half(code);
    }
    m->offset[m->n] = size;
}

/* Length in characters of word (UTF-8) if it stands at i, else 0. */
static size_t stands(const struct mask *m, size_t i, const char *word)
{
    size_t n = 0;
    for (size_t left = strlen(word), len; left > 0; word += len, left -= len) {
        uint32_t code;
        len = glyph_read(word, left, &code);
        if (i + n >= m->n || mask_upper(m->code[i + n]) != mask_upper(glyph_half(code)))
            return 0;
        n++;
    }
    return n;
}

/* The length of the first of the words (NULL-terminated) that stands at i, else 0. */
size_t mask_word(const struct mask *m, size_t i, const char *const *words)
{
    size_t n = 0;
    for (; *words && !n; words++)
        n = stands(m, i, *words);
    return n;
}

void mask_cover(struct mask *m, size_t from, size_t to)
{
    for (; from < to; from++)
        if (!m->mark[from])
            m->mark[from] = MASK_COVERED;
}

void mask_protect(struct mask *m, const char *const *exceptions, size_t count)
{
    for (size_t e = 0; e < count; e++) {
        for (size_t i = 0; i < m->n; i++) {
            size_t n = stands(m, i, exceptions[e]);
            if (n && !(i > 0 && mask_is_alnum(m->code[i - 1]) && mask_is_alnum(m->code[i])) &&
                !(mask_is_alnum(m->code[i + n]) && mask_is_alnum(m->code[i + n - 1])))
                memset(m->mark + i, MASK_PROTECTED, n);
        }
    }
}

/* ---- e-mail ---- */

static bool is_mail(uint32_t c)
{
    return mask_is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

void mask_mails(struct mask *m)
{
    for (size_t i = 1; i < m->n; i++) {
        if (m->code[i] != '@')
            continue;
        size_t from = i;
        size_t to = i + 1;
        while (from > 0 && is_mail(m->code[from - 1]))
            from--;
        while (to < m->n && is_mail(m->code[to]))
            to++;
        if (from == i || to == i + 1)
            continue;
        mask_cover(m, from, to);
        m->found.emails++;
    }
}

/* ---- labels ---- */

static const char *const account_labels[] = { "电话", "手机", "座机",     "传真",
                                              "微信", "QQ",   "联系方式", NULL };

/* A number or an account's name behind a label: HANDLE_MIN characters or more, with a digit. Five
   digits are public service numbers (12315, 12345). */
static void mask_account(struct mask *m, size_t i)
{
    static const char *const links[] = { "号码", "号", "账号", "帐号", "为", "是", ":", NULL };
    for (size_t links_seen = 0; links_seen < LINKS_MAX; links_seen++) {
        size_t n = mask_word(m, i, links);
        i += n ? n : i < m->n && mask_is_gap(m->code[i]);
    }
    size_t to = i;
    bool digit = false;
    for (; to < m->n &&
           (mask_is_alnum(m->code[to]) || m->code[to] == '_' || mask_is_hyphen(m->code[to]));
         to++)
        digit = digit || mask_is_digit(m->code[to]);
    if (to - i < HANDLE_MIN || !digit || m->mark[i])
        return;
    mask_cover(m, i, to);
    m->found.phones++;
}

void mask_accounts(struct mask *m)
{
    for (size_t i = 0, n; i < m->n; i += n ? n : 1) {
        n = mask_word(m, i, account_labels);
        if (n)
            mask_account(m, i + n);
    }
}

/* ---- the text again ---- */

char *mask_text(const struct mask *m, struct arena *a, const char *text)
{
    struct buf out;
    buf_init(&out, a, m->n * 4 + 1); /* a character has at most four bytes, ＊ three */
    for (size_t i = 0; i < m->n; i++) {
        if (m->mark[i] == MASK_COVERED)
            buf_puts(&out, MASK_STAR);
        else
            buf_put(&out, text + m->offset[i], m->offset[i + 1] - m->offset[i]);
    }
    return out.p;
}
