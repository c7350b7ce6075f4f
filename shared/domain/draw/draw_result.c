#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/draw/draw_internal.h"

/* Appends at p, and returns the end. */
static char *put(char *p, const char *text)
{
    size_t n = strlen(text);
    memcpy(p, text, n);
    return p + n;
}

static char *put_number(char *p, uint32_t number)
{
    char digits[10];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (n)
        *p++ = digits[--n];
    return p;
}

void draw_result_line(struct buf *out, const struct draw_pick *pick)
{
    char line[DRAW_RESULT_LINE_MAX + 1];
    char *p = put(line, pick->stratum);
    *p++ = '\t';
    p = put_number(p, pick->position);
    *p++ = '\t';
    p = put(p, pick->subject);
    p = put(p, pick->reserve ? "\treserve\t" : "\tselected\t");
    hex_encode(p, pick->score, DIGEST_SIZE);
    p += DIGEST_HEX - 1;
    *p++ = '\n';
    buf_put(out, line, (size_t)(p - line));
}

static enum rc differs(size_t number, size_t from, size_t to, const char *what, struct err *err)
{
    char pointer[80];
    (void)snprintf(pointer, sizeof pointer, "line %zu, bytes %zu-%zu", number, from, to);
    return err_set(err, RC_CHECKSUM, pointer, "结果文件第 %zu 行（字节 %zu 至 %zu）：%s", number,
                   from, to, what);
}

enum rc draw_result_compare(struct arena *a, const char *text, size_t size,
                            const struct draw_result *result, struct err *err)
{
    struct buf expected;
    buf_init(&expected, a, DRAW_RESULT_LINE_MAX);
    size_t at = 0;
    for (size_t i = 0; i < result->count; i++) {
        const struct draw_pick *pick = &result->picks[i];
        buf_clear(&expected);
        draw_result_line(&expected, pick);
        const char *end = at < size ? memchr(text + at, '\n', size - at) : NULL;
        size_t next = end ? (size_t)(end - text) + 1 : size;
        if (next - at != expected.n || memcmp(text + at, expected.p, expected.n) != 0) {
            const char *what = arena_printf(a, "按规则应为抽查层 %s 第 %u 位 %s（%s）",
                                            pick->stratum, (unsigned)pick->position, pick->subject,
                                            pick->reserve ? "备选" : "抽中");
            return differs(i + 1, at, next, what, err);
        }
        at = next;
    }
    if (at < size)
        return differs(result->count + 1, at, size, "按规则结果到此为止，其后多出内容", err);
    return RC_OK;
}

/* ---- with the reserves as digests ---- */

/* The parts' digest, joined by '|'. */
static void digest_joined(enum draw_rule rule, const char *const *parts, size_t n,
                          char out[DIGEST_HEX])
{
    uint8_t hash[DIGEST_SIZE];
    struct digest *digest = digest_new(draw_digest(rule));
    for (size_t i = 0; i < n; i++) {
        digest_update(digest, "|", i > 0);
        digest_update(digest, parts[i], strlen(parts[i]));
    }
    digest_final(digest, hash);
    digest_free(digest);
    hex_encode(out, hash, sizeof hash);
}

void draw_opening(enum draw_rule rule, const char *secret, const char *draw, const char *stratum,
                  uint32_t position, char out[DIGEST_HEX])
{
    enum { PARTS = 5 };
    char number[INT_TEXT];
    const char *const parts[PARTS] = { secret, "reserve", draw, stratum, number };
    (void)int_format(number, (int64_t)position);
    digest_joined(rule, parts, PARTS, out);
}

void draw_drawn_head(struct buf *out, const char *draw)
{
    buf_printf(out, "liancha-drawn/1\t%s\n", draw);
}

void draw_drawn_line(struct buf *out, enum draw_rule rule, const char *secret, const char *draw,
                     const struct draw_pick *pick)
{
    enum { PARTS = 5 };
    char number[INT_TEXT];
    char hex[DIGEST_HEX];
    const char *const parts[PARTS] = { hex, draw, pick->stratum, number, pick->subject };
    (void)int_format(number, (int64_t)pick->position);
    if (pick->reserve) {
        draw_opening(rule, secret, draw, pick->stratum, pick->position, hex);
        digest_joined(rule, parts, PARTS, hex);
    }
    buf_printf(out, "%s\t%s\t%s\t%s\n", pick->stratum, number, pick->reserve ? hex : pick->subject,
               pick->reserve ? "reserve" : "selected");
}

static enum rc drawn_differs(size_t number, struct err *err)
{
    char pointer[32];
    (void)snprintf(pointer, sizeof pointer, "line %zu", number);
    return err_set(err, RC_CHECKSUM, pointer, "随抽取公开的名单与结果不符");
}

enum rc draw_drawn_compare(struct arena *a, const char *text, size_t size, enum draw_rule rule,
                           const char *secret, const struct draw_result *result, struct err *err)
{
    struct buf expected;
    size_t at = 0;
    buf_init(&expected, a, DRAW_RESULT_LINE_MAX);
    draw_drawn_head(&expected, result->draw_id);
    for (size_t i = 0; i <= result->count; i++) {
        if (size - at < expected.n || memcmp(text + at, expected.p, expected.n) != 0)
            return drawn_differs(i + 1, err);
        at += expected.n;
        buf_clear(&expected);
        if (i < result->count)
            draw_drawn_line(&expected, rule, secret, result->draw_id, &result->picks[i]);
    }
    return at == size ? RC_OK : drawn_differs(result->count + 2, err);
}
