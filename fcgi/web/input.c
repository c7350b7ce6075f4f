#include "web/web.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/glyph.h"
#include "base/text.h"
#include "domain/directory/identifier.h"
#include "domain/publish/personal.h"

enum { ELEMENT_MAX = 100, QUERY_MAX = 4096 };

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

static int64_t most(const struct web_field *f)
{
    if (f->max)
        return f->max;
    return f->type == WEB_TEXT ? WEB_TEXT_MAX : JSON_INT_MAX;
}

static enum rc wrong_label(const struct web_field *f, const char *pointer, struct err *err)
{
    char all[300] = "";
    for (const struct row_label *l = f->labels; l->value; l++) {
        size_t n = strlen(all);
        (void)snprintf(all + n, sizeof all - n, "%s%s（%s）", n ? "、" : "", l->value, l->text);
    }
    return err_set(err, RC_INVALID, pointer, "“%s”须为其中之一：%s", f->title, all);
}

static enum rc set_text(struct arena *a, const char *text, const struct web_field *f,
                        const char *pointer, void *out, struct err *err)
{
    struct identifier id;
    if (f->identifier) {
        identifier_read(text, (size_t)most(f), &id);
        if (id.fault)
            return err_set(err, RC_INVALID, pointer, "“%s”%s", f->title, id.fault);
        text = arena_strdup(a, id.text);
    }
    int64_t n = (int64_t)utf8_length(text);
    int64_t min = f->min || f->empty ? f->min : 1;
    if (n < min || n > most(f))
        return err_set(err, RC_INVALID, pointer, "“%s”须为 %" PRId64 " 至 %" PRId64 " 个字符",
                       f->title, min, most(f));
    if (has_control(text))
        return err_set(err, RC_INVALID, pointer, "“%s”含有控制字符", f->title);
    if (min && text_blank(text))
        return err_set(err, RC_INVALID, pointer, "“%s”不能只有空白，请填写内容", f->title);
    if (f->labels && !row_labelled(f->labels, text))
        return wrong_label(f, pointer, err);
    *(const char **)place(out, f) = f->published ? personal_mask(a, text, NULL) : text;
    return RC_OK;
}

static enum rc set_int(int64_t value, const struct web_field *f, const char *pointer, void *out,
                       struct err *err)
{
    if (value < f->min || value > most(f))
        return err_set(err, RC_INVALID, pointer, "“%s”须在 %" PRId64 " 与 %" PRId64 " 之间",
                       f->title, f->min, most(f));
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
        [WEB_TEXTS] = "文本数组",
        [WEB_OBJECTS] = "对象数组",
        [WEB_OBJECT] = "对象",
    };
    return err_set(err, RC_INVALID, pointer, "“%s”须为%s", f->title,
                   f->instant ? "时间（RFC 3339）" : wanted[f->type]);
}

static enum rc set_texts(struct arena *a, const cJSON *node, const struct web_field *f,
                         const char *pointer, struct web_texts *out, struct err *err)
{
    int n = cJSON_GetArraySize(node);
    if (n < f->min || n > most(f))
        return err_set(err, RC_INVALID, pointer, "“%s”须有 %" PRId64 " 至 %" PRId64 " 项", f->title,
                       f->min, most(f));
    out->v = arena_array(a, (size_t)n, sizeof *out->v);
    for (const cJSON *e = node->child; e; e = e->next, out->n++) {
        if (!cJSON_IsString(e) || !*e->valuestring || has_control(e->valuestring) ||
            utf8_length(e->valuestring) > ELEMENT_MAX)
            return err_set(err, RC_INVALID, arena_printf(a, "%s/%zu", pointer, out->n),
                           "须为 1 至 %d 个字符的文本", ELEMENT_MAX);
        out->v[out->n] = e->valuestring;
    }
    return RC_OK;
}

static enum rc set_objects(struct arena *a, const cJSON *node, const struct web_field *f,
                           const char *pointer, struct web_objects *out, struct err *err)
{
    int n = cJSON_GetArraySize(node);
    if (n < f->min || n > most(f))
        return err_set(err, RC_INVALID, pointer, "“%s”须有 %" PRId64 " 至 %" PRId64 " 项", f->title,
                       f->min, most(f));
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
    if (value < (double)f->min || value > (double)most(f))
        return err_set(err, RC_INVALID, pointer, "“%s”须在 %" PRId64 " 与 %" PRId64 " 之间",
                       f->title, f->min, most(f));
    *(double *)place(out, f) = value;
    return RC_OK;
}

static enum rc set_instant(const cJSON *node, const struct web_field *f, const char *pointer,
                           void *out, struct err *err)
{
    if (cJSON_IsString(node) && instant_parse(node->valuestring, place(out, f)))
        return RC_OK;
    return wrong_type(f, pointer, err);
}

static enum rc set_json(struct arena *a, const cJSON *node, const struct web_field *f,
                        const char *pointer, void *out, struct err *err)
{
    int64_t integer;
    switch (f->type) {
    case WEB_TEXT:
        if (cJSON_IsString(node))
            return set_text(a, node->valuestring, f, pointer, out, err);
        break;
    case WEB_INT:
        if (f->instant)
            return set_instant(node, f, pointer, out, err);
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

/* Decodes %XX and '+' in place; false for a broken escape or text that is not UTF-8. Of an address
   that was passed on, and perhaps cut on the way, what is whole counts. */
static bool url_decode(char *text, bool passed_on)
{
    char *to = text;
    for (const char *p = text; *p; p++) {
        unsigned v = 0;
        char hex[3] = { p[1], p[1] ? p[2] : '\0', '\0' };
        bool escape =
            *p == '%' && strspn(hex, "0123456789abcdefABCDEF") == 2 && sscanf(hex, "%x", &v) == 1;
        if (*p == '%' && !v && !passed_on)
            return false;
        if (*p == '%' && !escape && strlen(p) < sizeof hex)
            break; /* half an escape */
        *to++ = escape && v ? (char)v : escape || *p == '+' ? ' ' : *p;
        p += escape ? 2 : 0;
    }
    *to = '\0';
    if (passed_on)
        utf8_drop_broken(text);
    return passed_on || utf8_valid(text, (size_t)(to - text));
}

static enum rc set_query(struct arena *a, const struct web_field *f, const char *pointer,
                         const char *value, void *out, struct err *err)
{
    int64_t integer;
    if (f->type == WEB_TEXT)
        return set_text(a, value, f, pointer, out, err);
    if (f->type == WEB_INT && int_parse(value, INT64_MIN, INT64_MAX, &integer))
        return set_int(integer, f, pointer, out, err);
    if (f->type == WEB_DATE && date_parse(value, place(out, f)))
        return RC_OK;
    return wrong_type(f, pointer, err);
}

/* One part of a query string: *field is the one that it sets, NULL when it is none of ours. */
static enum rc read_part(struct arena *a, const struct web_input *in, char *part, bool passed_on,
                         const struct web_field **field, const char **value, struct err *err)
{
    char *text = strchr(part, '=');
    *field = NULL;
    if (!text)
        return passed_on ? RC_OK : err_set(err, RC_MALFORMED, "", "查询参数须为 名称=值");
    *text++ = '\0';
    *value = text;
    if (!url_decode(part, passed_on))
        return err_set(err, RC_MALFORMED, "", "查询参数的编码有误");
    const struct web_field *f = find_field(in, part);
    if (!f)
        return passed_on ? RC_OK
                         : err_set(err, RC_INVALID, member_pointer(a, "", part),
                                   "未知的查询参数“%.60s”", part);
    if (!url_decode(text, passed_on))
        return err_set(err, RC_MALFORMED, member_pointer(a, "", part), "查询参数的编码有误");
    *field = f;
    return RC_OK;
}

enum { PARTS_MAX = 20 };

static enum rc check_required(struct arena *a, const struct web_input *in,
                              const struct web_field *const seen[PARTS_MAX], struct err *err)
{
    for (const struct web_field *f = in->fields; f->name; f++) {
        bool present = false;
        for (size_t i = 0; i < PARTS_MAX; i++)
            present = present || seen[i] == f;
        if (f->required && !present)
            return err_set(err, RC_INVALID, arena_printf(a, "/%s", f->name), "缺少查询参数“%s”",
                           f->name);
    }
    return RC_OK;
}

static bool among(const struct web_field *const *seen, size_t n, const struct web_field *f)
{
    for (size_t i = 0; i < n; i++)
        if (seen[i] == f)
            return true;
    return false;
}

static enum rc read_parts(struct arena *a, const struct web_input *in, const char *query,
                          bool passed_on, void *out, struct err *err)
{
    char *parts[PARTS_MAX];
    const struct web_field *seen[PARTS_MAX] = { NULL };
    size_t n = text_split(arena_strdup(a, query), '&', parts, PARTS_MAX);
    if (n > PARTS_MAX && !passed_on)
        return err_set(err, RC_MALFORMED, "", "查询参数过多");
    for (size_t i = 0; i < n && i < PARTS_MAX; i++) {
        const struct web_field *f;
        const char *value = "";
        enum rc rc = read_part(a, in, parts[i], passed_on, &f, &value, err);
        if (rc != RC_OK)
            return rc;
        const char *pointer = member_pointer(a, "", parts[i]);
        bool repeated = f && among(seen, i, f);
        if (!f || (repeated && passed_on))
            continue;
        if (repeated)
            return err_set(err, RC_INVALID, pointer, "查询参数“%s”重复", f->name);
        /* An empty field of a search form is the same as an absent one. */
        rc = *value ? set_query(a, f, pointer, value, out, err) : RC_OK;
        if (rc != RC_OK && passed_on && f->type != WEB_TEXT)
            continue;
        if (rc != RC_OK)
            return rc;
        seen[i] = f;
        if (*value)
            mark_given(f, out);
    }
    return check_required(a, in, seen, err);
}

enum rc web_input_query(struct arena *a, const struct web_input *in, const char *query,
                        bool passed_on, void *out, struct err *err)
{
    if (strlen(query) > QUERY_MAX)
        return err_set(err, RC_TOO_LARGE, "", "查询参数过长");
    return read_parts(a, in, query, passed_on, out, err);
}

enum rc web_input_form(struct web_ctx *c, const struct web_input *in, void *out)
{
    if (strlen(c->body) != c->body_size)
        return web_fail(c, RC_MALFORMED, "", "表单的编码有误");
    return read_parts(c->arena, in, c->body, false, out, &c->err);
}
