#include "import/cell.h"

#include <stdio.h>
#include <string.h>

#include "base/glyph.h"
#include "base/text.h"
#include "domain/directory/uscc.h"
#include "sys/workbook.h"

/* ---- what stands around a text --------------------------------------------------------------- */

/* Whether the text may begin or end with a blank beyond those that text_trim knows. */
static bool odd_ends(const char *text, size_t n)
{
    unsigned char first = (unsigned char)text[0];
    return first == 0xC2 || first == 0xE2 || first == 0xEF ||
           (n >= 2 && (unsigned char)text[n - 2] == 0xC2) ||
           (n >= 3 && ((unsigned char)text[n - 3] == 0xE2 || (unsigned char)text[n - 3] == 0xEF));
}

static char *trim_all(char *text)
{
    uint32_t code;
    size_t n = strlen(text);
    size_t end = 0;
    size_t step;
    while (n && (step = glyph_read(text, n, &code)) > 0 && glyph_blank(code)) {
        text += step;
        n -= step;
    }
    for (size_t i = 0; i < n; i += step) {
        step = glyph_read(text + i, n - i, &code);
        if (!glyph_blank(code))
            end = i + step;
    }
    text[end] = '\0';
    return text;
}

/* The apostrophe that makes a number a text, also as input methods turn it: ‘ and ’ and ＇ which
   nothing closes. Its length, or 0. */
static size_t leading_apostrophe(const char *text)
{
    static const char *const turned[] = { "‘", "’", "＇" };
    if (*text == '\'' || *text == '`')
        return 1;
    for (size_t i = 0; (unsigned char)*text >= 0xE2 && i < sizeof turned / sizeof turned[0]; i++)
        if (strncmp(text, turned[i], 3) == 0 && !strstr(text + 3, "’"))
            return 3;
    return 0;
}

char *cell_clean(char *text)
{
    enum { SHELLS_MAX = 3 };
    for (int i = 0; i < SHELLS_MAX; i++) {
        text = text_trim(text);
        size_t n = strlen(text);
        if (!n)
            return text;
        if (odd_ends(text, n)) {
            text = trim_all(text);
            n = strlen(text);
        }
        size_t apostrophe = leading_apostrophe(text);
        if (apostrophe) {
            text += apostrophe;
        } else if (n >= 3 && text[0] == '=' && text[1] == '"' && text[n - 1] == '"') {
            text[n - 1] = '\0';
            text += 2;
        } else if (n >= 2 && text[0] == '"' && strchr(text + 1, '"') == text + n - 1) {
            text[n - 1] = '\0'; /* quoted twice */
            text++;
        } else {
            return text;
        }
    }
    return text;
}

/* ---- forms to compare ------------------------------------------------------------------------ */

bool cell_half(const char *text, bool keep_blanks, char *out, size_t size)
{
    size_t used = 0;
    uint32_t code;
    for (size_t n = strlen(text), step; n; text += step, n -= step) {
        step = glyph_read(text, n, &code);
        uint32_t half = glyph_half(code);
        bool blank = glyph_blank(code);
        if (blank && !keep_blanks)
            continue;
        size_t need = blank || half < 0x80 ? 1 : step;
        if (used + need >= size) {
            out[used] = '\0';
            return false;
        }
        if (need == 1)
            out[used] = blank ? ' ' : (char)half;
        else
            memcpy(out + used, text, step);
        used += need;
    }
    out[used] = '\0';
    return true;
}

static void trim_stars(char *name)
{
    size_t n = strlen(name);
    size_t stars = strspn(name, "*");
    memmove(name, name + stars, n - stars + 1);
    n -= stars;
    while (n && strchr("*:", name[n - 1]))
        name[--n] = '\0';
}

void cell_name(const char *text, char out[CELL_NAME])
{
    (void)cell_half(text, false, out, CELL_NAME);
    trim_stars(out);
    for (char *p = out; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + ('a' - 'A'));
}

void cell_name_outside_brackets(char name[CELL_NAME])
{
    size_t n = strlen(name);
    char *open = strrchr(name, '(');
    if (n && name[n - 1] == ')' && open && open > name)
        *open = '\0';
}

/* ---- headers --------------------------------------------------------------------------------- */

static bool ends_with(const char *text, size_t n, const char *end)
{
    size_t size = strlen(end);
    return n > size && memcmp(text + n - size, end, size) == 0;
}

static bool begins_with(const char *text, const char *begin)
{
    return strncmp(text, begin, strlen(begin)) == 0;
}

/* What a form says of its own column, and nothing of whose it is: (法人)住所 is no address. */
static bool is_of_form(const char *text, size_t n)
{
    static const char *const words[] = {
        "",   "文本", "数字", "日期", "单选", "多选", "可选", "一",
        "二", "三",   "四",   "五",   "六",   "七",   "八",   "九"
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == n && memcmp(text, words[i], n) == 0)
            return true;
    return strspn(text, "0123456789*") >= n;
}

static bool drop_brackets(char *name)
{
    static const char *const brackets[][2] = {
        { "(", ")" }, { "[", "]" }, { "【", "】" }, { "〔", "〕" }, { "〖", "〗" },
        { "{", "}" }, { "<", ">" }, { "“", "”" },   { "「", "」" }, { "\"", "\"" },
    };
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++) {
        const char *close = brackets[i][1];
        size_t size = strlen(brackets[i][0]);
        char *open = NULL;
        char *end = begins_with(name, brackets[i][0]) ? strstr(name + size, close) : NULL;
        if (end && end[strlen(close)]) { /* before it */
            if (!is_of_form(name + size, (size_t)(end - name) - size))
                return false;
            end += strlen(close);
            memmove(name, end, strlen(end) + 1);
            return true;
        }
        if (end && end > name + size) { /* around it */
            *end = '\0';
            memmove(name, name + size, strlen(name + size) + 1);
            return true;
        }
        if (!ends_with(name, n, close))
            continue;
        for (char *at = strstr(name, brackets[i][0]); at; at = strstr(at + 1, brackets[i][0]))
            open = at + strlen(close) <= name + n - strlen(close) ? at : open;
        if (open && open > name) {
            *open = '\0';
            return true;
        }
    }
    return false;
}

/* 3.名称, 3、名称, 3)名称 */
static bool drop_number(char *name)
{
    static const char *const ends[] = { ".", "、", ")", "-", "_" };
    size_t digits = strspn(name, "0123456789");
    const char *rest = name + digits;
    for (size_t i = 0; digits && digits < 3 && i < sizeof ends / sizeof ends[0]; i++)
        if (begins_with(rest, ends[i]) && rest[strlen(ends[i])] &&
            !(rest[strlen(ends[i])] >= '0' && rest[strlen(ends[i])] <= '9')) {
            rest += strlen(ends[i]);
            memmove(name, rest, strlen(rest) + 1);
            return true;
        }
    return false;
}

static bool drop_words(char *name)
{
    static const char *const words[] = { "<br/>", "<br>", "必填项", "必填", "选填" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i]);
        char *at = strstr(name, words[i]);
        if (at && strlen(name) > n) {
            memmove(at, at + n, strlen(at + n) + 1);
            return true;
        }
    }
    return false;
}

bool cell_name_peel(char name[CELL_NAME])
{
    bool any = drop_words(name) || drop_number(name) || drop_brackets(name);
    if (any)
        trim_stars(name);
    return any && *name;
}

/* ---- numbers --------------------------------------------------------------------------------- */

enum { NUMBER = 48 };

/* 1,234,567 without its separators; false where they are not at thousands. */
static bool drop_thousands(char *text)
{
    char *out = text;
    size_t whole = strcspn(text, ".");
    size_t first = strcspn(text, ",");
    if (first >= whole)
        return true;
    if (first == 0 || first > 3 || (whole - first) % 4 != 0)
        return false;
    for (size_t i = 0; text[i]; i++) {
        bool here = i < whole && i >= first && (i - first) % 4 == 0;
        if (here != (text[i] == ','))
            return false;
        if (!here)
            *out++ = text[i];
    }
    *out = '\0';
    return true;
}

/* Without the word for what was counted: 12 家. */
static void drop_unit(char *number)
{
    static const char *const units[] = { "家", "户", "个", "人", "次", "所", "件", "条", "项" };
    size_t n = strlen(number);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t unit = strlen(units[i]);
        if (n > unit && strcmp(number + n - unit, units[i]) == 0) {
            number[n - unit] = '\0';
            return;
        }
    }
}

bool cell_int(const char *text, int64_t max, int64_t *value)
{
    char number[NUMBER];
    if (int_parse(text, 0, max, value))
        return true;
    if (!cell_half(text, false, number, sizeof number))
        return false;
    drop_unit(number);
    if (!drop_thousands(number))
        return false;
    char *point = strchr(number, '.');
    if (point && point[1] && !point[1 + strspn(point + 1, "0")])
        *point = '\0';
    const char *first = number + strspn(number, "0"); /* 03 */
    return int_parse(*first || first == number ? first : "0", 0, max, value);
}

bool cell_decimal(const char *text, double min, double max, double *value)
{
    char number[NUMBER];
    return decimal_parse(text, min, max, value) || (cell_half(text, false, number, sizeof number) &&
                                                    decimal_parse(number, min, max, value));
}

static bool says(const char *word, bool *value)
{
    static const char *const yes[] = {
        "1",  "1.0", "1.00", "是", "是的", "true", "t", "yes", "y",
        "真", "有",  "对",   "√",  "✓",    "✔",    "☑", "v",   NULL
    };
    static const char *const no[] = { "0", "0.0", "0.00", "否",   "false", "f", "no",
                                      "n", "假",  "无",   "不是", "没有",  "×", "✗",
                                      "✕", "x",   "☐",    "✘",    "错",    "□", NULL };
    *value = text_index(yes, word) >= 0;
    return *value || text_index(no, word) >= 0;
}

/* The tick or the empty box at p, and its length; or 0. */
static size_t box(const char *p, bool *ticked)
{
    static const char *const boxes[] = { "☑", "√", "✓", "✔", "■", "□", "☐", NULL };
    enum { TICKS = 5 };
    for (int i = 0; boxes[i]; i++)
        if (strncmp(p, boxes[i], strlen(boxes[i])) == 0) {
            *ticked = i < TICKS;
            return strlen(boxes[i]);
        }
    return 0;
}

/* ☑是 □否, 是√ 否□, √是: what the only tick belongs to, behind it or before it. */
static bool ticked_word(const char *text, bool *value)
{
    char word[CELL_NAME];
    int ticks = 0;
    bool ticked;
    bool before = box(text, &ticked) > 0;
    for (const char *p = text; *p;) {
        size_t n = box(p, &ticked);
        const char *from = p + (before ? n : 0);
        size_t size = 0;
        while (from[size] && !box(from + size, &(bool){ false }))
            size++;
        (void)snprintf(word, sizeof word, "%.*s", (int)size, from);
        word[strcspn(word, "/")] = '\0';
        p = from + size;
        if (!before) {
            n = box(p, &ticked);
            p += n;
        }
        if (!n)
            return false;
        ticks += ticked;
        if (!*word || (ticked && !says(word, value)))
            return false;
    }
    return ticks == 1;
}

bool cell_bool(const char *text, bool *value)
{
    char word[CELL_NAME];
    if ((*text == '0' || *text == '1') && !text[1]) {
        *value = *text == '1';
        return true;
    }
    cell_name(text, word);
    return says(word, value) || ticked_word(word, value);
}

bool cell_says_nothing(const char *text)
{
    static const char *const words[] = {
        "/",      "//",     "\\",     "-",    "--",     "—",          "——",
        "…",      "……",     "...",    "?",    "??",     "???",        "无",
        "暂无",   "没有",   "空",     "空白", "n/a",    "na",         "null",
        "none",   "nan",    "nil",    "无证", "无代码", "无信用代码", "无统一社会信用代码",
        "未办",   "未办理", "未取得", "未知", "未提供", "未填",       "待补",
        "未移出", "待补充", "待核实", "待查", "不详",   "不明",       "不清楚",
        NULL
    };
    char name[CELL_NAME];
    if (!*text)
        return false;
    cell_name(text, name);
    return !*name || text_index(words, name) >= 0; /* cell_name drops stars */
}

/* ---- what is lost ---------------------------------------------------------------------------- */

/* 9.14104E+17, 914.1E+15. */
static bool scientific(const char *p)
{
    enum { WHOLE_MAX = 3 };
    size_t whole = strspn(p, "0123456789");
    p += whole;
    bool point = *p == '.';
    if (point)
        p += 1 + strspn(p + 1, "0123456789");
    if (whole < 1 || whole > WHOLE_MAX || (*p != 'E' && *p != 'e'))
        return false;
    bool sign = p[1] == '+';
    size_t power = strspn(p + 1 + sign, "0123456789");
    return (sign || (point && whole == 1)) && power >= 1 && power <= 3 && !p[1 + sign + power];
}

/* #REF!, #NAME?, #N/A and what later spreadsheets add, Err:502. */
static bool is_error(const char *text)
{
    size_t n = strlen(text);
    if (strncmp(text, "Err:", 4) == 0)
        return n == 7 && strspn(text + 4, "0123456789") == 3;
    if (*text != '#' || n < 4)
        return false;
    size_t letters = strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_");
    return (letters == n - 2 && strchr("!?", text[n - 1])) || strcmp(text, "#N/A") == 0 ||
           strcmp(text, "#GETTING_DATA") == 0;
}

/* 同上, and the marks for it: what stands above is another line's. */
static bool is_ditto(const char *text)
{
    static const char *const words[] = { "同上", "同上行", "同前", "同左", "〃",
                                         "″",    "”",      "\"",   NULL };
    char name[CELL_NAME];
    unsigned char first = (unsigned char)*text;
    if (first != 0xE5 && first != 0xE2 && first != 0xE3 && first != '"')
        return false;
    cell_name(text, name);
    return text_index(words, name) >= 0;
}

const char *cell_lost(const char *text)
{
    if (is_ditto(text))
        return "要看别的行才知道是什么：请在每一行写出原值";
    if (*text != '#' && *text != 'E')
        return NULL;
    if (strcmp(text, WORKBOOK_NO_RESULT) == 0)
        return "是没有存下结果的公式：请用电子表格打开后重新保存";
    if (text[1] == '#' && !text[strspn(text, "#")])
        return "因列宽不足只存下了“#”，原值已丢失：请加宽该列后重新导出";
    return is_error(text) ? "是电子表格的错误值" : NULL;
}

/* A spreadsheet's number keeps 15 digits; one or two zeros behind those may be the code's own. */
static bool rounded(const char *digits)
{
    enum { EXACT = 15, SHORTEST = 18, LONGEST = 20 };
    struct uscc code;
    size_t n = strspn(digits, "0123456789");
    if (n < SHORTEST || n > LONGEST || digits[n] || strspn(digits + EXACT, "0") != n - EXACT)
        return false;
    uscc_read(digits, &code);
    return !code.check_ok;
}

/* 410402000097041.0, as programs write a number. */
static bool fraction(const char *text)
{
    enum { LONG = 12 };
    size_t n = strspn(text, "0123456789");
    return n >= LONG && text[n] == '.' &&
           strspn(text + n + 1, "0123456789") == strlen(text + n + 1);
}

const char *cell_code_lost(const char *text)
{
    char plain[NUMBER];
    const char *lost = cell_lost(text);
    size_t n = strspn(text, "0123456789");
    if (lost || (text[n] && !strchr("Ee.", text[n]) && (unsigned char)text[n] < 0x80))
        return lost; /* nearly all codes: they have other letters */
    if (!cell_half(text, false, plain, sizeof plain))
        return NULL;
    if (scientific(plain))
        return "已被电子表格改成科学记数，原代码已丢失：请将该列设为文本格式，重新录入或导出";
    if (fraction(plain))
        return "是带小数点的数值，不是代码：请将该列设为文本格式，重新录入或导出";
    return rounded(plain) ? "第 15 位以后都是 0，应是被电子表格改成了数字，原代码已丢失："
                            "请将该列设为文本格式，重新录入或导出"
                          : NULL;
}
