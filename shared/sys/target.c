#include "sys/target.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { CREDENTIAL_MAX = 4096, DAY_MINUTES = 1440, CHINA_MINUTES = 480 };

static const char section_prefix[] = "target.";
static const char *const kind_names[] = { "inspection", "penalty", "retraction", NULL };
static const char *const transports[] = { "https", "files", NULL };
static const char *const signatures[] = { "hmac-sha256", "hmac-sm3", NULL };
static const char *const encodings[] = { "utf-8", "gb18030", NULL };

enum form { TEXT, NUMBER, TRANSPORT, SIGNATURE, KINDS, HOURS, ENCODING };

/* Who cannot do without a key that has no default. */
enum needs { BOTH, HTTPS, FILES };

static const struct key {
    const char *name;
    enum form form;
    size_t offset;
    const char *fallback;
    enum needs needs;
    int64_t min;
    int64_t max;
} keys[] = {
    { "transport", TRANSPORT, 0, NULL, BOTH, 0, 0 },
    { "signature", SIGNATURE, 0, "hmac-sha256", BOTH, 0, 0 },
    { "kinds", KINDS, 0, "inspection,penalty", BOTH, 0, 0 },
    { "hours", HOURS, 0, "00:00-24:00", BOTH, 0, 0 },
    { "credential_file", TEXT, offsetof(struct target, credential_file), NULL, BOTH, 0, 0 },
    { "at_once", NUMBER, offsetof(struct target, at_once), "8", BOTH, 1, TARGET_AT_ONCE_MAX },
    { "timeout_ms", NUMBER, offsetof(struct target, timeout_ms), "10000", BOTH, 100, 120000 },
    { "idle_ms", NUMBER, offsetof(struct target, idle_ms), "1000", BOTH, 10, 600000 },
    { "break_after", NUMBER, offsetof(struct target, break_after), "20", BOTH, 1, 1000 },
    { "break_ms", NUMBER, offsetof(struct target, break_ms), "30000", BOTH, 100, 3600000 },
    { "compare_days", NUMBER, offsetof(struct target, compare_days), "30", BOTH, 0, 3650 },
    { "code_accepted", TEXT, offsetof(struct target, code_accepted), NULL, BOTH, 0, 0 },
    { "code_duplicate", TEXT, offsetof(struct target, code_duplicate), "", BOTH, 0, 0 },
    { "code_absent", TEXT, offsetof(struct target, code_absent), NULL, HTTPS, 0, 0 },
    { "code_nothing", TEXT, offsetof(struct target, code_nothing), "", BOTH, 0, 0 },
    { "code_again", TEXT, offsetof(struct target, code_again), "", BOTH, 0, 0 },
    { "receipt_form", TEXT, offsetof(struct target, receipt_form), NULL, BOTH, 0, 0 },
    { "url", TEXT, offsetof(struct target, url), NULL, HTTPS, 0, 0 },
    { "ca_file", TEXT, offsetof(struct target, ca_file), "/etc/ssl/certs/ca-certificates.crt", BOTH,
      0, 0 },
    { "client_cert", TEXT, offsetof(struct target, client_cert), "", BOTH, 0, 0 },
    { "client_key", TEXT, offsetof(struct target, client_key), "", BOTH, 0, 0 },
    { "publish_path", TEXT, offsetof(struct target, publish_path), NULL, HTTPS, 0, 0 },
    { "retract_path", TEXT, offsetof(struct target, retract_path), NULL, HTTPS, 0, 0 },
    { "receipt_path", TEXT, offsetof(struct target, receipt_path), NULL, HTTPS, 0, 0 },
    { "sign_text", TEXT, offsetof(struct target, sign_text), NULL, HTTPS, 0, 0 },
    { "envelope", TEXT, offsetof(struct target, envelope), "{body}", BOTH, 0, 0 },
    { "answer_code", TEXT, offsetof(struct target, answer_code), "code", BOTH, 0, 0 },
    { "answer_message", TEXT, offsetof(struct target, answer_message), "message", BOTH, 0, 0 },
    { "answer_field", TEXT, offsetof(struct target, answer_field), "field", BOTH, 0, 0 },
    { "answer_receipt", TEXT, offsetof(struct target, answer_receipt), "receipt", BOTH, 0, 0 },
    { "answer_message_id", TEXT, offsetof(struct target, answer_message_id), "messageId", BOTH, 0,
      0 },
    { "directory", TEXT, offsetof(struct target, directory), NULL, FILES, 0, 0 },
    { "encoding", ENCODING, 0, "gb18030", BOTH, 0, 0 },
};
enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static const char *set_kinds(struct arena *a, struct target *t, const char *value)
{
    char *names[TARGET_KINDS];
    size_t n = text_split(arena_strdup(a, value), ',', names, TARGET_KINDS);
    for (size_t i = 0; i < n || i == 0; i++) {
        int kind = n && n <= TARGET_KINDS ? text_index(kind_names, text_trim(names[i])) : -1;
        if (kind < 0 || kind == TARGET_RETRACTION)
            return "须为 inspection、penalty，以逗号分隔";
        t->takes[kind] = true;
    }
    return NULL;
}

/* "HH:MM" in minutes, or -1. */
static int minute_of(const char *text)
{
    char hours[3] = { 0 };
    int64_t h;
    int64_t m;
    if (strlen(text) != 5 || text[2] != ':')
        return -1;
    memcpy(hours, text + (text[0] == '0'), 2U - (text[0] == '0'));
    if (!int_parse(hours, 0, 24, &h) || !int_parse(text + 3 + (text[3] == '0'), 0, 59, &m) ||
        h * 60 + m > DAY_MINUTES)
        return -1;
    return (int)(h * 60 + m);
}

static const char *set_hours(struct arena *a, struct target *t, const char *value)
{
    char *ends[2];
    if (text_split(arena_strdup(a, value), '-', ends, 2) == 2) {
        t->from_minute = minute_of(ends[0]);
        t->until_minute = minute_of(ends[1]);
        if (t->from_minute >= 0 && t->until_minute > t->from_minute)
            return NULL;
    }
    return "须为一天之内的时段，如 08:00-20:00";
}

static const char *set_choice(const char *const *names, const char *value, int *out)
{
    *out = text_index(names, value);
    return *out < 0 ? "不是可选的值" : NULL;
}

static const char *set_key(struct arena *a, struct target *t, const struct key *k,
                           const char *value)
{
    int choice = 0;
    const char *why = NULL;
    void *field = (char *)t + k->offset;
    switch (k->form) {
    case TEXT:
        *(const char **)field = arena_strdup(a, value);
        break;
    case NUMBER:
        why = int_parse(value, k->min, k->max, field) ? NULL : "须为允许范围内的整数";
        break;
    case TRANSPORT:
        why = set_choice(transports, value, &choice);
        t->transport = choice == TARGET_FILES ? TARGET_FILES : TARGET_HTTPS;
        break;
    case SIGNATURE:
        why = set_choice(signatures, value, &choice);
        t->signature = choice == TARGET_HMAC_SM3 ? TARGET_HMAC_SM3 : TARGET_HMAC_SHA256;
        break;
    case KINDS:
        why = set_kinds(a, t, value);
        break;
    case HOURS:
        why = set_hours(a, t, value);
        break;
    case ENCODING:
        why = set_choice(encodings, value, &choice);
        t->gb18030 = choice == 1;
        break;
    }
    return why;
}

static void add_pair(struct arena *a, struct target_pairs *pairs, const char *name,
                     const char *value)
{
    struct target_pair *pair = arena_alloc(a, sizeof *pair);
    *pair = (struct target_pair){ arena_strdup(a, name), arena_strdup(a, value), NULL };
    if (pairs->last)
        pairs->last->next = pair;
    else
        pairs->first = pair;
    pairs->last = pair;
}

static struct target_pairs *pairs_of(struct target *t, const char *what)
{
    int kind = text_index(kind_names, what);
    if (kind >= 0)
        return &t->fields[kind];
    if (strcmp(what, "headers") == 0)
        return &t->headers;
    return strcmp(what, "words") == 0 ? &t->words : NULL;
}

struct target *target_find(struct targets *ts, const char *name)
{
    for (size_t i = 0; i < ts->n; i++)
        if (strcmp(ts->v[i].name, name) == 0)
            return &ts->v[i];
    return NULL;
}

static struct target *find_or_add(struct arena *a, struct targets *ts, const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t n = strlen(name);
    struct target *t = target_find(ts, name);
    if (t || !n || n > TARGET_NAME_MAX || strspn(name, letters) != n || ts->n == TARGETS_MAX)
        return t;
    t = &ts->v[ts->n++];
    *t = (struct target){ .name = arena_strdup(a, name), .seen = arena_alloc(a, KEY_COUNT) };
    return t;
}

const char *target_set(struct arena *a, struct targets *ts, const char *section, const char *name,
                       const char *value)
{
    char *parts[2];
    size_t n = strncmp(section, section_prefix, strlen(section_prefix)) == 0
                   ? text_split(arena_strdup(a, section + strlen(section_prefix)), '.', parts, 2)
                   : 0;
    struct target *t = n == 1 || n == 2 ? find_or_add(a, ts, parts[0]) : NULL;
    if (!t)
        return "平台的名称须为小写字母、数字、- 与 _，平台不得过多";
    if (n == 2) {
        struct target_pairs *pairs = pairs_of(t, parts[1]);
        if (!pairs)
            return "未知的设置项";
        add_pair(a, pairs, name, value);
        return NULL;
    }
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strcmp(keys[i].name, name) != 0)
            continue;
        if (t->seen[i])
            return "设置项重复";
        t->seen[i] = 1;
        return set_key(a, t, &keys[i], value);
    }
    return "未知的设置项";
}

static enum rc refuse(struct err *err, const struct target *t, const char *key, const char *why)
{
    char pointer[120];
    (void)snprintf(pointer, sizeof pointer, "[target.%s] %s", t->name, key);
    return err_set(err, RC_INVALID, pointer, "%s", why);
}

static bool needed(const struct target *t, const struct key *k)
{
    return k->needs == BOTH || (k->needs == HTTPS) == (t->transport == TARGET_HTTPS);
}

/* What is beyond a cap further on would be lost there without a word. */
static enum rc caps(const struct target *t, struct err *err)
{
    int n = 0;
    for (const struct target_pair *p = t->headers.first; p; p = p->next)
        n++;
    if (n > TARGET_HEADERS_MAX)
        return refuse(err, t, "headers", "请求头不得多于 10 个");
    if (strlen(t->receipt_form) > TARGET_RECEIPT_MAX)
        return refuse(err, t, "receipt_form", "不得长于 80 个字符");
    if (!*t->client_cert != !*t->client_key)
        return refuse(err, t, *t->client_cert ? "client_key" : "client_cert",
                      "客户端证书与其私钥须一并设置");
    return RC_OK;
}

/* A table of an exchange of files has the columns that its target says, for want of any other. */
static enum rc columns(const struct target *t, struct err *err)
{
    for (int kind = 0; t->transport == TARGET_FILES && kind < TARGET_KINDS; kind++)
        if ((t->takes[kind] || kind == TARGET_RETRACTION) && !t->fields[kind].first)
            return refuse(err, t, kind_names[kind], "文件交换须列出各栏");
    return RC_OK;
}

enum rc targets_complete(struct arena *a, struct targets *ts, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < ts->n; i++) {
        struct target *t = &ts->v[i];
        for (size_t k = 0; k < KEY_COUNT; k++) {
            if (t->seen[k])
                continue;
            if (keys[k].fallback)
                (void)set_key(a, t, &keys[k], keys[k].fallback);
            else if (needed(t, &keys[k]))
                return refuse(err, t, keys[k].name, "缺少必需的设置项");
        }
        rc = columns(t, err);
        if (rc == RC_OK)
            rc = caps(t, err);
    }
    return rc;
}

enum rc target_credential(struct arena *a, struct target *t, struct err *err)
{
    char text[CREDENTIAL_MAX + 1];
    char *lines[8];
    FILE *f = fopen(t->credential_file, "re");
    size_t size = f ? fread(text, 1, sizeof text, f) : sizeof text;
    if (f)
        (void)fclose(f);
    if (size == sizeof text)
        return refuse(err, t, "credential_file", "指定的文件无法读取或过大");
    text[size] = '\0';
    size_t n = text_split(arena_strdup(a, text), '\n', lines, 8);
    for (size_t i = 0; i < n && n <= 8; i++) {
        char *line = text_trim(lines[i]);
        if (strncmp(line, "app_id=", 7) == 0)
            t->app_id = line + 7;
        else if (strncmp(line, "secret=", 7) == 0)
            t->secret = line + 7;
    }
    if (t->app_id && t->secret)
        return RC_OK;
    return refuse(err, t, "credential_file", "凭据文件须含 app_id= 与 secret= 两行");
}

bool target_takes(const struct target *t, const char *kind)
{
    int at = text_index(kind_names, kind);
    return at >= 0 && t->takes[at];
}

bool target_open_at(const struct target *t, int64_t now)
{
    int64_t minute = (now / 60000 + CHINA_MINUTES) % DAY_MINUTES;
    return minute >= t->from_minute && minute < t->until_minute;
}
