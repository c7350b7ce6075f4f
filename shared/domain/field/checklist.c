#include "domain/field/checklist.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

enum { SHA256_DIGITS = 64, INTEGER_DIGITS_MAX = 9, SCALE = 1000000, POINTER = 80 };

const char *const checklist_type_names[] = { "yes_no", "choice", "multi", "integer", "decimal",
                                             "text",   "date",   "photo", NULL };
const char *const checklist_fault_names[] = { "fits", "form", "option", "range", "length", NULL };
const char *const checklist_state_names[] = {
    "hidden", "open", "missing", "fine", "problem", NULL
};

static const char *const yes_no[] = { "yes", "no", "na", NULL };

/* ---- Texts and numbers ----------------------------------------------------------------------- */

bool checklist_id(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return *text >= 'a' && *text <= 'z' && n <= CHECKLIST_ID_MAX && !text[n];
}

static bool printable(const char *text, const char *allowed)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < 0x20 && !strchr(allowed, c)) || c == 0x7F)
            return false;
    }
    return true;
}

/* One line of 1 to max characters. */
static bool line(const char *text, size_t max)
{
    return text && *text && printable(text, "") && utf8_length(text) <= max;
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* A number in its shortest form with at most so many decimals, in millionths. */
static bool number(const char *text, int64_t decimals, int64_t *value)
{
    bool negative = *text == '-';
    text += negative;
    size_t whole = digits(text);
    size_t part = text[whole] == '.' ? digits(text + whole + 1) : 0;
    if (whole < 1 || whole > INTEGER_DIGITS_MAX || (whole > 1 && *text == '0'))
        return false;
    if (text[whole] == '.' && (part < 1 || text[whole + part] == '0'))
        return false;
    if ((int64_t)part > decimals || text[whole + (part ? part + 1 : 0)])
        return false;
    *value = 0;
    for (size_t i = 0; i < whole; i++)
        *value = *value * 10 + (text[i] - '0');
    for (size_t i = 1; i <= CHECKLIST_DECIMALS_MAX; i++)
        *value = *value * 10 + (i <= part ? text[whole + i] - '0' : 0);
    if (negative)
        *value = -*value;
    return *value != 0 || !negative;
}

static bool is_number(const struct checklist_question *q)
{
    return q->type == CHECKLIST_INTEGER || q->type == CHECKLIST_DECIMAL;
}

static int64_t decimals_of(const struct checklist_question *q)
{
    return q->type == CHECKLIST_DECIMAL ? q->decimals : 0;
}

/* Whether value lies between two bounds, each of which may be NULL. */
static bool between(const struct checklist_question *q, int64_t value, const char *min,
                    const char *max)
{
    int64_t low = value;
    int64_t high = value;
    return (!min || (number(min, decimals_of(q), &low) && value >= low)) &&
           (!max || (number(max, decimals_of(q), &high) && value <= high));
}

/* ---- Options --------------------------------------------------------------------------------- */

static bool has_options(const struct checklist_question *q)
{
    return q->type == CHECKLIST_CHOICE || q->type == CHECKLIST_MULTI;
}

/* The place of the n bytes at id among what the question offers, or -1. */
static int option(const struct checklist_question *q, const char *id, size_t n)
{
    if (q->type == CHECKLIST_YES_NO) {
        for (int i = 0; yes_no[i]; i++)
            if (strlen(yes_no[i]) == n && memcmp(yes_no[i], id, n) == 0)
                return i;
        return -1;
    }
    for (size_t i = 0; i < q->option_count; i++)
        if (strlen(q->options[i].id) == n && memcmp(q->options[i].id, id, n) == 0)
            return (int)i;
    return -1;
}

static bool several(const struct checklist_question *q, const char *value)
{
    int last = -1;
    for (const char *p = value;; p++) {
        size_t n = strcspn(p, ",");
        int i = option(q, p, n);
        if (i <= last) /* unknown, twice, or out of order */
            return false;
        last = i;
        p += n;
        if (!*p)
            return true;
    }
}

/* Whether the answer is, or holds, one of the values. */
static bool holds(const struct checklist_values *values, const char *answer)
{
    for (const char *p = answer;; p++) {
        size_t n = strcspn(p, ",");
        for (size_t i = 0; i < values->n; i++)
            if (strlen(values->v[i]) == n && memcmp(values->v[i], p, n) == 0)
                return true;
        p += n;
        if (!*p)
            return false;
    }
}

/* ---- Answers --------------------------------------------------------------------------------- */

static enum checklist_fault number_answer(const struct checklist_question *q, const char *value)
{
    int64_t n;
    if (!number(value, decimals_of(q), &n))
        return CHECKLIST_BAD_FORM;
    return between(q, n, q->min, q->max) ? CHECKLIST_FITS : CHECKLIST_BAD_RANGE;
}

static enum checklist_fault text_answer(const char *value, int64_t max)
{
    if (!*value || !printable(value, "\t\r\n"))
        return CHECKLIST_BAD_FORM;
    return (int64_t)utf8_length(value) <= max ? CHECKLIST_FITS : CHECKLIST_BAD_LENGTH;
}

static bool sha256(const char *value)
{
    size_t n = strspn(value, "0123456789abcdef");
    return n == SHA256_DIGITS && !value[n];
}

enum checklist_fault checklist_answer(const struct checklist_question *q, const char *value)
{
    int32_t date;
    switch (q->type) {
    case CHECKLIST_YES_NO:
    case CHECKLIST_CHOICE:
        return option(q, value, strlen(value)) >= 0 ? CHECKLIST_FITS : CHECKLIST_BAD_OPTION;
    case CHECKLIST_MULTI:
        return several(q, value) ? CHECKLIST_FITS : CHECKLIST_BAD_OPTION;
    case CHECKLIST_INTEGER:
    case CHECKLIST_DECIMAL:
        return number_answer(q, value);
    case CHECKLIST_TEXT:
        return text_answer(value, q->max_length ? q->max_length : CHECKLIST_LENGTH);
    case CHECKLIST_DATE:
        return date_parse(value, &date) ? CHECKLIST_FITS : CHECKLIST_BAD_FORM;
    case CHECKLIST_PHOTO:
        break;
    }
    return sha256(value) ? CHECKLIST_FITS : CHECKLIST_BAD_FORM;
}

enum checklist_fault checklist_answer_unknown(const char *value)
{
    return text_answer(value, CHECKLIST_ANSWER_MAX);
}

/* ---- Review ---------------------------------------------------------------------------------- */

const struct checklist_question *checklist_find(const struct checklist *c, const char *id)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->questions[i].id, id) == 0)
            return &c->questions[i];
    return NULL;
}

/* What was answered, if it fits; NULL otherwise. */
static const char *answer_to(const struct checklist_question *q,
                             const struct checklist_given *given, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(given[i].question, q->id) != 0)
            continue;
        bool fits = given[i].value && checklist_answer(q, given[i].value) == CHECKLIST_FITS;
        return fits ? given[i].value : NULL;
    }
    return NULL;
}

static bool marks_problem(const struct checklist_question *q, const char *answer)
{
    int64_t value;
    if (is_number(q))
        return number(answer, decimals_of(q), &value) &&
               !between(q, value, q->normal_min, q->normal_max);
    return holds(&q->problem, answer);
}

/* The question that it hangs on stands before it and has its state already. */
static bool asked(const struct checklist *c, const struct checklist_question *q,
                  const struct checklist_given *given, size_t n, const enum checklist_state *states)
{
    if (!q->when)
        return true;
    const struct checklist_question *on = checklist_find(c, q->when);
    if (!on || on >= q || states[on - c->questions] == CHECKLIST_HIDDEN)
        return false;
    const char *answer = answer_to(on, given, n);
    return answer && holds(&q->when_in, answer);
}

void checklist_review(const struct checklist *c, const struct checklist_given *given, size_t n,
                      enum checklist_state *states)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct checklist_question *q = &c->questions[i];
        const char *answer = answer_to(q, given, n);
        if (!asked(c, q, given, n, states))
            states[i] = CHECKLIST_HIDDEN;
        else if (!answer)
            states[i] = q->required ? CHECKLIST_MISSING : CHECKLIST_OPEN;
        else
            states[i] = marks_problem(q, answer) ? CHECKLIST_PROBLEM : CHECKLIST_FINE;
    }
}

/* ---- Publication ----------------------------------------------------------------------------- */

struct check {
    const struct checklist *c;
    size_t i; /* of the question in hand */
    struct err *err;
};

/* A fault of the question in hand, or of its member. */
static enum rc fault(const struct check *k, const char *member, const char *why)
{
    char pointer[POINTER];
    (void)snprintf(pointer, sizeof pointer, "/questions/%zu%s%s", k->i, *member ? "/" : "", member);
    return err_set(k->err, RC_INVALID, pointer, "第 %zu 题%s", k->i + 1, why);
}

static enum rc check_identity(const struct check *k)
{
    const struct checklist_question *q = &k->c->questions[k->i];
    if (!q->id || !checklist_id(q->id))
        return fault(k, "id", "的编号须为小写字母开头、不超过 24 位的字母、数字或下划线");
    if (checklist_find(k->c, q->id) != q)
        return fault(k, "id", "的编号与前面的题重复");
    if (!line(q->text, CHECKLIST_TEXT_MAX))
        return fault(k, "text", "的题目须为 1 至 300 个字符的一行文字");
    if (q->basis && !line(q->basis, CHECKLIST_TEXT_MAX))
        return fault(k, "basis", "的依据须为 1 至 300 个字符的一行文字");
    return RC_OK;
}

static enum rc check_options(const struct check *k)
{
    const struct checklist_question *q = &k->c->questions[k->i];
    if (!has_options(q))
        return q->option_count ? fault(k, "options", "不是选择题，不能有选项") : RC_OK;
    if (q->option_count < 2 || q->option_count > CHECKLIST_OPTIONS_MAX)
        return fault(k, "options", "须有 2 至 30 个选项");
    for (size_t i = 0; i < q->option_count; i++) {
        const struct checklist_option *o = &q->options[i];
        if (!o->id || !checklist_id(o->id) || option(q, o->id, strlen(o->id)) != (int)i)
            return fault(k, "options", "的选项编号格式有误或重复");
        if (!line(o->text, CHECKLIST_OPTION_MAX))
            return fault(k, "options", "的选项文字须为 1 至 100 个字符的一行文字");
    }
    return RC_OK;
}

/* Each value is one that on can have, and stands once. */
static bool possible(const struct checklist_question *on, const struct checklist_values *values)
{
    for (size_t i = 0; i < values->n; i++) {
        if (option(on, values->v[i], strlen(values->v[i])) < 0)
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(values->v[i], values->v[j]) == 0)
                return false;
    }
    return true;
}

static enum rc check_problem(const struct check *k)
{
    const struct checklist_question *q = &k->c->questions[k->i];
    if (q->problem.n && !has_options(q) && q->type != CHECKLIST_YES_NO)
        return fault(k, "problem", "不是选择题，不能列出不符合的答案");
    if (!possible(q, &q->problem))
        return fault(k, "problem", "列出的不符合的答案不是它的选项，或重复");
    return RC_OK;
}

/* A pair of bounds in the form of the question's answers, in order. */
static bool ordered(const struct checklist_question *q, const char *min, const char *max)
{
    int64_t low = 0;
    int64_t high = 0;
    if ((min && !number(min, decimals_of(q), &low)) || (max && !number(max, decimals_of(q), &high)))
        return false;
    return !min || !max || low <= high;
}

static enum rc check_number(const struct check *k)
{
    const struct checklist_question *q = &k->c->questions[k->i];
    bool decimal = q->type == CHECKLIST_DECIMAL;
    if (!is_number(q) && (q->unit || q->min || q->max || q->normal_min || q->normal_max))
        return fault(k, "", "不是数字题，不能有单位或范围");
    if (decimal ? q->decimals < 1 || q->decimals > CHECKLIST_DECIMALS_MAX : q->decimals != 0)
        return fault(k, "decimals", "的小数位数须为 1 至 6，且只用于小数题");
    if (q->unit && !line(q->unit, CHECKLIST_UNIT_MAX))
        return fault(k, "unit", "的单位须为 1 至 20 个字符");
    if (!ordered(q, q->min, q->max))
        return fault(k, "min", "的范围不是最简形式的数字，或下限大于上限");
    if (!ordered(q, q->normal_min, q->normal_max))
        return fault(k, "normal_min", "的符合范围不是最简形式的数字，或下限大于上限");
    return RC_OK;
}

static enum rc check_length(const struct check *k)
{
    const struct checklist_question *q = &k->c->questions[k->i];
    if (q->max_length < 0 || q->max_length > CHECKLIST_ANSWER_MAX ||
        (q->max_length && q->type != CHECKLIST_TEXT))
        return fault(k, "max_length", "的字数上限须为 1 至 2000，且只用于文字题");
    return RC_OK;
}

/* How many conditions hang on each other, this one counted. */
static size_t depth(const struct checklist *c, const struct checklist_question *q)
{
    size_t n = 0;
    for (; q && q->when && n <= CHECKLIST_QUESTIONS_MAX; n++)
        q = checklist_find(c, q->when);
    return n;
}

static enum rc check_when(const struct check *k)
{
    const struct checklist_question *q = &k->c->questions[k->i];
    if (!q->when)
        return q->when_in.n ? fault(k, "when", "的条件没有说明是哪一题") : RC_OK;
    const struct checklist_question *on = checklist_find(k->c, q->when);
    if (!on || on >= q)
        return fault(k, "when", "的条件只能是前面的题");
    if (!has_options(on) && on->type != CHECKLIST_YES_NO)
        return fault(k, "when", "的条件只能是选择题");
    if (q->when_in.n < 1 || !possible(on, &q->when_in))
        return fault(k, "when", "的条件没有答案，或答案不是那一题的选项，或重复");
    if (depth(k->c, q) > CHECKLIST_DEPTH_MAX)
        return fault(k, "when", "的条件超过 8 层");
    return RC_OK;
}

static enum rc check_question(const struct check *k)
{
    enum rc rc = check_options(k);
    if (rc == RC_OK)
        rc = check_problem(k);
    if (rc == RC_OK)
        rc = check_number(k);
    if (rc == RC_OK)
        rc = check_length(k);
    return rc == RC_OK ? check_when(k) : rc;
}

enum rc checklist_check(const struct checklist *c, struct err *err)
{
    if (!line(c->item, CHECKLIST_ITEM_MAX))
        return err_set(err, RC_INVALID, "/item", "须给出抽查事项编号");
    if (c->version < 1 || c->version > CHECKLIST_VERSION_MAX)
        return err_set(err, RC_INVALID, "/version", "版本须为 1 至 65535 的整数");
    if (!line(c->title, CHECKLIST_TITLE_MAX))
        return err_set(err, RC_INVALID, "/title", "标题须为 1 至 120 个字符的一行文字");
    if (c->n < 1 || c->n > CHECKLIST_QUESTIONS_MAX)
        return err_set(err, RC_INVALID, "/questions", "须有 1 至 100 题");
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < c->n; i++)
        rc = check_identity(&(struct check){ .c = c, .i = i, .err = err });
    /* From here on each question has an id: conditions look among all of them. */
    for (size_t i = 0; rc == RC_OK && i < c->n; i++)
        rc = check_question(&(struct check){ .c = c, .i = i, .err = err });
    return rc;
}
