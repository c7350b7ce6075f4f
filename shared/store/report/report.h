/*
 * Reports as they were issued: bulletins (通报) of a campaign (R28), with the laggards named; and
 * what a department reports about a period. What was issued stays: rows are only added, and the
 * digest of each is on the audit log too.
 */
#ifndef LIANCHA_STORE_REPORT_H
#define LIANCHA_STORE_REPORT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/report/period.h"
#include "sys/db.h"
#include "sys/list.h"

struct report {
    int64_t id;
    const char *kind;
    int64_t number; /* of a bulletin within its campaign, from 1; else of the period */
    const char *title;
    const char *note;  /* what the issuer adds; "": nothing */
    const char *state; /* "intact", or "changed" since it was issued */
    int32_t starts_on; /* the period; 0 of a bulletin */
    int32_t ends_on;
    int32_t as_of; /* the day of the sums */
    const char *issued_by;
    int64_t issued_at;
    char digest[DIGEST_HEX]; /* SHA-256 of it all */
    const char *campaign;    /* NULL: not of a campaign */
    const char *campaign_name;
    const char *department; /* that issued it */
    const char *department_name;
    const char *figures; /* JSON */
};

/* By enum report_kind. */
extern const struct row_label report_kinds[];
extern const struct row_set report_rows;
/* Without their figures: the bulletins of a campaign (scope: its id), and the others of a
   department and of those below it (scope: the department). */
extern const struct list bulletin_list;
extern const struct list report_list;

enum rc report_bulletin(struct db *db, struct arena *a, int64_t campaign_id, int64_t number,
                        struct report *out) RC_CHECKED;
/* One that the department may read. */
enum rc report_by_id(struct db *db, struct arena *a, int64_t department_id, int64_t id,
                     struct report *out) RC_CHECKED;

/* Compares with the digest, and that with the audit log; action and target are of the event that
   issued it. Writes state. */
enum rc report_compare(struct db *db, struct arena *a, const char *action, const char *target,
                       struct report *report) RC_CHECKED;

/* The number of a campaign's next bulletin; the campaign is locked. */
enum rc report_next_bulletin(struct db *db, int64_t campaign_id, int64_t *number) RC_CHECKED;
/* The number of a department's next special report, of the year that begins behind that number.
   What is read is locked: of two at once one waits, or is run again. */
enum rc report_next_special(struct db *db, int64_t department_id, int64_t behind,
                            int64_t *number) RC_CHECKED;
/* The number of one with this period, title and note that the account issued since then, 0: none.
   Locked as the above. */
enum rc report_twin(struct db *db, int64_t campaign_id, int64_t department_id, int64_t account_id,
                    int64_t since, const struct report *report, int64_t *number) RC_CHECKED;
/* All but id, state and digest is given, and one of the two ids is not 0; writes digest.
   RC_CONFLICT: such a one was issued. */
enum rc report_issue(struct db *db, struct arena *a, int64_t campaign_id, int64_t department_id,
                     int64_t account_id, struct report *report) RC_CHECKED;

#endif
