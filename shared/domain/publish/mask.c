#include "domain/publish/mask.h"

#include <pthread.h>
#include <string.h>

#include "base/glyph.h"

enum { LINKS_MAX = 8 };

/* ---- characters ---- */

bool mask_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

bool mask_is_alnum(uint32_t c)
{
    return mask_is_digit(c) || (c >= 'A' && c <= 'Z');
}

bool mask_is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || c == 0x3007 || (c >= 0x20000 && c <= 0x3FFFF);
}

bool mask_is_hyphen(uint32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

static bool is_line_end(uint32_t c)
{
    return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

bool mask_is_gap(uint32_t c)
{
    return mask_is_hyphen(c) || c == '(' || c == ')' || c == '.' || c == '_' || c == 0xB7 ||
           (c != 0 /* the end */ && !is_line_end(c) && glyph_blank(c));
}

bool mask_ends_sentence(uint32_t c)
{
    return c == 0 || is_line_end(c) || c == 0x3002 /* 。 */ || c == '!' || c == '?';
}

bool mask_ends_phrase(uint32_t c)
{
    return mask_ends_sentence(c) || c == ',' || c == ';' || c == 0x3001 /* 、 */;
}

/* Takes no room on the page: joiners, marks of direction, fillers, accents, forms of a glyph. */
static bool is_unseen(uint32_t c)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {
        { 0x0000, 0x0008 }, { 0x000E, 0x001F }, { 0x007F, 0x009F },   { 0x00AD, 0x00AD },
        { 0x0300, 0x036F }, { 0x061C, 0x061C }, { 0x115F, 0x1160 },   { 0x17B4, 0x17B5 },
        { 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x202A, 0x202E },   { 0x2060, 0x206F },
        { 0x20D0, 0x20FF }, { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F },   { 0xFEFF, 0xFEFF },
        { 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
    };
    if (c > 0x20 && c < 0x7F)
        return false;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/* Digits of other forms: mathematical, circled, raised, lowered, Arabic. */
static uint32_t plain_digit(uint32_t c)
{
    static const struct {
        uint32_t first;
        uint32_t last;
        uint32_t value; /* of the first */
    } ranges[] = {
        { 0x00B2, 0x00B3, 2 }, { 0x00B9, 0x00B9, 1 }, { 0x0660, 0x0669, 0 }, { 0x06F0, 0x06F9, 0 },
        { 0x2070, 0x2070, 0 }, { 0x2074, 0x2079, 4 }, { 0x2080, 0x2089, 0 }, { 0x2460, 0x2468, 1 },
        { 0x24EA, 0x24EA, 0 }, { 0x24F5, 0x24FD, 1 }, { 0x24FF, 0x24FF, 0 }, { 0x2776, 0x277E, 1 },
        { 0x2780, 0x2788, 1 }, { 0x278A, 0x2792, 1 },
    };
    if (c >= 0x1D7CE && c <= 0x1D7FF)
        return '0' + (c - 0x1D7CE) % 10;
    for (size_t i = 0; c >= 0xB2 && i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return '0' + ranges[i].value + (c - ranges[i].first);
    return c;
}

uint32_t mask_plain(uint32_t c)
{
    c = plain_digit(glyph_half(c));
    if (c == 0x3000 || c == 0xA0)
        return ' ';
    if (c == 0x2169 || c == 0x2179 || c == 0xD7 || c == 0x0425 || c == 0x0445)
        return 'X'; /* Ⅹ, ×, Х end identity numbers too */
    return c >= 'a' && c <= 'z' ? c - 32 : c;
}

static size_t write_glyph(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* ---- what words begin with ---- */

/* Of which classes a word begins with the character, by its last bits: most that rules ask is
   answered by one look. Characters that share the bits are compared in vain. */
enum { BEGINS = 4096 };
static uint32_t begins[BEGINS];
static pthread_once_t begins_made = PTHREAD_ONCE_INIT;
_Static_assert(MASK_CLASSES <= 32, "a bit a class");

static void make_begins(void)
{
    for (size_t k = 0; k < MASK_CLASSES; k++)
        for (size_t i = 0; i < mask_lists[k].n; i++) {
            const char *word = mask_lists[k].words[i];
            uint32_t code;
            (void)glyph_read(word, strlen(word), &code);
            begins[code % BEGINS] |= UINT32_C(1) << k;
        }
}

static bool may_begin(uint32_t code, enum mask_class class)
{
    return begins[code % BEGINS] >> class & 1;
}

void mask_load(struct mask *m, struct arena *a, const char *text, size_t size)
{
    size_t to = 0;
    (void)pthread_once(&begins_made, make_begins);
    *m = (struct mask){ .arena = a };
    m->code = arena_array(a, size + 1, sizeof *m->code);
    m->offset = arena_array(a, size + 1, sizeof *m->offset);
    m->end = arena_array(a, size + 1, sizeof *m->end);
    m->at = arena_array(a, size + 1, sizeof *m->at);
    m->plain = arena_alloc(a, size + 1);
    m->mark = arena_array(a, size + 1, sizeof *m->mark);
    for (size_t from = 0, step; from < size; from += step) {
        uint32_t code;
        step = glyph_read(text + from, size - from, &code);
        if (is_unseen(code))
            continue;
        m->code[m->n] = mask_plain(code);
        m->offset[m->n] = (uint32_t)from;
        m->end[m->n] = (uint32_t)(from + step);
        m->at[m->n] = (uint32_t)to;
        to += write_glyph(m->plain + to, m->code[m->n++]); /* never longer than it was */
    }
    m->at[m->n] = (uint32_t)to;
    m->plain[to] = '\0';
}

/* ---- words ---- */

/* Bytes of the word if the text begins with it, or 0. */
static inline size_t begins_with(const char *text, const char *word)
{
    size_t size = 0;
    for (; word[size] != '\0'; size++)
        if (text[size] != word[size])
            return 0;
    return size;
}

static size_t glyphs(const struct mask *m, size_t i, size_t size)
{
    size_t n = 0;
    while (m->at[i + n] < m->at[i] + size)
        n++;
    return n;
}

size_t mask_stands(const struct mask *m, size_t i, const char *word)
{
    return i < m->n ? glyphs(m, i, begins_with(m->plain + m->at[i], word)) : 0;
}

size_t mask_any(const struct mask *m, size_t i, const char *const *words)
{
    size_t size = 0;
    if (i >= m->n)
        return 0;
    for (const char *here = m->plain + m->at[i]; *words && !size; words++)
        size = begins_with(here, *words);
    return glyphs(m, i, size);
}

size_t mask_word(const struct mask *m, size_t i, enum mask_class class)
{
    if (i >= m->n || !may_begin(m->code[i], class))
        return 0;
    const struct mask_list *list = &mask_lists[class];
    const char *here = m->plain + m->at[i];
    size_t glyph = m->at[i + 1] - m->at[i];
    size_t low = 0;
    size_t best = 0;
    for (size_t high = list->n; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (strncmp(list->words[middle], here, glyph) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->n && strncmp(list->words[low], here, glyph) == 0; low++) {
        size_t n = mask_stands(m, i, list->words[low]);
        best = n > best ? n : best;
    }
    return best;
}

size_t mask_links(const struct mask *m, size_t i, bool *told)
{
    static const uint32_t marks[] = {
        ':', '(', ')', '"', 0x201C, 0x201D, '#', '[', 0x3010, 0x3011
    };
    *told = false;
    for (size_t seen = 0; seen < LINKS_MAX && i < m->n; seen++) {
        size_t n = mask_word(m, i, MASK_LINK);
        bool mark = false;
        for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++)
            mark = mark || m->code[i] == marks[k];
        if (n || mark)
            *told = true;
        else if (!mask_is_gap(m->code[i]))
            break;
        i += n ? n : 1;
    }
    return i;
}

/* ---- marks ---- */

void mask_cover(struct mask *m, size_t from, size_t to, enum personal_kind kind)
{
    for (; from < to; from++)
        if (m->mark[from] == MASK_FREE)
            m->mark[from] = (unsigned char)(MASK_FIRST + kind);
}

bool mask_is(const struct mask *m, size_t i, enum personal_kind kind)
{
    return i < m->n && m->mark[i] == MASK_FIRST + (unsigned)kind;
}

/* The wish in the form of the text that was loaded. */
static const char *as_loaded(struct arena *a, const char *wish)
{
    struct mask m;
    mask_load(&m, a, wish, strlen(wish));
    return m.plain;
}

static void mark_each(struct mask *m, const struct personal_texts *texts, bool whole,
                      unsigned char mark)
{
    for (size_t e = 0; e < texts->n && e < PERSONAL_WISHES_MAX; e++) {
        const char *wish = as_loaded(m->arena, texts->v[e]);
        for (size_t i = 0; i < m->n; i++) {
            size_t n = mask_stands(m, i, wish);
            bool joined =
                n && ((i > 0 && mask_is_alnum(m->code[i - 1]) && mask_is_alnum(m->code[i])) ||
                      (mask_is_alnum(m->code[i + n]) && mask_is_alnum(m->code[i + n - 1])));
            if (n && !(whole && joined))
                memset(m->mark + i, mark, n);
        }
    }
}

void mask_keep(struct mask *m, const struct personal_texts *texts)
{
    mark_each(m, texts, true, MASK_KEPT);
}

void mask_wished(struct mask *m, const struct personal_texts *texts)
{
    mark_each(m, texts, false, MASK_FIRST + PERSONAL_EDITOR);
}
