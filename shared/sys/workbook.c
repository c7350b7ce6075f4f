#include "sys/workbook.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/workbook_internal.h"

enum { CHILD_SECONDS = 20, WAIT_MS = 60000 };
#define FILE_MAX ((size_t)128 << 20)
#define CSV_MAX ((rlim_t)1 << 30)
#define ARENA_MAX ((size_t)512 << 20) /* more than the caps of its parts come to */

static bool begins(FILE *in, const char *bytes, size_t n)
{
    char head[8];
    size_t got = fseek(in, 0, SEEK_SET) == 0 ? fread(head, 1, n, in) : 0;
    return fseek(in, 0, SEEK_SET) == 0 && got == n && memcmp(head, bytes, n) == 0;
}

bool workbook_is(FILE *in)
{
    return begins(in, "PK\x03\x04", 4);
}

bool workbook_is_old(FILE *in)
{
    return begins(in, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
}

enum workbook_fault workbook_convert(const void *bytes, size_t n, const char *sheet, FILE *csv,
                                     struct workbook_hidden *hidden)
{
    struct workbook *book;
    struct arena *a = arena_new(ARENA_MAX);
    book = arena_alloc(a, sizeof *book);
    book->bytes = bytes;
    book->size = n;
    book->arena = a;
    book->hidden = hidden;
    workbook_find_sheet(book, sheet);
    workbook_read_texts(book);
    workbook_read_styles(book);
    workbook_read_merged(book);
    workbook_write_cells(book, csv);
    enum workbook_fault fault = book->fault;
    arena_free(a);
    return fault;
}

/* ---- apart ----------------------------------------------------------------------------------- */

/* From here on: no file but the one that is written, no socket, no process, little time. */
static bool renounce(int csv, int alive)
{
    static const struct rlimit none = { 0, 0 };
    static const struct rlimit seconds = { CHILD_SECONDS, CHILD_SECONDS };
    static const struct rlimit size = { CSV_MAX, CSV_MAX };
    if (dup2(csv, STDIN_FILENO) < 0 || dup2(alive, STDOUT_FILENO) < 0 ||
        close_range(STDOUT_FILENO + 1, ~0U, 0) != 0)
        return false;
    return setrlimit(RLIMIT_NOFILE, &none) == 0 && setrlimit(RLIMIT_NPROC, &none) == 0 &&
           setrlimit(RLIMIT_FSIZE, &size) == 0 && setrlimit(RLIMIT_CORE, &none) == 0 &&
           setrlimit(RLIMIT_CPU, &seconds) == 0;
}

static _Noreturn void convert_as_child(int csv, int alive, const void *bytes, size_t n,
                                       const char *sheet, struct workbook_hidden *hidden)
{
    FILE *out = renounce(csv, alive) ? fdopen(STDIN_FILENO, "w") : NULL;
    if (!out)
        _exit(WORKBOOK_FULL);
    enum workbook_fault fault = workbook_convert(bytes, n, sheet, out, hidden);
    (void)fflush(out);
    _exit((int)fault);
}

/* What the child found in time; it ends here, whatever it was about. */
static enum workbook_fault await_child(pid_t child, int alive)
{
    struct pollfd said = { .fd = alive, .events = POLLIN };
    int status = 0;
    int ready;
    do
        ready = poll(&said, 1, WAIT_MS);
    while (ready < 0 && errno == EINTR);
    if (ready != 1)
        (void)kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) <= WORKBOOK_FULL)
        return (enum workbook_fault)WEXITSTATUS(status);
    log_warn("the reading of a workbook was ended, wait status %d", status);
    return WORKBOOK_LARGE;
}

static enum workbook_fault convert_apart(const void *bytes, size_t n, const char *sheet, FILE *csv,
                                         struct workbook_hidden *hidden)
{
    int ends[2];
    if (pipe(ends) != 0)
        return WORKBOOK_FULL;
    pid_t child = fork();
    if (child == 0)
        convert_as_child(fileno(csv), ends[1], bytes, n, sheet, hidden);
    (void)close(ends[1]);
    enum workbook_fault fault = child > 0 ? await_child(child, ends[0]) : WORKBOOK_FULL;
    (void)close(ends[0]);
    return fault;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static enum rc describe(enum workbook_fault fault, const char *sheet, struct err *err)
{
    switch (fault) {
    case WORKBOOK_OK:
        return RC_OK;
    case WORKBOOK_LARGE:
        return err_set(err, RC_TOO_LARGE, "", "工作簿超出上限：请只留要导入的工作表，或另存为 CSV");
    case WORKBOOK_NO_SHEET:
        return err_set(err, RC_INVALID, "sheet", sheet ? "没有工作表“%.60s”" : "没有可见的工作表%s",
                       sheet ? sheet : "");
    case WORKBOOK_FULL:
        return err_set(err, RC_UNAVAILABLE, "", "工作簿暂时无法读取");
    default:
        return err_set(err, RC_MALFORMED, "", "不是有效的工作簿（.xlsx）");
    }
}

/* The stream's bytes: mapped, or of a stream in memory copied. */
static void *bytes_of(FILE *in, size_t *n)
{
    long size = fseek(in, 0, SEEK_END) == 0 ? ftell(in) : -1;
    if (size <= 0 || (size_t)size > FILE_MAX || fseek(in, 0, SEEK_SET) != 0)
        return NULL;
    *n = (size_t)size;
    int fd = fileno(in);
    void *p =
        mmap(NULL, *n, PROT_READ | PROT_WRITE, MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (fd < 0 && fread(p, 1, *n, in) != *n) {
        (void)munmap(p, *n);
        return NULL;
    }
    return p;
}

/* Written by the child, which has no other way to tell it. */
static struct workbook_hidden *hidden_new(void)
{
    void *p = mmap(NULL, sizeof(struct workbook_hidden), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void workbook_hidden_free(struct workbook_hidden *hidden)
{
    if (hidden)
        (void)munmap(hidden, sizeof *hidden);
}

enum rc workbook_csv(FILE *in, const char *sheet, FILE **csv, struct workbook_hidden **hidden,
                     struct err *err)
{
    size_t n = 0;
    void *bytes = bytes_of(in, &n);
    if (!bytes)
        return describe(WORKBOOK_LARGE, sheet, err);
    *csv = tmpfile();
    *hidden = hidden_new();
    enum workbook_fault fault =
        *csv && *hidden ? convert_apart(bytes, n, sheet, *csv, *hidden) : WORKBOOK_FULL;
    (void)munmap(bytes, n);
    if (fault == WORKBOOK_OK && fseek(*csv, 0, SEEK_SET) == 0 && fseek(in, 0, SEEK_SET) == 0)
        return RC_OK;
    if (*csv)
        (void)fclose(*csv);
    *csv = NULL;
    workbook_hidden_free(*hidden);
    *hidden = NULL;
    return describe(fault == WORKBOOK_OK ? WORKBOOK_FULL : fault, sheet, err);
}
