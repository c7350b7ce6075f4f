#include "store/evidence/evidence_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/log.h"

enum { CHUNK = 256 * 1024, FILE_MODE = 0640, FOLDER_MODE = 0750, PATH_BYTES = 512 };

const char *evidence_file_name(struct arena *a, const uint8_t sha256[DIGEST_SIZE])
{
    const char *hex = hex_dup(a, sha256, DIGEST_SIZE);
    return arena_printf(a, "%.2s/%s", hex, hex);
}

static const char *partial_folder(struct arena *a, const char *dir)
{
    return arena_printf(a, "%s/partial", dir);
}

static const char *partial_path(struct arena *a, const char *dir,
                                const uint8_t id[EVIDENCE_UPLOAD_ID])
{
    return arena_printf(a, "%s/%s", partial_folder(a, dir), hex_dup(a, id, EVIDENCE_UPLOAD_ID));
}

static const char *content_folder(struct arena *a, const char *dir, const uint8_t *sha256)
{
    return arena_printf(a, "%s/%.2s", dir, evidence_file_name(a, sha256));
}

static const char *content_path(struct arena *a, const char *dir, const uint8_t *sha256)
{
    return arena_printf(a, "%s/%s", dir, evidence_file_name(a, sha256));
}

static enum rc make_folder(const char *path)
{
    if (mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST)
        return RC_OK;
    return log_file_fault("mkdir", path);
}

/* Makes names in a folder durable. */
static enum rc sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return log_file_fault("open", path);
    enum rc rc = fsync(fd) == 0 ? RC_OK : log_file_fault("fsync", path);
    (void)close(fd);
    return rc;
}

static enum rc write_at(int fd, const char *path, int64_t offset, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = pwrite(fd, bytes, n, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return log_file_fault("write", path);
        bytes += done;
        offset += done;
        n -= (size_t)done;
    }
    return fdatasync(fd) == 0 ? RC_OK : log_file_fault("fdatasync", path);
}

enum rc evidence_file_append(struct arena *a, const char *dir, const struct evidence_upload *upload,
                             int64_t offset, const void *bytes, size_t n)
{
    const char *path = partial_path(a, dir, upload->id);
    struct stat st;
    enum rc rc = make_folder(partial_folder(a, dir));
    if (rc != RC_OK)
        return rc;
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | (offset ? 0 : O_CREAT), FILE_MODE);
    if (fd < 0)
        return offset && errno == ENOENT ? RC_NOT_FOUND : log_file_fault("open", path);
    if (fstat(fd, &st) != 0)
        rc = log_file_fault("fstat", path);
    else if (st.st_size < offset)
        rc = RC_GONE;
    else
        rc = write_at(fd, path, offset, bytes, n);
    if (rc == RC_NO_SPACE)
        (void)!ftruncate(fd, (off_t)offset); /* gives back what this piece took */
    (void)close(fd);
    if (rc == RC_OK && offset == 0)
        rc = sync_folder(partial_folder(a, dir));
    if (rc == RC_OK && offset == 0)
        rc = sync_folder(dir);
    return rc;
}

/* Against size and digest of its content. */
static enum rc verify(struct arena *a, const char *path, const uint8_t sha256[DIGEST_SIZE],
                      int64_t expected)
{
    char *chunk = arena_alloc(a, CHUNK);
    uint8_t hash[DIGEST_SIZE];
    int64_t size = 0;
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return log_file_fault("open", path);
    struct digest *d = digest_new(DIGEST_SHA256);
    while ((n = read(fd, chunk, CHUNK)) > 0 || (n < 0 && errno == EINTR)) {
        if (n < 0)
            continue;
        digest_update(d, chunk, (size_t)n);
        size += n;
    }
    enum rc rc = n < 0 ? log_file_fault("read", path) : RC_OK;
    digest_final(d, hash);
    digest_free(d);
    (void)close(fd);
    if (rc == RC_OK && (size != expected || memcmp(hash, sha256, DIGEST_SIZE) != 0))
        rc = RC_CHECKSUM;
    return rc;
}

enum rc evidence_file_verify(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    return verify(a, partial_path(a, dir, upload->id), upload->sha256, upload->size);
}

enum rc evidence_file_check(struct arena *a, const char *dir, const uint8_t sha256[DIGEST_SIZE],
                            int64_t size)
{
    const char *path = content_path(a, dir, sha256);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return RC_NOT_FOUND;
    return verify(a, path, sha256, size);
}

enum rc evidence_file_keep(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    const char *folder = content_folder(a, dir, upload->sha256);
    const char *path = content_path(a, dir, upload->sha256);
    enum rc rc = make_folder(folder);
    if (rc != RC_OK)
        return rc;
    if (rename(partial_path(a, dir, upload->id), path) != 0)
        return log_file_fault("rename to", path);
    rc = sync_folder(folder);
    return rc == RC_OK ? sync_folder(dir) : rc;
}

bool evidence_file_kept(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    struct stat st;
    return stat(content_path(a, dir, upload->sha256), &st) == 0 && S_ISREG(st.st_mode) &&
           st.st_size == upload->size;
}

void evidence_file_clear(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    const char *path = partial_path(a, dir, upload->id);
    if (truncate(path, 0) != 0)
        (void)log_file_fault("truncate", path);
}

void evidence_file_drop(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    const char *path = partial_path(a, dir, upload->id);
    if (unlink(path) != 0 && errno != ENOENT)
        (void)log_file_fault("unlink", path);
}

size_t evidence_file_begin(struct arena *a, const char *dir, const uint8_t sha256[DIGEST_SIZE],
                           void *bytes, size_t size)
{
    size_t n = 0;
    ssize_t got = 0;
    int fd = open(content_path(a, dir, sha256), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return 0;
    while (n < size &&
           ((got = read(fd, (char *)bytes + n, size - n)) > 0 || (got < 0 && errno == EINTR)))
        n += got > 0 ? (size_t)got : 0;
    (void)close(fd);
    return n;
}

/* ---- What a crash left behind ---------------------------------------------------------------- */

struct walk {
    int64_t before;
    evidence_file_fn *fn;
    void *data;
};

/* A file of a folder that is open; anything but ours is passed over. */
static enum rc visit_file(const struct walk *w, int folder, bool partial, const char *name)
{
    struct evidence_file_found found = { .partial = partial };
    struct stat st;
    bool ours = partial ? hex_decode(found.id, sizeof found.id, name)
                        : hex_decode(found.sha256, sizeof found.sha256, name);
    if (!ours || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) ||
        (int64_t)st.st_mtime * 1000 >= w->before)
        return RC_OK;
    found.size = (int64_t)st.st_size;
    return w->fn(&found, w->data);
}

static enum rc walk_folder(const struct walk *w, const char *path, bool partial)
{
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT ? RC_OK : RC_UNAVAILABLE;
    enum rc rc = RC_OK;
    for (struct dirent *e; rc == RC_OK && (e = readdir(folder));)
        rc = visit_file(w, dirfd(folder), partial, e->d_name);
    (void)closedir(folder);
    return rc;
}

enum rc evidence_file_walk(const char *dir, int64_t before, evidence_file_fn *fn, void *data)
{
    enum { FOLDERS = 256 }; /* by the first two digits of a content */
    struct walk w = { .before = before, .fn = fn, .data = data };
    char path[PATH_BYTES];
    if (access(dir, R_OK | X_OK) != 0)
        return RC_UNAVAILABLE;
    (void)snprintf(path, sizeof path, "%s/partial", dir);
    enum rc rc = walk_folder(&w, path, true);
    for (int i = 0; rc == RC_OK && i < FOLDERS; i++) {
        (void)snprintf(path, sizeof path, "%s/%02x", dir, (unsigned)i);
        rc = walk_folder(&w, path, false);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc evidence_file_remove(struct arena *a, const char *dir,
                             const struct evidence_file_found *found)
{
    const char *path =
        found->partial ? partial_path(a, dir, found->id) : content_path(a, dir, found->sha256);
    return unlink(path) == 0 || errno == ENOENT ? RC_OK : log_file_fault("unlink", path);
}
