/* Tables for people: what a spreadsheet makes of each text of a CSV. */
#include "unit.h"

#include <signal.h>
#include <sys/resource.h>

#include "sys/log.h"
#include "sys/sheet.h"

struct cell {
    const char *text;
    int64_t count;
    bool whether;
    int32_t day;
    int64_t at;
    const char *code;
};

static const struct row_label codes[] = { { "open", "检查中" }, { NULL, NULL } };

static const struct row_set cells = ROW_SET(
    struct cell, ROW_COL(struct cell, text, "text", .title = "文本", .nullable = true),
    ROW_COL(struct cell, count, "count", .title = "数"),
    ROW_COL(struct cell, whether, "whether", .title = "是否"),
    ROW_COL(struct cell, day, "day", .title = "日期", .nullable = true),
    ROW_COL(struct cell, at, "at", .title = "时间", .instant = true, .nullable = true),
    ROW_COL(struct cell, code, "code", .title = "=代码", .labels = codes, .nullable = true));

static char *all_of(FILE *file, struct arena *a)
{
    char *text = arena_alloc(a, 8192);
    size_t n = fread(text, 1, 8191, file);
    text[n] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}

static char *csv_of(struct arena *a, const struct cell *rows, size_t n,
                    const struct sheet_note *notes, size_t note_count)
{
    struct sheet *s;
    FILE *file;
    assert_int_equal(sheet_open(a, SHEET_CSV, "表", &cells, &s), RC_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(sheet_row(s, a, &rows[i]), RC_OK);
    assert_int_equal(sheet_close(s, notes, note_count, &file), RC_OK);
    return all_of(file, a);
}

static void a_text_is_neither_computed_nor_changed(void **state)
{
    static const struct {
        const char *text;
        const char *cell;
    } cases[] = {
        { "平常", "\"平常\"" },
        { "他说\"好\"", "\"他说\"\"好\"\"\"" },
        { "一,二\n三", "\"一,二\n三\"" },
        { "=1+1", "\"'=1+1\"" },
        { "+1", "\"'+1\"" },
        { "-1", "\"'-1\"" },
        { "@SUM(A1)", "\"'@SUM(A1)\"" },
        { "\t=1", "\"'\t=1\"" },
        { "\r=1", "\"'\r=1\"" },
        { "＝1", "\"'＝1\"" },
        { "﹦1", "\"'﹦1\"" },
        { " =1", "\"' =1\"" },
        { "\u3000＠x", "\"'\u3000＠x\"" },
        { "\uFEFF+1", "\"'\uFEFF+1\"" },
        { "＋1", "\"'＋1\"" },
        { "－1", "\"'－1\"" },
        { "＠x", "\"'＠x\"" },
        { "=\"x\"", "\"'=\"\"x\"\"\"" },
        { "410402000000001", "\"=\"\"410402000000001\"\"\"" },
        { "007", "\"=\"\"007\"\"\"" },
        { "9E10", "\"=\"\"9E10\"\"\"" },
        { "12e5", "\"=\"\"12e5\"\"\"" },
        { "410402", "\"410402\"" },
        { "0", "\"0\"" },
        { "91410402MA1234567X", "\"91410402MA1234567X\"" },
        { "1=1", "\"1=1\"" },
        { "", "\"\"" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct cell row = { .text = cases[i].text };
        const char *csv = csv_of(*state, &row, 1, NULL, 0);
        const char *expected = arena_printf(*state, "\r\n%s,0,", cases[i].cell);
        if (!strstr(csv, expected))
            fail_msg("%s: %s", cases[i].text, csv);
    }
}

static void values_are_said_in_words(void **state)
{
    static const struct cell rows[] = {
        { "甲", 3, true, 20000, 1700000000000, "open" },
        { NULL, -1, false, 0, 0, "other" },
    };
    assert_string_equal(csv_of(*state, rows, 2, NULL, 0),
                        "\xEF\xBB\xBF\"文本\",\"数\",\"是否\",\"日期\",\"时间\",\"'=代码\"\r\n"
                        "\"甲\",3,\"是\",\"2024-10-04\",\"2023-11-15 06:13\",\"检查中\"\r\n"
                        ",-1,\"否\",,,\"other\"\r\n");
}

static void notes_stand_behind_an_empty_line_and_are_defused_too(void **state)
{
    static const struct sheet_note notes[] = { { "筛选条件", "=1" } };
    const char *csv = csv_of(*state, NULL, 0, notes, 1);
    assert_non_null(strstr(csv, "代码\"\r\n\r\n\"筛选条件\",\"'=1\"\r\n"));
}

static void a_workbook_is_a_zip_whatever_its_title(void **state)
{
    struct sheet *s;
    FILE *file;
    const struct cell row = { .text = "=1+1" };
    const char *title = "[很长的]标题/:*?，比三十一个字还要长的标题一个字一个字地数下去再数下去";
    assert_int_equal(sheet_open(*state, SHEET_XLSX, title, &cells, &s), RC_OK);
    assert_int_equal(sheet_row(s, *state, &row), RC_OK);
    assert_int_equal(sheet_close(s, NULL, 0, &file), RC_OK);
    assert_memory_equal(all_of(file, *state), "PK\x03\x04", 4);
}

/* Rows until one is refused, then the end of the table. */
static enum rc filled(struct arena *a, enum sheet_kind kind, size_t rows)
{
    struct sheet *s;
    FILE *file;
    char text[1000] = "";
    uint64_t chance = 1;
    enum rc rc = sheet_open(a, kind, "表", &cells, &s);
    assert_int_equal(rc, RC_OK);
    for (size_t i = 0; rc == RC_OK && i < rows; i++) {
        for (size_t j = 0; j < sizeof text - 1; j++) /* of which zip makes nothing smaller */
            text[j] = (char)('A' + unit_below(&chance, 57));
        rc = sheet_row(s, a, &(const struct cell){ .text = text });
    }
    enum rc end = sheet_close(s, NULL, 0, &file);
    if (end == RC_OK)
        assert_int_equal(fclose(file), 0);
    return rc == RC_OK ? end : rc;
}

static void a_table_that_the_disk_has_no_room_for_is_refused_as_such(void **state)
{
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    log_init("test", LOG_ERROR);
    for (enum sheet_kind kind = SHEET_CSV; kind <= SHEET_XLSX; kind++) {
        struct rlimit limit = { 1 << 20, before.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        enum rc rc = filled(*state, kind, 4000);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(rc, RC_NO_SPACE);
        assert_int_equal(filled(*state, kind, 4000), RC_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_text_is_neither_computed_nor_changed),
        WITH_ARENA(values_are_said_in_words),
        WITH_ARENA(notes_stand_behind_an_empty_line_and_are_defused_too),
        WITH_ARENA(a_workbook_is_a_zip_whatever_its_title),
        WITH_ARENA(a_table_that_the_disk_has_no_room_for_is_refused_as_such),
    };
    return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
