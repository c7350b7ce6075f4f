#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/glyph.h"
#include "sys/csv.h"

struct seen {
    struct buf text;
    int rows;
    int faults;
};

static enum rc on_row(void *data, const struct csv_row *row, struct err *err)
{
    struct seen *seen = data;
    (void)err;
    seen->rows++;
    seen->faults += row->fault != NULL;
    for (size_t i = 0; !row->fault && i < row->count; i++)
        buf_printf(&seen->text, "%s|", row->fields[i]);
    return RC_OK;
}

/* Reads bytes as detected, or as told; what the fields were. */
static enum rc read(struct arena *a, const char *bytes, size_t n, enum csv_encoding encoding,
                    struct seen *seen)
{
    struct err err;
    *seen = (struct seen){ .rows = 0 };
    buf_init(&seen->text, a, 1 << 24);
    FILE *in = fmemopen(arena_memdup(a, bytes, n), n, "r");
    assert_non_null(in);
    enum rc rc = encoding == CSV_DETECT ? csv_detect(in, &encoding, &err) : RC_OK;
    if (rc == RC_OK)
        rc = csv_read_as(in, encoding, on_row, seen, &err);
    (void)fclose(in);
    return rc;
}

#define READ(a, text, encoding, seen) read(a, text, sizeof(text) - 1, encoding, seen)

/* 名称,"a,b" and a four-byte character, 𠮷. */
#define GB "\xC3\xFB\xB3\xC6,\"a,b\",\x95\x34\xB2\x35\n"
#define UTF "名称,\"a,b\",𠮷\n"

static void the_encoding_is_found(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)256 << 20);
    struct seen seen;
    assert_int_equal(READ(a, UTF, CSV_DETECT, &seen), RC_OK);
    assert_string_equal(seen.text.p, "名称|a,b|𠮷|");
    assert_int_equal(READ(a, "\xEF\xBB\xBF" UTF, CSV_DETECT, &seen), RC_OK);
    assert_string_equal(seen.text.p, "名称|a,b|𠮷|");
    assert_int_equal(READ(a, GB, CSV_DETECT, &seen), RC_OK);
    assert_string_equal(seen.text.p, "名称|a,b|𠮷|");
    assert_int_equal(READ(a, "\x84\x31\x95\x33" GB, CSV_DETECT, &seen), RC_OK);
    assert_string_equal(seen.text.p, "名称|a,b|𠮷|");
    assert_int_equal(READ(a, "\xFF\xFF\n", CSV_DETECT, &seen), RC_MALFORMED);
    assert_int_equal(READ(a, "\xEF\xBB\xBF\xC3\xFB\n名\n", CSV_DETECT, &seen), RC_OK);
    assert_int_equal(seen.faults, 1);
    arena_free(a);
}

/* Characters that the reading cuts in two, at every place of a chunk. */
static void long_files_are_cut_between_characters(void **state)
{
    (void)state;
    enum { LINES = 20000 };
    for (size_t shift = 0; shift < 4; shift++) {
        struct arena *a = arena_new((size_t)256 << 20);
        struct buf utf;
        struct buf gb;
        struct seen from_utf;
        struct seen from_gb;
        buf_init(&utf, a, 1 << 24);
        buf_init(&gb, a, 1 << 24);
        for (size_t i = 0; i < shift; i++) {
            buf_putc(&utf, 'x');
            buf_putc(&gb, 'x');
        }
        for (int i = 0; i < LINES; i++) {
            buf_puts(&utf, UTF);
            buf_puts(&gb, GB);
        }
        assert_int_equal(read(a, utf.p, utf.n, CSV_DETECT, &from_utf), RC_OK);
        assert_int_equal(read(a, gb.p, gb.n, CSV_DETECT, &from_gb), RC_OK);
        assert_int_equal(from_gb.rows, LINES);
        assert_string_equal(from_utf.text.p, from_gb.text.p);
        arena_free(a);
    }
}

static void a_fault_is_its_lines_alone(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)256 << 20);
    struct seen seen;
    assert_int_equal(READ(a, "a\n\xFF\nb\n", CSV_GB18030, &seen), RC_OK);
    assert_int_equal(seen.rows, 3);
    assert_int_equal(seen.faults, 1);
    assert_string_equal(seen.text.p, "a|b|");
    assert_int_equal(READ(a, "a\n\xC3\nb\n", CSV_UTF8, &seen), RC_OK);
    assert_int_equal(seen.faults, 1);
    assert_int_equal(READ(a, "a\n\"b\n", CSV_UTF8, &seen), RC_MALFORMED);
    char *wide = arena_alloc(a, 2 * CSV_FIELD_MAX);
    memset(wide, 'x', CSV_FIELD_MAX + 1);
    memcpy(wide + CSV_FIELD_MAX + 1, "\nb\n", 3);
    assert_int_equal(read(a, wide, CSV_FIELD_MAX + 4, CSV_UTF8, &seen), RC_OK);
    assert_int_equal(seen.faults, 1);
    assert_string_equal(seen.text.p, "b|");
    arena_free(a);
}

/* Each row with its number, as a spreadsheet shows it. */
static enum rc on_line(void *data, const struct csv_row *row, struct err *err)
{
    struct seen *seen = data;
    (void)err;
    buf_printf(&seen->text, "%ld:%s ", row->line, row->fault ? "?" : row->fields[0]);
    return RC_OK;
}

static const char *lines_of(struct arena *a, const char *text)
{
    struct seen seen;
    struct err err;
    buf_init(&seen.text, a, 1 << 20);
    FILE *in = fmemopen(arena_strdup(a, text), strlen(text), "r");
    assert_non_null(in);
    assert_int_equal(csv_read_as(in, CSV_UTF8, on_line, &seen, &err), RC_OK);
    (void)fclose(in);
    return seen.text.p;
}

/* Titles over a padded sheet, a mistaken byte of zero, a form that nobody has. */
static void what_holds_nothing_is_no_column_and_a_zero_no_encoding(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)64 << 20);
    struct seen seen;
    struct buf csv;
    buf_init(&csv, a, 1 << 20);
    buf_puts(&csv, "a");
    for (int i = 0; i < 300; i++)
        buf_puts(&csv, i % 3 ? "," : i % 2 ? ",\" \"" : ",　");
    buf_puts(&csv, "\nb\n");
    assert_int_equal(read(a, csv.p, csv.n, CSV_DETECT, &seen), RC_OK);
    assert_int_equal(seen.faults, 0);
    assert_int_equal(seen.rows, 2);
    buf_puts(&csv, "c");
    for (int i = 0; i < 300; i++)
        buf_puts(&csv, ",");
    buf_puts(&csv, "x\nd\n");
    assert_int_equal(read(a, csv.p, csv.n, CSV_DETECT, &seen), RC_OK);
    assert_int_equal(seen.faults, 1);
    assert_int_equal(READ(a, "序号,名称\n1,合成\0甲\n2,乙\n", CSV_DETECT, &seen), RC_OK);
    assert_int_equal(seen.faults, 1);
    assert_string_equal(seen.text.p, "序号|名称|2|乙|");
    assert_int_equal(READ(a, "a,b\0\0\n1\0\0,2\n\x1A", CSV_DETECT, &seen), RC_OK);
    assert_int_equal(seen.faults, 0);
    assert_string_equal(seen.text.p, "a|b|1|2||");
    assert_int_equal(READ(a, "a\n1\n\0\0\0\0\0\0", CSV_DETECT, &seen), RC_OK);
    assert_int_equal(seen.faults, 0);
    assert_int_equal(READ(a, "\xFF\xFE\0\0a\0\0\0", CSV_DETECT, &seen), RC_MALFORMED);
    arena_free(a);
}

static void rows_count_as_in_a_spreadsheet(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "a\nb\n", "1:a 2:b " },         { "a\r\nb\r\n", "1:a 2:b " },
        { "a\rb\r", "1:a 2:b " },         { "a\n\n\nb", "1:a 4:b " },
        { "a\r\n\r\n\r\nb", "1:a 4:b " }, { "a\r\r\rb", "1:a 4:b " },
        { "\r\n\na\n", "3:a " },          { "\"a\n\n\",x\nb\n", "1:a\n\n 2:b " },
        { "a\n \t\nb", "1:a 2: 3:b " },   { "a\n\xFF\n\nb", "1:a 2:? 4:b " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new((size_t)16 << 20);
        assert_string_equal(lines_of(a, cases[i][0]), cases[i][1]);
        arena_free(a);
    }
}

/* UTF-16 of ASCII and what else test text has, most significant byte first or last. */
static size_t wide(const char *utf, bool big, bool mark, char *out)
{
    size_t n = 0;
    const char *from = utf;
    size_t left = strlen(utf);
    size_t step;
    uint32_t code = 0xFEFF;
    for (; mark || left; mark = false) {
        if (!mark) {
            step = glyph_read(from, left, &code);
            from += step;
            left -= step;
        }
        uint32_t units[2] = { code, 0 };
        if (code > 0xFFFF) {
            units[0] = 0xD7C0 + (code >> 10);
            units[1] = 0xDC00 + (code & 0x3FF);
        }
        for (int i = 0; i < 2 && (i == 0 || units[1]); i++) {
            out[n++] = (char)(big ? units[i] >> 8 : units[i] & 0xFF);
            out[n++] = (char)(big ? units[i] & 0xFF : units[i] >> 8);
        }
    }
    return n;
}

static void utf_16_is_read_with_and_without_its_mark(void **state)
{
    (void)state;
    char bytes[4096];
    for (int form = 0; form < 4; form++) {
        struct arena *a = arena_new((size_t)16 << 20);
        struct seen seen;
        size_t n = wide(UTF "a\tb,c\n", form & 1, form & 2, bytes);
        assert_int_equal(read(a, bytes, n, CSV_DETECT, &seen), RC_OK);
        assert_string_equal(seen.text.p, "名称|a,b|𠮷|a\tb|c|");
        /* Half a pair is its row's fault. */
        bytes[n - 4] = form & 1 ? '\xD8' : 'c';
        bytes[n - 3] = form & 1 ? 'c' : '\xD8';
        assert_int_equal(read(a, bytes, n, CSV_DETECT, &seen), RC_OK);
        assert_int_equal(seen.faults, 1);
        assert_string_equal(seen.text.p, "名称|a,b|𠮷|");
        arena_free(a);
    }
}

static void the_mark_that_prevails_separates_and_nothing_stands_before_quotes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "a\tb,c\td\n", "a|b,c|d|" },
        { "a,b\tc,d\n", "a|b\tc|d|" },
        { "=\"01\",=\"02\"\n=\"03\"", "01|02|03|" },
        { "\"=\"\"01\"\"\",x\n", "=\"01\"|x|" },
        { "\xEF\xBB\xBF=\"01\"\t=\"02\"\r\n", "01|02|" },
        { "\"a=\",\"=\"\n", "a=|=|" },
        { "a;b,c;d\n\"1,1,1,1\";2;3\n", "a|b,c|d|1,1,1,1|2|3|" },
        { "a,b;c;d,e,f\n", "a|b;c;d|e|f|" },
        { "sep=;\r\na,b,c;d\r\n", "sep=||a,b,c|d|" },
        { "SEP=\t\na;b;c\td\n", "SEP=||a;b;c|d|" },
        { "\xEF\xBB\xBF\xEF\xBB\xBF\"a\",b\n\xEF\xBB\xBF\"c\",\xEF\xBB\xBF\"d\"\n", "a|b|c|d|" },
        { "\x84\x31\x95\x33\xC3\xFB,b\n\x84\x31\x95\x33\"c\",\xEF\xBB\xBF\xEF\n", "名|b|c|锘匡|" },
        /* A quote within a field that began without one is its own; behind a closed one it is not
           known where fields end. */
        { "a\"b\n", "a\"b|" },
        { "1,合成\"甲\"店,x\n2,\"b\"\"c\" ,y\n", "1|合成\"甲\"店|x|2|b\"c|y|" },
        { "5\",\"a,b\"\n\"c\nd\",6\"\n", "5\"|a,b|c\nd|6\"|" },
        { "\"a\"b,c\n", NULL },
        { "\"a\" b\n", NULL },
        { "\"a\" \"b\"\n", NULL },
        { "a\n\"b,c\nd,e\n", NULL },
    };
    struct arena *a = arena_new((size_t)256 << 20);
    struct seen seen;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum rc rc = read(a, cases[i][0], strlen(cases[i][0]), CSV_DETECT, &seen);
        assert_int_equal(rc, cases[i][1] ? RC_OK : RC_MALFORMED);
        if (cases[i][1])
            assert_string_equal(seen.text.p, cases[i][1]);
    }
    /* … wherever a chunk ends. */
    for (size_t shift = 0; shift < 8; shift++) {
        enum { LINES = 12000 };
        struct buf csv;
        buf_init(&csv, a, 1 << 20);
        for (size_t i = 0; i < shift; i++)
            buf_putc(&csv, 'x');
        buf_puts(&csv, ",y\n");
        for (int i = 0; i < LINES; i++)
            buf_puts(&csv, "a,=\"0\"\r\n\xEF\xBB\xBF\"b\"\n");
        assert_int_equal(read(a, csv.p, csv.n, CSV_DETECT, &seen), RC_OK);
        assert_null(strpbrk(seen.text.p, "=\xEF"));
        assert_int_equal(seen.rows, 2 * LINES + 1);
    }
    arena_free(a);
}

static void columns_may_be_optional(void **state)
{
    (void)state;
    static const char *const names[] = { "a", "b", "c", NULL };
    char *fields[] = { (char[]){ "c" }, (char[]){ " a " } };
    const struct csv_row row = { .line = 1, .count = 2, .fields = fields };
    int positions[3];
    struct err err;
    assert_int_equal(csv_header(&row, names, 1U << 1, positions, &err), RC_OK);
    assert_int_equal(positions[0], 1);
    assert_int_equal(positions[1], -1);
    assert_int_equal(positions[2], 0);
    assert_int_equal(csv_header(&row, names, 0, positions, &err), RC_INVALID);
    assert_string_equal(err.pointer, "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_encoding_is_found),
        cmocka_unit_test(long_files_are_cut_between_characters),
        cmocka_unit_test(a_fault_is_its_lines_alone),
        cmocka_unit_test(what_holds_nothing_is_no_column_and_a_zero_no_encoding),
        cmocka_unit_test(rows_count_as_in_a_spreadsheet),
        cmocka_unit_test(utf_16_is_read_with_and_without_its_mark),
        cmocka_unit_test(the_mark_that_prevails_separates_and_nothing_stands_before_quotes),
        cmocka_unit_test(columns_may_be_optional),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
