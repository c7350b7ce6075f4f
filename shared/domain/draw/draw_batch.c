/*
 * Scores by the batch. Subjects of the same size and weight are put side by side, and when there
 * are as many as lanes, their tickets are hashed together, number after number. Where there are no
 * lanes, for SM3 and for texts that do not fit a block, a subject is scored at once.
 */
#include <string.h>

#include "domain/draw/draw_internal.h"

enum { STATE_WORDS = 8 };

struct group {
    struct draw_lanes lanes;
    struct draw_slot *slots[DRAW_LANES];
    const char *subjects[DRAW_LANES];
    size_t count;
    size_t subject_size;
    unsigned weight;
    struct group *next;
};

struct draw_batch {
    struct arena *arena;
    struct draw_tickets *tickets;
    draw_lanes_fn *lanes;
    const uint32_t *state;
    struct group *groups; /* all of the table */
    struct group *table[DRAW_BLOCK_TEXT_MAX + 1][DRAW_WEIGHT_MAX + 1];
};

struct draw_batch *draw_batch(struct arena *a, struct draw_tickets *tickets, draw_lanes_fn *lanes)
{
    struct draw_batch *batch = arena_alloc(a, sizeof *batch);
    batch->arena = a;
    batch->tickets = tickets;
    batch->state = draw_tickets_state(tickets);
    batch->lanes = batch->state ? lanes : NULL;
    return batch;
}

/* Aligned for the lanes, which an arena does not know of. */
static struct group *add_group(struct draw_batch *batch, size_t subject_size, unsigned weight)
{
    char *room = arena_alloc(batch->arena, sizeof(struct group) + _Alignof(struct group));
    struct group *group = (void *)(room + (-(uintptr_t)room & (_Alignof(struct group) - 1)));
    group->subject_size = subject_size;
    group->weight = weight;
    group->next = batch->groups;
    batch->groups = group;
    batch->table[subject_size][weight] = group;
    return group;
}

static void offer(const struct draw_batch *batch, const struct group *group, size_t lane)
{
    const uint32_t(*best)[DRAW_LANES] = group->lanes.best;
    uint8_t score[DIGEST_SIZE];
    for (size_t t = 0; t < STATE_WORDS; t++)
        for (size_t k = 0; k < sizeof **best; k++)
            score[t * sizeof **best + k] = (uint8_t)(best[t][lane] >> (24 - 8 * k));
    draw_heap_offer(batch->arena, group->slots[lane], score, group->subjects[lane],
                    group->subject_size);
}

static void hash(const struct draw_batch *batch, struct group *group)
{
    batch->lanes(batch->state, &group->lanes, group->subject_size, group->weight);
    for (size_t lane = 0; lane < group->count; lane++)
        if (group->lanes.found[lane])
            offer(batch, group, lane);
    group->count = 0;
}

/* A ticket has to be at most what the stratum keeps. */
static void put(struct group *group, struct draw_slot *slot, const char *subject)
{
    unsigned char block[DRAW_BLOCK];
    size_t lane = group->count++;
    size_t used = draw_block_text(block, subject, group->subject_size);
    for (size_t t = 0; t * sizeof(uint32_t) < used; t++)
        group->lanes.words[t][lane] = draw_block_word(block, t);
    group->lanes.best[0][lane] = (uint32_t)(draw_heap_bound(slot) >> 32);
    for (size_t t = 1; t < STATE_WORDS; t++)
        group->lanes.best[t][lane] = UINT32_MAX;
    group->slots[lane] = slot;
    group->subjects[lane] = subject;
}

void draw_batch_add(struct draw_batch *batch, struct draw_slot *slot, const struct draw_line *line)
{
    size_t n = line->subject_size;
    if (!batch->lanes || n > DRAW_BLOCK_TEXT_MAX) {
        uint8_t score[DIGEST_SIZE];
        draw_score(batch->tickets, line->subject, n, line->weight, score);
        draw_heap_offer(batch->arena, slot, score, line->subject, n);
        return;
    }
    struct group *group = batch->table[n][line->weight];
    if (!group)
        group = add_group(batch, n, line->weight);
    put(group, slot, line->subject);
    if (group->count == DRAW_LANES)
        hash(batch, group);
}

void draw_batch_flush(struct draw_batch *batch)
{
    for (struct group *group = batch->groups; group; group = group->next)
        if (group->count)
            hash(batch, group);
}
