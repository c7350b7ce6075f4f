#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/draw_internal.h"

void draw_result_line(struct buf *out, const struct draw_pick *pick)
{
    char number[16];
    char score[DIGEST_HEX];
    (void)snprintf(number, sizeof number, "\t%u\t", (unsigned)pick->position);
    hex_encode(score, pick->score, DIGEST_SIZE);
    buf_puts(out, pick->stratum);
    buf_puts(out, number);
    buf_puts(out, pick->subject);
    buf_puts(out, pick->reserve ? "\treserve\t" : "\tselected\t");
    buf_put(out, score, DIGEST_HEX - 1);
    buf_putc(out, '\n');
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
