#include "web/web.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

enum { LIST_TEXT_MAX = 100, QUERY_MAX = 4096 };

static void *place(void *out, const struct web_field *f)
{
    return (char *)out + f->offset;
}

static bool has_control(const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < 0x20 && !strchr("\t\r\n", c)) || c == 0x7F)
            return true;
    }
    return false;
}

static enum rc set_text(const char *text, const struct web_field *f, const char *pointer, void *out,
                        struct err *err)
{
    int64_t n = (int64_t)utf8_length(text);
    if (n < f->min || n > f->max)
        return err_set(err, RC_INVALID, pointer, "“%s”须为 %" PRId64 " 至 %" PRId64 " 个字符",
                       f->name, f->min, f->max);
    if (has_control(text))
        return err_set(err, RC_INVALID, pointer, "“%s”含有控制字符", f->name);
    *(const char **)place(out, f) = text;
    return RC_OK;
}

static enum rc set_int(int64_t value, const struct web_field *f, const char *pointer, void *out,
                       struct err *err)
{
    if (value < f->min || value > f->max)
        return err_set(err, RC_INVALID, pointer, "“%s”须在 %" PRId64 " 与 %" PRId64 " 之间",
                       f->name, f->min, f->max);
    *(int64_t *)place(out, f) = value;
    return RC_OK;
}

static enum rc wrong_type(const struct web_field *f, const char *pointer, struct err *err)
{
    static const char *const wanted[] = {
        [WEB_TEXT] = "文本",
        [WEB_INT] = "整数",
        [WEB_REAL] = "数字",
        [WEB_BOOL] = "true 或 false",
        [WEB_DATE] = "日期（YYYY-MM-DD）",
        [WEB_INSTANT] = "时间（RFC 3339）",
        [WEB_TEXTS] = "文本数组",
        [WEB_OBJECTS] = "对象数组",
        [WEB_OBJECT] = "对象",
    };
    return err_set(err, RC_INVALID, pointer, "“%s”须为%s", f->name, wanted[f->type]);
}

static enum rc set_texts(struct arena *a, const cJSON *node, const struct web_field *f,
                         const char *pointer, struct web_texts *out, struct err *err)
{
    int n = cJSON_GetArraySize(node);
    if (n < f->min || n > f->max)
        return err_set(err, RC_INVALID, pointer, "“%s”须有 %" PRId64 " 至 %" PRId64 " 项", f->name,
                       f->min, f->max);
    out->v = arena_array(a, (size_t)n, sizeof *out->v);
    for (const cJSON *e = node->child; e; e = e->next, out->n++) {
        if (!cJSON_IsString(e) || !*e->valuestring || has_control(e->valuestring) ||
            utf8_length(e->valuestring) > LIST_TEXT_MAX)
            return err_set(err, RC_INVALID, arena_printf(a, "%s/%zu", pointer, out->n),
                           "须为 1 至 %d 个字符的文本", LIST_TEXT_MAX);
        out->v[out->n] = e->valuestring;
    }
    return RC_OK;
}

static enum rc set_objects(struct arena *a, const cJSON *node, const struct web_field *f,
                           const char *pointer, struct web_objects *out, struct err *err)
{
    int n = cJSON_GetArraySize(node);
    if (n < f->min || n > f->max)
        return err_set(err, RC_INVALID, pointer, "“%s”须有 %" PRId64 " 至 %" PRId64 " 项", f->name,
                       f->min, f->max);
    out->v = arena_array(a, (size_t)n, f->of->size);
    for (const cJSON *e = node->child; e; e = e->next, out->n++) {
        enum rc rc = web_input_json(a, f->of, e, arena_printf(a, "%s/%zu", pointer, out->n),
                                    (char *)out->v + out->n * f->of->size, err);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc set_real(double value, const struct web_field *f, const char *pointer, void *out,
                        struct err *err)
{
    if (value < (double)f->min || value > (double)f->max)
        return err_set(err, RC_INVALID, pointer, "“%s”须在 %" PRId64 " 与 %" PRId64 " 之间",
                       f->name, f->min, f->max);
    *(double *)place(out, f) = value;
    return RC_OK;
}

static enum rc set_json(struct arena *a, const cJSON *node, const struct web_field *f,
                        const char *pointer, void *out, struct err *err)
{
    int64_t integer;
    switch (f->type) {
    case WEB_TEXT:
        if (cJSON_IsString(node))
            return set_text(node->valuestring, f, pointer, out, err);
        break;
    case WEB_INT:
        if (json_int(node, &integer))
            return set_int(integer, f, pointer, out, err);
        break;
    case WEB_REAL:
        if (cJSON_IsNumber(node))
            return set_real(node->valuedouble, f, pointer, out, err);
        break;
    case WEB_BOOL:
        if (cJSON_IsBool(node)) {
            *(bool *)place(out, f) = cJSON_IsTrue(node);
            return RC_OK;
        }
        break;
    case WEB_DATE:
        if (cJSON_IsString(node) && date_parse(node->valuestring, place(out, f)))
            return RC_OK;
        break;
    case WEB_INSTANT:
        if (cJSON_IsString(node) && instant_parse(node->valuestring, place(out, f)))
            return RC_OK;
        break;
    case WEB_TEXTS:
        if (cJSON_IsArray(node))
            return set_texts(a, node, f, pointer, place(out, f), err);
        break;
    case WEB_OBJECTS:
        if (cJSON_IsArray(node))
            return set_objects(a, node, f, pointer, place(out, f), err);
        break;
    case WEB_OBJECT:
        if (cJSON_IsObject(node)) {
            *(const cJSON **)place(out, f) = node;
            return RC_OK;
        }
        break;
    }
    return wrong_type(f, pointer, err);
}

static const struct web_field *find_field(const struct web_input *in, const char *name)
{
    for (const struct web_field *f = in->fields; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

/* base/name as RFC 6901 writes it, of a name that anybody may have sent. */
static const char *member_pointer(struct arena *a, const char *base, const char *name)
{
    enum { NAME_SHOWN = 60 };
    struct buf out;
    buf_init(&out, a, 1024);
    buf_printf(&out, "%s/", base);
    for (size_t i = 0; i < NAME_SHOWN && name[i]; i++) {
        if (name[i] == '~' || name[i] == '/')
            buf_puts(&out, name[i] == '~' ? "~0" : "~1");
        else
            buf_putc(&out, name[i]);
    }
    return out.p;
}

static void mark_given(const struct web_field *f, void *out)
{
    if (f->given)
        *(bool *)((char *)out + f->given) = true;
}

enum rc web_input_json(struct arena *a, const struct web_input *in, const cJSON *tree,
                       const char *base, void *out, struct err *err)
{
    if (!cJSON_IsObject(tree))
        return err_set(err, RC_INVALID, base, "须为对象");
    for (const cJSON *m = tree->child; m; m = m->next)
        if (!find_field(in, m->string))
            return err_set(err, RC_INVALID, member_pointer(a, base, m->string), "未知的成员“%.60s”",
                           m->string);
    for (const struct web_field *f = in->fields; f->name; f++) {
        const cJSON *node = json_member(tree, f->name);
        char *pointer = arena_printf(a, "%s/%s", base, f->name);
        if (!node || cJSON_IsNull(node)) {
            if (f->required)
                return err_set(err, RC_INVALID, pointer, "缺少“%s”", f->name);
            continue;
        }
        enum rc rc = set_json(a, node, f, pointer, out, err);
        if (rc != RC_OK)
            return rc;
        mark_given(f, out);
    }
    return RC_OK;
}

/* Decodes %XX and '+' in place; false for a broken escape or text that is not UTF-8. */
static bool url_decode(char *text)
{
    char *to = text;
    for (const char *p = text; *p; p++) {
        if (*p == '+') {
            *to++ = ' ';
        } else if (*p == '%') {
            unsigned v;
            char hex[3] = { p[1], p[1] ? p[2] : '\0', '\0' };
            if (strspn(hex, "0123456789abcdefABCDEF") != 2 || sscanf(hex, "%x", &v) != 1 || !v)
                return false;
            *to++ = (char)v;
            p += 2;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
    return utf8_valid(text, (size_t)(to - text));
}

static enum rc set_query(const struct web_field *f, const char *pointer, const char *value,
                         void *out, struct err *err)
{
    int64_t integer;
    if (f->type == WEB_TEXT)
        return set_text(value, f, pointer, out, err);
    if (f->type == WEB_INT && int_parse(value, INT64_MIN, INT64_MAX, &integer))
        return set_int(integer, f, pointer, out, err);
    if (f->type == WEB_DATE && date_parse(value, place(out, f)))
        return RC_OK;
    return wrong_type(f, pointer, err);
}

enum rc web_input_query(struct arena *a, const struct web_input *in, const char *query, void *out,
                        struct err *err)
{
    enum { PARTS_MAX = 20 };
    char *parts[PARTS_MAX];
    const struct web_field *seen[PARTS_MAX];
    if (strlen(query) > QUERY_MAX)
        return err_set(err, RC_TOO_LARGE, "", "查询参数过长");
    size_t n = text_split(arena_strdup(a, query), '&', parts, PARTS_MAX);
    if (n > PARTS_MAX)
        return err_set(err, RC_MALFORMED, "", "查询参数过多");
    for (size_t i = 0; i < n; i++) {
        char *value = strchr(parts[i], '=');
        if (!value)
            return err_set(err, RC_MALFORMED, "", "查询参数须为 名称=值");
        *value++ = '\0';
        if (!url_decode(parts[i]) || !url_decode(value))
            return err_set(err, RC_MALFORMED, "", "查询参数的编码有误");
        const struct web_field *f = find_field(in, parts[i]);
        const char *pointer = member_pointer(a, "", parts[i]);
        if (!f)
            return err_set(err, RC_INVALID, pointer, "未知的查询参数“%.60s”", parts[i]);
        for (size_t j = 0; j < i; j++)
            if (seen[j] == f)
                return err_set(err, RC_INVALID, pointer, "查询参数“%s”重复", f->name);
        seen[i] = f;
        /* An empty field of a search form is the same as an absent one. */
        if (!*value)
            continue;
        enum rc rc = set_query(f, pointer, value, out, err);
        if (rc != RC_OK)
            return rc;
        mark_given(f, out);
    }
    for (const struct web_field *f = in->fields; f->name; f++) {
        bool present = false;
        for (size_t i = 0; i < n; i++)
            present = present || seen[i] == f;
        if (f->required && !present)
            return err_set(err, RC_INVALID, arena_printf(a, "/%s", f->name), "缺少查询参数“%s”",
                           f->name);
    }
    return RC_OK;
}
