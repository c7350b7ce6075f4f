/* What is recorded at the door: attendance, the enterprise's signature, samples. Append-only, keyed
   by their operations, so that two phones cannot conflict. */
#include "push.h"

#include <string.h>

/* ---- Forms ----------------------------------------------------------------------------------- */

struct attendance_fields {
    int64_t section_id;
    struct door_attendance x;
};

static const struct web_input attendance_input = WEB_INPUT(
    struct attendance_fields,
    WEB_FIELD(struct attendance_fields, section_id, "部门检查单", .required = true, .min = 1),
    WEB_FIELD_IN(struct attendance_fields, x, card_no, "执法证号", .required = true, .max = 32),
    WEB_FIELD_IN(struct attendance_fields, x, event, "到场事件", .required = true, .max = 16),
    WEB_FIELD_IN(struct attendance_fields, x, at, "时间", .required = true, .instant = true),
    WEB_FIELD_IN(struct attendance_fields, x, lon, "经度", .min = -180, .max = 180,
                 .given = offsetof(struct attendance_fields, x.has_lon)),
    WEB_FIELD_IN(struct attendance_fields, x, lat, "纬度", .min = -90, .max = 90,
                 .given = offsetof(struct attendance_fields, x.has_lat)),
    WEB_FIELD_IN(struct attendance_fields, x, accuracy, "精度", .max = DOOR_ACCURACY_MAX,
                 .given = offsetof(struct attendance_fields, x.has_accuracy)),
    WEB_FIELD_IN(struct attendance_fields, x, how, "方式", .max = 16),
    WEB_FIELD_IN(struct attendance_fields, x, door_code, "检查码", .max = DOOR_CODE_MAX),
    WEB_FIELD_IN(struct attendance_fields, x, sha256, "摘要", .max = 64));

struct signature_fields {
    int64_t section_id;
    struct door_signature x;
};

static const struct web_input signature_input = WEB_INPUT(
    struct signature_fields,
    WEB_FIELD(struct signature_fields, section_id, "部门检查单", .required = true, .min = 1),
    WEB_FIELD_IN(struct signature_fields, x, outcome, "签名结果", .required = true, .max = 16),
    WEB_FIELD_IN(struct signature_fields, x, at, "时间", .required = true, .instant = true),
    WEB_FIELD_IN(struct signature_fields, x, name, "名称", .max = DOOR_NAME_MAX),
    WEB_FIELD_IN(struct signature_fields, x, position, "职务", .max = DOOR_NAME_MAX),
    WEB_FIELD_IN(struct signature_fields, x, sha256, "摘要", .max = 64),
    WEB_FIELD_IN(struct signature_fields, x, reason, "理由", .max = DOOR_REASON_MAX),
    WEB_FIELD_IN(struct signature_fields, x, witness, "见证人", .max = DOOR_NAME_MAX));

struct sample_fields {
    int64_t section_id;
    struct door_sample x;
};

static const struct web_input sample_input = WEB_INPUT(
    struct sample_fields,
    WEB_FIELD(struct sample_fields, section_id, "部门检查单", .required = true, .min = 1),
    WEB_FIELD_IN(struct sample_fields, x, check_result_id, "检查结果", .min = 1),
    WEB_FIELD_IN(struct sample_fields, x, number, "样品编号", .required = true,
                 .max = DOOR_NUMBER_MAX),
    WEB_FIELD_IN(struct sample_fields, x, name, "名称", .required = true, .max = DOOR_PRODUCT_MAX),
    WEB_FIELD_IN(struct sample_fields, x, quantity, "数量", .required = true, .max = 20),
    WEB_FIELD_IN(struct sample_fields, x, unit, "单位", .required = true, .max = DOOR_UNIT_MAX),
    WEB_FIELD_IN(struct sample_fields, x, batch, "批号", .max = DOOR_PRODUCT_MAX),
    WEB_FIELD_IN(struct sample_fields, x, sealed, "封样", .required = true),
    WEB_FIELD_IN(struct sample_fields, x, laboratory, "检验机构", .required = true,
                 .max = DOOR_LABORATORY_MAX),
    WEB_FIELD_IN(struct sample_fields, x, handed_over_at, "移交时间", .required = true,
                 .instant = true));

/* ---- Reading --------------------------------------------------------------------------------- */

struct entry {
    struct push_op *op;
    const char *kind;
    const char *body;
    const char *card_no; /* of an attendance */
    bool arrived;
    bool code;               /* with the code of the door */
    int64_t check_result_id; /* of a sample */
};

/* Rejects the operation for what the form or the rule says; false, so that callers can return
   it. */
static bool refuse(struct push_op *op, const struct err *err)
{
    push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID, err->pointer, "%s", err->detail);
    return false;
}

static enum rc read_attendance(struct arena *a, struct entry *e,
                               const struct record_section *section, struct err *err)
{
    struct attendance_fields f = { .section_id = 0 };
    enum rc rc = web_input_json(a, &attendance_input, e->op->fields, "/fields", &f, err);
    if (rc == RC_OK)
        rc = door_attendance_check(&f.x, section ? section->door_code : NULL,
                                   section ? section->former_door_code : NULL, err);
    if (rc != RC_OK)
        return rc;
    e->kind = "attendance";
    e->body = door_attendance_body(a, f.section_id, &f.x);
    e->card_no = f.x.card_no;
    e->arrived = strcmp(f.x.event, "arrived") == 0;
    e->code = f.x.door_code != NULL;
    return RC_OK;
}

static enum rc read_signature(struct arena *a, struct entry *e, struct err *err)
{
    struct signature_fields f = { .section_id = 0 };
    enum rc rc = web_input_json(a, &signature_input, e->op->fields, "/fields", &f, err);
    if (rc == RC_OK)
        rc = door_signature_check(&f.x, err);
    if (rc != RC_OK)
        return rc;
    e->kind = "signature";
    e->body = door_signature_body(a, f.section_id, &f.x);
    return RC_OK;
}

static enum rc read_sample(struct arena *a, struct entry *e, struct err *err)
{
    struct sample_fields f = { .section_id = 0 };
    enum rc rc = web_input_json(a, &sample_input, e->op->fields, "/fields", &f, err);
    if (rc == RC_OK)
        rc = door_sample_check(&f.x, err);
    if (rc != RC_OK)
        return rc;
    e->kind = "sample";
    e->body = door_sample_body(a, f.section_id, &f.x);
    e->check_result_id = f.x.check_result_id;
    return RC_OK;
}

static bool read_entry(struct push_batch *b, struct entry *e, const struct record_section *section)
{
    struct arena *a = b->c->arena;
    struct err err = { .rc = RC_OK };
    enum rc rc = e->op->entity == PUSH_ATTENDANCE  ? read_attendance(a, e, section, &err)
                 : e->op->entity == PUSH_SIGNATURE ? read_signature(a, e, &err)
                                                   : read_sample(a, e, &err);
    return rc == RC_OK || refuse(e->op, &err);
}

/* ---- Applying -------------------------------------------------------------------------------- */

enum rc push_door_teams(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    int64_t *ids = arena_array(c->arena, b->section_count, sizeof *ids);
    bool wanted = false;
    for (size_t i = 0; i < b->n; i++)
        wanted = wanted || b->ops[i].entity == PUSH_ATTENDANCE;
    for (size_t i = 0; i < b->section_count; i++)
        ids[i] = b->sections[i].record.id;
    if (!wanted || b->section_count == 0)
        return RC_OK;
    return door_teams(c->db, c->arena, ids, b->section_count, &b->team, &b->team_count);
}

/* The inspector of that card, if assigned to the section; 0 otherwise. */
static int64_t member(const struct push_batch *b, const struct record_section *s, const char *card)
{
    for (size_t i = 0; i < b->team_count; i++)
        if (b->team[i].section_id == s->record.id && strcmp(b->team[i].card_no, card) == 0)
            return b->team[i].inspector_id;
    return 0;
}

/* Whether the section knows what the entry names: its check results, whatever becomes of the entry
   … */
static bool has_check(struct push_op *op, const struct entry *e, struct record_section *s)
{
    if (s && e->check_result_id && !push_find_check_of(s, e->check_result_id))
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_NOT_FOUND, "/fields/check_result_id",
                       "该检查单没有这个检查事项");
    return op->outcome == PUSH_OPEN;
}

/* … and its inspectors, if it is written now: who comes late may have been replaced meanwhile. */
static bool has_inspector(const struct push_batch *b, struct push_op *op, const struct entry *e,
                          const struct record_section *s)
{
    if (e->card_no && !member(b, s, e->card_no))
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_NOT_ASSIGNED, "/fields/card_no",
                       "该执法检查人员未被指派到该检查单");
    return op->outcome == PUSH_OPEN;
}

void push_door_apply(struct push_batch *b, struct push_op *op)
{
    struct entry e = { .op = op };
    struct record_section *s = push_find_section(b, op->entity_id);
    enum push_problem why;
    if (!push_admitted(b, op, s, "/fields/section_id", &why) || !read_entry(b, &e, s) ||
        !has_check(op, &e, s))
        return;
    if (why != PUSH_NO_PROBLEM) {
        push_held_keep(b, op, s, why, e.kind, e.body);
        return;
    }
    if (!s || !has_inspector(b, op, &e, s))
        return;
    b->doors[b->door_count++] = (struct door_record){
        .op_id = op->id, .section_id = s->record.id, .kind = e.kind, .body = e.body
    };
    if (e.arrived) {
        push_remember(b, s, sizeof *s);
        record_attend(b->c->arena, s, member(b, s, e.card_no));
        record_arrive(s, e.code);
    }
    op->outcome = PUSH_APPLIED;
}
