#include "push.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"

enum form { FORM_TEXT, FORM_LINE, FORM_INSTANT, FORM_CODE, FORM_CLASS };

/* The forms in the order of the enums in store/field/record.h. */
static const enum form section_forms[RECORD_SECTION_FIELDS] = {
    FORM_INSTANT, FORM_INSTANT, FORM_TEXT, FORM_CLASS, FORM_TEXT, FORM_TEXT, FORM_LINE
};
static const enum form check_forms[RECORD_CHECK_FIELDS] = { FORM_CODE, FORM_TEXT, FORM_TEXT };

/* A rejection that points at fields/name; false, so that callers can return it. */
static bool refuse(struct push_batch *b, struct push_op *op, const char *name, const char *why)
{
    push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID,
                   arena_printf(b->c->arena, "/fields/%.60s", name), "“%.60s”%s", name, why);
    return false;
}

static bool plain_text(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && !strchr("\t\r\n", *text)) || *text == 0x7F)
            return false;
    return true;
}

/* ---- Records --------------------------------------------------------------------------------- */

static bool read_instant(struct push_batch *b, const cJSON *node, const char **value)
{
    int64_t instant;
    if (!cJSON_IsString(node) || !instant_parse(node->valuestring, &instant))
        return false;
    char *text = arena_alloc(b->c->arena, INSTANT_TEXT);
    instant_format(text, instant);
    *value = text;
    return true;
}

static bool known_code(const struct push_batch *b, const char *code)
{
    for (size_t i = 0; i < b->code_count; i++)
        if (strcmp(b->codes[i].code, code) == 0)
            return true;
    return false;
}

static bool read_value(struct push_batch *b, struct push_op *op, const cJSON *node, enum form form,
                       const char **value)
{
    if (cJSON_IsNull(node)) {
        *value = NULL;
        return true;
    }
    if (form == FORM_INSTANT)
        return read_instant(b, node, value) ||
               refuse(b, op, node->string, "须为 RFC 3339 时间，或 null");
    if (!cJSON_IsString(node))
        return refuse(b, op, node->string, "须为文本，或 null");
    *value = node->valuestring;
    if (form == FORM_TEXT)
        return (utf8_length(*value) <= PUSH_TEXT_MAX && plain_text(*value)) ||
               refuse(b, op, node->string, "须为不超过 2000 字符、不含控制字符的文本");
    if (form == FORM_LINE)
        return (**value && utf8_length(*value) <= DOOR_REASON_MAX && plain_text(*value) &&
                !strpbrk(*value, "\t\r\n")) ||
               refuse(b, op, node->string, "须为 1 至 200 字符的一行文字");
    if (form == FORM_CODE)
        return known_code(b, *value) || refuse(b, op, node->string, "不是已公布的检查结果代码");
    return result_class_parse(*value) != RESULT_NONE ||
           refuse(b, op, node->string, "须为 no_problem、corrected、penalty 或 unreachable");
}

size_t push_fields_count(const struct push_op *op)
{
    size_t n = 0;
    if (op->fields)
        for (const cJSON *f = op->fields->child; f && n < PUSH_FIELDS_MAX; f = f->next)
            n++;
    return n;
}

/* The position of a name among the fields, or -1. */
static int field_index(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static bool read_field(struct push_batch *b, struct push_op *op, const struct record *check,
                       const cJSON *f, const char **value)
{
    bool section = op->entity == PUSH_SECTION;
    int i = section ? field_index(record_section_names, RECORD_SECTION_FIELDS, f->string)
                    : field_index(record_check_names, RECORD_CHECK_FIELDS, f->string);
    if (i >= 0)
        return read_value(b, op, f, section ? section_forms[i] : check_forms[i], value);
    if (!section && record_answer_question(f->string))
        return push_answer_read(b, op, check, f, value);
    return refuse(b, op, f->string, "不是该对象的字段");
}

static bool refuse_all(struct push_op *op, const char *why)
{
    push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID, "/fields", "%s", why);
    return false;
}

bool push_fields_read(struct push_batch *b, struct push_op *op, const struct record *check,
                      struct merge_change **changes, size_t *n)
{
    size_t room = push_fields_count(op);
    size_t bytes = 0; /* of answers, which the desk must have room for too */
    *changes = arena_array(b->c->arena, room, sizeof **changes);
    *n = 0;
    for (const cJSON *f = op->fields->child; f; f = f->next, ++*n) {
        if (*n == room)
            return refuse_all(op, "字段过多");
        (*changes)[*n].name = f->string;
        if (!read_field(b, op, check, f, &(*changes)[*n].value))
            return false;
        if (record_answer_question(f->string))
            bytes += strlen(f->string) + (cJSON_IsString(f) ? strlen(f->valuestring) : 0);
    }
    if (bytes > RECORD_ANSWER_BYTES)
        return refuse_all(op, "回答共超过 16 KiB");
    return *n > 0 || refuse_all(op, "“fields”不能为空");
}

/* ---- Manifests ------------------------------------------------------------------------------- */

int64_t push_fields_section(const cJSON *fields)
{
    int64_t id = 0;
    if (!fields || !json_int(json_member(fields, "section_id"), &id) || id < 1)
        return 0;
    return id;
}

static bool read_place(struct push_batch *b, struct push_op *op, struct evidence *m)
{
    const cJSON *lon = json_member(op->fields, "lon");
    const cJSON *lat = json_member(op->fields, "lat");
    bool no_lon = !lon || cJSON_IsNull(lon);
    bool no_lat = !lat || cJSON_IsNull(lat);
    if (no_lon && no_lat)
        return true;
    if (no_lon || !cJSON_IsNumber(lon) || lon->valuedouble < -180 || lon->valuedouble > 180)
        return refuse(b, op, "lon", "须为 -180 至 180 的经度，且与 lat 同时给出");
    if (no_lat || !cJSON_IsNumber(lat) || lat->valuedouble < -90 || lat->valuedouble > 90)
        return refuse(b, op, "lat", "须为 -90 至 90 的纬度，且与 lon 同时给出");
    m->placed = true;
    m->lon = lon->valuedouble;
    m->lat = lat->valuedouble;
    return true;
}

static bool known_members(struct push_batch *b, struct push_op *op)
{
    static const char *const members[] = {
        "section_id", "check_result_id", "sha256", "size", "type", "taken_at", "lon", "lat", "kind",
        NULL
    };
    for (const cJSON *m = op->fields->child; m; m = m->next)
        if (text_index(members, m->string) < 0)
            return refuse(b, op, m->string, "不是该对象的字段");
    return true;
}

bool push_fields_manifest(struct push_batch *b, struct push_op *op, struct evidence *m)
{
    const cJSON *check = json_member(op->fields, "check_result_id");
    const cJSON *sha256 = json_member(op->fields, "sha256");
    const cJSON *type = json_member(op->fields, "type");
    const cJSON *taken_at = json_member(op->fields, "taken_at");
    const cJSON *kind = json_member(op->fields, "kind");
    *m = (struct evidence){ .op_id = op->id, .section_id = op->entity_id };
    if (!known_members(b, op))
        return false;
    if (!m->section_id)
        return refuse(b, op, "section_id", "须为正整数");
    if (check && !cJSON_IsNull(check) &&
        (!json_int(check, &m->check_result_id) || m->check_result_id < 1))
        return refuse(b, op, "check_result_id", "须为正整数，或 null");
    if (!cJSON_IsString(sha256) || !hex_decode(m->sha256, DIGEST_SIZE, sha256->valuestring))
        return refuse(b, op, "sha256", "须为 64 位小写十六进制数");
    if (!json_int(json_member(op->fields, "size"), &m->size) || m->size < 1 ||
        m->size > b->c->settings->evidence_max)
        return refuse(b, op, "size", "须为正整数，且不超过单个文件的上限");
    m->media_type =
        cJSON_IsString(type) ? evidence_media_type(b->c->arena, type->valuestring) : NULL;
    if (!m->media_type)
        return refuse(b, op, "type", "须为媒体类型，例如 image/jpeg");
    if (!cJSON_IsString(taken_at) || !instant_parse(taken_at->valuestring, &m->taken_at))
        return refuse(b, op, "taken_at", "须为 RFC 3339 时间");
    m->kind = kind && cJSON_IsString(kind) ? kind->valuestring : evidence_kind_names[0];
    if ((kind && !cJSON_IsString(kind)) || text_index(evidence_kind_names, m->kind) < 0)
        return refuse(b, op, "kind", "须为 photo、signature 或 document");
    return read_place(b, op, m);
}
