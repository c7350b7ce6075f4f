#include "target/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "target/manifest.h"

char *files_path(struct arena *a, const struct target *t, const char *folder, const char *name,
                 const char *suffix)
{
    return arena_printf(a, "%s/%s/%s%s", t->directory, folder, name, suffix);
}

enum rc files_open(const struct target *t, struct err *err)
{
    static const struct {
        const char *name;
        mode_t mode;
    } folders[] = {
        { "out", 0770 },      { "in", 0770 },        { "own", 0700 },       { "own/work", 0700 },
        { "own/sent", 0700 }, { "own/known", 0700 }, { "own/taken", 0700 },
    };
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", t->directory, folders[i].name);
        if (mkdir(path, folders[i].mode) != 0 && errno != EEXIST)
            return err_set(err, RC_UNAVAILABLE, path, "无法使用交换目录：%s", strerror(errno));
    }
    return RC_OK;
}

/* Whose folder it is may put anything there: a link to a file of ours, a pipe that never ends. */
static FILE *open_plain(const char *path, off_t *size)
{
    struct stat st;
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    FILE *in = file >= 0 && fstat(file, &st) == 0 && S_ISREG(st.st_mode) ? fdopen(file, "r") : NULL;
    if (file >= 0 && !in)
        (void)close(file);
    if (in)
        *size = st.st_size;
    return in;
}

char *files_read(struct arena *a, const char *path, size_t max, size_t *n)
{
    off_t size = 0;
    FILE *in = open_plain(path, &size);
    size_t room = size <= (off_t)max ? (size_t)size : 0;
    char *bytes = in && size <= (off_t)max ? arena_alloc(a, room + 1) : NULL;
    *n = bytes ? fread(bytes, 1, room + 1, in) : 0;
    bool good = bytes && !ferror(in) && *n <= room; /* else it grows at this moment */
    if (in)
        (void)fclose(in);
    if (good)
        bytes[*n] = '\0';
    return good ? bytes : NULL;
}

int files_lock(struct arena *a, const struct target *t)
{
    int lock = open(files_path(a, t, "own", "lock", ""), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock >= 0 && flock(lock, LOCK_EX) != 0) { /* a signal ends the wait */
        (void)close(lock);
        lock = -1;
    }
    return lock;
}

void files_unlock(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}

bool files_keep(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        (void)close(folder);
    return good;
}

static bool put(const char *path, const char *bytes, size_t n)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    bool good = file >= 0;
    for (size_t at = 0; good && at < n;) {
        ssize_t written = write(file, bytes + at, n - at);
        good = written > 0 || (written < 0 && errno == EINTR);
        at += written > 0 ? (size_t)written : 0;
    }
    good = good && fsync(file) == 0;
    if (file >= 0 && close(file) != 0)
        good = false;
    return good;
}

bool files_write(struct arena *a, const struct target *t, const char *path, const char *bytes,
                 size_t n, bool replaces)
{
    char *half = files_path(a, t, "own", "half", "");
    bool good = put(half, bytes, n);
    if (good && replaces)
        return rename(half, path) == 0;
    good = good && (link(half, path) == 0 || errno == EEXIST);
    (void)unlink(half);
    return good;
}

enum rc files_table(struct arena *a, const struct target *t, const struct target_message *m,
                    const char **bytes, size_t *n, struct err *err)
{
    size_t rows;
    const char *csv;
    enum rc rc = shape_csv(a, t, m, &csv, &rows, err);
    if (rc != RC_OK)
        return rc;
    *n = strlen(csv);
    *bytes = t->gb18030 ? shape_converted(a, "UTF-8", "GB18030", csv, n) : csv;
    return *bytes ? RC_OK : err_set(err, RC_INVALID, "encoding", "有文字无法以该编码表示");
}

/* ---- handing over ---- */

struct handing {
    char *work;
    char *sent;
    char *manifest;
    bool begun; /* sent has a name for the file of work */
    bool done;
};

static void look(struct arena *a, const struct target *t, const char *id, struct handing *h)
{
    struct stat work;
    struct stat sent;
    h->work = files_path(a, t, "own/work", id, "");
    h->sent = files_path(a, t, "own/sent", id, "");
    h->manifest = files_path(a, t, "out", id, ".manifest");
    bool has_work = stat(h->work, &work) == 0;
    bool has_sent = stat(h->sent, &sent) == 0;
    h->begun = has_work && has_sent && work.st_ino == sent.st_ino;
    h->done = has_sent && !h->begun;
}

static bool prepare(struct arena *a, const struct target *t, const char *id, struct handing *h,
                    const char *bytes, size_t n)
{
    char *file = arena_printf(a, "%s.csv", id);
    char *text = manifest_write(a, t, MANIFEST_MESSAGE, file, bytes, n);
    return files_write(a, t, files_path(a, t, "out", file, ""), bytes, n, true) &&
           files_write(a, t, h->work, text, strlen(text), true) &&
           files_keep(files_path(a, t, "out", "", "")) &&
           files_keep(files_path(a, t, "own/work", "", "")) && link(h->work, h->sent) == 0 &&
           files_keep(files_path(a, t, "own/sent", "", ""));
}

/* Whether it was handed over, now or before. */
static bool hand_over(struct arena *a, const struct target *t, const char *id, const char *bytes,
                      size_t n)
{
    struct handing h;
    look(a, t, id, &h);
    return h.done ||
           ((h.begun || prepare(a, t, id, &h, bytes, n)) && rename(h.work, h.manifest) == 0 &&
            files_keep(files_path(a, t, "out", "", "")));
}

void files_send(struct arena *a, const struct target *t, const struct target_message *m,
                struct answer *out)
{
    struct err err = { .rc = RC_OK };
    const char *bytes = NULL;
    size_t n = 0;
    *out = (struct answer){ .verdict = ANSWER_WAITING, .retry_after_ms = -1 };
    if (files_table(a, t, m, &bytes, &n, &err) != RC_OK) {
        out->verdict = ANSWER_REFUSED;
        out->reason = arena_printf(a, "%s %s", err.pointer, err.detail);
        return;
    }
    int lock = files_lock(a, t);
    if (lock < 0 || !hand_over(a, t, m->message_id, bytes, n)) {
        out->verdict = ANSWER_UNTOUCHED;
        out->reason = arena_printf(a, "无法写入交换目录：%s", strerror(errno));
    }
    files_unlock(lock);
}

void files_ask(struct arena *a, const struct target *t, const struct target_message *m,
               struct answer *out)
{
    struct handing h;
    char *lines[3];
    size_t n;
    char *known = files_read(a, files_path(a, t, "own/known", m->message_id, ""), FILES_MAX, &n);
    *out = (struct answer){ .verdict = ANSWER_ABSENT, .retry_after_ms = -1 };
    if (!known || text_split(known, '\n', lines, 3) != 3) {
        look(a, t, m->message_id, &h);
        if (h.done)
            out->verdict = ANSWER_WAITING;
    } else if (answer_is_code(t->code_accepted, lines[0]) ||
               answer_is_code(t->code_duplicate, lines[0])) {
        out->verdict = ANSWER_ACCEPTED;
        out->receipt = lines[1];
    } else if (m->retracts && answer_is_code(t->code_nothing, lines[0])) {
        out->verdict = ANSWER_NOTHING;
    } else {
        out->verdict = ANSWER_REFUSED;
        out->reason = arena_printf(a, "%s %s", lines[0], lines[2]);
    }
}

void files_again(struct arena *a, const struct target *t, const struct target_message *m)
{
    int lock = files_lock(a, t);
    /* In this order: without its receipt, what was handed over would wait for ever. */
    if (lock >= 0 && unlink(files_path(a, t, "own/sent", m->message_id, "")) == 0)
        (void)unlink(files_path(a, t, "own/known", m->message_id, ""));
    files_unlock(lock);
}
