#include "import/note.h"

#include <string.h>

#include "base/text.h"
#include "import/cell.h"

/* Words as cell_name has them. */
static const char *const labels[] = {
    "制表人",     "制表",       "制表单位", "制表日期", "制表时间",     "填表人",   "填表单位",
    "填表日期",   "填表时间",   "填报人",   "填报单位", "填报日期",     "填报时间", "填报部门",
    "填报",       "审核人",     "审核",     "审核日期", "复核人",       "复核",     "审批人",
    "审批",       "核对人",     "统计人",   "经办人",   "负责人",       "主管领导", "分管领导",
    "单位负责人", "科室负责人", "联系人",   "联系电话", "电话",         "报送单位", "报送日期",
    "报送时间",   "上报日期",   "日期",     "单位",     "单位(盖章)",   "注",       "备注",
    "说明",       "填表说明",   "附注",     "盖章",     "(盖章)",       "公章",     "数据来源",
    "统计时间",   "统计日期",   "统计口径", "制单人",   "打印时间",     "打印日期", "打印人",
    "导出时间",   "导出日期",   "导出人",   "抄送",     "联系方式",     "传真",     "签发人",
    "承办人",     "承办科室",   "填写说明", "注意事项", "数据截止日期", "截止日期", "数据截止时间",
    NULL
};
static const char *const sums[] = { "合计", "总计", "共计", "小计", "本页合计", "本页小计", NULL };

static bool listed(const char *const *words, char name[CELL_NAME])
{
    if (text_index(words, name) >= 0)
        return true;
    cell_name_outside_brackets(name);
    return text_index(words, name) >= 0;
}

/* "第 1 页", "第1页，共3页" */
static bool is_page(const char *name)
{
    static const char first[] = "第";
    static const char last[] = "页";
    size_t n = strlen(name);
    return n > sizeof last && strncmp(name, first, sizeof first - 1) == 0 && strstr(name, last) &&
           n < 40;
}

/* *bare: its value is what stands in the next cell. */
static bool is_label(const char *cell, bool *bare)
{
    char name[CELL_NAME];
    char label[CELL_NAME];
    const char *wide = strstr(cell, "：");
    const char *narrow = strchr(cell, ':');
    const char *colon = wide && (!narrow || wide < narrow) ? wide : narrow;
    *bare = false;
    if (colon) {
        size_t n = (size_t)(colon - cell);
        if (n >= sizeof label)
            return false;
        memcpy(label, cell, n);
        label[n] = '\0';
        *bare = colon[colon == wide ? strlen("：") : 1] == '\0';
        cell_name(label, name);
        return listed(labels, name) || listed(sums, name);
    }
    cell_name(cell, name);
    return is_page(name) || listed(sums, name);
}

/* 一、公共场所 and （二）医疗机构: what heads the rows below it. */
static bool is_heading(const char *cell)
{
    static const char *const numerals[] = { "一", "二", "三", "四", "五", "六",
                                            "七", "八", "九", "十", NULL };
    static const char *const ends[] = { "、", "．", ".", ")", "）", NULL };
    const char *p = cell + (strncmp(cell, "（", 3) == 0 ? 3 : *cell == '(');
    const char *from = p;
    for (size_t i = 0; numerals[i];)
        if (strncmp(p, numerals[i], 3) == 0) {
            p += 3;
            i = 0;
        } else
            i++;
    for (size_t i = 0; p > from && ends[i]; i++)
        if (strncmp(p, ends[i], strlen(ends[i])) == 0)
            return true;
    return false;
}

/* 共 12 家, 以上共计12户 */
static bool is_count(const char *name)
{
    static const char *const heads[] = { "以上", "总", "共", "合", "计", "有", NULL };
    int64_t n;
    bool any = false;
    for (size_t i = 0; heads[i];)
        if (strncmp(name, heads[i], strlen(heads[i])) == 0) {
            name += strlen(heads[i]);
            any = true;
            i = 0;
        } else
            i++;
    return any && cell_int(name, UINT32_MAX, &n);
}

/* What ends a page and stands alone: a count, a day, a seal, that nothing follows. */
static bool is_end(const char *cell)
{
    static const char *const ends[] = { "以下空白", "以下无正文", "以下无内容", "(盖章)",
                                        "(公章)",   "(章)",       NULL };
    char name[CELL_NAME];
    int32_t day;
    cell_name(cell, name);
    for (size_t i = 0; ends[i]; i++)
        if (strstr(name, ends[i]))
            return true;
    return is_count(name) || (strstr(name, "年") && cell_date(cell, &day));
}

/* The only cell of the row, or NULL. */
static const char *only_cell(const struct csv_row *row)
{
    const char *cell = NULL;
    for (size_t i = 0; i < row->count; i++)
        if (*row->fields[i]) {
            if (cell)
                return NULL;
            cell = row->fields[i];
        }
    return cell;
}

bool note_numbering(const struct csv_row *row)
{
    static const char *const stems[] = { "甲", "乙", "丙", "丁", "戊", "己",
                                         "庚", "辛", "壬", "癸", NULL };
    enum { CELLS_MIN = 3 };
    int64_t stem = 0;
    int64_t number = 0;
    int64_t letter = 0;
    size_t bracketed = 0;
    size_t n = 0;
    for (size_t i = 0; i < row->count; i++) {
        char name[CELL_NAME];
        int64_t value;
        if (!*row->fields[i])
            continue;
        cell_name(row->fields[i], name);
        size_t size = strlen(name);
        if (stem < 10 && strcmp(name, stems[stem]) == 0)
            stem++;
        else if (size == 1 && *name == 'a' + letter)
            letter++;
        else if (*name == '(' && name[size - 1] == ')')
            bracketed++;
        else if (cell_int(name, CSV_COLUMNS_MAX, &value) && value == number + 1)
            number++;
        else if (n || strcmp(name, "栏次") != 0)
            return false;
        n++;
    }
    return n >= CELLS_MIN && (!bracketed || bracketed == n);
}

bool note_row(const struct csv_row *row, uint64_t naming)
{
    const char *only = only_cell(row);
    if ((only && (is_heading(only) || is_end(only))) || note_numbering(row))
        return true;
    bool any = false;
    bool bare = false;
    for (size_t i = 0; i < row->count; i++) {
        const char *cell = row->fields[i];
        bool value = bare;
        if (!*cell)
            continue;
        if (is_label(cell, &bare))
            any = true;
        else if (!any || (!value && i < 64 && naming >> i & 1))
            return false;
    }
    return any;
}
