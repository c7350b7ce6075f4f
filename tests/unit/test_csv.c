#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
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
        cmocka_unit_test(columns_may_be_optional),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
