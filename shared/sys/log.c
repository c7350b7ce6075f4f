#include "sys/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "sys/clock.h"

enum { LINE_MAX_BYTES = 2048 };

static const char *const level_names[] = { "error", "warn", "info", "debug", NULL };

static const char *program_name = "liancha";
static const char *current_request;
static enum log_level threshold = LOG_INFO;

void log_init(const char *program, enum log_level level)
{
    program_name = program;
    threshold = level;
}

bool log_level_parse(const char *text, enum log_level *level)
{
    int i = text_index(level_names, text);
    if (i < 0)
        return false;
    *level = (enum log_level)i;
    return true;
}

void log_request(const char *request_id)
{
    current_request = request_id;
}

/* Writes text to out with control bytes as \xNN; returns the bytes written. */
static size_t escape(char *out, size_t room, const char *text)
{
    size_t n = 0;
    for (; *text && n + 5 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7F)
            n += (size_t)snprintf(out + n, room - n, "\\x%02x", c);
        else
            out[n++] = (char)c;
    }
    return n;
}

static void __attribute__((format(printf, 2, 0)))
write_line(enum log_level level, const char *format, va_list args)
{
    char message[LINE_MAX_BYTES];
    (void)vsnprintf(message, sizeof message, format, args);
    char now[INSTANT_TEXT];
    instant_format(now, clock_now());
    char line[LINE_MAX_BYTES + 256];
    int head = snprintf(line, sizeof line, "%s level=%s program=%s%s%.64s ", now,
                        level_names[level], program_name, current_request ? " request=" : "",
                        current_request ? current_request : "");
    size_t n = (size_t)head;
    n += escape(line + n, sizeof line - n - 1, message);
    line[n++] = '\n';
    /* One write, so that lines of several workers do not mix; nothing can be done if it fails. */
    ssize_t written = write(STDERR_FILENO, line, n);
    (void)written;
}

void log_write(enum log_level level, const char *format, ...)
{
    if (level > threshold)
        return;
    va_list args;
    va_start(args, format);
    write_line(level, format, args);
    va_end(args);
}

enum rc log_file_fault(const char *what, const char *path)
{
    int code = errno;
    log_error("%s %s: %s", what, path, strerror(code));
    return code == ENOSPC || code == EDQUOT || code == EFBIG ? RC_NO_SPACE : RC_INTERNAL;
}

void log_bug(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_line(LOG_ERROR, format, args);
    va_end(args);
#ifdef LIANCHA_TESTS
    abort();
#endif
}
