#include "sys/settings.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { SECRET_FILE_MAX = 4096, FILES_MAX = 128 };

enum kind {
    TEXT,
    NUMBER, /* int64_t, in the unit of the key times scale */
    SIZE,   /* size_t */
    YES_NO, /* bool */
    LEVEL,
    SECRET, /* a file whose first line is the value */
    PEM,    /* a file that is the value; none: "" */
    KEYS,   /* a file of keys, see sys/keyring */
};

/* A key whose section is "*" stands in the program's own section. */
static const struct key {
    const char *section;
    const char *name;
    enum kind kind;
    size_t offset;
    const char *fallback; /* NULL: the program cannot do without, when it needs it */
    int64_t min;
    int64_t max;
    int64_t scale;
} keys[] = {
    { "database", "socket", TEXT, offsetof(struct settings, db_socket), "/run/mysqld/mysqld.sock",
      0, 0, 0 },
    { "database", "name", TEXT, offsetof(struct settings, db_name), "liancha", 0, 0, 0 },
    { "*", "db_user", TEXT, offsetof(struct settings, db_user), NULL, 0, 0, 0 },
    { "*", "db_password_file", SECRET, offsetof(struct settings, db_password), NULL, 0, 0, 0 },
    { "*", "audit_key_file", KEYS, offsetof(struct settings, audit_keys), NULL, 0, 0, 0 },
    { "web", "prefix", TEXT, offsetof(struct settings, prefix), "/liancha", 0, 0, 0 },
    { "web", "base_url", TEXT, offsetof(struct settings, base_url), "http://127.0.0.1:8080", 0, 0,
      0 },
    { "web", "cookie_secure", YES_NO, offsetof(struct settings, cookie_secure), "yes", 0, 0, 0 },
    { "web", "body_max_bytes", SIZE, offsetof(struct settings, body_max), "1048576", 1024, 16777216,
      1 },
    { "web", "arena_max_bytes", SIZE, offsetof(struct settings, arena_max), "67108864", 1048576,
      4294967296, 1 },
    { "security", "draw_key_file", KEYS, offsetof(struct settings, draw_keys), NULL, 0, 0, 0 },
    { "security", "token_key_file", KEYS, offsetof(struct settings, token_keys), NULL, 0, 0, 0 },
    { "security", "account_key_file", KEYS, offsetof(struct settings, account_keys), NULL, 0, 0,
      0 },
    { "security", "person_key_file", KEYS, offsetof(struct settings, person_keys), NULL, 0, 0, 0 },
    { "security", "objection_key_file", KEYS, offsetof(struct settings, objection_keys), NULL, 0, 0,
      0 },
    { "security", "cursor_key_file", KEYS, offsetof(struct settings, cursor_keys), NULL, 0, 0, 0 },
    { "security", "session_minutes", NUMBER, offsetof(struct settings, session_ms), "720", 5, 1440,
      60000 },
    { "security", "idle_minutes", NUMBER, offsetof(struct settings, idle_ms), "30", 5, 1440,
      60000 },
    { "security", "sessions_max", NUMBER, offsetof(struct settings, sessions_max), "5", 1, 100, 1 },
    { "security", "passwords_at_once", NUMBER, offsetof(struct settings, passwords_at_once), "2", 1,
      64, 1 },
    { "security", "login_max_failures", NUMBER, offsetof(struct settings, login_max_failures), "5",
      3, 20, 1 },
    { "security", "lock_minutes", NUMBER, offsetof(struct settings, lock_ms), "15", 1, 1440,
      60000 },
    { "bundle", "directory", TEXT, offsetof(struct settings, bundle_dir),
      "/var/lib/liancha/bundles", 0, 0, 0 },
    { "counters", "directory", TEXT, offsetof(struct settings, counters_dir),
      "/run/liancha/counters", 0, 0, 0 },
    { "evidence", "directory", TEXT, offsetof(struct settings, evidence_dir),
      "/var/lib/liancha/evidence", 0, 0, 0 },
    { "evidence", "max_bytes", NUMBER, offsetof(struct settings, evidence_max), "52428800", 1024,
      1073741824, 1 },
    { "beacon", "name", TEXT, offsetof(struct settings, beacon_name), "", 0, 0, 0 },
    { "beacon", "certificate_file", PEM, offsetof(struct settings, beacon_certificate), "", 0, 0,
      0 },
    { "beacon", "url", TEXT, offsetof(struct settings, beacon_url), "", 0, 0, 0 },
    { "beacon", "ca_file", TEXT, offsetof(struct settings, beacon_ca_file),
      "/etc/ssl/certs/ca-certificates.crt", 0, 0, 0 },
    { "timestamp", "url", TEXT, offsetof(struct settings, timestamp_url), "", 0, 0, 0 },
    { "timestamp", "ca_file", TEXT, offsetof(struct settings, timestamp_ca_file),
      "/etc/ssl/certs/ca-certificates.crt", 0, 0, 0 },
    { "timestamp", "authority_file", PEM, offsetof(struct settings, timestamp_authorities), "", 0,
      0, 0 },
    { "log", "level", LEVEL, offsetof(struct settings, log_level), "info", 0, 0, 0 },
    { "log", "json", YES_NO, offsetof(struct settings, log_json), "no", 0, 0, 0 },
};
enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static const char *const program_sections[] = { "planner", "mobile", "public",  "pushd", "draw",
                                                "watch",   "admin",  "migrate", NULL };
/* Files that only these programs open, between commas: a program must not need to be able to read
   another's. */
static const char *readers_of(const struct key *k)
{
    static const struct {
        const char *name;
        const char *readers;
    } files[] = {
        { "audit_key_file", ",planner,mobile,pushd,draw,admin," },
        { "draw_key_file", ",planner,draw," },
        { "token_key_file", ",mobile," },
        { "cursor_key_file", ",mobile," },
        { "account_key_file", ",planner," },
        { "person_key_file", ",planner,admin," },
        { "objection_key_file", ",planner,public," },
        { "certificate_file", ",planner,draw," },
        { "authority_file", ",planner,draw," },
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (strcmp(files[i].name, k->name) == 0)
            return files[i].readers;
    return NULL;
}

static bool program_reads(const struct key *k, const char *section)
{
    const char *readers = readers_of(k);
    const char *at = readers ? strstr(readers, section) : NULL;
    return !readers || (at && at[-1] == ',' && at[strlen(section)] == ',');
}

struct load {
    struct arena *arena;
    const char *section;
    struct settings *out;
    struct err *err;
    bool seen[KEY_COUNT];
    bool failed;
};

static bool fail(struct load *l, const char *section, const char *name, const char *why)
{
    char pointer[120];
    (void)snprintf(pointer, sizeof pointer, "[%s] %s", section, name);
    l->failed = true;
    return err_set(l->err, RC_INVALID, pointer, "%s", why) == RC_OK;
}

/* Reads a small file into the arena; NULL when it cannot be read or is too long. */
static char *read_secret(struct arena *a, const char *path)
{
    char text[SECRET_FILE_MAX + 1];
    FILE *f = fopen(path, "re");
    if (!f)
        return NULL;
    size_t n = fread(text, 1, sizeof text, f);
    int closed = fclose(f);
    if (closed != 0 || n == sizeof text)
        return NULL;
    text[n] = '\0';
    return arena_strdup(a, text);
}

static bool set_from_file(struct load *l, const struct key *k, const char *path)
{
    if (k->kind == PEM)
        *(const char **)(void *)((char *)l->out + k->offset) = "";
    if (!program_reads(k, l->section) || (k->kind == PEM && !*path))
        return true;
    char *text = read_secret(l->arena, path);
    if (!text)
        return fail(l, k->section, k->name, "指定的文件无法读取或过大");
    if (k->kind == KEYS) {
        if (keyring_parse(text, (struct keyring *)(void *)((char *)l->out + k->offset)))
            return true;
        return fail(l, k->section, k->name, "密钥文件须为每行 64 个小写十六进制字符");
    }
    text = text_trim(text);
    *(const char **)(void *)((char *)l->out + k->offset) = text;
    return true;
}

static bool set_value(struct load *l, const struct key *k, const char *value)
{
    void *field = (char *)l->out + k->offset;
    int64_t number;
    switch (k->kind) {
    case TEXT:
        *(const char **)field = arena_strdup(l->arena, value);
        return true;
    case NUMBER:
    case SIZE:
        if (!int_parse(value, k->min, k->max, &number))
            return fail(l, k->section, k->name, "须为允许范围内的整数");
        if (k->kind == NUMBER)
            *(int64_t *)field = number * k->scale;
        else
            *(size_t *)field = (size_t)number;
        return true;
    case YES_NO:
        *(bool *)field = strcmp(value, "yes") == 0;
        if (*(bool *)field || strcmp(value, "no") == 0)
            return true;
        return fail(l, k->section, k->name, "须为 yes 或 no");
    case LEVEL:
        if (log_level_parse(value, field))
            return true;
        return fail(l, k->section, k->name, "须为 error、warn、info 或 debug");
    default:
        return set_from_file(l, k, value);
    }
}

static const struct key *find_key(const char *section, const char *name)
{
    bool program = text_index(program_sections, section) >= 0;
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].section, program ? "*" : section) == 0 &&
            strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

/* inih's callback: 1 goes on. */
static int on_pair(void *data, const char *section, const char *name, const char *value)
{
    struct load *l = data;
    const struct key *k = find_key(section, name);
    if (strncmp(section, "target.", 7) == 0) {
        const char *why = target_set(l->arena, &l->out->targets, section, name, value);
        return why ? fail(l, section, name, why) : 1;
    }
    if (!k)
        return fail(l, section, name, "未知的设置项");
    if (strcmp(k->section, "*") == 0 && strcmp(section, l->section) != 0)
        return 1; /* another program's account */
    if (l->seen[k - keys])
        return fail(l, section, name, "设置项重复");
    l->seen[k - keys] = true;
    return set_value(l, k, value);
}

enum rc settings_load(struct arena *a, const char *path, const char *section, struct settings *out,
                      struct err *err)
{
    struct load l = { .arena = a, .section = section, .out = out, .err = err };
    memset(out, 0, sizeof *out);
    out->path = arena_strdup(a, path);
    /* inih hands over a truncated value before it reports a line of 200 bytes or more: any
       result but 0 refuses the whole file. */
    int line = ini_parse(path, on_pair, &l);
    if (l.failed)
        return RC_INVALID;
    if (line != 0)
        return err_set(err, RC_INVALID, path,
                       line < 0 ? "无法打开设置文件" : "设置文件第 %d 行有误或过长", line);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (l.seen[i])
            continue;
        if (keys[i].fallback) {
            if (!set_value(&l, &keys[i], keys[i].fallback))
                return RC_INVALID;
        } else if ((strcmp(keys[i].section, "*") == 0 || readers_of(&keys[i])) &&
                   program_reads(&keys[i], section)) {
            (void)fail(&l, *keys[i].section == '*' ? section : keys[i].section, keys[i].name,
                       "缺少必需的设置项");
            return RC_INVALID;
        }
    }
    return targets_complete(a, &out->targets, err);
}

struct look {
    struct arena *arena;
    const char *section;
    const char *name;
    const char *found;
};

static int on_look(void *data, const char *section, const char *name, const char *value)
{
    struct look *l = data;
    if (strcmp(section, l->section) == 0 && strcmp(name, l->name) == 0)
        l->found = arena_strdup(l->arena, value);
    return 1;
}

enum rc settings_text(struct arena *a, const char *path, const char *section, const char *name,
                      const char **out, struct err *err)
{
    struct look l = { .arena = a, .section = section, .name = name };
    if (ini_parse(path, on_look, &l) != 0 || !l.found)
        return err_set(err, RC_INVALID, name, "设置文件中没有这一项");
    *out = l.found;
    return RC_OK;
}

struct files {
    struct arena *arena;
    struct settings_file v[FILES_MAX];
    size_t n;
};

static bool names_file(const char *name)
{
    size_t n = strlen(name);
    return strcmp(name, "client_cert") == 0 || strcmp(name, "client_key") == 0 ||
           (n > 5 && strcmp(name + n - 5, "_file") == 0);
}

static int on_file(void *data, const char *section, const char *name, const char *value)
{
    struct files *f = data;
    if (!*value || !names_file(name))
        return 1;
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->v[i].path, value) == 0)
            return 1;
    if (f->n == FILES_MAX)
        return 0;
    f->v[f->n++] = (struct settings_file){ .section = arena_strdup(f->arena, section),
                                           .name = arena_strdup(f->arena, name),
                                           .path = arena_strdup(f->arena, value) };
    return 1;
}

enum rc settings_files(struct arena *a, const char *path, const struct settings_file **out,
                       size_t *count, struct err *err)
{
    struct files *f = arena_alloc(a, sizeof *f);
    f->arena = a;
    if (ini_parse(path, on_file, f) != 0)
        return err_set(err, RC_INVALID, path, "设置文件无法读取，或指明的文件过多");
    *out = f->v;
    *count = f->n;
    return RC_OK;
}
