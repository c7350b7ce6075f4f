#include <stdlib.h>
#include <string.h>

#include "domain/draw/draw_internal.h"

enum { ROOM_MIN = 256 };

/* By its first and its last eight bytes; the names come from the office's own rows, have
   eight bytes at least, and are capped in number. */
static uint32_t hash_of(const char *name, size_t n)
{
    uint64_t first = 0;
    uint64_t last = 0;
    if (n >= sizeof first) {
        memcpy(&first, name, sizeof first);
        memcpy(&last, name + n - sizeof last, sizeof last);
    }
    uint64_t hash = last * 0x9E3779B97F4A7C15U;
    hash = (hash ^ hash >> 32 ^ first) * 0xBF58476D1CE4E5B9U;
    return (uint32_t)(hash ^ hash >> 32);
}

/* Where the slot of that name stands, or the free place where it belongs. */
static struct draw_slot **probe(const struct draw_strata *strata, const char *name, size_t n,
                                uint32_t hash)
{
    size_t i = hash & (strata->room - 1);
    for (;; i = (i + 1) & (strata->room - 1)) {
        struct draw_slot *slot = strata->slots[i];
        if (!slot || (slot->hash == hash && slot->name_size == n &&
                      memcmp(slot->stratum.name, name, n) == 0))
            return &strata->slots[i];
    }
}

static struct draw_slot **slots_new(struct arena *a, size_t room)
{
    return arena_array(a, room, sizeof(struct draw_slot *));
}

static void grow(struct draw_strata *strata)
{
    struct draw_slot **old = strata->slots;
    size_t old_room = strata->room;
    strata->room = old_room * 2;
    strata->slots = slots_new(strata->arena, strata->room);
    for (size_t i = 0; i < old_room; i++)
        if (old[i])
            *probe(strata, old[i]->stratum.name, old[i]->name_size, old[i]->hash) = old[i];
}

struct draw_slot *draw_strata_slot(struct draw_strata *strata, const char *name, size_t n)
{
    uint32_t hash = hash_of(name, n);
    struct draw_slot **place = probe(strata, name, n, hash);
    struct draw_slot *slot = *place;
    if (slot)
        return slot;
    if (strata->count == DRAW_STRATA_MAX)
        return NULL;
    if (strata->count * 2 >= strata->room) {
        grow(strata);
        place = probe(strata, name, n, hash);
    }
    strata->count++;
    slot = arena_alloc(strata->arena, sizeof *slot);
    *place = slot;
    slot->stratum.name = arena_slice(strata->arena, name, n);
    slot->name_size = n;
    slot->hash = hash;
    return slot;
}

static enum rc enter(struct draw_strata *strata, const struct draw_quota *quota, struct err *err)
{
    size_t n = strlen(quota->stratum);
    const char *fault = draw_stratum_fault(quota->stratum, n);
    if (fault)
        return err_set(err, RC_INVALID, "/quotas", "%.64s：%s", quota->stratum, fault);
    if (quota->quota > DRAW_QUOTA_MAX)
        return err_set(err, RC_INVALID, "/quotas", "%s：抽取数超过 %d", quota->stratum,
                       DRAW_QUOTA_MAX);
    struct draw_slot *slot = draw_strata_slot(strata, quota->stratum, n);
    if (!slot)
        return err_set(err, RC_TOO_LARGE, "/quotas", "抽查层超过 %d 个", DRAW_STRATA_MAX);
    if (slot->stratum.listed)
        return err_set(err, RC_INVALID, "/quotas", "抽查层 %s 重复", quota->stratum);
    slot->stratum.quota = quota->quota;
    slot->stratum.listed = true;
    return RC_OK;
}

enum rc draw_strata(struct arena *a, const struct draw_quota *quotas, size_t count,
                    struct draw_strata **strata, struct err *err)
{
    struct draw_strata *made = arena_alloc(a, sizeof *made);
    made->arena = a;
    made->room = ROOM_MIN;
    made->slots = slots_new(a, made->room);
    for (size_t i = 0; i < count; i++) {
        enum rc rc = enter(made, &quotas[i], err);
        if (rc)
            return rc;
    }
    *strata = made;
    return RC_OK;
}

enum rc draw_strata_count(struct draw_strata *strata, const char *stratum, size_t stratum_size,
                          unsigned weight, struct err *err)
{
    struct draw_slot *slot = draw_strata_slot(strata, stratum, stratum_size);
    if (!slot)
        return err_set(err, RC_TOO_LARGE, "", "抽查层超过 %d 个", DRAW_STRATA_MAX);
    slot->stratum.lines++;
    slot->stratum.eligible += weight > 0;
    return RC_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct draw_slot *x = *(struct draw_slot *const *)a;
    const struct draw_slot *y = *(struct draw_slot *const *)b;
    return draw_order(x->stratum.name, x->name_size, y->stratum.name, y->name_size);
}

struct draw_slot **draw_strata_sorted(struct draw_strata *strata)
{
    struct draw_slot **sorted = slots_new(strata->arena, strata->count);
    size_t n = 0;
    for (size_t i = 0; i < strata->room; i++)
        if (strata->slots[i])
            sorted[n++] = strata->slots[i];
    if (n)
        qsort(sorted, n, sizeof(struct draw_slot *), by_name);
    return sorted;
}

const struct draw_stratum *draw_strata_list(struct draw_strata *strata, size_t *count)
{
    struct draw_slot **sorted = draw_strata_sorted(strata);
    struct draw_stratum *list = arena_array(strata->arena, strata->count, sizeof *list);
    for (size_t i = 0; i < strata->count; i++)
        list[i] = sorted[i]->stratum;
    *count = strata->count;
    return list;
}
