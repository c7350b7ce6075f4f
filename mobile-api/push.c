#include "push.h"

#include <string.h>

#include "base/text.h"
#include "routes.h"

/* ---- What the operations touch --------------------------------------------------------------- */

static enum rc lock_records(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    int64_t *sections = arena_array(c->arena, b->n, sizeof *sections);
    int64_t *checks = arena_array(c->arena, b->n, sizeof *checks);
    size_t section_count = 0;
    size_t check_count = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct push_op *op = &b->ops[i];
        if (op->entity_id < 1)
            continue;
        if (op->entity == PUSH_CHECK_RESULT)
            checks[check_count++] = op->entity_id;
        else
            sections[section_count++] = op->entity_id;
    }
    return record_lock(c->db, c->arena, c->actor.inspector_id, sections, section_count, checks,
                       check_count, &b->sections, &b->section_count);
}

/*
 * Whether the ledger has nothing to say: this device's counters go on behind all that it has of it.
 * An id that is in it all the same, under another counter or of another device, breaks its key when
 * the operations are stored, and the second attempt asks.
 */
static bool unheard(const struct push_batch *b)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->ops[i].counter <= b->journal.counter || b->ops[i].has_after)
            return false;
    return b->c->attempt == 1;
}

/* The ledger's rows of these operations and of those they depend on. */
static enum rc read_ledger(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    if (unheard(b))
        return RC_OK;
    uint8_t(*ids)[SYNCOP_ID] = arena_array(c->arena, 2 * b->n, sizeof *ids);
    int64_t *counters = arena_array(c->arena, b->n, sizeof *counters);
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct push_op *op = &b->ops[i];
        counters[i] = op->counter;
        memcpy(ids[n++], op->id, SYNCOP_ID);
        if (op->has_after)
            memcpy(ids[n++], op->after, SYNCOP_ID);
    }
    return syncop_find(c->db, c->arena, c->actor.id, (const uint8_t(*)[SYNCOP_ID])ids, n, counters,
                       b->n, &b->known, &b->known_count);
}

static enum rc read_open_conflicts(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    int64_t *ids = arena_array(c->arena, b->section_count, sizeof *ids);
    size_t n = 0;
    for (size_t i = 0; i < b->section_count; i++)
        if (b->sections[i].conflicts)
            ids[n++] = b->sections[i].record.id;
    if (n == 0)
        return RC_OK;
    return syncop_open_conflicts(c->db, c->arena, ids, n, &b->open_conflicts, &b->open_count);
}

/* The device first: its pushes queue here. Then the sections; what they guard is read after
   that. */
static enum rc lock_and_read(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    enum rc rc = device_lock_journal(c->db, c->actor.id, &b->journal);
    if (rc == RC_OK)
        rc = lock_records(b);
    if (rc == RC_OK)
        rc = read_ledger(b);
    if (rc == RC_OK)
        rc = push_held_read(b);
    if (rc == RC_OK && b->section_count + b->lost_count)
        rc = record_codes(c->db, c->arena, &b->codes, &b->code_count);
    if (rc == RC_OK)
        rc = read_open_conflicts(b);
    if (rc == RC_OK)
        rc = push_answer_lists(b);
    if (rc == RC_OK)
        rc = push_door_teams(b);
    if (rc == RC_OK)
        rc = push_sign_minimum(b);
    size_t fields = 0;
    for (size_t i = 0; i < b->n; i++)
        fields += push_fields_count(&b->ops[i]);
    b->counter = b->journal.counter;
    b->new_conflicts = arena_array(c->arena, fields, sizeof *b->new_conflicts);
    b->manifests = arena_array(c->arena, b->n, sizeof *b->manifests);
    b->doors = arena_array(c->arena, b->n, sizeof *b->doors);
    b->held = arena_array(c->arena, b->n, sizeof *b->held);
    return rc;
}

/* ---- Reply ----------------------------------------------------------------------------------- */

static enum rc reply(struct push_batch *b)
{
    char receipt[2 * DIGEST_SIZE + 1];
    struct jsonw *w = web_json(b->c, 200);
    jw_array(w, "outcomes");
    for (size_t i = 0; i < b->n; i++)
        jw_raw(w, NULL, push_op_result(b->c, &b->ops[i]));
    jw_end(w);
    hex_encode(receipt, b->journal.receipt, DIGEST_SIZE);
    jw_text(w, "receipt", receipt);
    return web_json_end(b->c);
}

enum rc push_post(struct web_ctx *c)
{
    struct push_batch batch = { .c = c };
    enum rc rc = push_read(&batch);
    if (rc == RC_OK)
        rc = lock_and_read(&batch);
    if (rc != RC_OK)
        return rc;
    push_apply(&batch);
    rc = push_store(&batch);
    return rc == RC_OK ? reply(&batch) : rc;
}
