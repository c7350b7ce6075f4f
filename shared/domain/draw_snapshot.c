#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/draw_internal.h"

static const char magic[] = "liancha-snapshot/1\t";
enum { MAGIC_SIZE = sizeof magic - 1 };

int draw_order(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t n = a_size < b_size ? a_size : b_size;
    int order = n ? memcmp(a, b, n) : 0;
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

/* UTF-8 without control characters; one pass without a branch where all is ASCII, as nearly
   everywhere. */
static bool plain(const char *p, size_t n)
{
    unsigned char all = 0;
    unsigned char control = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        all |= c;
        control |= (unsigned char)((c < 0x20) | (c == 0x7F));
    }
    return !control && (all < 0x80 || utf8_valid(p, n));
}

static bool bars(const char *p, size_t n)
{
    unsigned char bar = 0;
    for (size_t i = 0; i < n; i++)
        bar |= (unsigned char)(p[i] == '|');
    return bar;
}

const char *draw_id_fault(const char *id, size_t n)
{
    if (n == 0 || n > DRAW_ID_MAX)
        return "抽取编号为空或过长";
    if (!plain(id, n))
        return "抽取编号含有控制字符，或不是 UTF-8";
    return NULL;
}

const char *draw_stratum_fault(const char *name, size_t n)
{
    enum { REGION = 6 };
    if (n <= REGION + 1 || n > DRAW_STRATUM_MAX || name[REGION] != '.')
        return "抽查层不是“六位区划代码.专业”";
    unsigned char other = 0;
    for (size_t i = 0; i < REGION; i++)
        other |= (unsigned char)((name[i] < '0') | (name[i] > '9'));
    for (size_t i = REGION + 1; i < n; i++) {
        unsigned char c = (unsigned char)name[i];
        bool digit = (unsigned char)(c - '0') < 10;
        bool letter = (unsigned char)(c - 'a') < 26;
        other |= (unsigned char)!(digit | letter | (c == '_'));
    }
    return other ? "抽查层不是“六位区划代码.专业”" : NULL;
}

const char *draw_line_fault(const struct draw_line *line)
{
    if (line->subject_size == 0 || line->subject_size > DRAW_SUBJECT_MAX)
        return "检查对象代码为空或过长";
    if (bars(line->subject, line->subject_size))
        return "检查对象代码含有“|”";
    if (!plain(line->subject, line->subject_size))
        return "检查对象代码含有控制字符，或不是 UTF-8";
    const char *fault = draw_stratum_fault(line->stratum, line->stratum_size);
    if (fault)
        return fault;
    if (line->weight > DRAW_WEIGHT_MAX)
        return "权重不是 0 到 255 的整数";
    if (line->reason_size > DRAW_REASON_MAX)
        return "原因过长";
    if (!plain(line->reason, line->reason_size))
        return "原因含有控制字符，或不是 UTF-8";
    if (line->weight > 0 && line->reason_size > 0)
        return "权重大于 0，却写有排除原因";
    if (line->weight == 0 && line->reason_size == 0)
        return "权重为 0，却没有排除原因";
    return NULL;
}

const char *draw_order_fault(const struct draw_line *before, const struct draw_line *line)
{
    if (!before->subject)
        return NULL;
    int order =
        draw_order(before->subject, before->subject_size, line->subject, line->subject_size);
    if (order == 0)
        order =
            draw_order(before->stratum, before->stratum_size, line->stratum, line->stratum_size);
    if (order == 0)
        return "与上一行的检查对象和抽查层相同";
    return order > 0 ? "顺序不对：应排在上一行之前" : NULL;
}

/* ---- writing ---- */

enum rc draw_write_start(struct draw_writer *writer, struct buf *out, const char *draw_id,
                         struct err *err)
{
    const char *fault = draw_id_fault(draw_id, strlen(draw_id));
    if (fault)
        return err_set(err, RC_INVALID, "/draw", "%s", fault);
    *writer = (struct draw_writer){ .out = out };
    buf_put(out, magic, MAGIC_SIZE);
    buf_puts(out, draw_id);
    buf_putc(out, '\n');
    return out->full ? err_set(err, RC_TOO_LARGE, "", "名录快照超过上限") : RC_OK;
}

static void keep(char *copy, const char *text, size_t n)
{
    memcpy(copy, text, n);
    copy[n] = '\0';
}

enum rc draw_write(struct draw_writer *writer, const char *subject, const char *stratum,
                   unsigned weight, const char *reason, struct err *err)
{
    const struct draw_line line = { subject,         stratum,        reason, strlen(subject),
                                    strlen(stratum), strlen(reason), weight };
    const struct draw_line before = { .subject = writer->lines ? writer->subject : NULL,
                                      .stratum = writer->stratum,
                                      .subject_size = strlen(writer->subject),
                                      .stratum_size = strlen(writer->stratum) };
    const char *fault = draw_line_fault(&line);
    if (!fault)
        fault = draw_order_fault(&before, &line);
    if (fault)
        return err_set(err, RC_INVALID, "", "检查对象 %.64s、抽查层 %.64s：%s", subject, stratum,
                       fault);
    struct buf *out = writer->out;
    size_t start = out->n;
    char number[12];
    (void)snprintf(number, sizeof number, "\t%u\t", weight);
    buf_put(out, subject, line.subject_size);
    buf_putc(out, '\t');
    buf_put(out, stratum, line.stratum_size);
    buf_puts(out, number);
    buf_put(out, reason, line.reason_size);
    buf_putc(out, '\n');
    if (out->full) {
        out->n = start;
        out->p[start] = '\0';
        return err_set(err, RC_TOO_LARGE, "", "名录快照超过上限");
    }
    writer->lines++;
    writer->eligible += weight > 0;
    keep(writer->subject, subject, line.subject_size);
    keep(writer->stratum, stratum, line.stratum_size);
    return RC_OK;
}

/* ---- reading ---- */

static enum rc fault_at(const struct draw_reader *reader, const char *what, struct err *err)
{
    char pointer[80];
    (void)snprintf(pointer, sizeof pointer, "line %zu, bytes %zu-%zu", reader->line_number,
                   reader->line_offset, reader->line_end);
    return err_set(err, RC_MALFORMED, pointer, "名录快照第 %zu 行（字节 %zu 至 %zu）：%s",
                   reader->line_number, reader->line_offset, reader->line_end, what);
}

/* Sets the reader's line to the next one; false when its LF is missing or it is too long. */
static bool next_line(struct draw_reader *reader)
{
    reader->line_number++;
    reader->line_offset = reader->next;
    size_t left = reader->size - reader->next;
    size_t window = left < DRAW_LINE_MAX ? left : DRAW_LINE_MAX;
    const char *end = memchr(reader->bytes + reader->next, '\n', window);
    reader->line_end = end ? (size_t)(end - reader->bytes) + 1 : reader->next + window;
    reader->next = reader->line_end;
    return end != NULL;
}

enum rc draw_read_start(struct draw_reader *reader, const char *bytes, size_t size, struct err *err)
{
    *reader = (struct draw_reader){ .bytes = bytes, .size = size };
    bool whole = size > 0 && next_line(reader);
    reader->line_number = 1;
    if (!whole || reader->line_end < MAGIC_SIZE + 1 || memcmp(bytes, magic, MAGIC_SIZE) != 0)
        return fault_at(reader, "首行不是“liancha-snapshot/1<TAB>抽取编号”", err);
    size_t n = reader->line_end - 1 - MAGIC_SIZE;
    const char *fault = draw_id_fault(bytes + MAGIC_SIZE, n);
    if (fault)
        return fault_at(reader, fault, err);
    keep(reader->draw_id, bytes + MAGIC_SIZE, n);
    return RC_OK;
}

/* Decimal 0 … 255 without leading zeros; DRAW_WEIGHT_MAX + 1 for anything else. */
static unsigned read_weight(const char *p, size_t n)
{
    unsigned value = 0;
    if (n == 0 || n > 3 || (p[0] == '0' && n > 1))
        return DRAW_WEIGHT_MAX + 1;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return DRAW_WEIGHT_MAX + 1;
        value = value * 10 + (unsigned)(p[i] - '0');
    }
    return value;
}

/* Splits [p, end) at its three TABs; false when there are fewer (a fourth is a control character
   of the reason and found there). */
static bool split(const char *p, const char *end, struct draw_line *line)
{
    const char *tabs[3];
    const char *at = p;
    for (int i = 0; i < 3; i++) {
        tabs[i] = memchr(at, '\t', (size_t)(end - at));
        if (!tabs[i])
            return false;
        at = tabs[i] + 1;
    }
    *line =
        (struct draw_line){ .subject = p,
                            .stratum = tabs[0] + 1,
                            .reason = tabs[2] + 1,
                            .subject_size = (size_t)(tabs[0] - p),
                            .stratum_size = (size_t)(tabs[1] - tabs[0] - 1),
                            .reason_size = (size_t)(end - tabs[2] - 1),
                            .weight = read_weight(tabs[1] + 1, (size_t)(tabs[2] - tabs[1] - 1)) };
    return true;
}

void draw_read_behind(struct draw_reader *reader, const char *before, size_t before_size,
                      const char *bytes, size_t size)
{
    *reader = (struct draw_reader){ .bytes = bytes, .size = size };
    (void)split(before, before + before_size - 1, &reader->line);
}

enum rc draw_read(struct draw_reader *reader, struct draw_line *line, struct err *err)
{
    if (reader->next == reader->size)
        return RC_DONE;
    if (!next_line(reader))
        return fault_at(reader, "行过长，或末行没有换行符", err);
    struct draw_line now;
    const char *p = reader->bytes + reader->line_offset;
    if (!split(p, reader->bytes + reader->line_end - 1, &now))
        return fault_at(reader, "不是四个以制表符分隔的字段", err);
    const char *fault = draw_line_fault(&now);
    if (!fault)
        fault = draw_order_fault(&reader->line, &now);
    if (fault)
        return fault_at(reader, fault, err);
    reader->line = now;
    *line = now;
    return RC_OK;
}
