/* lianchactl draw verify: draw_verify.c opens the bundle and reports, draw_check.c computes the draws,
   draw_roster.c
   what they commit to beside the objects, draw_match.c what follows them. */
#ifndef LIANCHA_ADMIN_DRAW_VERIFY_H
#define LIANCHA_ADMIN_DRAW_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/tar.h"
#include "domain/draw.h"
#include "domain/roster.h"
#include "sys/json.h"

enum { VERIFY_FINDINGS_MAX = 200, VERIFY_FILES_MAX = 7 + 4 * DRAW_SNAPSHOTS_MAX };

/* Something that is not as it should be. */
struct verify_finding {
    const char *file;  /* of the bundle, or "" */
    const char *where; /* a JSON pointer, or lines and bytes; may be "" */
    const char *what;
};

struct verify_draw {
    const char *id;
    const char *sha256;
    const char *roster_sha256; /* NULL: the draw commits to no roster */
    struct draw_quota *quotas;
    size_t quota_count;
    bool intact;
    size_t lines;
    size_t selected;
    size_t reserves;
};

struct verify {
    struct arena *arena;
    struct tar_file *files;
    size_t file_count;
    enum draw_rule rule;
    const char *campaign;
    const char *secret;
    const char *nonce; /* NULL: the campaign commits to no rosters */
    const char *public_value;
    const char *stated_seed;        /* as the bundle has it */
    char computed_seed[DIGEST_HEX]; /* as the rule has it; "" when it cannot be computed */
    bool committed;                 /* the secret is the one that was committed to */
    bool from_computed;             /* results of a draw follow from that seed */
    bool from_stated;
    bool other_snapshot; /* one that was not committed to */
    struct verify_draw *draws;
    size_t draw_count;
    bool rosters;        /* the campaign commits to them … */
    bool rosters_intact; /* … and they are the ones that it committed to */
    size_t differences;  /* between them and what the match used */
    size_t displaced;    /* whom they would have drawn, but for the differences */
    size_t substitutes;
    bool matched; /* inspectors were drawn, and what follows is known of it */
    size_t sections;
    size_t assignments;
    size_t inspectors_drawn;
    size_t adjustments;
    size_t inspectors_changed;
    struct verify_finding findings[VERIFY_FINDINGS_MAX];
    size_t finding_count; /* may be above the cap: the rest is only counted */
};

void verify_note(struct verify *v, const char *file, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
const struct tar_file *verify_file(const struct verify *v, const char *name);

/* Reads draw.json and computes the commitment and the seed; false when the draws cannot be read. */
bool verify_document(struct verify *v);
/* The rosters against the secret that binds them. */
void verify_rosters(struct verify *v);
/*
 * What the match used against intact rosters: every difference narrows and is listed in differences.txt.
 * words: those that the problem was read with. *roster: all of them as one.
 */
void verify_use(struct verify *v, const struct match_problem *problem, struct match_words *words,
                struct roster *roster);
/* Computes one draw again. */
void verify_one(struct verify *v, struct verify_draw *draw);
/* After all draws: where secret, public value and seed do not fit, which one was changed. */
void verify_cause(struct verify *v);
/* Substitutes, teams and adjustments, after all draws. */
void verify_match(struct verify *v);
extern const char *const verify_match_files[]; /* ends with NULL */

/* The lines of a text file of the bundle, one after the other. */
enum { VERIFY_FIELDS_MAX = 8 };

struct verify_lines {
    struct verify *v;
    const char *file;
    char *next;
    size_t number;
    char *f[VERIFY_FIELDS_MAX];
};

/* False, noted, when the file is not there or does not begin as it should. */
bool verify_open(struct verify *v, const char *name, const char *head, struct verify_lines *l);
/* The next line, cut into count fields; false behind the last and, noted, when the format is broken. */
bool verify_line(struct verify_lines *l, size_t count);
void verify_note_line(const struct verify_lines *l, const char *what);

#endif
