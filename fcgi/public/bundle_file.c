/* GET draws/{campaign}/bundle.tar: made once, by whoever asks first, and sent by nginx. */
#include "public/bundle.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "public/routes.h"
#include "sys/clock.h"
#include "sys/log.h"

enum { FILE_MODE = 0644, KEY_SHOWN = 32, WAIT_MS = 2000, LOOK_MS = 20 };

static bool same_file(int fd, const char *path)
{
    struct stat a;
    struct stat b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_ino == b.st_ino &&
           a.st_dev == b.st_dev;
}

/* The file that is written until it has its name, locked; *fd is -1 while another worker is at
   it. */
static enum rc open_partial(const char *path, int *fd)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (*fd < 0)
        return log_file_fault("open", path);
    /* What was locked too late is complete by now, and has its name. */
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0 && same_file(*fd, path))
        return RC_OK;
    (void)close(*fd);
    *fd = -1;
    return RC_OK;
}

/* Takes the bundles of this campaign away that were made before it changed. */
static void remove_others(struct web_ctx *c, const char *code, const char *name)
{
    DIR *dir = opendir(c->settings->bundle_dir);
    size_t n = strlen(code);
    for (const struct dirent *e; dir && (e = readdir(dir)) != NULL;)
        if (strncmp(e->d_name, code, n) == 0 && e->d_name[n] == '-' && strcmp(e->d_name, name) != 0)
            (void)unlinkat(dirfd(dir), e->d_name, 0);
    if (dir)
        (void)closedir(dir);
}

/* Writes, and names what is whole; takes over fd. */
static enum rc make(struct web_ctx *c, const struct disclosure_campaign *m, int fd,
                    const char *partial, const char *path)
{
    FILE *to = ftruncate(fd, 0) == 0 ? fdopen(fd, "w") : NULL;
    if (!to) {
        (void)close(fd);
        return log_file_fault("open", partial);
    }
    enum rc rc = bundle_write(c, m, to);
    bool written = rc == RC_OK && fflush(to) == 0 && fchmod(fd, FILE_MODE) == 0 && fsync(fd) == 0;
    if (rc == RC_OK && (!written || rename(partial, path) != 0))
        rc = log_file_fault("write", partial);
    if (rc != RC_OK)
        (void)unlink(partial);
    (void)fclose(to); /* all of it was flushed */
    return rc;
}

/* Sees to it that the file is there. */
static enum rc have(struct web_ctx *c, const struct disclosure_campaign *m, const char *name)
{
    const char *dir = c->settings->bundle_dir;
    const char *path = arena_printf(c->arena, "%s/%s", dir, name);
    const char *partial = arena_printf(c->arena, "%s/%s.partial", dir, m->code);
    int64_t begun = clock_monotonic();
    int fd = -1;
    enum rc rc = RC_OK;
    while (rc == RC_OK && fd < 0) {
        if (access(path, R_OK) == 0)
            return RC_OK;
        rc = open_partial(partial, &fd);
        if (rc == RC_OK && fd < 0 && clock_monotonic() - begun > WAIT_MS)
            return web_fail(c, RC_UNAVAILABLE, "", "公示包正在生成，请稍后再试。");
        if (rc == RC_OK && fd < 0)
            clock_sleep(LOOK_MS);
    }
    if (rc == RC_OK)
        rc = make(c, m, fd, partial, path);
    if (rc == RC_OK)
        remove_others(c, m->code, name);
    return rc;
}

enum rc public_bundle(struct web_ctx *c)
{
    struct disclosure_campaign m = { .id = 0 };
    char key[DIGEST_HEX];
    enum rc rc = draws_campaign(c, &m);
    if (rc != RC_OK)
        return rc;
    if (!m.secret)
        return web_fail(c, RC_NOT_FOUND, "",
                        "这个批次尚未抽取，或抽取结果按公告在检查之后才公开，公示包随结果公开。");
    rc = bundle_key(c, &m, key);
    if (rc != RC_OK)
        return rc;
    const char *name = arena_printf(c->arena, "%s-%.*s.tar", m.code, KEY_SHOWN, key);
    rc = have(c, &m, name);
    if (rc != RC_OK)
        return rc;
    (void)web_body(c, 200, "application/x-tar");
    web_header(c, "Content-Disposition",
               arena_printf(c->arena, "attachment; filename=\"liancha-%s.tar\"", m.code));
    web_header(c, "Cache-Control", "public, max-age=0");
    web_header(c, "X-Accel-Redirect",
               arena_printf(c->arena, "%s/-/bundle/%s", c->settings->prefix, name));
    return RC_OK;
}
