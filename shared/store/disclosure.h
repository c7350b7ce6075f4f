/*
 * What citizens may read: the public_* views and nothing else. A campaign appears with its commitment,
 * its snapshots and results with the reveal, a result of an inspection with its publication.
 */
#ifndef LIANCHA_STORE_DISCLOSURE_H
#define LIANCHA_STORE_DISCLOSURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"

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
    const char *code;       /* of the enterprise, exactly */
    const char *name;       /* part of its name */
    const char *department; /* name */
    const char *region;     /* code */
    const char *result_class;
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
    const char *department;
    const char *region;
    int32_t checked_on;
    const char *result_class;
    const char *payload; /* a JSON object as it was frozen; NULL in lists */
    char payload_hash[DIGEST_HEX];
};

/* Newest first. */
enum rc disclosure_results(struct db *db, struct arena *a, const struct disclosure_search *search,
                           const struct disclosure_result **results, size_t *count) RC_CHECKED;
enum rc disclosure_result(struct db *db, struct arena *a, int64_t id,
                          struct disclosure_result *out) RC_CHECKED;

/* ---- draws ---- */

struct disclosure_campaign {
    int64_t id;
    const char *code;
    const char *name;
    const char *region;
    const char *department;
    const char *rule;
    const char *state; /* "committed" … "abandoned" */
    const char *redraw_why;
    const char *secret_hash;
    int64_t committed_at;
    const char *public_value;
    const char *public_source;
    const char *witnesses;
    int64_t valued_at;
    const char *seed;
    int64_t drawn_at;
    const char *secret;
    const char *nonce; /* NULL before the reveal, and without rosters */
    int64_t revealed_at;
    int64_t abandoned_at;
    const char *abandoned_why;
};

enum rc disclosure_campaigns(struct db *db, struct arena *a, int64_t before, int64_t limit,
                             const struct disclosure_campaign **campaigns,
                             size_t *count) RC_CHECKED;
enum rc disclosure_campaign(struct db *db, struct arena *a, const char *code,
                            struct disclosure_campaign *out) RC_CHECKED;

struct disclosure_draw {
    int64_t id;
    const char *code;
    const char *plan;
    const char *plan_name;
    const char *department;
    int64_t frozen_at;
    const char *sha256;
    int64_t bytes;
    int64_t lines;
    const char *roster_sha256; /* NULL: frozen before there were rosters */
    int64_t roster_bytes;
    int64_t inspectors; /* its lines */
};

/* Bytewise by code, the order of the seed. */
enum rc disclosure_draws(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct disclosure_draw **draws, size_t *count) RC_CHECKED;

struct disclosure_quota {
    const char *stratum;
    int64_t quota;
    int64_t eligible;
};

/* Bytewise by stratum. */
enum rc disclosure_quotas(struct db *db, struct arena *a, int64_t draw_id,
                          const struct disclosure_quota **quotas, size_t *count) RC_CHECKED;

struct disclosure_pick {
    const char *stratum;
    int64_t position;
    const char *subject_code;
    const char *subject_name;
    bool selected;
    char score[DIGEST_HEX];
};

/* Of one stratum, by position, behind after. */
enum rc disclosure_picks(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                         int64_t after, int64_t limit, const struct disclosure_pick **picks,
                         size_t *count) RC_CHECKED;

/* ---- files of a bundle, piece by piece ---- */

typedef enum rc disclosure_bytes(void *data, const char *bytes, size_t n);

/* The snapshot as it was frozen. */
enum rc disclosure_snapshot(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                            void *data) RC_CHECKED;
/* The roster as it was frozen. */
enum rc disclosure_roster(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                          void *data) RC_CHECKED;
/* The result file as it was drawn, and its size. */
enum rc disclosure_result_file(struct db *db, int64_t draw_id, disclosure_bytes *fn,
                               void *data) RC_CHECKED;
enum rc disclosure_result_size(struct db *db, int64_t draw_id, int64_t *bytes) RC_CHECKED;

/* ---- the match of inspectors, and what changed after it ---- */

enum { DISCLOSURE_CHANGES_MAX = 20000 };

/* name: "inspectors", "visits", "teams", "differences"; 0 bytes when the inspectors were not drawn, the
   last also without rosters. */
enum rc disclosure_match_bytes(struct db *db, int64_t campaign_id, const char *name,
                               int64_t *bytes) RC_CHECKED;
enum rc disclosure_match_file(struct db *db, int64_t campaign_id, const char *name,
                              disclosure_bytes *fn, void *data) RC_CHECKED;
/* Whole files into out, whose arena is set. The caller looks at out->full. */
enum rc disclosure_adjustments(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out) RC_CHECKED;
enum rc disclosure_substitutes(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out) RC_CHECKED;
/* How many lines both have: rows are only added, so this tells whether the bundle changed. */
enum rc disclosure_changes(struct db *db, int64_t campaign_id, int64_t changes[2]) RC_CHECKED;

#endif
