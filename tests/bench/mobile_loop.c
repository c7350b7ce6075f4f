/*
 * liancha-bench-loop: the statements of mobile_work.c in a loop, without HTTP.
 *
 *   liancha-bench-loop CONFIG pull|push LIST SECONDS CONNECTIONS
 *
 * LIST is the bare program's: one request a line, path, token and the section's first result,
 * separated by tabs. Prints what the load generator's script prints, as JSON, and the processor
 * time of this process.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/text.h"
#include "mobile_work.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/random.h"
#include "sys/settings.h"

enum { LINES_MAX = 4096, LINE_MAX_BYTES = 4096, THREADS_MAX = 64, OPS = 10, ARENA_MAX = 64 << 20 };
enum { SAMPLES_MAX = 1 << 20 };

struct line {
    struct work_pull pull;
    int64_t device;
    int64_t section;
    int64_t first_check;
};

struct worker {
    pthread_t thread;
    size_t number;
    const struct settings *settings;
    bool push;
    int64_t until;
    int64_t counter;
    uint32_t *us; /* one a request */
    size_t n;
    size_t faults;
    size_t bytes;
};

static struct line lines[LINES_MAX];
static size_t line_count;
static size_t thread_count;

static int64_t member(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static bool read_lines(const char *path)
{
    char text[LINE_MAX_BYTES];
    FILE *in = fopen(path, "re");
    if (!in)
        return false;
    for (; line_count < LINES_MAX && fgets(text, sizeof text, in); line_count++) {
        const char *last = strrchr(text, '\t');
        lines[line_count] = (struct line){ .pull = { .first = member(text, "first="),
                                                     .last = member(text, "last="),
                                                     .seq = member(text, "seq="),
                                                     .limit = member(text, "limit=") },
                                           .device = member(text, "device="),
                                           .section = member(text, "section="),
                                           .first_check = last ? strtoll(last + 1, NULL, 10) : 0 };
    }
    (void)fclose(in);
    return line_count > 0;
}

static void make_ops(struct worker *w, const struct line *l, struct work_op *ops)
{
    for (size_t i = 0; i < OPS; i++) {
        struct work_op *op = &ops[i];
        random_bytes(op->id, sizeof op->id);
        op->id[6] = (uint8_t)(0x70 | (op->id[6] & 0x0F));
        op->id[8] = (uint8_t)(0x80 | (op->id[8] & 0x3F));
        hex_encode(op->id_text, op->id, sizeof op->id);
        digest_bytes(DIGEST_SHA256, op->id, sizeof op->id, op->hash);
        op->counter = ++w->counter;
        op->check_id = l->first_check + (int64_t)i;
        op->code = i % 2 ? "1" : "3";
        op->problem = "合成的检查记录，用于性能测量";
    }
}

static int64_t microseconds(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void *work(void *data)
{
    struct worker *w = data;
    struct arena *a = arena_new(ARENA_MAX);
    struct db *db = NULL;
    struct err err;
    if (db_open(w->settings, 30, &db, &err) != RC_OK)
        return NULL;
    /* The threads of a push share no line, for there are a multiple of lines: no device pushes
       twice at once. */
    for (size_t i = w->number; microseconds(CLOCK_MONOTONIC) < w->until; i += thread_count) {
        const struct line *l = &lines[i % line_count];
        struct work_op ops[OPS];
        struct buf out;
        memset(ops, 0, sizeof ops);
        int64_t start = microseconds(CLOCK_MONOTONIC);
        enum rc rc = RC_OK;
        if (w->push) {
            make_ops(w, l, ops);
            rc = work_push(db, a, l->device, l->section, ops, OPS, &out);
        } else {
            rc = work_pull(db, a, &l->pull, &out);
        }
        w->faults += rc != RC_OK;
        w->bytes += rc == RC_OK ? out.n : 0;
        if (w->n < SAMPLES_MAX)
            w->us[w->n++] = (uint32_t)(microseconds(CLOCK_MONOTONIC) - start);
        arena_reset(a);
    }
    db_close(db);
    arena_free(a);
    return NULL;
}

static int by_size(const void *x, const void *y)
{
    uint32_t p = *(const uint32_t *)x;
    uint32_t q = *(const uint32_t *)y;
    return (p > q) - (p < q);
}

static void print(const struct worker *workers, int64_t duration)
{
    size_t n = 0;
    size_t faults = 0;
    size_t bytes = 0;
    uint32_t *all = calloc(thread_count * (size_t)SAMPLES_MAX, sizeof *all);
    if (!all)
        abort();
    for (size_t i = 0; i < thread_count; i++) {
        memcpy(&all[n], workers[i].us, workers[i].n * sizeof *all);
        n += workers[i].n;
        faults += workers[i].faults;
        bytes += workers[i].bytes;
    }
    qsort(all, n, sizeof *all, by_size);
    (void)printf("{\"requests\":%zu,\"duration_us\":%" PRId64 ",\"bytes\":%zu,\"p50_us\":%u,"
                 "\"p99_us\":%u,\"faults\":%zu,\"processor_us\":%" PRId64 "}\n",
                 n, duration, bytes, n ? all[n / 2] : 0, n ? all[n - 1 - n / 100] : 0, faults,
                 microseconds(CLOCK_PROCESS_CPUTIME_ID));
    free(all);
}

int main(int argc, char **argv)
{
    static struct worker workers[THREADS_MAX];
    struct settings settings;
    struct err err;
    log_init("liancha-bench-loop", LOG_WARN);
    if (argc != 6 || !read_lines(argv[3]) ||
        settings_load(arena_new(ARENA_MAX), argv[1], "mobile", &settings, &err) != RC_OK)
        return EXIT_FAILURE;
    int64_t start = microseconds(CLOCK_MONOTONIC);
    thread_count = strtoul(argv[5], NULL, 10);
    thread_count = thread_count && thread_count < THREADS_MAX ? thread_count : THREADS_MAX;
    for (size_t i = 0; i < thread_count; i++) {
        workers[i] = (struct worker){ .number = i,
                                      .settings = &settings,
                                      .push = strcmp(argv[2], "push") == 0,
                                      .until = start + strtoll(argv[4], NULL, 10) * 1000000,
                                      .counter = clock_now() * 1000,
                                      .us = calloc(SAMPLES_MAX, sizeof(uint32_t)) };
        if (!workers[i].us || pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            return EXIT_FAILURE;
    }
    for (size_t i = 0; i < thread_count; i++)
        (void)pthread_join(workers[i].thread, NULL);
    print(workers, microseconds(CLOCK_MONOTONIC) - start);
    return EXIT_SUCCESS;
}
