/*
 * A streaming JSON writer into a buffer. Keys are given inside objects and NULL inside arrays and
 * at the top; commas, escapes and brackets are the writer's. Text must be valid UTF-8. A key in the
 * wrong place and an end too many are mistakes in the code: the process aborts. An end too few
 * shows where the text is used: a reply by web_json_end, a column by its type 'j' (sys/db).
 */
#ifndef LIANCHA_SYS_JSONW_H
#define LIANCHA_SYS_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { JSONW_DEPTH_MAX = 24, JSONW_IDS_BYTES = 16 * 1024 * 1024 };

struct jsonw {
    struct buf *out;
    int depth;
    bool filled[JSONW_DEPTH_MAX]; /* a comma is due */
    char close[JSONW_DEPTH_MAX];
};

void jw_init(struct jsonw *w, struct buf *out);
void jw_object(struct jsonw *w, const char *key);
void jw_array(struct jsonw *w, const char *key);
/* Closes the innermost object or array. */
void jw_end(struct jsonw *w);

/* A NULL text is written as null. */
void jw_text(struct jsonw *w, const char *key, const char *text);
void jw_int(struct jsonw *w, const char *key, int64_t value);
void jw_real(struct jsonw *w, const char *key, double value);
void jw_bool(struct jsonw *w, const char *key, bool value);
void jw_null(struct jsonw *w, const char *key);
/* Days as "YYYY-MM-DD", milliseconds as RFC 3339. */
void jw_date(struct jsonw *w, const char *key, int32_t date);
void jw_instant(struct jsonw *w, const char *key, int64_t instant);
/* An array of ids as a text, for JSON_TABLE; NULL above JSONW_IDS_BYTES. */
const char *jw_ids(struct arena *a, const int64_t *ids, size_t n);
/* json is a complete value already. */
void jw_raw(struct jsonw *w, const char *key, const char *json);

#endif
