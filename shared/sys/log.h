/*
 * One line per event on standard error, for the supervisor to collect:
 *   2023-11-10T08:00:00.123Z level=info program=liancha-planner request=… message
 * or, where that is wanted, a JSON object:
 *   {"at":"2023-11-10T08:00:00.123Z","level":"info","program":"liancha-planner","request":"…",
 *    "message":"…"}
 * Control bytes are escaped, so a value cannot forge a line. Never pass a secret.
 */
#ifndef LIANCHA_SYS_LOG_H
#define LIANCHA_SYS_LOG_H

#include <stdbool.h>

#include "base/rc.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* program is kept, not copied. */
void log_init(const char *program, enum log_level level);
/* Lines from now on are JSON, or not. */
void log_as_json(bool json);
bool log_level_parse(const char *text, enum log_level *level);
/* The request id that the following lines carry; NULL for none. Kept, not copied. */
void log_request(const char *request_id);

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An event at level info with members, name=value after name=value; no value has a blank. As JSON
   its name is the message, and each member one of the object; what is a number is one. */
void log_event(const char *name, const char *members, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)

/* What errno says of a file, logged: RC_NO_SPACE where the disk, a quota or the largest size of a
   file (of which SIGXFSZ tells, and each program ignores it) ended it, else RC_INTERNAL. */
enum rc log_file_fault(const char *what, const char *path);

/* A mistake in our own code: an error's line and, where the tests are built, the end of the
   process. */
void log_bug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
