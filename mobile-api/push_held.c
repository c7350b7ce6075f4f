/* Operations that wait at the desk: edits on what was signed, given to others or deleted meanwhile,
   and whatever had no effect. */
#include "push.h"

#include <string.h>

/* ---- What the inspector lost sight of -------------------------------------------------------- */

static const char *target_entity(const struct push_op *op)
{
    return op->entity == PUSH_CHECK_RESULT ? "check_result" : "section";
}

static bool see(const struct feed_item *item, void *data)
{
    (void)item;
    *(bool *)data = true;
    return false;
}

/* Whether the inspector may know that there is such a visit. */
static enum rc read_followed(struct push_batch *b, struct record_section *s)
{
    return feed_find(b->c->db, FEED_INSPECTOR, b->c->actor.inspector_id, "visit", s->visit_id, see,
                     &s->followed);
}

enum rc push_held_read(struct push_batch *b)
{
    enum rc rc = RC_OK;
    b->lost = arena_array(b->c->arena, b->n, sizeof *b->lost);
    for (size_t i = 0; rc == RC_OK && i < b->section_count; i++)
        if (!b->sections[i].assigned)
            rc = read_followed(b, &b->sections[i]);
    for (size_t i = 0; i < b->n; i++) {
        const struct push_op *op = &b->ops[i];
        struct record_section *section = NULL;
        if (op->entity_id < 1)
            continue;
        if (op->entity == PUSH_CHECK_RESULT)
            (void)push_find_check(b, op->entity_id, &section);
        else
            section = push_find_section(b, op->entity_id);
        if (!section)
            b->lost[b->lost_count++] =
                (struct feed_lost){ .entity = target_entity(op), .id = op->entity_id };
        else if (!section->assigned)
            b->lost[b->lost_count++] =
                (struct feed_lost){ .entity = "visit", .id = section->visit_id };
    }
    if (rc != RC_OK || b->lost_count == 0)
        return rc;
    return feed_lost(b->c->db, b->c->arena, b->c->actor.inspector_id, b->lost, &b->lost_count);
}

static bool lost(const struct push_batch *b, const char *entity, int64_t id)
{
    for (size_t i = 0; i < b->lost_count; i++)
        if (b->lost[i].id == id && strcmp(b->lost[i].entity, entity) == 0)
            return true;
    return false;
}

enum push_problem push_held_obstacle(const struct push_batch *b, const struct push_op *op,
                                     const struct record_section *section)
{
    if (!section)
        return lost(b, target_entity(op), op->entity_id) ? PUSH_P_DELETED : PUSH_P_NOT_FOUND;
    if (!section->assigned && lost(b, "visit", section->visit_id))
        return PUSH_P_REASSIGNED;
    if (!section->assigned) /* a stranger is not told that there is such a section */
        return section->followed ? PUSH_P_NOT_ASSIGNED : PUSH_P_NOT_FOUND;
    return section->sealed ? PUSH_P_SEALED : PUSH_NO_PROBLEM;
}

/* ---- Keeping --------------------------------------------------------------------------------- */

void push_held_keep(struct push_batch *b, struct push_op *op, const struct record_section *section,
                    enum push_problem why, const char *entity, const char *fields)
{
    static const char *const kinds[] = {
        [PUSH_P_SEALED] = "sealed", [PUSH_P_REASSIGNED] = "reassigned", [PUSH_P_DELETED] = "deleted"
    };
    static const char *const details[] = {
        [PUSH_P_SEALED] = "检查单已签字，所填内容已留存为更正申请，由审核人员决定是否采纳",
        [PUSH_P_REASSIGNED] = "检查任务已改派他人，所填内容已留存，由审核人员决定是否采纳",
        [PUSH_P_DELETED] = "该对象已被撤销，所填内容已留存，由审核人员处理",
    };
    struct held *held = &b->held[b->held_count++];
    *held = (struct held){ .kind = kinds[why],
                           .state = "open",
                           .department_id =
                               section ? section->department_id : b->c->actor.department_id,
                           .device_id = b->c->actor.id,
                           .section_id = section ? section->record.id : 0,
                           .entity = entity,
                           .entity_id = op->entity_id,
                           .fields = fields };
    memcpy(held->op_id, op->id, SYNCOP_ID);
    push_op_refuse(op, PUSH_CONFLICT, why, "", "%s", details[why]);
}

/* Adds the operations without effect, and those that waited and took effect now. */
enum rc push_held_store(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    size_t edits = b->held_count;
    for (size_t i = 0; i < b->n; i++) {
        const struct push_op *op = &b->ops[i];
        bool refused = op->outcome == PUSH_REJECTED || op->outcome == PUSH_DEFERRED;
        bool kept = false;
        for (size_t k = 0; k < edits; k++)
            kept = kept || memcmp(b->held[k].op_id, op->id, SYNCOP_ID) == 0;
        if (kept || op->unrecorded || op->outcome == PUSH_DUPLICATE || (!refused && !op->again))
            continue;
        struct held *held = &b->held[b->held_count++];
        *held = (struct held){ .kind = op->outcome == PUSH_REJECTED ? "rejected" : "deferred",
                               .state = refused ? "open" : "settled",
                               .department_id = c->actor.department_id,
                               .device_id = c->actor.id };
        memcpy(held->op_id, op->id, SYNCOP_ID);
    }
    if (b->held_count == 0)
        return RC_OK;
    return held_store(c->db, c->arena, b->held, b->held_count, c->now);
}
