#include "sys/csv.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

enum { ROW_BYTES_MAX = 65536, CHUNK = 65536 };

struct reader {
    iconv_t convert; /* NULL: the bytes are UTF-8 */
    bool lenient;    /* a fault is its record's alone */
    csv_row_fn *fn;
    void *data;
    struct err *err;
    enum rc rc;
    long line;
    size_t count;
    size_t used;
    const char *fault;
    char *fields[CSV_COLUMNS_MAX];
    char bytes[ROW_BYTES_MAX];
};

static void refuse(struct reader *r, const char *why)
{
    if (r->rc == RC_OK)
        r->rc = err_set(r->err, RC_MALFORMED, "", "第 %ld 行：%s", r->line, why);
}

/* A fault in the text of a record. */
static void spoil(struct reader *r, const char *why)
{
    if (!r->lenient)
        refuse(r, why);
    else if (!r->fault)
        r->fault = why;
}

/* The field as UTF-8 behind those before it; false when it is no text. */
static bool take_text(struct reader *r, char *field, size_t n, size_t *size)
{
    char *to = r->bytes + r->used;
    size_t room = ROW_BYTES_MAX - r->used - 1;
    if (!r->convert) {
        if (!utf8_valid(field, n))
            return false;
        memcpy(to, field, n);
        *size = n;
        return true;
    }
    char *out = to;
    if (iconv(r->convert, &field, &n, &out, &room) == (size_t)-1 || n) {
        (void)iconv(r->convert, NULL, NULL, NULL, NULL);
        return false;
    }
    *size = (size_t)(out - to);
    return true;
}

static void on_field(void *field, size_t n, void *data)
{
    struct reader *r = data;
    if (r->rc != RC_OK || r->fault)
        return;
    size_t size = 0;
    if (r->count == CSV_COLUMNS_MAX || n > CSV_FIELD_MAX || r->used + 2 * n + 1 > ROW_BYTES_MAX) {
        spoil(r, "列数或字段长度超出上限");
        return;
    }
    if ((n && memchr(field, '\0', n)) || !take_text(r, field, n, &size)) {
        spoil(r, r->convert ? "不是有效的 GB18030 文本" : "不是有效的 UTF-8 文本");
        return;
    }
    char *to = r->bytes + r->used;
    to[size] = '\0';
    r->used += size + 1;
    r->fields[r->count++] = to;
}

static void on_row(int end, void *data)
{
    (void)end;
    struct reader *r = data;
    struct csv_row row = {
        .line = r->line, .count = r->count, .fields = r->fields, .fault = r->fault
    };
    if (r->rc == RC_OK && (r->count || r->fault))
        r->rc = r->fn(r->data, &row, r->err);
    r->line++;
    r->count = 0;
    r->used = 0;
    r->fault = NULL;
}

static enum rc read_all(struct reader *r, FILE *in)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return err_set(r->err, RC_INTERNAL, "", "CSV 解析器无法启动");
    char chunk[CHUNK];
    bool first = true;
    size_t n;
    while (r->rc == RC_OK && (n = fread(chunk, 1, sizeof chunk, in)) > 0) {
        const char *p = chunk;
        if (first && n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
            p += 3;
            n -= 3;
        }
        first = false;
        if (csv_parse(&parser, p, n, on_field, on_row, r) != n)
            refuse(r, "引号使用有误");
    }
    if (r->rc == RC_OK && ferror(in))
        r->rc = err_set(r->err, RC_UNAVAILABLE, "", "文件读取失败");
    if (r->rc == RC_OK && csv_fini(&parser, on_field, on_row, r) != 0)
        refuse(r, "引号未闭合");
    csv_free(&parser);
    return r->rc;
}

static enum rc read_as(FILE *in, enum csv_encoding encoding, bool lenient, csv_row_fn *fn,
                       void *data, struct err *err)
{
    struct reader r;
    r.convert = NULL;
    r.lenient = lenient;
    r.fn = fn;
    r.data = data;
    r.err = err;
    r.rc = RC_OK;
    r.line = 1;
    r.count = 0;
    r.used = 0;
    r.fault = NULL;
    if (encoding == CSV_GB18030) {
        r.convert = iconv_open("UTF-8", "GB18030");
        if (r.convert == (iconv_t)-1)
            return err_set(err, RC_UNAVAILABLE, "", "系统缺少 GB18030 编码支持");
    }
    enum rc rc = read_all(&r, in);
    if (r.convert)
        (void)iconv_close(r.convert);
    return rc;
}

enum rc csv_read_as(FILE *in, enum csv_encoding encoding, csv_row_fn *fn, void *data,
                    struct err *err)
{
    return read_as(in, encoding, true, fn, data, err);
}

enum rc csv_read(FILE *in, csv_row_fn *fn, void *data, struct err *err)
{
    return read_as(in, CSV_UTF8, false, fn, data, err);
}

/* ---- encodings -------------------------------------------------------------------------------- */

static const char *const encoding_names[] = { "auto", "utf-8", "gb18030", NULL };

const char *csv_encoding_name(enum csv_encoding encoding)
{
    return encoding == CSV_GB18030 ? "GB18030" : "UTF-8";
}

bool csv_encoding_parse(const char *text, enum csv_encoding *encoding)
{
    int i = text_index(encoding_names, text);
    if (i >= 0)
        *encoding = (enum csv_encoding)i;
    return i >= 0;
}

/* Consumes whole characters of the n bytes; returns the bytes that are left, or -1 for no text. */
typedef int consume_fn(iconv_t convert, char *p, size_t n);

static int consume_utf8(iconv_t convert, char *p, size_t n)
{
    (void)convert;
    for (size_t left = 0; left <= 3 && left <= n; left++)
        if (utf8_valid(p, n - left))
            return (int)left;
    return -1;
}

static int consume_gb18030(iconv_t convert, char *p, size_t n)
{
    char scratch[4096];
    while (n) {
        char *out = scratch;
        size_t room = sizeof scratch;
        if (iconv(convert, &p, &n, &out, &room) != (size_t)-1 || errno == E2BIG)
            continue;
        return errno == EINVAL && n < 4 ? (int)n : -1;
    }
    return 0;
}

/* Whether the whole stream is such text; then it is at its beginning again. */
static bool is_text(FILE *in, consume_fn *consume, iconv_t convert)
{
    char chunk[CHUNK];
    int left = 0;
    size_t n;
    while (left >= 0 && (n = fread(chunk + left, 1, sizeof chunk - (size_t)left, in)) > 0) {
        size_t have = n + (size_t)left;
        left = consume(convert, chunk, have);
        if (left > 0)
            memmove(chunk, chunk + have - (size_t)left, (size_t)left);
    }
    return fseek(in, 0, SEEK_SET) == 0 && left == 0;
}

enum rc csv_detect(FILE *in, enum csv_encoding *encoding, struct err *err)
{
    if (fseek(in, 0, SEEK_SET) != 0)
        return err_set(err, RC_INVALID, "", "须为普通文件，或指明编码");
    char bom[3];
    bool marked = fread(bom, 1, 3, in) == 3 && memcmp(bom, "\xEF\xBB\xBF", 3) == 0;
    *encoding = CSV_UTF8;
    if (fseek(in, 0, SEEK_SET) != 0 || marked || is_text(in, consume_utf8, NULL))
        return RC_OK;
    iconv_t convert = iconv_open("UTF-8", "GB18030");
    if (convert == (iconv_t)-1)
        return err_set(err, RC_UNAVAILABLE, "", "系统缺少 GB18030 编码支持");
    bool chinese = is_text(in, consume_gb18030, convert);
    (void)iconv_close(convert);
    *encoding = CSV_GB18030;
    return chinese ? RC_OK
                   : err_set(err, RC_MALFORMED, "",
                             "既不是有效的 UTF-8 文本，也不是有效的 GB18030 文本；"
                             "指明编码后可逐行报告");
}

enum rc csv_header(const struct csv_row *row, const char *const *names, unsigned optional,
                   int *positions, struct err *err)
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
        if (positions[i] < 0 && !(optional >> i & 1))
            return err_set(err, RC_INVALID, names[i], "表头缺少列“%s”", names[i]);
    return RC_OK;
}
