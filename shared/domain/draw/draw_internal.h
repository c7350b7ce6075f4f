/* Shared by the draw's files: fields of a snapshot line, the table of strata, tickets by the
   batch. */
#ifndef LIANCHA_DOMAIN_DRAW_INTERNAL_H
#define LIANCHA_DOMAIN_DRAW_INTERNAL_H

#include <stdatomic.h>

#include "domain/draw/draw.h"

bool draw_is_hex(const char *text); /* 64 lowercase hex characters */

/* Bytewise order, a prefix first. */
int draw_order(const char *a, size_t a_size, const char *b, size_t b_size);

/* NULL, or what is wrong with a draw id, a stratum's name, a line, in Chinese. */
const char *draw_id_fault(const char *id, size_t n);
const char *draw_stratum_fault(const char *name, size_t n);
const char *draw_line_fault(const struct draw_line *line);
/* NULL, or why line may not follow the line before (whose subject is NULL at the start). */
const char *draw_order_fault(const struct draw_line *before, const struct draw_line *line);

/* A reader of the whole lines that follow a line (with its LF) of the same snapshot. */
void draw_read_behind(struct draw_reader *reader, const char *before, size_t before_size,
                      const char *bytes, size_t size);

/* ---- strata, and what is kept of each ---- */

struct draw_entry {
    uint8_t score[DIGEST_SIZE];
    uint8_t subject_size;
    uint8_t subject_room;
    char subject[]; /* and a NUL */
};

/* The key is the score's first eight bytes: nearly every comparison ends there, inside the heap. */
struct draw_item {
    uint64_t key;
    struct draw_entry *entry;
};

/* The smallest scores so far, and some more; in no order. */
struct draw_heap {
    struct draw_item *items;
    size_t count;
    size_t room;
    size_t full;    /* so many are cut; 0: not yet known */
    uint64_t bound; /* no key above it is kept any more; 0: none yet */
};

/* What the threads that draw from one stratum, each for itself, tell each other: a key of each. */
struct draw_shares {
    _Atomic uint64_t *keys; /* at first UINT64_MAX */
    unsigned threads;       /* 0: there are no others */
    unsigned own;
};

struct draw_slot {
    struct draw_stratum stratum;
    size_t name_size;
    uint32_t hash;
    struct draw_heap heap;
    struct draw_shares shares;
};

/* Open addressing with linear probing; room is a power of two, at most half full. */
struct draw_strata {
    struct arena *arena;
    struct draw_slot **slots; /* NULL: free */
    size_t room;
    size_t count;
};

/* The stratum's slot, entered without a quota when it is new; NULL beyond DRAW_STRATA_MAX. */
struct draw_slot *draw_strata_slot(struct draw_strata *strata, const char *name, size_t n);
/* Used slots ascending by name, in the arena. */
struct draw_slot **draw_strata_sorted(struct draw_strata *strata);

/* No score whose first eight bytes are above that is kept any more. */
uint64_t draw_heap_bound(const struct draw_slot *slot);
/* Keeps a copy of the subject if it may be among the smallest, twice the quota. */
void draw_heap_offer(struct arena *a, struct draw_slot *slot, const uint8_t score[DIGEST_SIZE],
                     const char *subject, size_t subject_size);
/* Puts what several heaps of that stratum hold into the slot's own, which is empty. */
void draw_heap_join(struct arena *a, struct draw_slot *slot, const struct draw_heap *const *parts,
                    size_t count);
/* Leaves the smallest, twice the quota, ascending by score, then subject. Nothing is offered any
   more. */
void draw_heap_sort(struct draw_slot *slot);

/* ---- tickets ---- */

enum { DRAW_BLOCK = 64, DRAW_LANES = 16, DRAW_BLOCK_TEXT_MAX = DRAW_BLOCK - 8 - 1 - 2 - 10 };

/* What follows the seed, in a block of its own, if the text is of that size at most: "|text|", then
   a number of up to ten digits, the padding's first byte, and the length. */
size_t draw_block_text(unsigned char block[DRAW_BLOCK], const char *text, size_t n);
/* Completes a block that is filled up to used, which stays. Returns where the number ends. */
size_t draw_block_end(unsigned char block[DRAW_BLOCK], size_t used, unsigned number);
static inline uint32_t draw_block_word(const unsigned char block[DRAW_BLOCK], size_t t)
{
    const unsigned char *p = block + 4 * t;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
/* SHA-256's state behind the seed; NULL for SM3. */
const uint32_t *draw_tickets_state(const struct draw_tickets *tickets);

/* Sixteen texts of the same size: word t of text i's block is words[t][i], without what follows the
   text; of its smallest ticket best[t][i]; each as a number. */
struct draw_lanes {
    _Alignas(64) uint32_t words[DRAW_BLOCK / 4][DRAW_LANES];
    uint32_t best[8][DRAW_LANES];
    uint32_t found[DRAW_LANES];
};
/* Lowers best to the smallest of the first weight tickets; found is not 0 where there was one
   below. */
typedef void draw_lanes_fn(const uint32_t state[8], struct draw_lanes *group, size_t text_size,
                           unsigned weight);
draw_lanes_fn draw_lanes_plain;
/* NULL on a processor where one message after the other is faster. */
draw_lanes_fn *draw_lanes_fast(void);

/* Scores of many subjects, computed side by side; by one thread. */
struct draw_batch;

/* lanes NULL: one ticket after the other. Kept entries go to a. */
struct draw_batch *draw_batch(struct arena *a, struct draw_tickets *tickets, draw_lanes_fn *lanes);
/* Scores a line of weight above 0 and offers it to its stratum, at the latest at the flush: until
   then the line's bytes and the slot stay in place. */
void draw_batch_add(struct draw_batch *batch, struct draw_slot *slot, const struct draw_line *line);
void draw_batch_flush(struct draw_batch *batch);

#endif
