/* lianchactl draw verify: draw_verify.c opens the bundle and reports, draw_announced.c reads what
   rule 2 announced, draw_closed.c what its teams were drawn from, draw_check.c what rule 1
   committed to, and computes the draws of both, draw_weight.c what weights follow from,
   draw_roster.c the inspectors beside the objects, draw_match.c what follows them, draw_visits.c
   whose visits that are, draw_adjusted.c how that changed. */
#ifndef LIANCHA_ADMIN_DRAW_VERIFY_H
#define LIANCHA_ADMIN_DRAW_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/tar.h"
#include "domain/draw/announcement.h"
#include "domain/draw/draw.h"
#include "domain/draw/roster.h"
#include "sys/json.h"

enum { VERIFY_FINDINGS_MAX = 200, VERIFY_FILES_MAX = 12 + 6 * DRAW_SNAPSHOTS_MAX };

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
    int64_t frozen_at;         /* of rule 2, as announced */
    const char *department;    /* of rule 2: that draws */
    const struct draw_quota *quotas;
    size_t quota_count;
    bool intact;
    size_t lines;
    size_t selected;
    size_t reserves;
    size_t substitutes; /* within the limit */
};

struct verify {
    struct arena *arena;
    struct tar_file *files;
    size_t file_count;
    const char *kept; /* digest of the announcement that somebody noted before; NULL: nobody did */
    const char *authorities; /* PEM, whose timestamps are believed; NULL: nobody's */
    int64_t stamped_at;      /* when an authority had the announcement; 0: that is not shown */
    enum draw_rule rule;
    const char *campaign;
    const char *secret;
    const char *nonce;         /* of rule 1; NULL: the campaign commits to no rosters */
    const char *public_value;  /* of rule 2, NULL: void, and the value was never entered */
    bool is_void;              /* without effect: what it would have drawn */
    bool drawn_once;           /* of rule 2: drawn, and announced to be public with the draw */
    int64_t drawn_at;          /* of rule 2, as the bundle has it */
    size_t substitute_percent; /* of rule 2: the announced limits */
    size_t adjustment_percent;
    int64_t teams_at;        /* of rule 2: the second value's time, as announced */
    int64_t closed_at;       /* of rule 2, as the bundle has it; 0: not closed */
    const char *teams_seed;  /* of rule 2, as the bundle has it; NULL: teams are not drawn */
    const char *match_seed;  /* that teams are drawn from, as the rule has it; NULL: unknown */
    const char *stated_seed; /* as the bundle has it; NULL with the value */
    char computed_seed[DIGEST_HEX]; /* as the rule has it; "" when it cannot be computed */
    bool committed;                 /* the secret is the one that was committed to */
    bool from_computed;             /* results of a draw follow from that seed */
    bool from_stated;
    bool other_snapshot; /* one that was not committed to */
    struct verify_draw *draws;
    size_t draw_count;
    const struct roster *draw_rosters; /* of each draw; NULL: not read */
    /* "VISIT<TAB>DEPARTMENT" of all sections, of substitutes since the closing too; ascending;
       NULL: unknown */
    const char **sections_known;
    size_t sections_known_count;
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
/* A member's text, or NULL: noted unless it is null and may be. */
const char *verify_text(struct verify *v, const cJSON *object, const char *base, const char *name,
                        bool may_be_null);
/* The same of rule 2, whose root this is: the announcement and what came of it. */
bool verify_announced(struct verify *v, const cJSON *root);
extern const char *const verify_announced_files[]; /* ends with NULL */
/* What the teams were drawn from was closed, and their value is the announced one. */
void verify_closed(struct verify *v, const cJSON *root, const struct announcement *announced);
/* 0 for null, noted when it is something else than a time in its one form. */
/* A time in the one form that they are written in. */
bool verify_instant(const char *text, int64_t *at);
int64_t verify_time(struct verify *v, const cJSON *times, const char *name, bool may_be_null);
/* A value of that source: a pulse in that file, or as typed. member: of draw.json. */
void verify_value(struct verify *v, const struct value_source *source, const char *file,
                  const char *member, const char *value);
/* The rosters against what binds them: the secret, or by rule 2 the announcement. */
void verify_rosters(struct verify *v);
void verify_announced_rosters(struct verify *v);
/*
 * What the match used against intact rosters: every difference narrows and is listed in
 * differences.txt.
 * words: those that the problem was read with. *roster: all of them as one.
 */
void verify_use(struct verify *v, const struct match_problem *problem, struct match_words *words,
                struct roster *roster);
/* A place of a draw: a line of its results. */
struct verify_place {
    const char *draw;
    const char *stratum;
    const char *subject;
    unsigned position;
    bool selected; /* or stood in for one */
    bool replaced;
    bool visited; /* of rule 2: to be visited, as of the closing */
    bool later;   /* of rule 2: stands in since the closing */
};

struct verify_places {
    struct verify_place *v; /* ascending by subject, then draw, then stratum */
    size_t n;
    bool intact; /* of all draws, and sound */
};

/* visits.txt against the places of all draws; v->sections_known. words: those that the problem was
   read with. */
void verify_visits(struct verify *v, const struct verify_places *places,
                   const struct match_problem *problem, const struct match_words *words);
/* Computes one draw again. */
void verify_one(struct verify *v, struct verify_draw *draw);
/* Of an intact snapshot: each weight and reason follows from its facts, and what changed lately is
   what was frozen with it. */
void verify_weights(struct verify *v, const struct verify_draw *d, const struct tar_file *snapshot);
/* After all draws: where secret, public value and seed do not fit, which one was changed. */
void verify_cause(struct verify *v);
/* Substitutes and teams, after all draws. */
void verify_match(struct verify *v);
/* What changed of the teams. */
void verify_adjustments(struct verify *v, const struct roster *roster);
extern const char *const verify_match_files[]; /* ends with NULL */

/* The lines of a text file of the bundle, one after the other. */
enum { VERIFY_FIELDS_MAX = 9 };

struct verify_lines {
    struct verify *v;
    const char *file;
    char *next;
    size_t number;
    char *f[VERIFY_FIELDS_MAX];
};

/* False, noted, when the file is not there or does not begin as it should. */
bool verify_open(struct verify *v, const char *name, const char *head, struct verify_lines *l);
/* The next line, cut into count fields; false behind the last and, noted, when the format is
   broken. */
bool verify_line(struct verify_lines *l, size_t count);
size_t verify_count_lines(const struct tar_file *file);
void verify_note_line(const struct verify_lines *l, const char *what);

#endif
