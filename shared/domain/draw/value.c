#include "domain/draw/value.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

const char *const value_kind_names[] = { "lottery", "dice", "beacon", NULL };

/* ---- forms ---- */

struct group {
    int64_t count;
    int64_t low;
    int64_t high;
    size_t digits;
    bool ascends;
};

/* The number of exactly `digits` digits at *at (0: as many as there are), which moves behind it. */
static bool take_number(const char **at, size_t digits, int64_t *out, size_t *taken)
{
    size_t n = strspn(*at, "0123456789");
    if (n == 0 || n > VALUE_DIGITS_MAX || (digits && n != digits))
        return false;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        *out = *out * 10 + ((*at)[i] - '0');
    *at += n;
    *taken = n;
    return true;
}

static bool take_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool take_group(const char **at, struct group *g)
{
    size_t digits;
    const char *count = *at;
    if (!take_number(at, 0, &g->count, &digits) || *count == '0' || !take_char(at, 'x') ||
        !take_number(at, 0, &g->low, &g->digits) || !take_char(at, '-') ||
        !take_number(at, g->digits, &g->high, &digits))
        return false;
    g->ascends = take_char(at, '<');
    int64_t range = g->high - g->low + 1;
    return g->count <= VALUE_NUMBERS_MAX && range > 1 && (!g->ascends || g->count <= range);
}

/* Values that the group may take, up to the minimum that is asked for. */
static int64_t outcomes(const struct group *g, int64_t before)
{
    int64_t range = g->high - g->low + 1;
    int64_t n = 1;
    /* As many as leave the others out: these grow with each number, so the loop may stop early. */
    int64_t count = g->ascends && g->count > range - g->count ? range - g->count : g->count;
    for (int64_t i = 0; i < count && n * before < VALUE_OUTCOMES_MIN; i++)
        n = g->ascends ? n * (range - i) / (i + 1) : n * range;
    return n * before;
}

static enum rc check_form(const struct value_source *source, struct err *err)
{
    const char *at = source->form;
    struct group g;
    int64_t numbers = 0;
    int64_t total = 1;
    do {
        if (!take_group(&at, &g))
            return err_set(err, RC_INVALID, "/form",
                           "形式不是“个数x最小-最大”，如 6x01-33<+1x01-16：%.60s", source->form);
        numbers += g.count;
        if (total < VALUE_OUTCOMES_MIN)
            total = outcomes(&g, total);
    } while (take_char(&at, '+'));
    if (*at || numbers > VALUE_NUMBERS_MAX)
        return err_set(err, RC_INVALID, "/form", "形式有多余的文字，或多于 %d 个数",
                       VALUE_NUMBERS_MAX);
    if (total < VALUE_OUTCOMES_MIN)
        return err_set(err, RC_INVALID, "/form", "可能的结果少于 %d 种，容易被等到",
                       VALUE_OUTCOMES_MIN);
    if (source->kind == VALUE_DICE && numbers != (int64_t)source->department_count)
        return err_set(err, RC_INVALID, "/departments",
                       "每个数由一个部门掷出：%lld 个数，%zu 个部门", (long long)numbers,
                       source->department_count);
    return RC_OK;
}

/* ---- sources ---- */

static enum rc check_text(const char *text, const char *pointer, struct err *err)
{
    size_t n = text ? strlen(text) : 0;
    if (n == 0 || n > VALUE_TEXT_MAX || !utf8_valid(text, n))
        return err_set(err, RC_INVALID, pointer, "为空、超过 %d 字节，或不是 UTF-8",
                       VALUE_TEXT_MAX);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            return err_set(err, RC_INVALID, pointer, "含有控制字符");
    if (text[0] == ' ' || text[n - 1] == ' ')
        return err_set(err, RC_INVALID, pointer, "首尾有空格");
    return RC_OK;
}

static enum rc check_beacon(const struct value_source *source, struct err *err)
{
    int64_t round;
    uint8_t key[32];
    if (strcmp(source->form, VALUE_BEACON_FORM) != 0)
        return err_set(err, RC_INVALID, "/form", "信标的形式是 %s", VALUE_BEACON_FORM);
    if (!int_parse(source->issue, 0, INT64_MAX, &round))
        return err_set(err, RC_INVALID, "/issue", "信标的轮次是一个整数");
    if (!source->key || !hex_decode(key, sizeof key, source->key))
        return err_set(err, RC_INVALID, "/key", "信标公钥的摘要不是 64 位小写十六进制数");
    if (source->department_count)
        return err_set(err, RC_INVALID, "/departments", "信标的值由签名核对，不由部门录入");
    return RC_OK;
}

static enum rc check_departments(const struct value_source *source, struct err *err)
{
    if (source->department_count < 2 || source->department_count > VALUE_DEPARTMENTS_MAX)
        return err_set(err, RC_INVALID, "/departments", "录入的部门须有 2 到 %d 个",
                       VALUE_DEPARTMENTS_MAX);
    for (size_t i = 0; i < source->department_count; i++) {
        enum rc rc = check_text(source->departments[i], "/departments", err);
        if (rc != RC_OK)
            return rc;
        for (size_t j = 0; j < i; j++)
            if (strcmp(source->departments[i], source->departments[j]) == 0)
                return err_set(err, RC_INVALID, "/departments", "部门 %s 重复",
                               source->departments[i]);
    }
    return RC_OK;
}

enum rc value_source_check(const struct value_source *source, struct err *err)
{
    enum rc rc = check_text(source->source, "/source", err);
    if (rc == RC_OK)
        rc = check_text(source->issue, "/issue", err);
    if (rc == RC_OK)
        rc = check_text(source->form, "/form", err);
    if (rc == RC_OK)
        rc = check_text(source->place, "/place", err);
    if (rc != RC_OK)
        return rc;
    if (source->kind == VALUE_BEACON)
        return check_beacon(source, err);
    if (source->key)
        return err_set(err, RC_INVALID, "/key", "只有信标有公钥");
    rc = check_departments(source, err);
    return rc == RC_OK ? check_form(source, err) : rc;
}

/* ---- values ---- */

static bool numbers_fit(const char *form, const char *value)
{
    struct group g;
    bool first = true;
    do {
        if (!take_group(&form, &g))
            return false;
        int64_t before = -1;
        for (int64_t i = 0; i < g.count; i++) {
            int64_t n;
            size_t digits;
            if (!first && !take_char(&value, ' '))
                return false;
            first = false;
            if (!take_number(&value, g.digits, &n, &digits) || n < g.low || n > g.high ||
                (g.ascends && n <= before))
                return false;
            before = n;
        }
    } while (take_char(&form, '+'));
    return !*value;
}

enum rc value_check(const struct value_source *source, const char *value, struct err *err)
{
    uint8_t bytes[32];
    bool fits = source->kind == VALUE_BEACON ? hex_decode(bytes, sizeof bytes, value)
                                             : numbers_fit(source->form, value);
    if (!fits)
        return err_set(err, RC_INVALID, "/value", "公共随机值不是公告的形式 %s", source->form);
    return RC_OK;
}
