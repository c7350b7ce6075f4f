/*
 * What the workers of a program count, together: how many requests each route had, how they ended,
 * how long they took and how long they had waited for a worker. The counts lie in a small file that
 * all workers map, so that nothing is sent or asked while a request is served, and outlive each of
 * them.
 *
 * The file is DIRECTORY/PROGRAM/DIGEST, the digest being that of the routes' names: workers of an
 * earlier version, with other routes, go on beside those of the next in a file of their own. Both
 * are read, and added up, so that no count goes back.
 */
#ifndef LIANCHA_SYS_COUNTERS_H
#define LIANCHA_SYS_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

enum {
    COUNTERS_NAME = 48,      /* bytes of a name with its NUL; one that is longer is cut */
    COUNTERS_ROWS_MAX = 512, /* names of a program */
    COUNTERS_CLASSES = 5,    /* of HTTP status: 1xx … 5xx */
    COUNTERS_BUCKETS = 12,
};

/* The upper ends of all buckets but the last, in microseconds, and in seconds as Prometheus reads
   them. */
struct counters_bucket {
    int64_t micros;
    const char *seconds;
};
extern const struct counters_bucket counters_buckets[COUNTERS_BUCKETS];

struct counters;

/*
 * Counters by these names, of which equal ones count as one. Where the file cannot be made or
 * mapped, a warning is logged and the counts are this process's own: nobody is refused for them.
 */
struct counters *counters_open(struct arena *a, const char *directory, const char *program,
                               const char *const *names, size_t n);
/* row: the place among the names. c is NULL where nobody counts, as in a simulation. */
void counters_request(struct counters *c, size_t row, int status, int64_t micros, int64_t waited);
/* A transaction that gave way to another one is run again. */
void counters_rerun(struct counters *c);

struct counters_row {
    char name[COUNTERS_NAME];
    uint64_t outcomes[COUNTERS_CLASSES];
    uint64_t within[COUNTERS_BUCKETS + 1]; /* each its own; the last: longer than all */
    uint64_t micros;                       /* all together */
    uint64_t waited;                       /* before that, for a worker, in microseconds */
};

struct counters_program {
    const char *name;
    uint64_t starts; /* of workers */
    uint64_t reruns;
    struct counters_row *rows; /* with at least one request */
    size_t n;
};

/* The counts of all programs, by name. A file that is not whole is passed over, with a warning. */
enum rc counters_read(struct arena *a, const char *directory, struct counters_program **programs,
                      size_t *n) RC_CHECKED;

#endif
