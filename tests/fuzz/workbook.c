/*
 * A workbook from anywhere: what comes of it is CSV that reads back, each row at a number of its
 * own. The input is an archive, or (else random bytes would seldom be one) the texts of its sheet,
 * its shared strings and its styles, with "====" between them.
 */
#include "sys/workbook.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/text.h"
#include "fuzz.h"
#include "sys/csv.h"

enum { PARTS = 3, ARCHIVE_ROOM = 1 << 20 };

static const char *const fixed[][2] = {
    { "_rels/.rels", "<R><Relationship Id='a' Type='/officeDocument' Target='b.xml'/></R>" },
    { "b.xml", "<b><sheet name='s' id='s'/></b>" },
    { "_rels/b.xml.rels", "<R><Relationship Id='s' Type='/worksheet' Target='0'/>"
                          "<Relationship Id='t' Type='/sharedStrings' Target='1'/>"
                          "<Relationship Id='u' Type='/styles' Target='2'/></R>" },
};

static void put_part(struct archive *zip, const char *name, const char *text, size_t n)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)n);
    FUZZ_EXPECT(archive_write_header(zip, entry) == ARCHIVE_OK);
    FUZZ_EXPECT(archive_write_data(zip, text, n) == (la_ssize_t)n);
    archive_entry_free(entry);
}

static size_t zip_parts(const char *text, size_t n, char *out)
{
    static const char mark[] = "====";
    size_t used = 0;
    struct archive *zip = archive_write_new();
    FUZZ_EXPECT(archive_write_set_format_zip(zip) == ARCHIVE_OK);
    FUZZ_EXPECT(archive_write_zip_set_compression_store(zip) == ARCHIVE_OK);
    FUZZ_EXPECT(archive_write_open_memory(zip, out, ARCHIVE_ROOM, &used) == ARCHIVE_OK);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        put_part(zip, fixed[i][0], fixed[i][1], strlen(fixed[i][1]));
    for (int i = 0; i < PARTS; i++) {
        const char *end = n ? memmem(text, n, mark, strlen(mark)) : NULL;
        size_t size = end && i + 1 < PARTS ? (size_t)(end - text) : n;
        put_part(zip, (char[]){ (char)('0' + i), '\0' }, text, size);
        size_t step = size + (size < n ? strlen(mark) : 0);
        text += step;
        n -= step;
    }
    FUZZ_EXPECT(archive_write_close(zip) == ARCHIVE_OK);
    (void)archive_write_free(zip);
    return used;
}

static enum rc on_row(void *data, const struct csv_row *row, struct err *err)
{
    long *line = data;
    (void)err;
    FUZZ_EXPECT(row->line > *line);
    *line = row->line;
    for (size_t i = 0; !row->fault && i < row->count; i++)
        FUZZ_EXPECT(utf8_valid(row->fields[i], strlen(row->fields[i])));
    return RC_OK;
}

static void convert(const char *bytes, size_t n)
{
    char *csv = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&csv, &size);
    if (!out)
        abort();
    static struct workbook_hidden hidden;
    enum workbook_fault fault = workbook_convert(bytes, n, NULL, out, &hidden);
    (void)fclose(out);
    if (fault == WORKBOOK_OK && size) {
        struct err err = { .rc = RC_OK };
        long line = 0;
        FILE *in = fmemopen(csv, size, "r");
        if (!in)
            abort();
        FUZZ_EXPECT(csv_read_as(in, CSV_PLAIN, on_row, &line, &err) == RC_OK);
        (void)fclose(in);
    }
    free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_bytes(data, size);
    if (size > 4 && memcmp(copy, "PK\x03\x04", 4) == 0) {
        convert(copy, size);
    } else if (size < ARCHIVE_ROOM / 2) {
        char *zip = malloc(ARCHIVE_ROOM);
        if (!zip)
            abort();
        size_t n = zip_parts(copy, size, zip);
        char *exact = fuzz_bytes(zip, n);
        free(zip);
        convert(exact, n);
        free(exact);
    }
    free(copy);
    return 0;
}
