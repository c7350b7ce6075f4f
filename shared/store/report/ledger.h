/* The ledger (台账) of a campaign: its tasks by region and specialty, as printed tables have them;
   and the tasks of a department and of those below it, by campaign. */
#ifndef LIANCHA_STORE_LEDGER_H
#define LIANCHA_STORE_LEDGER_H

#include <stdint.h>

#include "sys/list.h"

struct ledger_line {
    const char *cell; /* region, specialty, department: one row alone */
    const char *region;
    const char *region_name;
    const char *specialty;
    const char *specialty_name;
    const char *department; /* that inspects */
    const char *department_name;
    int64_t tasks;
    int64_t visits;         /* in which they are done; a joint visit counts in several lines */
    int64_t completed;      /* signed or accepted (R27) */
    int64_t closed;         /* accepted, and nothing of it is still to be published */
    int64_t late;           /* not completed, behind the end of their plan (R21) */
    int64_t problems;       /* with anything found */
    double completion_rate; /* percent; so the next */
    double closing_rate;
};

/* Of one campaign, of one department that inspects or of all (scope: today, campaign, department
   or 0, the same again). */
extern const struct list ledger_list;
enum { LEDGER_CELLS_MAX = 5000 };
/* All of them. */
enum rc ledger_cells(struct db *db, struct arena *a, int64_t campaign_id, int32_t today,
                     struct row_page *cells, struct err *err) RC_CHECKED;

struct progress_line {
    const char *line; /* campaign, department: one row alone */
    const char *campaign;
    const char *campaign_name;
    const char *initiator;
    const char *department; /* that inspects */
    const char *department_name;
    int32_t ends_on; /* the first plan of it */
    int64_t tasks;   /* these as in a ledger */
    int64_t visits;
    int64_t completed;
    int64_t closed;
    int64_t late;
    int64_t problems;
    double completion_rate;
    double closing_rate;
};

/* What a department has to do, and each of those of its kind in the regions below (scope: today,
   the department). */
extern const struct list progress_list;

/* The same of a report about a period, but for what was done with before it began: checked, and its
   plan at its end. */
struct report_line {
    const char *line;
    const char *campaign;
    const char *campaign_name;
    const char *department;
    const char *department_name;
    int32_t ends_on;
    int64_t tasks;
    int64_t visits;
    int64_t completed;
    int64_t closed;
    int64_t late;
    int64_t problems;
    double completion_rate;
    double closing_rate;
    int64_t period_completed; /* signed within the period */
    int64_t period_problems;  /* of these, with anything found */
};
/* As a report holds them (scope: its id). */
extern const struct list report_line_list;
enum { REPORT_LINES_MAX = 5000 };
/* Of the period's days, both included; the page says whether there are more. */
enum rc report_lines(struct db *db, struct arena *a, int64_t department_id, int32_t starts_on,
                     int32_t ends_on, int32_t today, struct row_page *lines,
                     struct err *err) RC_CHECKED;

#endif
