/*
 * The best of a stratum, twice its quota. What may be one of them is put behind the others; when there is no
 * room, the best are picked out and the worst of them is the bound for what follows. That touches
 * memory in order, where a heap jumps about, and strata together are larger than a processor's cache.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/draw_internal.h"

enum { ROOM_MIN = 16, SPARE_MIN = 16 };

static uint64_t key_of(const uint8_t score[DIGEST_SIZE])
{
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key = key << 8 | score[i];
    return key;
}

static int item_order(const struct draw_item *a, const struct draw_item *b)
{
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    int order = memcmp(a->entry->score, b->entry->score, DIGEST_SIZE);
    return order ? order
                 : draw_order(a->entry->subject, a->entry->subject_size, b->entry->subject,
                              b->entry->subject_size);
}

static int by_item(const void *a, const void *b)
{
    return item_order(a, b);
}

static size_t best_of(const struct draw_slot *slot)
{
    return (size_t)2 * slot->stratum.quota;
}

static void widen(struct arena *a, struct draw_heap *heap, size_t max)
{
    size_t room = heap->room ? heap->room * 2 : ROOM_MIN;
    room = room < max ? room : max;
    struct draw_item *wider = arena_array(a, room, sizeof *wider);
    if (heap->count)
        memcpy(wider, heap->items, heap->count * sizeof *wider);
    heap->items = wider;
    heap->room = room;
}

static void swap(struct draw_item *a, struct draw_item *b)
{
    struct draw_item kept = *a;
    *a = *b;
    *b = kept;
}

/* Moves the n smallest of count items to the front (0 < n < count). Scores are as good as random, so
   the middle one is a fair pivot. */
static void pick_out(struct draw_item *items, size_t count, size_t n)
{
    size_t low = 0;
    size_t high = count;
    while (high - low > 1) {
        swap(&items[low], &items[low + (high - low) / 2]);
        size_t at = low; /* of the pivot: behind what is smaller */
        for (size_t i = low + 1; i < high; i++)
            if (item_order(&items[i], &items[low]) < 0)
                swap(&items[++at], &items[i]);
        swap(&items[low], &items[at]);
        if (at + 1 == n || at == n)
            return;
        if (at < n)
            low = at + 1;
        else
            high = at;
    }
}

/* Leaves the best; the entries of the others wait behind them to be used again. */
static void cut(struct draw_heap *heap, size_t best)
{
    if (heap->count > best)
        pick_out(heap->items, heap->count, best);
    const struct draw_item *worst = &heap->items[0];
    for (size_t i = 1; i < best; i++)
        if (item_order(&heap->items[i], worst) > 0)
            worst = &heap->items[i];
    heap->bound = worst->key;
    heap->count = best;
}

/* The place behind the last item, with the entry that an earlier cut left there or NULL. */
static struct draw_item *next_place(struct arena *a, struct draw_slot *slot)
{
    struct draw_heap *heap = &slot->heap;
    size_t best = best_of(slot);
    size_t max = best + best / 4 + SPARE_MIN;
    if (heap->count == max)
        cut(heap, best);
    else if (heap->count == heap->room)
        widen(a, heap, max);
    return &heap->items[heap->count++];
}

/* In the entry that an earlier cut left, if the subject fits there; a size grows 64 times at most. */
static struct draw_entry *keep(struct arena *a, struct draw_entry *old,
                               const uint8_t score[DIGEST_SIZE], const char *subject, size_t n)
{
    struct draw_entry *entry = old;
    if (!entry || n > entry->subject_room) {
        entry = arena_alloc(a, sizeof *entry + n + 1);
        entry->subject_room = (uint8_t)n;
    }
    memcpy(entry->score, score, DIGEST_SIZE);
    memcpy(entry->subject, subject, n);
    entry->subject[n] = '\0';
    entry->subject_size = (uint8_t)n;
    return entry;
}

uint64_t draw_heap_bound(const struct draw_slot *slot)
{
    return slot->heap.bound ? slot->heap.bound : UINT64_MAX;
}

void draw_heap_offer(struct arena *a, struct draw_slot *slot, const uint8_t score[DIGEST_SIZE],
                     const char *subject, size_t subject_size)
{
    uint64_t key = key_of(score);
    if (best_of(slot) == 0 || key > draw_heap_bound(slot))
        return;
    struct draw_item *item = next_place(a, slot);
    item->entry = keep(a, item->entry, score, subject, subject_size);
    item->key = key;
}

void draw_heap_merge(struct arena *a, struct draw_slot *slot, const struct draw_heap *from)
{
    for (size_t i = 0; best_of(slot) && i < from->count; i++)
        if (from->items[i].key <= draw_heap_bound(slot))
            *next_place(a, slot) = from->items[i];
}

void draw_heap_sort(struct draw_slot *slot)
{
    struct draw_heap *heap = &slot->heap;
    if (heap->count)
        qsort(heap->items, heap->count, sizeof *heap->items, by_item);
    if (heap->count > best_of(slot))
        heap->count = best_of(slot);
}
