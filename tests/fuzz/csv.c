/* A file to import: rows within their caps; written again, all quoted, they are the same rows. Read
   as what an official has, its rows ascend, and a field is text or its row has a fault. */
#include "sys/csv.h"

#include "base/buf.h"
#include "base/text.h"
#include "fuzz.h"

/* The rows so far: as lengths and bytes, to compare, and as CSV. */
struct rows {
    struct buf plain;
    struct buf csv;
};

static void put_field(struct rows *rows, const char *field, bool first)
{
    buf_printf(&rows->plain, "%zu:", strlen(field));
    buf_puts(&rows->plain, field);
    buf_puts(&rows->csv, first ? "\"" : ",\"");
    for (; *field; field++)
        buf_printf(&rows->csv, *field == '"' ? "\"%c" : "%c", *field);
    buf_putc(&rows->csv, '"');
}

static enum rc on_row(void *data, const struct csv_row *row, struct err *err)
{
    (void)err;
    struct rows *rows = data;
    FUZZ_EXPECT(row->count > 0 && row->count <= CSV_COLUMNS_MAX && row->line > 0);
    for (size_t i = 0; i < row->count; i++) {
        size_t n = strlen(row->fields[i]);
        FUZZ_EXPECT(n <= CSV_FIELD_MAX && utf8_valid(row->fields[i], n));
        put_field(rows, row->fields[i], i == 0);
    }
    buf_putc(&rows->plain, '\n');
    buf_puts(&rows->csv, "\r\n");
    return RC_OK;
}

static enum rc read_rows(struct arena *a, const char *bytes, size_t size, struct rows *rows)
{
    struct err err = { .rc = RC_OK };
    char *copy = fuzz_bytes(bytes, size);
    FILE *in = fmemopen(copy, size, "r");
    if (!in)
        abort();
    buf_init(&rows->plain, a, FUZZ_ARENA);
    buf_init(&rows->csv, a, FUZZ_ARENA);
    enum rc rc = csv_read(in, on_row, rows, &err);
    FUZZ_EXPECT(rc == RC_OK || (rc == RC_MALFORMED && err.detail[0]));
    (void)fclose(in);
    free(copy);
    return rc;
}

static enum rc on_any_row(void *data, const struct csv_row *row, struct err *err)
{
    long *line = data;
    (void)err;
    FUZZ_EXPECT(row->line > *line && row->count <= CSV_COLUMNS_MAX);
    *line = row->line;
    for (size_t i = 0; !row->fault && i < row->count; i++)
        FUZZ_EXPECT(utf8_valid(row->fields[i], strlen(row->fields[i])));
    return RC_OK;
}

static void read_any(const char *bytes, size_t size)
{
    struct err err = { .rc = RC_OK };
    enum csv_encoding encoding = CSV_DETECT;
    long line = 0;
    char *copy = fuzz_bytes(bytes, size);
    FILE *in = fmemopen(copy, size, "r");
    if (!in)
        abort();
    enum rc rc = csv_detect(in, &encoding, &err);
    if (rc == RC_OK)
        rc = csv_read_as(in, encoding, on_any_row, &line, &err);
    FUZZ_EXPECT(rc == RC_OK || (rc == RC_MALFORMED && err.detail[0]));
    (void)fclose(in);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)4 * FUZZ_ARENA);
    struct rows first;
    struct rows second;
    if (size)
        read_any((const char *)data, size);
    if (size && read_rows(a, (const char *)data, size, &first) == RC_OK && first.csv.n) {
        FUZZ_EXPECT(read_rows(a, first.csv.p, first.csv.n, &second) == RC_OK);
        FUZZ_EXPECT(strcmp(first.plain.p, second.plain.p) == 0);
    }
    arena_free(a);
    return 0;
}
