/*
 * What citizens may read: the public_* views and nothing else. A campaign appears with its
 * announcement, its snapshots and results with the draw, a result of an inspection with its
 * publication.
 */
#ifndef LIANCHA_STORE_DISCLOSURE_H
#define LIANCHA_STORE_DISCLOSURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/draw/chance.h"
#include "domain/draw/draw.h"
#include "sys/db.h"
#include "sys/row.h"

/* ---- names ---- */

struct disclosure_name {
    const char *code;
    const char *name;
};

struct disclosure_names {
    const struct disclosure_name *v; /* ascending by code */
    size_t n;
};

enum disclosure_list { DISCLOSURE_REGIONS, DISCLOSURE_DEPARTMENTS, DISCLOSURE_SPECIALTIES };
enum { DISCLOSURE_NAMES_MAX = 2000 };

enum rc disclosure_names(struct db *db, struct arena *a, enum disclosure_list which,
                         struct disclosure_names *out) RC_CHECKED;
/* The code itself when it is none of them. */
const char *disclosure_name(const struct disclosure_names *names, const char *code);

/* ---- results of inspections ---- */

/* NULL or 0 where nothing is asked. */
struct disclosure_search {
    const char *sought;     /* part of a name or a code, as search_text makes it */
    const char *department; /* name */
    const char *region;     /* code */
    const char *result_class;
    const char *kind;
    const char *specialty; /* codes */
    const char *plan;
    const char *item;
    int32_t from; /* checked on or after */
    int32_t to;
    bool has_from;
    bool has_to;
    int64_t before; /* id */
    int64_t limit;
};

struct disclosure_result {
    int64_t id;
    const char *kind; /* "inspection", "penalty" */
    int64_t published_at;
    int32_t due_on;
    const char *subject_code;
    const char *subject_name;
    const char *department_name;
    const char *region_name;
    int32_t checked_on;
    const char *result_class;
    int64_t version;
    int64_t corrected_at; /* 0: never */
    const char *payload;  /* a JSON object as it was frozen; NULL in lists, as what follows */
    char payload_hash[DIGEST_HEX];
    const char *corrected_reason;
    const char *telephone; /* of the department; "": none */
};

/* What stays of a publication that was taken back. */
struct disclosure_retraction {
    int64_t id;
    const char *kind;
    const char *department_name;
    int64_t published_at;
    int64_t stopped_at;
    const char *stopped_cause; /* as publication_retract_causes */
    const char *stopped_reason;
};

/* As they are listed, and as open data. */
extern const struct row_set disclosure_result_rows;

/* Those that became public last. */
enum rc disclosure_recent(struct db *db, struct arena *a, int64_t limit,
                          struct row_page *results) RC_CHECKED;
/*
 * Newest first. One search walks DISCLOSURE_WALK entries of an index at most, whatever it asks for,
 * so a page may have fewer rows than the limit, or none, and another behind it nevertheless.
 */
enum { DISCLOSURE_COUNTED = 1000, DISCLOSURE_WALK = 10000 };
struct disclosure_found {
    struct row_page rows; /* of struct disclosure_result */
    int64_t next;         /* before which id the next page begins; 0: this is the last */
    int64_t total; /* of the first page: how many the walk met, DISCLOSURE_COUNTED + 1 for more */
    bool whole;    /* the walk met all there are */
};
enum rc disclosure_results(struct db *db, struct arena *a, const struct disclosure_search *search,
                           struct disclosure_found *found) RC_CHECKED;
/* All of one enterprise, by its whole code: the newest day first, of a day by department. */
enum rc disclosure_subject(struct db *db, struct arena *a, const char *code, int64_t limit,
                           struct row_page *results) RC_CHECKED;
enum rc disclosure_result(struct db *db, struct arena *a, int64_t id,
                          struct disclosure_result *out) RC_CHECKED;
enum rc disclosure_retraction(struct db *db, struct arena *a, int64_t id,
                              struct disclosure_retraction *out) RC_CHECKED;

/* ---- draws ---- */

struct disclosure_campaign {
    int64_t id;
    const char *code;
    const char *name;
    const char *region_code;
    const char *department_name;
    const char *rule;
    const char *state; /* "announced" … "abandoned" */
    const char *redraw_reason;
    const char *announcement; /* digest; NULL: abandoned before there was one */
    int64_t announced_at;
    int64_t value_at;
    int64_t latest_at;
    const char *public_value;
    const char *seed;
    int64_t drawn_at;
    const char *secret;
    int64_t opened_at;
    int64_t abandoned_at;
    const char *abandoned_reason;
    int64_t teams_at;
    const char *closing; /* digest of what the teams are drawn from */
    int64_t closed_at;
    const char *teams_value;
    const char *teams_seed;
    const char *teams_secret;
    int64_t teams_drawn_at;
    bool results_open; /* all that was drawn is public; else secret and seed are NULL */
    bool drawn_open;   /* who was drawn is */
};

/* A page of struct disclosure_campaign, the newest first, older than the id before (0: all). */
enum rc disclosure_campaigns(struct db *db, struct arena *a, int64_t before, int64_t limit,
                             struct row_page *campaigns) RC_CHECKED;
enum rc disclosure_campaign(struct db *db, struct arena *a, const char *code,
                            struct disclosure_campaign *out) RC_CHECKED;

/* The campaign of that announcement. */
enum rc disclosure_announced(struct db *db, struct arena *a, const char *digest,
                             struct disclosure_campaign *out) RC_CHECKED;
/* The campaign of that closing. */
enum rc disclosure_closed(struct db *db, struct arena *a, const char *digest,
                          struct disclosure_campaign *out) RC_CHECKED;
/* "announcement", "pulse", "key", "closing", "teams-pulse" as they were stored; *text is NULL when
   there is none. */
enum rc disclosure_text(struct db *db, struct arena *a, int64_t campaign_id, const char *name,
                        const char **text, size_t *size) RC_CHECKED;

/* A campaign that drew plans of this one again. */
struct disclosure_later {
    const char *code;
    const char *state;
    const char *redraw_reason;
    int64_t announced_at;
};

enum { DISCLOSURE_LATER_MAX = 100 };

enum rc disclosure_later(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct disclosure_later **list, size_t *count) RC_CHECKED;

struct disclosure_draw {
    int64_t id;
    const char *code;
    const char *plan_code;
    const char *department_name;
    int64_t frozen_at;
    const char *snapshot_sha256;
    int64_t snapshot_bytes;
    int64_t snapshot_lines;
    const char *roster_sha256;
    int64_t roster_bytes;
    int64_t roster_lines;      /* inspectors */
    const char *result_sha256; /* NULL: not drawn */
    const char *drawn_sha256;  /* NULL: who was drawn is not public with the draw */
};

/* Bytewise by code, the order of the seed. */
enum rc disclosure_draws(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct disclosure_draw **draws, size_t *count) RC_CHECKED;

struct disclosure_pick {
    const char *stratum;
    int64_t position;
    const char *subject_code;
    const char *subject_name;
    bool selected;
    char score[DIGEST_HEX]; /* "": held back */
};

/* A page of struct disclosure_pick of one stratum, by position, behind after. */
enum rc disclosure_picks(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                         int64_t after, int64_t limit, struct row_page *picks) RC_CHECKED;

/* Who had which weight in a stratum, ascending, with the chances at its quota; at most 255. */
enum rc disclosure_chances(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                           const struct chance **list, size_t *count) RC_CHECKED;

/* ---- files of a bundle, piece by piece ---- */

typedef enum rc disclosure_bytes(void *data, const char *bytes, size_t n);

/* The snapshot as it was frozen. */
enum rc disclosure_snapshot(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                            void *data) RC_CHECKED;
/* The roster as it was frozen. */
enum rc disclosure_roster(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                          void *data) RC_CHECKED;
/* What changed in the directory before the freeze, and its size. */
enum rc disclosure_change_file(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                               void *data) RC_CHECKED;
enum rc disclosure_change_size(struct db *db, int64_t draw_id, int64_t *bytes) RC_CHECKED;
/* The result file as it was drawn, and its size. */
enum rc disclosure_result_file(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                               void *data) RC_CHECKED;
enum rc disclosure_result_size(struct db *db, int64_t draw_id, int64_t *bytes) RC_CHECKED;
/* Who was drawn, with the reserves as digests, and its size; 0 bytes: there is no such file. */
enum rc disclosure_drawn_file(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                              void *data) RC_CHECKED;
enum rc disclosure_drawn_size(struct db *db, int64_t draw_id, int64_t *bytes) RC_CHECKED;

/* ---- the match of inspectors, and what changed after it ---- */

enum { DISCLOSURE_CHANGES_MAX = 20000 };

/* name: "inspectors", "visits", "teams", "differences"; 0 bytes when the inspectors were not
   drawn. */
enum rc disclosure_match_bytes(struct db *db, int64_t campaign_id, const char *name,
                               int64_t *bytes) RC_CHECKED;
enum rc disclosure_match_file(struct db *db, int64_t campaign_id, const char *name,
                              disclosure_bytes *fn, void *data) RC_CHECKED;
/* Whole files into out, whose arena is set. The caller looks at out->full. */
enum rc disclosure_adjustments(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out) RC_CHECKED;
enum rc disclosure_substitutes(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out) RC_CHECKED;

#endif
