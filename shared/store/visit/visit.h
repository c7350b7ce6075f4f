/*
 * Visits: one entry into one enterprise for all departments of a campaign (R17). They are made from
 * the drawn tasks once, get their dates, and are dispatched to the inspectors' phones. Visits of
 * several campaigns on one day are one entry (joint_id).
 *
 * Who carries out a task: the department of the plan department's kind in the stratum's region,
 * else the plan's department itself.
 */
#ifndef LIANCHA_STORE_VISIT_H
#define LIANCHA_STORE_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/visit/visitplan.h"
#include "store/draw/campaign.h"
#include "sys/db.h"
#include "sys/list.h"

#define VISIT_DOOR_CODE 9 /* eight characters and a NUL */

/* The first end date of the campaign's plans: all visits take place by then (R21). */
enum rc visit_ends_on(struct db *db, int64_t campaign_id, int32_t *date) RC_CHECKED;

/* A selected place of a draw, and who carries it out. */
struct visit_task {
    int64_t draw_id;
    int64_t subject_id;
    int64_t department_id;
    struct visitplan_task plan; /* the same by codes, as visitplan_make takes it */
};

enum rc visit_tasks(struct db *db, struct arena *a, int64_t campaign_id, struct visit_task **tasks,
                    size_t *n) RC_CHECKED;
/* A specialty of the campaign's tasks without any inspection item; NULL: there is none. */
enum rc visit_uncovered_specialty(struct db *db, struct arena *a, int64_t campaign_id,
                                  const char **name) RC_CHECKED;
/* The items of a section are at most so many: it is shown, reviewed and published as one. The
   department of that one, or with 0 of one of the campaign, that has more; NULL: none has. */
enum { VISIT_CHECKS_MAX = 1000 };
enum rc visit_overlong_section(struct db *db, struct arena *a, int64_t campaign_id,
                               int64_t section_id, const char **department) RC_CHECKED;

/*
 * Stores a plan made from these tasks: visits, sections, tasks, and a check for the newest version
 * of every item of each section's specialties. door_codes: one per visit of the plan. RC_CONFLICT
 * when the campaign has visits already. checks: the number of checks made.
 */
enum rc visit_create(struct db *db, struct arena *a, const struct campaign *campaign,
                     const struct visit_task *tasks, const struct visitplan *plan,
                     const char (*door_codes)[VISIT_DOOR_CODE], int64_t *checks) RC_CHECKED;
enum rc visit_count(struct db *db, int64_t campaign_id, int64_t *n) RC_CHECKED;

/* ---- dates and dispatch ---- */

/*
 * Planned visits to be dated: stop.inspectors and stop.subject index the lists below. A stop may be
 * until the last day of its campaign's plans.
 */
struct visit_stops {
    int64_t *visit_ids;
    struct visitplan_stop *stops;
    const char **door_codes;
    bool *shared; /* others are of its entry */
    size_t count;
    int64_t *inspector_ids;
    unsigned *inspector_daily; /* visits a day by the inspector's own limit */
    const char **cards;
    size_t inspector_count;
    int64_t *subject_ids; /* ascending, as inspector_ids are */
    size_t subject_count;
    const char **standing_codes; /* door codes of the window's entries, by visit_standing */
};

/*
 * The first statement of a transaction that gives dates or dispatches: those of all campaigns come
 * one after another, and each sees what the one before it did.
 */
enum rc visit_take_turn(struct db *db) RC_CHECKED;

/* Of the campaign's visits that are not dispatched yet, pinned ones too. */
enum rc visit_stops_planned(struct db *db, struct arena *a, int64_t campaign_id,
                            struct visit_stops *out) RC_CHECKED;
/* Of one visit, dispatched or not. */
enum rc visit_stop_one(struct db *db, struct arena *a, int64_t visit_id,
                       struct visit_stops *out) RC_CHECKED;
/* Of the campaign's visits that a schedule may date: not dispatched, not pinned. */
enum rc visit_stops(struct db *db, struct arena *a, int64_t campaign_id,
                    struct visit_stops *out) RC_CHECKED;
/* Of those of all campaigns that their departments offer for joint planning (joint.h). */
enum rc visit_stops_offered(struct db *db, struct arena *a, const char *city,
                            struct visit_stops *out) RC_CHECKED;
/*
 * What stands from first to last beside the stops, as their inspectors and subjects see it, into
 * window: dispatched visits, and where planned also the dated ones that are no stops.
 */
enum rc visit_standing(struct db *db, struct arena *a, struct visit_stops *stops, int32_t first,
                       int32_t last, bool planned, struct visitplan_window *window) RC_CHECKED;

/* By stop: its date (VISITPLAN_NO_DATE: none), the visit whose number its entry has, and the door
   code that all of the entry share. */
struct visit_outcome {
    const int32_t *dates;
    const int64_t *entries;
    const char **door_codes;
    size_t entry_count; /* new ones */
    size_t joined;      /* stops that go with what stands */
    size_t shared;      /* entries of several campaigns */
};

/* fresh: by stop a door code for the visit that leaves others, who keep the old one. */
void visit_outcome(struct arena *a, const struct visit_stops *stops,
                   const struct visitplan_window *window, const int32_t *dates,
                   const char (*fresh)[VISIT_DOOR_CODE], struct visit_outcome *out);
/* Of visits that are not dispatched and not pinned; what has changed has another version. */
enum rc visit_set_dates(struct db *db, struct arena *a, const struct visit_stops *stops,
                        const struct visit_outcome *outcome) RC_CHECKED;

/* ---- by hand ---- */

/* Whether somebody has recorded anything; lock: nobody does before the end
   of the transaction. */
enum rc visit_begun(struct db *db, int64_t visit_id, bool lock, bool *begun) RC_CHECKED;
/* Whether it has too few inspectors on its day, as visit_held: then the cards of those who cannot
   come, which may be none; else NULL. */
enum rc visit_understaffed(struct db *db, struct arena *a, int64_t visit_id, int64_t minimum,
                           const char **unfit) RC_CHECKED;
/* Whether its plan is drawn again, so that it never goes out. */
enum rc visit_redrawn(struct db *db, int64_t visit_id, bool *redrawn) RC_CHECKED;
/* The only stop, dispatched or not; where it is not, it is pinned. RC_STALE: not that version. */
enum rc visit_move(struct db *db, struct arena *a, const struct visit_stops *stop,
                   const struct visit_outcome *outcome, int64_t version) RC_CHECKED;
/* The day that a visit loses, and why. It stays what it is, dispatched or not, and gets another day
   as any: by hand, or, before the dispatch, by a schedule. */
struct visit_cancelled {
    int32_t from;
    const char *kind; /* of visit_cancel_kinds: what the enterprise may read */
    const char *reason;
};
extern const struct row_label visit_cancel_kinds[];
/* The only stop, dated, whose outcome has no date; RC_STALE: not that version. */
enum rc visit_cancel(struct db *db, struct arena *a, const struct visit_stops *stop,
                     const struct visit_outcome *outcome, int64_t version,
                     const struct visit_cancelled *why) RC_CHECKED;
/* A dated visit that is not dispatched; RC_STALE. */
enum rc visit_pin(struct db *db, int64_t visit_id, bool pinned, int64_t version) RC_CHECKED;

/* Planned visits that lack a date, or inspectors (below minimum, or a specialty that none holds),
   or whose plan is drawn again (store/draw/draw.h). */
struct visit_held {
    const char *code;
    bool undated;
    bool past; /* its day is over */
    bool understaffed;
    bool redrawn;
    int64_t count;
};
/* At most limit of them, by code; each says how many they all are. */
enum rc visit_held(struct db *db, struct arena *a, int64_t campaign_id, int32_t today,
                   int64_t minimum, int64_t limit, struct row_page *held) RC_CHECKED;
/* The planned visits of which visit_held says nothing: their ids, ascending. */
enum rc visit_ready(struct db *db, struct arena *a, int64_t campaign_id, int32_t today,
                    int64_t minimum, int64_t **ids, size_t *n) RC_CHECKED;
enum rc visit_dispatch(struct db *db, struct arena *a, const int64_t *ids, size_t n,
                       int64_t now) RC_CHECKED;

/* ---- reading ---- */

struct visit {
    int64_t id;
    const char *code;
    int64_t campaign_department_id;
    const char *subject_code;
    const char *subject_name;
    const char *address;
    const char *region;
    const char *lead;    /* code of the lead department */
    int64_t departments; /* that have a section */
    int32_t planned_on;  /* 0: not dated */
    const char *state;
    const char *door_code;
    const char *campaign;
    bool pinned;            /* schedules keep its day */
    int32_t cancelled_from; /* the day that was taken from it; 0: none, or it has another one */
    const char *cancelled_kind;
    const char *cancelled_reason;
    int64_t version;
};

extern const struct row_label visit_states[];
extern const struct row_set visit_rows;
/* Those of a campaign; scope: its id, and twice the department of whose sections they have, 0 for
   any. */
extern const struct list visit_list;
enum rc visit_by_code(struct db *db, struct arena *a, const char *code,
                      struct visit *out) RC_CHECKED;

struct visit_section {
    int64_t section; /* its id */
    int64_t department_id;
    const char *department;
    const char *department_name;
    const char *state;
    const char *result_class; /* NULL before the sign-off */
    const char *specialties;  /* codes, comma-separated */
    int64_t checks;
};

extern const struct row_set visit_section_rows;

enum rc visit_sections(struct db *db, struct arena *a, int64_t visit_id,
                       struct row_page *sections) RC_CHECKED;

/* ---- a calendar ---- */

enum { VISIT_DAYS = 42 }; /* six weeks: those that a month's days stand in */

/* A dated visit, as a calendar and a plan of places show it. */
struct visit_day {
    int32_t planned_on;
    const char *code;
    const char *subject_name;
    const char *region;
    const char *address;
    const char *departments; /* codes, comma-separated */
    const char *cards;       /* of its inspectors, comma-separated; "": none yet */
    const char *inspectors;  /* their names, in the same order */
    const char *state;
    int64_t sections;
    int64_t completed; /* of the sections: signed or accepted */
    double lon;        /* NAN: no place is known; so lat */
    double lat;
};

/*
 * Those of VISIT_DAYS days, of all campaigns; scope: the first day twice, then twice the department
 * that has a section there or initiated the campaign.
 */
extern const struct list visit_day_list;

#endif
