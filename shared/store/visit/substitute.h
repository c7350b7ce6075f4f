/*
 * Substitutes: a selected subject that cannot be inspected gives its place to the next reserve of
 * its stratum, with the reason on record. The results of the draw stay as they are; tasks, sections
 * and visits follow as far as nothing was recorded at the visit.
 */
#ifndef LIANCHA_STORE_SUBSTITUTE_H
#define LIANCHA_STORE_SUBSTITUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/field/feed.h"
#include "sys/db.h"
#include "sys/list.h"

struct substitute_draw {
    int64_t id;
    int64_t department_id;
    int64_t campaign_id;
    const char *campaign;
    bool drawn;
    const char *code;
    const char *rule;
    const char *secret; /* of the campaign; "" before it is drawn */
};

/* Locks draw and campaign; comes before any other read. */
enum rc substitute_lock(struct db *db, struct arena *a, const char *draw,
                        struct substitute_draw *out) RC_CHECKED;

/* A subject's place in a stratum. RC_NOT_FOUND: it has none. */
struct substitute_place {
    int64_t subject_id;
    bool standing; /* selected or a substitute, and not substituted */
};

struct substitute_task {
    bool made; /* visits were made and this is one of their tasks */
    int64_t section_id;
    int64_t visit_id;
    bool dispatched;
    bool untouched; /* nothing recorded at the visit */
};

/* The task of a subject by code, its section locked. */
enum rc substitute_task_lock(struct db *db, int64_t draw_id, const char *subject,
                             const char *specialty, struct substitute_task *out) RC_CHECKED;
enum rc substitute_place(struct db *db, int64_t draw_id, const char *stratum, const char *subject,
                         struct substitute_place *out) RC_CHECKED;

struct substitute_reserve {
    int64_t position;
    int64_t subject_id;
    const char *subject;
};

/* RC_NOT_FOUND: no reserve is left. */
enum rc substitute_next(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                        struct substitute_reserve *out) RC_CHECKED;

/* What a planner asked for, and a reviewer decides. */
struct substitute_request {
    int64_t id;
    int64_t draw_id;
    const char *draw; /* its code */
    const char *stratum;
    const char *subject; /* its code */
    int64_t subject_id;
    const char *reason;
    const char *state; /* "requested", "approved", "refused" */
    int64_t requested_by;
};

/* Of draw_id, stratum, subject_id, reason, requested_by. RC_STATE: it is asked for already. */
enum rc substitute_ask(struct db *db, const struct substitute_request *request, int64_t now,
                       int64_t *id) RC_CHECKED;
enum rc substitute_request_by_id(struct db *db, struct arena *a, int64_t id,
                                 struct substitute_request *out) RC_CHECKED;
/* RC_STATE when it was decided already. */
enum rc substitute_decide(struct db *db, int64_t id, bool approved, int64_t account_id,
                          const char *reason, int64_t now) RC_CHECKED;
/* How many a draw has within its limit, and how many it drew. */
enum rc substitute_share(struct db *db, int64_t draw_id, int64_t *made, int64_t *drawn) RC_CHECKED;
/* exception: beyond the limit. */
enum rc substitute_record(struct db *db, const struct substitute_draw *draw,
                          const struct substitute_request *request,
                          const struct substitute_reserve *reserve, bool exception,
                          int64_t approved_by, int64_t now) RC_CHECKED;

/* What has to be told to the phones. */
struct substitute_gone {
    struct feed_item *items;
    size_t n;
    bool visit; /* the visit itself went */
};

/* Takes an untouched task back, and with it what it leaves without a task: checks, the section with
   its team, the visit. */
enum rc substitute_withdraw(struct db *db, struct arena *a, int64_t draw_id, int64_t subject_id,
                            const char *specialty, const struct substitute_task *task,
                            struct substitute_gone *gone) RC_CHECKED;

struct substitute_made {
    int64_t visit_id;
    int64_t section_id;
    bool dispatched; /* the visit was there and is on the phones */
};

/* The substitute's task, in its visit of this campaign when it has one. RC_STATE when its section
   there is signed. */
enum rc substitute_make(struct db *db, struct arena *a, const struct substitute_draw *draw,
                        const char *stratum, const struct substitute_reserve *reserve,
                        const char *door_code, struct substitute_made *out) RC_CHECKED;

/* What was asked for, as it is listed. */
struct substitute_asked {
    int64_t id;
    const char *stratum;
    const char *subject;
    const char *name;
    const char *reason;
    const char *state;
    const char *requested_by;
    int64_t requested_at;
    const char *decided_by; /* NULL, 0: not decided yet */
    int64_t decided_at;
    const char *decision_reason;
};

extern const struct row_set substitute_asked_rows;
/* Those of a draw (scope: its id). */
extern const struct list substitute_asked_list;

struct substitute {
    int64_t id;
    const char *stratum;
    const char *subject;
    const char *substitute;
    int64_t position;
    const char *reason;
    const char *made_by;
    int64_t made_at;
};

extern const struct row_set substitute_rows;
/* Those of a draw (scope: its id). */
extern const struct list substitute_list;

#endif
