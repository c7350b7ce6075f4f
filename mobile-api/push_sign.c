/* The sign-off of a section: whether it is complete, its class, its seal. */
#include "push.h"

#include <string.h>

#include "base/date.h"
#include "store/directory/rule.h"

enum result_class push_class_of(const struct push_batch *b, const char *code)
{
    for (size_t i = 0; i < b->code_count; i++)
        if (strcmp(b->codes[i].code, code) == 0)
            return b->codes[i].class;
    return RESULT_NONE;
}

/*
 * The class of the section from its checks and what the inspector says; false when it lacks some. A
 * class that an earlier sign-off worked out (no device's) does not outlive a section's return.
 */
static bool classify(struct push_batch *b, struct push_op *op, const struct record_section *s,
                     enum result_class *out)
{
    enum result_class *classes = arena_array(b->c->arena, s->check_count + 1, sizeof *classes);
    const struct record_field *said = &s->record.fields[SECTION_RESULT_CLASS];
    const char *declared = said->device_id ? said->value : NULL;
    bool silent = false; /* a code that leaves the class to the inspector */
    bool asked = false;  /* 无法联系 was recorded as 6 or 7 */
    for (size_t i = 0; i < s->check_count; i++) {
        const char *code = s->checks[i].fields[CHECK_RESULT_CODE].value;
        if (!code) {
            push_op_refuse(op, PUSH_REJECTED, PUSH_P_INCOMPLETE, "",
                           "检查事项（编号 %lld）尚未填写检查结果", (long long)s->checks[i].id);
            return false;
        }
        classes[i] = push_class_of(b, code);
        silent = silent || classes[i] == RESULT_NONE;
        asked = asked || classes[i] == RESULT_UNREACHABLE;
    }
    classes[s->check_count] = declared ? result_class_parse(declared) : RESULT_NONE;
    *out = result_worst(classes, s->check_count + 1);
    if (*out == RESULT_UNREACHABLE && !asked) {
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_INCOMPLETE, "",
                       "无法联系须说明是“6 通过登记的住所（经营场所）无法联系”还是“7 已关闭停业或"
                       "正在清算”");
        return false;
    }
    if (*out != RESULT_NONE && (declared || !silent))
        return true;
    push_op_refuse(op, PUSH_REJECTED, PUSH_P_INCOMPLETE, "",
                   "所填检查结果代码不能确定结果类别，请填写检查单的 result_class");
    return false;
}

enum rc push_sign_minimum(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    const char *region = NULL; /* for which the rules were read last */
    int64_t minimum = DOOR_INSPECTORS;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < b->n; i++) {
        struct rule_set rules;
        struct record_section *s =
            b->ops[i].entity == PUSH_SIGN ? push_find_section(b, b->ops[i].entity_id) : NULL;
        if (!s)
            continue;
        if (!region || strcmp(region, s->region) != 0) {
            region = s->region;
            minimum = DOOR_INSPECTORS;
            rc = rule_load(c->db, c->arena, region, date_at(c->now), &rules);
            if (rc == RC_OK)
                (void)rule_find(&rules, RULE_INSPECTORS_MINIMUM, &minimum);
        }
        s->minimum = minimum;
    }
    return rc;
}

static bool complete(struct push_op *op, const struct record_section *s)
{
    const char *arrived = s->record.fields[SECTION_ARRIVED_AT].value;
    if (s->conflicts)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_CONFLICT_OPEN, "",
                       "检查单尚有 %lld 处冲突未处理，处理后方可签字", (long long)s->conflicts);
    else if (!arrived)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_INCOMPLETE, "", "尚未填写到达时间");
    else if ((int64_t)record_attending(s) < s->minimum &&
             !s->record.fields[SECTION_ATTENDANCE_REASON].value)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_INCOMPLETE, "",
                       "签到的执法检查人员不足 %lld 名，须填写 attendance_reason 说明原因",
                       (long long)s->minimum);
    else if (op->fields && op->fields->child)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID, "/fields", "签字不带字段");
    return op->outcome == PUSH_OPEN;
}

static void sign(struct push_batch *b, struct push_op *op, struct record_section *s,
                 enum result_class class)
{
    push_remember(b, s, sizeof *s);
    s->record.version++;
    s->record.changed = true;
    struct record_field *said = &s->record.fields[SECTION_RESULT_CLASS];
    if (!said->device_id || !said->value || result_class_parse(said->value) != class)
        *said = (struct record_field){ .value = result_class_name(class),
                                       .version = s->record.version };
    if (class != RESULT_UNREACHABLE) /* there was somebody to show it */
        record_arrive(s, strcmp(s->code_state, "seen") == 0);
    s->sealed = true;
    s->signed_by = b->c->actor.inspector_id;
    s->signed_at = b->c->now;
    op->version = s->record.version;
    op->outcome = PUSH_APPLIED;
}

void push_sign(struct push_batch *b, struct push_op *op)
{
    enum result_class class;
    struct record_section *s = push_find_section(b, op->entity_id);
    enum push_problem why;
    if (!push_admitted(b, op, s, "/entity_id", &why))
        return;
    if (why != PUSH_NO_PROBLEM)
        push_op_refuse(op, PUSH_REJECTED, why, "/entity_id",
                       "检查单已签字、改派或撤销，不能再签字");
    else if (complete(op, s) && classify(b, op, s, &class) && push_answer_complete(b, op, s))
        sign(b, op, s, class);
}
