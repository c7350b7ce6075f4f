#include "planner/review/answer.h"

#include "store/field/record.h"

enum rc answer_load(struct web_ctx *c, const struct section_check *checks, size_t n,
                    struct answer_lists *out)
{
    int64_t *ids = arena_array(c->arena, n, sizeof *ids);
    size_t count = 0;
    *out = (struct answer_lists){ .n = 0 };
    for (size_t i = 0; i < n; i++)
        if (checks[i].checklist_id)
            ids[count++] = checks[i].checklist_id;
    if (count == 0)
        return RC_OK;
    return checklist_load(c->db, c->arena, ids, count, &out->lists, &out->n);
}

static void write_question(struct jsonw *w, const struct checklist_question *q, const char *value,
                           enum checklist_state state)
{
    jw_object(w, NULL);
    jw_text(w, "question", q->id);
    jw_text(w, "text", q->text);
    jw_text(w, "value", value);
    jw_text(w, "state", checklist_state_names[state]);
    jw_end(w);
}

/* What the checklist of the visit does not ask: kept, and shown without a text. */
static void write_unknown(struct jsonw *w, const struct checklist *list,
                          const struct checklist_given *given, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!given[i].value || (list && checklist_find(list, given[i].question)))
            continue;
        jw_object(w, NULL);
        jw_text(w, "question", given[i].question);
        jw_null(w, "text");
        jw_text(w, "value", given[i].value);
        jw_null(w, "state");
        jw_end(w);
    }
}

static void write_asked(struct web_ctx *c, struct jsonw *w, const struct checklist *list,
                        const struct checklist_given *given, size_t n)
{
    enum checklist_state *states = arena_array(c->arena, list->n, sizeof *states);
    checklist_review(list, given, n, states);
    for (size_t q = 0; q < list->n; q++) {
        const char *value = NULL;
        for (size_t i = 0; i < n; i++)
            if (checklist_find(list, given[i].question) == &list->questions[q])
                value = given[i].value;
        write_question(w, &list->questions[q], value, states[q]);
    }
}

enum rc answer_write(struct web_ctx *c, struct jsonw *w, const struct answer_lists *lists,
                     const struct section_check *check)
{
    struct record r = { .check = true };
    const struct checklist *list = NULL;
    enum rc rc = record_answers_read(c->arena, check->answers, &r);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < lists->n; i++)
        if (lists->lists[i].id == check->checklist_id)
            list = &lists->lists[i].list;
    struct checklist_given *given = arena_array(c->arena, r.answer_count, sizeof *given);
    for (size_t i = 0; i < r.answer_count; i++)
        given[i] = (struct checklist_given){ .question = r.answers[i].question,
                                             .value = r.answers[i].field.value };
    if (list)
        jw_int(w, "checklist_version", list->version);
    else
        jw_null(w, "checklist_version");
    jw_array(w, "answers");
    if (list)
        write_asked(c, w, list, given, r.answer_count);
    write_unknown(w, list, given, r.answer_count);
    jw_end(w);
    return RC_OK;
}
