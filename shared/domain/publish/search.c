#include "domain/publish/search.h"

#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/glyph.h"

/* Between the two parts of an entry; above every blank, so that a column that pads keeps its
   order. */
static const char between[] = "|";

/* Half-width already. Dashes, points in names, and brackets and quotation marks of every form. */
static bool left_out(uint32_t code)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {
        { '"', '"' },       { '\'', ')' },      { ',', '.' },       { ':', ';' },
        { '<', '<' },       { '>', '>' },       { '[', '[' },       { ']', ']' },
        { '`', '`' },       { '{', '{' },       { '|', '}' },       { 0x00B7, 0x00B7 },
        { 0x2010, 0x201F }, { 0x2022, 0x2022 }, { 0x2027, 0x2027 }, { 0x2039, 0x203A },
        { 0x2212, 0x2212 }, { 0x22C5, 0x22C5 }, { 0x3001, 0x3002 }, { 0x3008, 0x3011 },
        { 0x3014, 0x301B }, { 0x301D, 0x301F }, { 0x30FB, 0x30FB }, { 0xFF5F, 0xFF65 },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return glyph_blank(code);
}

char *search_text(struct arena *a, const char *text)
{
    struct buf out;
    size_t n = strlen(text);
    buf_init(&out, a, n + 1);
    for (size_t step; n; text += step, n -= step) {
        uint32_t code;
        step = glyph_read(text, n, &code);
        uint32_t half = glyph_half(code);
        if (left_out(half))
            continue;
        if (half < 0x80)
            buf_putc(&out, (char)(half >= 'a' && half <= 'z' ? half - 32 : half));
        else
            buf_put(&out, text, step);
    }
    return out.p;
}

char *search_entry(struct arena *a, const char *name, const char *code)
{
    return arena_printf(a, "%s%s%s", search_text(a, name), between, search_text(a, code));
}

/* Bytes of the first SEARCH_SUFFIX characters. */
static size_t cut(const char *text)
{
    size_t left = strlen(text);
    size_t n = 0;
    for (int i = 0; i < SEARCH_SUFFIX && n < left; i++) {
        uint32_t code;
        n += glyph_read(text + n, left - n, &code);
    }
    return n;
}

char *search_prefix(struct arena *a, const char *text)
{
    return arena_slice(a, text, cut(text));
}

enum rc search_suffixes(struct arena *a, const char *entry, search_fn *fn, void *data)
{
    enum rc rc = RC_OK;
    uint32_t code;
    for (size_t left = strlen(entry), step; rc == RC_OK && left; entry += step, left -= step) {
        step = glyph_read(entry, left, &code);
        if (code != (uint32_t)between[0])
            rc = fn(data, search_prefix(a, entry));
    }
    return rc;
}

/* Search texts have no blanks, so no term begins so. */
char *search_facet(struct arena *a, const struct search_facet *facet)
{
    char hex[DIGEST_HEX] = "-";
    if (facet->department) /* a name is long; who shares these digits is told apart by its name */
        digest_hex(DIGEST_SHA256, facet->department, strlen(facet->department), hex);
    return arena_printf(a, "\t%.6s%.1s%.1s%.7s", facet->region ? facet->region : "-",
                        facet->result_class ? facet->result_class : "-",
                        facet->kind ? facet->kind : "-", hex);
}

char *search_day(struct arena *a, int32_t date)
{
    char day[DATE_TEXT];
    date_format(day, date);
    return arena_printf(a, "\td%s", day);
}

char *search_tag(struct arena *a, enum search_tag kind, const char *code)
{
    return arena_printf(a, ",%c:%s,", kind, code);
}

/* No region begins so, and no day. */
char *search_tag_entry(struct arena *a, const char *tag, const char *region)
{
    const char *text = region ? arena_printf(a, "%s%s", tag, region) : tag;
    char hex[DIGEST_HEX];
    digest_hex(DIGEST_SHA256, text, strlen(text), hex);
    return arena_printf(a, "\t#%.14s", hex);
}

static enum rc each_tag(struct arena *a, const struct search_found *found, search_fn *fn,
                        void *data)
{
    enum rc rc = RC_OK;
    for (const char *at = found->tags, *end; rc == RC_OK && at && at[0] && at[1]; at = end) {
        end = strchr(at + 1, ',');
        const char *tag = arena_slice(a, at, (size_t)(end - at) + 1);
        rc = fn(data, search_tag_entry(a, tag, NULL));
        if (rc == RC_OK && tag[1] == SEARCH_SPECIALTY)
            rc = fn(data, search_tag_entry(a, tag, found->facet.region));
    }
    return rc;
}

enum rc search_facets(struct arena *a, const struct search_found *found, search_fn *fn, void *data)
{
    enum { REGION = 1, CLASS = 2, KIND = 4, DEPARTMENT = 8, EVERY = 15 };
    const struct search_facet *all = &found->facet;
    enum rc rc = fn(data, search_day(a, found->day));
    for (int some = 1; rc == RC_OK && some <= EVERY; some++) {
        const struct search_facet facet = {
            .region = some & REGION ? all->region : NULL,
            .result_class = some & CLASS ? all->result_class : NULL,
            .kind = some & KIND ? all->kind : NULL,
            .department = some & DEPARTMENT ? all->department : NULL,
        };
        rc = fn(data, search_facet(a, &facet));
    }
    return rc == RC_OK ? each_tag(a, found, fn, data) : rc;
}
