#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/directory/citizen.h"
#include "domain/directory/identifier.h"
#include "domain/directory/uscc.h"
#include "import/import_internal.h"
#include "import/words.h"

char *import_field(const struct import *im, const struct csv_row *row, int column)
{
    static char none[1];
    int at = im->positions[column];
    return at < 0 || (size_t)at >= row->count ? none : row->fields[at];
}

enum rc import_invalid(const struct import *im, const struct csv_row *row, int column,
                       const char *why, struct err *err)
{
    const char *value = import_field(im, row, column);
    return err_set(err, RC_INVALID, im->titles[column], *value ? "“%s”（%.60s）%s" : "“%s”%.0s%s",
                   im->titles[column], value, why);
}

bool import_absent(struct import *im, const struct csv_row *row, int column)
{
    if (*import_field(im, row, column) || !(im->kind->optional >> column & 1))
        return false;
    import_here(im)->absent |= 1U << column;
    return true;
}

enum rc import_text(struct import *im, const struct csv_row *row, int column, size_t min,
                    size_t max, const char **out, struct err *err)
{
    const char *text = import_field(im, row, column);
    size_t n = utf8_length(text);
    if (n < min)
        return import_invalid(im, row, column, "不得为空", err);
    if (n > max)
        return import_invalid(im, row, column,
                              arena_printf(im->arena, "过长：有 %zu 个字，至多 %zu 个", n, max),
                              err);
    *out = arena_strdup(im->arena, text);
    return RC_OK;
}

enum rc import_int(struct import *im, const struct csv_row *row, int column, int64_t max,
                   int64_t *out, struct err *err)
{
    *out = 0;
    if (import_absent(im, row, column) || cell_int(import_field(im, row, column), max, out))
        return RC_OK;
    return import_invalid(im, row, column,
                          arena_printf(im->arena, "须为 0 至 %lld 的整数", (long long)max), err);
}

/* The value that a word stands for, with what is in brackets behind it or without; NULL. */
static const char *value_of(const char *column, char name[CELL_NAME])
{
    const char *value = words_value(column, name);
    if (value)
        return value;
    cell_name_outside_brackets(name);
    return words_value(column, name);
}

enum rc import_bool(struct import *im, const struct csv_row *row, int column, bool *out,
                    struct err *err)
{
    const char *text = import_field(im, row, column);
    char name[CELL_NAME];
    *out = false;
    if (import_absent(im, row, column) || cell_bool(text, out))
        return RC_OK;
    cell_name(text, name);
    const char *value = value_of(im->kind->columns[column], name);
    if (!value)
        return import_invalid(im, row, column, "须为 1 或 0、是或否、TRUE 或 FALSE", err);
    *out = *value == '1';
    return RC_OK;
}

enum rc import_date(struct import *im, const struct csv_row *row, int column, int32_t *out,
                    struct err *err)
{
    if (cell_date(import_field(im, row, column), out))
        return RC_OK;
    return import_invalid(im, row, column, "须为日期，如 " CELL_DATE_FORMS, err);
}

enum rc import_until(struct import *im, const struct csv_row *row, int column, int32_t *out,
                     struct err *err)
{
    return cell_until(import_field(im, row, column), out) ? RC_OK
                                                          : import_date(im, row, column, out, err);
}

enum rc import_past(struct import *im, const struct csv_row *row, int column, int32_t *out,
                    struct err *err)
{
    enum rc rc = import_date(im, row, column, out, err);
    if (rc == RC_OK && *out > date_at(im->request->now))
        return import_invalid(im, row, column, "晚于今天", err);
    return rc;
}

enum rc import_word(struct import *im, const struct csv_row *row, int column,
                    const char *const *words, const char **out, struct err *err)
{
    const char *text = import_field(im, row, column);
    char name[CELL_NAME];
    int i = text_index(words, text);
    if (i < 0) {
        cell_name(text, name);
        const char *value = value_of(im->kind->columns[column], name);
        for (int j = 0; i < 0 && words[j]; j++)
            if (strcasecmp(words[j], value ? value : name) == 0)
                i = j;
    }
    if (i < 0)
        return import_invalid(
            im, row, column,
            arena_printf(im->arena, "须为%s", words_allowed(im->kind->columns[column])), err);
    *out = words[i];
    return RC_OK;
}

/* ---- codes, and the names that stand for them ------------------------------------------------ */

enum { NAMES_SHOWN = 12 };

const char *import_known(struct import *im, const struct reference_codes *codes)
{
    struct buf b;
    buf_init(&b, im->arena, 4096);
    for (size_t i = 0; i < codes->count && i < NAMES_SHOWN; i++)
        buf_printf(&b, "%s%s（%s）", i ? "、" : "", codes->rows[i].name, codes->rows[i].code);
    if (codes->count > NAMES_SHOWN)
        buf_puts(&b, "等");
    return b.p;
}

/* The only one that has the name, or whose name ends with it. */
static const struct reference_code *find_name(const struct reference_codes *codes, const char *name)
{
    const struct reference_code *found = NULL;
    size_t n = strlen(name);
    size_t count = 0;
    for (size_t i = 0; i < codes->count; i++) {
        const struct reference_code *c = &codes->rows[i];
        size_t size = strlen(c->name);
        if (strcmp(c->name, name) == 0)
            return c;
        if (n < size && strcmp(c->name + size - n, name) == 0) {
            found = c;
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

static const struct reference_code *find(const struct reference_codes *codes, const char *text)
{
    char name[CELL_NAME];
    const struct reference_code *c = reference_find(codes, text);
    if (c || !*text)
        return c;
    cell_name(text, name);
    c = reference_find(codes, name);
    return c ? c : find_name(codes, name);
}

enum rc import_code(struct import *im, const struct csv_row *row, int column,
                    const struct reference_codes *codes, const struct reference_code **out,
                    struct err *err)
{
    *out = find(codes, import_field(im, row, column));
    if (*out)
        return RC_OK;
    return import_invalid(
        im, row, column,
        arena_printf(im->arena, "没有这个代码或名称，须为 %s", import_known(im, codes)), err);
}

/* ---- specialties ----------------------------------------------------------------------------- */

/* The only one whose name begins so: 血液 is 血液安全. */
static const struct reference_code *find_beginning(const struct reference_codes *codes,
                                                   const char *name)
{
    const struct reference_code *found = NULL;
    size_t count = 0;
    for (size_t i = 0; *name && i < codes->count; i++)
        if (strncmp(codes->rows[i].name, name, strlen(name)) == 0) {
            found = &codes->rows[i];
            count++;
        }
    return count == 1 ? found : NULL;
}

/* Lists leave out what all have in common: 公共场所卫生 is 公共场所, 医疗 is 医疗卫生. */
const struct reference_code *import_find_in_list(const struct reference_codes *codes,
                                                 const char *text)
{
    static const char *const tails[] = { "专业", "卫生监督", "卫生", NULL };
    char name[CELL_NAME];
    char longer[CELL_NAME + 8];
    const struct reference_code *c = find(codes, text);
    if (c || !*text)
        return c;
    cell_name(text, name);
    if (*name >= '0' && *name <= '9') /* 1.公共场所 */
        (void)cell_name_peel(name);
    cell_name_outside_brackets(name);
    const char *word = words_value("specialties", name);
    if (word)
        return reference_find(codes, word);
    c = find_name(codes, name);
    for (size_t i = 0; !c && tails[i]; i++) {
        size_t n = strlen(name);
        size_t tail = strlen(tails[i]);
        if (n > tail && strcmp(name + n - tail, tails[i]) == 0) {
            name[n - tail] = '\0';
            c = find(codes, name);
        }
    }
    (void)snprintf(longer, sizeof longer, "%s卫生", name);
    if (!c)
        c = find(codes, longer);
    return c ? c : find_beginning(codes, name);
}

static bool has_marks(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80 || *text == ',' || *text == '/' || *text == '|' ||
            *text == '\\' || *text == '\n' || (*text == ';' && !text[1]))
            return true;
    return false;
}

size_t import_split(struct import *im, const char *text, char **parts)
{
    static const char *const marks[] = { "；", "、", "，", "/", "\\", ",", "|", "\n" };
    char *copy = arena_strdup(im->arena, text);
    if (!has_marks(text)) /* as programs write lists */
        return text_split(copy, ';', parts, IMPORT_ENTRIES_MAX);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t n = strlen(marks[i]);
        for (char *at = strstr(copy, marks[i]); at; at = strstr(at + 1, marks[i])) {
            *at = ';';
            memmove(at + 1, at + n, strlen(at + n) + 1);
        }
    }
    size_t n = text_split(copy, ';', parts, IMPORT_ENTRIES_MAX);
    while (n > 0 && n <= IMPORT_ENTRIES_MAX && !*text_trim(parts[n - 1]))
        n--; /* a mark behind the last */
    return n;
}

/* What no name has may still be several, with blanks or 和 between them. */
static void split_again(struct import *im, char **parts, size_t *n, size_t at)
{
    static const char *const marks[] = { "以及", "　", " ", "和", "及", "与",
                                         "+",    "＋", "&", "＆", "·" };
    char *more[IMPORT_ENTRIES_MAX];
    char *copy = arena_strdup(im->arena, parts[at]);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        for (char *p = strstr(copy, marks[i]); p; p = strstr(p + 1, marks[i])) {
            *p = ';';
            memmove(p + 1, p + strlen(marks[i]), strlen(p + strlen(marks[i])) + 1);
        }
    size_t count = text_split(copy, ';', more, IMPORT_ENTRIES_MAX);
    if (count < 2 || *n + count - 1 > IMPORT_ENTRIES_MAX)
        return;
    memmove(parts + at + count, parts + at + 1, (*n - at - 1) * sizeof *parts);
    memcpy(parts + at, more, count * sizeof *parts);
    *n += count - 1;
}

static const struct reference_code *code_of(struct import *im, const struct reference_codes *codes,
                                            const char *part)
{
    return codes == &im->regions ? import_find_region(im, part) : import_find_in_list(codes, part);
}

enum rc import_codes(struct import *im, const struct csv_row *row, int column,
                     const struct reference_codes *codes, const char ***out, size_t *count,
                     struct err *err)
{
    char *parts[IMPORT_ENTRIES_MAX];
    const char *found[IMPORT_ENTRIES_MAX];
    size_t n = import_split(im, import_field(im, row, column), parts);
    if (n > IMPORT_ENTRIES_MAX)
        return import_invalid(im, row, column, "项数过多", err);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!code_of(im, codes, text_trim(parts[i])))
            split_again(im, parts, &n, i);
        const char *part = text_trim(parts[i]);
        const struct reference_code *c = code_of(im, codes, part);
        if (!c && !*part)
            continue; /* two blanks */
        if (!c)
            return import_invalid(
                im, row, column,
                arena_printf(im->arena, "中没有“%.30s”，须为 %s", part, import_known(im, codes)),
                err);
        for (size_t j = 0; j < *count; j++)
            if (found[j] == c->code)
                return import_invalid(im, row, column, "代码重复", err);
        found[(*count)++] = c->code;
    }
    *out = arena_array(im->arena, *count + 1, sizeof **out);
    memcpy(*out, found, *count * sizeof *found);
    return RC_OK;
}

/* ---- departments and identifiers ------------------------------------------------------------- */

/* The short form at the end of a name as the long one. */
static void in_full(char name[CELL_NAME])
{
    static const char *const shorts[][2] = {
        { "卫健委", "卫生健康委员会" },     { "卫生健康委", "卫生健康委员会" },
        { "卫健局", "卫生健康局" },         { "市监局", "市场监督管理局" },
        { "市场监管局", "市场监督管理局" }, { "教体局", "教育体育局" },
        { "消防支队", "消防救援支队" },     { "消防大队", "消防救援大队" },
    };
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof shorts / sizeof shorts[0]; i++) {
        size_t size = strlen(shorts[i][0]);
        if (n >= size && strcmp(name + n - size, shorts[i][0]) == 0) {
            (void)snprintf(name + n - size, CELL_NAME - (n - size), "%s", shorts[i][1]);
            return;
        }
    }
}

/* An office writes of itself as 卫生健康委员会, or 本单位. */
static bool is_own_name(const struct import *im, const char *text)
{
    static const char *const own[] = { "本单位", "本部门", "本局", "本委", "本机关", NULL };
    char name[CELL_NAME];
    cell_name(text, name);
    if (text_index(own, name) >= 0)
        return true;
    in_full(name);
    size_t n = strlen(name);
    size_t size = strlen(im->own->name);
    return n > sizeof "局" && n <= size && strcmp(im->own->name + size - n, name) == 0;
}

enum rc import_department(struct import *im, const struct csv_row *row, int column,
                          const struct reference_code **out, struct err *err)
{
    const struct import_by *by = im->request->by;
    *out = im->own;
    if (im->own && (im->positions[column] < 0 || is_own_name(im, import_field(im, row, column))))
        return RC_OK;
    enum rc rc = import_code(im, row, column, &im->departments, out, err);
    if (rc == RC_OK && *out && by && (*out)->id != by->department_id)
        return import_invalid(im, row, column, "属于其他部门，由其导入", err);
    return rc;
}

enum rc import_identifier(struct import *im, const struct csv_row *row, int column, size_t max,
                          const char **out, struct err *err)
{
    struct identifier id;
    identifier_read(import_field(im, row, column), max, &id);
    if (id.fault)
        return import_invalid(im, row, column, id.fault, err);
    if (id.changed)
        import_flag(im, im->batch.count, im->kind->columns[column],
                    "已去除空白或不可见字符，全角改为半角");
    *out = arena_strdup(im->arena, id.text);
    return RC_OK;
}

/* ---- enterprises ----------------------------------------------------------------------------- */

enum rc import_enterprise(struct import *im, const struct csv_row *row, int column, bool optional,
                          const char **out, bool *check_ok, struct err *err)
{
    struct uscc code;
    char corrected[USCC_TEXT];
    if (import_is_licence(import_field(im, row, column))) {
        *check_ok = true; /* it has none */
        return import_licence(im, row, column, "", out, err);
    }
    uscc_read(import_field(im, row, column), &code);
    *out = NULL;
    if (!*code.text && optional)
        return RC_OK;
    if (!*code.text)
        return import_invalid(im, row, column, "不得为空", err);
    if (uscc_correct(&code, corrected))
        return import_invalid(
            im, row, column,
            arena_printf(im->arena,
                         "含有代码中不会有的字符（字母 I、O、Z、S、V，其他文字的形近字母，"
                         "区划位置上的字母），改为 %s 则校验相符：核对后请按此改正",
                         corrected),
            err);
    if (strlen(code.text) > 18 || code.cut)
        return import_invalid(im, row, column, "超过 18 位，也不是许可证号或医疗机构登记号", err);
    if (uscc_is_placeholder(&code))
        return import_invalid(im, row, column, "不是代码：没有代码的，请填许可证号或医疗机构登记号",
                              err);
    for (const char *p = code.text; *p; p++)
        if ((unsigned char)*p < 0x21 || (unsigned char)*p > 0x7E)
            return import_invalid(im, row, column, "含有不能使用的字符", err);
    *out = arena_strdup(im->arena, code.text);
    *check_ok = code.check_ok;
    return RC_OK;
}

void import_note_person(struct import *im, int column, const char *code, bool *check_ok)
{
    bool both;
    char shown[CITIZEN_TEXT];
    import_here(im)->code = code;
    if (!code || !citizen_number(code, &both))
        return;
    import_here(im)->person = code;
    citizen_shown(code, shown);
    import_here(im)->code = arena_strdup(im->arena, shown);
    import_flag(im, im->batch.count, im->kind->columns[column],
                both
                    ? "既符合公民身份号码规则，也符合统一社会信用代码规则：按自然人处理，不公开号码"
                : *code < 'A' ? "是公民身份号码：按自然人处理，不公开号码"
                              : "是自然人的证件号码：按自然人处理，不公开号码");
    *check_ok = true;
}

enum rc import_allowed(struct import *im, const struct csv_row *row, int column, const char *code,
                       struct err *err)
{
    const char *fault = code ? identifier_fault(code, IDENTIFIER_MAX) : NULL;
    return fault ? import_invalid(im, row, column, fault, err) : RC_OK;
}

enum rc import_subject_code(struct import *im, const struct csv_row *row, int column,
                            const char **out, bool *check_ok, struct err *err)
{
    enum rc rc = import_enterprise(im, row, column, false, out, check_ok, err);
    if (rc == RC_OK)
        import_note_person(im, column, *out, check_ok);
    return rc;
}
