#include "sys/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "sys/counters_internal.h"
#include "sys/log.h"

const struct counters_bucket counters_buckets[COUNTERS_BUCKETS] = {
    { 1000, "0.001" },  { 2500, "0.0025" }, { 5000, "0.005" },  { 10000, "0.01" },
    { 25000, "0.025" }, { 50000, "0.05" },  { 100000, "0.1" },  { 250000, "0.25" },
    { 500000, "0.5" },  { 1000000, "1" },   { 2500000, "2.5" }, { 10000000, "10" },
};

struct counters {
    struct counters_file *file;
    uint16_t row[COUNTERS_ROWS_MAX]; /* of each name, where equal names have one */
    size_t n;
};

/* Other workers add at the same time. */
#define ADD(count, n) ((void)__atomic_fetch_add(&(count), n, __ATOMIC_RELAXED))

void counters_request(struct counters *c, size_t row, int status, int64_t micros, int64_t waited)
{
    if (!c || row >= c->n)
        return;
    struct counters_row *r = &c->file->rows[c->row[row]];
    size_t bucket = 0;
    while (bucket < COUNTERS_BUCKETS && micros > counters_buckets[bucket].micros)
        bucket++;
    int class = status / 100 - 1;
    ADD(r->outcomes[class < 0 || class >= COUNTERS_CLASSES ? COUNTERS_CLASSES - 1 : class], 1);
    ADD(r->within[bucket], 1);
    ADD(r->micros, micros > 0 ? (uint64_t)micros : 0);
    ADD(r->waited, waited > 0 ? (uint64_t)waited : 0);
}

void counters_rerun(struct counters *c)
{
    if (c)
        ADD(c->file->reruns, 1);
}

/* An empty file of these names in memory, and which row each of them has. */
static struct counters_file *blank(struct arena *a, struct counters *c, const char *const *names)
{
    struct counters_file *file = arena_alloc(a, counters_size(c->n));
    memcpy(file->magic, COUNTERS_MAGIC, sizeof file->magic);
    for (size_t i = 0; i < c->n; i++) {
        size_t row = 0;
        char name[COUNTERS_NAME];
        (void)snprintf(name, sizeof name, "%s", names[i]);
        while (row < file->n && strcmp(file->rows[row].name, name) != 0)
            row++;
        if (row == file->n)
            memcpy(file->rows[file->n++].name, name, sizeof name);
        c->row[i] = (uint16_t)row;
    }
    return file;
}

/* Whole under its name or not there: written beside it, and linked by whoever comes first. */
static bool make(const char *path, const char *beside, const struct counters_file *file)
{
    size_t size = counters_size(file->n);
    (void)unlink(beside); /* of a process of that id that was killed here */
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return false;
    /* Written out, so that no page is missing later, and readable whatever the umask. */
    bool good = write(fd, file, size) == (ssize_t)size && fchmod(fd, 0644) == 0;
    good = close(fd) == 0 && good;
    good = good && (link(beside, path) == 0 || errno == EEXIST); /* that one is as good */
    (void)unlink(beside);
    return good;
}

static struct counters_file *map(const char *path, const struct counters_file *blank)
{
    struct stat st;
    size_t size = counters_size(blank->n);
    void *p = MAP_FAILED;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == (off_t)size)
        p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    return p == MAP_FAILED ? NULL : p;
}

struct counters *counters_open(struct arena *a, const char *directory, const char *program,
                               const char *const *names, size_t n)
{
    char path[PATH_MAX];
    char beside[PATH_MAX];
    char hex[DIGEST_HEX];
    struct counters *c = arena_alloc(a, sizeof *c);
    c->n = n < COUNTERS_ROWS_MAX ? n : COUNTERS_ROWS_MAX;
    c->file = blank(a, c, names);
    digest_hex(DIGEST_SHA256, c->file, counters_size(c->file->n), hex);
    int folder = snprintf(path, sizeof path, "%s/%s", directory, program);
    if (folder > 0 && (size_t)folder < sizeof path - 40) {
        (void)mkdir(path, 0755); /* systemd has made it; elsewhere the directory is ours */
        (void)snprintf(path + folder, sizeof path - (size_t)folder, "/%.16s", hex);
        (void)snprintf(beside, sizeof beside, "%s/%s/.%ld", directory, program, (long)getpid());
        struct counters_file *mapped = map(path, c->file);
        if (!mapped && make(path, beside, c->file))
            mapped = map(path, c->file);
        if (mapped)
            c->file = mapped;
        else
            log_warn("requests are not counted: %s", path);
    }
    ADD(c->file->starts, 1);
    return c;
}
