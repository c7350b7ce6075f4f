#include "admin/backup/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

#define MARK "liancha-backup/1"
enum { MANIFEST_MAX = 4096, PIECE = 1 << 16, LINES = 10, PARTS = 4 };

const char *const backup_file_names[BACKUP_FILES] = {
    [BACKUP_DATABASE] = "database.mbstream.age",
    [BACKUP_EVIDENCE] = "evidence.tar.age",
    [BACKUP_SETTINGS] = "settings.tar.age",
};

void backup_name(char out[BACKUP_NAME], int64_t at)
{
    char text[INSTANT_TEXT];
    instant_format(text, at);
    for (char *c = text; *c; c++)
        if (*c == ':')
            *c = '-';
    (void)snprintf(out, BACKUP_NAME, "%s", text);
}

static enum rc cannot_write(const char *path, struct err *err)
{
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG
               ? err_set(err, RC_NO_SPACE, path, "磁盘已满，未写完")
               : err_set(err, RC_UNAVAILABLE, path, "无法写入");
}

enum rc backup_sync(const char *folder, struct err *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return done ? RC_OK : err_set(err, RC_UNAVAILABLE, folder, "目录无法写入");
}

static bool write_all(int fd, const uint8_t *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno != EINTR)
            return false;
        bytes += done > 0 ? done : 0;
        n -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

/* All that a descriptor gives, to another one, or to none. */
static bool pass_on(int in, int out, struct digest *d, int64_t *size)
{
    static uint8_t piece[PIECE];
    for (;;) {
        ssize_t n = read(in, piece, sizeof piece);
        if (n == 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        digest_update(d, piece, (size_t)n);
        *size += n;
        if (out >= 0 && !write_all(out, piece, (size_t)n))
            return false;
    }
}

static void final_hex(struct digest *d, char out[DIGEST_HEX])
{
    uint8_t sum[DIGEST_SIZE];
    digest_final(d, sum);
    hex_encode(out, sum, sizeof sum);
    digest_free(d);
}

enum rc backup_store(struct arena *a, const char *folder, enum backup_file which, int in,
                     struct manifest *m, struct err *err)
{
    const char *path = arena_printf(a, "%s/%s", folder, backup_file_names[which]);
    struct digest *d = digest_new(DIGEST_SHA256);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    m->files[which].size = 0;
    bool whole = fd >= 0 && pass_on(in, fd, d, &m->files[which].size) && fsync(fd) == 0;
    enum rc rc = whole ? RC_OK : cannot_write(path, err);
    /* What was written leaves the memory, so that it is the disk that is read again. */
    if (whole)
        (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    if (fd >= 0 && close(fd) != 0 && rc == RC_OK)
        rc = cannot_write(path, err);
    final_hex(d, m->files[which].sha256);
    return rc;
}

static void compose(struct buf *out, const struct manifest *m)
{
    char at[INSTANT_TEXT];
    instant_format(at, m->at);
    buf_printf(out, MARK "\nat\t%s\nbase\t%s\nepoch\t%s\n", at, m->base, m->epoch);
    buf_printf(out, "position\t%" PRId64 "\t%" PRId64 "\n", m->from, m->to);
    buf_printf(out, "stored\t%" PRId64 "\n", m->stored);
    for (int i = 0; i < BACKUP_FILES; i++)
        buf_printf(out, "file\t%s\t%" PRId64 "\t%s\n", backup_file_names[i], m->files[i].size,
                   m->files[i].sha256);
}

enum rc manifest_save(struct arena *a, const char *folder, struct manifest *m, struct err *err)
{
    const char *path = arena_printf(a, "%s/manifest", folder);
    struct buf text;
    buf_init(&text, a, MANIFEST_MAX);
    compose(&text, m);
    digest_hex(DIGEST_SHA256, text.p, text.n, m->digest);
    buf_printf(&text, "end\t%s\n", m->digest);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool whole = fd >= 0 && write_all(fd, (const uint8_t *)text.p, text.n) && fsync(fd) == 0;
    enum rc rc = whole ? RC_OK : cannot_write(path, err);
    if (fd >= 0 && close(fd) != 0 && rc == RC_OK)
        rc = cannot_write(path, err);
    return rc;
}

static bool is_file(const char *const parts[PARTS], struct manifest *m)
{
    for (int i = 0; i < BACKUP_FILES; i++)
        if (strcmp(parts[1], backup_file_names[i]) == 0) {
            (void)snprintf(m->files[i].sha256, DIGEST_HEX, "%s", parts[3]);
            return int_parse(parts[2], 0, INT64_MAX, &m->files[i].size);
        }
    return false;
}

static bool read_line(char *line, struct manifest *m)
{
    char *parts[PARTS];
    size_t n = text_split(line, '\t', parts, PARTS);
    const char *const *given = (const char *const *)parts;
    if (n == 2 && strcmp(parts[0], "at") == 0)
        return instant_parse(parts[1], &m->at);
    if (n == 2 && strcmp(parts[0], "base") == 0)
        return snprintf(m->base, BACKUP_NAME, "%s", parts[1]) < BACKUP_NAME &&
               !strchr(m->base, '/');
    if (n == 2 && strcmp(parts[0], "epoch") == 0)
        return snprintf(m->epoch, BACKUP_EPOCH, "%s", parts[1]) < BACKUP_EPOCH;
    if (n == 3 && strcmp(parts[0], "position") == 0)
        return int_parse(parts[1], 0, INT64_MAX, &m->from) &&
               int_parse(parts[2], m->from, INT64_MAX, &m->to);
    if (n == 2 && strcmp(parts[0], "stored") == 0)
        return int_parse(parts[1], 0, INT64_MAX, &m->stored);
    return n == 4 && strcmp(parts[0], "file") == 0 && is_file(given, m);
}

/* What is written anew from what was read is the same text: nothing is hidden in it. */
static bool parse(struct arena *a, char *text, struct manifest *m)
{
    char *lines[LINES + 1];
    struct buf again;
    const char *whole = arena_strdup(a, text);
    size_t n = text_split(text, '\n', lines, LINES + 1);
    bool sound = n == LINES + 1 && strcmp(lines[0], MARK) == 0;
    for (size_t i = 1; sound && i < LINES - 1; i++)
        sound = read_line(lines[i], m);
    if (!sound)
        return false;
    buf_init(&again, a, MANIFEST_MAX);
    compose(&again, m);
    digest_hex(DIGEST_SHA256, again.p, again.n, m->digest);
    buf_printf(&again, "end\t%s\n", m->digest);
    return strcmp(again.p, whole) == 0;
}

enum rc manifest_load(struct arena *a, const char *folder, struct manifest *m, struct err *err)
{
    const char *path = arena_printf(a, "%s/manifest", folder);
    char *text = arena_alloc(a, MANIFEST_MAX + 1);
    FILE *f = fopen(path, "re");
    *m = (struct manifest){ .at = 0 };
    if (!f)
        return err_set(err, RC_NOT_FOUND, folder, "不是备份：没有清单");
    size_t n = fread(text, 1, MANIFEST_MAX, f);
    (void)fclose(f);
    text[n] = '\0';
    if (strlen(text) != n || !parse(a, text, m))
        return err_set(err, RC_CHECKSUM, path, "清单已被改动或损坏");
    return RC_OK;
}

static enum rc check_file(const char *path, int64_t size, const char *sha256, struct err *err)
{
    char hex[DIGEST_HEX];
    int64_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, RC_CHECKSUM, path, "备份中缺少这个文件");
    struct digest *d = digest_new(DIGEST_SHA256);
    bool whole = pass_on(fd, -1, d, &n);
    final_hex(d, hex);
    (void)close(fd);
    if (!whole)
        return err_set(err, RC_UNAVAILABLE, path, "无法读取");
    if (n != size || strcmp(hex, sha256) != 0)
        return err_set(err, RC_CHECKSUM, path, "与清单不符：已被改动或损坏");
    return RC_OK;
}

enum rc manifest_check(struct arena *a, const char *folder, const struct manifest *m,
                       struct err *err)
{
    enum rc rc = RC_OK;
    for (int i = 0; i < BACKUP_FILES && rc == RC_OK; i++)
        rc = check_file(arena_printf(a, "%s/%s", folder, backup_file_names[i]), m->files[i].size,
                        m->files[i].sha256, err);
    return rc;
}

enum rc backup_open(struct arena *a, struct programs *p, const char *folder, enum backup_file which,
                    const char *identity, int *out, struct err *err)
{
    const char *path = arena_printf(a, "%s/%s", folder, backup_file_names[which]);
    const char *const argv[] = { "age", "--decrypt", "--identity", identity, path, NULL };
    int ends[2];
    enum rc rc = programs_pipe(ends, err);
    if (rc != RC_OK)
        return rc;
    rc = programs_start(p, argv, -1, ends[1], err);
    *out = rc == RC_OK ? ends[0] : -1;
    if (rc != RC_OK)
        (void)close(ends[0]);
    return rc;
}
