#include "sys/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sys/jsonw.h"

/* cJSON's allocation hooks know no context: a parse is not re-entrant, a worker has one thread. */
static struct arena *tree_arena;

static void *tree_alloc(size_t n)
{
    return arena_alloc(tree_arena, n);
}

static void tree_free(void *p)
{
    (void)p;
}

/* cJSON accepts more than JSON, so the text is checked first, by this recursive descent. */
struct scan {
    const char *at;
    const char *end;
    const char *why; /* NULL as long as all is well */
    bool wide;       /* takes \u0000 and halves of surrogate pairs too */
    bool odd;        /* and found some */
};

static bool refuse(struct scan *s, const char *why)
{
    if (!s->why)
        s->why = why;
    return false;
}

static void skip_blank(struct scan *s)
{
    while (s->at < s->end && memchr(" \t\r\n", *s->at, 4))
        s->at++;
}

static bool literal(struct scan *s, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
        return refuse(s, "语法错误");
    s->at += n;
    return true;
}

static bool hex4(struct scan *s, unsigned *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        char c = s->at < s->end ? *s->at : '\0';
        unsigned v;
        if (c >= '0' && c <= '9')
            v = (unsigned)(c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            v = (unsigned)((c | 0x20) - 'a' + 10);
        else
            return refuse(s, "\\u 后须为四位十六进制数");
        *value = *value << 4 | v;
    }
    return true;
}

/* What a text may not hold, though JavaScript's strings may. */
static bool odd(struct scan *s, const char *why)
{
    s->odd = true;
    return s->wide || refuse(s, why);
}

/* Behind a backslash. */
static bool escape(struct scan *s)
{
    char c = s->at < s->end ? *s->at++ : '\0';
    if (c && c != 'u')
        return strchr("\"\\/bfnrt", c) ? true : refuse(s, "未知的转义");
    unsigned u;
    if (c != 'u' || !hex4(s, &u))
        return refuse(s, "未知的转义");
    if (u == 0)
        return odd(s, "文本不得含 \\u0000");
    if (u < 0xD800 || u > 0xDFFF)
        return true;
    struct scan behind = *s;
    unsigned low = 0;
    if (u > 0xDBFF || s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
        return odd(s, "孤立的代理项");
    behind.at += 2;
    if (!hex4(&behind, &low) || low < 0xDC00 || low > 0xDFFF)
        return odd(s, "孤立的代理项"); /* what follows it is read as it is */
    s->at = behind.at;
    return true;
}

static bool string(struct scan *s)
{
    s->at++;
    while (s->at < s->end) {
        unsigned char c = (unsigned char)*s->at++;
        if (c == '"')
            return true;
        if (c < 0x20)
            return refuse(s, "字符串含未转义的控制字符");
        if (c == '\\' && !escape(s))
            return false;
    }
    return refuse(s, "字符串未结束");
}

static size_t digits(struct scan *s)
{
    size_t n = 0;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
        s->at++;
        n++;
    }
    return n;
}

static bool number(struct scan *s)
{
    const char *start = s->at;
    bool integer = true;
    if (*s->at == '-')
        s->at++;
    bool zero = s->at < s->end && *s->at == '0';
    size_t n = digits(s);
    if (!n || (zero && n > 1))
        return refuse(s, "数字格式有误");
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        integer = false;
        if (!digits(s))
            return refuse(s, "数字格式有误");
    }
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        integer = false;
        if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
            s->at++;
        if (!digits(s))
            return refuse(s, "数字格式有误");
    }
    char text[40];
    size_t length = (size_t)(s->at - start);
    if (length >= sizeof text)
        return refuse(s, "数字过长");
    memcpy(text, start, length);
    text[length] = '\0';
    /* strtoll stops at its own bounds, strtod would round 2^53 + 1 to 2^53. */
    long long whole = integer ? strtoll(text, NULL, 10) : 0;
    if (whole > JSON_INT_MAX || whole < -JSON_INT_MAX || !isfinite(strtod(text, NULL)))
        return refuse(s, "数字超出可精确表示的范围");
    return true;
}

static bool value(struct scan *s, int depth);

/* The members or elements between the brackets; the opening one is at s->at. */
static bool container(struct scan *s, int depth, bool object)
{
    char close = object ? '}' : ']';
    if (depth >= JSON_DEPTH_MAX)
        return refuse(s, "嵌套过深");
    s->at++;
    skip_blank(s);
    if (s->at < s->end && *s->at == close) {
        s->at++;
        return true;
    }
    for (int members = 1;; members++) {
        if (object && members > JSON_MEMBERS_MAX)
            return refuse(s, "对象的成员过多");
        skip_blank(s);
        if (object) {
            if (s->at >= s->end || *s->at != '"')
                return refuse(s, "语法错误");
            if (!string(s))
                return false;
            skip_blank(s);
            if (!literal(s, ":"))
                return false;
        }
        if (!value(s, depth + 1))
            return false;
        skip_blank(s);
        if (s->at < s->end && *s->at == close) {
            s->at++;
            return true;
        }
        if (!literal(s, ","))
            return false;
    }
}

static bool value(struct scan *s, int depth)
{
    skip_blank(s);
    if (s->at >= s->end)
        return refuse(s, "内容不完整");
    switch (*s->at) {
    case '{':
    case '[':
        return container(s, depth, *s->at == '{');
    case '"':
        return string(s);
    case 't':
        return literal(s, "true");
    case 'f':
        return literal(s, "false");
    case 'n':
        return literal(s, "null");
    default:
        return number(s);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Among the members of one object; sorted, for a hostile text has as many as it may. */
static const char *equal_keys(struct arena *a, const cJSON *node)
{
    size_t count = (size_t)cJSON_GetArraySize(node);
    size_t n = 0;
    if (count < 2)
        return NULL;
    const char **keys = arena_array(a, count, sizeof *keys);
    for (const cJSON *m = node->child; m; m = m->next)
        keys[n++] = m->string;
    qsort(keys, n, sizeof *keys, by_text);
    for (size_t i = 1; i < n; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return keys[i];
    return NULL;
}

/* cJSON keeps both of two equal keys and finds the first. */
static const char *duplicate_key(struct arena *a, const cJSON *node)
{
    const char *twice = cJSON_IsObject(node) ? equal_keys(a, node) : NULL;
    for (const cJSON *m = node->child; m && !twice; m = m->next)
        twice = duplicate_key(a, m);
    return twice;
}

static bool whole(struct scan *s)
{
    if (!value(s, 0))
        return false;
    skip_blank(s);
    return s->at == s->end || refuse(s, "内容之后还有多余的字符");
}

bool json_whole(const char *text, size_t n)
{
    struct scan s = { .at = text, .end = text + n, .wide = true };
    return whole(&s);
}

/* One odd escape of four digits as bytes that no UTF-8 has: C0 80, or ED A0…BF and one more. */
static char *put_odd(char *out, unsigned u)
{
    if (u == 0) {
        *out++ = (char)0xC0;
        *out++ = (char)0x80;
        return out;
    }
    *out++ = (char)0xED;
    *out++ = (char)(0x80 | (u >> 6 & 0x3F));
    *out++ = (char)(0x80 | (u & 0x3F));
    return out;
}

/* Writes the odd escapes of a text that was scanned as bytes, in place: each is shorter than it
   was. cJSON takes them as they are. */
static void plain_odd(char *text)
{
    char *out = text;
    const char *end = text + strlen(text);
    for (struct scan s = { .at = text, .end = end, .wide = true }; s.at < end;) {
        const char *from = s.at++;
        s.odd = false;
        if (*from == '\\')
            (void)escape(&s);
        if (s.odd) {
            struct scan digits_of = { .at = from + 2, .end = end };
            unsigned u = 0;
            (void)hex4(&digits_of, &u);
            out = put_odd(out, u);
        } else {
            memmove(out, from, (size_t)(s.at - from));
            out += s.at - from;
        }
    }
    *out = '\0';
}

static enum rc parse(struct arena *a, const char *text, size_t n, struct scan *s, cJSON **root,
                     struct err *err)
{
    *root = NULL;
    if (!utf8_valid(text, n) || memchr(text, '\0', n))
        return err_set(err, RC_MALFORMED, "", "内容不是有效的 UTF-8 文本");
    s->at = text;
    s->end = text + n;
    if (!whole(s))
        return err_set(err, RC_MALFORMED, "", "第 %zu 字节处不是有效的 JSON：%s",
                       (size_t)(s->at - text), s->why);
    cJSON_Hooks hooks = { .malloc_fn = tree_alloc, .free_fn = tree_free };
    tree_arena = a;
    cJSON_InitHooks(&hooks);
    char *copy = arena_slice(a, text, n);
    if (s->odd)
        plain_odd(copy);
    *root = cJSON_ParseWithLengthOpts(copy, strlen(copy) + 1, NULL, 1);
    if (!*root)
        return err_set(err, RC_MALFORMED, "", "不是有效的 JSON");
    const char *twice = duplicate_key(a, *root);
    if (twice)
        return err_set(err, RC_MALFORMED, "", "键“%.60s”重复出现", twice);
    return RC_OK;
}

enum rc json_parse(struct arena *a, const char *text, size_t n, cJSON **root, struct err *err)
{
    return parse(a, text, n, &(struct scan){ .wide = false }, root, err);
}

enum rc json_parse_wide(struct arena *a, const char *text, size_t n, cJSON **root, bool *odd,
                        struct err *err)
{
    struct scan s = { .wide = true };
    enum rc rc = parse(a, text, n, &s, root, err);
    *odd = s.odd;
    return rc;
}

bool json_odd(const char *string)
{
    return !utf8_valid(string, strlen(string));
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

bool json_int(const cJSON *node, int64_t *value)
{
    if (!cJSON_IsNumber(node) || node->valuedouble != floor(node->valuedouble) ||
        fabs(node->valuedouble) > (double)JSON_INT_MAX)
        return false;
    *value = (int64_t)node->valuedouble;
    return true;
}

static void print(struct jsonw *w, const char *key, const cJSON *node)
{
    int64_t integer;
    if (cJSON_IsObject(node) || cJSON_IsArray(node)) {
        if (cJSON_IsObject(node))
            jw_object(w, key);
        else
            jw_array(w, key);
        for (const cJSON *m = node->child; m; m = m->next)
            print(w, m->string, m);
        jw_end(w);
    } else if (cJSON_IsString(node)) {
        jw_text(w, key, node->valuestring);
    } else if (json_int(node, &integer)) {
        jw_int(w, key, integer);
    } else if (cJSON_IsNumber(node)) {
        jw_real(w, key, node->valuedouble);
    } else if (cJSON_IsBool(node)) {
        jw_bool(w, key, cJSON_IsTrue(node));
    } else {
        jw_null(w, key);
    }
}

char *json_print(struct arena *a, const cJSON *node)
{
    struct buf b;
    struct jsonw w;
    buf_init(&b, a, SIZE_MAX / 4);
    jw_init(&w, &b);
    print(&w, NULL, node);
    return b.p;
}
