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
static bool as_json;

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

/* The same within a JSON string. */
static size_t escape_json(char *out, size_t room, const char *text)
{
    size_t n = 0;
    for (; *text && n + 7 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7F)
            n += (size_t)snprintf(out + n, room - n, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            n += (size_t)snprintf(out + n, room - n, "\\%c", c);
        else
            out[n++] = (char)c;
    }
    return n;
}

/* None, or whole but for the end of its text. */
static size_t put_text(char *out, size_t room, const char *name, const char *text)
{
    if (strlen(name) + 8 >= room)
        return 0;
    size_t n = (size_t)snprintf(out, room, ",\"%s\":\"", name);
    n += escape_json(out + n, room - n - 1, text);
    out[n++] = '"';
    return n;
}

static size_t put_member(char *out, size_t room, const char *name, const char *value)
{
    int64_t number;
    if (!int_parse(value, 0, INT64_MAX, &number))
        return put_text(out, room, name, value);
    if (strlen(name) + INT_TEXT + 8 >= room)
        return 0;
    return (size_t)snprintf(out, room, ",\"%s\":%s", name, value);
}

/* Text is cut where the line's room ends, and what it holds that is not UTF-8 is left out. */
static size_t json_line(char *line, size_t room, const char *now, enum log_level level,
                        const char *message, char *members)
{
    size_t n =
        (size_t)snprintf(line, room, "{\"at\":\"%s\",\"level\":\"%s\"", now, level_names[level]);
    room -= 3; /* for its end */
    n += put_text(line + n, room - n, "program", program_name);
    if (current_request)
        n += put_text(line + n, room - n, "request", current_request);
    n += put_text(line + n, room - n, "message", message);
    for (char *word = members; word;) {
        char *next = strchr(word, ' ');
        char *value = strchr(word, '=');
        if (next)
            *next++ = '\0';
        if (value) {
            *value++ = '\0';
            n += put_member(line + n, room - n, word, value);
        }
        word = next;
    }
    line[n++] = '}';
    return n;
}

static size_t text_line(char *line, size_t room, const char *now, enum log_level level,
                        const char *message, const char *members)
{
    int head = snprintf(line, room, "%s level=%s program=%s%s%.64s ", now, level_names[level],
                        program_name, current_request ? " request=" : "",
                        current_request ? current_request : "");
    size_t n = (size_t)head;
    n += escape(line + n, room - n - 1, message);
    if (members && n + 2 < room) {
        line[n++] = ' ';
        n += escape(line + n, room - n - 1, members);
    }
    return n;
}

/* One write, so that lines of several workers do not mix; nothing can be done if it fails. */
static void write_line(enum log_level level, char *message, char *members)
{
    char line[LINE_MAX_BYTES + 256];
    char now[INSTANT_TEXT];
    instant_format(now, clock_now());
    utf8_drop_broken(message);
    if (members)
        utf8_drop_broken(members);
    size_t n = as_json ? json_line(line, sizeof line, now, level, message, members)
                       : text_line(line, sizeof line, now, level, message, members);
    line[n++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, n);
    (void)written;
}

void log_as_json(bool json)
{
    as_json = json;
}

void log_write(enum log_level level, const char *format, ...)
{
    char message[LINE_MAX_BYTES];
    if (level > threshold)
        return;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    write_line(level, message, NULL);
}

void log_event(const char *name, const char *members, ...)
{
    char message[64];
    char text[LINE_MAX_BYTES];
    if (LOG_INFO > threshold)
        return;
    va_list args;
    va_start(args, members);
    (void)vsnprintf(text, sizeof text, members, args);
    va_end(args);
    (void)snprintf(message, sizeof message, "%s", name);
    write_line(LOG_INFO, message, text);
}

enum rc log_file_fault(const char *what, const char *path)
{
    int code = errno;
    log_error("%s %s: %s", what, path, strerror(code));
    return code == ENOSPC || code == EDQUOT || code == EFBIG ? RC_NO_SPACE : RC_INTERNAL;
}

void log_bug(const char *format, ...)
{
    char message[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    write_line(LOG_ERROR, message, NULL);
#ifdef LIANCHA_TESTS
    abort();
#endif
}
