#include "admin/audit_heads.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"
#include "sys/clock.h"

#define MARK "liancha-audit-heads/1"
#define END "end\t"
enum { FILE_MAX = 256 << 20, LINE = 200 };

static enum rc refused(const char *path, struct err *err)
{
    return err_set(err, RC_UNAVAILABLE, path, "无法写入");
}

/* Whole on disk, or not there. */
static enum rc write_file(const char *path, const struct buf *text, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (fd < 0)
        return refused(path, err);
    bool whole = write(fd, text->p, text->n) == (ssize_t)text->n && fsync(fd) == 0;
    if (close(fd) == 0 && whole)
        return RC_OK;
    (void)unlink(path);
    return refused(path, err);
}

enum rc audit_heads_save(struct arena *a, const char *folder, const struct audit_heads *heads,
                         const char **path, char digest[DIGEST_HEX], struct err *err)
{
    struct buf text;
    char hex[DIGEST_HEX];
    char at[INSTANT_TEXT];
    buf_init(&text, a, FILE_MAX);
    buf_puts(&text, MARK "\n");
    for (size_t i = 0; i < heads->n; i++) {
        hex_encode(hex, heads->v[i].hash, DIGEST_SIZE);
        buf_printf(&text, "%s\t%" PRId64 "\t%s\n", heads->v[i].chain, heads->v[i].seq, hex);
    }
    buf_printf(&text, END "%zu\n", heads->n);
    if (text.full)
        return err_set(err, RC_TOO_LARGE, "", "链过多");
    instant_format(at, clock_now());
    *path = arena_printf(a, "%s/audit-heads-%s.txt", folder, at);
    digest_hex(DIGEST_SHA256, text.p, text.n, digest);
    return write_file(*path, &text, err);
}

static bool read_line(struct arena *a, char *line, struct audit_head *out)
{
    char *parts[3];
    if (text_split(line, '\t', parts, 3) != 3 || !*parts[0] ||
        !int_parse(parts[1], 0, INT64_MAX, &out->seq) ||
        !hex_decode(out->hash, DIGEST_SIZE, parts[2]))
        return false;
    out->chain = arena_strdup(a, parts[0]);
    return true;
}

static size_t count_lines(FILE *f)
{
    size_t n = 0;
    for (int c; (c = getc(f)) != EOF;)
        n += c == '\n';
    rewind(f);
    return n;
}

/* The next line without its end; false at the end, or when it is longer than any head. */
static bool next_line(FILE *f, char line[LINE])
{
    if (!fgets(line, LINE, f))
        return false;
    char *end = strchr(line, '\n');
    if (end)
        *end = '\0';
    return end != NULL;
}

enum rc audit_heads_load(struct arena *a, const char *path, struct audit_heads *out,
                         struct err *err)
{
    char line[LINE];
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(err, RC_INVALID, path, "无法读取");
    size_t lines = count_lines(f);
    int64_t count = -1;
    bool sound = next_line(f, line) && strcmp(line, MARK) == 0;
    out->v = arena_array(a, lines + 1, sizeof *out->v);
    out->n = 0;
    while (sound && next_line(f, line)) {
        if (strncmp(line, END, sizeof END - 1) == 0) {
            sound = int_parse(line + sizeof END - 1, 0, INT64_MAX, &count);
            break;
        }
        sound = read_line(a, line, &out->v[out->n]) &&
                (out->n == 0 || strcmp(out->v[out->n - 1].chain, out->v[out->n].chain) < 0);
        out->n++;
    }
    sound = sound && count == (int64_t)out->n && getc(f) == EOF && !ferror(f);
    (void)fclose(f);
    return sound ? RC_OK : err_set(err, RC_INVALID, path, "不是链尾文件，或已损坏");
}
