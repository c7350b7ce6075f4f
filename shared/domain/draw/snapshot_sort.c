#include "domain/draw/snapshot_sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { RUN_ROWS = 1 << 16 };

struct run {
    struct snapshot_row *rows; /* the next one first */
    size_t count;
};

struct snapshot_sort {
    struct arena *arena;
    struct run *runs; /* once taken from: a heap, the run with the smallest row at its top */
    size_t run_count;
    size_t run_room;
    size_t count;
    bool taken;
};

static int row_order(const struct snapshot_row *a, const struct snapshot_row *b)
{
    int order = memcmp(a->code, b->code, sizeof a->code);
    return order ? order : a->stratum - b->stratum;
}

static int by_row(const void *a, const void *b)
{
    return row_order(a, b);
}

struct snapshot_sort *snapshot_sort(struct arena *a)
{
    struct snapshot_sort *sort = arena_alloc(a, sizeof *sort);
    sort->arena = a;
    return sort;
}

size_t snapshot_sort_count(const struct snapshot_sort *sort)
{
    return sort->count;
}

static void sort_last(struct snapshot_sort *sort)
{
    struct run *run = sort->runs + sort->run_count - 1;
    qsort(run->rows, run->count, sizeof *run->rows, by_row);
}

static void add_run(struct snapshot_sort *sort)
{
    if (sort->run_count)
        sort_last(sort);
    if (sort->run_count == sort->run_room) {
        struct run *old = sort->runs;
        sort->run_room = 2 * sort->run_room + 1;
        sort->runs = arena_array(sort->arena, sort->run_room, sizeof *old);
        if (old)
            memcpy(sort->runs, old, sort->run_count * sizeof *old);
    }
    sort->runs[sort->run_count++].rows =
        arena_array(sort->arena, RUN_ROWS, sizeof(struct snapshot_row));
}

struct snapshot_row *snapshot_sort_add(struct snapshot_sort *sort)
{
    if (sort->count % RUN_ROWS == 0)
        add_run(sort);
    struct run *run = &sort->runs[sort->run_count - 1];
    sort->count++;
    return &run->rows[run->count++];
}

/* Moves a run down the heap until none below it is smaller. */
static void sift(struct snapshot_sort *sort, size_t at)
{
    struct run moved = sort->runs[at];
    for (size_t child; (child = 2 * at + 1) < sort->run_count; at = child) {
        if (child + 1 < sort->run_count &&
            row_order(sort->runs[child + 1].rows, sort->runs[child].rows) < 0)
            child++;
        if (row_order(moved.rows, sort->runs[child].rows) <= 0)
            break;
        sort->runs[at] = sort->runs[child];
    }
    sort->runs[at] = moved;
}

static void start(struct snapshot_sort *sort)
{
    sort->taken = true;
    if (sort->run_count)
        sort_last(sort);
    for (size_t i = sort->run_count / 2; i-- > 0;)
        sift(sort, i);
}

const struct snapshot_row *snapshot_sort_take(struct snapshot_sort *sort)
{
    if (!sort->taken)
        start(sort);
    if (sort->run_count == 0)
        return NULL;
    struct run *top = &sort->runs[0];
    const struct snapshot_row *row = top->rows++;
    if (--top->count == 0)
        *top = sort->runs[--sort->run_count];
    if (sort->run_count)
        sift(sort, 0);
    return row;
}
