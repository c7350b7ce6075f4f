#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/counters_internal.h"
#include "sys/log.h"

enum { PROGRAMS_MAX = 8, FILES_MAX = 64 };

/* What a label may hold: the file is another account's. */
static bool plain(const char *name)
{
    static const char known[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t n = strnlen(name, COUNTERS_NAME);
    return n > 0 && n < COUNTERS_NAME && strspn(name, known) == n;
}

/*
 * The file as it is at this moment; NULL when it is none of ours. It is read, never mapped: whoever
 * owns it could make it shorter, which would end this process. Nor is a pipe waited for.
 */
static struct counters_file *take(struct arena *a, int folder, const char *name)
{
    struct stat st;
    size_t max = counters_size(COUNTERS_ROWS_MAX);
    struct counters_file *file = NULL;
    ssize_t n = -1;
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && (size_t)st.st_size <= max) {
        file = arena_alloc(a, max);
        n = pread(fd, file, max, 0);
    }
    (void)close(fd);
    if (n < (ssize_t)sizeof *file || memcmp(file->magic, COUNTERS_MAGIC, sizeof file->magic) != 0 ||
        file->n > COUNTERS_ROWS_MAX || counters_size(file->n) != (size_t)n)
        return NULL;
    for (size_t i = 0; i < file->n; i++)
        if (!plain(file->rows[i].name))
            return NULL;
    return file;
}

static bool counted(const struct counters_row *r)
{
    for (size_t i = 0; i < COUNTERS_CLASSES; i++)
        if (r->outcomes[i])
            return true;
    return false;
}

static void add_row(struct counters_program *p, const struct counters_row *r)
{
    size_t i = 0;
    while (i < p->n && strcmp(p->rows[i].name, r->name) != 0)
        i++;
    if (i == COUNTERS_ROWS_MAX)
        return;
    struct counters_row *sum = &p->rows[i];
    if (i == p->n) {
        p->n++;
        memcpy(sum->name, r->name, sizeof sum->name);
    }
    for (size_t k = 0; k < COUNTERS_CLASSES; k++)
        sum->outcomes[k] += r->outcomes[k];
    for (size_t k = 0; k <= COUNTERS_BUCKETS; k++)
        sum->within[k] += r->within[k];
    sum->micros += r->micros;
    sum->waited += r->waited;
}

/* A folder of the folder above; NULL when it is none. */
static DIR *enter(int above, const char *name)
{
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir && fd >= 0)
        (void)close(fd);
    return dir;
}

static void add_files(struct arena *a, DIR *dir, struct counters_program *p)
{
    const struct dirent *entry;
    for (int n = 0; n < FILES_MAX && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        n++;
        const struct counters_file *file = take(a, dirfd(dir), entry->d_name);
        if (!file) {
            log_warn("no file of counters: %s of %s", entry->d_name, p->name);
            continue;
        }
        p->starts += file->starts;
        p->reruns += file->reruns;
        for (size_t i = 0; i < file->n; i++)
            if (counted(&file->rows[i]))
                add_row(p, &file->rows[i]);
    }
}

enum rc counters_read(struct arena *a, const char *directory, struct counters_program **programs,
                      size_t *n)
{
    struct counters_program *v = arena_array(a, PROGRAMS_MAX, sizeof *v);
    size_t found = 0;
    const struct dirent *entry;
    DIR *above = opendir(directory);
    *programs = v;
    *n = 0;
    if (!above)
        return RC_UNAVAILABLE;
    while (found < PROGRAMS_MAX && (entry = readdir(above))) {
        DIR *dir = plain(entry->d_name) && entry->d_name[0] != '.'
                       ? enter(dirfd(above), entry->d_name)
                       : NULL;
        if (!dir)
            continue;
        v[found] = (struct counters_program){
            .name = arena_strdup(a, entry->d_name),
            .rows = arena_array(a, COUNTERS_ROWS_MAX, sizeof *v->rows),
        };
        add_files(a, dir, &v[found]);
        (void)closedir(dir);
        if (v[found].starts)
            found++;
    }
    (void)closedir(above);
    *n = found;
    return RC_OK;
}
