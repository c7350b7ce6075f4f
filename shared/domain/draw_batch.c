/*
 * Scores by the batch. Tickets of whatever subjects come next fill the lanes; when all are full, they are
 * hashed together and each subject keeps its smallest. Where there are no lanes, for SM3 and for texts
 * that do not fit a block, a subject is scored at once.
 */
#include <string.h>

#include "domain/draw_internal.h"

enum { PENDING_MAX = 256, STATE_WORDS = 8, BLOCK_WORDS = 16, LENGTH_WORD = 15 };

struct pending {
    struct draw_slot *slot;
    const char *subject;
    size_t subject_size;
    uint32_t best[STATE_WORDS]; /* the smallest ticket so far; at first, what it has to be below */
    bool found;
};

struct draw_batch {
    struct arena *arena;
    struct draw_tickets *tickets;
    draw_lanes_fn *lanes;
    const uint32_t *state;
    struct draw_lanes block;
    uint8_t filled[DRAW_LANES]; /* words of a lane that may not be zero, without the length */
    uint16_t owner[DRAW_LANES];
    size_t used; /* lanes */
    struct pending pending[PENDING_MAX];
    size_t count;
};

struct draw_batch *draw_batch(struct arena *a, struct draw_tickets *tickets, draw_lanes_fn *lanes)
{
    /* Aligned for the lanes, which an arena does not know of. */
    char *room = arena_alloc(a, sizeof(struct draw_batch) + _Alignof(struct draw_batch));
    struct draw_batch *batch =
        (void *)(room + (-(uintptr_t)room & (_Alignof(struct draw_batch) - 1)));
    batch->arena = a;
    batch->tickets = tickets;
    batch->state = draw_tickets_state(tickets);
    batch->lanes = batch->state ? lanes : NULL;
    return batch;
}

static uint32_t word_of(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void keep_smallest(struct draw_batch *batch, size_t lane)
{
    uint32_t(*digests)[DRAW_LANES] = batch->block.digests;
    struct pending *p = &batch->pending[batch->owner[lane]];
    if (digests[0][lane] > p->best[0])
        return;
    size_t i = 0;
    while (i < STATE_WORDS && digests[i][lane] == p->best[i])
        i++;
    if (i < STATE_WORDS && digests[i][lane] > p->best[i])
        return;
    for (i = 0; i < STATE_WORDS; i++)
        p->best[i] = digests[i][lane];
    p->found = true;
}

static void hash(struct draw_batch *batch)
{
    batch->lanes(batch->state, &batch->block);
    for (size_t lane = 0; lane < batch->used; lane++)
        keep_smallest(batch, lane);
    batch->used = 0;
}

/* A block of which the first words may not be zero, nor the length. */
static void put_lane(struct draw_batch *batch, const uint32_t block[BLOCK_WORDS], size_t filled)
{
    uint32_t(*words)[DRAW_LANES] = batch->block.words;
    size_t lane = batch->used++;
    for (size_t t = 0; t < filled; t++)
        words[t][lane] = block[t];
    for (size_t t = filled; t < batch->filled[lane]; t++)
        words[t][lane] = 0;
    words[LENGTH_WORD][lane] = block[LENGTH_WORD];
    batch->filled[lane] = (uint8_t)filled;
    batch->owner[lane] = (uint16_t)(batch->count - 1);
    if (batch->used == DRAW_LANES)
        hash(batch);
}

static void put_tickets(struct draw_batch *batch, const struct draw_line *line)
{
    unsigned char bytes[DRAW_BLOCK];
    uint32_t block[BLOCK_WORDS];
    size_t used = draw_block_text(bytes, line->subject, line->subject_size);
    size_t end = 0;
    for (unsigned j = 1; j <= line->weight; j++) {
        if (j > 1 && j % 10) { /* one more in the last digit; the rest of the block stands */
            block[(end - 1) / 4] += (uint32_t)1 << (24 - (end - 1) % 4 * 8);
        } else {
            end = draw_block_end(bytes, used, j);
            for (size_t t = 0; t < BLOCK_WORDS; t++)
                block[t] = word_of(bytes + 4 * t);
        }
        put_lane(batch, block, end / 4 + 1);
    }
}

void draw_batch_add(struct draw_batch *batch, struct draw_slot *slot, const struct draw_line *line)
{
    if (!batch->lanes || !draw_block_fits(line->subject_size)) {
        uint8_t score[DIGEST_SIZE];
        draw_score(batch->tickets, line->subject, line->subject_size, line->weight, score);
        draw_heap_offer(batch->arena, slot, score, line->subject, line->subject_size);
        return;
    }
    if (batch->count == PENDING_MAX)
        draw_batch_flush(batch);
    struct pending *p = &batch->pending[batch->count++];
    p->slot = slot;
    p->subject = line->subject;
    p->subject_size = line->subject_size;
    p->found = false;
    memset(p->best, 0xFF, sizeof p->best);
    p->best[0] = (uint32_t)(draw_heap_bound(slot) >> 32);
    put_tickets(batch, line);
}

void draw_batch_flush(struct draw_batch *batch)
{
    if (batch->used)
        hash(batch);
    for (size_t i = 0; i < batch->count; i++) {
        const struct pending *p = &batch->pending[i];
        uint8_t score[DIGEST_SIZE];
        if (!p->found)
            continue;
        for (size_t t = 0; t < STATE_WORDS; t++)
            for (size_t k = 0; k < sizeof *p->best; k++)
                score[t * sizeof *p->best + k] = (uint8_t)(p->best[t] >> (24 - 8 * k));
        draw_heap_offer(batch->arena, p->slot, score, p->subject, p->subject_size);
    }
    batch->count = 0;
}
