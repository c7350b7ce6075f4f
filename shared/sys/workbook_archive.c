/* Parts of a workbook: found in the archive, inflated within caps, and parsed. */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sys/workbook_internal.h"

enum { ENTRIES_MAX = 4000, DEPTH_MAX = 64, RATIO_MAX = 150 };
#define INFLATED_FREE ((size_t)16 << 20) /* small files of even rows shrink to less than 1 in 150 */
#define INFLATED_MAX ((size_t)512 << 20)
#define PARSER_MAX ((size_t)32 << 20)

void workbook_stop(struct workbook *book, enum workbook_fault fault)
{
    if (book->fault == WORKBOOK_OK)
        book->fault = fault;
}

/* ---- a parser that cannot grow without end --------------------------------------------------- */

/* A block with its size before it. What a parser holds at once is counted in this process alone. */
union block {
    size_t size;
    long double aligned;
};

static size_t parser_bytes;

static void *take(size_t size)
{
    if (size > PARSER_MAX || parser_bytes + size > PARSER_MAX)
        return NULL;
    union block *b = malloc(sizeof *b + size);
    if (!b)
        return NULL;
    b->size = size;
    parser_bytes += size;
    return b + 1;
}

static void give_back(void *p)
{
    if (!p)
        return;
    union block *b = (union block *)p - 1;
    parser_bytes -= b->size;
    free(b);
}

static void *take_again(void *p, size_t size)
{
    void *more = take(size);
    if (p && more) {
        size_t old = ((union block *)p - 1)->size;
        memcpy(more, p, old < size ? old : size);
        give_back(p);
    }
    return more;
}

static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

static void on_start(void *data, const char *name, const char **attributes)
{
    struct workbook_part *part = data;
    if (++part->depth > DEPTH_MAX)
        workbook_stop(part->book, WORKBOOK_LARGE);
    else
        part->start(part->data, local(name), attributes);
    if (part->book->fault != WORKBOOK_OK)
        (void)XML_StopParser(part->parser, XML_FALSE);
}

static void on_end(void *data, const char *name)
{
    struct workbook_part *part = data;
    part->depth--;
    if (part->book->fault == WORKBOOK_OK && part->end)
        part->end(part->data, local(name));
    if (part->book->fault != WORKBOOK_OK)
        (void)XML_StopParser(part->parser, XML_FALSE);
}

static void on_text(void *data, const char *text, int n)
{
    const struct workbook_part *part = data;
    if (part->text)
        part->text(part->data, text, n);
}

/* Workbooks declare nothing, and what declares entities is after something else. */
static void on_doctype(void *data, const char *name, const char *system_id, const char *public_id,
                       int internal)
{
    struct workbook_part *part = data;
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)internal;
    workbook_stop(part->book, WORKBOOK_BROKEN);
    (void)XML_StopParser(part->parser, XML_FALSE);
}

static XML_Parser open_parser(struct workbook_part *part)
{
    static const XML_Memory_Handling_Suite memory = { take, take_again, give_back };
    XML_Parser parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (!parser)
        return NULL;
    XML_SetUserData(parser, part);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    return parser;
}

static void parse(struct workbook *book, XML_Parser parser, const void *block, size_t n, bool last)
{
    if (XML_Parse(parser, block, (int)n, last) != XML_STATUS_ERROR)
        return;
    workbook_stop(book, XML_GetErrorCode(parser) == XML_ERROR_NO_MEMORY ? WORKBOOK_LARGE
                                                                        : WORKBOOK_BROKEN);
}

/* ---- the archive ----------------------------------------------------------------------------- */

static void inflate_part(struct workbook *book, struct archive *zip, XML_Parser parser)
{
    const void *block;
    size_t n;
    la_int64_t offset;
    int r = ARCHIVE_OK;
    while (book->fault == WORKBOOK_OK &&
           (r = archive_read_data_block(zip, &block, &n, &offset)) == ARCHIVE_OK) {
        book->inflated += n;
        if (book->inflated > INFLATED_MAX ||
            book->inflated > INFLATED_FREE + RATIO_MAX * book->size)
            workbook_stop(book, WORKBOOK_LARGE);
        else
            parse(book, parser, block, n, false);
    }
    if (book->fault == WORKBOOK_OK && r != ARCHIVE_EOF)
        workbook_stop(book, WORKBOOK_BROKEN);
    if (book->fault == WORKBOOK_OK)
        parse(book, parser, "", 0, true);
}

/* Moves to the entry of that path; false when there is none. */
static bool find_part(struct workbook *book, struct archive *zip, const char *path)
{
    struct archive_entry *entry;
    int r = ARCHIVE_OK;
    for (int i = 0; i < ENTRIES_MAX; i++) {
        r = archive_read_next_header(zip, &entry);
        if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
            break;
        const char *name = archive_entry_pathname(entry);
        if (name && strcasecmp(name, path) == 0)
            return true;
    }
    if (r != ARCHIVE_EOF)
        workbook_stop(book, r == ARCHIVE_OK ? WORKBOOK_LARGE : WORKBOOK_BROKEN);
    return false;
}

static bool open_archive(const struct workbook *book, struct archive *zip)
{
    return zip && archive_read_support_format_zip_seekable(zip) == ARCHIVE_OK &&
           archive_read_open_memory(zip, book->bytes, book->size) == ARCHIVE_OK;
}

void workbook_read_part(struct workbook *book, const char *path, bool optional,
                        struct workbook_part *part)
{
    if (book->fault != WORKBOOK_OK)
        return;
    struct archive *zip = archive_read_new();
    part->book = book;
    part->depth = 0;
    part->parser = open_parser(part);
    bool there = part->parser && open_archive(book, zip) && find_part(book, zip, path);
    if (there)
        inflate_part(book, zip, part->parser);
    else if (!optional)
        workbook_stop(book, WORKBOOK_BROKEN);
    if (part->parser)
        XML_ParserFree(part->parser);
    if (zip)
        (void)archive_read_free(zip);
}

const char *workbook_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(local(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

bool workbook_says(const char **attributes, const char *name)
{
    const char *value = workbook_attribute(attributes, name);
    return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

/* Whether the part that was found ends as a sheet does. */
static bool sheet_whole(struct archive *zip)
{
    static const char last[] = "</worksheet>";
    char end[sizeof last - 1] = "";
    const void *block;
    size_t n;
    la_int64_t offset;
    int r;
    while ((r = archive_read_data_block(zip, &block, &n, &offset)) == ARCHIVE_OK) {
        size_t kept = n < sizeof end ? sizeof end - n : 0;
        memmove(end, end + sizeof end - kept, kept);
        memcpy(end + kept, (const char *)block + n - (sizeof end - kept), sizeof end - kept);
    }
    return r == ARCHIVE_EOF && memcmp(end, last, sizeof end) == 0;
}

bool workbook_whole(const char *path)
{
    static const char sheets[] = "xl/worksheets/sheet";
    struct archive_entry *entry;
    int r = ARCHIVE_FATAL;
    bool whole = true;
    struct archive *zip = archive_read_new();
    if (zip && archive_read_support_format_zip_seekable(zip) == ARCHIVE_OK &&
        archive_read_open_filename(zip, path, 1 << 16) == ARCHIVE_OK)
        while (whole && (r = archive_read_next_header(zip, &entry)) == ARCHIVE_OK)
            if (strncmp(archive_entry_pathname(entry), sheets, sizeof sheets - 1) == 0)
                whole = sheet_whole(zip);
    (void)archive_read_free(zip);
    return whole && r == ARCHIVE_EOF;
}
