#include "store/field/checklist_json.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sys/jsonw.h"

/* ---- Reading --------------------------------------------------------------------------------- */

enum { POINTER = 100 };

struct reader {
    struct arena *arena;
    char base[POINTER]; /* pointer of the object in hand */
    struct err *err;
};

static enum rc fault(const struct reader *r, const char *member, const char *why)
{
    char pointer[POINTER + 64];
    (void)snprintf(pointer, sizeof pointer, "%s%s%.40s", r->base, *member ? "/" : "", member);
    return err_set(r->err, RC_INVALID, pointer, "%s", why);
}

static enum rc object(const struct reader *r, const cJSON *node, const char *const *members)
{
    if (!node || !cJSON_IsObject(node))
        return fault(r, "", "须为对象");
    for (const cJSON *m = node->child; m; m = m->next)
        if (text_index(members, m->string) < 0)
            return fault(r, m->string, "未知成员");
    return RC_OK;
}

/* An absent text stays NULL. */
static enum rc text(const struct reader *r, const cJSON *node, const char *member, const char **out)
{
    const cJSON *m = json_member(node, member);
    if (m && !cJSON_IsString(m))
        return fault(r, member, "须为文本");
    *out = m ? m->valuestring : NULL;
    return RC_OK;
}

static enum rc integer(const struct reader *r, const cJSON *node, const char *member, int64_t *out)
{
    const cJSON *m = json_member(node, member);
    *out = 0;
    return m && !json_int(m, out) ? fault(r, member, "须为整数") : RC_OK;
}

/* The array's length, at most max; an absent one is empty. */
static enum rc array(const struct reader *r, const cJSON *node, const char *member, size_t max,
                     size_t *n)
{
    const cJSON *m = json_member(node, member);
    int size = m && cJSON_IsArray(m) ? cJSON_GetArraySize(m) : 0;
    *n = (size_t)size;
    return (m && !cJSON_IsArray(m)) || *n > max ? fault(r, member, "须为数组，且不超过上限")
                                                : RC_OK;
}

static enum rc values(const struct reader *r, const cJSON *node, const char *member,
                      struct checklist_values *out)
{
    enum rc rc = array(r, node, member, CHECKLIST_OPTIONS_MAX, &out->n);
    if (rc != RC_OK || out->n == 0)
        return rc;
    out->v = arena_array(r->arena, out->n, sizeof *out->v);
    size_t i = 0;
    for (const cJSON *v = json_member(node, member)->child; v; v = v->next) {
        if (!cJSON_IsString(v))
            return fault(r, member, "须为文本的数组");
        out->v[i++] = v->valuestring;
    }
    return RC_OK;
}

static enum rc read_options(const struct reader *r, const cJSON *node, struct checklist_question *q)
{
    static const char *const members[] = { "id", "text", NULL };
    enum rc rc = array(r, node, "options", CHECKLIST_OPTIONS_MAX, &q->option_count);
    if (rc != RC_OK || q->option_count == 0)
        return rc;
    struct checklist_option *options = arena_array(r->arena, q->option_count, sizeof *options);
    struct reader inner = *r;
    size_t i = 0;
    for (const cJSON *v = json_member(node, "options")->child; rc == RC_OK && v; v = v->next) {
        (void)snprintf(inner.base, sizeof inner.base, "%.70s/options/%zu", r->base, i);
        rc = object(&inner, v, members);
        if (rc == RC_OK)
            rc = text(&inner, v, "id", &options[i].id);
        if (rc == RC_OK)
            rc = text(&inner, v, "text", &options[i].text);
        i++;
    }
    q->options = options;
    return rc;
}

static enum rc read_type(const struct reader *r, const cJSON *node, struct checklist_question *q)
{
    const cJSON *type = json_member(node, "type");
    const cJSON *required = json_member(node, "required");
    int i = type && cJSON_IsString(type) ? text_index(checklist_type_names, type->valuestring) : -1;
    if (i < 0)
        return fault(r, "type",
                     "须为 yes_no、choice、multi、integer、decimal、text、date 或 photo");
    if (required && !cJSON_IsBool(required))
        return fault(r, "required", "须为 true 或 false");
    q->type = (enum checklist_type)i;
    q->required = required && cJSON_IsTrue(required);
    return RC_OK;
}

static enum rc read_when(const struct reader *r, const cJSON *node, struct checklist_question *q)
{
    static const char *const members[] = { "question", "in", NULL };
    const cJSON *when = json_member(node, "when");
    struct reader inner = *r;
    if (!when)
        return RC_OK;
    (void)snprintf(inner.base, sizeof inner.base, "%.70s/when", r->base);
    enum rc rc = object(&inner, when, members);
    if (rc == RC_OK)
        rc = text(&inner, when, "question", &q->when);
    if (rc == RC_OK)
        rc = values(&inner, when, "in", &q->when_in);
    return rc == RC_OK && !q->when ? fault(&inner, "question", "须为前面一题的编号") : rc;
}

static enum rc read_question(const struct reader *r, const cJSON *node,
                             struct checklist_question *q)
{
    static const char *const members[] = { "id",         "type",     "text",       "basis",
                                           "required",   "options",  "unit",       "min",
                                           "max",        "decimals", "normal_min", "normal_max",
                                           "max_length", "problem",  "when",       NULL };
    const struct {
        const char *member;
        const char **out;
    } texts[] = { { "id", &q->id },
                  { "text", &q->text },
                  { "basis", &q->basis },
                  { "unit", &q->unit },
                  { "min", &q->min },
                  { "max", &q->max },
                  { "normal_min", &q->normal_min },
                  { "normal_max", &q->normal_max } };
    enum rc rc = object(r, node, members);
    for (size_t i = 0; rc == RC_OK && i < sizeof texts / sizeof texts[0]; i++)
        rc = text(r, node, texts[i].member, texts[i].out);
    if (rc == RC_OK)
        rc = read_type(r, node, q);
    if (rc == RC_OK)
        rc = integer(r, node, "decimals", &q->decimals);
    if (rc == RC_OK)
        rc = integer(r, node, "max_length", &q->max_length);
    if (rc == RC_OK)
        rc = read_options(r, node, q);
    if (rc == RC_OK)
        rc = values(r, node, "problem", &q->problem);
    return rc == RC_OK ? read_when(r, node, q) : rc;
}

enum rc checklist_read(struct arena *a, const cJSON *tree, struct checklist *out, struct err *err)
{
    static const char *const members[] = { "item", "version", "title", "questions", NULL };
    struct reader r = { .arena = a, .err = err };
    *out = (struct checklist){ .n = 0 };
    enum rc rc = object(&r, tree, members);
    if (rc == RC_OK)
        rc = text(&r, tree, "item", &out->item);
    if (rc == RC_OK)
        rc = integer(&r, tree, "version", &out->version);
    if (rc == RC_OK)
        rc = text(&r, tree, "title", &out->title);
    if (rc == RC_OK)
        rc = array(&r, tree, "questions", CHECKLIST_QUESTIONS_MAX, &out->n);
    if (rc != RC_OK)
        return rc;
    struct checklist_question *questions = arena_array(a, out->n + 1, sizeof *questions);
    const cJSON *node = out->n ? json_member(tree, "questions")->child : NULL;
    for (size_t i = 0; rc == RC_OK && node; i++, node = node->next) {
        (void)snprintf(r.base, sizeof r.base, "/questions/%zu", i);
        rc = read_question(&r, node, &questions[i]);
    }
    out->questions = questions;
    return rc == RC_OK ? checklist_check(out, err) : rc;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* What is absent is not written. */
static void put_text(struct jsonw *w, const char *key, const char *value)
{
    if (value)
        jw_text(w, key, value);
}

static void put_values(struct jsonw *w, const char *key, const struct checklist_values *list)
{
    if (list->n == 0)
        return;
    jw_array(w, key);
    for (size_t i = 0; i < list->n; i++)
        jw_text(w, NULL, list->v[i]);
    jw_end(w);
}

static void put_options(struct jsonw *w, const struct checklist_question *q)
{
    if (q->option_count == 0)
        return;
    jw_array(w, "options");
    for (size_t i = 0; i < q->option_count; i++) {
        jw_object(w, NULL);
        jw_text(w, "id", q->options[i].id);
        jw_text(w, "text", q->options[i].text);
        jw_end(w);
    }
    jw_end(w);
}

/* Members in the order of their names. */
static void put_question(struct jsonw *w, const struct checklist_question *q)
{
    jw_object(w, NULL);
    put_text(w, "basis", q->basis);
    if (q->decimals)
        jw_int(w, "decimals", q->decimals);
    put_text(w, "id", q->id);
    put_text(w, "max", q->max);
    if (q->max_length)
        jw_int(w, "max_length", q->max_length);
    put_text(w, "min", q->min);
    put_text(w, "normal_max", q->normal_max);
    put_text(w, "normal_min", q->normal_min);
    put_options(w, q);
    put_values(w, "problem", &q->problem);
    if (q->required)
        jw_bool(w, "required", true);
    put_text(w, "text", q->text);
    jw_text(w, "type", checklist_type_names[q->type]);
    put_text(w, "unit", q->unit);
    if (q->when) {
        jw_object(w, "when");
        put_values(w, "in", &q->when_in);
        jw_text(w, "question", q->when);
        jw_end(w);
    }
    jw_end(w);
}

const char *checklist_write(struct arena *a, const struct checklist *c)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, a, CHECKLIST_BYTES_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "item", c->item);
    jw_array(&w, "questions");
    for (size_t i = 0; i < c->n; i++)
        put_question(&w, &c->questions[i]);
    jw_end(&w);
    jw_text(&w, "title", c->title);
    jw_int(&w, "version", c->version);
    jw_end(&w);
    return out.full ? NULL : out.p;
}
