#include "unit.h"

#include "domain/plan/tasktable.h"

/* The two task tables of 2023 as printed (schema/example). */
enum { ROWS = 11, COLUMNS = 11 };

static const char *const rows[ROWS] = { "市本级", "新华区", "卫东区", "石龙区", "湛河区", "宝丰县",
                                        "叶县",   "鲁山县", "郏县",   "舞钢市", "汝州" };
static const char *const columns[COLUMNS] = { "医疗卫生",           "放射卫生",   "传染病防治",
                                              "公共场所",           "生活饮用水", "学校卫生",
                                              "职业卫生",           "计划生育",   "消毒产品",
                                              "餐饮具集中消毒单位", "血液安全" };

static const int32_t national_cells[ROWS * COLUMNS] = {
    21, 3, 23, 84,  11, 14, 1, 7, 2, 0, 1, /* 市本级 */
    17, 4, 17, 136, 1,  8,  1, 0, 0, 0, 0, /* 新华区 */
    9,  6, 12, 124, 0,  0,  0, 0, 2, 0, 0, /* 卫东区 */
    2,  0, 4,  10,  1,  1,  0, 0, 0, 0, 0, /* 石龙区 */
    10, 3, 11, 93,  0,  2,  1, 2, 0, 0, 0, /* 湛河区 */
    36, 4, 26, 0,   0,  20, 0, 1, 0, 0, 0, /* 宝丰县 */
    30, 5, 37, 29,  0,  16, 0, 4, 2, 0, 0, /* 叶县 */
    26, 3, 31, 94,  2,  8,  0, 1, 1, 0, 0, /* 鲁山县 */
    26, 4, 28, 47,  1,  13, 0, 4, 1, 0, 0, /* 郏县 */
    15, 4, 16, 76,  6,  2,  0, 3, 0, 0, 0, /* 舞钢市 */
    23, 4, 26, 111, 2,  58, 0, 0, 3, 0, 0, /* 汝州 */
};
static const int32_t national_rows[ROWS] = { 167, 184, 153, 18, 123, 85, 123, 166, 124, 122, 227 };
static const int32_t national_columns[COLUMNS] = { 213, 40, 231, 804, 24, 143, 3, 22, 11, 0, 1 };

static const int32_t municipal_cells[ROWS * COLUMNS] = {
    5,  8, 6,  25, 3, 4,  4, 1, 1, 0, 0, /* 市本级 */
    14, 5, 11, 93, 4, 6,  1, 0, 0, 0, 0, /* 新华区 */
    7,  3, 8,  69, 3, 0,  0, 0, 0, 0, 0, /* 卫东区 */
    3,  0, 3,  11, 0, 0,  1, 0, 0, 0, 0, /* 石龙区 */
    2,  0, 1,  11, 1, 6,  1, 0, 0, 0, 0, /* 湛河区 */
    7,  4, 5,  26, 0, 5,  0, 1, 0, 0, 0, /* 宝丰县 */
    17, 7, 23, 28, 0, 8,  0, 2, 2, 1, 0, /* 叶县 */
    9,  3, 9,  75, 3, 3,  0, 3, 0, 0, 0, /* 鲁山县 */
    11, 2, 14, 48, 1, 6,  0, 2, 0, 0, 0, /* 郏县 */
    3,  1, 3,  20, 0, 0,  0, 1, 1, 1, 0, /* 舞钢市 */
    20, 7, 18, 92, 0, 22, 0, 0, 0, 0, 0, /* 汝州 */
};
static const int32_t municipal_rows[ROWS] = { 57, 134, 90, 20, 22, 48, 89, 105, 84, 30, 159 };
static const int32_t municipal_columns[COLUMNS] = { 98, 40, 101, 498, 15, 60, 10, 10, 4, 2, 0 };

static const struct tasktable national = {
    ROWS, COLUMNS, rows, columns, national_cells, national_rows, national_columns, 1492
};
static const struct tasktable municipal = {
    ROWS, COLUMNS, rows, columns, municipal_cells, municipal_rows, municipal_columns, 838
};

static void expect_fault(const struct tasktable_fault *fault, enum tasktable_line line,
                         const char *name, int64_t difference, enum tasktable_cause cause)
{
    assert_int_equal(fault->line, line);
    assert_string_equal(fault->name, name);
    assert_int_equal(fault->difference, difference);
    assert_int_equal(fault->difference, fault->printed - fault->sum);
    assert_int_equal(fault->cause, cause);
}

static void expect_cell(const struct tasktable_cell *cell, const char *row, const char *column,
                        int32_t printed, int32_t expected)
{
    assert_string_equal(rows[cell->row], row);
    assert_string_equal(columns[cell->column], column);
    assert_int_equal(cell->printed, printed);
    assert_int_equal(cell->expected, expected);
}

static void the_tables_of_2023_have_four_rows_and_three_columns_off(void **state)
{
    struct tasktable_report a;
    struct tasktable_report b;
    tasktable_check(*state, &national, &a);
    tasktable_check(*state, &municipal, &b);
    assert_int_equal(a.row_faults + b.row_faults, 4);
    assert_int_equal(a.column_faults + b.column_faults, 3);
    assert_int_equal(a.cell_sum, 1493);
    assert_int_equal(b.cell_sum, 835);
}

static void the_national_faults_cross_in_two_cells(void **state)
{
    struct tasktable_report report;
    tasktable_check(*state, &national, &report);
    const struct tasktable_fault *f = report.faults;
    assert_int_equal(report.count, 5);
    expect_fault(&f[0], TASKTABLE_ROW, "湛河区", 1, TASKTABLE_CROSS);
    expect_cell(&f[0].cells[0], "湛河区", "学校卫生", 2, 3);
    expect_fault(&f[1], TASKTABLE_ROW, "宝丰县", -2, TASKTABLE_CROSS);
    expect_cell(&f[1].cells[0], "宝丰县", "医疗卫生", 36, 34);
    expect_fault(&f[2], TASKTABLE_COLUMN, "医疗卫生", -2, TASKTABLE_CROSS);
    expect_cell(&f[2].cells[0], "宝丰县", "医疗卫生", 36, 34);
    expect_fault(&f[3], TASKTABLE_COLUMN, "学校卫生", 1, TASKTABLE_CROSS);
    expect_cell(&f[3].cells[0], "湛河区", "学校卫生", 2, 3);
    expect_fault(&f[4], TASKTABLE_GRAND, "合计", -1, TASKTABLE_NONE);
    for (int i = 0; i < 4; i++)
        assert_int_equal(f[i].cell_count, 1);
    assert_string_equal(tasktable_text(*state, &national, &f[0]),
                        "湛河区行：印为 123，各项之和 122，相差 +1；行列差数相同，可能是"
                        "“湛河区·学校卫生”印为 2，应为 3");
    assert_string_equal(tasktable_text(*state, &national, &f[4]),
                        "总合计：印为 1492，各项之和 1493，相差 -1");
}

static void the_municipal_rows_share_one_column(void **state)
{
    struct tasktable_report report;
    tasktable_check(*state, &municipal, &report);
    const struct tasktable_fault *f = report.faults;
    assert_int_equal(report.count, 4);
    expect_fault(&f[0], TASKTABLE_ROW, "石龙区", 2, TASKTABLE_SHARED);
    expect_cell(&f[0].cells[0], "石龙区", "职业卫生", 1, 3);
    expect_fault(&f[1], TASKTABLE_ROW, "叶县", 1, TASKTABLE_SHARED);
    expect_cell(&f[1].cells[0], "叶县", "职业卫生", 0, 1);
    expect_fault(&f[2], TASKTABLE_COLUMN, "职业卫生", 3, TASKTABLE_SHARED);
    assert_int_equal(f[2].cell_count, 2);
    expect_fault(&f[3], TASKTABLE_GRAND, "合计", 3, TASKTABLE_NONE);
}

/* A table of 2 × 2 whose printed values the tests spoil. */
struct small {
    int32_t cells[4];
    int32_t rows[2];
    int32_t columns[2];
    int32_t grand;
};

static const struct small sound = { { 1, 2, 3, 4 }, { 3, 7 }, { 4, 6 }, 10 };

static const struct tasktable_report *check_small(struct arena *a, const struct small *small)
{
    struct tasktable_report *report = arena_alloc(a, sizeof *report);
    const struct tasktable table = {
        2, 2, rows, columns, small->cells, small->rows, small->columns, small->grand
    };
    tasktable_check(a, &table, report);
    return report;
}

static void a_sound_table_has_no_faults(void **state)
{
    assert_int_equal(check_small(*state, &sound)->count, 0);
}

static void a_wrong_cell_is_found_by_row_and_column(void **state)
{
    for (size_t i = 0; i < 4; i++) {
        struct small small = sound;
        small.cells[i] += 5;
        const struct tasktable_report *report = check_small(*state, &small);
        assert_int_equal(report->row_faults, 1);
        assert_int_equal(report->column_faults, 1);
        const struct tasktable_cell *cell = report->faults[0].cells;
        assert_int_equal(cell->row * 2 + cell->column, i);
        assert_int_equal(cell->expected, sound.cells[i]);
    }
}

static void a_wrong_row_total_is_named_as_such(void **state)
{
    struct small small = sound;
    small.rows[1] += 2;
    const struct tasktable_report *report = check_small(*state, &small);
    assert_int_equal(report->row_faults, 1);
    assert_int_equal(report->column_faults, 1); /* the column of totals */
    assert_int_equal(report->faults[0].cause, TASKTABLE_TOTAL);
    const struct tasktable_cell *cell = report->faults[0].cells;
    assert_int_equal(cell->row, 1);
    assert_int_equal(cell->column, 2);
    assert_int_equal(cell->printed, 9);
    assert_int_equal(cell->expected, 7);
    assert_int_equal(report->faults[1].cells->expected, 7);
}

static void a_wrong_grand_total_is_named_as_such(void **state)
{
    struct small small = sound;
    small.grand = 12;
    const struct tasktable_report *report = check_small(*state, &small);
    assert_int_equal(report->count, 3); /* row of totals, column of totals, all cells */
    assert_int_equal(report->faults[0].cause, TASKTABLE_TOTAL);
    assert_int_equal(report->faults[0].cells->expected, 10);
    assert_int_equal(report->faults[1].cells->expected, 10);
}

static void lines_that_nothing_crosses_list_the_cells_that_could_bear_it(void **state)
{
    struct small small = { { 1, 2, 3, 4 }, { 1, 14 }, { 5, 10 }, 15 };
    const struct tasktable_report *report = check_small(*state, &small);
    const struct tasktable_fault *f = report->faults;
    assert_int_equal(report->row_faults, 2);    /* -2, +7 */
    assert_int_equal(report->column_faults, 2); /* +1, +4 */
    assert_int_equal(f[0].cause, TASKTABLE_LINE);
    assert_int_equal(f[0].cell_count, 1); /* 1 - 2 would be negative */
    assert_int_equal(f[0].cells[0].column, 1);
    assert_int_equal(f[0].cells[0].expected, 0);
    assert_int_equal(f[1].cause, TASKTABLE_LINE);
    assert_int_equal(f[1].cell_count, 2);
}

static void a_line_that_no_cell_can_explain_says_so(void **state)
{
    struct small small = { { 2, 3, 3, 4 }, { 0, 7 }, { 5, 7 }, 7 };
    const struct tasktable_report *report = check_small(*state, &small);
    assert_int_equal(report->faults[0].difference, -5);
    assert_int_equal(report->faults[0].cause, TASKTABLE_NONE);
    assert_int_equal(report->faults[0].cell_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(the_tables_of_2023_have_four_rows_and_three_columns_off),
        WITH_ARENA(the_national_faults_cross_in_two_cells),
        WITH_ARENA(the_municipal_rows_share_one_column),
        WITH_ARENA(a_sound_table_has_no_faults),
        WITH_ARENA(a_wrong_cell_is_found_by_row_and_column),
        WITH_ARENA(a_wrong_row_total_is_named_as_such),
        WITH_ARENA(a_wrong_grand_total_is_named_as_such),
        WITH_ARENA(lines_that_nothing_crosses_list_the_cells_that_could_bear_it),
        WITH_ARENA(a_line_that_no_cell_can_explain_says_so),
    };
    return cmocka_run_group_tests_name("tasktable", tests, NULL, NULL);
}
