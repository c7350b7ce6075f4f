#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/uscc.h"
#include "store/import_internal.h"

char *import_field(const struct import *im, const struct csv_row *row, int column)
{
    static char none[1];
    int at = im->positions[column];
    return at < 0 ? none : text_trim(row->fields[at]);
}

enum rc import_invalid(const struct import *im, const struct csv_row *row, int column,
                       const char *why, struct err *err)
{
    return err_set(err, RC_INVALID, im->kind->columns[column], "“%s”%s（%.60s）",
                   im->kind->columns[column], why, import_field(im, row, column));
}

enum rc import_text(struct import *im, const struct csv_row *row, int column, size_t min,
                    size_t max, const char **out, struct err *err)
{
    const char *text = import_field(im, row, column);
    size_t n = utf8_length(text);
    if (n < min || n > max)
        return import_invalid(im, row, column, n < min ? "不得为空" : "过长", err);
    *out = arena_strdup(im->arena, text);
    return RC_OK;
}

enum rc import_int(struct import *im, const struct csv_row *row, int column, int64_t max,
                   int64_t *out, struct err *err)
{
    if (int_parse(import_field(im, row, column), 0, max, out))
        return RC_OK;
    return import_invalid(im, row, column, "须为允许范围内的整数", err);
}

enum rc import_bool(struct import *im, const struct csv_row *row, int column, bool *out,
                    struct err *err)
{
    int64_t value = 0;
    enum rc rc = import_int(im, row, column, 1, &value, err);
    *out = value == 1;
    return rc;
}

enum rc import_date(struct import *im, const struct csv_row *row, int column, int32_t *out,
                    struct err *err)
{
    if (date_parse(import_field(im, row, column), out))
        return RC_OK;
    return import_invalid(im, row, column, "须为日期", err);
}

/* One of the words of a NULL-terminated list, which outlives the batch. */
enum rc import_word(struct import *im, const struct csv_row *row, int column,
                    const char *const *words, const char **out, struct err *err)
{
    int i = text_index(words, import_field(im, row, column));
    if (i < 0)
        return import_invalid(im, row, column, "不是允许的取值", err);
    *out = words[i];
    return RC_OK;
}

enum rc import_code(struct import *im, const struct csv_row *row, int column,
                    const struct reference_codes *codes, const struct reference_code **out,
                    struct err *err)
{
    *out = reference_find(codes, import_field(im, row, column));
    return *out ? RC_OK : import_invalid(im, row, column, "没有这个代码", err);
}

/* A list "a;b;c" of known codes; the pointers are the reference's own. */
enum rc import_codes(struct import *im, const struct csv_row *row, int column,
                     const struct reference_codes *codes, const char ***out, size_t *count,
                     struct err *err)
{
    char *parts[IMPORT_ENTRIES_MAX];
    size_t n = text_split(arena_strdup(im->arena, import_field(im, row, column)), ';', parts,
                          IMPORT_ENTRIES_MAX);
    if (n > IMPORT_ENTRIES_MAX)
        return import_invalid(im, row, column, "项数过多", err);
    *out = arena_array(im->arena, n ? n : 1, sizeof **out);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct reference_code *c = reference_find(codes, text_trim(parts[i]));
        if (!c)
            return import_invalid(im, row, column, "含有未知的代码", err);
        for (size_t j = 0; j < *count; j++)
            if ((*out)[j] == c->code)
                return import_invalid(im, row, column, "代码重复", err);
        (*out)[(*count)++] = c->code;
    }
    return RC_OK;
}

enum rc import_department(struct import *im, const struct csv_row *row, int column,
                          const struct reference_code **out, struct err *err)
{
    enum rc rc = import_code(im, row, column, &im->departments, out, err);
    const struct import_by *by = im->request->by;
    if (rc == RC_OK && *out && by && (*out)->id != by->department_id)
        return import_invalid(im, row, column, "属于其他部门，由其导入", err);
    return rc;
}

enum rc import_enterprise(struct import *im, const struct csv_row *row, int column, bool optional,
                          const char **out, bool *check_ok, struct err *err)
{
    struct uscc code;
    uscc_read(import_field(im, row, column), &code);
    *out = NULL;
    if (!*code.text && optional)
        return RC_OK;
    if (!*code.text || strlen(code.text) > 18 || code.cut)
        return import_invalid(im, row, column, "为空或超过 18 位", err);
    for (const char *p = code.text; *p; p++)
        if ((unsigned char)*p < 0x21 || (unsigned char)*p > 0x7E)
            return import_invalid(im, row, column, "含有不能使用的字符", err);
    *out = arena_strdup(im->arena, code.text);
    *check_ok = code.check_ok;
    return RC_OK;
}
