#include "sys/settings.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { SECRET_FILE_MAX = 4096 };

enum kind {
    TEXT,
    NUMBER, /* int64_t, in the unit of the key times scale */
    SIZE,   /* size_t */
    LEVEL,
    SECRET,    /* a file whose first line is the value */
    KEY,       /* a file of 64 hex characters */
    CREDENTIAL /* a file of app_id= and secret= lines */
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
    { "web", "prefix", TEXT, offsetof(struct settings, prefix), "/liancha", 0, 0, 0 },
    { "web", "base_url", TEXT, offsetof(struct settings, base_url), "http://127.0.0.1:8080", 0, 0,
      0 },
    { "web", "body_max_bytes", SIZE, offsetof(struct settings, body_max), "1048576", 1024, 16777216,
      1 },
    { "web", "arena_max_bytes", SIZE, offsetof(struct settings, arena_max), "67108864", 1048576,
      4294967296, 1 },
    { "security", "key_file", KEY, offsetof(struct settings, key), NULL, 0, 0, 0 },
    { "security", "session_minutes", NUMBER, offsetof(struct settings, session_ms), "720", 5, 1440,
      60000 },
    { "security", "login_max_failures", NUMBER, offsetof(struct settings, login_max_failures), "5",
      3, 20, 1 },
    { "security", "lock_minutes", NUMBER, offsetof(struct settings, lock_ms), "15", 1, 1440,
      60000 },
    { "evidence", "directory", TEXT, offsetof(struct settings, evidence_dir),
      "/var/lib/liancha/evidence", 0, 0, 0 },
    { "evidence", "max_bytes", NUMBER, offsetof(struct settings, evidence_max), "52428800", 1024,
      1073741824, 1 },
    { "credit", "target", TEXT, offsetof(struct settings, credit_target), "henan", 0, 0, 0 },
    { "credit", "url", TEXT, offsetof(struct settings, credit_url), NULL, 0, 0, 0 },
    { "credit", "ca_file", TEXT, offsetof(struct settings, credit_ca_file),
      "/etc/ssl/certs/ca-certificates.crt", 0, 0, 0 },
    { "credit", "credential_file", CREDENTIAL, offsetof(struct settings, credit_app_id), NULL, 0, 0,
      0 },
    { "credit", "timeout_ms", NUMBER, offsetof(struct settings, credit_timeout_ms), "10000", 100,
      120000, 1 },
    { "credit", "idle_ms", NUMBER, offsetof(struct settings, credit_idle_ms), "1000", 10, 600000,
      1 },
    { "log", "level", LEVEL, offsetof(struct settings, log_level), "info", 0, 0, 0 },
};
enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static const char *const program_sections[] = { "planner", "mobile",  "public", "pushd",
                                                "admin",   "migrate", NULL };
/* Files that only these programs open: a program must not need to be able to read another's. */
static bool program_reads(const struct key *k, const char *section)
{
    if (k->kind == KEY)
        return strcmp(section, "planner") == 0 || strcmp(section, "mobile") == 0;
    if (k->kind == CREDENTIAL)
        return strcmp(section, "pushd") == 0;
    return true;
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

static bool set_credential(struct load *l, const struct key *k, char *text)
{
    char *lines[8];
    size_t n = text_split(text, '\n', lines, 8);
    for (size_t i = 0; i < n && n <= 8; i++) {
        char *line = text_trim(lines[i]);
        if (strncmp(line, "app_id=", 7) == 0)
            l->out->credit_app_id = line + 7;
        else if (strncmp(line, "secret=", 7) == 0)
            l->out->credit_secret = line + 7;
    }
    if (!l->out->credit_app_id || !l->out->credit_secret)
        return fail(l, k->section, k->name, "凭据文件须含 app_id= 与 secret= 两行");
    return true;
}

static bool set_from_file(struct load *l, const struct key *k, const char *path)
{
    if (!program_reads(k, l->section))
        return true;
    char *text = read_secret(l->arena, path);
    if (!text)
        return fail(l, k->section, k->name, "指定的文件无法读取或过大");
    if (k->kind == CREDENTIAL)
        return set_credential(l, k, text);
    text = text_trim(text);
    if (k->kind == KEY) {
        if (hex_decode(l->out->key, SEAL_KEY_SIZE, text))
            return true;
        return fail(l, k->section, k->name, "密钥文件须为 64 个小写十六进制字符");
    }
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
        } else if (strcmp(keys[i].section, "*") == 0) {
            (void)fail(&l, section, keys[i].name, "缺少必需的设置项");
            return RC_INVALID;
        } else if ((keys[i].kind == KEY || keys[i].kind == CREDENTIAL) &&
                   program_reads(&keys[i], section)) {
            (void)fail(&l, keys[i].section, keys[i].name, "缺少必需的设置项");
            return RC_INVALID;
        }
    }
    return RC_OK;
}
