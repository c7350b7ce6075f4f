/* Shared by the draw's files: fields of a snapshot line and the table of strata. */
#ifndef LIANCHA_DOMAIN_DRAW_INTERNAL_H
#define LIANCHA_DOMAIN_DRAW_INTERNAL_H

#include "domain/draw.h"

/* Bytewise order, a prefix first. */
int draw_order(const char *a, size_t a_size, const char *b, size_t b_size);

/* NULL, or what is wrong with a draw id, a stratum's name, a line, in Chinese. */
const char *draw_id_fault(const char *id, size_t n);
const char *draw_stratum_fault(const char *name, size_t n);
const char *draw_line_fault(const struct draw_line *line);
/* NULL, or why line may not follow the line before (whose subject is NULL at the start). */
const char *draw_order_fault(const struct draw_line *before, const struct draw_line *line);

struct draw_entry {
    uint8_t score[DIGEST_SIZE];
    const char *subject; /* in the snapshot's bytes */
    size_t subject_size;
};

/* The key is the score's first eight bytes: nearly every comparison ends there, inside the heap. */
struct draw_item {
    uint64_t key;
    struct draw_entry *entry;
};

/* The smallest scores so far, the largest of them on top. */
struct draw_heap {
    struct draw_item *items;
    size_t count;
    size_t room;
};

struct draw_slot {
    struct draw_stratum stratum; /* name NULL: a free slot */
    size_t name_size;
    uint32_t hash;
    struct draw_heap heap;
};

/* Open addressing with linear probing; room is a power of two, at most half full. */
struct draw_strata {
    struct arena *arena;
    struct draw_slot *slots;
    size_t room;
    size_t count;
};

/* The stratum's slot, entered without a quota when it is new; NULL beyond DRAW_STRATA_MAX. A slot
   moves when a later call enters another stratum. */
struct draw_slot *draw_strata_slot(struct draw_strata *strata, const char *name, size_t n);
/* Used slots ascending by name, in the arena. */
struct draw_slot **draw_strata_sorted(struct draw_strata *strata);

#endif
