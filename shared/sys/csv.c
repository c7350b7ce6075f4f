#include "sys/csv.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

enum { ROW_BYTES_MAX = 65536 };

struct reader {
    csv_row_fn *fn;
    void *data;
    struct err *err;
    enum rc rc;
    long line;
    size_t count;
    size_t used;
    char *fields[CSV_COLUMNS_MAX];
    char bytes[ROW_BYTES_MAX];
};

static void refuse(struct reader *r, const char *why)
{
    if (r->rc == RC_OK)
        r->rc = err_set(r->err, RC_MALFORMED, "", "第 %ld 行：%s", r->line, why);
}

static void on_field(void *field, size_t n, void *data)
{
    struct reader *r = data;
    if (r->rc != RC_OK)
        return;
    if (r->count == CSV_COLUMNS_MAX || n > CSV_FIELD_MAX || r->used + n + 1 > ROW_BYTES_MAX) {
        refuse(r, "列数或字段长度超出上限");
        return;
    }
    if (!utf8_valid(field, n) || memchr(field, '\0', n)) {
        refuse(r, "不是有效的 UTF-8 文本");
        return;
    }
    char *to = r->bytes + r->used;
    memcpy(to, field, n);
    to[n] = '\0';
    r->used += n + 1;
    r->fields[r->count++] = to;
}

static void on_row(int end, void *data)
{
    (void)end;
    struct reader *r = data;
    struct csv_row row = { .line = r->line, .count = r->count, .fields = r->fields };
    if (r->rc == RC_OK && r->count)
        r->rc = r->fn(r->data, &row, r->err);
    r->line++;
    r->count = 0;
    r->used = 0;
}

enum rc csv_read(FILE *in, csv_row_fn *fn, void *data, struct err *err)
{
    struct reader r;
    r.fn = fn;
    r.data = data;
    r.err = err;
    r.rc = RC_OK;
    r.line = 1;
    r.count = 0;
    r.used = 0;
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return err_set(err, RC_INTERNAL, "", "CSV 解析器无法启动");
    char chunk[65536];
    bool first = true;
    size_t n;
    while (r.rc == RC_OK && (n = fread(chunk, 1, sizeof chunk, in)) > 0) {
        const char *p = chunk;
        if (first && n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
            p += 3;
            n -= 3;
        }
        first = false;
        if (csv_parse(&parser, p, n, on_field, on_row, &r) != n)
            refuse(&r, "引号使用有误");
    }
    if (r.rc == RC_OK && ferror(in))
        r.rc = err_set(err, RC_UNAVAILABLE, "", "文件读取失败");
    if (r.rc == RC_OK && csv_fini(&parser, on_field, on_row, &r) != 0)
        refuse(&r, "引号未闭合");
    csv_free(&parser);
    return r.rc;
}

enum rc csv_header(const struct csv_row *row, const char *const *names, int *positions,
                   struct err *err)
{
    size_t wanted = 0;
    for (; names[wanted]; wanted++)
        positions[wanted] = -1;
    for (size_t i = 0; i < row->count; i++) {
        int at = text_index(names, text_trim(row->fields[i]));
        if (at < 0)
            return err_set(err, RC_INVALID, row->fields[i], "表头有未知的列“%.60s”",
                           row->fields[i]);
        if (positions[at] >= 0)
            return err_set(err, RC_INVALID, names[at], "表头的列“%s”重复", names[at]);
        positions[at] = (int)i;
    }
    for (size_t i = 0; i < wanted; i++)
        if (positions[i] < 0)
            return err_set(err, RC_INVALID, names[i], "表头缺少列“%s”", names[i]);
    return RC_OK;
}
