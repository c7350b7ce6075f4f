/*
 * From the bytes of a body to operations. Each operation is cut out and read by itself: one that is
 * no JSON, or holds what no text does, is rejected alone. The same bytes come again and again until
 * the phone hears of it, so its id and counter are looked for in what of it can be read.
 */
#include "push.h"

#include <string.h>

#include "base/text.h"
#include "canonical.h"
#include "sys/json_parts.h"

/* ---- What cannot be read --------------------------------------------------------------------- */

/* An operation has eight members. */
enum { SALVAGED_MAX = 32 };

/* Those of the first members of a broken operation that are JSON by themselves, each name once. */
static cJSON *salvage(struct arena *a, const char *text, size_t n)
{
    struct json_parts parts;
    struct json_part part;
    const char *good = "";
    cJSON *tree = NULL;
    if (!json_parts_open(&parts, text, n, '{'))
        return NULL;
    for (int i = 0; i < SALVAGED_MAX && json_parts_next(&parts, &part) == JSON_PART; i++) {
        struct err err;
        cJSON *more;
        const char *member = arena_slice(a, part.name, (size_t)(part.text + part.size - part.name));
        const char *all = arena_printf(a, "%s%s%s", good, *good ? "," : "", member);
        const char *object = arena_printf(a, "{%s}", all);
        if (json_parse(a, object, strlen(object), &more, &err) != RC_OK)
            continue;
        good = all;
        tree = more;
    }
    return tree;
}

/* As the ledger and the desk keep it: its text, as far as it is one. */
static const char *unreadable_body(struct arena *a, const char *text, size_t n)
{
    struct buf out;
    struct jsonw w;
    char *kept = arena_slice(a, text, n);
    for (size_t i = 0; i < n; i++)
        if (!text[i])
            kept[i] = ' ';
    utf8_drop_broken(kept);
    buf_init(&out, a, CANONICAL_GROWTH * n + 64);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "unreadable", kept);
    jw_end(&w);
    return out.p;
}

/* Where the first odd text stands: of a member or of a field. */
static const char *odd_place(struct arena *a, const cJSON *tree, const char *base)
{
    for (const cJSON *m = tree->child; m; m = m->next) {
        const char *name = m->string && !json_odd(m->string) ? m->string : NULL;
        if (m->string && !name)
            return base;
        const char *here = name ? arena_printf(a, "%s/%.60s", base, name) : base;
        if (cJSON_IsString(m) && json_odd(m->valuestring))
            return here;
        const char *below = m->child ? odd_place(a, m, here) : NULL;
        if (below)
            return below;
    }
    return NULL;
}

/* ---- Operations ------------------------------------------------------------------------------ */

static enum rc read_operation(struct push_batch *b, const struct json_part *part,
                              struct push_op *op)
{
    struct web_ctx *c = b->c;
    struct err err;
    cJSON *tree;
    bool odd;
    enum rc rc = json_parse_wide(c->arena, part->text, part->size, &tree, &odd, &err);
    bool readable = rc == RC_OK;
    if (!readable)
        tree = salvage(c->arena, part->text, part->size);
    rc = push_op_identify(c, tree, (size_t)(op - b->ops), op);
    if (rc != RC_OK)
        return rc;
    if (!readable) {
        op->body = unreadable_body(c->arena, part->text, part->size);
        digest_bytes(DIGEST_SHA256, part->text, part->size, op->body_hash);
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "", "%s", err.detail);
    } else if (odd) {
        const char *place = odd_place(c->arena, tree, "");
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, place ? place : "",
                       "文本含有 \\u0000 或残缺的字符（孤立的代理项），不能保存");
    }
    push_op_parse(op);
    return RC_OK;
}

static enum rc no_list(struct web_ctx *c)
{
    return web_fail(c, RC_INVALID, "/operations", "“operations”须为操作的数组");
}

static enum rc count_operations(struct push_batch *b, const struct json_part *list, size_t *n)
{
    struct json_parts parts;
    struct json_part part;
    enum json_parts_step step = JSON_PARTS_BROKEN;
    *n = 0;
    if (!list->text || !json_parts_open(&parts, list->text, list->size, '['))
        return no_list(b->c);
    while ((step = json_parts_next(&parts, &part)) == JSON_PART)
        ++*n;
    if (step == JSON_PARTS_BROKEN)
        return web_fail(b->c, RC_MALFORMED, "/operations", "操作的括号或引号不成对");
    if (*n < 1 || *n > PUSH_OPS_MAX)
        return web_fail(b->c, RC_INVALID, "/operations", "一个批次须有 1 至 %d 个操作",
                        PUSH_OPS_MAX);
    return RC_OK;
}

/* ---- The envelope ---------------------------------------------------------------------------- */

struct envelope {
    struct json_part operations;
    struct json_part clock;
};

/* A body that is JSON is another thing than a batch; one that is none is told where it breaks. */
static enum rc no_batch(struct web_ctx *c)
{
    cJSON *root;
    enum rc rc = json_parse(c->arena, c->body, c->body_size, &root, &c->err);
    return rc == RC_OK ? web_fail(c, RC_INVALID, "", "批次只含“operations”和“clock”两个成员") : rc;
}

static enum rc read_envelope(struct web_ctx *c, struct envelope *out)
{
    struct json_parts parts;
    struct json_part part;
    enum json_parts_step step;
    *out = (struct envelope){ .clock = { .name = NULL } };
    if (!json_parts_open(&parts, c->body, c->body_size, '{')) {
        enum rc rc = no_batch(c);
        return rc == RC_INVALID ? no_list(c) : rc;
    }
    while ((step = json_parts_next(&parts, &part)) == JSON_PART) {
        struct json_part *place = json_part_is(&part, "operations") ? &out->operations
                                  : json_part_is(&part, "clock")    ? &out->clock
                                                                    : NULL;
        if (!place || place->text)
            return no_batch(c);
        *place = part;
    }
    return step == JSON_PARTS_END ? RC_OK : no_batch(c);
}

enum rc push_read(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    struct envelope envelope;
    struct json_parts parts;
    struct json_part part;
    size_t n;
    enum rc rc = read_envelope(c, &envelope);
    if (rc == RC_OK)
        rc = count_operations(b, &envelope.operations, &n);
    if (rc != RC_OK)
        return rc;
    if (envelope.clock.text)
        push_clock_read(b, envelope.clock.text, envelope.clock.size);
    b->ops = arena_array(c->arena, n, sizeof *b->ops);
    (void)json_parts_open(&parts, envelope.operations.text, envelope.operations.size, '[');
    while (rc == RC_OK && json_parts_next(&parts, &part) == JSON_PART) {
        rc = read_operation(b, &part, &b->ops[b->n]);
        b->n += rc == RC_OK;
    }
    return rc;
}
