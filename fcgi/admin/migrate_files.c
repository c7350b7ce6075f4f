#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/migrate.h"

enum { FILES_MAX = 1999, FILE_MAX_BYTES = 1 << 20 };

static char *read_text(struct admin *a, const char *path)
{
    char *text = NULL;
    FILE *f = fopen(path, "re");
    if (!f)
        return NULL;
    char *bytes = arena_alloc(a->arena, FILE_MAX_BYTES + 1);
    size_t n = fread(bytes, 1, FILE_MAX_BYTES + 1, f);
    if (!ferror(f) && n <= FILE_MAX_BYTES) {
        bytes[n] = '\0';
        text = bytes;
    }
    (void)fclose(f);
    return text;
}

/* Behind the comment that s starts with; s itself when there is none. */
static char *behind_comment(char *s)
{
    if (*s == '#' || (strncmp(s, "--", 2) == 0 && (s[2] == '\0' || isspace((unsigned char)s[2]))))
        return s + strcspn(s, "\n");
    if (strncmp(s, "/*", 2) != 0)
        return s;
    char *end = strstr(s + 2, "*/");
    return end ? end + 2 : s + strlen(s);
}

/* Behind the quoted text that s starts with; s itself when it is none. A doubled quote within it
   reads as the end of one and the start of the next. */
static char *behind_quoted(char *s)
{
    char quote = *s;
    if (quote != '\'' && quote != '"' && quote != '`')
        return s;
    for (s++; *s && *s != quote; s++)
        if (*s == '\\' && quote != '`' && s[1])
            s++;
    return *s ? s + 1 : s;
}

static char *behind_blanks(char *s)
{
    for (;;) {
        while (isspace((unsigned char)*s))
            s++;
        char *next = behind_comment(s);
        if (next == s)
            return s;
        s = next;
    }
}

/* The ';' that ends the statement at s, or the end of the text. */
static char *statement_end(char *s)
{
    while (*s && *s != ';') {
        char *next = behind_quoted(behind_comment(s));
        s = next == s ? s + 1 : next;
    }
    return s;
}

static enum rc split(struct admin *a, struct schema_file *f, char *text)
{
    size_t most = 0;
    for (const char *s = text; *s; s++)
        most += *s == ';';
    f->statements = arena_array(a->arena, most + 1, sizeof *f->statements);
    for (char *s = behind_blanks(text); *s; s = behind_blanks(s)) {
        char *end = statement_end(s);
        if (!*end)
            return err_set(&a->err, RC_INVALID, f->name, "最后一条语句没有以分号结束");
        *end = '\0';
        f->statements[f->count++] = s;
        s = end + 1;
    }
    return f->count ? RC_OK : err_set(&a->err, RC_INVALID, f->name, "文件中没有语句");
}

/* NNNN_name.sql, whose numbers run from 1 without a gap. */
static bool is_version(const char *name)
{
    return strspn(name, "0123456789") == 4 && name[4] == '_';
}

static bool is_named(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && strcmp(name + n, ".sql") == 0;
}

static enum rc list(struct admin *a, struct schema_folder *folder, const char *below)
{
    const char *path = arena_printf(a->arena, "%s/%s", folder->path, below);
    DIR *dir = opendir(path);
    if (!dir)
        return err_set(&a->err, RC_UNAVAILABLE, path, "无法打开目录");
    bool views = *below != '\0';
    for (struct dirent *e; (e = readdir(dir)) && folder->count < FILES_MAX;) {
        const char *name = e->d_name;
        if (!is_named(name) || strlen(below) + strlen(name) >= SCHEMA_NAME ||
            !(views || is_version(name) || strcmp(name, "grants.sql") == 0))
            continue;
        (void)snprintf(folder->files[folder->count++].name, SCHEMA_NAME, "%s%s", below, name);
        folder->versions += !views && is_version(name);
    }
    (void)closedir(dir);
    return RC_OK;
}

static int by_name(const void *x, const void *y)
{
    return strcmp(((const struct schema_file *)x)->name, ((const struct schema_file *)y)->name);
}

static enum rc read_one(struct admin *a, const struct schema_folder *folder, size_t i)
{
    struct schema_file *f = &folder->files[i];
    if (i < folder->versions && strtoul(f->name, NULL, 10) != i + 1)
        return err_set(&a->err, RC_INVALID, f->name, "结构文件的编号不连续");
    char *text = read_text(a, arena_printf(a->arena, "%s/%s", folder->path, f->name));
    if (!text)
        return err_set(&a->err, RC_UNAVAILABLE, f->name, "无法读取文件，或文件过大");
    digest_hex(DIGEST_SHA256, text, strlen(text), f->sha256);
    return split(a, f, text);
}

enum rc schema_folder_read(struct admin *a, struct schema_folder *folder)
{
    folder->files = arena_array(a->arena, FILES_MAX + 1, sizeof *folder->files);
    enum rc rc = list(a, folder, "");
    if (rc == RC_OK)
        rc = list(a, folder, "views/");
    if (rc != RC_OK)
        return rc;
    qsort(folder->files, folder->count, sizeof *folder->files, by_name);
    if (folder->versions == 0)
        return err_set(&a->err, RC_INVALID, folder->path, "目录中没有结构文件");
    if (strcmp(folder->files[folder->versions].name, "grants.sql") != 0)
        return err_set(&a->err, RC_INVALID, folder->path, "目录中没有 grants.sql");
    for (size_t i = 0; rc == RC_OK && i < folder->count; i++)
        rc = read_one(a, folder, i);
    return rc;
}
