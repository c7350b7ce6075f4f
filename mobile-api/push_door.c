/* What is recorded at the door: attendance, the enterprise's signature, samples. Append-only, keyed by
   their operations, so that two phones cannot conflict. */
#include "push.h"

#include <string.h>

/* ---- Forms ------------------------------------------------------------------------------------- */

struct attendance_fields {
    int64_t section_id;
    struct door_attendance x;
};

#define AT(member) offsetof(struct attendance_fields, x.member)
static const struct web_input attendance_input = {
    .size = sizeof(struct attendance_fields),
    .fields =
        (const struct web_field[]){
            { "section_id", WEB_INT, offsetof(struct attendance_fields, section_id), true, 1,
              JSON_INT_MAX, 0, NULL },
            { "card_no", WEB_TEXT, AT(card_no), true, 1, 32, 0, NULL },
            { "event", WEB_TEXT, AT(event), true, 1, 16, 0, NULL },
            { "at", WEB_INSTANT, AT(at), true, 0, 0, 0, NULL },
            { "lon", WEB_REAL, AT(lon), false, -180, 180, AT(has_lon), NULL },
            { "lat", WEB_REAL, AT(lat), false, -90, 90, AT(has_lat), NULL },
            { "accuracy", WEB_REAL, AT(accuracy), false, 0, DOOR_ACCURACY_MAX, AT(has_accuracy),
              NULL },
            { "how", WEB_TEXT, AT(how), false, 1, 16, 0, NULL },
            { "door_code", WEB_TEXT, AT(door_code), false, 1, 16, 0, NULL },
            { "sha256", WEB_TEXT, AT(sha256), false, 1, 64, 0, NULL },
            { .name = NULL },
        },
};
#undef AT

struct signature_fields {
    int64_t section_id;
    struct door_signature x;
};

#define AT(member) offsetof(struct signature_fields, x.member)
static const struct web_input signature_input = {
    .size = sizeof(struct signature_fields),
    .fields =
        (const struct web_field[]){
            { "section_id", WEB_INT, offsetof(struct signature_fields, section_id), true, 1,
              JSON_INT_MAX, 0, NULL },
            { "outcome", WEB_TEXT, AT(outcome), true, 1, 16, 0, NULL },
            { "at", WEB_INSTANT, AT(at), true, 0, 0, 0, NULL },
            { "name", WEB_TEXT, AT(name), false, 1, DOOR_NAME_MAX, 0, NULL },
            { "position", WEB_TEXT, AT(position), false, 1, DOOR_NAME_MAX, 0, NULL },
            { "sha256", WEB_TEXT, AT(sha256), false, 1, 64, 0, NULL },
            { "reason", WEB_TEXT, AT(reason), false, 1, DOOR_REASON_MAX, 0, NULL },
            { "witness", WEB_TEXT, AT(witness), false, 1, DOOR_NAME_MAX, 0, NULL },
            { .name = NULL },
        },
};
#undef AT

struct sample_fields {
    int64_t section_id;
    struct door_sample x;
};

#define AT(member) offsetof(struct sample_fields, x.member)
static const struct web_input sample_input = {
    .size = sizeof(struct sample_fields),
    .fields =
        (const struct web_field[]){
            { "section_id", WEB_INT, offsetof(struct sample_fields, section_id), true, 1,
              JSON_INT_MAX, 0, NULL },
            { "check_result_id", WEB_INT, AT(check_result_id), false, 1, JSON_INT_MAX, 0, NULL },
            { "number", WEB_TEXT, AT(number), true, 1, DOOR_NUMBER_MAX, 0, NULL },
            { "name", WEB_TEXT, AT(name), true, 1, DOOR_PRODUCT_MAX, 0, NULL },
            { "quantity", WEB_TEXT, AT(quantity), true, 1, 20, 0, NULL },
            { "unit", WEB_TEXT, AT(unit), true, 1, DOOR_UNIT_MAX, 0, NULL },
            { "batch", WEB_TEXT, AT(batch), false, 1, DOOR_PRODUCT_MAX, 0, NULL },
            { "sealed", WEB_BOOL, AT(sealed), true, 0, 0, 0, NULL },
            { "laboratory", WEB_TEXT, AT(laboratory), true, 1, DOOR_LABORATORY_MAX, 0, NULL },
            { "handed_over_at", WEB_INSTANT, AT(handed_over_at), true, 0, 0, 0, NULL },
            { .name = NULL },
        },
};
#undef AT

/* ---- Reading ----------------------------------------------------------------------------------- */

struct entry {
    struct push_op *op;
    const char *kind;
    const char *body;
    const char *card_no; /* of an attendance */
    bool arrived;
    int64_t check_result_id; /* of a sample */
};

/* Rejects the operation for what the form or the rule says; false, so that callers can return it. */
static bool refuse(struct push_op *op, const struct err *err)
{
    push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID, err->pointer, "%s", err->detail);
    return false;
}

static enum rc read_attendance(struct arena *a, struct entry *e, const char *door_code,
                               struct err *err)
{
    struct attendance_fields f = { .section_id = 0 };
    enum rc rc = web_input_json(a, &attendance_input, e->op->fields, "/fields", &f, err);
    if (rc == RC_OK)
        rc = door_attendance_check(&f.x, door_code, err);
    if (rc != RC_OK)
        return rc;
    e->kind = "attendance";
    e->body = door_attendance_body(a, f.section_id, &f.x);
    e->card_no = f.x.card_no;
    e->arrived = strcmp(f.x.event, "arrived") == 0;
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
    enum rc rc = e->op->entity == PUSH_ATTENDANCE
                     ? read_attendance(a, e, section ? section->door_code : NULL, &err)
                 : e->op->entity == PUSH_SIGNATURE ? read_signature(a, e, &err)
                                                   : read_sample(a, e, &err);
    return rc == RC_OK || refuse(e->op, &err);
}

/* ---- Applying ---------------------------------------------------------------------------------- */

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

/* Whether the section knows what the entry names: its check results, whatever becomes of the entry … */
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
    if (!read_entry(b, &e, s) || !push_admitted(b, op, s, "/fields/section_id", &why) ||
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
    }
    op->outcome = PUSH_APPLIED;
}
