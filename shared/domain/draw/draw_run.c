/*
 * The draw over the pieces of a snapshot. Each of several threads reads pieces of its own into
 * strata of its own; at the end the best of all are put together, each thread doing some strata.
 * What is kept of a stratum is the smallest of a total order, so it does not matter which thread
 * saw which line.
 */
#include <pthread.h>
#include <string.h>

#include "base/thread.h"
#include "domain/draw/draw_internal.h"

enum { PIECE_SIZE = 1 << 20 };

#define WORKER_MEMORY_MAX ((size_t)1 << 30)

/* Whole lines for a thread, and the line before them. */
struct piece {
    char *bytes; /* room for PIECE_SIZE */
    size_t size;
    size_t number;
    char before[DRAW_LINE_MAX];
    size_t before_size; /* 0: the snapshot begins here */
};

/* One thread's part of the draw, or the whole of it. */
struct drawer {
    struct draw_strata *strata;
    struct draw_batch *batch;
    char draw_id[DRAW_ID_MAX + 1]; /* empty but for who read the header */
    enum rc rc;                    /* of its first faulty piece … */
    struct err err;
    size_t number; /* … which is that one of the snapshot */
};

struct worker {
    struct draw_run *run;
    struct arena *arena;
    struct drawer drawer;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    struct piece next;
    bool full; /* next is to be read */
    bool stop; /* nothing comes any more */
};

struct draw_run {
    struct arena *arena;
    struct drawer drawer; /* where everything comes together */
    struct worker *workers;
    _Atomic uint64_t *shares; /* of each stratum and thread */
    struct draw_slot **sorted;
    unsigned threads; /* 0: the caller's reads */
    bool running;
    size_t pieces;
    char last[DRAW_LINE_MAX]; /* line of the pieces so far */
    size_t last_size;
};

/* ---- reading ---- */

static enum rc drawer_start(struct drawer *d, struct arena *a, enum draw_rule rule,
                            const char *seed, const struct draw_quota *quotas, size_t quota_count,
                            struct err *err)
{
    *d = (struct drawer){ .rc = RC_OK };
    d->batch = draw_batch(a, draw_tickets(a, rule, seed), draw_lanes_fast());
    return draw_strata(a, quotas, quota_count, &d->strata, err);
}

static enum rc take_line(struct drawer *d, const struct draw_line *line, struct err *err)
{
    struct draw_slot *slot = draw_strata_slot(d->strata, line->stratum, line->stratum_size);
    if (!slot)
        return err_set(err, RC_TOO_LARGE, "", "抽查层超过 %d 个", DRAW_STRATA_MAX);
    slot->stratum.lines++;
    if (line->weight == 0)
        return RC_OK;
    slot->stratum.eligible++;
    if (slot->stratum.quota)
        draw_batch_add(d->batch, slot, line);
    return RC_OK;
}

static enum rc read_piece(struct drawer *d, const char *before, size_t before_size,
                          const char *bytes, size_t size, struct err *err)
{
    struct draw_reader reader;
    struct draw_line line;
    enum rc rc = RC_OK;
    if (before_size) {
        draw_read_behind(&reader, before, before_size, bytes, size);
    } else {
        rc = draw_read_start(&reader, bytes, size, err);
        memcpy(d->draw_id, reader.head.draw_id, sizeof d->draw_id);
    }
    while (rc == RC_OK && (rc = draw_read(&reader, &line, err)) == RC_OK)
        rc = take_line(d, &line, err);
    draw_batch_flush(d->batch);
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- threads ---- */

/* Waits for a piece and takes it; false when none comes any more. */
static bool next_piece(struct worker *w, struct piece *mine)
{
    (void)pthread_mutex_lock(&w->lock);
    while (!w->full && !w->stop)
        (void)pthread_cond_wait(&w->changed, &w->lock);
    bool taken = w->full;
    if (taken) {
        struct piece free = *mine;
        *mine = w->next;
        w->next = free;
        w->full = false;
        (void)pthread_cond_signal(&w->changed);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return taken;
}

static void *work(void *data)
{
    struct worker *w = data;
    struct drawer *d = &w->drawer;
    struct piece mine = { .bytes = arena_alloc(w->arena, PIECE_SIZE) };
    while (next_piece(w, &mine)) {
        if (d->rc != RC_OK)
            continue;
        d->rc = read_piece(d, mine.before, mine.before_size, mine.bytes, mine.size, &d->err);
        d->number = mine.number;
    }
    return NULL;
}

/* Waits until the worker's place is free, and puts the piece there. */
static void hand_over(struct draw_run *run, const char *bytes, size_t size)
{
    struct worker *w = &run->workers[run->pieces % run->threads];
    (void)pthread_mutex_lock(&w->lock);
    while (w->full)
        (void)pthread_cond_wait(&w->changed, &w->lock);
    memcpy(w->next.bytes, bytes, size);
    memcpy(w->next.before, run->last, run->last_size);
    w->next.size = size;
    w->next.before_size = run->last_size;
    w->next.number = run->pieces;
    w->full = true;
    (void)pthread_cond_signal(&w->changed);
    (void)pthread_mutex_unlock(&w->lock);
}

/* Waits for the first count of the threads. */
static void await(struct draw_run *run, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)pthread_join(run->workers[i].thread, NULL);
}

static void stop(struct draw_run *run)
{
    for (unsigned i = 0; run->running && i < run->threads; i++) {
        struct worker *w = &run->workers[i];
        (void)pthread_mutex_lock(&w->lock);
        w->stop = true;
        (void)pthread_cond_signal(&w->changed);
        (void)pthread_mutex_unlock(&w->lock);
    }
    if (run->running)
        await(run, run->threads);
    run->running = false;
}

static void release(void *data)
{
    struct draw_run *run = data;
    stop(run);
    for (unsigned i = 0; run->workers && i < DRAW_THREADS_MAX; i++) {
        struct worker *w = &run->workers[i];
        if (!w->arena)
            continue;
        (void)pthread_cond_destroy(&w->changed);
        (void)pthread_mutex_destroy(&w->lock);
        arena_free(w->arena);
    }
}

/* The threads' strata tell each other what is too large to be kept. */
static void link_shares(struct draw_run *run, struct worker *w, unsigned own, unsigned threads,
                        const struct draw_quota *quotas, size_t quota_count)
{
    for (size_t i = 0; i < quota_count; i++) {
        const char *name = quotas[i].stratum;
        struct draw_slot *slot = draw_strata_slot(w->drawer.strata, name, strlen(name));
        slot->shares = (struct draw_shares){ run->shares + i * threads, threads, own };
    }
}

static enum rc worker_start(struct draw_run *run, struct worker *w, enum draw_rule rule,
                            const char *seed, const struct draw_quota *quotas, size_t quota_count,
                            struct err *err)
{
    w->run = run;
    w->arena = arena_new(WORKER_MEMORY_MAX);
    w->next.bytes = arena_alloc(w->arena, PIECE_SIZE);
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->changed, NULL);
    return drawer_start(&w->drawer, w->arena, rule, seed, quotas, quota_count, err);
}

enum rc draw_run_start(struct arena *a, enum draw_rule rule, const char *seed,
                       const struct draw_quota *quotas, size_t quota_count, unsigned threads,
                       struct draw_run **out, struct err *err)
{
    struct draw_run *run = arena_alloc(a, sizeof *run);
    *out = run;
    run->arena = a;
    if (!draw_is_hex(seed))
        return err_set(err, RC_INVALID, "/seed", "种子不是 64 位小写十六进制数");
    enum rc rc = drawer_start(&run->drawer, a, rule, seed, quotas, quota_count, err);
    threads = threads < DRAW_THREADS_MAX ? threads : DRAW_THREADS_MAX;
    if (rc != RC_OK || threads < 2)
        return rc;
    run->workers = arena_array(a, DRAW_THREADS_MAX, sizeof *run->workers);
    run->shares = arena_array(a, quota_count * threads, sizeof *run->shares);
    for (size_t i = 0; i < quota_count * threads; i++)
        atomic_init(&run->shares[i], UINT64_MAX);
    arena_defer(a, release, run);
    run->running = true;
    for (; run->threads < threads; run->threads++) {
        struct worker *w = &run->workers[run->threads];
        rc = worker_start(run, w, rule, seed, quotas, quota_count, err);
        if (rc != RC_OK)
            break;
        link_shares(run, w, run->threads, threads, quotas, quota_count);
        if (!thread_start(&w->thread, work, w))
            break;
    }
    return rc;
}

/* ---- pieces ---- */

/* Behind the last line's end within the first n bytes; 0 without one. */
static size_t behind_line(const char *bytes, size_t n)
{
    while (n && bytes[n - 1] != '\n')
        n--;
    return n;
}

static void keep_last(struct draw_run *run, const char *bytes, size_t size)
{
    size_t start = size ? behind_line(bytes, size - 1) : 0;
    size_t n = size - start;
    run->last_size = n < sizeof run->last ? n : sizeof run->last;
    memcpy(run->last, bytes + start, run->last_size);
}

/* As many whole lines as fit a thread's piece; where there is no line's end, the reader finds
   that. */
static size_t part_of(const char *bytes, size_t size)
{
    if (size <= PIECE_SIZE)
        return size;
    size_t end = behind_line(bytes, PIECE_SIZE);
    return end ? end : PIECE_SIZE;
}

enum rc draw_run_piece(struct draw_run *run, const char *bytes, size_t size, struct err *err)
{
    for (size_t at = 0, n; at < size && run->threads; at += n, run->pieces++) {
        n = part_of(bytes + at, size - at);
        hand_over(run, bytes + at, n);
        keep_last(run, bytes + at, n);
    }
    if (run->threads)
        return RC_OK;
    enum rc rc = read_piece(&run->drawer, run->last, run->last_size, bytes, size, err);
    keep_last(run, bytes, size);
    run->pieces++;
    return rc;
}

/* ---- the result ---- */

static enum rc add_counts(struct draw_run *run, const struct drawer *from, struct err *err)
{
    const struct draw_strata *strata = from->strata;
    for (size_t i = 0; i < strata->room; i++) {
        const struct draw_slot *part = strata->slots[i];
        if (!part)
            continue;
        struct draw_slot *whole =
            draw_strata_slot(run->drawer.strata, part->stratum.name, part->name_size);
        if (!whole)
            return err_set(err, RC_TOO_LARGE, "", "抽查层超过 %d 个", DRAW_STRATA_MAX);
        whole->stratum.lines += part->stratum.lines;
        whole->stratum.eligible += part->stratum.eligible;
    }
    if (from->draw_id[0])
        memcpy(run->drawer.draw_id, from->draw_id, sizeof from->draw_id);
    return RC_OK;
}

static enum rc add_all_counts(struct draw_run *run, struct err *err)
{
    const struct drawer *faulty = NULL;
    for (unsigned i = 0; i < run->threads; i++) {
        const struct drawer *d = &run->workers[i].drawer;
        if (d->rc != RC_OK && (!faulty || d->number < faulty->number))
            faulty = d;
    }
    if (faulty) {
        if (err)
            *err = faulty->err;
        return faulty->rc;
    }
    enum rc rc = RC_OK;
    for (unsigned i = 0; rc == RC_OK && i < run->threads; i++)
        rc = add_counts(run, &run->workers[i].drawer, err);
    return rc;
}

/* What is drawn from has its slot with every thread since the start. */
static void join_stratum(struct draw_run *run, struct arena *a, struct draw_slot *slot)
{
    const struct draw_heap *parts[DRAW_THREADS_MAX];
    for (unsigned i = 0; i < run->threads; i++)
        parts[i] =
            &draw_strata_slot(run->workers[i].drawer.strata, slot->stratum.name, slot->name_size)
                 ->heap;
    draw_heap_join(a, slot, parts, run->threads);
    draw_heap_sort(slot);
}

static void join_strata(struct worker *w)
{
    struct draw_run *run = w->run;
    for (size_t i = (size_t)(w - run->workers); i < run->drawer.strata->count; i += run->threads)
        if (run->sorted[i]->stratum.quota)
            join_stratum(run, w->arena, run->sorted[i]);
}

static void *end(void *data)
{
    join_strata(data);
    return NULL;
}

static void sort(struct draw_run *run)
{
    unsigned made = 0;
    if (run->threads == 0)
        for (size_t i = 0; i < run->drawer.strata->count; i++)
            draw_heap_sort(run->sorted[i]);
    while (made < run->threads &&
           thread_start(&run->workers[made].thread, end, &run->workers[made]))
        made++;
    for (unsigned i = made; i < run->threads; i++)
        join_strata(&run->workers[i]);
    await(run, made);
}

static void put_picks(struct draw_slot *slot, struct draw_pick *picks, struct draw_result *result)
{
    struct draw_heap *heap = &slot->heap;
    for (size_t i = 0; i < heap->count; i++) {
        const struct draw_entry *entry = heap->items[i].entry;
        struct draw_pick *pick = &picks[result->count++];
        *pick = (struct draw_pick){ .stratum = slot->stratum.name,
                                    .subject = entry->subject,
                                    .score = entry->score,
                                    .position = (uint32_t)i + 1,
                                    .reserve = i >= slot->stratum.quota };
        result->selected += !pick->reserve;
        result->reserves += pick->reserve;
    }
    result->lines += slot->stratum.lines;
    result->eligible += slot->stratum.eligible;
}

enum rc draw_run_end(struct draw_run *run, struct draw_result *result, struct err *err)
{
    struct draw_strata *strata = run->drawer.strata;
    stop(run);
    enum rc rc = add_all_counts(run, err);
    if (rc != RC_OK)
        return rc;
    *result = (struct draw_result){ .count = 0 };
    memcpy(result->draw_id, run->drawer.draw_id, sizeof result->draw_id);
    run->sorted = draw_strata_sorted(strata);
    sort(run);
    size_t total = 0;
    for (size_t i = 0; i < strata->count; i++)
        total += run->sorted[i]->heap.count;
    struct draw_pick *picks = arena_array(run->arena, total, sizeof *picks);
    for (size_t i = 0; i < strata->count; i++)
        put_picks(run->sorted[i], picks, result);
    result->picks = picks;
    result->strata = draw_strata_list(strata, &result->stratum_count);
    return RC_OK;
}

enum rc draw_select(struct arena *a, enum draw_rule rule, const char *seed, const char *snapshot,
                    size_t size, const struct draw_quota *quotas, size_t quota_count,
                    unsigned threads, struct draw_result *result, struct err *err)
{
    struct draw_run *run;
    enum rc rc = draw_run_start(a, rule, seed, quotas, quota_count, threads, &run, err);
    if (rc == RC_OK)
        rc = draw_run_piece(run, snapshot, size, err);
    if (rc == RC_OK)
        rc = draw_run_end(run, result, err);
    if (rc != RC_MALFORMED || threads < 2)
        return rc;
    /* Which line it is, only a thread that read them all can tell. */
    return draw_select(a, rule, seed, snapshot, size, quotas, quota_count, 1, result, err);
}
