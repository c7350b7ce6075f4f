/* What the phones handed over and could not be written: corrections of signed sections, edits of
   inspectors who were replaced meanwhile, operations without effect. */
#include "planner/routes.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/directory/inspector.h"
#include "store/evidence/evidence.h"
#include "store/field/door.h"
#include "store/field/held.h"
#include "store/field/record.h"
#include "store/review/section.h"

struct decision_body {
    const char *decision;
    const char *reason;
};

const struct web_input planner_decision_body =
    WEB_INPUT(struct decision_body,
              WEB_FIELD(struct decision_body, decision, "决定", .required = true, .max = 16),
              WEB_FIELD(struct decision_body, reason, "理由", .max = 400));

/* ---- Acceptance ------------------------------------------------------------------------------ */

static const uint8_t *op_of(struct web_ctx *c, const struct correction *h)
{
    uint8_t *id = arena_alloc(c->arena, SYNCOP_ID);
    (void)hex_decode(id, SYNCOP_ID, h->op_id);
    return id;
}

/* The manifest that the phone declared; its form was checked when it came. */
static bool read_manifest(struct web_ctx *c, const struct correction *h, const cJSON *fields,
                          struct evidence *m)
{
    const cJSON *sha256 = json_member(fields, "sha256");
    const cJSON *type = json_member(fields, "type");
    const cJSON *taken_at = json_member(fields, "taken_at");
    const cJSON *lon = json_member(fields, "lon");
    const cJSON *lat = json_member(fields, "lat");
    const cJSON *kind = json_member(fields, "kind");
    *m = (struct evidence){ .op_id = op_of(c, h), .section_id = h->section };
    (void)json_int(json_member(fields, "check_result_id"), &m->check_result_id);
    if (cJSON_IsNumber(lon) && cJSON_IsNumber(lat)) {
        m->placed = true;
        m->lon = lon->valuedouble;
        m->lat = lat->valuedouble;
    }
    if (!cJSON_IsString(sha256) || !cJSON_IsString(type) || !cJSON_IsString(taken_at))
        return false;
    m->media_type = evidence_media_type(c->arena, type->valuestring);
    m->kind = kind && cJSON_IsString(kind) ? kind->valuestring : evidence_kind_names[0];
    return m->media_type && hex_decode(m->sha256, DIGEST_SIZE, sha256->valuestring) &&
           json_int(json_member(fields, "size"), &m->size) &&
           instant_parse(taken_at->valuestring, &m->taken_at);
}

static struct record *find_record(struct record_section *s, const struct correction *h)
{
    if (strcmp(h->entity, "section") == 0)
        return &s->record;
    for (size_t i = 0; i < s->check_count; i++)
        if (s->checks[i].id == h->entity_id)
            return &s->checks[i];
    return NULL;
}

/* Sets the fields as the device meant them: the newest version, whatever they replace. */
static enum rc set_fields(struct web_ctx *c, struct record *r, const struct correction *h,
                          const cJSON *fields)
{
    r->version++;
    r->changed = true;
    for (const cJSON *f = fields->child; f; f = f->next) {
        struct record_field *place = record_place(c->arena, r, f->string);
        if (!place)
            return RC_INTERNAL;
        *place = (struct record_field){ .value = cJSON_IsString(f) ? f->valuestring : NULL,
                                        .version = r->version,
                                        .device_id = h->device,
                                        .counter = h->counter };
    }
    return record_answers_fit(r) ? RC_OK
                                 : web_fail(c, RC_STATE, "", "检查事项的回答过多，不能采纳");
}

static enum rc write_edit(struct web_ctx *c, const struct correction *h, const cJSON *fields)
{
    struct record_section *sections;
    size_t n;
    enum rc rc = record_lock(c->db, c->arena, 0, &h->section, 1, NULL, 0, &sections, &n);
    if (rc != RC_OK)
        return rc;
    struct record *record = n == 1 ? find_record(&sections[0], h) : NULL;
    if (!record)
        return web_fail(c, RC_STATE, "", "所改对象已撤销，不能采纳");
    rc = set_fields(c, record, h, fields);
    if (rc == RC_OK)
        rc = record_store(c->db, c->arena, sections, n);
    if (rc != RC_OK)
        return rc;
    bool check = record != &sections[0].record;
    const struct record_changes changes = { .sections = &h->section,
                                            .section_count = 1,
                                            .checks = &record->id,
                                            .check_count = check ? 1 : 0 };
    return record_publish(c->db, c->arena, &changes);
}

static enum rc write_manifest(struct web_ctx *c, const struct correction *h, const cJSON *fields)
{
    struct evidence manifest;
    int64_t *ids;
    size_t n;
    if (!read_manifest(c, h, fields, &manifest))
        return RC_INTERNAL;
    enum rc rc = evidence_add(c->db, c->arena, h->device, c->now, &manifest, 1, &ids, &n);
    if (rc != RC_OK)
        return rc;
    const struct record_changes changes = {
        .sections = &h->section, .section_count = 1, .evidence = ids, .evidence_count = n
    };
    return record_publish(c->db, c->arena, &changes);
}

/* An attendance counts for the next sign-off as if it had come in time. */
static enum rc count_attendance(struct web_ctx *c, const struct correction *h, const cJSON *fields)
{
    const cJSON *card = json_member(fields, "card_no");
    const cJSON *event = json_member(fields, "event");
    const cJSON *how = json_member(fields, "how");
    struct record_section *sections;
    int64_t inspector;
    int64_t department;
    size_t n;
    if (!cJSON_IsString(card) || !cJSON_IsString(event))
        return RC_INTERNAL;
    if (strcmp(event->valuestring, "arrived") != 0)
        return RC_OK;
    enum rc rc = inspector_id(c->db, card->valuestring, &inspector, &department);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_STATE, "", "没有证号为“%.40s”的执法检查人员", card->valuestring);
    if (rc == RC_OK && department != h->department_id)
        return web_fail(c, RC_STATE, "", "证号为“%.40s”的执法检查人员属于其他部门，不能采纳",
                        card->valuestring);
    if (rc == RC_OK)
        rc = record_lock(c->db, c->arena, 0, &h->section, 1, NULL, 0, &sections, &n);
    if (rc != RC_OK)
        return rc;
    if (n != 1)
        return RC_INTERNAL;
    record_attend(c->arena, &sections[0], inspector);
    record_arrive(&sections[0], cJSON_IsString(how) && strcmp(how->valuestring, "photo") != 0);
    return record_store(c->db, c->arena, sections, n);
}

static enum rc write_door(struct web_ctx *c, const struct correction *h, const cJSON *fields)
{
    const struct door_record record = {
        .op_id = op_of(c, h), .section_id = h->section, .kind = h->entity, .body = h->fields
    };
    int64_t *ids;
    size_t n;
    enum rc rc = strcmp(h->entity, "attendance") == 0 ? count_attendance(c, h, fields) : RC_OK;
    if (rc == RC_OK)
        rc = door_add(c->db, c->arena, h->device, c->now, &record, 1, &ids, &n);
    if (rc != RC_OK)
        return rc;
    const struct record_changes changes = {
        .sections = &h->section, .section_count = 1, .doors = ids, .door_count = n
    };
    return record_publish(c->db, c->arena, &changes);
}

/* What was signed is opened again, so that an inspector signs what it says then. */
static enum rc accept_held(struct web_ctx *c, const struct correction *h)
{
    struct section s;
    cJSON *fields;
    if (!h->fields || !h->section)
        return web_fail(c, RC_STATE, "", "该操作没有可采纳的内容，只能不予采纳");
    enum rc rc = section_lock(c->db, c->arena, h->section, &s);
    if (rc != RC_OK)
        return rc;
    if (strcmp(s.state, "accepted") == 0)
        return web_fail(c, RC_STATE, "", "检查单已审核通过，不能再采纳更正");
    if (strcmp(s.state, "signed") == 0)
        rc = section_return(c->db, s.id, c->actor.id, c->now, "采纳更正申请，请核对后重新签字");
    if (rc == RC_OK)
        rc = json_parse(c->arena, h->fields, strlen(h->fields), &fields, &c->err);
    if (rc != RC_OK)
        return rc;
    if (text_index(door_kind_names, h->entity) >= 0)
        return write_door(c, h, fields);
    return strcmp(h->entity, "evidence") == 0 ? write_manifest(c, h, fields)
                                              : write_edit(c, h, fields);
}

/* POST corrections/{id}/decision */
enum rc planner_correction_decide(struct web_ctx *c)
{
    const struct decision_body *body = c->input;
    struct correction held;
    int64_t id;
    bool accept = strcmp(body->decision, "accept") == 0;
    if (!accept && strcmp(body->decision, "refuse") != 0)
        return web_fail(c, RC_INVALID, "/decision", "应为 accept（采纳）或 refuse（不予采纳）");
    if (!accept && !body->reason)
        return web_fail(c, RC_INVALID, "/reason", "不予采纳必须说明原因");
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = held_lock(c->db, c->arena, id, &held);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这项待处理操作");
    if (rc != RC_OK)
        return rc;
    if (held.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该项操作由其他部门处理");
    if (c->actor.inspector_id && c->actor.inspector_id == held.inspector_id)
        return web_fail(c, RC_FORBIDDEN, "", "不得处理本人提交的操作");
    if (strcmp(held.state, "open") != 0)
        return web_fail(c, RC_STATE, "", "该项操作已经处理");
    const char *state = accept ? "accepted" : "refused";
    rc = held_decide(c->db, id, state, c->actor.id, c->now, body->reason);
    if (rc == RC_OK && accept)
        rc = accept_held(c, &held);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "correction:%lld", (long long)id);
    c->audit.detail = arena_printf(c->arena, "{\"state\":\"%s\"}", state);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", id);
    jw_text(w, "state", state);
    return web_json_end(c);
}
