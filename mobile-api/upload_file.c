#include "upload_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/log.h"

enum { CHUNK = 256 * 1024, FILE_MODE = 0640, FOLDER_MODE = 0750 };

static const char *partial_folder(struct arena *a, const char *dir)
{
    return arena_printf(a, "%s/partial", dir);
}

static const char *partial_path(struct arena *a, const char *dir, const struct evidence_upload *u)
{
    return arena_printf(a, "%s/%s", partial_folder(a, dir), hex_dup(a, u->id, sizeof u->id));
}

static const char *content_folder(struct arena *a, const char *dir, const struct evidence_upload *u)
{
    return arena_printf(a, "%s/%.2s", dir, hex_dup(a, u->sha256, DIGEST_SIZE));
}

static const char *content_path(struct arena *a, const char *dir, const struct evidence_upload *u)
{
    return arena_printf(a, "%s/%s", content_folder(a, dir, u), hex_dup(a, u->sha256, DIGEST_SIZE));
}

/* What errno says, logged. */
static enum rc file_fault(const char *what, const char *path)
{
    int code = errno;
    log_error("%s %s: %s", what, path, strerror(code));
    return code == ENOSPC || code == EDQUOT ? RC_NO_SPACE : RC_INTERNAL;
}

static enum rc make_folder(const char *path)
{
    if (mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST)
        return RC_OK;
    return file_fault("mkdir", path);
}

/* Makes names in a folder durable. */
static enum rc sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return file_fault("open", path);
    enum rc rc = fsync(fd) == 0 ? RC_OK : file_fault("fsync", path);
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
            return file_fault("write", path);
        bytes += done;
        offset += done;
        n -= (size_t)done;
    }
    return fdatasync(fd) == 0 ? RC_OK : file_fault("fdatasync", path);
}

enum rc upload_file_append(struct arena *a, const char *dir, const struct evidence_upload *upload,
                           int64_t offset, const void *bytes, size_t n)
{
    const char *path = partial_path(a, dir, upload);
    struct stat st;
    enum rc rc = make_folder(partial_folder(a, dir));
    if (rc != RC_OK)
        return rc;
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | (offset ? 0 : O_CREAT), FILE_MODE);
    if (fd < 0)
        return offset && errno == ENOENT ? RC_NOT_FOUND : file_fault("open", path);
    if (fstat(fd, &st) != 0)
        rc = file_fault("fstat", path);
    else if (st.st_size < offset)
        rc = RC_NOT_FOUND;
    else
        rc = write_at(fd, path, offset, bytes, n);
    if (rc == RC_NO_SPACE)
        (void)!ftruncate(fd, (off_t)offset); /* gives back what this piece took */
    (void)close(fd);
    if (rc == RC_OK && offset == 0)
        rc = sync_folder(partial_folder(a, dir));
    return rc;
}

enum rc upload_file_verify(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    const char *path = partial_path(a, dir, upload);
    char *chunk = arena_alloc(a, CHUNK);
    uint8_t hash[DIGEST_SIZE];
    int64_t size = 0;
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return file_fault("open", path);
    struct digest *d = digest_new(DIGEST_SHA256);
    while ((n = read(fd, chunk, CHUNK)) > 0 || (n < 0 && errno == EINTR)) {
        if (n < 0)
            continue;
        digest_update(d, chunk, (size_t)n);
        size += n;
    }
    enum rc rc = n < 0 ? file_fault("read", path) : RC_OK;
    digest_final(d, hash);
    digest_free(d);
    (void)close(fd);
    if (rc == RC_OK && (size != upload->size || memcmp(hash, upload->sha256, DIGEST_SIZE) != 0))
        rc = RC_CHECKSUM;
    return rc;
}

enum rc upload_file_keep(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    const char *folder = content_folder(a, dir, upload);
    const char *path = content_path(a, dir, upload);
    enum rc rc = make_folder(folder);
    if (rc != RC_OK)
        return rc;
    if (rename(partial_path(a, dir, upload), path) != 0)
        return file_fault("rename to", path);
    rc = sync_folder(folder);
    return rc == RC_OK ? sync_folder(dir) : rc;
}

bool upload_file_kept(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    struct stat st;
    return stat(content_path(a, dir, upload), &st) == 0 && S_ISREG(st.st_mode) &&
           st.st_size == upload->size;
}

void upload_file_drop(struct arena *a, const char *dir, const struct evidence_upload *upload)
{
    const char *path = partial_path(a, dir, upload);
    if (unlink(path) != 0 && errno != ENOENT)
        (void)file_fault("unlink", path);
}
