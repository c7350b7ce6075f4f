/*
 * The best of a stratum, twice its quota. What may be one of them is put behind the others; when
 * there is no room, a thread picks its share of the best out and tells the others the worst of
 * these: where each of them has as many, what is worse than the worst of all is none of the best.
 * That touches memory in order, where a heap jumps about, and strata together are larger than a
 * processor's cache.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/draw/draw_internal.h"

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

/* A thread's share of them. */
static size_t part_of(const struct draw_slot *slot)
{
    unsigned threads = slot->shares.threads;
    return threads ? (best_of(slot) + threads - 1) / threads : best_of(slot);
}

static void widen(struct arena *a, struct draw_heap *heap, size_t max)
{
    size_t room = heap->room < max / 2 ? heap->room * 2 : max;
    room = room > ROOM_MIN ? room : ROOM_MIN;
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

/* Moves the n smallest of count items to the front (0 < n < count). Scores are as good as random,
   so the middle one is a fair pivot. */
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

static uint64_t worst_of(const struct draw_item *items, size_t count)
{
    uint64_t worst = 0;
    for (size_t i = 0; i < count; i++)
        worst = items[i].key > worst ? items[i].key : worst;
    return worst;
}

/* Tells the other threads the worst of this one's share, and returns the worst of all. */
static uint64_t publish(const struct draw_shares *shares, uint64_t own)
{
    uint64_t worst = own;
    if (shares->threads)
        atomic_store_explicit(&shares->keys[shares->own], own, memory_order_relaxed);
    for (unsigned i = 0; i < shares->threads; i++) {
        uint64_t key = atomic_load_explicit(&shares->keys[i], memory_order_relaxed);
        worst = key > worst ? key : worst;
    }
    return worst;
}

/* Leaves what may be one of the best; the entries of the others wait behind it to be used again. */
static void cut(struct draw_slot *slot)
{
    struct draw_heap *heap = &slot->heap;
    struct draw_item *items = heap->items;
    size_t best = best_of(slot);
    size_t n = part_of(slot);
    pick_out(items, heap->count, n);
    heap->bound = publish(&slot->shares, worst_of(items, n));
    for (size_t i = n; i < heap->count; i++)
        if (items[i].key <= heap->bound)
            swap(&items[n++], &items[i]);
    if (n > best) {
        pick_out(items, n, best);
        n = best;
        heap->bound = worst_of(items, n);
    }
    heap->count = n;
    heap->full = n + n / 4 + SPARE_MIN;
}

/* The place behind the last item, with the entry that an earlier cut left there or NULL. */
static struct draw_item *next_place(struct arena *a, struct draw_slot *slot)
{
    struct draw_heap *heap = &slot->heap;
    if (!heap->full) {
        heap->full = part_of(slot);
        heap->full += heap->full / 4 + SPARE_MIN;
    }
    if (heap->count == heap->full)
        cut(slot);
    if (heap->count == heap->room)
        widen(a, heap, heap->full);
    return &heap->items[heap->count++];
}

/* In the entry that an earlier cut left, if the subject fits there; a size grows 64 times at
   most. */
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

void draw_heap_join(struct arena *a, struct draw_slot *slot, const struct draw_heap *const *parts,
                    size_t count)
{
    struct draw_heap *heap = &slot->heap;
    for (size_t i = 0; i < count; i++)
        heap->room += parts[i]->count;
    heap->items = arena_array(a, heap->room, sizeof *heap->items);
    for (size_t i = 0; i < count; i++) {
        if (parts[i]->count)
            memcpy(heap->items + heap->count, parts[i]->items,
                   parts[i]->count * sizeof *heap->items);
        heap->count += parts[i]->count;
    }
}

void draw_heap_sort(struct draw_slot *slot)
{
    struct draw_heap *heap = &slot->heap;
    size_t best = best_of(slot);
    if (heap->count > best) {
        pick_out(heap->items, heap->count, best);
        heap->count = best;
    }
    if (heap->count)
        qsort(heap->items, heap->count, sizeof *heap->items, by_item);
}
