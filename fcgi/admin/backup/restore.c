/*
 * lianchactl restore: a site from its backup.
 *
 * The database is made beside its place, brought up there for nobody else, told that it was
 * restored, and verified; then it is put into its place at once. Whoever is interrupted begins
 * anew: settings and evidence of the same backup change nothing a second time.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "admin/admin.h"
#include "admin/backup/backup.h"
#include "store/audit.h"
#include "store/schema.h"
#include "sys/clock.h"

enum { CHAIN_MAX = 400, START_SECONDS = 600, STEP_MS = 100 };

struct restoring {
    struct admin *admin;
    struct programs programs;
    const char *identity;
    const char *datadir;
    const char *beside;           /* where the database is made */
    const char *increment;        /* and a part that is merged into it */
    struct stat place;            /* of datadir: its owner has the database */
    int lock;                     /* of datadir, to the end: one at a time in a place */
    const char *chain[CHAIN_MAX]; /* folders, the whole one last */
    size_t n;
    struct audit_count count;
};

/* ---- What is restored, and whether it can be ------------------------------------------------- */

static enum rc follow_chain(struct restoring *r, const char *folder)
{
    struct admin *a = r->admin;
    struct manifest m = { .at = 0 };
    const char *slash = strrchr(folder, '/');
    const char *home = slash ? arena_strndup(a->arena, folder, (size_t)(slash - folder)) : ".";
    enum rc rc = RC_OK;
    do {
        struct manifest above = m;
        rc = manifest_load(a->arena, folder, &m, &a->err);
        if (rc == RC_OK)
            rc = manifest_check(a->arena, folder, &m, &a->err);
        if (rc == RC_OK && r->n &&
            (above.from != m.to || strcmp(above.epoch, m.epoch) != 0 || r->n == CHAIN_MAX))
            rc = err_set(&a->err, RC_CHECKSUM, folder, "不是后一个备份的基础");
        if (rc == RC_OK)
            r->chain[r->n++] = folder;
        folder = arena_printf(a->arena, "%s/%s", home, m.base);
    } while (rc == RC_OK && *m.base);
    return rc;
}

static bool is_empty(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *e;
    bool empty = dir;
    while (dir && (e = readdir(dir)))
        empty = empty && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0);
    if (dir)
        (void)closedir(dir);
    return empty;
}

static enum rc run(struct restoring *r, const char *const argv[])
{
    return programs_run(&r->programs, argv, &r->admin->err);
}

static enum rc remove_tree(struct restoring *r, const char *path)
{
    const char *const argv[] = { "rm", "-rf", "--", path, NULL };
    programs_as(&r->programs, geteuid());
    return run(r, argv);
}

/* Empty, and its owner's. */
static enum rc make_folder(struct restoring *r, const char *path)
{
    enum rc rc = remove_tree(r, path);
    if (rc == RC_OK &&
        (mkdir(path, 0700) != 0 || chown(path, r->place.st_uid, r->place.st_gid) != 0))
        rc = err_set(&r->admin->err, RC_UNAVAILABLE, path, "目录无法新建");
    return rc;
}

/* Whether a server listens where the settings that are here say: then this site is alive. */
static bool is_live(struct admin *a)
{
    struct settings *s = arena_alloc(a->arena, sizeof *s);
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    struct err none;
    if (settings_load(a->arena, a->config, "admin", s, &none) != RC_OK ||
        strlen(s->db_socket) >= sizeof to.sun_path)
        return false;
    memcpy(to.sun_path, s->db_socket, strlen(s->db_socket));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool live = fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0;
    if (fd >= 0)
        (void)close(fd);
    return live;
}

/* Whoever took the lock of a folder that was replaced meanwhile finds its name not empty. */
static enum rc take_place(struct restoring *r)
{
    struct err *err = &r->admin->err;
    r->lock = open(r->datadir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->lock >= 0 && flock(r->lock, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, RC_STATE, r->datadir, "另一个恢复正在进行");
    if (r->lock < 0 || fstat(r->lock, &r->place) != 0 || !is_empty(r->datadir))
        return err_set(err, RC_STATE, r->datadir,
                       "须为数据库的空目录：已有的数据不会被覆盖，也不得有数据库在运行");
    return RC_OK;
}

static enum rc begin(struct restoring *r)
{
    struct admin *a = r->admin;
    enum rc rc = take_place(r);
    if (rc == RC_OK && is_live(a))
        rc =
            err_set(&a->err, RC_STATE, a->config, "这里的数据库正在运行：恢复只在停用的机器上进行");
    if (rc != RC_OK)
        return rc;
    r->beside = arena_printf(a->arena, "%s.restoring", r->datadir);
    r->increment = arena_printf(a->arena, "%s.increment", r->datadir);
    rc = programs_init(&r->programs, &a->err);
    if (rc == RC_OK)
        rc = remove_tree(r, r->increment);
    return rc == RC_OK ? make_folder(r, r->beside) : rc;
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* One file of a backup, opened, to a program that takes it apart. */
static enum rc take_apart(struct restoring *r, const char *folder, enum backup_file which, uid_t as,
                          const char *const argv[])
{
    struct admin *a = r->admin;
    int plain;
    (void)fprintf(stderr, "%s/%s\n", folder, backup_file_names[which]);
    programs_as(&r->programs, geteuid());
    enum rc rc = backup_open(a->arena, &r->programs, folder, which, r->identity, &plain, &a->err);
    programs_as(&r->programs, as);
    if (rc == RC_OK)
        rc = programs_start(&r->programs, argv, plain, -1, &a->err);
    return programs_end(&r->programs, rc, &a->err);
}

static enum rc take_database(struct restoring *r, const char *folder, const char *into)
{
    const char *const extract[] = { "mbstream", "--extract", "--directory", into, NULL };
    return take_apart(r, folder, BACKUP_DATABASE, r->place.st_uid, extract);
}

/* As of the backup's end: the whole one, and into it one after the other what came since. */
static enum rc restore_database(struct restoring *r)
{
    struct arena *a = r->admin->arena;
    const char *target = arena_printf(a, "--target-dir=%s", r->beside);
    const char *tmp = arena_printf(a, "--tmpdir=%s", r->beside); /* its owner may write there */
    const char *const whole[] = { "mariadb-backup", "--prepare", target, tmp, NULL };
    const char *const more[] = { "mariadb-backup",
                                 "--prepare",
                                 target,
                                 tmp,
                                 arena_printf(a, "--incremental-dir=%s", r->increment),
                                 NULL };
    enum rc rc = take_database(r, r->chain[r->n - 1], r->beside);
    if (rc == RC_OK)
        rc = run(r, whole);
    for (size_t i = r->n - 1; rc == RC_OK && i > 0; i--) {
        rc = make_folder(r, r->increment);
        if (rc == RC_OK)
            rc = take_database(r, r->chain[i - 1], r->increment);
        if (rc == RC_OK)
            rc = run(r, more);
        if (rc == RC_OK)
            rc = remove_tree(r, r->increment);
    }
    return rc;
}

/* Into the settings' own folder, nowhere else; what another installation left there is kept. */
static enum rc restore_settings(struct restoring *r)
{
    struct admin *a = r->admin;
    const char *slash = strrchr(a->config, '/');
    const char *home =
        slash ? arena_strndup(a->arena, a->config, (size_t)(slash - a->config)) : ".";
    const char *const argv[] = {
        "tar", "--extract", "--backup=numbered", "--directory", home, NULL
    };
    struct settings *s = arena_alloc(a->arena, sizeof *s);
    enum rc rc = take_apart(r, r->chain[0], BACKUP_SETTINGS, geteuid(), argv);
    if (rc == RC_OK)
        rc = settings_load(a->arena, a->config, "admin", s, &a->err);
    a->settings = s;
    a->section = "admin";
    return rc;
}

/*
 * By content: a file that survived is the same one, or damaged. None is cut short under its name:
 * they come into a folder beside, on the same disk, and are linked from there one at a time.
 */
static enum rc restore_evidence(struct restoring *r)
{
    struct arena *a = r->admin->arena;
    const char *folder = r->admin->settings->evidence_dir;
    const char *beside = arena_printf(a, "%s/restoring", folder);
    const char *const argv[] = { "tar", "--extract", "--directory", beside, NULL };
    const char *const make[] = { "mkdir", "-p", "--", beside, NULL };
    const char *const link[] = { "cp",      "--archive", "--link",
                                 "--force", "--",        arena_printf(a, "%s/.", beside),
                                 folder,    NULL };
    enum rc rc = remove_tree(r, beside);
    if (rc == RC_OK)
        rc = run(r, make);
    for (size_t i = r->n; rc == RC_OK && i > 0; i--)
        rc = take_apart(r, r->chain[i - 1], BACKUP_EVIDENCE, geteuid(), argv);
    if (rc == RC_OK)
        rc = run(r, link);
    return rc == RC_OK ? remove_tree(r, beside) : rc;
}

/* ---- The database, by itself ----------------------------------------------------------------- */

static enum rc start_server(struct restoring *r, const char *socket)
{
    struct arena *a = r->admin->arena;
    const char *const argv[] = { "mariadbd",
                                 arena_printf(a, "--defaults-file=%s/backup-my.cnf", r->beside),
                                 arena_printf(a, "--datadir=%s", r->beside),
                                 arena_printf(a, "--tmpdir=%s", r->beside),
                                 arena_printf(a, "--socket=%s", socket),
                                 arena_printf(a, "--pid-file=%s/restoring.pid", r->beside),
                                 "--skip-networking",
                                 "--skip-log-bin",
                                 "--skip-slave-start",
                                 NULL };
    struct err *err = &r->admin->err;
    programs_as(&r->programs, r->place.st_uid);
    enum rc rc = programs_start(&r->programs, argv, -1, -1, err);
    for (int64_t end = clock_monotonic() + START_SECONDS * 1000;
         rc == RC_OK && access(socket, F_OK) != 0; clock_sleep(STEP_MS))
        if (!programs_alive(&r->programs, 0) || clock_monotonic() > end)
            rc = err_set(err, RC_UNAVAILABLE, "mariadbd", "恢复的数据库没有启动");
    return rc;
}

/* The phones are told, and every chain is read, before anybody else can write. */
static enum rc begin_anew(struct restoring *r, const char *socket)
{
    struct admin *a = r->admin;
    struct settings *s = arena_memdup(a->arena, a->settings, sizeof *s);
    s->db_socket = socket;
    enum rc rc = schema_open(s, 0, &a->db, &a->err);
    if (rc == RC_OK)
        rc = admin_begin_epoch(a);
    if (rc == RC_OK)
        rc = admin_audit_check(a, NULL, &r->count);
    db_close(a->db);
    a->db = NULL;
    return rc;
}

static enum rc bring_up(struct restoring *r)
{
    const char *socket = arena_printf(r->admin->arena, "%s/s", r->beside);
    struct err own = { .rc = RC_OK };
    enum rc rc = start_server(r, socket);
    bool started = rc == RC_OK;
    if (rc == RC_OK)
        rc = begin_anew(r, socket);
    if (r->programs.n)
        (void)kill(r->programs.of[0].pid, SIGTERM);
    enum rc end = programs_end(&r->programs, RC_OK, &own);
    /* What kept it from starting is what it said itself, if it said anything. */
    if (end == RC_OK || (started && rc != RC_OK))
        return rc;
    r->admin->err = own;
    return end;
}

static enum rc put_in_place(struct restoring *r)
{
    struct admin *a = r->admin;
    const char *up = arena_printf(a->arena, "%s/..", r->datadir);
    (void)unlink(arena_printf(a->arena, "%s/backup-my.cnf", r->beside));
    sync(); /* evidence, keys and what the server did not write itself */
    if (chmod(r->beside, r->place.st_mode & 07777) != 0 || rename(r->beside, r->datadir) != 0)
        return err_set(&a->err, RC_UNAVAILABLE, r->datadir,
                       "无法换入恢复的数据库（是挂载点时，请以其中的空目录为 datadir）");
    return backup_sync(up, &a->err);
}

/* Names are made of it: without what a shell appends. */
static const char *folder_name(struct arena *a, const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    return arena_strndup(a, path, n);
}

int admin_restore(struct admin *a, int argc, char **argv)
{
    struct restoring r = { .admin = a, .datadir = "/var/lib/mysql", .lock = -1 };
    const struct admin_option options[] = { { "--identity", &r.identity, NULL },
                                            { "--datadir", &r.datadir, NULL },
                                            { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 1 || !r.identity)
        return admin_usage("restore 需要一个备份和 --identity 私钥文件");
    r.datadir = folder_name(a->arena, r.datadir);
    enum rc rc = follow_chain(&r, folder_name(a->arena, argv[0]));
    if (rc == RC_OK)
        rc = begin(&r);
    if (rc == RC_OK)
        rc = restore_database(&r);
    if (rc == RC_OK)
        rc = restore_settings(&r);
    if (rc == RC_OK)
        rc = restore_evidence(&r);
    if (rc == RC_OK)
        rc = bring_up(&r);
    if (rc == RC_OK)
        rc = put_in_place(&r);
    if (r.lock >= 0)
        (void)close(r.lock);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)printf(a->json ? "{\"restored\":true,\"chains\":%lld,\"events\":%lld}\n"
                         : "已恢复，新的同步纪元已经开始；审计日志完整：%lld 条链，%lld 条记录\n"
                           "请启动数据库和各程序，再运行 lianchactl evidence scrub\n",
                 (long long)r.count.chains, (long long)r.count.events);
    return EXIT_OK;
}
