/*
 * liancha-bench-draw SUBJECTS STRATA: the draw of one in twenty from a snapshot in memory, weights
 * 1 to 10, in one thread and in two, against hashing alone: OpenSSL's compression function, run
 * once a ticket, and that of the draw itself, where the processor has it. One line of JSON.
 */
#define OPENSSL_API_COMPAT 0x10100000L

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "domain/draw/draw_internal.h"

enum { STRATA_MAX = 10000, WEIGHTS = 10, ONE_IN = 20, LINE = 60, CODE = 18 };

static const char seed[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static double read_clock(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Processor time of all threads. */
static double now(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static long peak_kib(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void must(enum rc rc, const struct err *err)
{
    if (rc == RC_OK)
        return;
    (void)fprintf(stderr, "bench-draw: %s\n", err->detail);
    exit(1);
}

static void put_snapshot(struct buf *out, size_t subjects, size_t strata)
{
    struct draw_writer writer;
    struct err err = { .rc = RC_OK };
    must(draw_write_start(
             &writer, out,
             &(struct draw_snapshot_head){ .draw_id = "41040020232001.1", .version = 1 }, &err),
         &err);
    for (size_t i = 0; i < subjects; i++) {
        char code[32];
        char stratum[32];
        (void)snprintf(code, sizeof code, "91410400%010zu", i);
        (void)snprintf(stratum, sizeof stratum, "410400.s%zu", i % strata);
        must(draw_write(&writer, code, stratum, (unsigned)(i % WEIGHTS) + 1, "", NULL, &err), &err);
    }
}

/* What hashing alone costs: a block that differs each time, from a state that is known. */
static double bare(size_t tickets)
{
    SHA256_CTX start;
    SHA256_CTX state;
    unsigned char block[SHA256_CBLOCK] = { 0 };
    unsigned sum = 0;
    (void)SHA256_Init(&start);
    double begin = now();
    for (size_t i = 0; i < tickets; i++) {
        memcpy(block, &i, sizeof i);
        memcpy(state.h, start.h, sizeof state.h);
        SHA256_Transform(&state, block);
        sum ^= state.h[0];
    }
    double seconds = now() - begin;
    if (sum == 0)
        (void)fputs("", stderr); /* the loop has a use */
    return seconds;
}

/* The same with the draw's own function, for texts of a code's size; 0 where it has none. */
static double bare_lanes(size_t tickets)
{
    static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    static struct draw_lanes group;
    draw_lanes_fn *lanes = draw_lanes_fast();
    uint32_t sum = 0;
    if (!lanes)
        return 0;
    double begin = now();
    for (size_t i = 0; i < tickets / DRAW_LANES / WEIGHTS; i++) {
        for (size_t lane = 0; lane < DRAW_LANES; lane++)
            group.words[0][lane] = (uint32_t)(i * DRAW_LANES + lane);
        memset(group.best, 0xFF, sizeof group.best);
        lanes(start, &group, CODE, WEIGHTS);
        sum ^= group.best[0][i % DRAW_LANES];
    }
    double seconds = now() - begin;
    if (sum == 0)
        (void)fputs("", stderr);
    return seconds;
}

struct taken {
    double processor;
    double wall;
    long kib; /* beside what the process held before */
    size_t selected;
};

static struct taken draw(const struct buf *snapshot, const struct draw_quota *quotas, size_t strata,
                         unsigned threads)
{
    struct arena *own = arena_new(SIZE_MAX);
    struct draw_result result;
    struct err err = { .rc = RC_OK };
    long before = peak_kib();
    double begin = now();
    double started = read_clock(CLOCK_MONOTONIC);
    must(draw_select(own, DRAW_SHA256, seed, snapshot->p, snapshot->n, quotas, strata, threads,
                     &result, &err),
         &err);
    struct taken taken = { .processor = now() - begin,
                           .wall = read_clock(CLOCK_MONOTONIC) - started,
                           .kib = peak_kib() - before,
                           .selected = result.selected };
    arena_free(own);
    return taken;
}

int main(int argc, char **argv)
{
    size_t subjects = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    size_t strata = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (subjects == 0 || strata == 0 || strata > STRATA_MAX)
        return 2;
    struct arena *text = arena_new(subjects * LINE * 4 + (1U << 20));
    struct buf snapshot;
    buf_init(&snapshot, text, subjects * LINE + (1U << 16));
    put_snapshot(&snapshot, subjects, strata);
    struct draw_quota *quotas = arena_array(text, strata, sizeof *quotas);
    for (size_t i = 0; i < strata; i++)
        quotas[i] = (struct draw_quota){ arena_printf(text, "410400.s%zu", i),
                                         (uint32_t)(subjects / strata / ONE_IN) };
    size_t tickets = subjects / WEIGHTS * (WEIGHTS * (WEIGHTS + 1) / 2);
    double openssl = bare(tickets);
    double lanes = bare_lanes(tickets);
    struct taken one = draw(&snapshot, quotas, strata, 1);
    struct taken two = draw(&snapshot, quotas, strata, 2);
    (void)printf("{\"subjects\":%zu,\"strata\":%zu,\"tickets\":%zu,\"selected\":%zu,"
                 "\"bare\":%.4f,\"lanes\":%.4f,\"draw\":%.4f,\"wall\":%.4f,\"wall2\":%.4f,"
                 "\"snapshot_kib\":%zu,\"draw_kib\":%ld,\"more_kib2\":%ld}\n",
                 subjects, strata, tickets, one.selected, openssl, lanes, one.processor, one.wall,
                 two.wall, snapshot.n / 1024, one.kib, two.kib);
    arena_free(text);
    return 0;
}
