/*
 * What waits for the officials of a department, by kind: each is one statement that reads by an
 * index and stops counting above WORKBENCH_MAX.
 */
#ifndef LIANCHA_STORE_WORKBENCH_H
#define LIANCHA_STORE_WORKBENCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

enum { WORKBENCH_MAX = 1000 };

/* Whose, and as of when. */
struct workbench_ask {
    int64_t department_id;
    int64_t account_id; /* nobody decides what that account asked for */
    int64_t now;
    int32_t today;
    int32_t soon;       /* the last day that is soon: due today or later, and by then */
    int32_t cards;      /* cards that expire before that day */
    int32_t objections; /* received by then, they are to be answered by soon */
    int32_t refresh;    /* directories that were refreshed before that day */
    int32_t midyear;    /* when the summary of the half-year is due that is to be reminded of; 0:
                           none is */
    int32_t annual;     /* the same of the year */
    int64_t midyear_of; /* the year that it is about */
    int64_t annual_of;
};

struct workbench_kind {
    const char *name;    /* as the route that the work is done by, e.g. "section.review" */
    const char *text;    /* for a person */
    unsigned roles;      /* of whom any one is enough */
    const char *urgency; /* "late", "soon", "in-time" of what has a deadline by law; NULL: none */
    /* Where it is listed: a path below the API's, "{target}" in it for the first one's code. */
    const char *list;
    const char *filter; /* of that list, with days and the own department as "{soon}", "{own}" */
    const struct db_stmt *stmt;
    const char *args; /* d department, a account, n now, t today, s soon, c cards, r refresh,
                         o objections, m midyear, e annual */
};
/* Ends with a NULL name. */
extern const struct workbench_kind workbench_kinds[];

struct workbench_count {
    int64_t n;          /* at most WORKBENCH_MAX + 1: more than that */
    int32_t due;        /* the earliest day; 0: there is none */
    const char *target; /* code of a campaign or draw that such work belongs to; NULL: none */
};

enum rc workbench_count(struct db *db, struct arena *a, const struct workbench_kind *kind,
                        const struct workbench_ask *ask, struct workbench_count *out) RC_CHECKED;

#endif
