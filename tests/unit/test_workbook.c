/* Workbooks: cells as CSV, and files that are made to do harm. */
#include "unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "base/buf.h"
#include "sys/table.h"
#include "sys/workbook.h"

enum { ARCHIVE_MAX = 4 << 20 };

struct part {
    const char *path;
    const char *text;
};

/* clang-format off */
#define REL(id, type, target)                                                                      \
    "<Relationship Id='" id "' Type='x/" type "' Target='" target "'/>"
static const struct part rels = { "_rels/.rels",
    "<Relationships>" REL("r1", "officeDocument", "xl/workbook.xml") "</Relationships>" };
static const struct part book_rels = { "xl/_rels/workbook.xml.rels",
    "<Relationships>" REL("r1", "worksheet", "worksheets/sheet1.xml")
    REL("r2", "worksheet", "/xl/worksheets/sheet2.xml")
    REL("r3", "sharedStrings", "sharedStrings.xml") REL("r4", "styles", "styles.xml")
    "</Relationships>" };
static const struct part book = { "xl/workbook.xml",
    "<x:workbook xmlns:x='m' xmlns:r='r'><x:sheets>"
    "<x:sheet name='隐藏' sheetId='2' state='hidden' r:id='r2'/>"
    "<x:sheet name='名录' sheetId='1' r:id='r1'/></x:sheets></x:workbook>" };
static const struct part styles = { "xl/styles.xml",
    "<styleSheet><numFmts><numFmt numFmtId='200' formatCode='yyyy\"年\"m\"月\"d\"日\"'/>"
    "<numFmt numFmtId='201' formatCode='0\"day\"'/></numFmts>"
    "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
    "<xf numFmtId='14'/><xf numFmtId='200'/><xf numFmtId='201'/></cellXfs></styleSheet>" };
static const struct part texts = { "xl/sharedStrings.xml",
    "<sst><si><t>名称</t></si><si><r><t>合成</t></r><r><t xml:space='preserve'> 甲</t></r>"
    "<rPh><t>jia</t></rPh></si><si><t>a\"b_x000D_c</t></si><si/></sst>" };
#define SHEET(rows) MERGED(rows, "")
#define MERGED(rows, merged)                                                                       \
    { "xl/worksheets/sheet1.xml",                                                                  \
      "<worksheet><sheetData>" rows "</sheetData>" merged "</worksheet>" }
/* clang-format on */

static size_t zip(const struct part *parts, size_t n, char *out)
{
    size_t used = 0;
    struct archive *a = archive_write_new();
    assert_int_equal(archive_write_set_format_zip(a), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(a, out, ARCHIVE_MAX, &used), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, parts[i].path);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_size(e, (la_int64_t)strlen(parts[i].text));
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, parts[i].text, strlen(parts[i].text)),
                         strlen(parts[i].text));
        archive_entry_free(e);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    (void)archive_write_free(a);
    return used;
}

static char archive_bytes[ARCHIVE_MAX];
static char csv_bytes[ARCHIVE_MAX];
static struct workbook_hidden hidden;

/* What comes of an archive's bytes; the CSV in csv_bytes. */
static enum workbook_fault convert(size_t n, const char *sheet)
{
    memset(csv_bytes, 0, sizeof csv_bytes);
    memset(&hidden, 0, sizeof hidden);
    FILE *csv = fmemopen(csv_bytes, sizeof csv_bytes - 1, "w");
    assert_non_null(csv);
    enum workbook_fault fault = workbook_convert(archive_bytes, n, sheet, csv, &hidden);
    (void)fclose(csv);
    return fault;
}

static void cells_are_read_as_they_show(void **state)
{
    (void)state;
    static const struct {
        struct part sheet;
        const char *csv;
    } cases[] = {
        { SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>"),
          "\"名称\",\"合成 甲\"\n" },
        { SHEET(
              "<row r='3'><c r='B3' t='inlineStr'><is><t>x</t><rPh><t>y</t></rPh></is></c></row>"),
          "\n\n\"\",\"x\"\n" },
        { SHEET("<row><c><v>1</v></c><c><v>2.5</v></c></row><row/><row><c><v>3</v></c></row>"),
          "\"1\",\"2.5\"\n\n\"3\"\n" },
        { SHEET("<row r='1'><c r='A1' t='s'><v>2</v></c><c r='B1' t='s'><v>3</v></c></row>"),
          "\"a\"\"b\rc\"\n" },
        { SHEET("<row r='1'><c r='A1' s='1'><v>45047</v></c><c r='B1' s='2'><v>45047.5</v></c>"
                "<c r='C1' s='3'><v>45047</v></c><c r='D1'><v>45047</v></c></row>"),
          "\"2023-05-01\",\"2023-05-01 12:00:00\",\"45047\",\"45047\"\n" },
        { SHEET("<row r='1'><c r='A1'><v>9.1410402000012301E+17</v></c><c r='B1'>"
                "<v>410402000097041</v></c><c r='C1'><v>113.29000000000001</v></c></row>"),
          "\"9.14104020000123E+17\",\"410402000097041\",\"113.29\"\n" },
        { SHEET("<row r='1'><c r='A1' t='b'><v>1</v></c><c r='B1' t='e'><v>#REF!</v></c>"
                "<c r='C1' t='str'><f>A1&amp;\"\"</f><v>公式</v></c><c r='D1' t='d'>"
                "<v>2023-05-01</v></c></row>"),
          "\"TRUE\",\"#REF!\",\"公式\",\"2023-05-01\"\n" },
        { SHEET("<row r='1'><c r='A1'><f>B1+1</f></c><c r='B1'><f>1+1</f><v></v></c><c r='C1' "
                "t='str'><f>\"\"</f><v></v></c><c r='D1'><f>1+1</f><v>2</v></c></row>"),
          "\"#FORMULA!\",\"#FORMULA!\",\"\",\"2\"\n" },
        { SHEET("<row r='2'><c r='C2'><v>3</v></c><c r='A2'><v>1</v></c></row>"),
          "\n\"1\",\"\",\"3\"\n" },
        { SHEET("<row r='1'><c r='A1' s='1'/><c r='B1'/></row>"), "" },
        { MERGED("<row r='1'><c r='A1'><v>1</v></c><c r='B1'><v>2</v></c></row>"
                 "<row r='2'><c r='A2' s='1'/><c r='B2'><v>3</v></c></row>"
                 "<row r='3'><c r='A3'/></row><row r='4'><c r='B4'><v>4</v></c></row>"
                 "<row r='5'><c r='B5'><v>5</v></c></row>",
                 "<mergeCells><mergeCell ref='C7:D9'/><mergeCell ref='A1:A4'/></mergeCells>"),
          "\"1\",\"2\"\n\"1\",\"3\"\n\n\"1\",\"4\"\n\"\",\"5\"\n" },
        { MERGED("<row r='1'><c r='A1'><v>1</v></c></row><row r='2'><c r='C2'><v>2</v></c></row>",
                 "<mergeCells><mergeCell ref='A1:B2'/><mergeCell ref='C2:D2'/></mergeCells>"),
          "\"1\"\n\"1\",\"\",\"2\"\n" },
        { MERGED("<row r='1'/>", "<mergeCells><mergeCell ref='A1:2'/></mergeCells>"), NULL },
        { SHEET("<row r='1'><c r='A1' t='s'><v>9</v></c></row>"), NULL },
        { SHEET("<row r='2'/><row r='2'/>"), NULL },
        { SHEET("<row r='1048577'/>"), NULL },
        { SHEET("<row r='1'><c r='1A'/></row>"), NULL },
        { SHEET("<row><c></row>"), NULL },
        { { "xl/worksheets/sheet1.xml",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet><sheetData/></worksheet>" },
          NULL },
        { { "xl/worksheets/sheet9.xml", "<worksheet/>" }, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct part parts[] = { rels, book_rels, book, cases[i].sheet, styles, texts };
        enum workbook_fault fault = convert(zip(parts, 6, archive_bytes), NULL);
        assert_int_equal(fault, cases[i].csv ? WORKBOOK_OK : WORKBOOK_BROKEN);
        if (cases[i].csv)
            assert_string_equal(csv_bytes, cases[i].csv);
    }
}

static void a_sheet_is_found_by_name_or_is_the_first_that_shows(void **state)
{
    (void)state;
    const struct part parts[] = {
        rels,
        book_rels,
        book,
        SHEET("<row><c><v>1</v></c></row>"),
        styles,
        texts,
        { "xl/worksheets/sheet2.xml",
          "<worksheet><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>" },
    };
    size_t n = zip(parts, 7, archive_bytes);
    assert_int_equal(convert(n, "隐藏"), WORKBOOK_OK);
    assert_string_equal(csv_bytes, "\"2\"\n");
    assert_true(hidden.sheet);
    assert_int_equal(convert(n, NULL), WORKBOOK_OK);
    assert_false(hidden.sheet);
    assert_string_equal(csv_bytes, "\"1\"\n");
    assert_int_equal(convert(n, "没有"), WORKBOOK_NO_SHEET);
    for (size_t cut = 0; cut < n; cut += 7)
        assert_int_not_equal(convert(cut, NULL), WORKBOOK_OK);
    const struct part days[] = { rels,
                                 book_rels,
                                 { "xl/workbook.xml",
                                   "<workbook><workbookPr date1904='1'/><sheets>"
                                   "<sheet name='a' id='r1'/></sheets></workbook>" },
                                 SHEET("<row><c s='1'><v>43585</v></c></row>"),
                                 styles };
    assert_int_equal(convert(zip(days, 5, archive_bytes), NULL), WORKBOOK_OK);
    assert_string_equal(csv_bytes, "\"2023-05-01\"\n");
}

/* clang-format off */
#define COLUMNS(cols, rows)                                                                        \
    { "xl/worksheets/sheet1.xml",                                                                  \
      "<worksheet><cols>" cols "</cols><sheetData>" rows "</sheetData></worksheet>" }
#define DEFAULTS(attributes, cols, rows)                                                           \
    { "xl/worksheets/sheet1.xml", "<worksheet><sheetFormatPr " attributes "/><cols>" cols          \
                                  "</cols><sheetData>" rows "</sheetData></worksheet>" }
/* clang-format on */

static void what_the_workbook_hides_is_read_and_told(void **state)
{
    (void)state;
    static const struct {
        struct part sheet;
        const char *csv;
        const char *rows; /* 1: hidden; the first three */
        const char *columns;
    } cases[] = {
        { SHEET("<row r='1'><c><v>1</v></c></row><row r='2' hidden='1'><c><v>2</v></c></row>"),
          "\"1\"\n\"2\"\n", "010", "000" },
        { SHEET("<row hidden='true'><c><v>1</v></c></row><row hidden='0'><c><v>2</v></c></row>"),
          "\"1\"\n\"2\"\n", "100", "000" },
        { SHEET("<row r='3' hidden='1'/>"), "", "001", "000" },
        { COLUMNS("<col min='1' max='1' width='9'/><col min='2' max='16384' hidden='1'/>",
                  "<row><c r='B1'><v>1</v></c></row>"),
          "\"\",\"1\"\n", "000", "011" },
        { COLUMNS("<col min='0' max='2' hidden='1'/><col max='2' hidden='1'/><col min='3' max='2' "
                  "hidden='1'/><col min='1' max='3' hidden='false'/>",
                  "<row><c><v>1</v></c></row>"),
          "\"1\"\n", "000", "000" },
        /* nothing of it can be seen */
        { SHEET("<row ht='0' customHeight='1'><c><v>1</v></c></row><row ht='0.75'><c><v>2</v></c>"
                "</row><row ht='14.25'><c><v>3</v></c></row>"),
          "\"1\"\n\"2\"\n\"3\"\n", "110", "000" },
        { COLUMNS("<col min='1' max='1' width='0'/><col min='2' max='2' width='0.1'/>"
                  "<col min='3' max='3' width='2'/>",
                  "<row><c><v>1</v></c></row>"),
          "\"1\"\n", "000", "110" },
        { DEFAULTS("defaultRowHeight='0' defaultColWidth='0'", "<col min='2' max='2' width='9'/>",
                   "<row><c><v>1</v></c></row><row ht='9'><c><v>2</v></c></row>"),
          "\"1\"\n\"2\"\n", "100", "101" },
        /* of rows that are not in the file: whoever hides all without data writes so */
        { DEFAULTS("defaultRowHeight='15' zeroHeight='1'", "", "<row><c><v>1</v></c></row>"),
          "\"1\"\n", "000", "000" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct part parts[] = { rels, book_rels, book, cases[i].sheet, styles, texts };
        assert_int_equal(convert(zip(parts, 6, archive_bytes), NULL), WORKBOOK_OK);
        assert_string_equal(csv_bytes, cases[i].csv);
        for (size_t n = 0; n < 3; n++) {
            assert_int_equal(hidden.rows[n + 1], cases[i].rows[n] == '1');
            assert_int_equal(hidden.columns[n], cases[i].columns[n] == '1');
        }
    }
}

static void a_bomb_is_put_out(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)512 << 20);
    struct buf text;
    buf_init(&text, a, (size_t)64 << 20);
    const struct {
        const char *begin;
        const char *again;
        int times;
    } bombs[] = {
        { "<worksheet><sheetData>", "<x></x>", 6000000 },                     /* its ratio */
        { "<worksheet><sheetData>", "<a>", 100 },                             /* its depth */
        { "<worksheet><sheetData><row><c a='", "aaaaaaaaaaaaaaaa", 2300000 }, /* one token */
    };
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        buf_clear(&text);
        buf_puts(&text, bombs[i].begin);
        for (int n = 0; n < bombs[i].times; n++)
            buf_puts(&text, bombs[i].again);
        const struct part parts[] = {
            rels, book_rels, book, { "xl/worksheets/sheet1.xml", text.p }
        };
        assert_int_equal(convert(zip(parts, 4, archive_bytes), NULL), WORKBOOK_LARGE);
    }
    arena_free(a);
}

static enum rc join(void *data, const struct csv_row *row, struct err *err)
{
    struct buf *out = data;
    (void)err;
    buf_printf(out, "%ld:", row->line);
    for (size_t i = 0; i < row->count; i++)
        buf_printf(out, "%s|", row->fields[i]);
    return RC_OK;
}

/* What another program wrote, through the process that is set apart. */
static void a_written_workbook_is_read_like_csv(void **state)
{
    (void)state;
    char path[] = "/tmp/liancha-test-XXXXXX";
    int fd = mkstemp(path);
    struct arena *a = arena_new((size_t)16 << 20);
    struct buf out;
    struct err err;
    struct table table;
    lxw_workbook *written = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(written, "名录");
    lxw_format *day = workbook_add_format(written);
    format_set_num_format(day, "yyyy/m/d");
    (void)worksheet_write_string(sheet, 0, 0, "表一", NULL);
    (void)worksheet_write_string(sheet, 2, 0, "0001", NULL);
    (void)worksheet_write_number(sheet, 2, 1, 45047, day);
    (void)worksheet_write_boolean(sheet, 2, 2, 1, NULL);
    (void)worksheet_write_string(sheet, 2, 3, "a,\"b\"\tc\nd", NULL);
    lxw_row_col_options out_of_sight = { .hidden = 1 };
    (void)worksheet_set_row_opt(sheet, 2, LXW_DEF_ROW_HEIGHT, NULL, &out_of_sight);
    assert_int_equal(workbook_close(written), LXW_NO_ERROR);
    FILE *in = fdopen(fd, "r");
    assert_non_null(in);
    buf_init(&out, a, 1 << 16);
    assert_int_equal(table_open(in, CSV_DETECT, NULL, &table, &err), RC_OK);
    assert_string_equal(table.form, "XLSX");
    assert_int_equal(table_read(&table, join, &out, &err), RC_OK);
    assert_string_equal(out.p, "1:表一|3:0001|2023-05-01|TRUE|a,\"b\"\tc\nd|");
    assert_true(table.hidden->rows[3] && !table.hidden->rows[1]);
    table_close(&table);
    assert_int_equal(table_open(in, CSV_DETECT, "别的", &table, &err), RC_INVALID);
    assert_non_null(strstr(err.detail, "别的"));
    (void)fclose(in);
    (void)unlink(path);
    arena_free(a);
}

static void other_files_are_told_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        enum rc rc;
        const char *why;
    } cases[] = {
        { "PK\x03\x04 and nothing", 16, RC_MALFORMED, "不是有效的工作簿" },
        { "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more", 17, RC_MALFORMED, ".xls" },
        { "\xEF\xBB\xBF\r\n<html><table>", 18, RC_MALFORMED, "网页" },
        { "<?xml version='1.0'?>", 21, RC_MALFORMED, "XML" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct table table;
        struct err err;
        FILE *in = fmemopen((void *)(uintptr_t)cases[i].bytes, cases[i].n, "r");
        assert_non_null(in);
        assert_int_equal(table_open(in, CSV_DETECT, NULL, &table, &err), cases[i].rc);
        assert_non_null(strstr(err.detail, cases[i].why));
        table_close(&table);
        (void)fclose(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_read_as_they_show),
        cmocka_unit_test(a_sheet_is_found_by_name_or_is_the_first_that_shows),
        cmocka_unit_test(what_the_workbook_hides_is_read_and_told),
        cmocka_unit_test(a_bomb_is_put_out),
        cmocka_unit_test(a_written_workbook_is_read_like_csv),
        cmocka_unit_test(other_files_are_told_by_name),
    };
    return cmocka_run_group_tests_name("workbook", tests, NULL, NULL);
}
