#include "push.h"

#include <string.h>

#include "sums.h"

static enum rc store_ledger(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    struct syncop *rows = arena_array(c->arena, b->n, sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct push_op *op = &b->ops[i];
        if (op->outcome == PUSH_DUPLICATE || op->unrecorded)
            continue;
        struct syncop *row = &rows[n++];
        *row = (struct syncop){ .device_id = c->actor.id,
                                .counter = op->counter,
                                .outcome = push_outcome_name(op->outcome),
                                .result = push_op_result(c, op),
                                .body = op->outcome == PUSH_APPLIED && !op->again ? NULL : op->body,
                                .again = op->again };
        memcpy(row->id, op->id, sizeof row->id);
        memcpy(row->body_hash, op->body_hash, sizeof row->body_hash);
        if (op->outcome != PUSH_DEFERRED)
            sums_receipt(b->journal.receipt, op->id, op->body_hash, row->outcome);
    }
    if (n == 0)
        return RC_OK;
    b->journal.counter = b->counter;
    enum rc rc = syncop_store(c->db, c->arena, rows, n, c->now);
    if (rc == RC_OK)
        rc = device_set_journal(c->db, c->actor.id, &b->journal);
    return rc == RC_OK ? push_clock_store(b) : rc;
}

static enum rc store_conflicts(struct push_batch *b, int64_t **ids, size_t *n)
{
    struct web_ctx *c = b->c;
    enum rc rc = RC_OK;
    int64_t *resolved = arena_array(c->arena, b->open_count + 1, sizeof *resolved);
    size_t resolved_count = 0;
    *ids = NULL;
    *n = 0;
    for (size_t i = 0; i < b->open_count; i++)
        if (b->open_conflicts[i].resolved)
            resolved[resolved_count++] = b->open_conflicts[i].id;
    if (b->new_count)
        rc = syncop_add_conflicts(c->db, c->arena, c->now, b->new_conflicts, b->new_count, ids, n);
    if (rc != RC_OK || !resolved_count)
        return rc;
    rc = syncop_resolve_conflicts(c->db, c->arena, c->now, resolved, resolved_count);
    if (rc != RC_OK)
        return rc;
    int64_t *all = arena_array(c->arena, *n + resolved_count, sizeof *all);
    if (*n)
        memcpy(all, *ids, *n * sizeof *all);
    memcpy(all + *n, resolved, resolved_count * sizeof *all);
    *ids = all;
    *n += resolved_count;
    return RC_OK;
}

/* The ids of the records that were written. */
static void list_changed(struct push_batch *b, struct record_changes *changes)
{
    size_t room = 0;
    for (size_t i = 0; i < b->section_count; i++)
        room += b->sections[i].check_count;
    int64_t *sections = arena_array(b->c->arena, b->section_count, sizeof *sections);
    int64_t *checks = arena_array(b->c->arena, room, sizeof *checks);
    for (size_t i = 0; i < b->section_count; i++) {
        const struct record_section *s = &b->sections[i];
        if (s->record.changed)
            sections[changes->section_count++] = s->record.id;
        for (size_t k = 0; k < s->check_count; k++)
            if (s->checks[k].changed)
                checks[changes->check_count++] = s->checks[k].id;
    }
    changes->sections = sections;
    changes->checks = checks;
}

/* Only a copy of the device's data can have used its counters for something else. */
static enum rc report_fork(struct push_batch *b)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->ops[i].problem == PUSH_P_FORKED)
            return device_forked(b->c->db, b->c->actor.id, b->c->now);
    return RC_OK;
}

enum rc push_store(struct push_batch *b)
{
    struct web_ctx *c = b->c;
    struct record_changes changes = { .section_count = 0 };
    int64_t *manifests = NULL;
    int64_t *doors = NULL;
    int64_t *conflicts = NULL;
    enum rc rc = record_store(c->db, c->arena, b->sections, b->section_count);
    if (rc == RC_OK && b->manifest_count)
        rc = evidence_add(c->db, c->arena, c->actor.id, c->now, b->manifests, b->manifest_count,
                          &manifests, &changes.evidence_count);
    if (rc == RC_OK && b->door_count)
        rc = door_add(c->db, c->arena, c->actor.id, c->now, b->doors, b->door_count, &doors,
                      &changes.door_count);
    if (rc == RC_OK)
        rc = store_conflicts(b, &conflicts, &changes.conflict_count);
    if (rc == RC_OK)
        rc = store_ledger(b);
    /* An id that was stored before, and the ledger was not asked: what it made has a key of that id
       too. */
    if (rc == RC_CONFLICT && c->attempt == 1)
        rc = RC_RETRY;
    if (rc == RC_OK)
        rc = report_fork(b);
    if (rc == RC_OK)
        rc = push_held_store(b);
    if (rc != RC_OK)
        return rc;
    changes.evidence = manifests;
    changes.doors = doors;
    changes.conflicts = conflicts;
    list_changed(b, &changes);
    return record_publish(c->db, c->arena, &changes);
}
