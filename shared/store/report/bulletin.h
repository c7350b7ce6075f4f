/*
 * Bulletins (通报) of a campaign (R28): figures as they were on a day, with the laggards named. What
 * was issued stays: rows are only added, and the digest of their figures is on the audit log.
 */
#ifndef LIANCHA_STORE_BULLETIN_H
#define LIANCHA_STORE_BULLETIN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct bulletin {
    int64_t number; /* within the campaign, from 1 */
    const char *title;
    const char *note;  /* what the issuer adds; "": nothing */
    const char *state; /* of the figures: "intact", or "changed" since they were issued */
    int32_t as_of;     /* the day of the figures */
    const char *issued_by;
    int64_t issued_at;
    char digest[DIGEST_HEX]; /* SHA-256 of figures */
    const char *campaign;
    const char *campaign_name;
    const char *department_name; /* that issued it */
    const char *figures;         /* JSON */
};

/* Of a campaign, without their figures (scope: its id). */
extern const struct list bulletin_list;
extern const struct row_set bulletin_rows;

enum rc bulletin_by_number(struct db *db, struct arena *a, int64_t campaign_id, int64_t number,
                           struct bulletin *out) RC_CHECKED;
/* The number of the next one; its campaign is locked. */
enum rc bulletin_next(struct db *db, int64_t campaign_id, int64_t *number) RC_CHECKED;
/* number, title, note, as_of, issued_at and figures are given; writes digest. */
enum rc bulletin_issue(struct db *db, int64_t campaign_id, int64_t account_id,
                       struct bulletin *bulletin) RC_CHECKED;

#endif
