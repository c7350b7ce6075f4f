/* The best of a stratum: a heap of twice its quota, the worst of them on top. */
#include <stdlib.h>
#include <string.h>

#include "domain/draw_internal.h"

enum { HEAP_ROOM_MIN = 16, FAN = 4 /* children: a cache line of them */ };

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

static size_t worst_child(const struct draw_heap *heap, size_t first)
{
    size_t worst = first;
    size_t end = first + FAN < heap->count ? first + FAN : heap->count;
    for (size_t child = first + 1; child < end; child++)
        if (item_order(&heap->items[worst], &heap->items[child]) < 0)
            worst = child;
    return worst;
}

static void sift_down(struct draw_heap *heap, const struct draw_item *item)
{
    size_t at = 0;
    for (size_t first; (first = FAN * at + 1) < heap->count;) {
        size_t child = worst_child(heap, first);
        if (item_order(item, &heap->items[child]) >= 0)
            break;
        heap->items[at] = heap->items[child];
        at = child;
    }
    heap->items[at] = *item;
}

static void sift_up(struct draw_heap *heap, const struct draw_item *item)
{
    size_t at = heap->count++;
    for (size_t parent; at > 0; at = parent) {
        parent = (at - 1) / FAN;
        if (item_order(item, &heap->items[parent]) <= 0)
            break;
        heap->items[at] = heap->items[parent];
    }
    heap->items[at] = *item;
}

static void widen(struct arena *a, struct draw_heap *heap, size_t max)
{
    size_t room = heap->room ? heap->room * 2 : HEAP_ROOM_MIN;
    room = room < max ? room : max;
    struct draw_item *wider = arena_array(a, room, sizeof *wider);
    if (heap->count)
        memcpy(wider, heap->items, heap->count * sizeof *wider);
    heap->items = wider;
    heap->room = room;
}

/* In the entry that gave its place up, if the subject fits there; a size grows 64 times at most. */
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

/* Whether a score is below the worst that is kept. */
static bool better(const struct draw_item *worst, uint64_t key, const uint8_t score[DIGEST_SIZE],
                   const char *subject, size_t n)
{
    if (key != worst->key)
        return key < worst->key;
    int order = memcmp(score, worst->entry->score, DIGEST_SIZE);
    if (order == 0)
        order = draw_order(subject, n, worst->entry->subject, worst->entry->subject_size);
    return order < 0;
}

uint64_t draw_heap_bound(const struct draw_slot *slot)
{
    const struct draw_heap *heap = &slot->heap;
    bool full = heap->count && heap->count == (size_t)2 * slot->stratum.quota;
    return full ? heap->items[0].key : UINT64_MAX;
}

void draw_heap_offer(struct arena *a, struct draw_slot *slot, const uint8_t score[DIGEST_SIZE],
                     const char *subject, size_t subject_size)
{
    struct draw_heap *heap = &slot->heap;
    size_t max = (size_t)2 * slot->stratum.quota;
    struct draw_item item = { .key = key_of(score) };
    if (heap->count < max) {
        if (heap->count == heap->room)
            widen(a, heap, max);
        item.entry = keep(a, NULL, score, subject, subject_size);
        sift_up(heap, &item);
    } else if (max && better(&heap->items[0], item.key, score, subject, subject_size)) {
        item.entry = keep(a, heap->items[0].entry, score, subject, subject_size);
        sift_down(heap, &item);
    }
}

void draw_heap_merge(struct arena *a, struct draw_slot *slot, const struct draw_heap *from)
{
    struct draw_heap *heap = &slot->heap;
    size_t max = (size_t)2 * slot->stratum.quota;
    for (size_t i = 0; i < from->count; i++) {
        if (heap->count < max && heap->count == heap->room)
            widen(a, heap, max);
        if (heap->count < max)
            sift_up(heap, &from->items[i]);
        else if (item_order(&from->items[i], &heap->items[0]) < 0)
            sift_down(heap, &from->items[i]);
    }
}

void draw_heap_sort(struct draw_heap *heap)
{
    if (heap->count)
        qsort(heap->items, heap->count, sizeof *heap->items, by_item);
}
