/* Shared by the texts of the match: lines of inspectors, written and read. */
#ifndef LIANCHA_DOMAIN_MATCH_INTERNAL_H
#define LIANCHA_DOMAIN_MATCH_INTERNAL_H

#include "domain/draw/match_text.h"

extern const char match_inspectors_head[];
extern const char match_visits_head[];

/* ---- writing ---- */

/* Joined by ','. */
void match_put_list(struct buf *out, const char *const *list, size_t n);
/* A line of each but the uncommitted, ascending by card. */
void match_put_inspectors(struct buf *out, const struct match_inspector *inspectors, size_t n,
                          const char *const *specialties);

/* ---- reading ---- */

struct match_reader {
    struct arena *arena;
    struct match_words *words;
    struct err *err;
    char *next; /* a NUL-terminated copy, cut up line by line */
    size_t line;
};

/* RC_MALFORMED, with the line. */
enum rc match_bad(const struct match_reader *r, const char *what);
enum rc match_open(struct match_reader *r, const char *bytes, size_t size) RC_CHECKED;
/* RC_OK with exactly count fields, RC_DONE behind the last line. */
enum rc match_line(struct match_reader *r, char **fields, size_t count) RC_CHECKED;
/* The first line's format and owner. */
enum rc match_head(const struct match_reader *r, char **f, const char *head,
                   const char *owner) RC_CHECKED;
/* All lines that are left, as inspectors ascending by card. */
enum rc match_inspector_lines(struct match_reader *r, struct match_inspector **out,
                              size_t *count) RC_CHECKED;

#endif
