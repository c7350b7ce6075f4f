#include "sys/csv.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "base/glyph.h"
#include "base/text.h"
#include "sys/csv_internal.h"

enum { ROW_BYTES_MAX = 65536 };

struct reader {
    iconv_t convert; /* NULL: the bytes are UTF-8 */
    bool lenient;    /* a fault is its record's alone */
    bool after_cr;   /* a line feed that comes now ends no line of its own */
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

/* Sheets are padded with columns that hold nothing, or blanks. */
static bool holds_nothing(struct reader *r, char *field, size_t n)
{
    enum { BLANKS_MAX = 64 };
    size_t size = 0;
    if (n > BLANKS_MAX || r->used + 2 * n + 1 > ROW_BYTES_MAX || memchr(field, '\0', n))
        return n == 0;
    if (!take_text(r, field, n, &size))
        return false;
    r->bytes[r->used + size] = '\0';
    return text_blank(r->bytes + r->used);
}

/* Old programs fill fields and files up with zeros, and write the end of a file of DOS. */
static size_t without_end(const char *field, size_t n)
{
    enum { END_OF_FILE = 0x1A };
    while (n && (!field[n - 1] || field[n - 1] == END_OF_FILE))
        n--;
    return n;
}

static void on_field(void *field, size_t n, void *data)
{
    struct reader *r = data;
    if (r->rc != RC_OK || r->fault)
        return;
    size_t size = 0;
    if (r->lenient)
        n = without_end(field, n);
    if (r->count == CSV_COLUMNS_MAX && holds_nothing(r, field, n))
        return;
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
    struct reader *r = data;
    bool half = end == '\n' && r->after_cr && !r->count && !r->fault;
    r->after_cr = end == '\r';
    if (half)
        return;
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

/* Where in a field the reading is. */
enum place { BEFORE, PLAIN, QUOTED, CLOSED, BEHIND };

static enum place follow(enum place at, char c, char separator)
{
    if (at == QUOTED)
        return c == '"' ? CLOSED : QUOTED;
    if (c == '"')
        return at == BEFORE || at == CLOSED ? QUOTED : at;
    if (c == separator || c == '\n' || c == '\r')
        return BEFORE;
    if (c == ' ' || c == '\t')
        return at == CLOSED ? BEHIND : at;
    return at == BEFORE ? PLAIN : at;
}

/*
 * How many of the bytes may be read: all, but where text stands behind the quote that closed a
 * field, as then nothing is sure of where fields end. A quote within a field that began without one
 * (合成"甲"店) is its own, as for a spreadsheet; that the parser knows when it is not strict.
 */
static size_t sound(enum place *at, const char *p, size_t n, char separator)
{
    for (size_t i = 0; i < n; i++) {
        enum place now = follow(*at, p[i], separator);
        bool within = (*at == CLOSED && now == CLOSED) || (*at == BEHIND && now == BEHIND);
        if (within && p[i] != ' ' && p[i] != '\t')
            return i;
        *at = now;
    }
    return n;
}

static enum rc read_all(struct reader *r, struct csv_input *input)
{
    struct csv_parser parser;
    enum place at = BEFORE;
    unsigned char strict = input->formulas ? 0 : CSV_STRICT;
    if (csv_init(&parser, (unsigned char)(strict | CSV_STRICT_FINI | CSV_REPALL_NL)) != 0)
        return err_set(r->err, RC_INTERNAL, "", "CSV 解析器无法启动");
    size_t n;
    while (r->rc == RC_OK && (n = csv_input_next(input)) > 0) {
        csv_set_delim(&parser, (unsigned char)input->separator);
        size_t good = strict ? n : sound(&at, input->text, n, input->separator);
        if (csv_parse(&parser, input->text, good, on_field, on_row, r) != good || good < n)
            refuse(r, "引号使用有误");
    }
    if (r->rc == RC_OK && ferror(input->in))
        r->rc = err_set(r->err, RC_UNAVAILABLE, "", "文件读取失败");
    if (r->rc == RC_OK && at == QUOTED)
        refuse(r, "引号未闭合");
    if (r->rc == RC_OK && csv_fini(&parser, on_field, on_row, r) != 0)
        refuse(r, "引号未闭合");
    csv_free(&parser);
    return r->rc;
}

static enum rc read_as(FILE *in, enum csv_encoding encoding, bool lenient, csv_row_fn *fn,
                       void *data, struct err *err)
{
    struct reader r;
    struct csv_input input;
    r.convert = NULL;
    r.lenient = lenient;
    r.after_cr = false;
    r.fn = fn;
    r.data = data;
    r.err = err;
    r.rc = RC_OK;
    r.line = 1;
    r.count = 0;
    r.used = 0;
    r.fault = NULL;
    enum rc rc = encoding == CSV_GB18030 ? csv_iconv("GB18030", &r.convert, err) : RC_OK;
    if (rc != RC_OK)
        return rc;
    rc = csv_input_open(&input, in, encoding, lenient, err);
    if (rc == RC_OK)
        rc = read_all(&r, &input);
    csv_input_close(&input);
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
