/*
 * The closing of a campaign by rule liancha-draw/2: what its teams are drawn from, in one text
 * whose digest is published before the second public value exists, and the teams' seed is made of.
 * fcgi/public/rule-2.md has the format. As of an announcement there is one way to write it.
 */
#ifndef LIANCHA_DOMAIN_DRAW_CLOSING_H
#define LIANCHA_DOMAIN_DRAW_CLOSING_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "domain/draw/draw.h"

/* Digests are lowercase hex. */
struct closing_result {
    const char *draw;
    const char *digest; /* of its result file */
};

struct closing {
    const char *campaign;
    const char *announcement;
    int64_t closed_at;
    const char *secret; /* of the teams: without it the digest would tell what is closed to whoever
                           guesses */
    const struct closing_result *results; /* in the order of the announcement's draws */
    size_t result_count;
    const char *visits; /* of the files of the match … */
    const char *inspectors;
    const char *differences;
};

/* The caller looks at out->full. */
void closing_write(struct buf *out, const struct closing *from);
/* RC_MALFORMED with "line N" as err->pointer. Texts are in the arena. */
enum rc closing_read(struct arena *a, const char *bytes, size_t size, struct closing *out,
                     struct err *err) RC_CHECKED;

#endif
