#include "domain/review/number.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/glyph.h"

enum { YEAR = 4 };

/* Which of a pair it is: 1 opens, -1 closes, 0 is none. */
static int bracket(uint32_t c)
{
    static const uint32_t pairs[][2] = {
        { '(', ')' },       { '[', ']' },       { '{', '}' },       { '<', '>' },
        { 0x3008, 0x3009 }, { 0x300A, 0x300B }, { 0x3010, 0x3011 }, { 0x3014, 0x3015 },
        { 0x3016, 0x3017 }, { 0x2018, 0x2019 }, { 0x201C, 0x201D },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (c == pairs[i][0] || c == pairs[i][1])
            return c == pairs[i][0] ? 1 : -1;
    return 0;
}

struct glyph {
    uint32_t code; /* in its plain form */
    const char *at;
    size_t size;
};

/* Without blanks. */
static size_t plain(struct arena *a, const char *text, struct glyph **out)
{
    size_t n = strlen(text);
    size_t count = 0;
    *out = arena_array(a, n + 1, sizeof **out);
    for (size_t step; n; text += step, n -= step) {
        uint32_t c;
        step = glyph_read(text, n, &c);
        if (!glyph_blank(c))
            (*out)[count++] = (struct glyph){ glyph_dash(c) ? '-' : glyph_half(c), text, step };
    }
    return count;
}

/* "(2023)" stands at i. */
static bool is_year(const struct glyph *g, size_t n, size_t i)
{
    if (i + YEAR + 1 >= n || bracket(g[i].code) != 1 || bracket(g[i + YEAR + 1].code) != -1)
        return false;
    for (size_t k = i + 1; k <= i + YEAR; k++)
        if (g[k].code < '0' || g[k].code > '9')
            return false;
    return true;
}

const char *document_number(struct arena *a, const char *text)
{
    struct buf out;
    struct glyph *g;
    size_t n = plain(a, text, &g);
    buf_init(&out, a, 3 * strlen(text) + 1);
    for (size_t i = 0; i < n; i++)
        if (is_year(g, n, i)) {
            buf_printf(&out, "〔%c%c%c%c〕", (char)g[i + 1].code, (char)g[i + 2].code,
                       (char)g[i + 3].code, (char)g[i + 4].code);
            i += YEAR + 1;
        } else if (g[i].code < 0x80)
            buf_putc(&out, (char)g[i].code);
        else
            buf_put(&out, g[i].at, g[i].size);
    return out.p;
}
