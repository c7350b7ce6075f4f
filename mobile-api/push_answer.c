/* Answers to the checklists that a visit was planned with. */
#include "push.h"

#include <string.h>

/* ---- The checklists of a batch --------------------------------------------------------------- */

static bool has_answers(const struct push_op *op)
{
    if (op->entity == PUSH_CHECK_RESULT && op->fields)
        for (const cJSON *f = op->fields->child; f; f = f->next)
            if (record_answer_question(f->string))
                return true;
    return false;
}

/* Whether an operation of the batch answers this check result, or signs its section. */
static bool wanted(const struct push_batch *b, const struct record *check)
{
    for (size_t i = 0; check->checklist_id && i < b->n; i++) {
        const struct push_op *op = &b->ops[i];
        if (op->entity == PUSH_SIGN ? op->entity_id == check->section_id
                                    : op->entity_id == check->id && has_answers(op))
            return true;
    }
    return false;
}

enum rc push_answer_lists(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    size_t room = 0;
    size_t n = 0;
    for (size_t i = 0; i < b->section_count; i++)
        room += b->sections[i].check_count;
    int64_t *ids = arena_array(c->arena, room, sizeof *ids);
    for (size_t i = 0; i < b->section_count; i++)
        for (size_t k = 0; k < b->sections[i].check_count; k++)
            if (wanted(b, &b->sections[i].checks[k]))
                ids[n++] = b->sections[i].checks[k].checklist_id;
    if (n == 0)
        return RC_OK;
    return checklist_load(c->db, c->arena, ids, n, &b->checklists, &b->checklist_count);
}

static const struct checklist *list_of(const struct push_batch *b, const struct record *check)
{
    for (size_t i = 0; check && i < b->checklist_count; i++)
        if (b->checklists[i].id == check->checklist_id)
            return &b->checklists[i].list;
    return NULL;
}

/* ---- One answer ------------------------------------------------------------------------------ */

bool push_answer_read(struct push_batch *b, struct push_op *op, const struct record *check,
                      const cJSON *field, const char **value)
{
    static const char *const details[] = {
        [CHECKLIST_BAD_FORM] = "的格式不符合该题的类型",
        [CHECKLIST_BAD_OPTION] = "不是该题的选项",
        [CHECKLIST_BAD_RANGE] = "超出该题的范围",
        [CHECKLIST_BAD_LENGTH] = "超过该题的字数上限",
    };
    const char *question = record_answer_question(field->string);
    const struct checklist *list = list_of(b, check);
    const struct checklist_question *q = list ? checklist_find(list, question) : NULL;
    const char *why = NULL;
    *value = cJSON_IsString(field) ? field->valuestring : NULL;
    if (!checklist_id(question)) {
        why = "不是问题的编号";
    } else if (!*value && !cJSON_IsNull(field)) {
        why = "须为文本，或 null";
    } else if (*value) {
        enum checklist_fault fault =
            q ? checklist_answer(q, *value) : checklist_answer_unknown(*value);
        why = fault == CHECKLIST_FITS ? NULL : details[fault];
    }
    if (why)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID,
                       arena_printf(b->c->arena, "/fields/%.60s", field->string), "“%.60s”%s",
                       field->string, why);
    return !why;
}

/* ---- At the sign-off ------------------------------------------------------------------------- */

static bool check_complete(struct push_batch *b, struct push_op *op, const struct record *check)
{
    const struct checklist *list = list_of(b, check);
    const char *code = check->fields[CHECK_RESULT_CODE].value;
    if (!list || !code || !result_checked(code))
        return true;
    struct arena *a = b->c->arena;
    struct checklist_given *given = arena_array(a, check->answer_count + 1, sizeof *given);
    enum checklist_state *states = arena_array(a, list->n, sizeof *states);
    for (size_t i = 0; i < check->answer_count; i++)
        given[i] = (struct checklist_given){ .question = check->answers[i].question,
                                             .value = check->answers[i].field.value };
    checklist_review(list, given, check->answer_count, states);
    bool fine = push_class_of(b, code) == RESULT_NO_PROBLEM;
    for (size_t i = 0; i < list->n && op->outcome == PUSH_OPEN; i++) {
        if (states[i] == CHECKLIST_MISSING)
            push_op_refuse(op, PUSH_REJECTED, PUSH_P_INCOMPLETE, "",
                           "检查事项（编号 %lld）尚未回答“%s”：%s", (long long)check->id,
                           list->questions[i].id, list->questions[i].text);
        else if (states[i] == CHECKLIST_PROBLEM && fine)
            push_op_refuse(op, PUSH_REJECTED, PUSH_P_INCOMPLETE, "",
                           "检查事项（编号 %lld）的“%s”不符合要求，检查结果不能是未发现问题",
                           (long long)check->id, list->questions[i].id);
    }
    return op->outcome == PUSH_OPEN;
}

bool push_answer_complete(struct push_batch *b, struct push_op *op,
                          const struct record_section *section)
{
    for (size_t i = 0; i < section->check_count; i++)
        if (!check_complete(b, op, &section->checks[i]))
            return false;
    return true;
}
