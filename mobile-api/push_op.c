#include "push.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "canonical.h"

/* ---- Members --------------------------------------------------------------------------------- */

/* RFC 9562: 8-4-4-4-12 lowercase digits, version 7, variant 10. */
static bool read_uuid(const cJSON *node, char text[PUSH_UUID_TEXT], uint8_t id[SYNCOP_ID])
{
    char digits[2 * SYNCOP_ID + 1];
    size_t n = 0;
    if (!cJSON_IsString(node) || strlen(node->valuestring) != PUSH_UUID_TEXT - 1)
        return false;
    for (size_t i = 0; i < PUSH_UUID_TEXT - 1; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if ((node->valuestring[i] == '-') != hyphen)
            return false;
        if (!hyphen)
            digits[n++] = node->valuestring[i];
    }
    digits[n] = '\0';
    memcpy(text, node->valuestring, PUSH_UUID_TEXT);
    return hex_decode(id, SYNCOP_ID, digits) && id[6] >> 4 == 7 && id[8] >> 6 == 2;
}

enum rc push_op_identify(struct web_ctx *c, const cJSON *tree, size_t index, struct push_op *op)
{
    char *pointer = arena_printf(c->arena, "/operations/%zu", index);
    op->tree = tree;
    if (!cJSON_IsObject(tree))
        return web_fail(c, RC_INVALID, pointer, "操作须为对象");
    if (!read_uuid(json_member(tree, "id"), op->id_text, op->id))
        return web_fail(c, RC_INVALID, arena_printf(c->arena, "%s/id", pointer),
                        "“id”须为小写的 UUIDv7");
    if (!json_int(json_member(tree, "counter"), &op->counter) || op->counter < 1)
        return web_fail(c, RC_INVALID, arena_printf(c->arena, "%s/counter", pointer),
                        "“counter”须为正整数");
    struct buf body;
    buf_init(&body, c->arena, CANONICAL_GROWTH * c->body_size + 64);
    canonical_put(&body, c->arena, tree);
    op->body = body.p;
    digest_bytes(DIGEST_SHA256, body.p, body.n, op->body_hash);
    return RC_OK;
}

static enum push_entity read_entity(const cJSON *node)
{
    static const char *const names[] = { [PUSH_UNKNOWN] = "",
                                         [PUSH_CHECK_RESULT] = "check_result",
                                         [PUSH_SECTION] = "section",
                                         [PUSH_SIGN] = "section_sign",
                                         [PUSH_EVIDENCE] = "evidence",
                                         [PUSH_ATTENDANCE] = "attendance",
                                         [PUSH_SIGNATURE] = "signature",
                                         [PUSH_SAMPLE] = "sample",
                                         NULL };
    int i = cJSON_IsString(node) ? text_index(names, node->valuestring) : -1;
    return i > 0 ? (enum push_entity)i : PUSH_UNKNOWN;
}

/* Group and after: how the operation hangs on others. */
static void parse_bonds(struct push_op *op)
{
    const cJSON *group = json_member(op->tree, "group");
    const cJSON *after = json_member(op->tree, "after");
    if (group && !cJSON_IsNull(group)) {
        size_t n = cJSON_IsString(group) ? utf8_length(group->valuestring) : 0;
        if (n < 1 || n > PUSH_GROUP_MAX)
            push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/group",
                           "“group”须为 1 至 %d 个字符", PUSH_GROUP_MAX);
        else
            op->group = group->valuestring;
    }
    if (after && !cJSON_IsNull(after)) {
        op->has_after = read_uuid(after, op->after_text, op->after);
        if (!op->has_after)
            push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/after",
                           "“after”须为另一操作的编号");
    }
}

static void parse_target(struct push_op *op)
{
    const cJSON *id = json_member(op->tree, "entity_id");
    const cJSON *base = json_member(op->tree, "base_version");
    if (op->entity >= PUSH_EVIDENCE) {
        if (id && !cJSON_IsNull(id))
            push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/entity_id",
                           "新登记的内容不带 entity_id，所属检查单写在 fields.section_id");
        op->entity_id = push_fields_section(op->fields);
        return;
    }
    if (!json_int(id, &op->entity_id) || op->entity_id < 1)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/entity_id", "“entity_id”须为正整数");
    if (op->entity == PUSH_SIGN && (!base || cJSON_IsNull(base)))
        return;
    if (!json_int(base, &op->base_version) || op->base_version < 0)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/base_version",
                       "“base_version”须为非负整数");
}

static void check_members(struct push_op *op)
{
    static const char *const members[] = { "id",        "counter",      "entity",
                                           "entity_id", "base_version", "fields",
                                           "group",     "after",        NULL };
    for (const cJSON *m = op->tree->child; m; m = m->next)
        if (text_index(members, m->string) < 0)
            push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "", "操作含有未知成员“%.40s”",
                           m->string);
}

void push_op_parse(struct push_op *op)
{
    parse_bonds(op);
    op->entity = read_entity(json_member(op->tree, "entity"));
    if (op->entity == PUSH_UNKNOWN) {
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/entity",
                       "“entity”须为 check_result、section、section_sign、evidence、attendance、"
                       "signature 或 sample");
        return;
    }
    op->fields = json_member(op->tree, "fields");
    if (op->fields && !cJSON_IsObject(op->fields)) {
        op->fields = NULL;
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/fields", "“fields”须为对象");
    } else if (!op->fields && op->entity != PUSH_SIGN) {
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_MALFORMED, "/fields", "缺少“fields”");
    }
    parse_target(op);
    check_members(op);
}

/* The first fault stays. */
void push_op_refuse(struct push_op *op, enum push_outcome outcome, enum push_problem problem,
                    const char *pointer, const char *format, ...)
{
    if (op->outcome != PUSH_OPEN)
        return;
    va_list args;
    va_start(args, format);
    op->outcome = outcome;
    op->problem = problem;
    (void)snprintf(op->err.pointer, sizeof op->err.pointer, "%s", pointer);
    (void)vsnprintf(op->err.detail, sizeof op->err.detail, format, args);
    va_end(args);
    /* As in err_set: what is cut is bytes, and the ledger takes characters only. */
    utf8_drop_broken(op->err.pointer);
    utf8_drop_broken(op->err.detail);
}

/* ---- Ledger ---------------------------------------------------------------------------------- */

static bool same_id(const uint8_t a[SYNCOP_ID], const uint8_t b[SYNCOP_ID])
{
    return memcmp(a, b, SYNCOP_ID) == 0;
}

static void id_reused(struct push_op *op)
{
    op->outcome = PUSH_OPEN; /* this says more than whatever its own body may lack */
    op->unrecorded = true;
    push_op_refuse(op, PUSH_REJECTED, PUSH_P_ID_REUSED, "/id", "操作编号已用于内容不同的另一操作");
}

static void forked(struct push_op *op)
{
    op->outcome = PUSH_OPEN;
    op->unrecorded = true;
    push_op_refuse(op, PUSH_REJECTED, PUSH_P_FORKED, "/counter",
                   "计数 %lld 已用于另一操作：该设备的数据可能被复制或恢复，请重新注册设备",
                   (long long)op->counter);
}

/* The row of the same id answers: as it did the first time, unless it was deferred. It may be that
   of another device of the inspector: a phone that was enrolled anew hands over what it has
   left. */
static void recall_same(struct push_batch *b, struct push_op *op, const struct syncop *row)
{
    if (row->inspector_id != b->c->actor.inspector_id ||
        memcmp(row->body_hash, op->body_hash, DIGEST_SIZE) != 0) {
        id_reused(op);
    } else if (strcmp(row->outcome, "deferred") == 0) {
        op->again = true;
    } else {
        op->outcome = PUSH_DUPLICATE;
        op->problem = PUSH_NO_PROBLEM;
        op->result = row->result;
    }
}

void push_op_recall(struct push_batch *b, size_t index)
{
    struct push_op *op = &b->ops[index];
    for (size_t i = 0; i < b->known_count; i++) {
        if (same_id(b->known[i].id, op->id)) {
            recall_same(b, op, &b->known[i]);
            return;
        }
    }
    for (size_t i = 0; i < index; i++) {
        struct push_op *earlier = &b->ops[i];
        if (!same_id(earlier->id, op->id))
            continue;
        if (memcmp(earlier->body_hash, op->body_hash, DIGEST_SIZE) != 0) {
            id_reused(op);
        } else {
            op->outcome = PUSH_DUPLICATE;
            op->result = earlier->outcome == PUSH_DUPLICATE ? earlier->result
                                                            : push_op_result(b->c, earlier);
        }
        return;
    }
    for (size_t i = 0; i < b->known_count; i++)
        if (b->known[i].device_id == b->c->actor.id && b->known[i].counter == op->counter)
            forked(op);
    for (size_t i = 0; i < index; i++)
        if (b->ops[i].counter == op->counter)
            forked(op);
}

void push_op_repeat(struct push_batch *b, size_t index, size_t end)
{
    const char *result = push_op_result(b->c, &b->ops[index]);
    for (size_t i = index + 1; i < end; i++)
        if (b->ops[i].outcome == PUSH_DUPLICATE && same_id(b->ops[i].id, b->ops[index].id))
            b->ops[i].result = result;
}

/* What became of an operation, in this batch or before it: PUSH_OPEN when nobody has seen it. */
static enum push_outcome outcome_of(const struct push_batch *b, size_t index,
                                    const uint8_t id[SYNCOP_ID])
{
    const char *outcome = NULL;
    for (size_t i = 0; i < index; i++)
        if (same_id(b->ops[i].id, id) && b->ops[i].outcome != PUSH_DUPLICATE &&
            !b->ops[i].unrecorded)
            return b->ops[i].outcome;
    for (size_t i = 0; i < b->known_count; i++)
        if (same_id(b->known[i].id, id) && b->known[i].inspector_id == b->c->actor.inspector_id)
            outcome = b->known[i].outcome;
    if (!outcome)
        return PUSH_OPEN;
    if (strcmp(outcome, "deferred") == 0)
        return PUSH_DEFERRED;
    return strcmp(outcome, "rejected") == 0 ? PUSH_REJECTED : PUSH_APPLIED;
}

bool push_op_ready(struct push_batch *b, size_t index)
{
    struct push_op *op = &b->ops[index];
    if (!op->has_after)
        return true;
    switch (outcome_of(b, index, op->after)) {
    case PUSH_OPEN:
    case PUSH_DEFERRED:
        push_op_refuse(op, PUSH_DEFERRED, PUSH_P_AFTER_MISSING, "/after",
                       "所依赖的操作 %s 尚未生效，请在其生效后以原编号重新提交", op->after_text);
        return false;
    case PUSH_REJECTED:
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_AFTER_REJECTED, "/after",
                       "所依赖的操作 %s 已被拒绝", op->after_text);
        return false;
    default:
        return true;
    }
}

/* ---- Outcome --------------------------------------------------------------------------------- */

static const struct {
    const char *type;
    const char *title;
} problems[] = {
    [PUSH_NO_PROBLEM] = { "", "" },
    [PUSH_P_MALFORMED] = { "malformed", "操作格式有误" },
    [PUSH_P_INVALID] = { "invalid", "内容不符合要求" },
    [PUSH_P_NOT_FOUND] = { "not-found", "对象不存在" },
    [PUSH_P_NOT_ASSIGNED] = { "not-assigned", "未被指派" },
    [PUSH_P_SEALED] = { "section-sealed", "检查单已签字" },
    [PUSH_P_REASSIGNED] = { "reassigned", "检查任务已改派" },
    [PUSH_P_DELETED] = { "deleted", "对象已撤销" },
    [PUSH_P_INCOMPLETE] = { "incomplete", "检查单尚未填完" },
    [PUSH_P_CONFLICT_OPEN] = { "conflict-open", "尚有未处理的冲突" },
    [PUSH_P_CONFLICTS_FULL] = { "conflicts-full", "未处理的冲突过多" },
    [PUSH_P_ID_REUSED] = { "id-reused", "操作编号重复使用" },
    [PUSH_P_FORKED] = { "device-forked", "设备计数重复" },
    [PUSH_P_AFTER_MISSING] = { "dependency-missing", "所依赖的操作尚未生效" },
    [PUSH_P_AFTER_REJECTED] = { "dependency-rejected", "所依赖的操作已被拒绝" },
    [PUSH_P_GROUP_FAILED] = { "group-failed", "同组操作未生效" },
    [PUSH_P_GROUP_SPLIT] = { "group-split", "同组操作须相邻" },
};

const char *push_outcome_name(enum push_outcome outcome)
{
    static const char *const names[] = { [PUSH_OPEN] = "",
                                         [PUSH_APPLIED] = "applied",
                                         [PUSH_MERGED] = "merged",
                                         [PUSH_CONFLICT] = "conflict",
                                         [PUSH_DEFERRED] = "deferred",
                                         [PUSH_REJECTED] = "rejected",
                                         [PUSH_DUPLICATE] = "duplicate" };
    return names[outcome];
}

const char *push_op_result(struct web_ctx *c, const struct push_op *op)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, c->arena, 64 * 1024);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "id", op->id_text);
    jw_text(&w, "outcome", push_outcome_name(op->outcome));
    if (op->outcome == PUSH_DUPLICATE)
        jw_raw(&w, "result", op->result);
    if (op->version)
        jw_int(&w, "version", op->version);
    if (op->problem != PUSH_NO_PROBLEM) {
        jw_object(&w, "problem");
        jw_text(&w, "type",
                arena_printf(c->arena, "urn:liancha:problem:%s", problems[op->problem].type));
        jw_text(&w, "title", problems[op->problem].title);
        jw_text(&w, "detail", op->err.detail);
        if (op->err.pointer[0])
            jw_text(&w, "pointer", op->err.pointer);
        jw_end(&w);
    }
    jw_end(&w);
    return out.p;
}
