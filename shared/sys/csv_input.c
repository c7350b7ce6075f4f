/* The encodings of CSV: which one a stream has, and its bytes for the parser. */
#include "sys/csv_internal.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char *const encoding_names[] = { "auto",     "utf-8",    "gb18030",
                                              "utf-16le", "utf-16be", NULL };

const char *csv_encoding_name(enum csv_encoding encoding)
{
    static const char *const names[] = { "UTF-8", "UTF-8", "GB18030", "UTF-16", "UTF-16", "UTF-8" };
    return names[encoding];
}

bool csv_encoding_parse(const char *text, enum csv_encoding *encoding)
{
    int i = text_index(encoding_names, text);
    if (i >= 0)
        *encoding = (enum csv_encoding)i;
    return i >= 0;
}

enum rc csv_iconv(const char *from, iconv_t *out, struct err *err)
{
    *out = iconv_open("UTF-8", from);
    return *out != (iconv_t)-1 ? RC_OK
                               : err_set(err, RC_UNAVAILABLE, "", "系统缺少 %s 编码支持", from);
}

/* ---- which one ------------------------------------------------------------------------------- */

/* What a file's first bytes say. */
static const struct {
    const char *bytes;
    size_t size;
    enum csv_encoding encoding;
} marks[] = {
    { "\xEF\xBB\xBF", 3, CSV_UTF8 },
    { "\x84\x31\x95\x33", 4, CSV_GB18030 },
    { "\xFF\xFE", 2, CSV_UTF16LE },
    { "\xFE\xFF", 2, CSV_UTF16BE },
};

static size_t mark_size(const char *p, size_t n, enum csv_encoding *encoding)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (n >= marks[i].size && memcmp(p, marks[i].bytes, marks[i].size) == 0) {
            *encoding = marks[i].encoding;
            return marks[i].size;
        }
    return 0;
}

/* UTF-16 without a mark: each comma, digit and end of line has a byte of zero at its one side; not
   so where there are some zeros by mistake. */
static bool is_wide(const char *p, size_t n, enum csv_encoding *encoding)
{
    size_t zeros[2] = { 0, 0 };
    bool marks_seen = false;
    for (size_t i = 0; i < n; i++)
        zeros[i % 2] += p[i] == '\0';
    size_t side = zeros[1] > zeros[0];
    for (size_t i = 0; i + 1 < n; i += 2)
        marks_seen = marks_seen || (p[i + side] == '\0' && p[i + !side] != '\0' &&
                                    strchr(",;\t\r\n", p[i + !side]));
    *encoding = side ? CSV_UTF16LE : CSV_UTF16BE;
    return marks_seen && zeros[0] != zeros[1] && zeros[0] + zeros[1] >= n / 64 + 1;
}

/* Nobody's files but a mistake's; the first would be UTF-16 with many zeros. */
static bool is_utf32(const char *p, size_t n)
{
    return n >= 4 && (memcmp(p, "\xFF\xFE\0\0", 4) == 0 || memcmp(p, "\0\0\xFE\xFF", 4) == 0);
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
    char chunk[CSV_CHUNK];
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
    char head[4096];
    iconv_t convert;
    if (fseek(in, 0, SEEK_SET) != 0)
        return err_set(err, RC_INVALID, "", "须为普通文件，或指明编码");
    size_t n = fread(head, 1, sizeof head, in);
    if (is_utf32(head, n))
        return err_set(err, RC_MALFORMED, "", "是 UTF-32 文本：请另存为 UTF-8 的 CSV 或 .xlsx");
    bool known = mark_size(head, n, encoding) > 0 || is_wide(head, n, encoding);
    if (fseek(in, 0, SEEK_SET) != 0 || known)
        return RC_OK;
    *encoding = CSV_UTF8;
    if (is_text(in, consume_utf8, NULL))
        return RC_OK;
    enum rc rc = csv_iconv("GB18030", &convert, err);
    if (rc != RC_OK)
        return rc;
    bool chinese = is_text(in, consume_gb18030, convert);
    (void)iconv_close(convert);
    *encoding = CSV_GB18030;
    return chinese ? RC_OK
                   : err_set(err, RC_MALFORMED, "",
                             "既不是有效的 UTF-8 文本，也不是有效的 GB18030 文本；"
                             "指明编码后可逐行报告");
}

/* ---- its bytes ------------------------------------------------------------------------------- */

enum rc csv_input_open(struct csv_input *input, FILE *in, enum csv_encoding encoding, bool lenient,
                       struct err *err)
{
    input->in = in;
    input->wide = NULL;
    input->first = true;
    input->formulas = lenient && encoding != CSV_PLAIN;
    input->mark = marks[encoding == CSV_GB18030].bytes;
    input->separator = ',';
    input->before = '\n';
    input->raw_count = 0;
    input->kept_count = 0;
    if (encoding != CSV_UTF16LE && encoding != CSV_UTF16BE)
        return RC_OK;
    return csv_iconv(encoding == CSV_UTF16LE ? "UTF-16LE" : "UTF-16BE", &input->wide, err);
}

void csv_input_close(struct csv_input *input)
{
    if (input->wide)
        (void)iconv_close(input->wide);
}

/* n bytes of UTF-16 as UTF-8; half a pair becomes a byte that is no text, which is its row's fault.
   What the end cut is left. */
static size_t from_wide(struct csv_input *input, char *text, size_t n, bool last, size_t *left)
{
    char *p = input->raw;
    char *out = text;
    size_t room = CSV_TEXT_MAX - CSV_KEPT_MAX;
    while (iconv(input->wide, &p, &n, &out, &room) == (size_t)-1 && room > 0) {
        if (errno == EINVAL && !last)
            break;
        size_t bad = n < 2 ? n : 2;
        *out++ = '\xFF';
        room--;
        p += bad;
        n -= bad;
    }
    *left = n;
    return (size_t)(out - text);
}

/* The text of the next chunk, behind what was kept of the one before; 0 at the end. */
static size_t take_chunk(struct csv_input *input, bool *last)
{
    size_t kept = input->kept_count;
    char *text = input->text + kept;
    char *to = input->wide ? input->raw + input->raw_count : text;
    size_t room = CSV_CHUNK - input->raw_count;
    memcpy(input->text, input->kept, kept);
    input->kept_count = 0;
    size_t n = fread(to, 1, room, input->in);
    *last = n < room && (feof(input->in) || ferror(input->in));
    if (!input->wide)
        return kept + n;
    size_t left;
    size_t size = from_wide(input, text, input->raw_count + n, *last, &left);
    memmove(input->raw, to + n - left, left);
    input->raw_count = left;
    return kept + size;
}

static bool ends_field(const struct csv_input *input, char c)
{
    return c == input->separator || c == '\n' || c == '\r';
}

/*
 * Takes away what stands before a quoted field and is none of it, since a quote within a field is
 * not CSV: the sign of ="…", by which a spreadsheet keeps a code as text, and the marks of files
 * that were put together. Returns the bytes that are left.
 */
static size_t drop_before_fields(struct csv_input *input, char *p, size_t n)
{
    size_t mark = strlen(input->mark);
    char *out = p;
    char before = input->before;
    for (size_t i = 0; i < n;) {
        char *run = p + i;
        size_t left = n - i;
        size_t step = 1;
        bool begins = ends_field(input, before);
        if (begins && left >= mark && memcmp(run, input->mark, mark) == 0) {
            i += mark;
            continue;
        }
        if (begins && left > 2 && run[0] == '=' && run[1] == '"' && run[2] != '"' &&
            !ends_field(input, run[2])) {
            i++;
            continue;
        }
        while (step < left && !ends_field(input, run[step - 1]))
            step++;
        before = run[step - 1];
        if (out != run)
            memmove(out, run, step);
        out += step;
        i += step;
    }
    return (size_t)(out - p);
}

/*
 * Which mark separates: commas, the tabs of "Unicode text", or the semicolons of a spreadsheet that
 * writes commas in numbers; whichever stands most often outside of quotes, if none is named by a
 * first line of sep=;. Bytes of GB18030's characters are none of them.
 */
static char separator_of(const char *p, size_t n)
{
    static const char separators[] = ",\t;";
    static const char named[] = "sep=";
    size_t count[sizeof separators] = { 0 };
    size_t best = 0;
    bool quoted = false;
    if (n > sizeof named && strncasecmp(p, named, sizeof named - 1) == 0 &&
        strchr(separators, p[sizeof named - 1]) && strchr("\r\n", p[sizeof named]))
        return p[sizeof named - 1];
    for (size_t i = 0; i < n; i++) {
        const char *at = p[i] && !quoted ? strchr(separators, p[i]) : NULL;
        quoted = quoted != (p[i] == '"');
        if (at)
            count[at - separators]++;
    }
    for (size_t i = 1; separators[i]; i++)
        if (count[i] > count[best])
            best = i;
    return separators[best];
}

/* A sign or a mark at the end of a chunk waits for what follows it. */
static size_t keep_sign(struct csv_input *input, const char *p, size_t n)
{
    size_t kept = p[n - 1] == '=' ? 1 : n > 1 && p[n - 1] == '"' && p[n - 2] == '=' ? 2 : 0;
    for (size_t size = strlen(input->mark) - 1; !kept && size > 0; size--)
        if (n >= size && memcmp(p + n - size, input->mark, size) == 0)
            kept = size;
    input->kept_count = kept;
    n -= input->kept_count;
    memcpy(input->kept, p + n, input->kept_count);
    return n;
}

static size_t skip_mark(struct csv_input *input, size_t n)
{
    enum csv_encoding encoding;
    size_t mark = mark_size(input->text, n, &encoding);
    if (!input->first || mark < 3) /* the marks of UTF-16 are that of UTF-8 by now */
        mark = 0;
    memmove(input->text, input->text + mark, n - mark);
    if (input->first && input->formulas)
        input->separator = separator_of(input->text, n - mark);
    input->first = false;
    return n - mark;
}

size_t csv_input_next(struct csv_input *input)
{
    bool last;
    size_t n;
    do {
        n = take_chunk(input, &last);
        n = skip_mark(input, n);
        if (!input->formulas || !n)
            continue;
        if (!last)
            n = keep_sign(input, input->text, n);
        char before = n ? input->text[n - 1] : input->before;
        n = drop_before_fields(input, input->text, n);
        input->before = before;
    } while (!n && !last);
    return n;
}
