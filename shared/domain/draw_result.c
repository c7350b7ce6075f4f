#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/draw_internal.h"

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
