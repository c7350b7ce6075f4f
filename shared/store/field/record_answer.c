/* The answers of a check result: {"question": [value, version, device, counter]} in one column. */
#include "store/field/record.h"

#include <string.h>

#include "base/buf.h"
#include "sys/json.h"
#include "sys/jsonw.h"

enum { COLUMN_MAX = 512 * 1024, ANSWER_PARTS = 4 };

const char *record_answer_question(const char *name)
{
    size_t n = sizeof RECORD_ANSWER - 1;
    return strncmp(name, RECORD_ANSWER, n) == 0 ? name + n : NULL;
}

static struct record_answer *find(const struct record *r, const char *question)
{
    for (size_t i = 0; i < r->answer_count; i++)
        if (strcmp(r->answers[i].question, question) == 0)
            return &r->answers[i];
    return NULL;
}

static struct record_answer *append(struct arena *a, struct record *r, const char *question)
{
    if (r->answer_count == r->answer_room) {
        size_t room = r->answer_room ? 2 * r->answer_room : 8;
        struct record_answer *wider = arena_array(a, room, sizeof *wider);
        if (r->answer_count)
            memcpy(wider, r->answers, r->answer_count * sizeof *wider);
        r->answers = wider;
        r->answer_room = room;
    }
    struct record_answer *answer = &r->answers[r->answer_count++];
    *answer = (struct record_answer){ .question = question };
    return answer;
}

struct record_field *record_place(struct arena *a, struct record *r, const char *name)
{
    const char *const *names = r->check ? record_check_names : record_section_names;
    size_t count = r->check ? RECORD_CHECK_FIELDS : RECORD_SECTION_FIELDS;
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return &r->fields[i];
    const char *question = r->check ? record_answer_question(name) : NULL;
    if (!question)
        return NULL;
    struct record_answer *answer = find(r, question);
    return &(answer ? answer : append(a, r, question))->field;
}

bool record_answers_fit(const struct record *r)
{
    size_t given = 0;
    size_t bytes = 0;
    for (size_t i = 0; i < r->answer_count; i++) {
        if (!r->answers[i].field.value)
            continue;
        given++;
        bytes += strlen(r->answers[i].question) + strlen(r->answers[i].field.value);
    }
    return given <= RECORD_ANSWERS_MAX && bytes <= RECORD_ANSWER_BYTES &&
           r->answer_count <= RECORD_ANSWERS_KEPT;
}

/* ---- The column ------------------------------------------------------------------------------ */

enum rc record_answers_read(struct arena *a, const char *column, struct record *r)
{
    cJSON *tree;
    struct err err;
    if (!column)
        return RC_OK;
    if (json_parse(a, column, strlen(column), &tree, &err) != RC_OK || !cJSON_IsObject(tree))
        return RC_INTERNAL;
    for (const cJSON *m = tree->child; m; m = m->next) {
        if (!cJSON_IsArray(m) || cJSON_GetArraySize(m) != ANSWER_PARTS)
            return RC_INTERNAL;
        struct record_field *field = &append(a, r, m->string)->field;
        const cJSON *value = m->child;
        const cJSON *version = value->next;
        field->value = cJSON_IsString(value) ? value->valuestring : NULL;
        if (!json_int(version, &field->version) || !json_int(version->next, &field->device_id) ||
            !json_int(version->next->next, &field->counter))
            return RC_INTERNAL;
    }
    return RC_OK;
}

const char *record_answers_write(struct arena *a, const struct record *r)
{
    struct buf out;
    struct jsonw w;
    if (r->answer_count == 0)
        return NULL;
    buf_init(&out, a, COLUMN_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    for (size_t i = 0; i < r->answer_count; i++) {
        if (r->answers[i].field.version == 0)
            continue; /* a place that nothing was put into */
        jw_array(&w, r->answers[i].question);
        jw_text(&w, NULL, r->answers[i].field.value);
        jw_int(&w, NULL, r->answers[i].field.version);
        jw_int(&w, NULL, r->answers[i].field.device_id);
        jw_int(&w, NULL, r->answers[i].field.counter);
        jw_end(&w);
    }
    jw_end(&w);
    return out.p;
}
