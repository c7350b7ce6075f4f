#include "target/shape.h"

#include <iconv.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "sys/json.h"
#include "sys/jsonw.h"

enum { SHAPE_MAX = 1 << 20 };

/* A field of ours that a target may ask for beside those of the body. */
static const char own_id[] = "message";

struct shape {
    struct arena *arena;
    const struct target *target;
    const struct target_message *message;
    const struct target_pair *fields;
    struct err *err;
};

static enum rc begin(struct shape *s, const cJSON **root)
{
    cJSON *tree;
    const struct target_message *m = s->message;
    enum rc rc = json_parse(s->arena, m->body, strlen(m->body), &tree, s->err);
    if (rc != RC_OK)
        return rc;
    *root = tree;
    s->fields = s->target
                    ->fields[m->retracts                     ? TARGET_RETRACTION
                             : json_member(tree, "penDecNo") ? TARGET_PENALTY
                                                             : TARGET_INSPECTION]
                    .first;
    return RC_OK;
}

/* A target that lists words of a field takes no other in it. */
static enum rc word_of(struct shape *s, const char *field, const char *text, const char **out)
{
    size_t n = strlen(field);
    bool listed = false;
    *out = text;
    for (const struct target_pair *p = s->target->words.first; p; p = p->next) {
        if (strncmp(p->name, field, n) != 0 || p->name[n] != '.')
            continue;
        listed = true;
        if (strcmp(p->name + n + 1, text) == 0) {
            *out = p->value;
            return RC_OK;
        }
    }
    if (!listed)
        return RC_OK;
    return err_set(s->err, RC_INVALID, field, "该平台的词表中没有“%s”", text);
}

/* A scalar as text; "" for null. */
static enum rc text_of(struct shape *s, const char *field, const cJSON *node, const char **out)
{
    *out = "";
    if (node && cJSON_IsString(node))
        return word_of(s, field, node->valuestring, out);
    if (node && !cJSON_IsNull(node))
        *out = json_print(s->arena, node);
    return RC_OK;
}

/* ---- JSON ---- */

static enum rc put_object(struct shape *s, struct jsonw *w, const cJSON *object, bool top);

static enum rc put_value(struct shape *s, struct jsonw *w, const char *key, const char *field,
                         const cJSON *node)
{
    enum rc rc = RC_OK;
    const char *text;
    if (cJSON_IsObject(node)) {
        jw_object(w, key);
        rc = put_object(s, w, node, false);
        jw_end(w);
    } else if (cJSON_IsArray(node)) {
        const cJSON *element;
        jw_array(w, key);
        cJSON_ArrayForEach(element, node) if (rc == RC_OK) rc =
            put_value(s, w, NULL, field, element);
        jw_end(w);
    } else {
        rc = text_of(s, field, node, &text);
        if (cJSON_IsString(node))
            jw_text(w, key, text);
        else
            jw_raw(w, key, cJSON_IsNull(node) ? "null" : text);
    }
    return rc;
}

static enum rc put_object(struct shape *s, struct jsonw *w, const cJSON *object, bool top)
{
    enum rc rc = RC_OK;
    const cJSON *member;
    if (!s->fields) {
        cJSON_ArrayForEach(member, object) if (rc == RC_OK) rc =
            put_value(s, w, member->string, member->string, member);
        return rc;
    }
    for (const struct target_pair *p = s->fields; rc == RC_OK && p; p = p->next) {
        member = json_member(object, p->name);
        if (member)
            rc = put_value(s, w, p->value, p->name, member);
        else if (top && strcmp(p->name, own_id) == 0)
            jw_text(w, p->value, s->message->message_id);
    }
    return rc;
}

enum rc shape_json(struct arena *a, const struct target *t, const struct target_message *m,
                   const char **out, struct err *err)
{
    struct shape s = { .arena = a, .target = t, .message = m, .err = err };
    struct buf text;
    struct jsonw w;
    const cJSON *root;
    enum rc rc = begin(&s, &root);
    *out = m->body;
    if (rc != RC_OK || (!s.fields && !t->words.first))
        return rc;
    buf_init(&text, a, SHAPE_MAX);
    jw_init(&w, &text);
    jw_object(&w, NULL);
    rc = put_object(&s, &w, root, true);
    jw_end(&w);
    if (rc == RC_OK && text.full)
        return err_set(err, RC_TOO_LARGE, "", "报文过大");
    *out = text.p;
    return rc;
}

/* ---- CSV ---- */

static void put_cell(struct buf *out, const char *text, bool last)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_putc(out, '"');
        buf_putc(out, *text);
    }
    if (quoted)
        buf_putc(out, '"');
    buf_puts(out, last ? "\r\n" : ",");
}

static enum rc put_row(struct shape *s, const cJSON *root, const cJSON *element, struct buf *out)
{
    enum rc rc = RC_OK;
    for (const struct target_pair *p = s->fields; rc == RC_OK && p; p = p->next) {
        const char *text = s->message->message_id;
        const cJSON *node = json_member(root, p->name);
        if (!node && element)
            node = json_member(element, p->name);
        if (node || strcmp(p->name, own_id) != 0)
            rc = text_of(s, p->name, node, &text);
        put_cell(out, rc == RC_OK ? text : "", !p->next);
    }
    return rc;
}

static const cJSON *list_of(const cJSON *root)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, root) if (cJSON_IsArray(member)) return member;
    return NULL;
}

enum rc shape_csv(struct arena *a, const struct target *t, const struct target_message *m,
                  const char **out, size_t *rows, struct err *err)
{
    struct shape s = { .arena = a, .target = t, .message = m, .err = err };
    struct buf text;
    const cJSON *root;
    *rows = 0;
    enum rc rc = begin(&s, &root);
    if (rc != RC_OK)
        return rc;
    buf_init(&text, a, SHAPE_MAX);
    for (const struct target_pair *p = s.fields; p; p = p->next)
        put_cell(&text, p->value, !p->next);
    const cJSON *list = list_of(root);
    const cJSON *element = list ? list->child : NULL;
    do {
        rc = put_row(&s, root, element, &text);
        ++*rows;
        element = element ? element->next : NULL;
    } while (rc == RC_OK && element);
    if (rc == RC_OK && text.full)
        return err_set(err, RC_TOO_LARGE, "", "报文过大");
    *out = text.p;
    return rc;
}

char *shape_converted(struct arena *a, const char *from, const char *to, const char *text,
                      size_t *n)
{
    const size_t size = 4 * *n + 1; /* no character grows by more */
    char *made = arena_alloc(a, size);
    char *in = arena_slice(a, text, *n);
    char *out = made;
    size_t left = *n;
    size_t room = size - 1;
    iconv_t convert = iconv_open(to, from);
    bool whole = convert != (iconv_t)-1 && iconv(convert, &in, &left, &out, &room) != (size_t)-1;
    if (convert != (iconv_t)-1)
        (void)iconv_close(convert);
    *out = '\0';
    *n = (size_t)(out - made);
    return whole ? made : NULL;
}
