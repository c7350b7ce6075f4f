#include "domain/draw/closing.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/draw/draw_internal.h"

enum { SIZE_MAX_TEXT = 1 << 20, FIELDS_MAX = 3, LINES_MAX = DRAW_SNAPSHOTS_MAX + 7 };

void closing_write(struct buf *out, const struct closing *from)
{
    char at[INSTANT_TEXT];
    instant_format(at, from->closed_at);
    buf_printf(out, "liancha-closing/1\t%s\nannouncement\t%s\nclosed\t%s\nsecret\t%s\n",
               from->campaign, from->announcement, at, from->secret);
    for (size_t i = 0; i < from->result_count; i++)
        buf_printf(out, "result\t%s\t%s\n", from->results[i].draw, from->results[i].digest);
    buf_printf(out, "visits\t%s\ninspectors\t%s\ndifferences\t%s\n", from->visits, from->inspectors,
               from->differences);
}

static enum rc malformed(struct err *err, size_t line, const char *what)
{
    char pointer[32] = "line ";
    (void)int_format(pointer + strlen(pointer), (int64_t)line);
    return err_set(err, RC_MALFORMED, pointer, "封存书第 %zu 行：%s", line, what);
}

/* The lines of a text, cut into their fields. */
struct lines {
    char *f[LINES_MAX][FIELDS_MAX];
    size_t count[LINES_MAX];
    size_t n;
};

static void cut(struct lines *l, char *text)
{
    for (char *end; l->n < LINES_MAX && (end = strchr(text, '\n')); text = end + 1) {
        *end = '\0';
        l->count[l->n] = text_split(text, '\t', l->f[l->n], FIELDS_MAX);
        l->n++;
    }
}

/* The one value behind a key, or NULL; a digest where it has to be one. */
static const char *value_of(const struct lines *l, size_t i, const char *key, bool is_digest)
{
    if (i >= l->n || l->count[i] != 2 || strcmp(l->f[i][0], key) != 0 ||
        (is_digest && !draw_is_hex(l->f[i][1])))
        return NULL;
    return l->f[i][1];
}

/* The first line at fault, from 1; 0: none. */
static size_t take(struct arena *a, const struct lines *l, struct closing *out)
{
    struct closing_result *results = arena_array(a, LINES_MAX, sizeof *results);
    size_t i = 0;
    const char *at = value_of(l, 2, "closed", false);
    out->results = results;
    if (!(out->campaign = value_of(l, i++, "liancha-closing/1", false)) ||
        !(out->announcement = value_of(l, i++, "announcement", true)))
        return i;
    if (!at || !instant_parse(at, &out->closed_at))
        return i + 1;
    i++;
    if (!(out->secret = value_of(l, i++, "secret", true)))
        return i;
    for (; i < l->n && l->count[i] == 3 && strcmp(l->f[i][0], "result") == 0 &&
           draw_is_hex(l->f[i][2]);
         i++)
        results[out->result_count++] = (struct closing_result){ l->f[i][1], l->f[i][2] };
    if (!(out->visits = value_of(l, i++, "visits", true)) ||
        !(out->inspectors = value_of(l, i++, "inspectors", true)) ||
        !(out->differences = value_of(l, i++, "differences", true)))
        return i;
    return i == l->n ? 0 : i + 1;
}

enum rc closing_read(struct arena *a, const char *bytes, size_t size, struct closing *out,
                     struct err *err)
{
    struct lines *l = arena_alloc(a, sizeof *l);
    struct buf again;
    *out = (struct closing){ .campaign = NULL };
    if (size > SIZE_MAX_TEXT || memchr(bytes, '\0', size))
        return malformed(err, 1, "过长，或含有空字符");
    *l = (struct lines){ .n = 0 };
    cut(l, arena_slice(a, bytes, size));
    size_t line = take(a, l, out);
    if (line)
        return malformed(err, line, "不是封存书在此处应有的内容");
    buf_init(&again, a, SIZE_MAX_TEXT);
    closing_write(&again, out);
    return again.n == size && memcmp(again.p, bytes, size) == 0
               ? RC_OK
               : malformed(err, 1, "写法与封存书的唯一写法不同");
}
