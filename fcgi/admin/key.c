/* Another key for one purpose, in two steps: no program meets one that it does not know. */
#include "admin/admin.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { FILE_MAX = KEYRING_MAX * (KEYRING_LINE + 1) };

/* So long a retired key of the audit log still counts: its programs are restarted within a day. */
#define RETIRING_MS (INT64_C(24) * 60 * 60 * 1000)

static const struct purpose {
    const char *name;
    const char *section;
    const char *key;
} purposes[] = {
    { "draw", "security", "draw_key_file" },
    { "token", "security", "token_key_file" },
    { "cursor", "security", "cursor_key_file" },
    { "account", "security", "account_key_file" },
    { "person", "security", "person_key_file" },
    { "objection", "security", "objection_key_file" },
    { "audit.planner", "planner", "audit_key_file" },
    { "audit.mobile", "mobile", "audit_key_file" },
    { "audit.pushd", "pushd", "audit_key_file" },
    { "audit.draw", "draw", "audit_key_file" },
    { "audit.admin", "admin", "audit_key_file" },
};
enum { PURPOSES = sizeof purposes / sizeof purposes[0] };

struct rotation {
    struct admin *admin;
    const char *purpose;
    const char *path;
    bool used; /* the new key makes from now on; else it is accepted only */
};

static enum rc no_file(const struct rotation *r, const char *why)
{
    return err_set(&r->admin->err, RC_UNAVAILABLE, r->path, "%s", why);
}

static enum rc read_keys(const struct rotation *r, struct keyring *keys, struct stat *as)
{
    char text[FILE_MAX + 1];
    FILE *f = fopen(r->path, "re");
    if (!f || fstat(fileno(f), as) != 0) {
        if (f)
            (void)fclose(f);
        return no_file(r, "密钥文件无法读取");
    }
    size_t n = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    if (n == sizeof text)
        return no_file(r, "不是密钥文件");
    text[n] = '\0';
    bool sound = keyring_parse(text, keys);
    explicit_bzero(text, sizeof text);
    return sound ? RC_OK : no_file(r, "不是密钥文件");
}

/* until: INT64_MAX for a key that is not retired. */
static void put_key(struct buf *out, const uint8_t key[SEAL_KEY_SIZE], int64_t until,
                    const char *mark)
{
    char hex[2 * SEAL_KEY_SIZE + 1];
    char at[INSTANT_TEXT];
    hex_encode(hex, key, SEAL_KEY_SIZE);
    buf_puts(out, hex);
    if (until != INT64_MAX) {
        instant_format(at, until);
        buf_printf(out, KEYRING_UNTIL "%s", at);
    }
    buf_printf(out, "%s\n", mark);
    explicit_bzero(hex, sizeof hex);
}

/* The key that made until now goes; only of an event is it known when it was written. */
static int64_t retired(const struct rotation *r, const struct keyring *keys, size_t i)
{
    bool going = i == 0 && r->used && strncmp(r->purpose, "audit.", strlen("audit.")) == 0;
    return going ? clock_now() + RETIRING_MS : keys->until[i];
}

/* The file as it will be: a key more, or that one first. */
static enum rc compose(struct rotation *r, const struct keyring *keys, struct buf *out)
{
    uint8_t fresh[SEAL_KEY_SIZE];
    size_t old = keys->next ? keys->n - 1 : keys->n;
    r->used = keys->next;
    if (r->used)
        put_key(out, keys->key[old], INT64_MAX, "");
    else if (keys->n == KEYRING_MAX)
        return no_file(r, "密钥过多，请先删去最旧的");
    for (size_t i = 0; i < old; i++)
        put_key(out, keys->key[i], retired(r, keys, i), "");
    if (!r->used) {
        random_bytes(fresh, sizeof fresh);
        put_key(out, fresh, INT64_MAX, KEYRING_NEXT);
        explicit_bzero(fresh, sizeof fresh);
    }
    return RC_OK;
}

/* In the place of the old file at once, for the same readers. */
static enum rc replace_file(const struct rotation *r, const struct buf *text, const struct stat *as)
{
    const char *passing = arena_printf(r->admin->arena, "%s.new", r->path);
    int fd = open(passing, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return no_file(r, "旁边的 .new 文件无法新建");
    bool whole = write(fd, text->p, text->n) == (ssize_t)text->n &&
                 fchown(fd, as->st_uid, as->st_gid) == 0 && fchmod(fd, as->st_mode & 0777) == 0 &&
                 fsync(fd) == 0;
    if (close(fd) == 0 && whole && rename(passing, r->path) == 0)
        return RC_OK;
    (void)unlink(passing);
    return no_file(r, "密钥文件无法写入");
}

static enum rc rotate(struct db *db, void *data, struct err *err)
{
    struct rotation *r = data;
    struct keyring keys = { .n = 0 };
    struct stat as = { .st_mode = 0600 };
    struct buf text;
    (void)db;
    (void)err;
    buf_init(&text, r->admin->arena, FILE_MAX + 1);
    enum rc rc = read_keys(r, &keys, &as);
    if (rc == RC_OK)
        rc = compose(r, &keys, &text);
    if (rc == RC_OK)
        rc =
            admin_audit(r->admin, "key.rotate", arena_printf(r->admin->arena, "key:%s", r->purpose),
                        r->used ? "{\"step\":\"used\"}" : "{\"step\":\"accepted\"}");
    if (rc == RC_OK)
        rc = replace_file(r, &text, &as);
    explicit_bzero(text.p, text.n);
    explicit_bzero(&keys, sizeof keys);
    return rc;
}

int admin_key_rotate(struct admin *a, int argc, char **argv)
{
    struct rotation r = { .admin = a };
    if (argc != 1)
        return admin_usage(
            "key rotate 需要用途：draw、token、cursor、account、person、objection 或 audit.程序");
    size_t i = 0;
    while (i < PURPOSES && strcmp(purposes[i].name, argv[0]) != 0)
        i++;
    if (i == PURPOSES)
        return admin_usage(
            "未知的用途：须为 draw、token、cursor、account、person、objection 或 audit.程序");
    r.purpose = purposes[i].name;
    enum rc rc =
        settings_text(a->arena, a->config, purposes[i].section, purposes[i].key, &r.path, &a->err);
    if (rc == RC_OK)
        rc = db_transaction(a->db, rotate, &r, &a->err);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    if (a->json)
        (void)printf("{\"purpose\":\"%s\",\"step\":\"%s\"}\n", r.purpose,
                     r.used ? "used" : "accepted");
    else
        (void)printf(r.used ? "新密钥已启用：%s；请重启用它的程序\n"
                            : "新密钥已加入：%s；请重启用它的程序，再运行一次本命令使其启用\n",
                     r.purpose);
    return EXIT_OK;
}
