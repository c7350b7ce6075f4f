/* CSV as spreadsheets of officials open it: UTF-8 with its mark, lines end in CR LF. */
#include "sys/sheet_internal.h"

#include <ctype.h>
#include <string.h>

#include "base/glyph.h"
#include "sys/log.h"

enum { EXACT_DIGITS = 11 }; /* a spreadsheet shows longer numbers as 9.14E+17 */

struct csv {
    FILE *file;
    const struct row_set *rows;
};

/* Digits that a spreadsheet would change: many of them, a zero in front, an exponent. */
static bool would_change(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (!text[digits])
        return digits > EXACT_DIGITS || (digits > 1 && *text == '0');
    if (!digits || toupper((unsigned char)text[digits]) != 'E')
        return false;
    const char *rest = text + digits + 1;
    return *rest && strspn(rest, "0123456789") == strlen(rest);
}

/* A formula's first character in any width, also behind what nobody sees. */
static bool would_compute(const char *text)
{
    static const uint32_t small[] = { 0xFE62, 0xFE63, 0xFE66, 0xFE6B, 0x2212 };
    size_t n = strlen(text);
    uint32_t code = 0;
    if (n && strchr("\t\r\n", *text))
        return true;
    for (size_t step; n; text += step, n -= step) {
        step = glyph_read(text, n, &code);
        if (!glyph_blank(code))
            break;
    }
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
        if (n && code == small[i])
            return true;
    code = glyph_half(code);
    return n && code && code < 0x80 && strchr("=+-@", (int)code);
}

static void cell(FILE *out, const char *text)
{
    if (would_change(text)) {
        (void)fprintf(out, "\"=\"\"%s\"\"\"", text);
        return;
    }
    (void)fputc('"', out);
    if (would_compute(text))
        (void)fputc('\'', out);
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            (void)fputc('"', out);
        (void)fputc(*p, out);
    }
    (void)fputc('"', out);
}

static void line_end(FILE *out)
{
    (void)fputs("\r\n", out);
}

static bool is_number(const struct row_col *c)
{
    return c->type == ROW_REAL || (c->type == ROW_INT && !c->instant);
}

static void *csv_open(struct arena *a, const char *title, const struct row_set *rows)
{
    (void)title;
    struct csv *s = arena_alloc(a, sizeof *s);
    s->rows = rows;
    s->file = tmpfile();
    if (!s->file)
        return NULL;
    (void)fputs("\xEF\xBB\xBF", s->file);
    const char *comma = "";
    for (const struct row_col *c = rows->columns; c->member; c++) {
        if (!c->title)
            continue;
        (void)fputs(comma, s->file);
        cell(s->file, c->title);
        comma = ",";
    }
    line_end(s->file);
    return s;
}

static enum rc csv_row(void *self, struct arena *a, const void *row)
{
    struct csv *s = self;
    const char *comma = "";
    for (const struct row_col *c = s->rows->columns; c->member; c++) {
        if (!c->title)
            continue;
        const char *text = sheet_text(c, row, a);
        (void)fputs(comma, s->file);
        comma = ",";
        if (text && is_number(c))
            (void)fputs(text, s->file);
        else if (text)
            cell(s->file, text);
    }
    line_end(s->file);
    return ferror(s->file) ? log_file_fault("write", "a table") : RC_OK;
}

static void csv_drop(void *self)
{
    struct csv *s = self;
    (void)fclose(s->file);
}

static enum rc csv_close(void *self, const struct sheet_note *notes, size_t n, FILE **out)
{
    struct csv *s = self;
    if (n)
        line_end(s->file);
    for (size_t i = 0; i < n; i++) {
        cell(s->file, notes[i].name);
        (void)fputc(',', s->file);
        cell(s->file, notes[i].text);
        line_end(s->file);
    }
    if (fflush(s->file) != 0 || ferror(s->file)) {
        enum rc rc = log_file_fault("write", "a table");
        csv_drop(s);
        return rc;
    }
    rewind(s->file);
    *out = s->file;
    return RC_OK;
}

const struct sheet_form sheet_csv = {
    .media_type = "text/csv; charset=utf-8",
    .open = csv_open,
    .row = csv_row,
    .close = csv_close,
    .drop = csv_drop,
};
