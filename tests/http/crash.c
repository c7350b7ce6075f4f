/*
 * Dies at a chosen step: preloaded into the workers, by LD_PRELOAD, with LIANCHA_CRASH naming a
 * file. While that file holds "STEP before|after N", the N-th call of that step kills the process
 * with SIGKILL right before or after it was carried out, and the file is removed first, so that one
 * process dies once. A step is a function below, or COMMIT.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static int calls;             /* of the step that the file names, since it was written */
static struct timespec since; /* that moment */

static bool chosen(const char *step, const char *when)
{
    char name[32] = "";
    char moment[8] = "";
    int n = 0;
    const char *path = getenv("LIANCHA_CRASH");
    FILE *f = path ? fopen(path, "re") : NULL;
    struct stat order;
    if (!f)
        return false;
    if (fstat(fileno(f), &order) == 0 &&
        (order.st_mtim.tv_sec != since.tv_sec || order.st_mtim.tv_nsec != since.tv_nsec)) {
        calls = 0;
        since = order.st_mtim;
    }
    int read = fscanf(f, "%31s %7s %d", name, moment, &n);
    (void)fclose(f);
    if (read != 3 || strcmp(name, step) != 0)
        return false;
    if (strcmp(when, "before") == 0)
        calls++;
    return strcmp(moment, when) == 0 && calls == n;
}

static void die_if_chosen(const char *step, const char *when)
{
    int error = errno; /* the call's own */
    if (chosen(step, when)) {
        (void)unlink(getenv("LIANCHA_CRASH"));
        (void)raise(SIGKILL);
    }
    errno = error;
}

/* Calls the function that this one stands before. */
#define STEP(name, parameters, arguments)                                                          \
    int name parameters;                                                                           \
    int name parameters                                                                            \
    {                                                                                              \
        int(*next) parameters;                                                                     \
        *(void **)&next = dlsym(RTLD_NEXT, #name);                                                 \
        die_if_chosen(#name, "before");                                                            \
        int result = next arguments;                                                               \
        die_if_chosen(#name, "after");                                                             \
        return result;                                                                             \
    }

STEP(fdatasync, (int fd), (fd))
STEP(fsync, (int fd), (fd))
STEP(mkdir, (const char *path, mode_t mode), (path, mode))
STEP(rename, (const char *from, const char *to), (from, to))

static bool holds(const unsigned char *data, unsigned n, const char *text)
{
    return memmem(data, n, text, strlen(text)) != NULL;
}

/* libexif, in the process of its own: a photo that holds these words breaks it, or what would take
   it over. */
void exif_data_load_data(void *exif, const unsigned char *data, unsigned n);
void exif_data_load_data(void *exif, const unsigned char *data, unsigned n)
{
    void (*next)(void *, const unsigned char *, unsigned);
    if (holds(data, n, "break the parser"))
        (void)raise(SIGSEGV);
    if (holds(data, n, "spin in the parser"))
        for (;;)
            ;
    if (holds(data, n, "sleep in the parser"))
        for (;;)
            (void)pause();
    if (holds(data, n, "take the parser over") &&
        (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ||
         fork() >= 0 || fcntl(STDERR_FILENO, F_GETFD) >= 0))
        _exit(0); /* says nothing: the photo loses its origin */
    *(void **)&next = dlsym(RTLD_NEXT, "exif_data_load_data");
    next(exif, data, n);
}

/* Connector/C, which this does not link: transactions end by a statement of this text. */
int mysql_real_query(void *mysql, const char *text, unsigned long n);
int mysql_real_query(void *mysql, const char *text, unsigned long n)
{
    int (*next)(void *, const char *, unsigned long);
    bool commit = n == 6 && memcmp(text, "COMMIT", 6) == 0;
    *(void **)&next = dlsym(RTLD_NEXT, "mysql_real_query");
    if (commit)
        die_if_chosen("COMMIT", "before");
    int result = next(mysql, text, n);
    if (commit)
        die_if_chosen("COMMIT", "after");
    return result;
}
