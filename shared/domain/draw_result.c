#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/draw_internal.h"

/* Stratum, position, subject, kind, score, their TABs and the LF. */
enum { RESULT_LINE_MAX = DRAW_STRATUM_MAX + 10 + DRAW_SUBJECT_MAX + 8 + 2 * DIGEST_SIZE + 5 };

void draw_result_line(struct buf *out, const struct draw_pick *pick)
{
    char score[DIGEST_HEX];
    hex_encode(score, pick->score, DIGEST_SIZE);
    buf_printf(out, "%s\t%u\t%s\t%s\t%s\n", pick->stratum, (unsigned)pick->position, pick->subject,
               pick->reserve ? "reserve" : "selected", score);
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
    buf_init(&expected, a, RESULT_LINE_MAX);
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
