/*
 * Inspectors as the rule of the match sees them (struct match_inspector), read from the directory.
 * The columns are here, as macros; which inspectors, the statements of the caller say.
 */
#ifndef LIANCHA_STORE_POOL_H
#define LIANCHA_STORE_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/draw/match_text.h"
#include "sys/db.h"

/* What the database has to be asked with beside the inspectors. */
struct pool_terms {
    int64_t year_start;  /* instant: assignments since then count against max_total */
    int64_t clean_since; /* instant: R30 looks back to it … */
    int64_t clean_limit; /* … for this many clean visits of one inspector to one enterprise */
};

/*
 * Statements of a pool, each followed by a condition on the department d and by POOL_ORDER. The
 * first two parameters of POOL_INSPECTORS are year_start and the campaign whose own assignments do
 * not count.
 */
#define POOL_OF                                                                                    \
    " q JOIN inspector i ON i.id = q.inspector_id JOIN department d ON d.id = i.department_id "    \
    "WHERE "
#define POOL_INSPECTORS                                                                            \
    "SELECT i.id, i.card_no, d.code, d.kind, d.region_code, i.card_expires_on, i.on_duty,"         \
    " i.max_daily, i.max_total, (SELECT COUNT(*) FROM assignment a"                                \
    "  JOIN section x ON x.id = a.section_id JOIN visit w ON w.id = x.visit_id"                    \
    "  JOIN campaign c ON c.id = w.campaign_id WHERE a.inspector_id = i.id AND c.drawn_at >= ?"    \
    "  AND c.id <> ? AND c.state <> 'abandoned')"                                                  \
    " FROM inspector i JOIN department d ON d.id = i.department_id WHERE "
#define POOL_INSPECTORS_TYPES                                                                      \
    "itttt"                                                                                        \
    "Diiii"
#define POOL_SPECIALTIES "SELECT q.inspector_id, q.specialty FROM inspector_specialty" POOL_OF
#define POOL_AREAS "SELECT q.inspector_id, q.region_code AS area FROM inspector_area" POOL_OF
#define POOL_ORDER " ORDER BY 1"
#define POOL_AREAS_ORDER " ORDER BY 1, 2"

/* A statement with its arguments. */
struct pool_source {
    const struct db_stmt *stmt;
    const struct db_val *args;
    size_t arg_count;
};

/* All ascend by the inspector's id; the last three are pairs of it and a text. */
struct pool_sources {
    struct pool_source inspectors;
    struct pool_source specialties;
    struct pool_source areas;
    struct pool_source recusals; /* subject codes */
};

struct pool {
    struct match_inspector *inspectors;
    int64_t *ids;
    size_t n;
};

/* RC_TOO_LARGE beyond the caps of domain/draw/match. */
enum rc pool_read_words(struct db *db, struct arena *a, struct match_words *out,
                        struct err *err) RC_CHECKED;
enum rc pool_read(struct db *db, struct arena *a, const struct match_words *words,
                  const struct pool_sources *from, struct pool *out, struct err *err) RC_CHECKED;

/* A row of pairs (id, text), grouped by ascending id. */
struct pool_pair {
    int64_t id;
    const char *text;
};

struct pool_pairs {
    struct pool_pair *v;
    size_t n;
    size_t next; /* the merge with an ascending list of ids has come to here */
};

enum rc pool_read_pairs(struct db *db, struct arena *a, const struct pool_source *source,
                        struct pool_pairs *out) RC_CHECKED;
/* The specialties of this id; ids are asked in ascending order. */
uint64_t pool_set(const struct match_words *words, struct pool_pairs *pairs, int64_t id);

#endif
