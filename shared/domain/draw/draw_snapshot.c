#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/draw/draw_internal.h"

static const char magic[] = "liancha-snapshot/";
enum { MAGIC_SIZE = sizeof magic - 1, HEAD_FIELDS = 5, LINE_FIELDS = 5 };

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
    if (line->facts && (line->facts_size == 0 || line->facts_size > DRAW_FACTS_MAX ||
                        !plain(line->facts, line->facts_size)))
        return "权重的依据为空、过长或含有控制字符";
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

static const char *head_fault(const struct draw_snapshot_head *head)
{
    const char *fault = draw_id_fault(head->draw_id, strlen(head->draw_id));
    if (fault || head->version == 1)
        return fault;
    size_t rules = strlen(head->rules);
    if (rules == 0 || !plain(head->rules, rules) || !draw_is_hex(head->changes))
        return "首行的权重规则或变动摘要有误";
    return NULL;
}

enum rc draw_write_start(struct draw_writer *writer, struct buf *out,
                         const struct draw_snapshot_head *head, struct err *err)
{
    const char *fault = head_fault(head);
    if (fault)
        return err_set(err, RC_INVALID, "/draw", "%s", fault);
    *writer = (struct draw_writer){ .out = out, .version = head->version };
    buf_printf(out, "%s%d\t%s", magic, head->version, head->draw_id);
    if (head->version == 2) {
        char day[DATE_TEXT];
        date_format(day, head->day);
        buf_printf(out, "\t%s\t%s\t%s", day, head->rules, head->changes);
    }
    buf_putc(out, '\n');
    return out->full ? err_set(err, RC_TOO_LARGE, "", "名录快照超过上限") : RC_OK;
}

static void keep(char *copy, const char *text, size_t n)
{
    memcpy(copy, text, n);
    copy[n] = '\0';
}

enum rc draw_write(struct draw_writer *writer, const char *subject, const char *stratum,
                   unsigned weight, const char *reason, const char *facts, struct err *err)
{
    const struct draw_line line = { .subject = subject,
                                    .stratum = stratum,
                                    .reason = reason,
                                    .facts = facts,
                                    .subject_size = strlen(subject),
                                    .stratum_size = strlen(stratum),
                                    .reason_size = strlen(reason),
                                    .facts_size = facts ? strlen(facts) : 0,
                                    .weight = weight };
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
    if (facts) {
        buf_putc(out, '\t');
        buf_put(out, facts, line.facts_size);
    }
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

/* A field of the header into out, which holds max bytes and a NUL; false when it is longer, or a
   NUL would cut it. */
static bool take_field(char *out, size_t max, const char *p, const char *end)
{
    size_t n = (size_t)(end - p);
    if (n > max || memchr(p, '\0', n))
        return false;
    keep(out, p, n);
    return true;
}

/* Splits [p, end) at its TABs into at most max fields: ends[i] is behind field i. */
static size_t fields_of(const char *p, const char *end, const char **ends, size_t max)
{
    size_t n = 0;
    while (n < max) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        ends[n++] = tab ? tab : end;
        if (!tab)
            return n;
        p = tab + 1;
    }
    return max + 1;
}

/* The header without its LF. */
static bool read_head(const char *p, const char *end, struct draw_snapshot_head *head)
{
    const char *ends[HEAD_FIELDS];
    char day[DATE_TEXT];
    size_t n = fields_of(p, end, ends, HEAD_FIELDS);
    if (n < 2 || (size_t)(ends[0] - p) != MAGIC_SIZE + 1 || memcmp(p, magic, MAGIC_SIZE) != 0)
        return false;
    head->version = p[MAGIC_SIZE] - '0';
    if (!(head->version == 1 && n == 2) && !(head->version == 2 && n == HEAD_FIELDS))
        return false;
    if (!take_field(head->draw_id, DRAW_ID_MAX, ends[0] + 1, ends[1]))
        return false;
    if (head->version == 2 &&
        (!take_field(day, sizeof day - 1, ends[1] + 1, ends[2]) || !date_parse(day, &head->day) ||
         !take_field(head->rules, DRAW_RULES_MAX, ends[2] + 1, ends[3]) ||
         !take_field(head->changes, DIGEST_HEX - 1, ends[3] + 1, ends[4])))
        return false;
    return !head_fault(head);
}

enum rc draw_read_start(struct draw_reader *reader, const char *bytes, size_t size, struct err *err)
{
    *reader = (struct draw_reader){ .bytes = bytes, .size = size };
    bool whole = size > 0 && next_line(reader);
    reader->line_number = 1;
    if (!whole || !read_head(bytes, bytes + reader->line_end - 1, &reader->head))
        return fault_at(reader, "首行不是名录快照的首行", err);
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

/* Splits [p, end) at its TABs; false when there are others than the version has. */
static bool split(const char *p, const char *end, int version, struct draw_line *line)
{
    const char *ends[LINE_FIELDS];
    size_t n = fields_of(p, end, ends, version == 1 ? LINE_FIELDS - 1 : LINE_FIELDS);
    if (n != (version == 1 ? LINE_FIELDS - 1 : LINE_FIELDS))
        return false;
    *line = (struct draw_line){
        .subject = p,
        .stratum = ends[0] + 1,
        .reason = ends[2] + 1,
        .facts = version == 1 ? NULL : ends[3] + 1,
        .subject_size = (size_t)(ends[0] - p),
        .stratum_size = (size_t)(ends[1] - ends[0] - 1),
        .reason_size = (size_t)(ends[3] - ends[2] - 1),
        .facts_size = version == 1 ? 0 : (size_t)(ends[4] - ends[3] - 1),
        .weight = read_weight(ends[1] + 1, (size_t)(ends[2] - ends[1] - 1)),
    };
    return true;
}

void draw_read_behind(struct draw_reader *reader, const char *before, size_t before_size,
                      const char *bytes, size_t size)
{
    const char *end = before + before_size - 1;
    *reader = (struct draw_reader){ .bytes = bytes, .size = size };
    if (read_head(before, end, &reader->head))
        return;
    for (reader->head.version = 2; reader->head.version > 0; reader->head.version--)
        if (split(before, end, reader->head.version, &reader->line))
            return;
    reader->head.version = 2;
}

enum rc draw_read(struct draw_reader *reader, struct draw_line *line, struct err *err)
{
    if (reader->next == reader->size)
        return RC_DONE;
    if (!next_line(reader))
        return fault_at(reader, "行过长，或末行没有换行符", err);
    struct draw_line now;
    const char *p = reader->bytes + reader->line_offset;
    if (!split(p, reader->bytes + reader->line_end - 1, reader->head.version, &now))
        return fault_at(reader, "以制表符分隔的字段数有误", err);
    const char *fault = draw_line_fault(&now);
    if (!fault)
        fault = draw_order_fault(&reader->line, &now);
    if (fault)
        return fault_at(reader, fault, err);
    reader->line = now;
    *line = now;
    return RC_OK;
}
