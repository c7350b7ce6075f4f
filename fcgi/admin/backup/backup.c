/* lianchactl backup: makes one, or reads one again. */
#include "admin/backup/backup.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/admin.h"
#include "base/buf.h"
#include "base/text.h"
#include "store/evidence/evidence.h"
#include "store/field/epoch.h"
#include "store/schema.h"
#include "sys/clock.h"
#include "sys/jsonw.h"

enum { CHECKPOINTS_MAX = 4096, OUTPUT_MAX = 4096 };

struct making {
    struct admin *admin;
    struct programs programs;
    const char *folder;
    const char *part;
    const char *recipients; /* a file of age's public keys */
    struct manifest base;   /* at 0: none */
    struct manifest m;
    char name[BACKUP_NAME];
    int lock;                            /* one at a time in a folder */
    const char *settings[ARGUMENTS_MAX]; /* what packs them */
};

static enum rc remove_tree(struct making *k, const char *path)
{
    const char *const argv[] = { "rm", "-rf", "--", path, NULL };
    return programs_run(&k->programs, argv, &k->admin->err);
}

/* What a program writes, sealed on its way. */
static enum rc store(struct making *k, enum backup_file which, const char *const argv[])
{
    const char *const seal[] = { "age", "--encrypt", "--recipients-file", k->recipients, NULL };
    struct err *err = &k->admin->err;
    int plain[2];
    int sealed[2];
    (void)fprintf(stderr, "%s\n", backup_file_names[which]);
    enum rc rc = programs_pipe(plain, err);
    if (rc != RC_OK)
        return rc;
    rc = programs_start(&k->programs, argv, -1, plain[1], err);
    if (rc == RC_OK)
        rc = programs_pipe(sealed, err);
    if (rc != RC_OK) {
        (void)close(plain[0]);
        return programs_end(&k->programs, rc, err);
    }
    rc = programs_start(&k->programs, seal, plain[0], sealed[1], err);
    if (rc == RC_OK)
        rc = backup_store(k->admin->arena, k->part, which, sealed[0], &k->m, err);
    (void)close(sealed[0]); /* after a fault this ends them */
    return programs_end(&k->programs, rc, err);
}

/* Where the copy of the database ends in InnoDB's log: what the next one goes on from. */
static enum rc read_position(struct making *k, const char *work)
{
    struct admin *a = k->admin;
    char *text = admin_read_file(a, arena_printf(a->arena, "%s/xtrabackup_checkpoints", work),
                                 CHECKPOINTS_MAX);
    if (!text) /* as MariaDB 11 calls it */
        text = admin_read_file(a, arena_printf(a->arena, "%s/mariadb_backup_checkpoints", work),
                               CHECKPOINTS_MAX);
    char *at = text ? strstr(text, "\nto_lsn = ") : NULL;
    char *end = at ? strchr(at + 1, '\n') : NULL;
    if (end)
        *end = '\0';
    if (end && int_parse(at + strlen("\nto_lsn = "), k->m.from, INT64_MAX, &k->m.to))
        return RC_OK;
    return err_set(&a->err, RC_UNAVAILABLE, "mariadb-backup", "没有说明备份到何处");
}

static enum rc store_database(struct making *k)
{
    struct arena *a = k->admin->arena;
    const struct settings *s = k->admin->settings;
    const struct passwd *me = getpwuid(geteuid());
    const char *work = arena_printf(a, "%s/work", k->part);
    const char *argv[] = {
        "mariadb-backup",
        "--no-defaults", /* all that it has to know the server tells */
        "--backup",
        "--stream=mbstream",
        arena_printf(a, "--socket=%s", s->db_socket),
        arena_printf(a, "--user=%s", me ? me->pw_name : "root"),
        arena_printf(a, "--target-dir=%s", work),
        arena_printf(a, "--extra-lsndir=%s", work),
        k->base.at ? arena_printf(a, "--incremental-lsn=%" PRId64, k->m.from) : NULL,
        NULL,
    };
    if (mkdir(work, 0700) != 0)
        return err_set(&k->admin->err, RC_UNAVAILABLE, work, "目录无法新建");
    enum rc rc = store(k, BACKUP_DATABASE, argv);
    if (rc == RC_OK)
        rc = read_position(k, work);
    return rc == RC_OK ? remove_tree(k, work) : rc;
}

/* After the database: a file is there before the row that counts it. */
static enum rc store_evidence(struct making *k)
{
    struct arena *a = k->admin->arena;
    const char *argv[] = {
        "tar",
        "--create",
        "--directory",
        k->admin->settings->evidence_dir,
        "--exclude=./partial",
        "--warning=no-file-unchanged",
        ".",
        k->base.at ? arena_printf(a, "--newer=@%" PRId64, (k->base.at - BACKUP_OVERLAP_MS) / 1000)
                   : NULL,
        NULL,
    };
    return store(k, BACKUP_EVIDENCE, argv);
}

/*
 * What a path is called from the folder on, however it spells it: by slashes, links and parents.
 * NULL: it is not within.
 */
static const char *name_within(struct arena *a, const struct stat *home, const char *path)
{
    const char *name = NULL;
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        struct stat above;
        if (stat(arena_strndup(a, path, (size_t)(slash - path) + 1), &above) == 0 &&
            above.st_dev == home->st_dev && above.st_ino == home->st_ino)
            name = slash + strspn(slash, "/");
    }
    return name && !strstr(name, "../") ? name : NULL;
}

/* Without a password or a key that they name a site cannot be made again: no backup at all. */
static enum rc add_file(struct making *k, const struct stat *home, const struct settings_file *f,
                        size_t *n)
{
    struct admin *a = k->admin;
    const char *name = name_within(a->arena, home, f->path);
    if (!name && strcmp(f->name, "ca_file") == 0)
        return RC_OK; /* the system's */
    if (!name)
        return err_set(&a->err, RC_UNAVAILABLE, f->path,
                       "[%s] %s 指明的文件不在设置文件的目录内，无法备份", f->section, f->name);
    if (access(f->path, R_OK) != 0)
        return err_set(&a->err, RC_UNAVAILABLE, f->path, "没有 [%s] %s 指明的文件", f->section,
                       f->name);
    if (*n == ARGUMENTS_MAX - 1)
        return err_set(&a->err, RC_TOO_LARGE, a->config, "设置指明的文件过多");
    k->settings[(*n)++] = name;
    return RC_OK;
}

/* The settings and what they name in their own folder, by names that any folder may take over. */
static enum rc list_settings(struct making *k)
{
    struct admin *a = k->admin;
    const char *slash = strrchr(a->config, '/');
    const char *folder =
        slash ? arena_strndup(a->arena, a->config, (size_t)(slash - a->config) + 1) : ".";
    const char *const first[] = { "tar",         "--create", "--dereference", "--no-recursion",
                                  "--directory", folder,     a->config };
    const struct settings_file *files;
    struct stat home;
    size_t n = sizeof first / sizeof *first;
    size_t count;
    enum rc rc = settings_files(a->arena, a->config, &files, &count, &a->err);
    if (rc == RC_OK && stat(folder, &home) != 0)
        rc = err_set(&a->err, RC_UNAVAILABLE, folder, "没有这个目录");
    memcpy(k->settings, first, sizeof first);
    if (slash)
        k->settings[n - 1] = slash + 1;
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = add_file(k, &home, &files[i], &n);
    return rc;
}

static enum rc put_event(struct db *db, void *data, struct err *err)
{
    const struct making *k = data;
    (void)db;
    (void)err;
    return admin_audit(k->admin, "backup.make", arena_printf(k->admin->arena, "backup:%s", k->name),
                       arena_printf(k->admin->arena, "{\"base\":\"%s\",\"sha256\":\"%s\"}",
                                    k->m.base, k->m.digest));
}

/* Whole, read again, on record, and only then by its name. */
static enum rc put_in_place(struct making *k)
{
    struct admin *a = k->admin;
    const char *path = arena_printf(a->arena, "%s/%s", k->folder, k->name);
    enum rc rc = manifest_save(a->arena, k->part, &k->m, &a->err);
    if (rc == RC_OK)
        rc = manifest_check(a->arena, k->part, &k->m, &a->err);
    if (rc == RC_OK)
        rc = backup_sync(k->part, &a->err);
    if (rc == RC_OK)
        rc = db_transaction(a->db, put_event, k, &a->err);
    if (rc == RC_OK && rename(k->part, path) != 0)
        rc = err_set(&a->err, RC_UNAVAILABLE, path, "无法改名");
    return rc == RC_OK ? backup_sync(k->folder, &a->err) : rc;
}

/* The youngest backup of the folder, by its name. */
static enum rc find_base(struct making *k)
{
    struct admin *a = k->admin;
    char latest[BACKUP_NAME] = "";
    int64_t stored = 0;
    int64_t at;
    DIR *dir = opendir(k->folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char name[BACKUP_NAME] = "";
        if (strlen(e->d_name) != INSTANT_TEXT - 1 || strcmp(e->d_name, latest) <= 0)
            continue;
        memcpy(name, e->d_name, INSTANT_TEXT);
        name[13] = name[16] = ':';
        if (instant_parse(name, &at))
            memcpy(latest, e->d_name, INSTANT_TEXT);
    }
    if (dir)
        (void)closedir(dir);
    if (!*latest)
        return err_set(&a->err, RC_STATE, k->folder, "其中没有可作为基础的备份");
    const char *path = arena_printf(a->arena, "%s/%s", k->folder, latest);
    enum rc rc = manifest_load(a->arena, path, &k->base, &a->err);
    if (rc == RC_OK && strcmp(k->base.epoch, k->m.epoch) != 0)
        rc = err_set(&a->err, RC_STATE, path,
                     "数据库此后曾从备份恢复，不能以它为基础；请做完整备份");
    /* Evidence of since then is older than it by its time, and would be in no backup: also once the
       time of that backup has come. */
    if (rc == RC_OK)
        rc = evidence_stored_before(a->db, k->base.at - BACKUP_OVERLAP_MS, &stored);
    if (rc == RC_OK && (k->base.at > k->m.at || stored != k->base.stored))
        rc = err_set(&a->err, RC_STATE, path, "时钟在它之后曾被调回：请将它移走，并做完整备份");
    (void)snprintf(k->m.base, BACKUP_NAME, "%s", latest);
    k->m.from = k->base.to;
    return rc;
}

static enum rc begin(struct making *k, bool incremental)
{
    struct admin *a = k->admin;
    bool clustered = false;
    k->lock = open(k->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (k->lock < 0)
        return err_set(&a->err, RC_UNAVAILABLE, k->folder, "没有这个目录");
    if (flock(k->lock, LOCK_EX | LOCK_NB) != 0)
        return err_set(&a->err, RC_STATE, k->folder, "另一个备份正在进行");
    k->part = arena_printf(a->arena, "%s/part", k->folder);
    k->m.at = clock_now();
    backup_name(k->name, k->m.at);
    enum rc rc = programs_init(&k->programs, &a->err);
    if (rc == RC_OK)
        rc = remove_tree(k, k->part);
    if (rc == RC_OK)
        rc = epoch_read(a->db, k->m.epoch);
    if (rc == RC_OK)
        rc = evidence_stored_before(a->db, k->m.at - BACKUP_OVERLAP_MS, &k->m.stored);
    if (rc == RC_OK && incremental)
        rc = schema_clustered(a->db, &clustered);
    if (rc == RC_OK && clustered)
        rc = err_set(&a->err, RC_STATE, "--incremental",
                     "集群的节点可能已由别的节点复制而来；请做完整备份");
    if (rc == RC_OK && incremental)
        rc = find_base(k);
    if (rc == RC_OK && mkdir(k->part, 0700) != 0)
        rc = err_set(&a->err, RC_UNAVAILABLE, k->part, "目录无法新建");
    return rc;
}

static void print_done(const struct making *k)
{
    struct buf out;
    struct jsonw w;
    int64_t size = 0;
    for (int i = 0; i < BACKUP_FILES; i++)
        size += k->m.files[i].size;
    if (!k->admin->json) {
        (void)printf("备份已完成并核对：%s/%s，%" PRId64 " 字节\n清单的 SHA-256：%s\n", k->folder,
                     k->name, size, k->m.digest);
        return;
    }
    buf_init(&out, k->admin->arena, OUTPUT_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "name", k->name);
    jw_text(&w, "base", *k->m.base ? k->m.base : NULL);
    jw_int(&w, "bytes", size);
    jw_text(&w, "sha256", k->m.digest);
    jw_end(&w);
    (void)printf("%s\n", out.p);
}

static void give_up(struct making *k)
{
    struct err why = k->admin->err;
    if (k->part && remove_tree(k, k->part) != RC_OK)
        (void)fprintf(stderr, "请删去未完成的备份：%s\n", k->part);
    k->admin->err = why;
}

int admin_backup(struct admin *a, int argc, char **argv)
{
    struct making k = { .admin = a };
    bool incremental = false;
    const struct admin_option options[] = { { "--to", &k.recipients, NULL },
                                            { "--incremental", NULL, &incremental },
                                            { NULL, NULL, NULL } };
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 1 || !k.recipients)
        return admin_usage("backup 需要一个目录和 --to 公钥文件");
    k.folder = argv[0];
    enum rc rc = begin(&k, incremental);
    if (rc == RC_OK)
        rc = list_settings(&k);
    if (rc == RC_OK)
        rc = store_database(&k);
    if (rc == RC_OK)
        rc = store_evidence(&k);
    if (rc == RC_OK)
        rc = store(&k, BACKUP_SETTINGS, k.settings);
    if (rc == RC_OK)
        rc = put_in_place(&k);
    if (rc == RC_OK)
        print_done(&k);
    else if (rc != RC_STATE)
        give_up(&k);
    if (k.lock >= 0)
        (void)close(k.lock);
    if (rc == RC_OK)
        return EXIT_OK;
    (void)admin_fault(a, rc);
    return rc == RC_STATE ? EXIT_REFUSED : EXIT_ENVIRONMENT;
}

/* Opened to their ends: age tells a byte that changed, and whether the key is the right one. */
static enum rc open_all(struct admin *a, const char *folder, const char *identity)
{
    struct programs programs;
    enum rc rc = programs_init(&programs, &a->err);
    for (int i = 0; i < BACKUP_FILES && rc == RC_OK; i++) {
        const char *const list[] = { "tar", "--list", NULL };
        const char *const pass[] = { "wc", "-c", NULL };
        int plain;
        rc = backup_open(a->arena, &programs, folder, (enum backup_file)i, identity, &plain,
                         &a->err);
        if (rc == RC_OK)
            rc = programs_start(&programs, i == BACKUP_DATABASE ? pass : list, plain, -1, &a->err);
        rc = programs_end(&programs, rc, &a->err);
    }
    return rc;
}

int admin_backup_verify(struct admin *a, int argc, char **argv)
{
    const char *identity = NULL;
    const struct admin_option options[] = { { "--identity", &identity, NULL },
                                            { NULL, NULL, NULL } };
    struct manifest m;
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc != 1)
        return admin_usage("backup verify 需要一个备份");
    enum rc rc = manifest_load(a->arena, argv[0], &m, &a->err);
    if (rc == RC_OK)
        rc = manifest_check(a->arena, argv[0], &m, &a->err);
    if (rc == RC_OK && identity)
        rc = open_all(a, argv[0], identity);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    (void)printf(a->json ? "{\"whole\":true,\"sha256\":\"%s\"}\n"
                         : "备份完整；清单的 SHA-256：%s\n",
                 m.digest);
    return EXIT_OK;
}
