/*
 * Visits: one entry into one enterprise for all departments of a campaign (R17). They are made from
 * the drawn tasks once, get their dates, and are dispatched to the inspectors' phones.
 *
 * Who carries out a task: the department of the plan department's kind in the stratum's region, else
 * the plan's department itself.
 */
#ifndef LIANCHA_STORE_VISIT_H
#define LIANCHA_STORE_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/visitplan.h"
#include "store/campaign.h"
#include "sys/db.h"

#define VISIT_DOOR_CODE 9 /* eight characters and a NUL */

/* The first end date of the campaign's plans: all visits take place by then (R21). */
enum rc visit_ends_on(struct db *db, int64_t campaign_id, int32_t *date) RC_CHECKED;

/* A selected place of a draw, and who carries it out. */
struct visit_task {
    int64_t draw_id;
    int64_t subject_id;
    int64_t department_id;
    struct visitplan_task plan; /* the same by codes, as visitplan_merge takes it */
};

enum rc visit_tasks(struct db *db, struct arena *a, int64_t campaign_id, struct visit_task **tasks,
                    size_t *n) RC_CHECKED;
/* A specialty of the campaign's tasks without any inspection item; NULL: there is none. */
enum rc visit_uncovered_specialty(struct db *db, struct arena *a, int64_t campaign_id,
                                  const char **name) RC_CHECKED;

/*
 * Stores a plan made from these tasks: visits, sections, tasks, and a check for the newest version of
 * every item of each section's specialties. door_codes: one per visit of the plan. RC_CONFLICT when
 * the campaign has visits already. checks: the number of checks made.
 */
enum rc visit_create(struct db *db, struct arena *a, const struct campaign *campaign,
                     const struct visit_task *tasks, const struct visitplan *plan,
                     const char (*door_codes)[VISIT_DOOR_CODE], int64_t *checks) RC_CHECKED;
enum rc visit_count(struct db *db, int64_t campaign_id, int64_t *n) RC_CHECKED;

/* ---- dates and dispatch ---- */

/* A planned visit to be dated: stop.inspectors and stop.departments index the two lists below. */
struct visit_stops {
    int64_t *visit_ids;
    struct visitplan_stop *stops;
    size_t count;
    int64_t *inspector_ids;
    unsigned *inspector_daily; /* visits a day by the inspector's own limit */
    size_t inspector_count;
    size_t department_count;
};

/* Of the visits that are not dispatched yet. */
enum rc visit_stops(struct db *db, struct arena *a, int64_t campaign_id,
                    struct visit_stops *out) RC_CHECKED;
/* dates: one per stop; VISITPLAN_NO_DATE takes an earlier date away. */
enum rc visit_set_dates(struct db *db, struct arena *a, const struct visit_stops *stops,
                        const int32_t *dates) RC_CHECKED;

/* Planned visits that lack a date, or inspectors (below minimum, or a specialty that none holds), or
   whose plan is drawn again (store/draw.h). */
struct visit_held {
    const char *code;
    bool undated;
    bool understaffed;
    bool redrawn;
};
/* At most limit of them, by code; count: all of them. */
enum rc visit_held(struct db *db, struct arena *a, int64_t campaign_id, int64_t minimum,
                   int64_t limit, struct visit_held **held, size_t *n, int64_t *count) RC_CHECKED;
/* The planned visits of which visit_held says nothing become dispatched. Their ids, ascending. */
enum rc visit_dispatch(struct db *db, struct arena *a, int64_t campaign_id, int64_t minimum,
                       int64_t **ids, size_t *n) RC_CHECKED;

/* ---- reading ---- */

struct visit {
    int64_t id;
    const char *code;
    int64_t campaign_department_id;
    const char *subject_code;
    const char *subject_name;
    const char *address;
    const char *region;
    const char *lead; /* code of the lead department */
    int32_t planned_on;
    bool dated;
    const char *state;
    const char *door_code;
    int64_t sections;
};

/* Visits of a campaign behind a visit code. department_id: only those it takes part in; 0: all. */
enum rc visit_list(struct db *db, struct arena *a, int64_t campaign_id, int64_t department_id,
                   const char *after, int64_t limit, struct visit **visits, size_t *n) RC_CHECKED;
enum rc visit_by_code(struct db *db, struct arena *a, const char *code,
                      struct visit *out) RC_CHECKED;

struct visit_section {
    int64_t id;
    int64_t department_id;
    const char *department;
    const char *department_name;
    const char *state;
    const char *result_class; /* NULL before the sign-off */
    const char *specialties;  /* codes, comma-separated */
    int64_t checks;
};

enum rc visit_sections(struct db *db, struct arena *a, int64_t visit_id,
                       struct visit_section **sections, size_t *n) RC_CHECKED;

#endif
