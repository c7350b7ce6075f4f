/* Inspectors and their recusals as lists and pages show them. */
#ifndef LIANCHA_STORE_INSPECTOR_LINE_H
#define LIANCHA_STORE_INSPECTOR_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct inspector_line {
    int64_t id;
    const char *card_no;
    const char *name;
    int64_t department_id;
    const char *department;
    const char *department_name;
    int32_t card_expires_on;
    bool on_duty;
    int64_t max_daily;
    int64_t max_total;
    const char *specialties; /* codes, comma-separated; NULL: none; so the next two */
    const char *specialty_names;
    const char *areas;
    const char *telephone;
    bool synthetic;
};

extern const struct row_set inspector_line_rows;
/* Those of a department and of its kind below it (scope: its id). */
extern const struct list inspector_list;

/* Locks the inspector to the end of the transaction; RC_NOT_FOUND. */
enum rc inspector_lock(struct db *db, const char *card_no) RC_CHECKED;
enum rc inspector_line_by_card(struct db *db, struct arena *a, const char *card_no,
                               struct inspector_line *out) RC_CHECKED;

/* A subject that an inspector must not visit (R33). */
struct recusal_line {
    int64_t id;
    const char *inspector;
    const char *inspector_name;
    const char *subject;
    const char *subject_name;
    const char *reason;
    const char *declared_by; /* login; NULL: from before that was kept, or by lianchactl */
    int64_t declared_at;     /* 0: the same */
};

/* Of the inspectors of one department whose ids are in a range (scope: department, first, last). */
extern const struct list recusal_list;

#endif
